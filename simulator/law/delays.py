"""Hours until a return or a duplicate. docs/model.md sections 4.4 and 4.5."""

from __future__ import annotations

import math

from simulator.law.quantiles import normal_quantile


def delay_hours(chance: float, weibull: bool, scale: float, spread: float) -> float:
    """Return the hours below which a delay falls with a chance between 0 and 1.

    Args:
        weibull: exp(ln median + sigma z), or Weibull by inversion, scale (-ln(1 - p))^(1 / shape).
        scale: median or scale in hours, times the channel's `delay`.
        spread: sigma or shape.
    """
    if weibull:
        return scale * math.pow(-math.log(1.0 - chance), 1.0 / spread)
    return scale * math.exp(spread * normal_quantile(chance))


def chance_within(hours: float, weibull: bool, scale: float, spread: float) -> float:
    """Return the chance that a delay is shorter than some hours; arguments as `delay_hours`."""
    if hours <= 0.0:
        return 0.0
    if weibull:
        return -math.expm1(-math.pow(hours / scale, spread))
    if spread == 0.0:
        return 1.0 if scale < hours else 0.0
    return 0.5 * math.erfc(-math.log(hours / scale) / spread / math.sqrt(2.0))


def mean_delay(weibull: bool, scale: float, spread: float) -> float:
    """Return the mean delay in hours; arguments as `delay_hours`."""
    return scale * math.gamma(1.0 + 1.0 / spread) if weibull else scale * math.exp(spread * spread / 2.0)
