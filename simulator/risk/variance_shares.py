"""What makes the variance of an invoice, as it is worked out and as the summary keeps it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VarianceShares:
    """Shares of the variance of one invoice over the horizon; they sum to 1, and all are 0 where nothing varies.

    Attributes:
        trial: from what is uncertain and stays the same in all months of a future.
        month: from what differs from month to month.
        conversation: from which single conversations happen.
        error: standard error of the shares, about.
    """

    trial: float
    month: float
    conversation: float
    error: float
