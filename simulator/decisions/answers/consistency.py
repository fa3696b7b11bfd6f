"""Which sets of clauses agree with the answers of a sheet, and which answers contradict one another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.decisions.answers.clause_grid import ClauseSet
from simulator.decisions.answers.sheet import Answer
from simulator.decisions.billed_cases import units_of_cases
from simulator.decisions.worked_cases import WORKED_CASES

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

Units = NDArray[np.int64]
Agreed = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers that no set of clauses satisfies together.

    Attributes:
        answers: the fewest; one alone is a case that no set of clauses bills so.
        others: how many further groups of as many answers contradict one another.
        amends: answers of which each one alone, if it were different, would leave the others consistent.
    """

    answers: tuple[Answer, ...]
    others: int
    amends: tuple[Answer, ...]


def units_by_set(scenario: Scenario, sets: Sequence[ClauseSet]) -> Units:
    """Return the units of every worked case by every set, shape (set, case)."""
    named = {f"answers_{at}": each.spec for at, each in enumerate(sets)}
    return np.rint(list(units_of_cases(scenario, named).values())).astype(np.int64)


def agreement(units: Units, answers: Sequence[Answer], price: Decimal | None) -> Agreed:
    """Return whether each set agrees with each answer, shape (set, answer).

    Args:
        units: shape (set, case).
        price: of a unit, by which amounts are compared to the cent that they are written with; None where the contract
            has no one price, and then an amount says only whether the case is billed.
    """
    place = {case.number: at for at, case in enumerate(WORKED_CASES)}
    found = np.ones((len(units), len(answers)), dtype=bool)
    for at, answer in enumerate(answers):
        own = units[:, place[answer.case.number]]
        if answer.least is not None:
            found[:, at] &= own >= answer.least
        if answer.most is not None:
            found[:, at] &= own <= answer.most
        if answer.amount is not None:
            found[:, at] &= _amount_agrees(own, answer.amount, price)
    return found


def _amount_agrees(units: NDArray[np.int64], amount: Decimal, price: Decimal | None) -> Agreed:
    if price is None:
        return (units > 0) if amount > 0 else (units == 0)
    exponent = amount.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    right = {int(each): abs(int(each) * price - amount) <= half for each in np.unique(units)}
    return np.array([right[int(each)] for each in units], dtype=bool)


def contradiction(agreed: Agreed, answers: Sequence[Answer]) -> Contradiction | None:
    """Return the fewest answers that no set satisfies together; None where one set satisfies all.

    Args:
        agreed: shape (set, answer).
    """
    if agreed.all(axis=1).any():
        return None
    patterns = np.unique(agreed, axis=0)
    failing = next(groups for size in itertools.count(1) if (groups := list(_failing(patterns, size))))
    amends = tuple(each for at, each in enumerate(answers) if np.delete(patterns, at, axis=1).all(axis=1).any())
    return Contradiction(tuple(answers[at] for at in failing[0]), len(failing) - 1, amends)


def _failing(patterns: Agreed, size: int) -> Iterator[tuple[int, ...]]:
    """Yield the groups of so many answers that no pattern satisfies together."""
    for group in itertools.combinations(range(patterns.shape[1]), size):
        if not patterns[:, group].all(axis=1).any():
            yield group
