"""What a contract asks for beside how much is used: prices, fees, what is owed at least, how long, and on leaving."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """A price of use as stated, the middle of a range.

    Attributes:
        amount: in the scenario's currency, before discounts.
        unit: what it is a price of, as in "per handled conversation".
    """

    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a contract as stated, in the scenario's currency; ranges and exchange rates at their middle.

    Attributes:
        contract: its key in the scenario.
        prices: of each charge for use that has a single one; tokens by model and class have none.
        platform_fee: owed each month whatever is used; 0 without one.
        one_time_fees: owed once, all together.
        least_per_month, least_per_year: what invoices come to at least; None where no minimum is stated.
        most_per_month: None where no month is capped.
        committed: money owed at least over each `committed_over`; None without a commitment in money.
        committed_units: units owed at least over it; None without a commitment in units.
        committed_over: "month", "year" or "term"; empty without a commitment.
        term_months: months for which the buyer is bound; 1 can be cancelled every month.
        owed_on_leaving: after the month in which most is owed, on average over the futures; 0 where nothing is.
        owed_month: that month; 0 where nothing is owed.
        backing: kind of what stands behind the prices ("quoted", "published", "judgement" ...); the weakest of them.
        source: what that source is, with its date; empty where nothing is named.
        offer: vendor, product and date of the catalogue's entry; empty without one.
    """

    contract: str
    prices: tuple[UnitPrice, ...]
    platform_fee: float
    one_time_fees: float
    least_per_month: float | None
    least_per_year: float | None
    most_per_month: float | None
    committed: float | None
    committed_units: float | None
    committed_over: str
    term_months: int
    owed_on_leaving: float
    owed_month: int
    backing: str
    source: str
    offer: str
