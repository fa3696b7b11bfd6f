"""Intervals from the spread of nets: by hand, and how often they cover, with wrong methods that the checker refuses."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import t as student

from simulator import risk
from simulator.arrays import Array
from simulator.futures.nets import FIRST, NETS, net_points, nets_of
from simulator.risk import Interval, Net, net_intervals
from simulator.streams import BLOCK_TRIALS

RUNS = 1_000
FALSE_ALARM = 3.0
"""Standard errors a cover may lie beyond 92 or 98 %, which itself is three points from what it should be."""
FUTURES = 1_024
T7 = 2.364624251592785
"""Student's 97.5 % quantile with seven degrees of freedom, as tables have it (2.365)."""
LOG_SD = np.array([0.3, 0.2, 0.1, 0.1, 0.05])
NAMES = (*FIRST[:3], "driver.mix.refund.1.1", "unknown.levels.simple.escalate")
SD = float(np.sqrt(np.sum(LOG_SD**2)))
"""Of the logarithm of a cost that is a product of five factors, two of them at points drawn by name."""


def test_the_interval_of_a_mean_by_hand() -> None:
    """Nets of mean 1 to 8: sd of the eight is sqrt 6, the error sqrt(6 / 8), and the interval 4.5 -+ 2.365 x that."""
    x = np.tile(np.arange(1.0, 9), 128)
    found = risk.mean_interval(x, net=nets_of(len(x)))
    assert found is not None
    assert risk.standard_error(x, nets_of(len(x))) == pytest.approx(np.sqrt(6 / 8))
    assert (found.low, found.high) == pytest.approx((4.5 - T7 * np.sqrt(0.75), 4.5 + T7 * np.sqrt(0.75)))
    assert pytest.approx(student.ppf(0.975, 7)) == T7


def test_futures_of_unequal_nets_by_hand() -> None:
    """Two of net 0 and one of each other: the deviations are sums over a net, divided by the futures of a mean net."""
    x, net = np.array([3.0, 1.0, 2, 2, 2, 2, 2, 2, 2]), np.array([0, 0, 1, 2, 3, 4, 5, 6, 7], dtype=np.int8)
    assert net_intervals.error_of_mean(x, net) == pytest.approx(0.0)
    x[0] = 12.0  # mean 3: net 0 is 9 - 2 over, the others 1 under each; 7 / (9 / 8), and so on
    assert net_intervals.error_of_mean(x, net) == pytest.approx(np.sqrt((7**2 + 7) / (9 / 8) ** 2 / 56))


def test_below_1024_futures_they_count_as_independent() -> None:
    x = np.random.default_rng(1).random(1_023)
    assert risk.mean_interval(x, net=nets_of(1_023)) == risk.mean_interval(x)
    assert risk.quantile_interval(x, 0.9, net=nets_of(1_023)) == risk.quantile_interval(x, 0.9)
    assert risk.mean_interval(np.append(x, 0.5), net=nets_of(1_024)) != risk.mean_interval(np.append(x, 0.5))


def test_few_futures_over_an_amount_count_as_independent() -> None:
    flags = np.arange(2_048) < 79
    few, enough = risk.share_interval(flags, net=nets_of(2_048)), np.arange(2_048) < 80
    assert few == risk.proportion_interval(79, 2_048)
    assert risk.share_interval(enough, net=nets_of(2_048)) != risk.proportion_interval(80, 2_048)
    assert risk.share_interval(~flags, net=nets_of(2_048)) == risk.proportion_interval(2_048 - 79, 2_048)


def test_a_tail_has_an_interval_from_1024_futures_of_nets_on() -> None:
    x = np.random.default_rng(2).random(1_024)
    assert risk.cvar_interval(x, 0.95, net=nets_of(1_024)) is not None and risk.cvar_interval(x, 0.95) is None
    why = risk.why_no_cvar_interval(x[1:], 0.95, nets_of(1_023))
    assert why is not None and "1,024 futures on" in why
    assert risk.cvar_interval(np.ones(1_024), 0.95, net=nets_of(1_024)) is None


def test_a_quantile_of_equal_nets_has_an_interval_of_half_a_future() -> None:
    """Each net has 0, 1 ... 255: no net differs, and still the ends are amounts beside P90, 230."""
    x = np.repeat(np.arange(256.0), NETS)
    found = risk.quantile_interval(x, 0.9, net=nets_of(len(x)))
    assert found.low <= 230 <= found.high and found.high - found.low <= 2


@lru_cache
def runs() -> Array:
    """Return scores of many runs, shape (run, name, future)."""
    blocks = range(FUTURES // BLOCK_TRIALS)
    return np.array([ndtri(np.concatenate([net_points(seed, NAMES, each) for each in blocks], axis=1))
                     for seed in range(RUNS)])  # fmt: skip


def costs(weights: Array = LOG_SD) -> Array:
    """Return a lognormal cost of each run, shape (run, future)."""
    return np.asarray(np.exp(np.einsum("rnf,n->rf", runs(), weights)))


Q = {p: float(np.exp(SD * ndtri(p))) for p in (0.5, 0.9, 0.95, 0.99)}
MEAN = float(np.exp(SD**2 / 2))
TAIL = float(MEAN * ndtr(SD - ndtri(0.95)) / 0.05)
OVER = float(MEAN * ndtr(SD - ndtri(0.9)) / 0.1) - Q[0.9]
NET = nets_of(FUTURES)
Method = Callable[[Array, Net], Interval | None]


def _quantile_interval(p: float, x: Array, net: Net) -> Interval:
    return risk.quantile_interval(x, p, net=net)


METHODS: dict[str, tuple[Method, float]] = {
    "mean": (lambda x, net: risk.mean_interval(x, net=net), MEAN),
    **{f"P{100 * p:g}": (partial(_quantile_interval, p), truth) for p, truth in Q.items()},
    "dearest 5 %": (lambda x, net: risk.cvar_interval(x, 0.95, net=net), TAIL),
    "share over P90": (lambda x, net: risk.probability_over(x, Q[0.9], net).probability_interval, 0.1),
    "overrun over P90": (lambda x, net: risk.probability_over(x, Q[0.9], net).overrun_interval, OVER),
}


def cover(method: Method, truth: float, net: Net = NET) -> float:
    """Return how often an interval covers the truth."""
    found = [method(x, net) for x in costs()]
    return float(np.mean([each is not None and each.low <= truth <= each.high for each in found]))


def right(share: float) -> bool:
    """Whether a cover is between 92 and 98 %, up to its own error at these."""
    low, high = (FALSE_ALARM * np.sqrt(edge * (1 - edge) / RUNS) for edge in (0.92, 0.98))
    return bool(0.92 - low <= share <= 0.98 + high)


@pytest.mark.parametrize("figure", METHODS)
def test_intervals_cover(figure: str) -> None:
    assert right(cover(*METHODS[figure]))


@pytest.mark.parametrize("figure", ["mean", "P50", "P90", "dearest 5 %", "share over P90"])
def test_the_checker_refuses_intervals_of_independent_futures(figure: str) -> None:
    """They are far too wide: futures of nets are even."""
    method, truth = METHODS[figure]
    assert not right(cover(method, truth, None))


@pytest.mark.parametrize("figure", ["mean", "P90"])
def test_the_checker_refuses_intervals_half_as_wide(figure: str) -> None:
    method, truth = METHODS[figure]

    def half(x: Array, net: Net) -> Interval:
        found, middle = method(x, net), risk.mean(x) if figure == "mean" else risk.quantile(x, 0.9)
        assert found is not None
        return Interval((middle + found.low) / 2, (middle + found.high) / 2)

    assert not right(cover(half, truth))


@pytest.mark.parametrize(("p", "capped"), [(0.9, True), (0.95, True), (0.5, True), (0.5, False), (0.9, False)])
def test_quantiles_at_atoms_cover_at_least_at_92_percent(p: float, capped: bool) -> None:
    """A cap at P93, below P95, and a minimum at P50: at the atom itself, and beside it."""
    edge = np.exp(SD * ndtri(0.93 if capped else 0.5))
    truth = min(Q[p], edge) if capped else max(Q[p], edge)
    found = [
        risk.quantile_interval(np.minimum(x, edge) if capped else np.maximum(x, edge), p, net=NET) for x in costs()
    ]
    hits = [each.low <= truth * (1 + 1e-12) and truth * (1 - 1e-12) <= each.high for each in found]
    assert np.mean(hits) >= 0.92 - FALSE_ALARM * np.sqrt(0.92 * 0.08 / RUNS)


def test_differences_on_the_same_futures_cover() -> None:
    """Of two costs, the second with less of the first factor and more of the fourth."""
    weights = np.array([0.25, 0.2, 0.1, 0.2, 0.05])
    sd = float(np.sqrt(np.sum(weights**2)))
    quantile = Q[0.9] - float(np.exp(sd * ndtri(0.9)))
    mean = MEAN - float(np.exp(sd**2 / 2))
    pairs = list(zip(costs(), costs(weights), strict=True))
    p90 = [risk.quantile_difference_interval(a, b, 0.9, net=NET) for a, b in pairs]
    means = [risk.mean_interval(a - b, net=NET) for a, b in pairs]
    share = [risk.share_interval(a < b, net=NET) for a, b in pairs]
    for found, truth in ((p90, quantile), (means, mean), (share, 0.5)):
        assert right(float(np.mean([each is not None and each.low <= truth <= each.high for each in found]))), truth


def _tails_differ(weights: Array) -> tuple[list[tuple[Array, Array]], float]:
    """Return both costs of each run, and the true difference of their mean of the dearest 5 %."""
    sd = float(np.sqrt(np.sum(weights**2)))
    other = float(np.exp(sd**2 / 2) * ndtr(sd - ndtri(0.95)) / 0.05)
    return list(zip(costs(), costs(weights), strict=True)), TAIL - other


def test_differences_of_tails_on_the_same_futures_cover() -> None:
    pairs, truth = _tails_differ(np.array([0.25, 0.2, 0.1, 0.2, 0.05]))
    found = [risk.cvar_difference_interval(a, b, 0.95, net=NET) for a, b in pairs]
    assert right(float(np.mean([each is not None and each.low <= truth <= each.high for each in found])))


def test_the_checker_refuses_tails_whose_common_part_is_not_taken_out() -> None:
    """Negative control: errors of both tails as if their futures were not the same, which is far too wide."""
    pairs, truth = _tails_differ(np.array([0.28, 0.2, 0.1, 0.1, 0.05]))
    hits = []
    for a, b in pairs:
        one, two = risk.cvar_interval(a, 0.95, net=NET), risk.cvar_interval(b, 0.95, net=NET)
        assert one is not None and two is not None
        half = np.hypot(one.high - one.low, two.high - two.low) / 2
        hits.append(abs(risk.cvar(a, 0.95) - risk.cvar(b, 0.95) - truth) <= half)
    assert not right(float(np.mean(hits)))
