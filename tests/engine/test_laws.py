"""Scenarios in which one textbook law is left: the engine's draws against the exact distribution."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, logit

from simulator.engine.draws.drawing import count_cases, keys_of
from simulator.futures.month_level import draw_drivers, expected_demand
from simulator.futures.unknowns import draw_unknowns
from simulator.law.drivers import DrawnDrivers
from simulator.scenario import Scenario, parse_scenario
from simulator.streams import BLOCK_TRIALS
from tests.engine.by_hand import SURE, rows_of, sure
from tests.statistics import (
    Verdict,
    covariance_is,
    follows,
    mean_is,
    same_categories,
    share_below_is,
    variance_is,
)


def block_counts(scenario: Scenario, blocks: int) -> np.ndarray:
    found = []
    for block in range(blocks):
        unknowns = draw_unknowns(scenario, block)
        demand = expected_demand(scenario, unknowns, draw_drivers(scenario, unknowns, block), block)
        cases = count_cases(keys_of(scenario.seed, list(scenario.intents)), demand.cases, block * BLOCK_TRIALS)
        found.append(cases[:, :, 0].ravel())
    return np.concatenate(found)


def worst_below(counts: np.ndarray, law: stats.rv_discrete, edges: range) -> Verdict:
    verdicts = [share_below_is(counts, edge, law.cdf(edge)) for edge in edges]
    return max(verdicts, key=lambda verdict: verdict.score)


def test_cases_are_poisson_where_demand_does_not_move() -> None:
    counts = block_counts(sure("volume.per_month=30", "months=24"), 8)
    verdict = worst_below(counts, stats.poisson(30), range(15, 46))
    assert verdict, verdict
    drawn = np.random.default_rng(1).poisson(30, counts.size)
    assert same_categories(counts.tolist(), drawn.tolist())
    assert not worst_below(counts, stats.poisson(30.6), range(15, 46))


@pytest.mark.parametrize("law", ["gamma", "lognormal"])
def test_cases_under_a_gamma_demand_factor_are_negative_binomial(law: str) -> None:
    """Size 1 / cv^2 = 4, mean 30; a lognormal factor of the same cv is the control that must not pass."""
    counts = block_counts(sure("volume.per_month=30", "months=24", f"drivers.demand={{ law = '{law}', cv = 0.5 }}"), 8)
    verdict = worst_below(counts, stats.nbinom(4, 4 / 34), range(2, 90))
    assert bool(verdict) == (law == "gamma"), verdict
    assert mean_is(counts, 30) and variance_is(counts, 30 + 30**2 / 4)


def test_turns_are_one_plus_negative_binomial_and_cut() -> None:
    scenario = sure("levels.only.turns=4", "turns.size=3", "turns.most=8", "volume.per_month=500")
    turns = rows_of(scenario).turns
    law = stats.nbinom(3, 3 / 6)
    assert turns.max() == 8 and turns.min() == 1
    verdict = worst_below(turns - 1, law, range(7))
    assert verdict, verdict
    assert not worst_below(turns - 1, stats.nbinom(4, 4 / 7), range(7))


def test_a_beta_shaped_rate_has_its_law() -> None:
    scenario = sure("levels.only.escalate=0.3", "months=24",
                    "drivers.escalation={ shape = 'beta', mean = 0.3, sd = 0.06 }")  # fmt: skip
    shifts = series(scenario, 8, lambda drivers: drivers.escalation)
    rates = expit(logit(0.3) + shifts).ravel()
    size = 0.3 * 0.7 / 0.06**2 - 1
    law = stats.beta(0.3 * size, 0.7 * size)
    for verdict in (mean_is(rates, 0.3), variance_is(rates, 0.06**2), follows(rates, law.cdf)):
        assert verdict, verdict
    assert not variance_is(rates, 0.066**2)


def series(scenario: Scenario, blocks: int, chosen: Callable[[DrawnDrivers], np.ndarray]) -> np.ndarray:
    """Return what is chosen of the drivers, trials of all blocks one after another."""
    found: list[DrawnDrivers] = [
        draw_drivers(scenario, draw_unknowns(scenario, block), block) for block in range(blocks)
    ]
    return np.concatenate([chosen(drivers) for drivers in found])


def test_a_series_is_stationary_with_its_persistence() -> None:
    z = series(sure("months=12", "drivers.returning={ sd = 1, persistence = 0.7 }"), 64, lambda d: d.returning)
    for month in (0, 1, 6, 11):
        verdict = variance_is(z[:, month], 1.0)
        assert verdict, verdict
    for lag in (1, 2, 5):
        verdict = covariance_is((z[:, 3], z[:, 3 + lag]), 0.7**lag)
        assert verdict, verdict
    for verdict in (mean_is(z[:, 0], 0), follows(z[:, 0], stats.norm.cdf), follows(z[:, 11], stats.norm.cdf)):
        assert verdict, verdict
    assert not covariance_is((z[:, 3], z[:, 4]), 0.85)


def test_correlated_series_have_their_stationary_covariance() -> None:
    """R sqrt(1 - a^2) sqrt(1 - b^2) / (1 - a b) in every month, the first included."""
    z = series(
        sure("months=8", "drivers.complexity={ sd = 1, persistence = 0.8 }",
             "drivers.solving={ sd = 1, persistence = 0.3 }", "drivers.correlation={ complexity = { solving = -0.6 } }"),  # noqa: E501
        64,
        lambda d: np.stack([d.complexity, d.solving], axis=2),
    )  # fmt: skip
    exact = -0.6 * math.sqrt(1 - 0.64) * math.sqrt(1 - 0.09) / (1 - 0.24)
    for month in (0, 1, 7):
        verdict = covariance_is((z[:, month, 0], z[:, month, 1]), exact)
        assert verdict, verdict
    lagged = covariance_is((z[:, 0, 0], z[:, 2, 1]), 0.3**2 * exact)
    assert lagged, lagged
    assert not covariance_is((z[:, 0, 0], z[:, 0, 1]), -0.6)


def test_mix_series_are_independent_and_stationary() -> None:
    two = SURE + "intents.two = { share = 1, levels = { only = 1 } }\n"
    scenario = parse_scenario(two, "two", ["months=4", "drivers.mix={ sd = 1, persistence = 0.5 }"])
    z = series(scenario, 64, lambda d: d.mix)
    for month in (0, 3):
        assert variance_is(z[:, month, 0], 1.0) and covariance_is((z[:, month, 0], z[:, month, 1]), 0.0)
    assert covariance_is((z[:, 0, 1], z[:, 1, 1]), 0.5)


@pytest.mark.parametrize(("law", "exact"), [
    ("{ law = 'lognormal', median_hours = 20, sigma = 1.4 }", stats.lognorm(1.4, scale=20)),
    ("{ law = 'weibull', scale_hours = 24, shape = 0.6 }", stats.weibull_min(0.6, scale=24)),
])  # fmt: skip
def test_delays_have_their_law(law: str, exact: stats.rv_continuous) -> None:
    rows = rows_of(sure("returns.probability.confirmed=1", f"returns.delay={law}", "volume.per_month=500"))
    hours = rows.delay_hours[rows.contact == 1]
    verdict = follows(hours, exact.cdf)
    assert verdict, verdict
    assert not follows(hours * 1.15, exact.cdf)


def test_growth_season_rollout_and_incidents_multiply() -> None:
    season = [1.0] * 11 + [13.0]
    scenario = sure("months=13", "start='2027-12'", "volume.growth_per_year=0.5", f"volume.season={season}",
                    "volume.rollout=[0.2, 0.6]", "volume.ai_share=0.5", "incidents={ probability = 1, factor = 2 }")  # fmt: skip  # noqa: E501
    unknowns = draw_unknowns(scenario, 0)
    cases = expected_demand(scenario, unknowns, draw_drivers(scenario, unknowns, 0), 0).cases[5, :, 0]
    exact = [
        50 * 1.5 ** (k / 12) * (6.5 if k % 12 == 0 else 0.5) * (0.2 if k == 0 else 0.6) * 0.5 * 2 for k in range(13)
    ]
    assert cases == pytest.approx(exact, rel=1e-12)


def test_lognormal_minutes_have_their_mean_and_log_sd() -> None:
    scenario = sure("levels.only.escalate=1", "people.minutes_sigma=0.8", "volume.per_month=500")
    minutes = rows_of(scenario).handoff_minutes
    for verdict in (
        mean_is(minutes, 6),
        mean_is(np.log(minutes), math.log(6) - 0.32),
        variance_is(np.log(minutes), 0.64),
    ):
        assert verdict, verdict
    assert not mean_is(np.log(minutes), math.log(6))


@pytest.mark.parametrize("family", ["lognormal", "gamma"])
def test_lengths_have_their_mean_and_cv(family: str) -> None:
    scenario = sure(
        f"tokens.answer={{ mean = 20, cv = 0.9, family = '{family}' }}", "tokens.reasoning.mean=0", "turns.most=1",
        "turns.calls_per_turn=1", "volume.per_month=500",
    )  # fmt: skip
    lengths = rows_of(scenario).tokens.output
    exact = stats.gamma(1 / 0.81, scale=20 * 0.81)
    if family == "lognormal":
        exact = stats.lognorm(math.sqrt(math.log(1.81)), scale=20 / math.sqrt(1.81))
    for verdict in (
        mean_is(lengths, 20),
        mean_is(np.log(lengths), exact.expect(np.log)),
        follows(lengths, exact.cdf),
    ):
        assert verdict, verdict
    other = stats.lognorm(math.sqrt(math.log(1.81)), scale=20 / math.sqrt(1.81)) if family == "gamma" else None
    assert not follows(lengths, (other or stats.gamma(1 / 0.81, scale=20 * 0.81)).cdf)
