"""What must be known to read how much to commit."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.decisions.commitment import Commitments, Rival
from simulator.report.studies.commitment_words import (
    a_period,
    amount_of,
    interval,
    interval_of_size,
    periods,
    size_text,
    sizes_text,
)
from simulator.report.studies.told import MustRead
from simulator.report.words.figures import figures, percents
from simulator.report.words.sentences import as_subject, in_sentence
from simulator.scenario.schema import Scenario


def notes_of(found: Commitments, scenario: Scenario) -> list[str]:
    """Return the notes; empty ones do not hold."""
    code = scenario.currency
    low, high = sizes_text(found, found.nearly, code)
    near = f"Between {low} and {high} the expected bill is within 1 % of the lowest." if low != high else ""
    return [
        _newsvendor(found, code),
        _premium(found, code),
        _mean_above(found),
        near,
        "" if found.rival is None else _rival(found, found.rival, code),
        _assumption(found),
        _others(found),
        _not_recommended(found),
        _binding(found),
        f"Intervals (± in the tables) are 95 % and come from the number of futures alone ({scenario.trials:,}). Sizes "
        f"were tried in steps of {size_text(found, found.step, code)}. Volume moves all that is billed in proportion.",
    ]  # fmt: skip


def _newsvendor(found: Commitments, code: str) -> str:
    if found.quantile is None or found.newsvendor is None:
        return (
            "No price beyond the commitment is dearer than within it, so committing buys nothing in the bill itself: "
            "what it buys is the price of this contract against others."
        )
    share = percents([found.quantile])[0]
    rule, searched = (size_text(found, size, code) for size in (found.newsvendor, found.best.size))
    interval = ""
    if found.best_size.low is not None and found.best_size.high is not None:
        low, high = interval_of_size(found, code)
        interval = f" (95 % interval: {low} to {high})"
    apart = abs(found.newsvendor - found.best.size) > 3 * found.step
    other = ", because other terms of the contract act too" if apart else ""
    return (
        f"Where unused commitment is lost, the best size is the one that use falls short of in {share} of the "
        f"{periods(found)}, because one within it costs {share} less than one beyond it: {rule}. The search over the "
        f"true bills finds {searched}{interval}{other}."
    )


def _premium(found: Commitments, code: str) -> str:
    premium, size = found.premium, size_text(found, found.best_p90.size, code)
    if found.quantile is None:
        return "A minimum never lowers a bill, so no commitment has a lower P90 than none."
    if found.best_p90.size == found.best.size:
        return "The lowest P90 is reached at the same commitment."
    more, less = figures([premium.mean.value, -premium.p90.value], code)
    place = percents([found.best_p90.place])[0]
    return (
        f"The lowest P90 takes a commitment to {size}, which use stays within in {place} of the {periods(found)}. It "
        "is no recommendation, because who looks at P90 alone commits to the use of futures that run high (the P90 of "
        f"use, where there is one period): that costs {more} more on average{interval(premium.mean, code)} for {less} "
        "less at P90."
    )


def _mean_above(found: Commitments) -> str:
    """Return why a mean can stand above a P90 beside it."""
    if not any(each.mean.value > each.p90.value for each in (found.own, found.best, *found.levels)):
        return ""
    return MustRead(
        "Where nine futures in ten pay just what is committed, P90 is that amount, and the expected bill lies above "
        "it, because the others pay more and none pays less."
    )


def _rival(found: Commitments, rival: Rival, code: str) -> str:
    best, own = figures([abs(rival.best.mean.value), abs(rival.own.mean.value)], code)
    words = ["more" if each.mean.value > 0 else "less" for each in (rival.best, rival.own)]
    unit = "bills the same unit and commits nothing" if rival.same_unit else "commits nothing"
    limit = ""
    if rival.walk_away is not None:
        end = size_text(found, rival.walk_away.value, code)
        limit = f" On average it stays cheaper up to a commitment to {end} {a_period(found)}."
    return (
        f"{as_subject(rival.title)} {unit}: against it this contract costs {own} {words[1]} on average as offered, "
        f"{best} {words[0]} with the best commitment.{limit}"
    )


def _assumption(found: Commitments) -> str:
    if found.kind != "assumed":
        return ""
    (discount,) = percents([found.discount or 0.0])
    return MustRead(
        "Taken here: a commitment for each contract year; use up to it costs "
        f"{discount} less, whether it comes or not, and use beyond it the whole price. Ask with --discount 15% for "
        "another one. A commitment pays up to the size of which that share stays unused on average."
    )


def _others(found: Commitments) -> str:
    if not found.others:
        return ""
    names = " and ".join(amount_of(kind) for kind in found.others)
    return f"The contract also has {names}, which stays as it is here."


def _not_recommended(found: Commitments) -> str:
    if found.recommended is None:
        return ""
    what = "its commitment" if found.recommended_commits else "what one would have to give under it for a discount"
    return f"{as_subject(found.recommended)} is the recommended contract; leave --contract out for {what}."


def _binding(found: Commitments) -> str:
    if found.kind != "assumed" or not found.binding:
        return ""
    titles = _listed([in_sentence(title) for _, title in found.binding], "and")
    options = _listed([f"--contract {name}" for name, _ in found.binding], "or")
    commit = "commits you to use" if len(found.binding) == 1 else "commit you to use"
    return MustRead(f"{titles[:1].upper()}{titles[1:]} {commit}: ask with {options} how much to commit there.")


def _listed(texts: Sequence[str], last: str) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {last} {texts[-1]}"
