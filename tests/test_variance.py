"""The split of an invoice's variance by level of chance: exact cases, sums, and what must not be confused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.engine.run import Run, simulate_all
from simulator.engine.seeds import Seeds
from simulator.scenario import load_scenario
from simulator.variance import PAIRS, Split, split_of, variance_runs, variance_split

ROOT = Path(__file__).parent.parent
ORACLES = ROOT / "tests" / "oracles"


def split(name: str, *changes: str) -> dict[str, Split]:
    scenario = load_scenario(ORACLES / f"{name}.toml", [*changes, "trials=4096"])
    own, *others = simulate_all([Run(scenario), *variance_runs(scenario)])
    return variance_split(own, others)


def test_split_of_known_levels_is_found() -> None:
    rng = np.random.default_rng(4)
    trial, month, conversation = (size * rng.standard_normal(200_000) for size in (3.0, 2.0, 1.0))
    again = 2.0 * rng.standard_normal(200_000), rng.standard_normal(200_000), rng.standard_normal(200_000)
    found = split_of(trial + month + conversation, trial + again[0] + again[1], trial + month + again[2])
    assert found.trial == pytest.approx(9 / 14, abs=0.01)
    assert found.month == pytest.approx(4 / 14, abs=0.01)
    assert found.conversation == pytest.approx(1 / 14, abs=0.005)
    assert found.trial + found.month + found.conversation == pytest.approx(1)


def test_level_of_which_nothing_varies_has_no_share_and_no_noise() -> None:
    """Two samples of 512 differ by 6 % of the variance: not to be told as what is not known today."""
    rng = np.random.default_rng(11)
    cost, months, talks = (rng.standard_normal(4_000) for _ in range(3))
    assert split_of(cost, months[:512], talks[:512], trial=False, month=False) == Split(0.0, 0.0, 1.0, 0.0)
    found = split_of(cost, months[:512], cost[:512] + 0.1 * talks[:512], trial=False)
    assert found.trial == 0 and found.month == pytest.approx(0.995, abs=0.002)
    found = split_of(cost, talks[:512], months[:512], month=False)
    assert found.month == 0 and found.conversation == pytest.approx(1, abs=5 * np.sqrt(2 / PAIRS))
    scenario = load_scenario(ROOT / "scenarios" / "minimal.toml", [f"trials={PAIRS}", "months=2"])
    own, *others = simulate_all([Run(scenario), *variance_runs(scenario)])
    assert {each.conversation for each in variance_split(own, others).values()} == {1.0}
    scenario = load_scenario(
        ROOT / "scenarios" / "minimal.toml", [f"trials={PAIRS}", "months=2", "volume.per_month={p5=1500,p95=2500}"]
    )
    own, *others = simulate_all([Run(scenario), *variance_runs(scenario)])
    assert all(each.trial > 0.9 and each.month == 0 for each in variance_split(own, others).values())


def test_split_of_a_constant_is_nothing() -> None:
    same = np.full(600, 5.0)
    assert split_of(same, same[:512], same[:512]) == Split(0.0, 0.0, 0.0, 0.0)


def test_months_alone_carry_the_oracle_with_a_rate_and_a_demand_by_month() -> None:
    """Exact: noise given both drivers has 0.0014050 of the variance, the months all the rest."""
    (found,) = split("per_resolution_beta_month").values()
    assert found.conversation == pytest.approx(0.001405, rel=0.2)
    assert found.trial == pytest.approx(0, abs=5 * np.sqrt(2 / PAIRS))
    assert found.month > 0.75


def test_conversations_alone_carry_a_poisson_month() -> None:
    (found,) = split("small_volume_per_resolution").values()
    assert found.conversation == pytest.approx(1, abs=5 * np.sqrt(2 / PAIRS))


def test_trial_level_is_found_where_a_factor_is_drawn_once() -> None:
    """Var(F) E[sum]^2 over the whole: (463,320 x 0.08)^2 / 40,426^2 = 0.8407 of the variance."""
    (found,) = split("annual_seasonal_shared_factor").values()
    assert found.trial == pytest.approx((463_320 * 0.08 / 40_426.48) ** 2, abs=0.06)


def test_short_run_has_no_split() -> None:
    scenario = load_scenario(ROOT / "scenarios" / "minimal.toml", [f"trials={PAIRS - 1}"])
    assert variance_runs(scenario) == []


def test_seeds_move_their_own_level_only() -> None:
    scenario = load_scenario(ROOT / "scenarios" / "broad_cx.toml", ["trials=8", "months=2"])
    own = Seeds.of(scenario)
    first, months, talks = simulate_all(
        [
            Run(scenario),
            Run(scenario, seeds=Seeds(own.trial, own.other, own.other)),
            Run(scenario, seeds=Seeds(own.trial, own.trial, own.other)),
        ]
    )
    for name, values in first.unknowns.items():
        assert np.array_equal(values, months.unknowns[name])
    assert np.array_equal(first.drivers["demand"], talks.drivers["demand"])
    assert not np.array_equal(first.drivers["demand"], months.drivers["demand"])
    assert not np.array_equal(first.meters["conversations"], talks.meters["conversations"])
