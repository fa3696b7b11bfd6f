"""What a scenario implies for totals, by the product's own expected values, and the numbers that give stated totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from simulator.implied.implied_figures import implied, minutes_of_today
from simulator.law import ESCALATED, PARTIAL
from simulator.quantities.distributions import Fixed, Quantity
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.stated_cases import CaseCell, cells

ESCALATE: Final = "outcomes.escalate_log_odds"
RETURN: Final = "returns.log_odds"
SOLVE: Final = "outcomes.solve_log_odds"
CONFIRM: Final = "outcomes.confirm_log_odds"
FARTHEST: Final = 12.0
"""Largest shift of log odds that is looked at: a share of a hundred thousandth at the end."""
ROUNDS: Final = 200
NEAR: Final = 1e-10
"""How near a share must come to the one that is asked for."""
Values = Mapping[str, Any]
"""Values of numbers by their names, each a float or an array (future,)."""


@dataclass(frozen=True, slots=True)
class ImpliedTotals:
    """What is expected for each case, conversation or ticket of a volume; floats or arrays (future,)."""

    handoffs: Any
    reopened: Any


@dataclass(frozen=True, slots=True)
class SeenShares:
    """Shares that totals show, for each of a volume; None where they do not.

    Attributes:
        unit: what the volume counts.
    """

    unit: str
    handoffs: float | None = None
    reopened: float | None = None


def implied_totals(scenario: Scenario, unit: str, at: Values) -> ImpliedTotals:
    """Return what a scenario implies.

    Args:
        unit: what the volume counts.
        at: values of numbers; all others are as stated, and no month moves a rate.
    """
    found = _cells_at(scenario, at)
    base = _units(found)[unit]
    handed = sum(cell.weight * (cell.ends[PARTIAL] + cell.ends[ESCALATED]) for cell in found)
    back = sum(cell.weight * cell.returns for cell in found)
    return ImpliedTotals(handed / base, back / base)


def units_per_case(scenario: Scenario, at: Values) -> dict[str, Any]:
    """Return how many cases, conversations and tickets a case has."""
    return _units(_cells_at(scenario, at))


def _units(found: Sequence[CaseCell]) -> dict[str, Any]:
    conversations = sum(cell.weight * cell.conversations for cell in found)
    straight = sum(cell.weight * cell.straight for cell in found)
    return {"cases": 1.0, "conversations": conversations, "tickets": conversations + straight}


def _cells_at(scenario: Scenario, at: Values) -> list[CaseCell]:
    def get(quantity: Quantity) -> Any:
        return at.get(quantity.name, quantity.center)

    return list(cells(scenario, get).values())


def log_odds_for(scenario: Scenario, seen: SeenShares, at: Values) -> dict[str, Any]:
    """Return `at` with the log odds of handing over and of returning that give shares that were seen.

    A step of log odds moves the log odds of the share by nearly as much; by how much is learned from step to step.

    Raises:
        ValueError: with the name of the number for a share that no log odds give.
    """
    wanted = {ESCALATE: seen.handoffs, RETURN: seen.reopened}
    asked = {name: share for name, share in wanted.items() if share is not None}
    found = {**at, **{name: at.get(name, 0.0) for name in asked}}
    last: dict[str, tuple[Any, Any]] = {}
    for _ in range(ROUNDS):
        now = implied_totals(scenario, seen.unit, found)
        shares = {ESCALATE: now.handoffs, RETURN: now.reopened}
        off = {name: float(np.max(np.abs(shares[name] - share))) for name, share in asked.items()}
        if all(each <= NEAR for each in off.values()):
            return found
        for name, share in asked.items():
            missing = _missing(shares[name], share)
            step = missing * _gain(missing, last.get(name))
            last[name] = missing, step
            found[name] = np.clip(found[name] + step, -FARTHEST, FARTHEST)
    raise ValueError(max(off, key=lambda name: off[name]))


def _gain(missing: Any, last: tuple[Any, Any] | None) -> Any:
    """Return how many log odds are moved for each that is missing: by what the last step did, within bounds."""
    if last is None:
        return 1.0
    before, step = last
    moved = before - missing
    told = np.abs(moved) > 1e-12
    return np.where(told, np.clip(step / np.where(told, moved, 1.0), 0.5, 3.0), 1.0)


def _missing(share: Any, wanted: float) -> Any:
    """Return the step of log odds from a share to another; each is kept within (0, 1)."""
    now, then = (np.clip(each, 1e-9, 1 - 1e-9) for each in (share, wanted))
    return np.log(then / (1 - then)) - np.log(now / (1 - now))


def minutes_factor(scenario: Scenario, unit: str, minutes: float, *, handed_over: bool) -> float:
    """Return what the minutes of handoffs are multiplied by for a scenario to imply stated minutes of people.

    Args:
        minutes: for each of the volume.
        handed_over: whether people work on what the AI hands over; else on everything, as before an AI.

    Raises:
        ValueError: where reviews alone take longer, or no minutes are implied at all.
    """

    def of(factor: float) -> float:
        levels = {
            name: level.model_copy(
                update={"handoff_minutes": fixed(level.handoff_minutes, level.handoff_minutes.center * factor)}
            )
            for name, level in scenario.levels.items()
        }
        scaled = scenario.model_copy(update={"levels": levels})
        if not handed_over:
            return minutes_of_today(scaled)
        figures = implied(scaled)
        base = {"cases": 1.0, "conversations": figures.conversations_per_case, "tickets": figures.tickets_per_case}[
            unit
        ]
        return figures.human_minutes * figures.conversations_per_case / base

    one, two = of(1.0), of(2.0)
    if two <= one or minutes <= 2 * one - two:
        raise ValueError("minutes")
    return (minutes - (2 * one - two)) / (two - one)


def fixed(quantity: Quantity, value: float) -> Quantity:
    """Return a quantity of the same name that is known to have a value."""
    return replace(quantity, law=Fixed(value))
