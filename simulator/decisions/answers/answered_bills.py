"""What a contract bills by all sets of clauses that a vendor's answers leave open, and which answer would tell most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts import invoice
from simulator.decisions.answers.clause_grid import FIELDS, ClauseSet, clause_sets, set_of, words_of
from simulator.decisions.answers.consistency import Contradiction, Units, agreement, contradiction, units_by_set
from simulator.decisions.answers.sheet import Answer, Sheet
from simulator.decisions.billed_cases import bill_worked_cases
from simulator.decisions.clause_bills import swapped
from simulator.decisions.clauses import clause_study
from simulator.decisions.definition_spread import why_not
from simulator.decisions.worked_cases import WORKED_CASES, WorkedCase
from simulator.decisions.worth import NINE_IN_TEN
from simulator.forecast.bills import values_of
from simulator.scenario.stated.compiled_terms import compile_terms

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures

FUTURES: Final = 512
"""Futures on which the sets are billed unless more are asked for, as there may be thousands of sets."""
AT_ONCE: Final = 200
"""Sets that are counted on the futures at once; what is held at once grows with them."""


@dataclass(frozen=True, slots=True)
class OpenClause:
    """What the answers leave open of a clause.

    Attributes:
        choices: in words, of the consistent sets alone.
        among: how many values the clause has in all sets.
    """

    clause: str
    choices: tuple[str, ...]
    among: int


@dataclass(frozen=True, slots=True)
class NextAnswer:
    """A case without an answer, and what the answer would do.

    Attributes:
        units: which each answer may have, with how many sets are consistent then.
        width: what the range of the mean bill would be wide, each set as likely as the other.
        widest: the same for the least telling answer.
    """

    number: int
    words: str
    units: Mapping[str, int]
    width: float
    widest: float


@dataclass(frozen=True, slots=True)
class SaidAnswer:
    """An answer of the sheet, as it is told."""

    number: int
    line: int
    words: str
    said: str


@dataclass(frozen=True, slots=True)
class Contradicting:
    """Answers that contradict one another; see `Contradiction`."""

    answers: tuple[SaidAnswer, ...]
    others: int
    amends: tuple[SaidAnswer, ...]


@dataclass(frozen=True, slots=True)
class AnsweredBills:
    """What a sheet leaves open.

    Attributes:
        answered: cases with an answer, of `cases`.
        sets: of clauses that were tried.
        consistent: how many of them agree with all answers.
        own_agrees: whether the contract's own definition does.
        own_mean, own_p90: its bill.
        lowest, highest: of the mean bills; None where no set is consistent; P90 alike.
        disagreeing: numbers of the cases in which the contract's own definition bills otherwise than answered.
        next: the answers that would tell most, the best first.
    """

    contract: str
    definition: str
    futures: int
    cases: int
    answered: int
    sets: int
    consistent: int
    own_agrees: bool
    own_mean: float
    own_p90: float
    lowest: float | None
    highest: float | None
    lowest_p90: float | None
    highest_p90: float | None
    disagreeing: tuple[int, ...]
    clauses: tuple[OpenClause, ...]
    contradiction: Contradicting | None
    next: tuple[NextAnswer, ...]


def answered_bills(futures: SameFutures, sheet: Sheet, contract: str | None = None) -> AnsweredBills:
    """Return which sets of clauses agree with a sheet, and what a contract bills by them.

    Args:
        contract: the recommended one where none is named, or the first whose definition is made of clauses.

    Raises:
        ValueError: where the contract bills by no definition made of clauses.
    """
    scenario = futures.scenario
    study = clause_study(scenario, contract or futures.forecast.verdict.recommended)
    study = clause_study(scenario) if study is None and contract is None else study
    if study is None:
        raise ValueError(why_not(futures, contract))
    terms = compile_terms(scenario)
    own = terms.definitions[study.definition].spec
    billed = {each.case.key for each in sheet.answers if _says_billed(each)}
    sets = clause_sets(own, [each.spec for each in terms.definitions.values()], billed)
    units = units_by_set(scenario, sets)
    agreed = agreement(units, sheet.answers, unit_price(futures, study.contract))
    kept = np.flatnonzero(agreed.all(axis=1))
    costs = bills(futures, study.contract, study.definition, [sets[at] for at in kept])
    own_cost = costs[0] if len(kept) and kept[0] == 0 else _bill_of(futures, study.contract, study.definition, own)
    means, p90s = costs.mean(axis=1), [risk.quantile(cost, NINE_IN_TEN) for cost in costs]
    found = bool(len(kept))
    return AnsweredBills(
        contract=study.contract,
        definition=study.definition,
        futures=futures.results.trials,
        cases=len(WORKED_CASES),
        answered=len(sheet.answers),
        sets=len(sets),
        consistent=len(kept),
        own_agrees=bool(agreed[0].all()),
        own_mean=risk.mean(own_cost),
        own_p90=risk.quantile(own_cost, NINE_IN_TEN),
        lowest=float(means.min()) if found else None,
        highest=float(means.max()) if found else None,
        lowest_p90=float(min(p90s)) if found else None,
        highest_p90=float(max(p90s)) if found else None,
        disagreeing=tuple(each.case.number for at, each in enumerate(sheet.answers) if not agreed[0, at]),
        clauses=tuple(_open_clauses(sets, [sets[at] for at in kept])),
        contradiction=_told(contradiction(agreed, sheet.answers)),
        next=tuple(_next_answers(units[kept], means, {each.case.number for each in sheet.answers})),
    )


def _says_billed(answer: Answer) -> bool:
    return bool(answer.least) or bool(answer.amount)


def _told(found: Contradiction | None) -> Contradicting | None:
    if found is None:
        return None
    return Contradicting(tuple(map(_said, found.answers)), found.others, tuple(map(_said, found.amends)))


def _said(answer: Answer) -> SaidAnswer:
    return SaidAnswer(answer.case.number, answer.line, answer.case.words, answer.said)


def unit_price(futures: SameFutures, contract: str) -> Decimal | None:
    """Return what a contract adds to an invoice for a unit; None where it is not the same for all worked cases."""
    results = futures.results
    average = {name: value / (results.trials * results.months) for name, value in results.sums.items()}
    cases = [each.bills[contract] for each in bill_worked_cases(futures.scenario, average)]
    prices = {round(each.amount / each.units, 6) for each in cases if each.units}
    return Decimal(str(prices.pop())) if len(prices) == 1 else None


def bills(futures: SameFutures, contract: str, own: str, sets: Sequence[ClauseSet]) -> Array:
    """Return what a contract bills over the horizon by sets of clauses, shape (set, trial)."""
    found = np.zeros((len(sets), futures.results.trials))
    for first in range(0, len(sets), AT_ONCE):
        named = {f"answers_{first + at}": each.spec for at, each in enumerate(sets[first : first + AT_ONCE])}
        scenario = futures.scenario.model_copy(update={"definitions": {**futures.scenario.definitions, **named}})
        results = futures.on(scenario).results
        terms = compile_terms(scenario).contracts[contract]
        for at, name in enumerate(named, start=first):
            found[at] = invoice(terms, swapped(terms, own, name, results), values_of(results)).total.sum(axis=1)
    return found


def _bill_of(futures: SameFutures, contract: str, definition: str, spec: Any) -> Array:
    (cost,) = bills(futures, contract, definition, [set_of(spec)])
    return np.asarray(cost)


def _open_clauses(sets: Sequence[ClauseSet], kept: Sequence[ClauseSet]) -> list[OpenClause]:
    """Return of each clause that varies what is left of it."""
    found = []
    for at, field in enumerate(FIELDS):
        among = dict.fromkeys(each.values[at] for each in sets)
        left = dict.fromkeys(each.values[at] for each in kept)
        if len(among) > 1 and left:
            found.append(OpenClause(field, tuple(words_of(field, value) for value in left), len(among)))
    return found


def _next_answers(units: Units, means: Array, answered: set[int]) -> list[NextAnswer]:
    """Return the cases without an answer that part the consistent sets, the most telling first."""
    found = [
        _answered_next(case, units[:, at], means)
        for at, case in enumerate(WORKED_CASES)
        if case.number not in answered and len(np.unique(units[:, at])) > 1
    ]
    return sorted(found, key=lambda each: (each.width, each.widest, each.number))


def _answered_next(case: WorkedCase, units: Any, means: Array) -> NextAnswer:
    parts = {int(each): means[units == each] for each in np.unique(units)}
    widths = [float(part.max() - part.min()) for part in parts.values()]
    weights = [len(part) / len(means) for part in parts.values()]
    return NextAnswer(
        number=case.number,
        words=case.words,
        units={str(each): len(part) for each, part in parts.items()},
        width=float(np.dot(widths, weights)),
        widest=max(widths),
    )
