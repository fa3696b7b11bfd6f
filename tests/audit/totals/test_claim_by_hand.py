"""The pairs of a claim against a grid: the rate in closed form, of a scenario whose contacts are all alike.

In minimal every contact has the same chances, nothing is a duplicate and every conversation is a service, so that
handoffs and returns over conversations are the chances of one contact, and so is the billed rate. None of the
product's functions is used.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.arrays import Array
from simulator.audit.totals.claimed_rate import claimed_rate
from simulator.definitions import NAMED
from tests.audit.totals.test_claimed_rate import CLAIMS, SEEN, scenario_of

ABANDON, SENSITIVITY, SPECIFICITY = 0.07, 0.9, 0.8
RETURNS = (0.03, 0.06, 0.45, 0.35, 0.12)
"""Chances of a return after confirmed, silent and solved, silent and not solved, abandoned, escalated."""
STEPS = 201


def back_within(hours: float) -> float:
    """Return which share of the returns comes before so many hours: lognormal, median 14 h, log sd 1.6."""
    return 0.5 * (1 + math.erf(math.log(hours / 14) / 1.6 / math.sqrt(2)))


def moved(share: float, log_odds: Array) -> Array:
    return np.asarray(1 / (1 + (1 - share) / share * np.exp(-log_odds)))


def rates(definition: str, solve: Array, confirm: Array, hours: float | None = None) -> Array:
    """Return units over conversations with a quarter handed over and a tenth coming back, as SEEN says.

    Args:
        hours: of silence, in the place of the definition's own.
    """
    answered = 0.75 * (1 - ABANDON)
    ends = (answered * solve * confirm, answered * solve * (1 - confirm), answered * (1 - solve), 0.75 * ABANDON, 0.25)
    low, high = np.full(solve.shape, -30.0), np.full(solve.shape, 30.0)
    for _ in range(60):
        middle = (low + high) / 2
        few = sum(end * moved(share, middle) for end, share in zip(ends, RETURNS, strict=True)) < 0.10
        low, high = np.where(few, middle, low), np.where(few, high, middle)
    confirmed, solved, unsolved = (moved(share, low) for share in RETURNS[:3])
    soon = back_within(hours or (72 if definition == "verified_72h" else 24))
    if definition == "closed_by_customer":
        return np.asarray(ends[0])
    if definition == "credited_on_return":
        return np.asarray(ends[0] * (1 - confirmed) + ends[1] * (1 - solved) + ends[2] * (1 - unsolved))
    yes, fooled = (SENSITIVITY, 1 - SPECIFICITY) if definition == "verified_72h" else (1.0, 1.0)
    return np.asarray(ends[0] * yes + ends[1] * yes * (1 - solved * soon) + ends[2] * fooled * (1 - unsolved * soon))


def reached(definition: str, rate: float) -> tuple[Array, Array]:
    """Return the shares of solving for which some confirming of the grid gives the rate, and the other way round."""
    shares = np.linspace(0, 1, STEPS)
    found = rates(definition, *np.meshgrid(shares, shares, indexing="ij"))
    return tuple(
        shares[(found.min(axis=axis) <= rate) & (rate <= found.max(axis=axis))]  # type: ignore[return-value]
        for axis in (1, 0)
    )


@pytest.mark.parametrize("name", CLAIMS)
def test_the_pairs_are_those_of_a_grid_of_both_rates(name: str) -> None:
    """Ends of both intervals within a step of the grid, every pair on the curve; another window is seen."""
    found = claimed_rate(scenario_of(name), name, NAMED[name], CLAIMS[name], SEEN)
    solve, confirm = np.array(found.solve), np.array(found.confirm)
    assert rates(name, solve, confirm) == pytest.approx(np.full(len(solve), found.rate), abs=2e-5)
    for pairs, grid in zip((solve, confirm), reached(name, found.rate), strict=True):
        assert np.diff(grid).max() == pytest.approx(1 / (STEPS - 1)), "one interval without a hole"
        assert (pairs.min(), pairs.max()) == pytest.approx((grid.min(), grid.max()), abs=1 / (STEPS - 1))
    corners = rates(name, np.array([0, 0, 1.0, 1.0]), np.array([0, 1.0, 0, 1.0]))
    assert found.possible == pytest.approx((corners.min(), corners.max()), abs=2e-5)
    if name in ("assumed_24h", "verified_72h"):
        assert np.abs(rates(name, solve, confirm, hours=20) - found.rate).max() > 1e-3
