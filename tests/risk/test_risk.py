"""Risk measures: by hand, then the coverage of every interval, each with a wrong method that the checker refuses."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from simulator import risk
from simulator.arrays import Array
from simulator.quantities.distributions import POSITIVE, Quantity
from simulator.quantities.percentiles import TwoPercentiles as Spread
from simulator.risk import Interval

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
    assert not coverage_falls_short(lambda x: risk.cvar_interval(x, 0.9), TRUE_CVAR90, 2_500, 0.94, seed=16)


def test_coverage_checker_refuses_a_cvar_interval_that_forgets_the_tail_share() -> None:
    def forgetful(x: Array) -> Interval | None:
        interval = risk.cvar_interval(x, 0.9)
        assert interval is not None
        half, middle = 0.1 * (interval.high - interval.low) / 2, risk.cvar(x, 0.9)
        return Interval(middle - half, middle + half)

    assert coverage_falls_short(forgetful, TRUE_CVAR90, 2_500, 0.94, seed=16)


def test_the_interval_of_a_difference_of_tails_by_hand() -> None:
    """Futures 0 to 9,999 at 1 and at 3 times: the excesses differ by 2 (x - 9,499) in the last 500, else by 0."""
    x = np.arange(10_000.0)
    found = risk.cvar_difference_interval(3 * x, x, 0.95)
    excess = np.where(x > 9_499, 2 * (x - 9_499), 0.0)
    half = 1.959963984540054 * np.std(excess, ddof=1) / (0.05 * 100)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((2 * 9_749.5 - half, 2 * 9_749.5 + half))


def test_a_difference_of_tails_is_withheld_where_one_of_them_is() -> None:
    x = np.arange(5_000.0)
    assert risk.cvar_difference_interval(x, 2 * x, 0.95) is not None
    assert risk.cvar_difference_interval(x, np.ones(5_000), 0.95) is None
    assert risk.cvar_difference_interval(np.ones(5_000), x, 0.95) is None
    assert risk.cvar_difference_interval(x[1:], 2 * x[1:], 0.95) is None


def test_cvar_interval_is_withheld_below_250_futures_in_the_tail() -> None:
    """250 / 0.05 = 5,000 and 250 / 0.1 = 2,500, with the reason in words."""
    x = np.random.default_rng(3).random(5_000)
    assert (risk.least_for_cvar_interval(0.95), risk.least_for_cvar_interval(0.9)) == (5_000, 2_500)
    assert risk.cvar_interval(x, 0.95) is not None and risk.why_no_cvar_interval(x, 0.95) is None
    assert risk.cvar_interval(x[1:], 0.95) is None and risk.cvar_interval(x[:2_500], 0.9) is not None
    why = risk.why_no_cvar_interval(x[1:], 0.95)
    assert why is not None and why.startswith("withheld, because from 4,999 futures") and "5,000 futures on" in why


def test_cvar_interval_of_an_atom_has_a_reason_of_its_own() -> None:
    assert risk.cvar_interval(np.ones(5_000), 0.95) is None
    assert risk.why_no_cvar_interval(np.ones(5_000), 0.95) == "none, because all futures beyond P95 cost the same"


def test_overrun_interval_is_withheld_below_250_futures_over_the_amount() -> None:
    x = np.arange(1_000.0)
    assert risk.probability_over(x, 749).overrun_interval is not None  # 750 to 999: 250 futures
    few = risk.probability_over(x, 750)
    assert few.overrun_interval is None and few.overrun == 125  # of 751 to 999 the mean is 875


# P5 = 1 and P95 = 50,000: log sd = ln(50,000) / (2 x 1.644854) = 3.28898, median sqrt(50,000) = 223.607, so the mean is
# 223.607 exp(3.28898^2 / 2) = 223.607 x 223.31 = 49,934.
WIDE = Quantity(Spread(1.0, 50_000.0, "log"), POSITIVE)
MEAN_OF_WIDE = 49_934.0


def test_the_mean_of_a_wide_range_is_that_of_its_law() -> None:
    """From a thousand equally likely parts it was 32,038: what lies beyond the last part's middle carries the rest."""
    assert WIDE.mean == pytest.approx(MEAN_OF_WIDE, rel=1e-4)
    narrow = Quantity(Spread(900.0, 1_100.0, "log"), POSITIVE)
    sd = np.log(11 / 9) / (2 * 1.6448536269514722)
    assert narrow.mean == pytest.approx(np.sqrt(990_000) * np.exp(sd**2 / 2), rel=1e-9)


@pytest.mark.parametrize("n", [50, 200, 1_000, 10_000])
def test_the_mean_of_a_wide_range_is_in_doubt_however_many_futures(n: int) -> None:
    """In every one of 40 runs, though the interval covers the law's mean in few of them."""
    rng = np.random.default_rng(n)
    for _ in range(40):
        x = WIDE.at(rng.standard_normal(n))
        doubt = risk.mean_doubt(x)
        assert doubt is not None and (doubt.carried >= risk.CARRIED or n < 100)


@pytest.mark.parametrize(("log_sd", "n"), [(0.1, 20), (0.3, 200), (0.5, 200), (1.0, 1_000), (1.2, 10_000)])
def test_an_ordinary_mean_raises_no_doubt(log_sd: float, n: int) -> None:
    """Negative control: 39 of 40 runs at least, as a mean at the edge may have one run that is."""
    rng = np.random.default_rng(n)
    found = [risk.mean_doubt(np.exp(log_sd * rng.standard_normal(n))) for _ in range(40)]
    assert sum(doubt is not None for doubt in found) <= 1


def test_doubts_by_hand() -> None:
    # 1 % of 100 futures is one: of 99 x 1 + 33 = 132 it carries a quarter, which is in doubt, and at 32.9 it is not.
    ones = np.ones(99)
    doubt = risk.mean_doubt(np.append(ones, 33.0))
    assert doubt is not None and doubt.carried == pytest.approx(0.25)
    assert risk.mean_doubt(np.append(np.ones(99_999), 0.9)) is None
    # Student's interval of 0 and 2: 1 -+ 12.706 x 1; of two equal amounts it has no width.
    assert risk.mean_doubt(amounts(0, 2)) is not None and risk.mean_doubt(amounts(2, 2)) is None
    assert risk.mean_doubt(amounts(5)) is None and risk.mean_doubt(np.zeros(10)) is None


def test_amounts_of_both_signs_are_compared_with_their_sizes() -> None:
    """The margin of a vendor may be 0 on average: its mean is known to a few percent of what it varies by."""
    x = np.random.default_rng(1).normal(0.0, 100.0, 2_000)
    assert risk.mean_doubt(x) is None


def test_draws_that_do_not_show_the_mean_of_their_law() -> None:
    """Their mean is 10 with an interval of 9 to 11 (Student's 2.262 x sd 1.4 / sqrt 10): 12.6 is outside, and more than
    20 % of it away; 12 is outside and nearer."""
    drawn = 10 + 1.398 * np.array([-1.0, 1] * 5) * np.sqrt(0.9)
    interval = risk.mean_interval(drawn)
    assert interval is not None and interval.high == pytest.approx(11, abs=0.01)
    assert (
        risk.is_off_its_law(drawn, 12.6) and not risk.is_off_its_law(drawn, 12) and not risk.is_off_its_law(drawn, 11)
    )
    assert not risk.is_off_its_law(amounts(1), 50)


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
