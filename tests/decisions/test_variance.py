"""The split of an invoice's variance by level of chance: exact cases, sums, and what must not be confused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.decisions.variance import split_of, variance_split
from simulator.engine.run import Run, simulate_all
from simulator.engine.sampling.sampled import EXPECTED, FIRST_HALF, OTHER_MONTHS, SECOND_HALF, SPLIT_TRIALS
from simulator.risk.variance_shares import VarianceShares
from simulator.scenario import load_scenario

ROOT = Path(__file__).parents[2]
ORACLES = ROOT / "tests" / "oracles"
MINIMAL = ROOT / "scenarios" / "minimal.toml"
ERROR = np.sqrt(2 / SPLIT_TRIALS)
"""Standard error of a share that is about 1."""


def split(path: Path, *changes: str) -> dict[str, VarianceShares]:
    (results,) = simulate_all([Run(load_scenario(path, changes), split=True)])
    found = variance_split(results)
    assert found is not None
    return found


def of_oracle(name: str) -> VarianceShares:
    (found,) = split(ORACLES / f"{name}.toml", "trials=4096").values()
    return found


def test_split_of_known_levels_is_found() -> None:
    rng = np.random.default_rng(4)
    trial, month, *halves = (size * rng.standard_normal(200_000) for size in (3.0, 2.0, 1.0, 1.0))
    other = 2.0 * rng.standard_normal(200_000)
    cost = trial + month + rng.standard_normal(200_000)
    found = split_of(cost, (trial + month + halves[0], trial + month + halves[1]), (trial + month, trial + other))
    assert found.trial == pytest.approx(9 / 14, abs=0.01)
    assert found.month == pytest.approx(4 / 14, abs=0.01)
    assert found.conversation == pytest.approx(1 / 14, abs=0.005)
    assert found.trial + found.month + found.conversation == pytest.approx(1)


def test_level_of_which_nothing_varies_has_no_share_and_no_noise() -> None:
    """Two samples of 512 differ by 6 % of the variance: not to be told as that of uncertain inputs."""
    rng = np.random.default_rng(11)
    cost = rng.standard_normal(4_000)
    one, other, same = (rng.standard_normal(512) for _ in range(3))
    assert split_of(cost, (one, other), (same, same), trial=False, month=False) == VarianceShares(0.0, 0.0, 1.0, 0.0)
    found = split_of(cost, (cost[:512], cost[:512] + 0.1 * one), (one, other), trial=False)
    assert found.trial == 0 and found.month == pytest.approx(0.995, abs=0.002)
    found = split_of(cost, (one, other), (same, same), month=False)
    assert found.month == 0 and found.conversation == pytest.approx(1, abs=5 * ERROR)


def test_a_scenario_in_which_a_level_is_still_has_no_share_of_it() -> None:
    short = (f"trials={SPLIT_TRIALS}", "months=2")
    assert {each.conversation for each in split(MINIMAL, *short).values()} == {1.0}
    found = split(MINIMAL, *short, "volume.per_month={p5=1500,p95=2500}")
    assert all(each.trial > 0.9 and each.month == 0 for each in found.values())


def test_split_of_a_constant_is_nothing() -> None:
    same = np.full(600, 5.0)
    assert split_of(same, (same, same), (same, same)) == VarianceShares(0.0, 0.0, 0.0, 0.0)


def test_months_alone_carry_the_oracle_with_a_rate_and_a_demand_by_month() -> None:
    """Exact: noise given both drivers has 0.0014050 of the variance, the months all the rest."""
    found = of_oracle("per_resolution_beta_month")
    assert found.conversation == pytest.approx(0.001405, rel=0.3)
    assert found.trial == pytest.approx(0, abs=5 * ERROR)
    assert found.month > 0.75


def test_conversations_alone_carry_a_poisson_month() -> None:
    assert of_oracle("small_volume_per_resolution").conversation == pytest.approx(1, abs=5 * ERROR)


def test_trial_level_is_found_where_a_factor_is_drawn_once() -> None:
    """Var(F) E[sum]^2 over the whole: (463,320 x 0.08)^2 / 40,426^2 = 0.8407 of the variance."""
    found = of_oracle("annual_seasonal_shared_factor")
    assert found.trial == pytest.approx((463_320 * 0.08 / 40_426.48) ** 2, abs=0.06)


def test_a_short_run_and_one_that_did_not_look_have_no_split() -> None:
    few, not_asked = simulate_all(
        [
            Run(load_scenario(MINIMAL, [f"trials={SPLIT_TRIALS - 1}", "months=1"]), split=True),
            Run(load_scenario(MINIMAL, [f"trials={SPLIT_TRIALS}", "months=1"])),
        ]
    )
    assert few.split and variance_split(few) is None
    assert not not_asked.split and variance_split(not_asked) is None


def test_halves_have_all_of_a_month_each_and_other_months_are_others() -> None:
    scenario = load_scenario(ROOT / "scenarios" / "broad_cx.toml", [f"trials={SPLIT_TRIALS}", "months=2"])
    (run,) = simulate_all([Run(scenario, split=True)])
    first, second, expected, other = (
        run.split[f"{level}/conversations"] for level in (FIRST_HALF, SECOND_HALF, EXPECTED, OTHER_MONTHS)
    )
    for half in (first, second):
        off = (half - expected).ravel()
        assert abs(off.mean()) < 4 * off.std() / len(off) ** 0.5
    noise = [(each - expected).ravel() for each in (first, second)]
    assert abs(np.corrcoef(*noise)[0, 1]) < 4 / len(noise[0]) ** 0.5
    assert not np.isclose(expected, other).any() and np.corrcoef(expected.sum(axis=1), other.sum(axis=1))[0, 1] > 0.2
