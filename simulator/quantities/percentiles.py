"""Laws of numbers of which percentiles are known: two, two around the median, or two around the most likely value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from simulator.quantities.distributions import Scale

if TYPE_CHECKING:
    from simulator.arrays import Array

_LARGEST_LOG: Final = 700.0
"""exp of more is not finite; a domain ends long before."""


@dataclass(frozen=True, slots=True)
class TwoPercentiles:
    """Two percentiles: the normal law on the scale of the domain (log, log above 1, logit or raw) that has both.

    With Y the values on the scale and z the scores of the percents, sd = (Y_high - Y_low) / (z_high - z_low). Of P5 and
    P95 the centre is the midpoint there, and sd = half-width / 1.6449.

    Attributes:
        low, high: the values of the two percentiles, low < high.
        low_percent, high_percent: which they are, both between 0 and 100.
    """

    low: float
    high: float
    scale: Scale
    low_percent: float = 5.0
    high_percent: float = 95.0
    fixed = False

    @property
    def center(self) -> float:
        return _from_scale(self.scale, self._middle)

    @property
    def _middle(self) -> float:
        low, high = score_of(self.low_percent), score_of(self.high_percent)
        weight = high / (high - low)  # exactly a half where the percents are symmetric
        return weight * _to_scale(self.scale, self.low) + (1 - weight) * _to_scale(self.scale, self.high)

    @property
    def sd(self) -> float:
        """Standard deviation on the law's scale."""
        apart = score_of(self.high_percent) - score_of(self.low_percent)
        return (_to_scale(self.scale, self.high) - _to_scale(self.scale, self.low)) / apart

    def at(self, z: Array) -> Array:
        return _back(self.scale, self._middle + self.sd * z)


@dataclass(frozen=True, slots=True)
class MedianInterval:
    """A percentile on either side of the median: half a normal law below it and half of another above, on the scale.

    At score z the value on the scale is M + z sd_low for z < 0 and M + z sd_high for z >= 0, where M is the median and
    each sd its distance to the percentile over the percentile's score: the law of a monthly forecast. All three values
    are exactly as stated, whatever they are.

    Attributes:
        low, high: the values of the two percentiles, low < median < high.
        low_percent, high_percent: which they are, below and above 50.
    """

    low: float
    median: float
    high: float
    scale: Scale
    low_percent: float
    high_percent: float
    fixed = False

    @property
    def center(self) -> float:
        return self.median

    def at(self, z: Array) -> Array:
        import numpy as np

        low, middle, high = (_to_scale(self.scale, each) for each in (self.low, self.median, self.high))
        below, above = (low - middle) / score_of(self.low_percent), (high - middle) / score_of(self.high_percent)
        return _back(self.scale, middle + np.where(z < 0, below, above) * z)


@dataclass(frozen=True, slots=True)
class TwoSidedPower:
    """A most likely value, and on either side of it a power of the distance to the end of what is possible.

    The two-sided power law (van Dorp and Kotz 2002) with an exponent of its own on each side (Herrerias-Velasco,
    Herrerias-Pleguezuelo and van Dorp 2009), its density without a jump at the mode. Below the mode, with probability
    P, its distribution function is P ((x - least) / (mode - least))^k, k = peak (mode - least) / P; above it likewise.
    Where there is no end, an exponential takes the place of the power, its limit (asymmetric Laplace law).
    Mean: mode - P (mode - least) / (k + 1) + (1 - P) (most - mode) / (k' + 1); of an exponential P / peak is taken in
    the place of (mode - least) / (k + 1).

    Attributes:
        below: probability P of a value below the mode.
        peak: density at the mode.
        least, most: ends of what is possible; infinite where there is none.
    """

    mode: float
    below: float
    peak: float
    least: float
    most: float
    fixed = False

    @property
    def exponents(self) -> tuple[float, float]:
        """The powers k below and above the mode; under 1 the mode would not be the most likely value."""
        return (
            self.peak * (self.mode - self.least) / self.below,
            self.peak * (self.most - self.mode) / (1 - self.below),
        )

    @property
    def center(self) -> float:
        import numpy as np

        return float(self.at(np.zeros(1))[0])

    def at(self, z: Array) -> Array:
        import numpy as np
        from scipy.special import log_ndtr

        under = np.minimum(log_ndtr(z) - math.log(self.below), 0.0)
        over = np.minimum(log_ndtr(-z) - math.log1p(-self.below), 0.0)
        down = _reach(under, self.mode - self.least, self.below / self.peak)
        up = _reach(over, self.most - self.mode, (1 - self.below) / self.peak)
        return np.asarray(self.mode - down + up)


def _reach(log_tail: Array, reach: float, scale: float) -> Array:
    """Return how far from the mode the quantile of a tail lies, 0 for the whole tail.

    Args:
        log_tail: logarithm of the share of this side that lies beyond.
        reach: distance from the mode to the end, infinite where there is none.
        scale: probability of the side over the density at the mode.
    """
    import numpy as np

    if math.isinf(reach):
        return np.asarray(-scale * log_tail)
    return np.asarray(-reach * np.expm1(log_tail * (scale / reach)))


def mode_between(low: float, mode: float, high: float, percents: tuple[float, float], scale: Scale) -> TwoSidedPower:
    """Return the two-sided power law of a mode and of a percentile on either side, on what a scale allows.

    Positive numbers end at 0, numbers above 1 there, shares at 0 and 1. P is where both sides have the same density at
    the mode:
    P ln(P / p_low) / c = (1 - P) ln((1 - P) / (1 - p_high)) / c', c = (mode - least) ln((mode - least) / (low - least))
    or mode - low without an end. The left grows from 0 with P and the right falls to 0, so there is one.
    """
    first, last = (percent / 100 for percent in percents)
    least, most = _ENDS[scale]
    down, up = _stretch(mode - least, mode - low), _stretch(most - mode, high - mode)
    under, over = first, last
    for _ in range(200):  # halving an interval of doubles ends long before
        below = (under + over) / 2
        if below * math.log(below / first) / down < (1 - below) * math.log((1 - below) / (1 - last)) / up:
            under = below
        else:
            over = below
    return TwoSidedPower(mode, below, below * math.log(below / first) / down, least, most)


def _stretch(reach: float, to_percentile: float) -> float:
    """Return c of `mode_between`: -reach ln(1 - to_percentile / reach), and its limit without an end."""
    return to_percentile if math.isinf(reach) else -reach * math.log1p(-to_percentile / reach)


_ENDS: Final[dict[Scale, tuple[float, float]]] = {
    "log": (0.0, math.inf), "log above 1": (1.0, math.inf), "logit": (0.0, 1.0), "raw": (-math.inf, math.inf),
}  # fmt: skip
"""What a scale allows."""


def score_of(percent: float) -> float:
    """Return the standard normal score of a percentile; those of P5 and P95 differ in sign only."""
    return -score_of(100 - percent) if percent < 50 else NormalDist().inv_cdf(percent / 100)


def _back(scale: Scale, score: Array) -> Array:
    """Return values on a scale as values."""
    import numpy as np
    from scipy.special import expit

    if scale in ("log", "log above 1"):
        return np.asarray(_ENDS[scale][0] + np.exp(np.minimum(score, _LARGEST_LOG)))
    return np.asarray(expit(score)) if scale == "logit" else score


def _to_scale(scale: Scale, value: float) -> float:
    if scale in ("log", "log above 1"):
        return math.log(value - _ENDS[scale][0])
    return math.log(value / (1 - value)) if scale == "logit" else value


def _from_scale(scale: Scale, score: float) -> float:
    if scale in ("log", "log above 1"):
        return _ENDS[scale][0] + math.exp(score)
    return 1 / (1 + math.exp(-score)) if scale == "logit" else score
