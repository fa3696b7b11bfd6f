"""At given drivers and unknowns the expected meters are closed forms, to 1e-9."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.engine.run import simulate
from tests.oracles.conditional_means import MEANS
from tests.oracles.running import FOLDER, scenario_of


def worst(name: str, *changes: str) -> float:
    """Return the largest relative distance between expected meters and their closed forms in 64 futures."""
    results = simulate(scenario_of(name, 64, *changes), engine="expected")
    apart = [
        np.abs(results.meters[meter] - mean).max() / np.abs(mean).max() for meter, mean in MEANS[name](results).items()
    ]
    return float(max(apart))


def test_conditional_means_stand_for_every_scenario_file() -> None:
    assert set(MEANS) == {path.stem for path in FOLDER.glob("*.toml")}


@pytest.mark.parametrize("name", MEANS)
def test_expected_meters_equal_closed_forms(name: str) -> None:
    assert worst(name) < 1e-9


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("per_resolution_fixed_rate", "levels.any.solve=0.650000007"),
        ("copula_demand_solving", "levels.any.solve=0.65000001"),
        ("token_gamma_60k", "tokens.direct.output.mean=850.00001"),
        ("layer_allowance_cap", "tokens.direct.output.cv=2.00001"),
        ("growing_context", "tokens.tool_result.mean=200.00001"),
        ("human_chain_small_volume", "returns.straight_to_human.escalated=0.500001"),
    ],
)
def test_expected_meters_of_a_slightly_other_scenario_do_not(name: str, change: str) -> None:
    assert worst(name, change) > 1e-9
