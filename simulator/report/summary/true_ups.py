"""Amounts that settlement bills in single months: the jumps of an invoice along the months."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrueUp:
    """What a line beside use and monthly fees adds in a month, in the scenario's currency.

    Attributes:
        contract: its key in the scenario.
        month: as 2027-12.
        line: how the invoice names it, as "yearly minimum, true-up" or "prepaid credits bought".
        share: of the futures, in which it is billed in that month.
        mean: over all futures.
        mean_where_billed: over the futures in which it is billed.
    """

    contract: str
    month: str
    line: str
    share: float
    mean: float
    mean_where_billed: float
