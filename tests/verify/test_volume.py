"""Scaling a volume: the same unknowns and drivers, a multiple of the cases, however the scenario states them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.futures.month_level import draw_drivers, expected_demand
from simulator.futures.unknowns import draw_unknowns
from simulator.scenario import Scenario, load_scenario
from simulator.verify.volume import cases_per_month, scaled, with_run
from tests.synthetic import scenario

SCENARIOS = Path(__file__).parent.parent / "scenario"
STATEMENTS: dict[str, Any] = {
    "number": 2000,
    "interval": {"p5": 800, "p95": 1200},
    "mean and sd": {"mean": 1000, "sd": 100},
    "pert": {"low": 500, "mode": 900, "high": 2000},
    "choices": {"choices": [500, 900], "weights": [1, 3]},
}


def expected_cases(of: Scenario) -> np.ndarray:
    unknowns = draw_unknowns(of, 0)
    return expected_demand(of, unknowns, draw_drivers(of, unknowns, 0), 0).cases


@pytest.mark.parametrize("statement", STATEMENTS)
def test_scaled_multiplies_every_month_of_every_trial(statement: str) -> None:
    plain = scenario(volume={"per_month": STATEMENTS[statement], "growth_per_year": 0.2, "ai_share": 0.7})
    small = scaled(plain, 0.025)
    assert expected_cases(small) == pytest.approx(0.025 * expected_cases(plain), rel=1e-12)
    per_month = small.volume.per_month
    assert per_month is not None and per_month.fixed == (statement == "number")
    assert cases_per_month(small) == pytest.approx(0.025 * cases_per_month(plain), rel=1e-12)


@pytest.mark.parametrize("name", ["everything.toml", "everything_forecast.toml", "everything_direct.toml"])
def test_scaled_keeps_unknowns_and_drivers_whatever_the_scenario_says(name: str) -> None:
    plain = load_scenario(SCENARIOS / name)
    large = scaled(plain, 40.0)
    assert expected_cases(large) == pytest.approx(40 * expected_cases(plain), rel=1e-9)
    first, second = draw_unknowns(plain, 0), draw_unknowns(large, 0)
    for key, values in first.drawn.items():
        factor = 40 if key == "volume.per_month" else 1
        assert second.drawn[key] == pytest.approx(factor * values, rel=1e-12), key
    assert np.array_equal(draw_drivers(plain, first, 0).demand, draw_drivers(large, second, 0).demand)


def test_scaled_forecast_differs_from_one_that_is_not() -> None:
    plain = load_scenario(SCENARIOS / "everything_forecast.toml")
    assert plain.volume.forecast
    assert expected_cases(scaled(plain, 2.0)) != pytest.approx(expected_cases(plain), rel=0.5)


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan")])
def test_scaled_refuses_a_factor_that_is_not_positive(factor: float) -> None:
    with pytest.raises(ValueError, match="factor above 0"):
        scaled(scenario(), factor)


def test_with_run_keeps_the_drivers_of_the_first_months() -> None:
    plain = scenario(months=6)
    cut = with_run(plain, trials=10, months=2)
    assert (cut.trials, cut.months) == (10, 2)
    assert np.array_equal(expected_cases(cut), expected_cases(plain)[:, :2])
