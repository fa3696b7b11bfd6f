"""Commitments: what the buyer owes at least over a month, a contract year or the term, and what use beyond it costs.

The true-up of a period brings what counts up to the commitment. Month 1 of the horizon is month 1 of the contract;
contract years end in months 12, 24, ... A part period is prorated by months: of a commitment of 12,000 a year, a
horizon that ends in month 13 owes 1,000 for month 13. Three published forms, on use of 48, 120, 60, 0 ... and 1,200 a
year: true-up at the end (48, 120, 60, 0 ... 972), a monthly floor of 60 and the rest at the end (60, 120, 60, 60 ...
480), and prepaid (1,200, 0 ...), which is a pack of prepaid credits (see `prepaid`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import YEAR_MONTHS, in_order
from simulator.contracts.prices.charge import ONE, Charge
from simulator.contracts.prices.flat import Flat
from simulator.contracts.settlement.minimums import When, prorated, true_ups
from simulator.contracts.wording import number
from simulator.errors import Problem
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import FactorOrZero, Positive, Price, Table, known, numbered_month, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Values


Period = Literal["month", "year", "term"]
Compared = Literal["after_discount", "before_discount"]


@dataclass(frozen=True, slots=True)
class RampStep:
    """From a month of the contract on, a commitment is so many times what it says.

    Attributes:
        from_month: first month in which it holds, counted from 1, until the next step.
    """

    from_month: int
    factor: Quantity


def ramped(ramp: Sequence[RampStep], months: int, values: Values, trials: int) -> Array:
    """Return what a commitment is multiplied by in each month (trial, month): 1 before the first step.

    With steps of 0.4 from month 1, 0.7 from month 4 and 1 from month 7, months 3 and 4 have 0.4 and 0.7.

    Args:
        ramp: in order of their months.
    """
    import numpy as np

    factors = np.ones((trials, months))
    for step in ramp:
        factors[:, step.from_month - 1 :] = values(step.factor)[:, None]
    return factors


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

    def counts(self, billed: Array, off: Array, fees: Array) -> Array:
        """Return what counts against it of what is billed (trial, month); `off` is what discounts took off."""
        counted = billed + off if self.compared == "before_discount" else billed
        return counted if self.with_fees else counted - fees

    def share(self, period: int, term_months: int) -> float:
        """Return the share of the amount that a period owes; periods count from 0."""
        last = -(-term_months // self.months(term_months)) - 1
        return (self.first_share if period == 0 else 1.0) * (self.last_share if period == last else 1.0)


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


def surcharge(use: Array, commitment: Commitment, term_months: int, values: Values, factor: float) -> Array:
    """Return what use after discounts costs above its plain price beyond a commitment (trial, month).

    Args:
        factor: what the contract's prices of usage were multiplied by.
    """
    owed = owed_by_period(commitment, use.shape[1], term_months, values, factor)
    return surcharges(use, owed, commitment.months(term_months), commitment.factor(values))


def commitment_true_up(
    counted: Array, commitment: Commitment, term_months: int, values: Values, factor: float
) -> Array:
    """Return the true-ups (trial, month) of what counts against a commitment; see `Commitment.counts`."""
    due = due_by_month(commitment, counted.shape[1], term_months, values, factor)
    return true_ups(counted, due, commitment.months(term_months), commitment.true_up)


_NO_EXTRA: Final = known(1.0, "factor or 0")


class RampSpec(Table):
    """How much of a commitment holds from a month of the contract on, until the next step."""

    from_month: int = numbered_month("first month of the contract in which it holds, counted from 1", typical=(1, 25))
    factor: FactorOrZero = parameter(
        "what the committed amount or units are multiplied by", unit="factor", typical=(0.4, 1.5)
    )

    def step(self) -> RampStep:
        """Return the step."""
        return RampStep(self.from_month, self.factor)


class CommitmentSpec(Table):
    """What the buyer owes at least, in money or in units, and what use beyond it costs."""

    amount: Positive | None = parameter(
        "money owed at least over a period", unit="money per period", typical=(1_000, 2_000_000), default=None
    )
    units: float | None = parameter(
        "units owed at least over a period, at the contract's unit price",
        unit="units per period",
        typical=(100, 1_000_000),
        default=None,
        strict=True,
        gt=0,
        le=1e12,
    )
    period: Period = parameter("month, contract year, or the whole term", default="year")
    true_up: When = parameter(
        "what is missing is billed each month (the period's share so far), at_end of the period, or never",
        default="at_end",
    )
    compared: Compared = parameter("whether use counts after or before discounts", default="after_discount")
    with_fees: bool = parameter("whether fees count", default=True, strict=True)
    overage_factor: FactorOrZero = parameter(
        "what use beyond the commitment costs, as a factor on its price",
        unit="factor",
        typical=(1, 2),
        default=_NO_EXTRA,
    )
    overage_rate: Price | None = parameter(
        "the same as a price of a unit, for a commitment in units",
        unit="money per unit",
        typical=(0.05, 5),
        default=None,
    )
    first_share: float = parameter(
        "share of the amount that the first period owes, where the contract starts within it",
        unit="share of the period",
        typical=(0.03, 1),
        default=1.0,
        strict=True,
        gt=0,
        le=1,
    )
    last_share: float = parameter(
        "share of the amount that the last period of the term owes",
        unit="share of the period",
        typical=(0.03, 1),
        default=1.0,
        strict=True,
        gt=0,
        le=1,
    )

    ramp: Annotated[tuple[RampSpec, ...], AfterValidator(in_order)] = parameter(
        "steps of the commitment over the months, as 40, 70 and 100 %; a period owes the sum of its months", default=()
    )

    @property
    def most_of_ramp(self) -> float:
        """The largest factor that holds in some month."""
        first = [1.0] if not self.ramp or self.ramp[0].from_month > 1 else []
        return max([*first, *(each.factor.center for each in self.ramp)])

    @field_validator("units")
    @classmethod
    def _amount_or_units(cls, value: float | None, info: ValidationInfo) -> float | None:
        if "amount" not in info.data:
            return value
        amount = info.data["amount"]
        if value is None and amount is None:
            raise ValueError("give the amount in money or the units that are committed")
        if value is not None and amount is not None:
            raise ValueError(f"give amount ({number(amount.center)}) or units ({number(value)}), not both")
        return value

    @field_validator("overage_rate")
    @classmethod
    def _rate_of_units(cls, value: Quantity | None, info: ValidationInfo) -> Quantity | None:
        if value is not None and info.data.get("units", 1) is None:
            raise ValueError(
                f"overage_rate ({number(value.center)}) is the price of units beyond those committed; give units, or "
                "an overage_factor"
            )
        factor = info.data.get("overage_factor", _NO_EXTRA)
        if value is not None and not (factor.fixed and factor.center == 1.0):
            raise ValueError(
                f"give overage_factor ({number(factor.center)}) or overage_rate ({number(value.center)}), not both"
            )
        if value is None and info.data.get("true_up") == "never" and factor.fixed and factor.center == 1.0:
            raise ValueError(
                "a commitment that is never trued up does nothing without an overage_factor or overage_rate"
            )
        return value

    def commitment(self, unit_rate: Quantity | None) -> Commitment:
        """Return the commitment; `unit_rate` is the contract's, for units."""
        amount = self.amount if self.amount is not None else unit_rate
        assert amount is not None
        return Commitment(
            amount,
            self.units,
            self.period,
            self.true_up,
            self.compared,
            self.with_fees,
            self.overage_factor,
            self.overage_rate,
            self.first_share,
            self.last_share,
            tuple(each.step() for each in self.ramp),
        )


def commitment_problems(spec: CommitmentSpec | None, usage: Sequence[Charge]) -> Iterator[Problem]:
    """Yield what is wrong with a commitment in units, given the charges for use of its contract."""
    if spec is None or spec.units is None:
        return
    first = usage[0] if usage else None
    if len(usage) != 1 or not isinstance(first, Flat):
        message = f"commitment.units ({number(spec.units)}) need one charge with one price of a unit"
        yield Problem(("commitment", "units"), message, "commit an amount of money instead")
    elif spec.overage_rate is not None and first.rate.center <= 0:
        message = "commitment.overage_rate needs a price of a unit above 0"
        yield Problem(("commitment", "overage_rate"), message, "give the committed price")
