"""How an analyst writes commitments, discounts, guarantees, delays and limits."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, ValidationInfo, field_validator

from simulator.contracts.commitments import Commitment, Compared, Period, When
from simulator.contracts.credits import Clawback, Guarantee
from simulator.contracts.discounts import Between, Discount, FreeUnits, Span
from simulator.contracts.kinds.base import DatedTerms, in_order
from simulator.contracts.limits import Delay
from simulator.contracts.meters import resolutions
from simulator.contracts.names import number
from simulator.contracts.part import part_of
from simulator.contracts.ramps import RampStep
from simulator.contracts.terms.counting import CREDITS, known_name
from simulator.distributions import Quantity
from simulator.parameters import FactorOrZero, Positive, Price, Share, Table, known, numbered_month, parameter

_MONTHS: Final[dict[str, Any]] = {"strict": True, "ge": 1, "le": 120}
_NO_EXTRA: Final = known(1.0, "factor or 0")


class _Dated(DatedTerms):
    """What holds between two months of the contract."""

    @property
    def between(self) -> Between:
        """The months."""
        return Between(self.from_month, self.to_month)


class DiscountSpec(_Dated):
    """An amount off a month's charges for use, or a share of them."""

    amount: Positive | None = parameter(
        "money off a month's charges for use", unit="money per month", typical=(10, 10_000), default=None
    )
    share: Share | None = parameter(
        "share off a month's charges for use", unit="share of usage", typical=(0, 0.4), default=None
    )
    meter: str | None = parameter("meter whose charges it is off; all charges for use without it", default=None)

    @field_validator("share")
    @classmethod
    def _amount_or_share(cls, value: Quantity | None, info: ValidationInfo) -> Quantity | None:
        if "amount" not in info.data:
            return value
        amount = info.data["amount"]
        if value is None and amount is None:
            raise ValueError("give the amount or the share that is taken off")
        if value is not None and amount is not None:
            raise ValueError(
                f"give amount ({number(amount.center)}) or share ({number(value.center)}), not both; two discounts "
                "are two entries of discounts"
            )
        return value

    @field_validator("meter")
    @classmethod
    def _offered(cls, value: str | None) -> str | None:
        return known_name(value, "tokens")

    def discount(self) -> Discount:
        """Return the discount."""
        return Discount(self.amount, self.share, self.meter, self.between)


class FreeUnitsSpec(_Dated):
    """Units of a meter that bill nothing, used up in month order."""

    units: Positive = parameter("units that bill nothing", unit="units", typical=(50, 50_000))
    span: Span = parameter("given anew each month, each contract year, or once", default="month")
    meter: str | None = parameter(
        "their meter, or credits for those of a rate card; the one unit that the contract bills without it",
        default=None,
    )

    @field_validator("meter")
    @classmethod
    def _offered(cls, value: str | None) -> str | None:
        return known_name(value, "tokens", CREDITS)

    def free_units(self, key: str, size: float = 1.0) -> FreeUnits:
        """Return the free units of a meter's key, of which so many are a free unit."""
        return FreeUnits(key, self.units, self.span, self.between, size)


class DelaySpec(Table):
    """A share of each month's units is final, and invoiced, some months later."""

    share: Share = parameter(
        "share of a month's units that is final later; a window of 72 hours holds 0.1 of a month's",
        unit="share of units",
        typical=(0.01, 0.5),
    )
    months: int = parameter("how many months later", unit="months", typical=(1, 3), default=1, **_MONTHS)

    def delay(self) -> Delay:
        """Return the delay."""
        return Delay(self.share, self.months)


class LimitSpec(Table):
    """Where the AI stops and people take over."""

    units: Positive | None = parameter(
        "units that are served; without it the limit is that of the prepaid credits",
        unit="units",
        typical=(100, 500_000),
        default=None,
    )
    meter: str | None = parameter(
        "what the units are of: a meter that the contract bills, credits for those of a rate card, or conversations; "
        "the one unit that the contract bills without it",
        default=None,
    )
    span: Span = parameter("given anew each month, each contract year, or once", default="month")
    at_share: float = parameter(
        "share of the units, or of the credits at hand, at which service stops",
        unit="share",
        typical=(1, 1.25),
        default=1.0,
        strict=True,
        gt=0,
        le=10,
    )

    @field_validator("meter")
    @classmethod
    def _meter_of_units(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("units", 1) is None:
            raise ValueError(f"meter = {value!r} says what the units are of; give units, or remove it")
        return known_name(value, CREDITS)

    @field_validator("span")
    @classmethod
    def _span_of_units(cls, value: Span, info: ValidationInfo) -> Span:
        if value != "month" and info.data.get("units", 1) is None:
            raise ValueError(f"span = {value!r} says how often units are given; give units, or remove it")
        return value


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


class GuaranteeSpec(Table):
    """A guaranteed rate of resolutions, and the credit where it is missed."""

    definition: str = parameter("definition of the resolutions that are guaranteed", min_length=1)
    of: Literal["conversations", "cases"] = parameter("what they are a rate of", default="conversations")
    rate: Share = parameter("guaranteed rate", unit="share", typical=(0.3, 0.8))
    share: Share = parameter(
        "share of the charges for use given back once the rate is missed",
        unit="share of usage",
        typical=(0, 0.2),
        default=known(0.0),
    )
    share_per_point: Share = parameter(
        "the same for each percentage point missing", unit="share of usage", typical=(0, 0.05), default=known(0.0)
    )
    most_share: Share = parameter(
        "most of the charges for use that is given back", unit="share of usage", typical=(0.1, 1), default=known(1.0)
    )
    every_months: int = parameter(
        "months over which the rate is taken", unit="months", typical=(1, 12), default=1, **_MONTHS
    )

    most_per_year: Positive | None = parameter(
        "most money given back over a contract year", unit="money per year", typical=(1_000, 100_000), default=None
    )

    @field_validator("share_per_point")
    @classmethod
    def _gives_something(cls, value: Quantity, info: ValidationInfo) -> Quantity:
        nothing = [each.fixed and each.center == 0.0 for each in (value, info.data.get("share", _NO_EXTRA))]
        if all(nothing):
            raise ValueError("a guarantee gives nothing back without share or share_per_point; give one of them")
        return value

    def guarantee(self) -> Guarantee:
        """Return the guarantee."""
        return Guarantee(
            resolutions(self.definition),
            self.of,
            self.rate,
            self.share,
            self.share_per_point,
            self.most_share,
            self.every_months,
            self.most_per_year,
        )


class ClawbackSpec(Table):
    """Units billed and found void later, credited then."""

    definition: str = parameter("definition of the resolutions that stand in the end", min_length=1)
    after_months: int = parameter(
        "how many months later they are credited", unit="months", typical=(1, 3), default=1, **_MONTHS
    )

    def clawback(self, billed: str) -> Clawback:
        """Return the clawback of a billed meter; of a part of it, by what stands of that part."""
        part, final = part_of(billed), resolutions(self.definition)
        return Clawback(final if part is None else part.of(final), billed, self.after_months)
