"""Packs of prepaid credits: bought ahead or given, rolled over at their end, and bought automatically at a threshold.

Packs are granted at the start of a month and can be used through their last valid month; the end is exclusive: a pack
of month 1 with 3 valid months pays in months 1, 2 and 3 and is void at the start of month 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import COUNT_OF_MONTHS
from simulator.contracts.wording import number
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Nonnegative, Positive, Share, Table, known, numbered_month, parameter

PRIORITY: Final = 50


@dataclass(frozen=True, slots=True)
class Rollover:
    """What of a pack lives on when it ends, for as many months again.

    100 left with `share` 0.5 leave 50; with a cap of 30 they leave 30. The cap holds for all that is rolled over of the
    pack at a time; the oldest is cut first: 400 new and 150 rolled before, capped at 500, leave 400 and 100.

    Attributes:
        share: share of what is left.
        cap: most that may be rolled over, in money; None without.
        cap_share: the same as a share of the pack's amount; None without.
        periods: how many times in a row the same credits may roll.
    """

    share: Quantity
    cap: Quantity | None = None
    cap_share: Quantity | None = None
    periods: int = 1


@dataclass(frozen=True, slots=True)
class Pack:
    """Credits bought ahead.

    Attributes:
        amount: what they pay for, at the contract's prices.
        price: what they cost when granted; 0 for free credits.
        priority: low is used first.
        first_month: month of the contract in which they are granted, counted from 1.
        valid_months: months in which they can be used; None without an end.
        every_months: they are granted and billed again every so many months; None once.
        times: how often in all; None without an end.
    """

    amount: Quantity
    price: Quantity
    priority: int = PRIORITY
    first_month: int = 1
    valid_months: int | None = None
    every_months: int | None = None
    times: int | None = None
    rollover: Rollover | None = None

    def last_valid(self, month: int) -> float:
        """Return the last month in which a pack granted in a month pays; infinity without an end."""
        return _last_of(self.valid_months, month)

    def granted_in(self, month: int) -> bool:
        """Return whether the pack is granted in a month counted from 1."""
        after = month - self.first_month
        if after < 0 or self.every_months is None:
            return after == 0
        return after % self.every_months == 0 and (self.times is None or after // self.every_months < self.times)


def _last_of(valid_months: int | None, month: int) -> float:
    return math.inf if valid_months is None else month + valid_months - 1


@dataclass(frozen=True, slots=True)
class TopUp:
    """Packs bought automatically so that at least a threshold is left at the end of a month.

    At packs of 100 and a threshold of 50, 120 left of which 80 are used buy one pack; 130 left buy none. With a cycle
    of 3 months packs bought in months 1, 2 and 3 are all void at the start of month 4.

    Attributes:
        below: the threshold.
        valid_months: months in which a pack can be used; None without an end, or with a cycle.
        last_month: month of the contract after which none is bought; None without an end.
        cycle_months: months of the billing cycle at whose end a pack is void, whenever in it it was bought; cycles
            follow one another from month 1 of the contract. None where packs have months of their own.
    """

    amount: Quantity
    price: Quantity
    below: Quantity
    valid_months: int | None = None
    priority: int = PRIORITY
    last_month: int | None = None
    cycle_months: int | None = None

    def last_valid(self, month: int) -> float:
        """Return the last month in which a pack bought in a month pays, both counted from 1; infinity without an end.

        With a cycle of 3, packs of months 1, 3 and 4 pay up to months 3, 3 and 6.
        """
        if self.cycle_months is not None:
            return self.cycle_months * math.ceil(month / self.cycle_months)
        return _last_of(self.valid_months, month)


_CREDITS: Final = "money that the credits pay for"


_MOST_PRICE: Final = 1_000
"""Times of what it pays for that a pack of a top-up may cost."""


_MOST_PACKS: Final = 1_000_000
"""Packs of a top-up that its threshold may ask for at once."""


class RolloverSpec(Table):
    """What of a pack lives on when it ends, for as many months again."""

    share: Share = parameter(
        "share of what is left that rolls over", unit="share of credits left", typical=(0.1, 1), default=known(1.0)
    )
    cap: Nonnegative | None = parameter(
        "most that may be rolled over at a time, the oldest cut first",
        unit=_CREDITS,
        typical=(100, 50_000),
        default=None,
    )
    cap_share: Share | None = parameter(
        "the same as a share of the pack", unit="share of the pack", typical=(0.1, 1), default=None
    )
    periods: int = parameter(
        "how many times in a row the same credits may roll", unit="times", typical=(1, 12), default=1, **COUNT_OF_MONTHS
    )

    @field_validator("cap_share")
    @classmethod
    def _one_cap(cls, value: Quantity | None, info: ValidationInfo) -> Quantity | None:
        if value is not None and info.data.get("cap") is not None:
            raise ValueError(
                f"give cap ({number(info.data['cap'].center)}) or cap_share ({number(value.center)}), not both"
            )
        return value

    def rollover(self) -> Rollover:
        """Return the rollover."""
        return Rollover(self.share, self.cap, self.cap_share, self.periods)


class PackSpec(Table):
    """Credits bought ahead, or given."""

    amount: Positive = parameter(
        "what the credits pay for, at the contract's prices", unit=_CREDITS, typical=(100, 500_000)
    )
    price: Nonnegative = parameter(
        "what they cost when granted; 0 for free ones", unit="money per pack", typical=(0, 500_000)
    )
    priority: int = parameter(
        "low is used first", unit="rank", typical=(0, 100), default=PRIORITY, strict=True, ge=0, le=1_000
    )
    first_month: int = numbered_month("month of the contract in which they are granted", typical=(1, 12), default=1)
    valid_months: int | None = parameter(
        "months in which they can be used, that of the grant included; without an end if not given",
        unit="months",
        typical=(1, 24),
        default=None,
        **COUNT_OF_MONTHS,
    )
    every_months: int | None = parameter(
        "granted and billed again every so many months; once if not given",
        unit="months",
        typical=(1, 12),
        default=None,
        **COUNT_OF_MONTHS,
    )
    times: int | None = parameter(
        "how often in all; without an end if not given", unit="times", typical=(1, 12), default=None, **COUNT_OF_MONTHS
    )
    rollover: RolloverSpec | None = parameter("what lives on when they end; nothing without it", default=None)

    @field_validator("times")
    @classmethod
    def _times_of_a_repeated_pack(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and info.data.get("every_months", value) is None:
            raise ValueError(f"times = {value} says how often a pack is granted; give every_months, or remove times")
        return value

    @field_validator("rollover")
    @classmethod
    def _rollover_of_what_ends(cls, value: RolloverSpec | None, info: ValidationInfo) -> RolloverSpec | None:
        if value is not None and info.data.get("valid_months", 1) is None:
            raise ValueError("credits without an end have nothing to roll over; give valid_months, or remove rollover")
        return value

    def pack(self) -> Pack:
        """Return the pack."""
        return Pack(
            self.amount,
            self.price,
            self.priority,
            self.first_month,
            self.valid_months,
            self.every_months,
            self.times,
            None if self.rollover is None else self.rollover.rollover(),
        )


class TopUpSpec(Table):
    """Packs bought automatically, so that at least a threshold is left at the end of a month."""

    amount: Positive = parameter("what one pack pays for", unit=_CREDITS, typical=(50, 50_000))
    price: Nonnegative = parameter("what one pack costs", unit="money per pack", typical=(50, 50_000))
    below: Nonnegative = parameter(
        "packs are bought until this is left", unit=_CREDITS, typical=(0, 10_000), default=known(0.0, "nonnegative")
    )
    valid_months: int | None = parameter(
        "months in which a pack can be used; without an end if not given",
        unit="months",
        typical=(1, 24),
        default=None,
        **COUNT_OF_MONTHS,
    )
    cycle_months: int | None = parameter(
        "months of the billing cycle at whose end a pack is lost, whenever in it it was bought, instead of "
        "valid_months; cycles follow one another from the first month of the contract",
        unit="months",
        typical=(1, 12),
        default=None,
        **COUNT_OF_MONTHS,
    )
    priority: int = parameter(
        "low is used first", unit="rank", typical=(0, 100), default=PRIORITY, strict=True, ge=0, le=1_000
    )

    @field_validator("price")
    @classmethod
    def _price_of_a_credit(cls, value: Quantity, info: ValidationInfo) -> Quantity:
        """Refuse a price far above what a pack pays for: packs are bought as often as use asks for them."""
        amount: Quantity | None = info.data.get("amount")
        if amount is not None and value.center > _MOST_PRICE * amount.center:
            raise ValueError(
                f"a pack costs {number(value.center)} and pays for {number(amount.center)}, more than "
                f"{_MOST_PRICE:,} times as much; give amount what a pack pays for in money, at the contract's prices"
            )
        return value

    @field_validator("below")
    @classmethod
    def _packs_of_a_month(cls, value: Quantity, info: ValidationInfo) -> Quantity:
        amount: Quantity | None = info.data.get("amount")
        if amount is not None and value.center > _MOST_PACKS * amount.center:
            raise ValueError(
                f"to have {number(value.center)} left, more than {_MOST_PACKS:,} packs of {number(amount.center)} are "
                "bought at once; give a larger amount or a lower below"
            )
        return value

    @field_validator("cycle_months")
    @classmethod
    def _one_end(cls, value: int | None, info: ValidationInfo) -> int | None:
        own = info.data.get("valid_months")
        if value is not None and own is not None:
            raise ValueError(f"give valid_months ({own}) or cycle_months ({value}), not both: a pack has one end")
        return value

    def top_up(self) -> TopUp:
        """Return the top-up."""
        return TopUp(
            self.amount, self.price, self.below, self.valid_months, self.priority, cycle_months=self.cycle_months
        )
