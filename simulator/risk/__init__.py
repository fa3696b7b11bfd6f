"""Risk measures of a sample of futures, each with a 95 % interval of what sampling alone moves.

Conventions, held everywhere in the product, stand in risk.estimates and risk.intervals; a mean is not determined by the
futures where risk.doubt has something to say.
"""

from simulator.risk.doubt import CARRIED, DEAREST, WIDE_MEAN, Doubt, is_off_its_law, mean_doubt
from simulator.risk.estimates import (
    SLACK,
    Paired,
    column_quantiles,
    cvar,
    mean,
    paired,
    probability_cheapest,
    quantile,
    quantiles,
    rank_correlation,
    sd,
)
from simulator.risk.interval import Interval
from simulator.risk.intervals import (
    LEAST_FOR_NETS,
    Exceedance,
    Net,
    cvar_difference_interval,
    cvar_interval,
    least_for_cvar_interval,
    mean_interval,
    probability_over,
    quantile_difference_interval,
    quantile_interval,
    quantile_path,
    share_interval,
    standard_error,
    why_no_cvar_interval,
)
from simulator.risk.plain import LEAST_IN_TAIL, cvar_half_width, proportion_interval

__all__ = [
    "CARRIED",
    "DEAREST",
    "LEAST_FOR_NETS",
    "LEAST_IN_TAIL",
    "SLACK",
    "WIDE_MEAN",
    "Doubt",
    "Exceedance",
    "Interval",
    "Net",
    "Paired",
    "column_quantiles",
    "cvar",
    "cvar_difference_interval",
    "cvar_half_width",
    "cvar_interval",
    "is_off_its_law",
    "least_for_cvar_interval",
    "mean",
    "mean_doubt",
    "mean_interval",
    "paired",
    "probability_cheapest",
    "probability_over",
    "proportion_interval",
    "quantile",
    "quantile_difference_interval",
    "quantile_interval",
    "quantile_path",
    "quantiles",
    "rank_correlation",
    "sd",
    "share_interval",
    "standard_error",
    "why_no_cvar_interval",
]
