"""The months in which a contract settles what its terms ask for: where an invoice may jump."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.report.summary.by_key import ByKey


@dataclass(frozen=True, slots=True)
class SettledMonth(ByKey):
    """A month in which something is billed that no other month has.

    Attributes:
        month: as "2028-03".
        number: of the month in the horizon, from 1.
        what: what is billed, as in "true-up of the yearly minimum"; a one-time fee by its name.
    """

    month: str
    number: int
    what: str


@dataclass(frozen=True, slots=True)
class SettlementMonths(ByKey):
    """The months in which a contract settles, in their order; none where all months are alike.

    Attributes:
        contract: its key in the scenario.
    """

    contract: str
    months: tuple[SettledMonth, ...]
