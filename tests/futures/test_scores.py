"""Scores by name: series turned so that a year's sum comes first, months that something happens in, and pairing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.futures.drawn import Drawn, draw_futures
from simulator.futures.scores import YEAR, _turned, flags, innovations, normal_scores
from simulator.law.drivers import autoregressive
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario
from simulator.streams import BLOCK_TRIALS, stream

PERSISTENCES = (-0.999, -0.5, 0.0, 0.7, 0.999)


SCENARIOS = Path(__file__).parents[2] / "scenarios"


def scenario_of(name: str, *settings: str) -> Scenario:
    path = SCENARIOS / f"{name}.toml"
    return parse_scenario(path.read_text(), str(path), settings)


def of(**changes: object) -> Scenario:
    return scenario_of("minimal").model_copy(update=changes)


def turned(persistence: float, year: int = 0) -> np.ndarray:
    """Return the matrix that makes a year's innovations of its scores, shape (month, score)."""
    return _turned(np.eye(YEAR), persistence, first=year == 0)


@pytest.mark.parametrize("persistence", PERSISTENCES)
@pytest.mark.parametrize("year", [0, 1])
def test_a_turn_is_orthogonal(persistence: float, year: int) -> None:
    """So the innovations are independent standard normal, whatever the persistence of a future."""
    matrix = turned(persistence, year)
    assert matrix @ matrix.T == pytest.approx(np.eye(YEAR), abs=1e-12)


@pytest.mark.parametrize("persistence", PERSISTENCES)
def test_the_sum_of_the_first_year_hangs_on_the_first_score_alone(persistence: float) -> None:
    scores = np.random.default_rng(1).standard_normal((YEAR, 50))
    other = scores.copy()
    other[1:] = np.random.default_rng(2).standard_normal((YEAR - 1, 50))
    sums = []
    for each in (scores, other):
        steps = _turned(each, persistence, first=True).T
        sums.append(autoregressive(steps[:, 0], steps, np.full(50, persistence)).sum(axis=1))
    assert sums[0] == pytest.approx(sums[1], abs=1e-9)
    assert np.corrcoef(sums[0], scores[0])[0, 1] == pytest.approx(1.0)


@pytest.mark.parametrize("persistence", PERSISTENCES)
def test_what_a_later_year_adds_to_its_sum_hangs_on_its_first_score(persistence: float) -> None:
    """A series that starts the year at 0: z_0 = 0, then z_m = phi z_(m-1) + sqrt(1 - phi^2) e_m."""
    scores = np.random.default_rng(1).standard_normal((YEAR, 50))
    steps, z, total = _turned(scores, persistence, first=False), np.zeros(50), np.zeros(50)
    for month in range(YEAR):
        z = persistence * z + np.sqrt(1 - persistence**2) * steps[month]
        total += z
    assert abs(np.corrcoef(total, scores[0])[0, 1]) == pytest.approx(1.0)


def test_a_turn_by_other_weights_does_not_have_the_sum() -> None:
    """Negative control: the turn of a persistence of 0 at one of 0.9."""
    scores = np.random.default_rng(1).standard_normal((YEAR, 50))
    steps = _turned(scores, 0.0, first=True).T
    sums = autoregressive(steps[:, 0], steps, np.full(50, 0.9)).sum(axis=1)
    assert np.corrcoef(sums, scores[0])[0, 1] < 0.99


@pytest.mark.parametrize("sampling", ["sobol", "random"])
def test_innovations_are_independent_standard_normal(sampling: str) -> None:
    """The 24 months of blocks of 200 seeds, two series: means, variances and all 1,128 correlations."""
    found = []
    for seed in range(200):
        two = innovations(of(seed=seed, months=24, sampling=sampling), ["demand", "mix.x"], [0.6, 0.2], seed % 7)
        found.append(np.concatenate(two, axis=1)[::8])  # one net's points are a sample of their own
    x = np.concatenate(found)
    matrix = x.T @ x / len(x)
    bound = 5.0 / np.sqrt(len(x))
    assert np.abs(x.mean(axis=0)).max() < bound
    assert np.abs(matrix - np.eye(48)).max() < 1.5 * bound


@pytest.mark.parametrize(
    ("sampling", "probability"),
    [
        ("sobol", 0.02),
        ("random", 0.5),
        *(pytest.param(*each, marks=pytest.mark.slow) for each in (("sobol", 0.5), ("random", 0.02))),
        *(pytest.param(each, 0.97, marks=pytest.mark.slow) for each in ("sobol", "random")),
    ],
)
def test_months_happen_independently_with_their_probability(sampling: str, probability: float) -> None:
    """Of two years: each month alone, pairs of months of a year and of two, and the binomial law of a year's number."""
    some = np.full(BLOCK_TRIALS, probability)
    drawn = [flags(of(seed=seed, months=24, sampling=sampling), "x", some, seed % 5)[:8] for seed in range(600)]
    x = np.concatenate(drawn).astype(float)
    sd = np.sqrt(probability * (1 - probability))
    z = (x - probability) / sd
    bound = 5.0 / np.sqrt(len(x))
    assert np.abs(z.mean(axis=0)).max() < bound
    products = z.T @ z / len(x)
    assert np.abs(products[~np.eye(24, dtype=bool)]).max() < bound * max(1.0, 1 / (4 * sd**2))
    number = x[:, :YEAR].sum(axis=1)
    assert number.var() == pytest.approx(YEAR * sd**2, rel=8 / np.sqrt(len(x) * min(1, YEAR * sd**2)))


def test_no_month_and_every_month() -> None:
    assert not flags(of(), "x", np.zeros(BLOCK_TRIALS), 0).any()
    assert flags(of(), "x", np.ones(BLOCK_TRIALS), 0).all()


def test_random_futures_are_plain_streams() -> None:
    some = of(sampling="random", seed=9)
    assert np.array_equal(normal_scores(some, ["a"], 3)[0], stream(9, "a", 3).standard_normal(BLOCK_TRIALS))


def same(one: Drawn, other: Drawn) -> bool:
    """Whether two have the same unknowns and drivers, where both have them."""
    shared = one.unknowns.drawn.keys() & other.unknowns.drawn.keys()
    unknowns = all(np.array_equal(one.unknowns.drawn[name], other.unknowns.drawn[name]) for name in shared)
    drivers = [name for name in type(one.drivers).__slots__ if name != "mix"]
    months = min(one.drivers.demand.shape[1], other.drivers.demand.shape[1])
    return unknowns and all(
        np.array_equal(getattr(one.drivers, name)[:, :months], getattr(other.drivers, name)[:, :months])
        for name in drivers
    )


BROAD = scenario_of("broad_cx")


def test_a_further_unknown_driver_or_intent_moves_no_other_draw() -> None:
    before = draw_futures(BROAD, 128, 64)
    for setting in ("outcomes.later_contact_escalate_odds={ p5 = 1.4, p95 = 1.8 }", "drivers.returning.sd=0.2",
                    "people.cost_per_hour={ p5 = 30, p95 = 40 }"):  # fmt: skip
        after = draw_futures(scenario_of("broad_cx", setting), 128, 64)
        if setting.startswith("drivers.returning"):
            after = replace(after, drivers=replace(after.drivers, returning=before.drivers.returning))
        assert same(before, after), setting
    fewer = BROAD.model_copy(update={"intents": dict(list(BROAD.intents.items())[:-1])})
    alone = draw_futures(fewer, 128, 64)
    assert same(before, alone) and np.array_equal(before.drivers.mix[:, :, :-1], alone.drivers.mix)
    assert not same(before, draw_futures(scenario_of("broad_cx", "seed=1"), 128, 64))


@pytest.mark.parametrize("months", [5, 13, 30])
def test_a_longer_horizon_has_the_months_of_a_shorter_one(months: int) -> None:
    shorter, longer = (BROAD.model_copy(update={"months": each}) for each in (months, 36))
    assert same(draw_futures(shorter, 64, 64), draw_futures(longer, 64, 64))


def test_futures_alone_are_those_of_a_longer_run() -> None:
    whole, part = draw_futures(BROAD, 0, 256), draw_futures(BROAD, 70, 3)
    assert np.array_equal(whole.unknowns.drawn["volume.per_month"][70:73], part.unknowns.drawn["volume.per_month"])
    assert np.array_equal(whole.drivers.demand[70:73], part.drivers.demand)
