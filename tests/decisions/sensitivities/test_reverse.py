"""How far inputs must move: by hand where the cost is linear, checked by simulation, and what the scenario lacks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.decisions.sensitivities.reverse import FURTHEST, budget_gap, mean_gap, moved_along, nearest, reverse
from simulator.decisions.sensitivities.surface import Scores, fitted
from tests.decisions.sensitivities.running import SHARES, futures_of
from tests.scenarios.shipped import FOLDER

DEMAND, RATE = "volume.per_month", "levels.any.solve"
KNOWN_RATE = "levels.any.solve=0.65"


def linear(*overrides: str) -> tuple[float, float]:
    """Return by how much a budget is broken sooner than by hand, and what a simulation there closes of the gap."""
    futures = futures_of(SHARES, "trials=2048", KNOWN_RATE, "budget=47000", *overrides)
    (found,) = reverse(futures, "oracle")
    (way,) = found.ways
    assert way.distance is not None and way.closed is not None and way.alone == DEMAND
    sd = math.sqrt(math.log1p((7_195.832127 / 60_000) ** 2))
    p90 = float(np.quantile(futures.cost("oracle"), 0.9))
    return way.distance - math.log(47_000 / p90) / sd, way.closed


def test_a_linear_cost_breaks_its_budget_where_the_closed_form_says() -> None:
    apart, closed = linear()
    assert abs(apart) < 0.05 and closed == pytest.approx(1.0, abs=0.05)


def test_how_often_a_budget_is_kept_now_is_counted_in_all_futures() -> None:
    futures = futures_of(SHARES, "trials=512", KNOWN_RATE, "budget=47000")
    (found,) = reverse(futures, "oracle")
    assert found.kept == float(np.mean(futures.cost("oracle") <= 47_000)) and 0.5 < found.kept < 1


def test_the_furthest_is_not_told_beyond() -> None:
    futures = futures_of(SHARES, "trials=256", KNOWN_RATE, "budget=500000")
    (found,) = reverse(futures, "oracle")
    assert found.gap > 0 and found.ways[0].distance is None and not found.ways[0].holds


def test_a_broken_budget_is_told_from_the_other_side() -> None:
    futures = futures_of(SHARES, "trials=512", "budget=42000")
    (found,) = reverse(futures, "oracle")
    shifts = {way.alone: way.places[0].shift for way in found.ways}
    assert found.gap < 0 and shifts[DEMAND] < 0 and shifts[RATE] < 0
    together = next(way for way in found.ways if way.alone is None)
    assert together.distance is not None
    assert together.distance <= min(way.distance for way in found.ways if way.distance is not None) + 0.02


def test_every_way_told_is_borne_out_by_a_simulation() -> None:
    futures = futures_of(FOLDER / "narrow_actions.toml", "trials=512")
    found = reverse(futures, futures.forecast.verdict.recommended)
    ways = [way for each in found for way in each.ways if way.distance is not None]
    assert {each.event for each in found} == {"budget", "cheapest"} and ways
    assert np.median([way.closed for way in ways if way.closed is not None]) == pytest.approx(1.0, abs=0.15)


def test_nothing_is_asked_of_a_scenario_without_budget_and_other_contract() -> None:
    assert reverse(futures_of(SHARES, "trials=256"), "oracle") == ()
    assert reverse(futures_of(SHARES, "trials=32", "budget=42000"), "oracle") == ()
    assert reverse(futures_of(FOLDER / "minimal.toml", "trials=64"), "conversation") == ()


def test_a_quadratic_cost_is_fitted_exactly() -> None:
    rng = np.random.default_rng(3)
    scores = Scores.of({"a": rng.normal(size=400), "b": rng.normal(size=400)})
    a, b = scores.z.T
    cost = 5 + 2 * a - b + 0.5 * a**2 + 0.25 * a * b
    (surface,) = fitted(scores, [cost])
    assert surface.slope == pytest.approx([2, -1]) and surface.explained == pytest.approx(1.0)
    moved = 5 + 2 * (a + 0.6) - (b + 0.8) + 0.5 * (a + 0.6) ** 2 + 0.25 * (a + 0.6) * (b + 0.8)
    way = surface.along(np.array([0.6, 0.8]))
    assert way.at(1.0) == pytest.approx(moved) and way.averaged().at(1.0)[0] == pytest.approx(moved.mean())


def test_nearest_finds_the_nearer_side() -> None:
    assert nearest(lambda at: (at + 1.0) * (at - 2.0) * -1) == pytest.approx(-1.0)
    assert nearest(lambda at: (at + 1.0) * (at - 2.0) * -1, both=False) == pytest.approx(2.0)
    assert nearest(lambda at: FURTHEST + 1 - abs(at)) is None


def test_gaps() -> None:
    over = np.arange(-10.0, 0.0)
    assert budget_gap([over, over - 5]) == (2.0, None)
    assert mean_gap(["b", "c"], [np.full(2, 5.0), np.full(2, 9.0), np.full(2, 7.0)]) == (2.0, "c")


def test_moving_nothing_leaves_the_scenario_as_it_is() -> None:
    scenario = futures_of(SHARES, "trials=256").scenario
    assert moved_along(scenario, []) is scenario
