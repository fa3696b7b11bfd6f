"""Shared statistical checkers: do two samples, or a sample and an exact value, agree?

Every checker has one false-alarm rate: at `limit` = 5 standard errors a true agreement is called a disagreement in
5.7e-7 of all checks (two-sided normal; FALSE_ALARM), and the checkers by p-value use the same rate. With 1,000 checks
in a suite that is 6 alarms in 10,000 runs of a suite with fresh seeds; seeds are fixed, so a failure stays a failure.
Rows of one case are not independent: give the case (or, with random drivers, the trial) as the cluster.
A verdict is true or false and says why: `assert verdict, verdict`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import Array

LIMIT: Final = 5.0
FALSE_ALARM: Final = math.erfc(LIMIT / math.sqrt(2))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a check found agreement.

    Attributes:
        score: standard errors apart, or the p-value of a check by p-value.
        message: what was compared, both values, the score and the limit.
    """

    agrees: bool
    score: float
    message: str

    def __bool__(self) -> bool:
        return self.agrees

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number from a sample with its standard error."""

    value: float
    standard_error: float


def within_standard_errors(
    sample_a: ArrayLike,
    sample_b: ArrayLike,
    limit: float = LIMIT,
    *,
    clusters_a: ArrayLike | None = None,
    clusters_b: ArrayLike | None = None,
    what: str = "mean",
) -> Verdict:
    """Compare the means of two samples (shape (rows,)); clusters as numbers, one per row."""
    return _two(mean_of(sample_a, clusters_a), mean_of(sample_b, clusters_b), limit, what)


def same_proportion(
    sample_a: ArrayLike,
    sample_b: ArrayLike,
    limit: float = LIMIT,
    *,
    clusters_a: ArrayLike | None = None,
    clusters_b: ArrayLike | None = None,
    what: str = "proportion",
) -> Verdict:
    """Compare the shares of true values; exactly (Fisher) where rows are independent and hits or misses are few."""
    a, b = np.asarray(sample_a, dtype=bool), np.asarray(sample_b, dtype=bool)
    hits, rows = int(a.sum() + b.sum()), a.size + b.size
    if clusters_a is None and clusters_b is None and min(hits, rows - hits) < 100:
        from scipy.stats import fisher_exact

        table = [[a.sum(), a.size - a.sum()], [b.sum(), b.size - b.sum()]]
        return _by_p_value(float(fisher_exact(table).pvalue), f"{what}: {a.mean():.6g} and {b.mean():.6g}")
    return within_standard_errors(
        a.astype(float), b.astype(float), limit, clusters_a=clusters_a, clusters_b=clusters_b, what=what
    )


def same_variance(
    sample_a: ArrayLike,
    sample_b: ArrayLike,
    limit: float = LIMIT,
    *,
    clusters_a: ArrayLike | None = None,
    clusters_b: ArrayLike | None = None,
    what: str = "variance",
) -> Verdict:
    """Compare the variances of two samples; needs finite fourth moments (take logarithms of heavy tails)."""
    return _two(variance_of(sample_a, clusters_a), variance_of(sample_b, clusters_b), limit, what)


def same_covariance(
    pair_a: tuple[ArrayLike, ArrayLike],
    pair_b: tuple[ArrayLike, ArrayLike],
    limit: float = LIMIT,
    *,
    clusters_a: ArrayLike | None = None,
    clusters_b: ArrayLike | None = None,
    what: str = "covariance",
) -> Verdict:
    """Compare the covariances of two paired samples."""
    return _two(covariance_of(*pair_a, clusters_a), covariance_of(*pair_b, clusters_b), limit, what)


def same_correlation(
    pair_a: tuple[ArrayLike, ArrayLike],
    pair_b: tuple[ArrayLike, ArrayLike],
    limit: float = LIMIT,
    *,
    clusters_a: ArrayLike | None = None,
    clusters_b: ArrayLike | None = None,
    what: str = "correlation",
) -> Verdict:
    """Compare the correlations of two paired samples."""
    return _two(correlation_of(*pair_a, clusters_a), correlation_of(*pair_b, clusters_b), limit, what)


def same_quantiles(
    sample_a: ArrayLike,
    sample_b: ArrayLike,
    probabilities: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95),
    limit: float = LIMIT,
    *,
    clusters_a: ArrayLike | None = None,
    clusters_b: ArrayLike | None = None,
    what: str = "quantile",
) -> Verdict:
    """Compare how much of either sample lies at or below the joint sample's quantiles; the worst decides."""
    a, b = _floats(sample_a), _floats(sample_b)
    worst: Verdict | None = None
    for probability, edge in zip(probabilities, np.quantile(np.concatenate([a, b]), probabilities), strict=True):
        verdict = within_standard_errors(
            a <= edge,
            b <= edge,
            limit,
            clusters_a=clusters_a,
            clusters_b=clusters_b,
            what=f"{what}: share at or below {edge:.6g} (P{100 * probability:g})",
        )
        worst = verdict if worst is None or verdict.score > worst.score else worst
    assert worst is not None, "give at least one probability"
    return worst


def same_distribution(sample_a: ArrayLike, sample_b: ArrayLike, *, what: str = "distribution") -> Verdict:
    """Compare two independent samples by Kolmogorov and Smirnov's test; with ties it alarms less often than stated."""
    from scipy.stats import ks_2samp

    result = ks_2samp(_floats(sample_a), _floats(sample_b), method="asymp")
    return _by_p_value(float(result.pvalue), f"{what}: largest distance {result.statistic:.4g}")


def same_categories(sample_a: Sequence[Any], sample_b: Sequence[Any], *, what: str = "categories") -> Verdict:
    """Compare the frequencies of the values of two independent samples by the chi-square test.

    Values expected fewer than 5 times in either sample are counted together.
    """
    from scipy.stats import chi2_contingency

    table = _pooled_table(sample_a, sample_b)
    if table.shape[1] < 2:
        return Verdict(True, 1.0, f"{what}: one category only")
    result = chi2_contingency(table, correction=False)
    return _by_p_value(float(result.pvalue), f"{what}: chi-square {result.statistic:.4g} on {result.dof}")


def _pooled_table(sample_a: Sequence[Any], sample_b: Sequence[Any]) -> Array:
    """Return counts (sample, category), rare categories together."""
    from collections import Counter

    counts_a, counts_b = Counter(sample_a), Counter(sample_b)
    smaller = min(len(sample_a), len(sample_b)) / (len(sample_a) + len(sample_b))
    columns, rare = [], np.zeros(2)
    for value in sorted({*counts_a, *counts_b}, key=repr):
        column = np.array([counts_a[value], counts_b[value]], dtype=float)
        if column.sum() * smaller < 5:
            rare += column
        else:
            columns.append(column)
    return np.array([*columns, rare] if rare.sum() * smaller >= 5 or not columns else columns).T


def mean_is(
    sample: ArrayLike, exact: float, limit: float = LIMIT, *, clusters: ArrayLike | None = None, what: str = "mean"
) -> Verdict:
    """Compare a sample's mean with an exact value."""
    return _one(mean_of(sample, clusters), exact, limit, what)


def variance_is(
    sample: ArrayLike, exact: float, limit: float = LIMIT, *, clusters: ArrayLike | None = None, what: str = "variance"
) -> Verdict:
    """Compare a sample's variance with an exact value."""
    return _one(variance_of(sample, clusters), exact, limit, what)


def covariance_is(
    pair: tuple[ArrayLike, ArrayLike],
    exact: float,
    limit: float = LIMIT,
    *,
    clusters: ArrayLike | None = None,
    what: str = "covariance",
) -> Verdict:
    """Compare a sample's covariance with an exact value."""
    return _one(covariance_of(*pair, clusters), exact, limit, what)


def share_below_is(sample: ArrayLike, edge: float, exact: float, limit: float = LIMIT, *, what: str = "") -> Verdict:
    """Compare the share of a sample at or below an edge with the exact distribution function there (binomial)."""
    below = float(np.mean(_floats(sample) <= edge))
    exact = float(exact)
    error = math.sqrt(exact * (1 - exact) / _floats(sample).size)
    return _one(Estimate(below, error), exact, limit, what or f"share at or below {edge:.6g}")


def follows(sample: ArrayLike, cdf: Callable[[Array], Array], *, what: str = "distribution") -> Verdict:
    """Compare an independent sample with a continuous distribution function (Kolmogorov)."""
    from scipy.stats import kstest

    result = kstest(_floats(sample), cdf)
    return _by_p_value(float(result.pvalue), f"{what}: largest distance {result.statistic:.4g}")


def mean_of(sample: ArrayLike, clusters: ArrayLike | None = None) -> Estimate:
    """Return a mean over rows with its standard error."""
    x = _floats(sample)
    return Estimate(float(x.mean()), _error(x - x.mean(), clusters))


def variance_of(sample: ArrayLike, clusters: ArrayLike | None = None) -> Estimate:
    """Return a variance with its standard error."""
    return covariance_of(sample, sample, clusters)


def covariance_of(first: ArrayLike, second: ArrayLike, clusters: ArrayLike | None = None) -> Estimate:
    """Return a covariance with its standard error, from the influence of each row."""
    x, y = _centred(first), _centred(second)
    value = float((x * y).sum() / (x.size - 1))
    return Estimate(value, _error(x * y - value, clusters))


def correlation_of(first: ArrayLike, second: ArrayLike, clusters: ArrayLike | None = None) -> Estimate:
    """Return a correlation with its standard error, from the influence of each row (delta method)."""
    x, y = _centred(first), _centred(second)
    if not x.any() or not y.any():
        raise ValueError("a correlation needs two samples that vary; one of them is constant")
    x, y = x / x.std(), y / y.std()
    value = float((x * y).mean())
    return Estimate(value, _error(x * y - value * (x * x + y * y) / 2, clusters))


def _floats(sample: ArrayLike) -> Array:
    values = np.asarray(sample, dtype=float)
    if values.ndim != 1 or values.size < 2 or not np.isfinite(values).all():
        raise ValueError(f"a sample is one row of at least 2 finite numbers, not shape {values.shape} of {values}")
    return values


def _centred(sample: ArrayLike) -> Array:
    values = _floats(sample)
    centred: Array = values - values.mean()
    return centred


def _error(influence: Array, clusters: ArrayLike | None) -> float:
    """Return the standard error of a mean whose rows have these centred influences, summed by cluster."""
    rows = influence.size
    groups = influence
    if clusters is not None:
        names, place = np.unique(np.asarray(clusters), return_inverse=True)
        if place.size != rows:
            raise ValueError(f"{place.size} clusters for {rows} rows; give one per row")
        groups = np.bincount(place, weights=influence, minlength=names.size).astype(np.float64)
    if groups.size < 2:
        raise ValueError("one cluster has no standard error; give at least 2")
    return math.sqrt(groups.size / (groups.size - 1) * float(groups @ groups)) / rows


def _two(a: Estimate, b: Estimate, limit: float, what: str) -> Verdict:
    return _judge(a.value, b.value, math.hypot(a.standard_error, b.standard_error), limit, what)


def _one(a: Estimate, exact: float, limit: float, what: str) -> Verdict:
    return _judge(a.value, exact, a.standard_error, limit, what)


def _judge(value: float, other: float, error: float, limit: float, what: str) -> Verdict:
    """Compare two values; without any spread they must agree to rounding."""
    apart = abs(value - other)
    alike = apart <= 1e-12 * max(abs(value), abs(other))
    score = 0.0 if alike else apart / error if error > 0 else math.inf
    message = (
        f"{what}: {value:.8g} and {other:.8g} are {score:.2f} standard errors ({error:.3g}) apart, limit {limit:g}"
    )
    return Verdict(bool(score <= limit), float(score), message)


def _by_p_value(p_value: float, what: str) -> Verdict:
    return Verdict(p_value >= FALSE_ALARM, p_value, f"{what}, p = {p_value:.3g}, limit {FALSE_ALARM:.3g}")
