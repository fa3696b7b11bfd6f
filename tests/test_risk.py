"""Risk measures: by hand, then the coverage of every interval, each with a wrong method that the checker refuses."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from simulator import risk
from simulator.risk import Array, Interval

REPEATS = 4_000
FALSE_ALARM = 4.5
"""Standard errors a coverage may fall short of its level: P(alarm) is under 4e-6 for each check."""


def amounts(*values: float) -> Array:
    return np.array(values, dtype=float)


@pytest.mark.parametrize(
    ("p", "expected"), [(0.1, 1), (0.11, 2), (0.5, 5), (0.7, 7), (0.9, 9), (0.901, 10), (1.0, 10), (1e-12, 1)]
)
def test_quantile_of_ten_amounts(p: float, expected: float) -> None:
    assert risk.quantile(amounts(*range(10, 0, -1)), p) == expected


def test_quantile_at_an_atom_is_the_atom() -> None:
    assert risk.quantile(amounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 7), 0.9) == 0
    assert risk.quantile(amounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 7), 0.91) == 7


def test_quantile_of_every_tenth_matches_the_exact_fraction() -> None:
    for n in (10, 100, 1_000):
        x = np.arange(1.0, n + 1)
        assert risk.quantiles(x, [k / 10 for k in range(1, 10)]) == [k * n / 10 for k in range(1, 10)]


@pytest.mark.parametrize("p", [0.0, -0.1, 1.1, float("nan")])
def test_quantile_outside_its_levels_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match="level of a quantile"):
        risk.quantile(amounts(1, 2), p)


def test_quantile_of_no_futures_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one future"):
        risk.quantile(amounts(), 0.5)


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (0.0, 5.5),  # the mean
        (0.8, 9.5),  # (9 + 10) / 2
        (0.9, 10.0),
        (0.85, (0.05 * 9 + 0.1 * 10) / 0.15),  # half of the ninth counts
        (0.95, 10.0),
    ],
)
def test_cvar_of_ten_amounts(p: float, expected: float) -> None:
    assert risk.cvar(amounts(*range(1, 11)), p) == pytest.approx(expected, rel=1e-12)


def test_cvar_at_an_atom_counts_the_missing_part_of_it() -> None:
    x = amounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 10)
    assert risk.cvar(x, 0.5) == pytest.approx(2)  # 0.4 of zero and 0.1 of ten, over 0.5
    assert risk.cvar(x, 0.95) == pytest.approx(10)
    naive = float(np.mean(x[x >= risk.quantile(x, 0.5)]))
    assert naive == pytest.approx(1), "the mean of what lies at or over the quantile is another number"


def test_cvar_is_never_below_its_quantile_and_rises_with_the_level() -> None:
    x = np.random.default_rng(1).integers(0, 6, 200).astype(float)
    levels = [k / 40 for k in range(1, 40)]
    tail = [risk.cvar(x, p) for p in levels]
    assert all(t >= risk.quantile(x, p) - 1e-12 for t, p in zip(tail, levels, strict=True))
    assert all(a <= b + 1e-12 for a, b in itertools.pairwise(tail))


def test_sd_by_hand() -> None:
    assert risk.sd(amounts(1, 3)) == pytest.approx(2**0.5)
    assert risk.sd(amounts(1)) is None


def test_mean_interval_by_hand() -> None:
    interval = risk.mean_interval(amounts(1, 2, 3))
    assert interval is not None
    assert interval.low == pytest.approx(2 - 4.302652729911275 / 3**0.5)  # t(0.975, 2) = 4.3027
    assert risk.mean_interval(amounts(1)) is None


def test_quantile_interval_of_the_median_of_ten_by_hand() -> None:
    # B ~ Bin(10, 1/2): P(B < 2) = 11/1024 = 1.1 %, P(B < 3) = 5.5 %, so l = 2 and, by symmetry, u = 9.
    assert risk.quantile_interval(amounts(*range(1, 11)), 0.5) == Interval(2, 9)


def test_quantile_interval_with_too_few_futures_reports_the_extremes_and_says_so() -> None:
    # 0.9^35 = 2.5032 %, 0.9^36 = 2.2528 %: the upper end of P90 exists from 36 futures on.
    assert risk.quantile_interval(np.arange(35.0), 0.9) == Interval(27, 34, complete=False)
    assert risk.quantile_interval(np.arange(36.0), 0.9).complete
    assert risk.quantile_interval(amounts(4), 0.9) == Interval(4, 4, complete=False)


def test_proportion_interval_by_hand() -> None:
    none = risk.proportion_interval(0, 10)
    assert none.low == 0 and none.high == pytest.approx(1 - 0.025**0.1)
    every = risk.proportion_interval(10, 10)
    assert every.high == 1 and every.low == pytest.approx(0.025**0.1)


def test_probability_over_is_strict_and_gives_the_mean_overrun() -> None:
    over = risk.probability_over(amounts(1, 2, 3, 5), 2)
    assert over.probability == 0.5
    assert over.overrun == pytest.approx(2)  # (1 + 3) / 2
    assert over.overrun_interval is not None and over.overrun_interval.low < 2 < over.overrun_interval.high
    never = risk.probability_over(amounts(1, 2), 2)
    assert (never.probability, never.overrun, never.overrun_interval) == (0, None, None)


def test_paired_by_hand() -> None:
    pair = risk.paired(amounts(3, 2, 1, 5), amounts(1, 2, 2, 1))
    assert (pair.mean, pair.p10, pair.p50, pair.p90) == (1.25, -1, 0, 4)
    assert (pair.share_dearer, pair.share_cheaper) == (0.5, 0.25)


def test_paired_treats_the_last_bits_of_a_sum_as_a_tie() -> None:
    pair = risk.paired(amounts(0.1 + 0.2), amounts(0.3))
    assert (pair.mean, pair.share_dearer) == (0, 0)
    assert risk.paired(amounts(1.00001), amounts(1)).share_dearer == 1


def test_probability_cheapest_shares_ties_equally() -> None:
    costs = np.array([[1.0, 5, 2, 4], [1, 4, 2, 5], [9, 9, 2, 9]])
    assert risk.probability_cheapest(costs) == pytest.approx([(0.5 + 0 + 1 / 3 + 1) / 4, (0.5 + 1 + 1 / 3) / 4, 1 / 12])
    assert risk.probability_cheapest(np.zeros((4, 3))) == pytest.approx([0.25] * 4)


def test_rank_correlation_by_hand() -> None:
    assert risk.rank_correlation(amounts(1, 2, 3, 4), amounts(1, 10, 100, 1000)) == pytest.approx(1)
    assert risk.rank_correlation(amounts(1, 2, 3), amounts(2, 1, 3)) == pytest.approx(0.5)
    assert risk.rank_correlation(amounts(1, 1, 1), amounts(1, 2, 3)) is None


Method = Callable[[Array], Interval | None]


def coverage_falls_short(method: Method, truth: float, n: int, level: float, seed: int) -> bool:
    """Whether the interval covers the truth of a lognormal sample significantly less often than its level."""
    rng = np.random.default_rng(seed)
    hits = 0
    for _ in range(REPEATS):
        interval = method(np.exp(0.3 * rng.standard_normal(n)))
        hits += interval is not None and interval.low <= truth <= interval.high
    return bool(hits / REPEATS < level - FALSE_ALARM * np.sqrt(level * (1 - level) / REPEATS))


TRUE_P90 = float(np.exp(0.3 * 1.2815515655446004))
TRUE_MEAN = float(np.exp(0.3**2 / 2))
TRUE_CVAR90 = TRUE_MEAN * 0.16317461870 / 0.1
"""E[X; X > q] / 0.1 of the lognormal: exp(s^2/2) Phi(s - z90) / 0.1, Phi(0.3 - 1.28155) = 0.163175."""


def test_quantile_interval_covers() -> None:
    assert not coverage_falls_short(lambda x: risk.quantile_interval(x, 0.9), TRUE_P90, 100, 0.95, seed=11)


def test_quantile_interval_covers_at_an_atom() -> None:
    rng, hits = np.random.default_rng(12), 0
    for _ in range(1_000):
        x = rng.choice([1.0, 2.0, 3.0], 100, p=[0.5, 0.42, 0.08])  # P90 is 2
        interval = risk.quantile_interval(x, 0.9)
        hits += interval.low <= 2 <= interval.high
    assert hits >= 950


def batch_means(x: Array) -> Interval:
    """A wrong method: Student's interval over the P90 of ten batches, which is biased in the tail."""
    interval = risk.mean_interval(np.array([risk.quantile(part, 0.95) for part in np.split(x, 10)]))
    assert interval is not None
    return interval


def test_coverage_checker_refuses_batch_means() -> None:
    truth = float(np.exp(0.3 * 1.6448536269514722))
    assert coverage_falls_short(batch_means, truth, 100, 0.95, seed=13)
    assert not coverage_falls_short(lambda x: risk.quantile_interval(x, 0.95), truth, 100, 0.95, seed=13)


def test_coverage_checker_refuses_ranks_that_are_one_too_narrow() -> None:
    def narrow(x: Array) -> Interval:
        ordered = np.sort(x)
        return Interval(float(ordered[85]), float(ordered[93]))

    assert coverage_falls_short(narrow, TRUE_P90, 100, 0.95, seed=14)


def test_mean_interval_covers() -> None:
    assert not coverage_falls_short(risk.mean_interval, TRUE_MEAN, 200, 0.945, seed=15)


def test_cvar_interval_covers_nearly_at_its_level_with_many_futures() -> None:
    assert not coverage_falls_short(lambda x: risk.cvar_interval(x, 0.9), TRUE_CVAR90, 1_000, 0.935, seed=16)


def test_coverage_checker_refuses_a_cvar_interval_that_forgets_the_tail_share() -> None:
    def forgetful(x: Array) -> Interval | None:
        interval = risk.cvar_interval(x, 0.9)
        assert interval is not None
        half, middle = 0.1 * (interval.high - interval.low) / 2, risk.cvar(x, 0.9)
        return Interval(middle - half, middle + half)

    assert coverage_falls_short(forgetful, TRUE_CVAR90, 1_000, 0.935, seed=16)


def test_cvar_interval_says_when_the_tail_is_thin() -> None:
    x = np.random.default_rng(3).random(100)
    interval = risk.cvar_interval(x, 0.95)
    assert interval is not None and not interval.complete
    assert risk.cvar_interval(np.ones(100), 0.9) is None


def test_quantile_convention_is_not_the_interpolated_one() -> None:
    x = np.arange(1.0, 11)
    assert risk.quantile(x, 0.9) == 9
    assert float(np.quantile(x, 0.9)) == pytest.approx(9.1), "the default of numpy invents an amount nobody paid"


def test_quantile_path_ends_with_all_futures_and_narrows() -> None:
    x = np.random.default_rng(2).standard_normal(3_000)
    path = risk.quantile_path(x, 0.9)
    assert [n for n, _, _ in path] == sorted({n for n, _, _ in path}) and path[0][0] == 50
    assert path[-1] == (3_000, risk.quantile(x, 0.9), risk.quantile_interval(x, 0.9))
    widths = [interval.high - interval.low for _, _, interval in path]
    assert widths[-1] < widths[0] / 3
    assert [n for n, _, _ in risk.quantile_path(x[:7], 0.9)] == [7]
