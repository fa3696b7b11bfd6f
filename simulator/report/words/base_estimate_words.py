"""The base estimate in a sentence: what it is, how often it is exceeded, and what is expected instead."""

from __future__ import annotations

from simulator.report.summary.base_estimate import BaseEstimate
from simulator.report.words.figures import figures, percents


def base_sentence(estimate: BaseEstimate, of: str, currency: str) -> str:
    """Return what a base estimate leaves out, as numbers.

    Args:
        of: what is estimated, "invoice" or "cost_to_serve".
        currency: ISO code of the scenario's currency.
    """
    expected = estimate.amount + estimate.mean_more
    base, mean = figures([estimate.amount, expected], currency)
    (over,) = percents([estimate.share_over], (0.0, 0.5, 1.0))
    what = "invoice" if of == "invoice" else "cost with people's work"
    return (
        f"The base estimate, with every uncertain input at its middle, is {base}. It is no budget: it is exceeded "
        f"in {over} of the futures, and the expected {what} is {mean}."
    )
