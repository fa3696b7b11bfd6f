"""The exchange of engines: its limit by hand, by all exchanges of a few futures, and its rate of false alarms."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from simulator.verify.features import Feature
from simulator.verify.flips import Chance, chance, needed

FUTURES = 60


def feature(differences: np.ndarray, name: str = "x") -> Feature:
    return Feature(name, "mean", 0.0, np.asarray(differences, dtype=float), 1.0)


def binomial_range(runs: int, share: float) -> tuple[float, float]:
    """Counts outside of which a binomial falls once in 10,000 tests, by the normal law with a correction of 1/2."""
    reach = 3.9 * math.sqrt(runs * share * (1 - share)) + 0.5
    return runs * share - reach, runs * share + reach


def test_chance_limit_and_p_value_by_hand() -> None:
    law = Chance(np.arange(1.0, 1000.0), alarm=0.005)
    assert law.limit == 995.0, "4 of 999 exchanges lie above, (1 + 4) / 1000 = 0.005"
    assert law.p_value(995.5) == pytest.approx(0.005)
    assert law.p_value(995.0) == pytest.approx(0.006), "an exchange that ties counts"
    assert law.p_value(-2000.0) == pytest.approx(0.001)


def test_smallest_seen_by_hand() -> None:
    law = Chance(np.full(999, 4.0), alarm=0.05)
    ones = feature(np.ones(100))
    student = 4 / math.sqrt(1 - 16 / 100)
    assert needed(4.0, 100) == pytest.approx(student + 1.2816 * math.sqrt(1 + student**2 / 200))
    assert law.smallest_seen(ones) == pytest.approx(10 * needed(4.0, 100))
    assert needed(4.0, 10**12) == pytest.approx(5.2816)
    assert needed(4.0, 16) == math.inf, "16 futures cannot come 4 standard errors apart"
    spread = Feature("x", "spread", 0.0, np.ones(100), 100.0)
    apart = 10 * needed(4.0, 100) / 100
    assert (1 + law.smallest_seen(spread)) ** 2 == pytest.approx((1 + apart) / (1 - apart))


def test_chance_with_too_few_exchanges_never_alarms() -> None:
    assert Chance(np.arange(1.0, 100.0), alarm=0.005).limit == math.inf


def test_chance_equals_all_exchanges_of_ten_futures() -> None:
    rng = np.random.default_rng(4)
    columns = rng.lognormal(0, 1, (10, 3))
    law = chance([[feature(column, str(k)) for k, column in enumerate(columns.T)]], seed=1, alarm=0.05, flips=40_000)
    unit = columns / np.sqrt((columns**2).sum(axis=0))
    every = np.array([np.abs(np.array(signs) @ unit).max() for signs in product((-1, 1), repeat=10)])
    for score in np.quantile(every, [0.1, 0.5, 0.9, 0.95, 0.99]):
        exact = np.mean(every >= score - 1e-9)
        assert law.p_value(score) == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 40_000))


def test_chance_exchanges_all_comparisons_of_a_future_together() -> None:
    one = feature(np.random.default_rng(5).standard_normal(FUTURES))
    alone, twice = (chance([[one] * times], seed=1, alarm=0.1, flips=999) for times in (1, 50))
    assert np.allclose(alone.largest, twice.largest), "copies of one comparison cost nothing"
    apart = chance([[one]] * 50, seed=1, alarm=0.1, flips=999)
    assert apart.limit > alone.limit + 0.5, "other futures do"


def test_chance_is_the_same_for_the_same_seed_and_moves_with_it() -> None:
    one = feature(np.random.default_rng(6).standard_normal(FUTURES))
    first, again, other = (chance([[one]], seed=seed, alarm=0.1, flips=499).largest for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def alarms(draw: Callable[[np.random.Generator], np.ndarray], runs: int) -> int:
    """Count false alarms at a rate of 10 % over fresh pairs of engines: columns of (future, engine, comparison)."""
    rng, found = np.random.default_rng(7), 0
    for run in range(runs):
        drawn = draw(rng)
        comparisons = [feature(column, str(k)) for k, column in enumerate((drawn[:, 0] - drawn[:, 1]).T)]
        law = chance([comparisons], seed=run, alarm=0.1, flips=199)
        found += any(abs(each.score) > law.limit for each in comparisons)
    return found


LAWS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "normal": lambda rng: rng.standard_normal((FUTURES, 2, 8)),
    "heavy tails": lambda rng: rng.lognormal(0, 2, (FUTURES, 2, 8)),
    "counts": lambda rng: rng.poisson(3, (FUTURES, 2, 8)).astype(float),
    "one cause": lambda rng: rng.lognormal(0, 1, (FUTURES, 2, 1)) * np.ones(8) + 0.1 * rng.random((FUTURES, 2, 8)),
}


@pytest.mark.parametrize("law", LAWS)
def test_false_alarms_of_equal_engines_are_as_often_as_stated(law: str) -> None:
    low, high = binomial_range(400, 0.1)
    assert low <= alarms(LAWS[law], 400) <= high


def test_false_alarm_check_refuses_engines_that_are_not_exchangeable() -> None:
    def skew(rng: np.random.Generator) -> np.ndarray:
        drawn = rng.exponential(1, (FUTURES, 2, 8)) ** 3
        drawn[:, 1] = 6.0  # its mean is right, and all else is not
        return np.asarray(drawn)

    assert alarms(skew, 400) > binomial_range(400, 0.1)[1]
