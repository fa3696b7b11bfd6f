"""Crossings of curves that are known, and how often their intervals hold the true crossing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.arrays import Array
from simulator.contracts.invoices.tie import root
from simulator.decisions.breakeven.crossings import GAPS, STEP, Gap, crossing_at, find_answer

MEAN, P90, NINE, OTHER = GAPS
GRID = tuple(np.linspace(0.1, 10, 49))


def curve(of):  # type: ignore[no-untyped-def]
    """Return costs of which the first less the other is a curve, in every future."""
    return lambda value: (np.full(8, 100.0 + of(value)), np.full(8, 100.0))


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: gap.name)
def test_all_crossings_of_a_wave_are_found(gap: Gap) -> None:
    found = find_answer(gap, curve(lambda x: 5 * math.sin(x)), GRID, None)
    assert [each.at.value for each in found.crossings] == pytest.approx([math.pi, 2 * math.pi, 3 * math.pi], abs=1e-9)
    assert [each.dearer_above for each in found.crossings] == [False, True, False]
    holds = [(s.start and s.start.at.value, s.end and s.end.at.value) for s in found.holds]
    first = (pytest.approx(math.pi), pytest.approx(2 * math.pi))
    yes = (
        [(None, first[0]), (first[1], pytest.approx(3 * math.pi))]
        if gap is OTHER
        else [first, (pytest.approx(3 * math.pi), None)]
    )
    assert holds == yes


def test_two_crossings_between_neighbours_of_the_grid_are_found() -> None:
    """A dip of a width of 0.1 between points 0.2 apart; one that does not reach 0 is none."""

    def dip(depth: float):  # type: ignore[no-untyped-def]
        return curve(lambda x: abs(x - 5.03) * 8 - depth)

    found = find_answer(MEAN, dip(0.4), GRID, None)
    assert [each.at.value for each in found.crossings] == pytest.approx([4.98, 5.08], abs=1e-9)
    assert find_answer(MEAN, dip(-0.4), GRID, None).crossings == ()


def test_bills_in_proportion_are_not_searched_for_dips_that_are_the_last_bits() -> None:
    asked: list[float] = []

    def costs(value: float) -> tuple[Array, Array]:
        asked.append(value)
        return np.full(8, 0.1 + 1e-16 * value) * value, np.full(8, 0.3) * value

    assert find_answer(MEAN, costs, GRID, None).crossings == ()
    assert len(asked) == len(GRID)


def test_bills_that_are_the_same_on_a_stretch_have_an_edge_at_its_end() -> None:
    found = find_answer(MEAN, curve(lambda x: min(x - 3, 0.0) + max(x - 6, 0.0)), GRID, None)
    assert [each.at.value for each in found.crossings] == pytest.approx([3.0], abs=1e-6)
    assert found.holds[0].start is None
    assert find_answer(MEAN, curve(lambda x: 0.0), GRID, None).equal


LEVEL = 0.95
SD_A, SD_B, RHO = 0.3, 0.2, 0.6
FUTURES, REPEATS = 400, 400


def drawn(seed: int) -> tuple[Array, Array]:
    """Return units of the first and costs of the other in random futures: lognormal, and correlated."""
    z = np.random.default_rng(seed).standard_normal((2, FUTURES))
    both = RHO * z[0] + math.sqrt(1 - RHO**2) * z[1]
    return np.exp(SD_A * z[0]), np.exp(SD_B * both)


def true_crossing(gap: Gap) -> float:
    """Return the price at which both are level by the laws."""
    z90, spread = 1.2815515655446004, math.sqrt(SD_A**2 + SD_B**2 - 2 * RHO * SD_A * SD_B)
    return {
        "mean": math.exp((SD_B**2 - SD_A**2) / 2),
        "p90": math.exp(z90 * (SD_B - SD_A)),
        "nine_in_ten": math.exp(-z90 * spread),
        "other_nine_in_ten": math.exp(z90 * spread),
    }[gap.name]


def cover(gap: Gap, narrowed: float = 1.0, unpaired: bool = False) -> float:
    """Return in which share of repeated studies the interval holds the true crossing.

    Args:
        narrowed: what intervals are multiplied by.
        unpaired: whether the futures of the two are told apart for the interval, as if they were others.
    """
    true = true_crossing(gap)
    found = [interval_of(gap, *drawn(seed), unpaired=unpaired) for seed in range(REPEATS)]
    widened = [tuple(level + narrowed * (end - level) for end in ends) for level, ends in found]
    return sum(low <= true <= high for low, high in widened) / REPEATS


def interval_of(gap: Gap, units: Array, other: Array, *, unpaired: bool) -> tuple[float, tuple[float, float]]:
    """Return the crossing of some futures, and its interval."""
    level = root(lambda x: gap.of(x * units, other), 0.1, 10.0, 1e-12)
    around = ((1 - STEP) * level, (1 + STEP) * level)
    shown = np.roll(other, 1) if unpaired else other
    found = crossing_at(gap, lambda x: (x * units, shown if x == level else other), level, around, None).at
    assert found.low is not None and found.high is not None
    return level, (found.low, found.high)


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: gap.name)
def test_an_interval_covers_as_often_as_it_says(gap: Gap) -> None:
    """0.95 of 400 has a standard error of 0.011; intervals of order statistics are a little wide."""
    assert 0.915 <= cover(gap) <= 0.995


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: gap.name)
def test_an_interval_half_as_wide_is_seen_to_cover_too_rarely(gap: Gap) -> None:
    assert cover(gap, narrowed=0.5) < 0.85


def test_an_interval_of_unpaired_futures_is_seen_to_be_too_wide() -> None:
    assert cover(MEAN, unpaired=True) > 0.985
