"""Does a sample of costs follow an exact law? One verdict for each figure.

Each check alarms by mistake in 5.7e-7 of all runs with fresh seeds (`tests.statistics`): 5 standard errors, taken from
the exact law where it has them, or a two-sided binomial p-value of that size. Of some 290 checks in the whole suite one
alarms by mistake in 1 of 6,000 suites; seeds are fixed, so a failure stays a failure.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.stats import binomtest

from simulator import risk
from tests.oracles.law import SAME, Array
from tests.statistics import FALSE_ALARM, LIMIT, Verdict, variance_of

LEAST_IN_TAIL: Final = 200
"""Futures that a tail must have before its mean is near enough to normal to be judged by standard errors."""
FIGURES: Final = Path(__file__).parent / "exact.json"


@dataclass(frozen=True, slots=True)
class Exact:
    """The exact figures of one oracle.

    Attributes:
        quantiles: level -> amount and its distribution function there; empty where only moments are known.
        tails: level -> mean of the dearest share 1 - level, and sd of max(cost - quantile, 0) (`heavy`: cost capped).
        capped: an amount, and mean and sd of the cost capped at it; None where only moments are known.
        heavy: whether the sample's own sd and tail means say little, so that capped figures take their place.
    """

    name: str
    mean: float
    sd: float
    skew: float | None
    quantiles: dict[float, tuple[float, float]]
    tails: dict[float, tuple[float, float]]
    capped: tuple[float, float, float] | None
    heavy: bool


@cache
def exact_figures() -> dict[str, Exact]:
    """Return the oracles of exact.json by name."""
    return {each["name"]: _exact(each) for each in json.loads(FIGURES.read_text())["cases"]}


def _exact(raw: dict[str, Any]) -> Exact:
    capped = raw["capped"]
    spread = "capped_excess_sd" if raw["heavy"] else "excess_sd"
    return Exact(
        name=raw["name"],
        mean=raw["mean"],
        sd=raw["sd"],
        skew=raw["skew"],
        quantiles={float(level): (found["at"], found["cdf"]) for level, found in raw["quantiles"].items()},
        tails={float(level): (tail["mean"], tail[spread]) for level, tail in raw["tails"].items()},
        capped=None if capped is None else (capped["at"], capped["mean"], capped["sd"]),
        heavy=raw["heavy"],
    )


def check(costs: Array, exact: Exact) -> list[Verdict]:
    """Return a verdict for every figure that is known of the law."""
    found = [mean_is(costs, exact)]
    if exact.capped is not None:
        found.append(capped_mean_is(costs, exact))
    found.append(capped_sd_is(costs, exact) if exact.heavy else sd_is(costs, exact))
    if exact.skew is not None and not exact.heavy:
        found.append(skew_is(costs, exact))
    found += [quantile_is(costs, exact, level) for level in exact.quantiles]
    full = [level for level in exact.tails if len(costs) * (1 - level) >= LEAST_IN_TAIL - 0.5]
    return found + [tail_mean_is(costs, exact, level) for level in full]


def failures(costs: Array, exact: Exact) -> list[str]:
    """Return the messages of the checks that disagree."""
    return [f"{exact.name}, {len(costs):,} futures: {verdict}" for verdict in check(costs, exact) if not verdict]


def mean_is(costs: Array, exact: Exact) -> Verdict:
    """Compare the mean; its standard error is the exact one."""
    return _judge("mean", float(costs.mean()), exact.mean, exact.sd / math.sqrt(len(costs)))


def capped_mean_is(costs: Array, exact: Exact) -> Verdict:
    """Compare the mean of min(cost, exact P99.9), which no single future can carry away."""
    cap, mean, sd = _cap(exact)
    return _judge("capped mean", float(np.minimum(costs, cap).mean()), mean, sd / math.sqrt(len(costs)))


def sd_is(costs: Array, exact: Exact) -> Verdict:
    """Compare the standard deviation; its standard error comes from the sample's fourth moment."""
    return _sd("sd", costs, exact.sd)


def capped_sd_is(costs: Array, exact: Exact) -> Verdict:
    """Compare the standard deviation of min(cost, exact P99.9)."""
    cap, _, sd = _cap(exact)
    return _sd("capped sd", np.minimum(costs, cap), sd)


def skew_is(costs: Array, exact: Exact) -> Verdict:
    """Compare the skewness, by the influence of each future on it."""
    assert exact.skew is not None, f"{exact.name} has no skewness"
    z = (costs - costs.mean()) / costs.std()
    skew = float((z**3).mean())
    influence = z**3 - skew - 3 * z - 1.5 * skew * (z**2 - 1)
    return _judge("skew", skew, exact.skew, float(influence.std()) / math.sqrt(len(costs)))


def quantile_is(costs: Array, exact: Exact, level: float) -> Verdict:
    """Compare how many futures lie at or below an exact quantile with the exact chance: two-sided binomial test."""
    at, chance = exact.quantiles[level]
    below = int(np.count_nonzero(costs <= at + SAME * abs(at)))
    p_value = float(binomtest(below, len(costs), chance).pvalue)
    message = f"share at or below P{100 * level:g} = {at:.8g}: {below / len(costs):.6f}, exactly {chance:.6f}"
    return Verdict(p_value >= FALSE_ALARM, p_value, f"{message}; p = {p_value:.3g}, limit {FALSE_ALARM:.3g}")


def tail_mean_is(costs: Array, exact: Exact, level: float) -> Verdict:
    """Compare the mean of the dearest share 1 - level.

    Of a heavy tail both are taken of the cost capped at P99.9. The standard error is that of
    max(cost - quantile, 0) / (1 - level), as in `simulator.risk.cvar_interval`, with the exact law's sd.
    """
    mean, spread = exact.tails[level]
    if exact.heavy:
        cap, capped_mean, _ = _cap(exact)
        costs, mean = np.minimum(costs, cap), mean - (exact.mean - capped_mean) / (1 - level)
    error = spread / (1 - level) / math.sqrt(len(costs))
    return _judge(f"mean of the dearest {1 - level:.0%}", risk.cvar(costs, level), mean, error)


def _cap(exact: Exact) -> tuple[float, float, float]:
    assert exact.capped is not None, f"{exact.name} has moments only"
    return exact.capped


def _sd(what: str, costs: Array, sd: float) -> Verdict:
    variance = variance_of(costs)
    found = math.sqrt(variance.value)
    return _judge(what, found, sd, variance.standard_error / (2 * found))


def _judge(what: str, value: float, exact: float, error: float) -> Verdict:
    score = abs(value - exact) / error
    message = (
        f"{what} {value:.8g}, exactly {exact:.8g}: {score:.2f} standard errors ({error:.3g}) apart, limit {LIMIT:g}"
    )
    return Verdict(score <= LIMIT, score, message)
