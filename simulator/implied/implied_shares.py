"""What numbers on the scale of log odds come to as shares: handed over, solved, confirmed, coming back, by the law."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from simulator.law import CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED
from simulator.quantities.distributions import Quantity
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.law_numbers import Get
from simulator.scenario.stated.stated_cases import CaseCell, Cells, cells


@dataclass(frozen=True, slots=True)
class Among:
    """Which cases and conversations a share is of; None for all.

    Attributes:
        intent, level, model: their numbers in the scenario.
    """

    intent: int | None = None
    level: int | None = None
    model: int | None = None


ShareOf = Callable[[Cells, Among], float]


def handed_over(found: Cells, among: Among) -> float:
    """Return the share of the conversations that is handed to a person, duplicates counted like others."""
    return _ratio(found, among, (PARTIAL, ESCALATED), tuple(range(6)))


def solves(found: Cells, among: Among) -> float:
    """Return the share of the answered conversations, neither handed over nor abandoned, that the AI solves."""
    return _ratio(found, among, (CONFIRMED, SILENT_SOLVED), (CONFIRMED, SILENT_SOLVED, SILENT_UNSOLVED))


def confirms(found: Cells, among: Among) -> float:
    """Return the share of the conversations that the AI solved in which the customer says so."""
    return _ratio(found, among, (CONFIRMED,), (CONFIRMED, SILENT_SOLVED))


def comes_back(found: Cells, among: Among) -> float:
    """Return the share of the conversations that are no duplicates after which the customer comes back."""
    part = [cell for place, cell in found.items() if _inside(place, among)]
    base = math.fsum(cell.weight * (cell.conversations - cell.duplicates) for cell in part)
    return math.fsum(cell.weight * cell.returns for cell in part) / base if base else math.nan


def of_levels_from(first: int) -> ShareOf:
    """Return the share of the cases that are of a level or of a harder one, by the level's number."""

    def share(found: Cells, among: Among) -> float:
        part = [(level, cell) for (intent, level), cell in found.items() if _inside((intent, level), among)]
        whole = math.fsum(cell.weight for _, cell in part)
        return math.fsum(cell.weight for level, cell in part if level >= first) / whole if whole else math.nan

    return share


def first_hard(levels: int) -> int:
    """Return the number of the first level of the harder half: 2 of 4, 2 of 3, 1 of 2."""
    return (levels + 1) // 2


def share_with(scenario: Scenario, of: ShareOf, among: Among, changed: Quantity, value: float) -> float:
    """Return a share with one number at another value than the stated one; all others and the months as stated.

    Args:
        changed: one of the scenario's quantities, known by its name.
    """
    return of(cells(scenario, _with(changed, value)), among)


def _with(changed: Quantity, value: float) -> Get:
    def get(quantity: Quantity) -> float:
        return value if quantity.name == changed.name else quantity.center

    return get


def _inside(place: tuple[int, int], among: Among) -> bool:
    intent, level = place
    return among.intent in (None, intent) and among.level in (None, level)


def _ratio(found: Cells, among: Among, over: tuple[int, ...], under: tuple[int, ...]) -> float:
    """Return conversations with some ends over those with others; NaN where there are none of these."""
    part = [cell for place, cell in found.items() if _inside(place, among)]
    base = math.fsum(cell.weight * _ending(cell, among, under) for cell in part)
    return math.fsum(cell.weight * _ending(cell, among, over) for cell in part) / base if base else math.nan


def _ending(cell: CaseCell, among: Among, ends: tuple[int, ...]) -> float:
    counted = cell.ends if among.model is None else cell.by_model[among.model]
    return math.fsum(counted[end] for end in ends)
