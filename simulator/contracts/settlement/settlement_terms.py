"""The terms of settlement that every contract may have, as an analyst writes them and as they are applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import YEAR_MONTHS
from simulator.contracts.prices.charge import Charge
from simulator.contracts.prices.charge_terms import MONEY_PER_MONTH
from simulator.contracts.prices.metered import CARD_CREDITS
from simulator.contracts.prices.priced_units import FreeUnits, FreeUnitsSpec, with_free_credits
from simulator.contracts.settlement.clawback import Clawback, ClawbackSpec, clawback_problems, clawed_meter
from simulator.contracts.settlement.commitment import Commitment, CommitmentSpec, commitment_problems
from simulator.contracts.settlement.delay import Delay, DelaySpec
from simulator.contracts.settlement.discounts import Discount, DiscountSpec, discount_problems
from simulator.contracts.settlement.free_units import free_unit_problems, free_units_of
from simulator.contracts.settlement.guarantee import Guarantee, GuaranteeSpec
from simulator.contracts.settlement.limit import Limit, LimitSpec, limit_of, limit_problems
from simulator.contracts.settlement.minimums import TrueUp
from simulator.contracts.settlement.prepaid import Prepaid, PrepaidSpec, prepaid_problems
from simulator.contracts.wording import number
from simulator.distributions import Quantity
from simulator.errors import Problem
from simulator.parameters import Nonnegative, Positive, Share, Table, known, parameter


@dataclass(frozen=True, slots=True)
class Settlement:
    """The terms under which a contract's charges are settled.

    Attributes:
        discount: share off usage, in all months, after all other discounts.
        true_up: when the yearly minimum is settled.
        term_months: months for which the buyer is bound; 1 can be cancelled every month.
        discounts: amounts and shares off usage between months.
        delay, limit, free_units: what happens to meters before they are priced.
    """

    discount: Quantity
    monthly_minimum: Quantity | None = None
    yearly_minimum: Quantity | None = None
    true_up: TrueUp = "year_end"
    maximum_per_month: Quantity | None = None
    term_months: int = 1
    discounts: tuple[Discount, ...] = ()
    free_units: tuple[FreeUnits, ...] = ()
    delay: Delay | None = None
    limit: Limit | None = None
    commitment: Commitment | None = None
    prepaid: Prepaid | None = None
    guarantee: Guarantee | None = None
    clawback: Clawback | None = None

    @property
    def meters(self) -> tuple[str, ...]:
        """Keys of the meters that settlement reads beside those of the charges."""
        own = [] if self.guarantee is None else [self.guarantee.counted, self.guarantee.of]
        own += [] if self.limit is None else self.limit.meters
        return (*own, *(() if self.clawback is None else (self.clawback.final, self.clawback.billed)))


class SettlementTerms(Table, defer_build=True):
    """What a contract may say of minimums, commitments, discounts, credits and limits."""

    monthly_minimum: Nonnegative | None = parameter(
        "least that a month's invoice comes to, fees included", unit=MONEY_PER_MONTH, typical=(0, 100_000), default=None
    )
    yearly_minimum: Nonnegative | None = parameter(
        "least that the invoices of a contract year come to, fees included",
        unit="money per year",
        typical=(10_000, 2_000_000),
        default=None,
    )
    true_up: TrueUp | None = parameter("when the yearly minimum is settled; year_end without it", default=None)
    commitment: CommitmentSpec | None = parameter("what is owed at least over a period, with more forms", default=None)
    maximum_per_month: Positive | None = parameter(
        "most that a month's invoice comes to, fees included; the yearly minimum may lift it above",
        unit=MONEY_PER_MONTH,
        typical=(1_000, 500_000),
        default=None,
    )
    term_months: int | None = parameter(
        "months the buyer is bound; 1 without it, 12 with a yearly minimum or commitment",
        unit="months",
        typical=(1, 36),
        default=None,
        strict=True,
        ge=1,
        le=120,
    )
    discount: Share = parameter(
        "share off all usage, not off fees", unit="share of usage", typical=(0, 0.4), default=known(0.0)
    )
    discounts: tuple[DiscountSpec, ...] = parameter(
        "amounts, then shares, off usage between months; before discount", default=()
    )
    free_units: tuple[FreeUnitsSpec, ...] = parameter("units that bill nothing", default=())
    delay: DelaySpec | None = parameter("units that are final later", default=None)
    prepaid: PrepaidSpec | None = parameter("prepaid credits", default=None)
    limit: LimitSpec | None = parameter("where the AI stops and people take over", default=None)
    guarantee: GuaranteeSpec | None = parameter("guaranteed rate of resolutions", default=None)
    clawback: ClawbackSpec | None = parameter("units found void later, credited then", default=None)

    @field_validator("true_up")
    @classmethod
    def _true_up_settles_something(cls, value: TrueUp | None, info: ValidationInfo) -> TrueUp | None:
        if value is not None and info.data.get("yearly_minimum", value) is None:
            raise ValueError(
                f"true_up = {value!r} says when a yearly minimum is settled; give yearly_minimum, or remove true_up"
            )
        return value

    @field_validator("maximum_per_month")
    @classmethod
    def _maximum_above_minimum(cls, value: Quantity | None, info: ValidationInfo) -> Quantity | None:
        for name, least, months in _least_amounts(info):
            if value is not None and least is not None and least > months * value.center:
                times = "" if months == 1 else f"{months} times "
                raise ValueError(
                    f"{name} ({number(least)}) must not exceed {times}maximum_per_month "
                    f"({number(value.center)}); lower one or raise the other"
                )
        return value

    @field_validator("term_months")
    @classmethod
    def _term_of_whole_periods(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value % YEAR_MONTHS and info.data.get("yearly_minimum") is not None:
            raise ValueError(f"with a yearly_minimum, term_months must be whole years (12, 24, 36 ...), not {value}")
        commitment = info.data.get("commitment")
        if value is not None and commitment is not None and commitment.period == "year" and value % YEAR_MONTHS:
            raise ValueError(f"with a yearly commitment, term_months must be whole years (12, 24, 36 ...), not {value}")
        if value is None and commitment is not None and commitment.period == "term":
            raise ValueError("a commitment over the term needs term_months: the months of the term")
        return value

    @field_validator("limit")
    @classmethod
    def _limit_of_something(cls, value: LimitSpec | None, info: ValidationInfo) -> LimitSpec | None:
        prepaid = info.data.get("prepaid")
        if value is not None and value.units is None and (prepaid is None or prepaid.when_gone != "stop"):
            raise ValueError(
                "give the units at which service stops; at_share alone needs prepaid credits with when_gone = 'stop'"
            )
        if value is not None and value.units is not None and prepaid is not None and prepaid.when_gone == "stop":
            raise ValueError(
                f"service stops at units ({number(value.units.center)}) or where credits are gone, not both; remove "
                "units, or when_gone = 'stop'"
            )
        return value

    @property
    def settlement_definitions(self) -> tuple[tuple[tuple[str | int, ...], str], ...]:
        """The definitions that settlement counts by, with their keys."""
        named = (("guarantee", self.guarantee), ("clawback", self.clawback))
        return tuple(((key, "definition"), terms.definition) for key, terms in named if terms is not None)

    def settlement(self, charges: Sequence[Charge]) -> Settlement:
        """Return the terms of settlement of a contract with given charges."""
        usage = [charge for charge in charges if not charge.is_fee]
        rate = usage[0].unit_rate if usage else None
        yearly = self.yearly_minimum is not None or (self.commitment is not None and self.commitment.period == "year")
        return Settlement(
            discount=self.discount,
            monthly_minimum=self.monthly_minimum,
            yearly_minimum=self.yearly_minimum,
            true_up=self.true_up or "year_end",
            maximum_per_month=self.maximum_per_month,
            term_months=self.term_months or (YEAR_MONTHS if yearly else 1),
            discounts=tuple(each.discount() for each in self.discounts),
            free_units=tuple(each for each in self._free_units(usage) if each.meter != CARD_CREDITS),
            delay=None if self.delay is None else self.delay.delay(),
            limit=self._limit(usage),
            commitment=None if self.commitment is None else self.commitment.commitment(rate),
            prepaid=None if self.prepaid is None else self.prepaid.prepaid(),
            guarantee=None if self.guarantee is None else self.guarantee.guarantee(),
            clawback=None if self.clawback is None else self.clawback.clawback(clawed_meter(usage)),
        )

    def _free_units(self, usage: Sequence[Charge]) -> list[FreeUnits]:
        return [free_units_of(each, usage) for each in self.free_units]

    def less_free_credits(self, usage: Sequence[Charge]) -> tuple[Charge, ...]:
        """Return the charges for use, that of a rate card less the credits that bill nothing: no meter counts them."""
        free = [each for each in self._free_units(usage) if each.meter == CARD_CREDITS]
        return tuple(reduce(with_free_credits, free, charge) for charge in usage)

    def _limit(self, usage: Sequence[Charge]) -> Limit | None:
        if self.limit is not None:
            return limit_of(self.limit, usage)
        stops = self.prepaid is not None and self.prepaid.when_gone == "stop"
        return Limit(None) if stops else None

    def settlement_problems(self, charges: Sequence[Charge]) -> list[Problem]:
        """Return what does not fit the contract's charges, one problem a mistake, keys within the contract's table."""
        usage = [charge for charge in charges if not charge.is_fee]
        return [
            *discount_problems(self.discounts, usage),
            *free_unit_problems(self.free_units, usage),
            *limit_problems(self.limit, usage),
            *(() if self.clawback is None else clawback_problems(usage)),
            *commitment_problems(self.commitment, usage),
            *prepaid_problems(self.prepaid, usage),
        ]


def _least_amounts(info: ValidationInfo) -> list[tuple[str, float | None, int]]:
    """Return each amount owed at least with its name and the months that it is owed for."""
    commitment = info.data.get("commitment")
    named = [("monthly_minimum", 1), ("yearly_minimum", YEAR_MONTHS)]
    amounts = [(name, _center(info.data.get(name)), months) for name, months in named]
    if commitment is not None and commitment.period != "term" and commitment.amount is not None:
        most = commitment.amount.center * commitment.most_of_ramp
        amounts.append(("commitment.amount", most, 1 if commitment.period == "month" else YEAR_MONTHS))
    return amounts


def _center(quantity: Quantity | None) -> float | None:
    return None if quantity is None else quantity.center
