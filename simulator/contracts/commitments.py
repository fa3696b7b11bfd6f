"""Commitments: what the buyer owes at least over a month, a contract year or the term, and what use beyond it costs.

The true-up of a period brings what counts up to the commitment. Month 1 of the horizon is month 1 of the contract;
contract years end in months 12, 24, ... A part period is prorated by months: of a commitment of 12,000 a year, a
horizon that ends in month 13 owes 1,000 for month 13. Three published forms, on use of 48, 120, 60, 0 ... and 1,200 a
year: true-up at the end (48, 120, 60, 0 ... 972), a monthly floor of 60 and the rest at the end (60, 120, 60, 60 ...
480), and prepaid (1,200, 0 ...), which is a pack of credits (see `prepaid`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from simulator.contracts.discounts import YEAR_MONTHS
from simulator.contracts.ramps import RampStep, ramped
from simulator.distributions import Quantity
from simulator.parameters import known

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Values

Period = Literal["month", "year", "term"]
When = Literal["each_month", "at_end", "never"]
Compared = Literal["after_discount", "before_discount"]
ONE: Final = known(1.0, "nonnegative")


@dataclass(frozen=True, slots=True)
class Commitment:
    """An amount committed over each period of a contract.

    Attributes:
        amount: money a period; where `units` is given, the price of a unit.
        units: units a period at the contract's unit price; None for an amount.
        period: month, contract year, or the whole term.
        true_up: at the end of each month what is missing of the period's share so far, at the end of the period, or
            never (then only the overage factor acts).
        compared: whether use counts after discounts or before them: of 100 used less 20 %, 80 or 100 count.
        with_fees: whether fees count.
        overage_factor: what use beyond the commitment costs, as a factor on its price; use counts after discounts, in
            month order within the period. At 1,000 and 1.5, a period of 1,200 costs 1,000 + 200 * 1.5 = 1,300. Use that
            was already charged at the factor counts at its plain price.
        overage_rate: the same as a price of a unit, for a commitment in units; None for the factor. 1,000 units at 1.50
            and 2.00 beyond: 1,200 units cost 1,500 + 400.
        first_share: share of the amount that the first period owes, where the contract starts within it.
        last_share: the same for the last period of the term.
        ramp: what the amount or the units are multiplied by from some months on. A period owes the sum of its months:
            of 12,000 a year at 0.4 in months 1 to 6 and 1 after them, month by month 400 and then 1,000, the year owes
            8,400. Empty where all months owe the same.
    """

    amount: Quantity
    units: float | None = None
    period: Period = "year"
    true_up: When = "at_end"
    compared: Compared = "after_discount"
    with_fees: bool = True
    overage_factor: Quantity = ONE
    overage_rate: Quantity | None = None
    first_share: float = 1.0
    last_share: float = 1.0
    ramp: tuple[RampStep, ...] = ()

    def months(self, term_months: int) -> int:
        """Return the months of a period."""
        return {"month": 1, "year": YEAR_MONTHS, "term": term_months}[self.period]

    def owed(self, values: Values, factor: float) -> Array:
        """Return the amount of a whole period before any ramp (trial,); `factor` is that on all prices of usage."""
        return values(self.amount) if self.units is None else values(self.amount) * self.units * factor

    @property
    def has_overage(self) -> bool:
        """Whether use beyond it costs another price."""
        return self.overage_rate is not None or not self.overage_factor.fixed or self.overage_factor.center != 1.0

    def factor(self, values: Values) -> Array:
        """Return what use beyond it costs, as a factor on its price (trial,); 1 in a trial whose price is 0."""
        import numpy as np

        if self.overage_rate is None:
            return values(self.overage_factor)
        price = values(self.amount)
        return np.divide(values(self.overage_rate), price, out=np.ones(price.shape), where=price > 0)

    def share(self, period: int, term_months: int) -> float:
        """Return the share of the amount that a period owes; periods count from 0."""
        last = -(-term_months // self.months(term_months)) - 1
        return (self.first_share if period == 0 else 1.0) * (self.last_share if period == last else 1.0)


def true_ups(counted: Array, due: Array, length: int, when: When) -> Array:
    """Return the true-ups (trial, month) that bring each period up to what it owes.

    Args:
        counted: what counts against the commitment (trial, month), earlier true-ups left out.
        due: what the period of each month owes by the end of that month (trial, month).
        length: months of a period.
    """
    import numpy as np

    result = np.zeros(counted.shape)
    months = counted.shape[1]
    if when == "never":
        return result
    so_far = np.zeros(counted.shape[0])
    for month in range(months):
        place = month % length + 1
        so_far = counted[:, month] + (so_far if place > 1 else 0.0)
        if when == "each_month" or place == length or month == months - 1:
            result[:, month] = np.maximum(due[:, month] - so_far, 0.0)
            so_far = so_far + result[:, month]
    return result


def prorated(owed: Array, months: int, length: int) -> Array:
    """Return what a period owes by the end of each of its months (trial, month), the same in all months.

    Args:
        owed: what a period owes, (trial, period); as many periods as the months begin.
    """
    import numpy as np

    month = np.arange(months)
    due: Array = owed[:, month // length] * (month % length + 1) / length
    return due


def surcharges(use: Array, owed: Array, length: int, factor: Array) -> Array:
    """Return what use beyond the commitment costs above its plain price (trial, month).

    It is (factor - 1) times the part of the month's use that lies above what the period owes, in month order.

    Args:
        use: charges for use after discounts (trial, month).
        owed: what a period owes, (trial, period).
        factor: overage factor (trial,).
    """
    import numpy as np

    result = np.zeros(use.shape)
    so_far = np.zeros(use.shape[0])
    for month in range(use.shape[1]):
        if month % length == 0:
            so_far = np.zeros(use.shape[0])
        committed = owed[:, month // length]
        before = np.maximum(so_far - committed, 0.0)
        so_far = so_far + use[:, month]
        result[:, month] = (factor - 1.0) * (np.maximum(so_far - committed, 0.0) - before)
    return result


def owed_by_period(commitment: Commitment, months: int, term_months: int, values: Values, factor: float) -> Array:
    """Return what each whole period owes (trial, period), for as many periods as the months begin."""
    length = commitment.months(term_months)
    owed = _stated(commitment, months, term_months, values, factor)
    if not commitment.ramp:
        return owed
    periods = owed.shape[1]
    factors = ramped(commitment.ramp, periods * length, values, owed.shape[0])
    total: Array = owed * factors.reshape(owed.shape[0], periods, length).sum(axis=2) / length
    return total


def due_by_month(commitment: Commitment, months: int, term_months: int, values: Values, factor: float) -> Array:
    """Return what the period of each month owes by the end of that month (trial, month)."""
    import numpy as np

    length = commitment.months(term_months)
    owed = _stated(commitment, months, term_months, values, factor)
    if not commitment.ramp:
        return prorated(owed, months, length)
    trials, periods = owed.shape
    factors = ramped(commitment.ramp, periods * length, values, trials)
    so_far = np.cumsum(factors.reshape(trials, periods, length), axis=2) / length
    due: Array = (owed[:, :, None] * so_far).reshape(trials, -1)[:, :months]
    return due


def _stated(commitment: Commitment, months: int, term_months: int, values: Values, factor: float) -> Array:
    """Return what each whole period would owe without a ramp (trial, period)."""
    import numpy as np

    whole = commitment.owed(values, factor)
    periods = -(-months // commitment.months(term_months))
    return np.stack([whole * commitment.share(period, term_months) for period in range(periods)], axis=1)
