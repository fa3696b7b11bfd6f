"""What must be known to read what a cost hangs on: what the numbers are, how they are made, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from simulator.decisions.sensitivities.groups import OTHERS
from simulator.decisions.sensitivities.stresses import OUTAGE
from simulator.decisions.sensitivities.whole_study import Sensitivity
from simulator.report.blocks.contract import titles
from simulator.report.studies.sensitivity_rows import group_name, members
from simulator.report.studies.stress_words import REASONS, STRESSES, check_text, meaning
from simulator.report.studies.told import MustRead
from simulator.report.words.figures import figures
from simulator.report.words.sentences import in_sentence

if TYPE_CHECKING:
    from simulator.forecast.forecast import Forecast
    from simulator.scenario.schema import Scenario

MEMBERS: Final = 6
"""Members of a group that are named at most."""


def sensitivity_notes(found: Sensitivity, forecast: Forecast) -> Iterator[str]:
    """Yield the notes, in the order of the tables."""
    yield from _on_assumptions(found, forecast.scenario)
    yield from _on_stresses(found, forecast)
    yield _on_distances(found)


def _on_assumptions(found: Sensitivity, scenario: Scenario) -> Iterator[str]:
    if found.tornado is None:
        yield MustRead("P90 where an assumption is lowest and highest needs 500 futures or more.")
    else:
        low, high = figures([found.tornado.floor.low, found.tornado.floor.high], scenario.currency)
        yield MustRead(
            "Lowest and highest: P90 in the tenths of the futures in which an assumption is so, all others varying. "
            f"Noise: within {low} to {high}, where P90 of a tenth taken at random lies in 995 of 1,000 cases. For what "
            "differs from month to month, the driver that moves P90 most."
        )
    if found.indices is None:
        yield MustRead(
            "There are no shares of the variance, because nothing varies that moves this contract, or there are fewer "
            "than 64 futures."
        )
        return
    yield (
        f"Shares are of the variance (the square of the spread), found on {found.indices.futures:,} futures by drawing "
        "some inputs anew while all others stay; in brackets the 95 % interval from the number of futures alone. By "
        "itself: what would be gone on average if it were known; with others: what would stay if all others were. An "
        "estimate below 0 stands as it is, because cutting it off would make the sum too large."
    )
    yield from _on_groups(found, scenario)


def _on_groups(found: Sensitivity, scenario: Scenario) -> Iterator[str]:
    for each in () if found.indices is None else found.indices.groups:
        if len(each.group.members) > 1:
            named = list(members(each.group, scenario))
            more = " and more" if len(named) > MEMBERS else ""
            others = each.group.key == OTHERS
            why = "one group, because each of its own would take time" if others else "one group, because correlated"
            yield f"{group_name(each.group, scenario)}: {', '.join(named[:MEMBERS])}{more} are {why}."


def _on_stresses(found: Sensitivity, forecast: Forecast) -> Iterator[str]:
    stresses = found.stresses
    yield (
        f"Stresses are changed scenarios on the first {stresses.futures:,} futures, less the same futures without the "
        "stress; below each stands the figure that it must move, and one that does not is marked UNEXPECTED. Below "
        "90 % a budget counts as broken."
    )
    yield from _on_people(found)
    for each in stresses.results:
        checks = ", ".join(check_text(check, forecast.scenario.currency) for check in each.checks)
        yield f"{STRESSES[each.key]}: {meaning(each.key, stresses)}; {checks}."
    changed = {each.judged.recommended: each.key for each in reversed(stresses.results)}
    told = found.contract == found.recommended  # in the answer
    for name, key in () if told else changed.items():
        if name != stresses.without.recommended:
            yield f'Under "{STRESSES[key]}" the recommended contract is {in_sentence(titles(forecast)[name])}.'
    reasons: dict[str, list[str]] = {}
    for key, reason in stresses.not_possible.items():
        reasons.setdefault(REASONS[reason], []).append(f'"{STRESSES[key]}"')
    for words, keys in reasons.items():
        yield MustRead(f"Not possible here: {' and '.join(keys)}, because {words}.")
    if not stresses.renewal_within and any(each.key in ("tightened", "loosened") for each in stresses.results):
        yield (
            f"The renewal is taken in month {stresses.renewal}, the middle of the horizon, because the term does not "
            "end within it."
        )


def people_beside(found: Sensitivity) -> bool:
    """Whether what people's work costs moves under a stress, and the contract's cost does not include it."""
    return found.of == "invoice" and any(each.people.value != 0 for each in found.stresses.results)


def _on_people(found: Sensitivity) -> Iterator[str]:
    if not any(each.people.value != 0 for each in found.stresses.results):
        return
    out = any(OUTAGE in each.parts for each in found.stresses.results)
    taken = "; without the AI they take each of its conversations, at the minutes of a handover" if out else ""
    yield f"People's work: what it costs more or less on average{taken}."


def _on_distances(found: Sensitivity) -> str:
    if not found.reverse:
        return (
            "How far assumptions must move is not told, because nothing varies, or there is neither a budget nor "
            "another contract, or there are fewer than 64 futures."
        )
    return (
        "Steps: an assumption's whole range is moved; one step (a standard deviation) leads from its middle to where "
        "about one chance in six lies beyond. Lies beyond: the chance that the value is still further out, which is "
        "not the chance that this happens. Steps are found on a smooth curve through all futures (squares and products "
        "of the inputs), months and conversations as drawn. All together: on the steepest way, with the part of each. "
        "Simulated: how much of the distance to there a simulation of the moved scenario closes; 100 % is exact. It "
        "stands for an interval, which the curve does not have."
    )
