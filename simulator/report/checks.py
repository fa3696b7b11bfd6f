"""The checks list: what was looked at in a run, each with its number, and whether a reader should look again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.report.summary.summary import Summary
from simulator.report.words.budget_words import budgets, chance
from simulator.report.words.figures import figures, percents
from simulator.report.words.sentences import capital, doubtful, futures_text, in_sentence

TIGHT: Final = 0.01
"""Half an interval of P90, as a share of P90, up to which the futures are enough."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        fine: whether there is nothing to look at again.
    """

    fine: bool
    text: str


def checks(summary: Summary) -> list[Check]:
    """Return the checks of a run, in one order."""
    return [
        _futures(summary),
        *_mean(summary),
        *_close(summary),
        *_budget(summary),
        _lines(summary),
        _shares(summary),
        _countable(summary),
        _sources(summary),
    ]


def _futures(summary: Summary) -> Check:
    cost = summary.best.cost(summary.ranked_by)
    low, high = cost.p90_interval
    if not cost.p90_interval_complete:
        return Check(False, f"{futures_text(summary)} are too few for an upper end of P90.")
    half = 0.0 if cost.p90 == 0 else (high - low) / 2 / cost.p90
    (share,) = percents([half], against=[0, TIGHT])
    fine = half <= TIGHT
    ending = "enough" if fine else f"more futures would narrow it to {100 * TIGHT:.0f} %"
    return Check(fine, f"{futures_text(summary)}: P90 is known to {share} to either side, {ending}.")


def _mean(summary: Summary) -> Iterator[Check]:
    """Whether the futures determine the expected cost; nothing of a single future."""
    best = summary.best.cost(summary.ranked_by)
    if best.mean_interval is None:
        return
    mean, low, high = figures([best.mean, *best.mean_interval], summary.currency)
    fine = not doubtful(best)
    verdict = "is determined by these futures" if fine else "is not determined by these futures, see the notes"
    yield Check(fine, f"The expected cost of {mean} {verdict}: its 95 % interval is {low} to {high}.")


def _close(summary: Summary) -> Iterator[Check]:
    """Whether the figure that ranks decides between the recommended contract and the next."""
    if len(summary.ranking) == 1:
        return
    close = summary.verdict.close
    pair = summary.ranking[:2] if close is None else close.between
    first, second = (in_sentence(summary.contract(name).title) for name in pair)
    verb = "are too close to call" if close is not None else "are not too close to call"
    yield Check(close is None, f"{capital(first)} and {second} {verb} by what ranks them.")


def _budget(summary: Summary) -> Iterator[Check]:
    budget = summary.budget
    if budget is None:
        yield Check(False, "No budget is given: no chance of keeping one can be said.")
        return
    keeps = f"the recommended contract keeps {budgets(summary)} in {chance(summary)}"
    if not budget.decided:
        yield Check(False, f"{capital(keeps)}: whether that is nine in ten, these futures cannot tell.")
    else:
        yield Check(budget.met, f"{capital(keeps)}{'' if budget.met else ', which is not nine in ten'}.")


def _lines(summary: Summary) -> Check:
    """Whether the lines of every invoice sum to its expected total."""
    wrong = [
        block.title
        for block in summary.contracts
        if not math.isclose(sum(block.lines.values()), block.invoice.mean, rel_tol=1e-9, abs_tol=1e-6)
    ]
    if wrong:
        return Check(False, f"The lines of {', '.join(wrong)} do not sum to the expected invoice.")
    return Check(True, "The lines of every expected invoice sum to its total.")


def _shares(summary: Summary) -> Check:
    total = sum(block.probability_cheapest for block in summary.contracts)
    fine = math.isclose(total, 1.0, rel_tol=1e-9)
    return Check(fine, f"The chances of being cheapest sum to {percents([total], against=[1])[0]}.")


def _countable(summary: Summary) -> Check:
    best = summary.best
    return Check(best.countable_by_buyer, f"{best.title}: {best.count_note.rstrip('.')}.")


def _sources(summary: Summary) -> Check:
    found = summary.assumptions_to_sign
    judged, whole = len(found.unevidenced), len(found.unevidenced) + len(found.evidenced)
    if not summary.unknowns:
        return Check(False, "No number is given as an interval: only chance moves the results.")
    return Check(not judged, f"Of {whole} assumptions to sign, {judged} are judgements, defaults or without a source.")
