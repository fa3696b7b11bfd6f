"""Which assumptions a contract's cost hangs on, as it is told: shares, stresses, and how far to where it breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from simulator.decisions.sensitivities.reverse import FURTHEST, Place, Reverse, Way
from simulator.decisions.sensitivities.stresses import Result
from simulator.decisions.sensitivities.whole_study import Sensitivity
from simulator.report.blocks.contract import titles
from simulator.report.blocks.natural_units import natural_unit
from simulator.report.blocks.plain_names import plain_name
from simulator.report.charts.base import cut
from simulator.report.studies.bill_words import bill_not_choice
from simulator.report.studies.sensitivity_chart import sensitivity_chart
from simulator.report.studies.sensitivity_notes import people_beside, sensitivity_notes
from simulator.report.studies.sensitivity_rows import Row, input_name, rows_of_study, share_text
from simulator.report.studies.stress_words import STRESSES, chance_text
from simulator.report.studies.told import Table, Told
from simulator.report.words.figures import figures, one_unit, percents, rough_changes
from simulator.report.words.natural_words import amounts, from_to
from simulator.report.words.sentences import as_subject, capital, in_sentence
from simulator.scenario.stated.sources import quantities

if TYPE_CHECKING:
    from simulator.forecast.forecast import Forecast

OF: Final = {"invoice": "invoice", "cost_to_serve": "invoice and people's work"}
NAMED: Final = 2
"""Assumptions, stresses and places that a sentence names at most."""
LONGEST: Final = 22
NEAR: Final = 0.25
"""Standard deviations up to which another contract is told to be close: two in five futures lie beyond it."""
VOLUME: Final = "volume.per_month"


@dataclass(frozen=True, slots=True)
class _Words:
    """What the texts of an answer are made of."""

    found: Sensitivity
    forecast: Forecast
    rows: Sequence[Row]

    @property
    def code(self) -> str:
        """The scenario's currency."""
        return self.forecast.scenario.currency

    @property
    def title(self) -> str:
        """Title of the contract."""
        return titles(self.forecast)[self.found.contract]

    @property
    def budgets(self) -> str:
        """The budget, or budgets of fiscal years, with their sum."""
        budget = self.forecast.scenario.budget
        assert budget is not None
        (amount,) = figures([budget.total], self.code)
        years = len(budget.by_fiscal_year)
        return f"the budgets of {years} fiscal years, {amount} together," if years > 1 else f"the budget of {amount}"


def sensitivity_told(found: Sensitivity, forecast: Forecast) -> Told:
    """Return what a contract's cost hangs on in words."""
    words = _Words(found, forecast, rows_of_study(found, forecast.scenario))
    answer = _sentence(words)
    return Told(
        question=f"Which assumptions does {in_sentence(words.title)} hang on, and what breaks it?",
        answer=answer,
        tables=(_assumptions(words), _stresses(words), *_reverse(words)),
        notes=tuple(sensitivity_notes(found, forecast)),
        draw=partial(sensitivity_chart, found, words.rows, forecast.scenario, words.title, _lead(words)),
    )


def _sentence(words: _Words) -> str:
    parts = [part for part in (_lead(words), _breaking(words), _nearest(words)) if part]
    moves = bill_not_choice(words.found.moves, words.forecast.scenario)
    return " ".join(filter(None, (f"{'; '.join(parts)}.", _choice(words), moves)))


def _lead(words: _Words) -> str:
    """Return which two assumptions carry what share."""
    of, subject = OF[words.found.of], as_subject(words.title)
    if words.found.indices is None or not words.rows:
        return f"{capital(subject)}: no uncertain input moves its {of}, or the futures are too few to tell"
    named = [row for row in words.rows if row.first is not None][:NAMED]
    shares = percents([row.first.value for row in named if row.first is not None])
    parts = [f"{_lower(row.name)} {'carries' if place == 0 else ''} {share}".replace("  ", " ")
             for place, (row, share) in enumerate(zip(named, shares, strict=True))]  # fmt: skip
    return f"Of how far the {of} under {in_sentence(words.title)} may vary, {' and '.join(parts)}"


def _lower(name: str) -> str:
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _breaking(words: _Words) -> str:
    """Return which stresses break the budget."""
    stresses = words.found.stresses
    if words.found.budget is None:
        worst = max(stresses.results, key=lambda each: each.change.p90.value)
        (more,) = rough_changes([worst.change.p90.value], words.code)
        return f"of the stresses, {_quoted(worst)} moves P90 most upwards ({more})"
    if stresses.without.breaks:
        kept = chance_text(stresses.without.chance)
        return f"{words.budgets} {_are(words)} kept in only {kept} of the futures even without a stress"
    broken = sorted((each for each in stresses.results if each.judged.breaks), key=lambda each: each.judged.p90)
    if not broken:
        return f"no stress breaks {words.budgets.removesuffix(',')}"
    left = len(broken) - NAMED
    named = [f"{_quoted(each)} (kept in {chance_text(each.judged.chance)} of the futures)" for each in broken[:NAMED]]
    last = f", and {left} more" if left > 0 else " and by no other stress" if len(broken) == 1 else ""
    return f"{words.budgets} {_are(words)} broken by {' and by '.join(named)}{last}"


def _are(words: _Words) -> str:
    return "are" if "budgets" in words.budgets else "is"


def _quoted(result: Result) -> str:
    return f'"{_lower(STRESSES[result.key])}"' if result.key == "together" else f'"{STRESSES[result.key]}"'


def _nearest(words: _Words) -> str:
    """Return the shortest way of one assumption to where budgets hold too seldom; nothing where they do now.

    That is where they are kept together in fewer than nine of ten futures with the assumption's whole range moved, as
    the verdict asks. How likely a value so far out is says nothing of how likely the budget is exceeded.
    """
    for each in words.found.reverse:
        alone = [way for way in each.ways if way.alone is not None and way.holds]
        if each.event == "budget" and each.gap >= 0 and alone:
            way = min(alone, key=lambda way: way.distance or 0.0)
            name = _lower(input_name(str(way.alone), words.forecast.scenario))
            moved = f"{_place(way.places[0], words)}{_conversations(way, words)}"
            they = "they" if _are(words) == "are" else "it"
            now = chance_text(each.kept)
            return f"with {name} moved from {moved} {they} would hold in fewer than nine of ten futures (now {now})"
    return ""


def _conversations(way: Way, words: _Words) -> str:
    """Return the volume in conversations a month too, in which maps and break-evens tell it."""
    each, ratio = way.places[0], words.found.conversations_per_case
    if each.name != VOLUME or ratio is None:
        return ""
    first, last = amounts([each.before * ratio, each.after * ratio])
    return f" ({first} to {last} conversations)"


def _beyond(way: Way) -> str:
    """Return the chance that an input lies further out."""
    assert way.distance is not None
    return percents([1 - NormalDist().cdf(way.distance)], against=[0])[0]


def _choice(words: _Words) -> str:
    """Return how little turns the choice: the nearest other contract, and stresses under which another is taken."""
    found, contracts = words.found, words.forecast.contracts
    if found.contract != found.recommended:
        return ""
    ways = [way for each in found.reverse if each.event == "cheapest" and each.gap >= 0 for way in each.ways
            if way.alone is not None and way.against is not None and way.holds]  # fmt: skip
    near = [way for way in ways if way.distance is not None and way.distance <= NEAR]
    parts, flips = [], _flips(words)
    if near:
        way = min(near, key=lambda way: way.distance or 0.0)
        name = _lower(input_name(str(way.alone), words.forecast.scenario))
        other = in_sentence(contracts[str(way.against)].contract.label)
        more = flips.pop(str(way.against), "")
        parts.append(
            f"{other} is cheaper on average with {name} moved from {_place(way.places[0], words)}"
            f"{f', and {more}' if more else ''}"
        )
    parts += [f"{in_sentence(contracts[key].contract.label)} {text}" for key, text in flips.items()]
    return f"{'The choice is close' if near else 'A stress may turn the choice'}: {'; '.join(parts)}." if parts else ""


def _flips(words: _Words) -> dict[str, str]:
    """Return under which stresses the verdict takes another contract, by its name."""
    stresses = words.found.stresses
    others: dict[str, list[str]] = {}
    for each in stresses.results:
        if each.judged.recommended != stresses.without.recommended:
            others.setdefault(each.judged.recommended, []).append(_quoted(each))
    return {
        name: f"is recommended under {' and '.join(keys[:NAMED])}"
        f"{f' and {len(keys) - NAMED} more' if len(keys) > NAMED else ''}"
        for name, keys in others.items()
    }


def _place(place: Place, words: _Words) -> str:
    """Return where an input goes from its middle, in natural units."""
    number = next(each for each in quantities(words.forecast.scenario) if each.name == place.name)
    unit = natural_unit(number, words.forecast.scenario)
    return from_to(unit.measure, unit.at(place.before), unit.at(place.after), unit.words, unit.currency or words.code)


def _assumptions(words: _Words) -> Table:
    """Return the table of assumptions: P90 where each is lowest and highest, and its shares of the variance."""
    code, rows = words.code, words.rows
    low, high = ([None if row.bar is None else getattr(row.bar, end) for row in rows] for end in ("at_low", "at_high"))
    ends = one_unit([*low, *high], code, "")
    cells = [
        (row.name, *_bar(row, ends[place], ends[len(rows) + place]), share_text(row.first), share_text(row.total))
        for place, row in enumerate(rows)
    ]
    indices = words.found.indices
    if indices is not None:
        cells.append(("Together beyond each by itself", "", "", share_text(indices.interactions), ""))
        cells.append(("Single conversations", "", "", "", share_text(indices.conversations)))
    heads = (
        "assumption",
        "P90\nat lowest",
        "P90\nat highest",
        "share by\nitself",
        "with\nothers",
    )
    return Table(heads, tuple(cells), "What the spread comes from, as shares of the variance")


def _bar(row: Row, low: str, high: str) -> tuple[str, str]:
    return ("noise", "noise") if row.bar is not None and not row.bar.visible else (low, high)


def _stresses(words: _Words) -> Table:
    """Return the table of stresses."""
    found, code = words.found.stresses.results, words.code
    changes = [each.change for each in found]
    ends = [end for each in changes for end in (each.mean.value, each.p90.value, each.p90.low, each.p90.high)]
    known = iter(rough_changes([end for end in ends if end is not None], code))
    texts = ["n/a" if end is None else next(known) for end in ends]
    beside = people_beside(words.found)
    people = rough_changes([each.people.value for each in found], code)
    cells = [
        (
            f"{STRESSES[each.key]}{'' if each.as_expected else ' (UNEXPECTED)'}",
            *texts[4 * place : 4 * place + 2],
            f"{texts[4 * place + 2]} to {texts[4 * place + 3]}",
            *([people[place]] if beside else []),
            chance_text(each.judged.chance),
        )
        for place, each in enumerate(found)
    ]
    work = ["people's\nwork"] if beside else []
    heads = ("stress", "on\naverage", "\nP90", "95 %\ninterval", *work, "budget\nkept in")
    of = OF[words.found.of]
    more = ", and to people's work beside it" if beside else ""
    return Table(heads, tuple(cells), f"What a stress adds to the {of}{more}")


def _reverse(words: _Words) -> Iterator[Table]:
    """Yield the tables of how far assumptions must move, one for each thing that can happen."""
    for each in words.found.reverse:
        rows = tuple(_way(way, words) for way in each.ways)
        yield Table(
            ("what moves", "steps", "lies\nbeyond", "which is", "\nsimulated"), rows, _until(each, words), texts={3}
        )


def _way(way: Way, words: _Words) -> tuple[str, ...]:
    name = "All together" if way.alone is None else input_name(way.alone, words.forecast.scenario)
    closed = "" if way.closed is None else percents([way.closed])[0]
    if way.distance is None:
        return name, "", "", f"not within {FURTHEST:g} steps", ""
    if not way.holds:
        return name, "", "", "not told: the simulation differs", closed
    return name, f"{way.distance:.2f}", _beyond(way), _where(way, words), closed


def _where(way: Way, words: _Words) -> str:
    if way.alone is not None:
        return _place(way.places[0], words)
    first, *rest = way.places
    name = cut(plain_name(first.name, words.forecast.scenario), LONGEST)
    return f"{name} {first.shift:+.2f}{' and others' if rest else ''}"


def _until(each: Reverse, words: _Words) -> str:
    """Return what happens where assumptions are moved so far."""
    if each.event == "budget":
        rule = "fewer than nine of ten" if each.gap >= 0 else "nine of ten"
        hold = "budgets hold" if _are(words) == "are" else "budget holds"
        return f"Until the {hold} in {rule} futures (now {chance_text(each.kept)})"
    if each.gap < 0:
        return "Until it is the cheapest on average"
    contracts = words.forecast.contracts
    names = dict.fromkeys(in_sentence(contracts[way.against].contract.label) for way in each.ways if way.against)
    return f"Until {' or '.join(names) or 'another contract'} is cheaper on average"
