"""The reference's trials and months against textbook laws: counts, drivers, demand, unknowns."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest
from scipy import stats

from tests.reference.demand import stated_volume, tickets_per_case
from tests.reference.drivers import ORDER, Scores, draw_scores, moves
from tests.reference.law import Month, simulate_trial
from tests.reference.textbook import textbook
from tests.reference.unknowns import trial_values
from tests.statistics import covariance_is, follows, mean_is, share_below_is, variance_is

TRIALS = 1_250
MEAN = 200.0


def counts(changes: dict[str, Any], seed: int = 21, trials: int = TRIALS) -> list[int]:
    """Return the cases of month 1 in many trials."""
    scenario, rng = textbook(changes), Random(seed)
    return [sum(first_month(scenario, rng).demand.cases.values()) for _ in range(trials)]


def first_month(scenario: Any, rng: Random, **options: Any) -> Month:
    return simulate_trial(scenario, rng, months=[1], count_only=True, **options).months[0]


def center(changes: dict[str, Any]) -> Any:
    return trial_values(textbook(changes), Random(0), "center")


def test_cases_without_drivers_are_poisson() -> None:
    sample = counts({})
    assert mean_is(sample, MEAN)
    assert variance_is(sample, MEAN)
    assert share_below_is(sample, 210, stats.poisson(MEAN).cdf(210))
    assert not variance_is(sample, MEAN * 1.4)  # negative control


def test_cases_under_a_gamma_factor_are_negative_binomial() -> None:
    sample = counts({"drivers": {"demand": {"law": "gamma", "cv": 0.3}}})
    size = 1 / 0.3**2
    law = stats.nbinom(size, size / (size + MEAN))
    assert mean_is(sample, MEAN)
    assert variance_is(sample, MEAN + (0.3 * MEAN) ** 2)
    for probability in (0.1, 0.5, 0.9, 0.99):
        edge = law.ppf(probability)
        assert share_below_is(sample, edge, law.cdf(edge))
    assert not share_below_is(sample, 280, stats.norm(MEAN, math.sqrt(MEAN)).cdf(280))  # negative control


@pytest.mark.parametrize("spread", [{"cv": 0.3}, {"log_sd": math.sqrt(math.log(1.09))}])
def test_cases_under_a_lognormal_factor_have_its_moments(spread: dict[str, float]) -> None:
    sample = counts({"drivers": {"demand": spread}})
    assert mean_is(sample, MEAN)
    assert variance_is(sample, MEAN + (0.3 * MEAN) ** 2)


def test_solved_and_unsolved_conversations_are_thinned_independently() -> None:
    scenario, rng = textbook({"volume": {"per_month": 40}, "levels": {"only": {"solve": 0.65}}}), Random(22)
    solved, unsolved = [], []
    for _ in range(1_000):
        rows = list(simulate_trial(scenario, rng).rows())
        solved.append(sum(row["solved"] for row in rows))
        unsolved.append(len(rows) - solved[-1])
    assert mean_is(solved, 26.0)
    assert variance_is(solved, 26.0)
    assert variance_is(unsolved, 14.0)
    assert covariance_is((solved, unsolved), 0.0)
    assert not covariance_is((solved, solved), 0.0)  # negative control


def many_scores(drivers: dict[str, Any], months: int = 3) -> list[list[Scores]]:
    values, rng = center({"drivers": drivers}), Random(23)
    return [draw_scores(values, months, rng) for _ in range(8_000)]


def test_driver_scores_are_stationary_autoregressions_with_correlated_innovations() -> None:
    phi, psi, rho = 0.8, 0.3, 0.5
    trials = many_scores(
        {
            "demand": {"cv": 0.1, "persistence": phi},
            "tokens": {"cv": 0.1, "persistence": psi},
            "correlation": {"demand": {"tokens": rho}},
        }
    )

    def score(name: str, month: int) -> list[float]:
        return [trial[month].of(name) for trial in trials]

    same_month = rho * math.sqrt(1 - phi**2) * math.sqrt(1 - psi**2) / (1 - phi * psi)
    for month in (0, 2):
        assert variance_is(score("demand", month), 1.0)
        assert covariance_is((score("demand", month), score("tokens", month)), same_month)
        assert covariance_is((score("demand", month), score("solving", month)), 0.0)
    assert covariance_is((score("demand", 0), score("demand", 2)), phi**2)
    # demand two months later depends on today's tokens only through what they share today, and the reverse
    assert covariance_is((score("demand", 2), score("tokens", 0)), phi**2 * same_month)
    assert covariance_is((score("demand", 0), score("tokens", 2)), psi**2 * same_month)
    assert not covariance_is((score("demand", 0), score("tokens", 2)), phi**2 * same_month)  # negative control


def test_driver_order_is_the_stated_one() -> None:
    assert ORDER == ("demand", "complexity", "escalation", "solving", "returning", "tokens")


def test_beta_shaped_rate_has_mean_and_sd() -> None:
    shape = {"shape": "beta", "mean": 0.65, "sd": 0.04}
    scenario = textbook({"drivers": {"solving": shape}, "levels": {"only": {"solve": 0.65}}})
    values, rng, rates = trial_values(scenario, Random(0)), Random(24), []
    for _ in range(TRIALS):
        shift = moves(values, Scores({"solving": rng.gauss(0, 1)})).solving
        rates.append(1 / (1 + 0.35 / 0.65 * math.exp(-shift)))
    size = 0.65 * 0.35 / 0.04**2 - 1
    assert mean_is(rates, 0.65)
    assert variance_is(rates, 0.04**2)
    assert follows(rates, stats.beta(0.65 * size, 0.35 * size).cdf)


def test_rate_shift_acts_on_the_log_odds() -> None:
    values = center({"drivers": {"escalation": {"sd": 0.2}, "complexity": {"sd": 0.3}, "returning": {"sd": 0.4}}})
    move = moves(values, Scores({"escalation": 1.5, "complexity": -1.0, "returning": 2.0}))
    assert (move.escalation, move.complexity, move.returning) == pytest.approx((0.3, -0.3, 0.8))


TWO_INTENTS = {"a": {"share": 2, "levels": {"only": 1}}, "only": {"share": 8, "levels": {"only": 1}}}


def test_mix_moves_log_ratios_of_shares() -> None:
    values = center({"intents": TWO_INTENTS, "drivers": {"mix": {"sd": 0.1}}})
    shares = moves(values, Scores(mix={"a": 2.0, "only": -1.0})).shares
    assert shares["a"] / shares["only"] == pytest.approx(0.25 * math.exp(0.3), rel=1e-12)
    assert sum(shares.values()) == pytest.approx(1.0, rel=1e-15)


def test_incident_multiplies_every_intent_or_only_the_named_ones() -> None:
    incident = {"probability": 1.0, "factor": 1.5}
    everywhere = first_month(textbook({"intents": TWO_INTENTS, "incidents": incident}), Random(1))
    assert everywhere.demand.expected_cases == pytest.approx({"a": 60.0, "only": 240.0})
    tilted = {**incident, "intents": ["a"]}
    named = first_month(textbook({"intents": TWO_INTENTS, "incidents": tilted}), Random(1))
    assert named.demand.expected_cases == pytest.approx({"a": 40 * 3.5, "only": 160.0})  # 1 + 0.5 / 0.2
    assert sum(named.demand.expected_cases.values()) == pytest.approx(1.5 * MEAN)


def test_incidents_come_with_their_probability_independently_by_month() -> None:
    scenario = textbook({"months": 2, "incidents": {"probability": 0.3, "factor": 2.0}})
    rng, found = Random(25), []
    for _ in range(TRIALS):
        trial = simulate_trial(scenario, rng, count_only=True)
        found.append([float(month.demand.incident) for month in trial.months])
    first, second = zip(*found, strict=True)
    assert mean_is(first, 0.3)
    assert covariance_is((first, second), 0.0)


CHAIN = {
    "levels": {"only": {"solve": 1.0}},
    "returns": {
        "max_contacts": 3,
        "probability": {"silent_solved": 0.4},
        "straight_to_human": {"silent_solved": 0.25},
    },
    "duplicates": {"probability": {"silent_solved": 0.1}},
}
CONVERSATIONS = (1 + 0.3 + 0.09) * 1.1
STRAIGHT = 0.4 * 0.25 + 0.3 * 0.4 * 0.25 + 0.09 * 0.4


def test_conversations_and_tickets_per_case_are_exact() -> None:
    a, b = tickets_per_case(center(CHAIN))
    assert a == pytest.approx(CONVERSATIONS, rel=1e-14)
    assert b == pytest.approx(CONVERSATIONS + STRAIGHT, rel=1e-14)


def test_conversations_per_case_mix_intents_levels_and_models() -> None:
    # two levels (never and always solved), two models of which the second escalates everything it gets;
    # only unsolved ends return (probability 0.5), at most 2 contacts, never straight
    changes = {
        "levels": {"only": {"escalate": 0.5, "solve": 1.0}, "hard": {"escalate": 0.5, "solve": 0.0}},
        "intents": {
            "only": {"share": 3, "levels": {"only": 1}},
            "b": {"share": 1, "levels": {"hard": 2, "only": 2}},
        },
        "models": {"only": {"routing": 3}, "more": {"rates": {"input": 1, "output": 1}, "escalate_odds": 3}},
        "returns": {"max_contacts": 2, "probability": {"silent_unsolved": 0.5}},
    }
    hard = 0.25 * 0.5  # share of cases of the level that is never solved
    escalated = 0.75 * 0.5 + 0.25 * 0.75
    a, b = tickets_per_case(center(changes))
    assert a == pytest.approx(1 + hard * (1 - escalated) * 0.5, rel=1e-14)
    assert b - a == pytest.approx(hard * ((1 - escalated) * 0.5) ** 2, rel=1e-14)


@pytest.mark.parametrize(
    ("unit", "per_case"), [("cases", 1.0), ("conversations", CONVERSATIONS), ("tickets", CONVERSATIONS + STRAIGHT)]
)
def test_volume_unit_keeps_the_stated_count(unit: str, per_case: float) -> None:
    scenario = textbook({**CHAIN, "volume": {"per_month": 100, "unit": unit}})
    rng, found = Random(26), []
    for _ in range(500):
        month = simulate_trial(scenario, rng).months[0]
        rows = month.rows()
        found.append({"cases": len(month.cases), "conversations": len(rows), "tickets": month.tickets}[unit])
        assert sum(month.demand.expected_cases.values()) == pytest.approx(100 / per_case)
    assert mean_is(found, 100.0)
    assert not mean_is(found, 106.0)  # negative control


def test_tickets_the_ai_never_sees_complete_the_stated_tickets() -> None:
    volume = {"per_month": 150, "unit": "tickets", "ai_share": 0.8, "rollout": [0.5, 0.75]}
    scenario, rng, found = textbook({**CHAIN, "months": 3, "volume": volume}), Random(27), []
    for _ in range(100):
        months = simulate_trial(scenario, rng).months
        for month, rollout in zip(months, (0.5, 0.75, 0.75), strict=True):
            assert month.demand.expected_unseen == pytest.approx(150 * (1 - 0.8 * rollout))
        found.append(months[0].tickets)
    assert mean_is(found, 150.0)


def test_tickets_the_ai_never_sees_move_with_demand_and_incident() -> None:
    changes = {
        **CHAIN,
        "volume": {"ai_share": 0.75},
        "incidents": {"probability": 1.0, "factor": 1.5},
        "drivers": {"demand": {"log_sd": 0.2}},
    }
    month = first_month(textbook(changes), Random(1), drivers=[Scores({"demand": 1.0})])
    moved = MEAN * math.exp(0.2 - 0.02) * 1.5
    assert month.demand.expected_unseen == pytest.approx(0.25 * moved * (CONVERSATIONS + STRAIGHT))
    assert month.demand.expected_cases == pytest.approx({"only": 0.75 * moved})


def test_growth_and_season_move_the_stated_volume() -> None:
    season = [1.0, 2.0, 3.0, 1, 1, 1, 1, 1, 1, 1, 1, 10.0]
    values = center({"start": "2027-12", "volume": {"growth_per_year": 0.21, "season": season}})
    mean = 24 / 12
    assert stated_volume(values, 1, 0.0) == pytest.approx(200 * 10 / mean)
    assert stated_volume(values, 3, 0.0) == pytest.approx(200 * 1.21 ** (2 / 12) * 2 / mean)
    assert stated_volume(values, 13, 0.0) == pytest.approx(200 * 1.21 * 10 / mean)


def test_forecast_has_low_base_and_high_at_p5_p50_p95() -> None:
    rows = [{"month": "2027-01", "low": 80, "base": 100, "high": 150}]
    values = center({"volume": {"per_month": None, "forecast": rows}})
    found = [stated_volume(values, 1, z) for z in (-1.6448536, 0.0, 1.6448536, 3.2897073)]
    assert found == pytest.approx([80, 100, 150, 225], rel=1e-6)


UNKNOWN = [
    ({"p5": 50.0, "p95": 200.0}, stats.norm(math.log(100), math.log(2) / 1.6448536), math.log),
    ({"mean": 100.0, "sd": 50.0}, stats.lognorm(math.sqrt(math.log(1.25)), scale=100 / math.sqrt(1.25)), float),
    ({"low": 80.0, "mode": 100.0, "high": 160.0}, stats.beta(2, 4, loc=80, scale=80), float),
]


@pytest.mark.parametrize(("written", "law", "scale"), UNKNOWN)
def test_unknown_positive_number_has_its_law(written: dict[str, float], law: Any, scale: Any) -> None:
    scenario, rng = textbook({"volume": {"per_month": written}}), Random(28)
    sample = [scale(trial_values(scenario, rng).volume.per_month) for _ in range(2_000)]
    assert follows(sample, law.cdf)
    assert not follows([value * 1.15 for value in sample], law.cdf)  # negative control


SHARES = [
    ({"p5": 0.2, "p95": 0.8}, stats.norm(0, math.log(4) / 1.6448536), lambda p: math.log(p / (1 - p))),
    ({"mean": 0.6, "sd": 0.1}, stats.beta(0.6 * 23, 0.4 * 23), float),
    ({"successes": 31, "trials": 40}, stats.beta(31.5, 9.5), float),
]


@pytest.mark.parametrize(("written", "law", "scale"), SHARES)
def test_unknown_share_has_its_law(written: dict[str, float], law: Any, scale: Any) -> None:
    scenario, rng = textbook({"levels": {"only": {"solve": written}}}), Random(29)
    sample = [scale(trial_values(scenario, rng).levels["only"].solve) for _ in range(2_000)]
    assert follows(sample, law.cdf)


def test_unknown_number_that_may_be_negative_is_normal() -> None:
    scenario, rng = textbook({"outcomes": {"solve_log_odds": {"mean": -0.2, "sd": 0.35}}}), Random(30)
    sample = [trial_values(scenario, rng).outcomes.solve_log_odds for _ in range(2_000)]
    assert follows(sample, stats.norm(-0.2, 0.35).cdf)


def test_choices_come_with_their_weights() -> None:
    written = {"choices": [3.0, 1.0, 2.0], "weights": [1, 0, 3]}
    scenario, rng = textbook({"volume": {"per_month": written}}), Random(31)
    sample = [trial_values(scenario, rng).volume.per_month for _ in range(TRIALS)]
    assert set(sample) == {3.0, 2.0}
    assert mean_is([float(value == 3.0) for value in sample], 0.25)


def test_unknowns_at_given_scores_and_at_the_center() -> None:
    scenario = textbook({"volume": {"per_month": {"p5": 50.0, "p95": 200.0}}})
    values = trial_values(scenario, Random(1), {"volume.per_month": 1.6448536})
    assert values.volume.per_month == pytest.approx(200.0)
    assert trial_values(scenario, Random(1), "center").volume.per_month == pytest.approx(100.0)


def test_unknowns_are_independent_unless_correlated() -> None:
    changes: dict[str, Any] = {
        "outcomes": {
            name: {"mean": 0, "sd": 1} for name in ("solve_log_odds", "escalate_log_odds", "confirm_log_odds")
        },
        "correlations": [{"between": ["outcomes.solve_log_odds", "outcomes.escalate_log_odds"], "rho": -0.6}],
    }
    scenario, rng = textbook(changes), Random(32)
    drawn = [trial_values(scenario, rng).outcomes for _ in range(TRIALS)]
    solve = [one.solve_log_odds for one in drawn]
    assert covariance_is((solve, [one.escalate_log_odds for one in drawn]), -0.6)
    assert covariance_is((solve, [one.confirm_log_odds for one in drawn]), 0.0)
    assert variance_is(solve, 1.0)
