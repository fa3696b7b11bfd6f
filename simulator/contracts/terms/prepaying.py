"""How an analyst writes prepaid credits."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, ValidationInfo, field_validator

from simulator.contracts.names import number
from simulator.contracts.prepaid import PRIORITY, Pack, Pays, Prepaid, Rollover, TopUp, WhenGone
from simulator.distributions import Quantity
from simulator.parameters import FactorOrZero, Nonnegative, Positive, Share, Table, known, numbered_month, parameter

_CREDITS: Final = "money that the credits pay for"
_MONTHS: Final[dict[str, Any]] = {"strict": True, "ge": 1, "le": 120}

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
        "how many times in a row the same credits may roll", unit="times", typical=(1, 12), default=1, **_MONTHS
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
        **_MONTHS,
    )
    every_months: int | None = parameter(
        "granted and billed again every so many months; once if not given",
        unit="months",
        typical=(1, 12),
        default=None,
        **_MONTHS,
    )
    times: int | None = parameter(
        "how often in all; without an end if not given", unit="times", typical=(1, 12), default=None, **_MONTHS
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
        **_MONTHS,
    )
    cycle_months: int | None = parameter(
        "months of the billing cycle at whose end a pack is lost, whenever in it it was bought, instead of "
        "valid_months; cycles follow one another from the first month of the contract",
        unit="months",
        typical=(1, 12),
        default=None,
        **_MONTHS,
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


def _some(packs: tuple[PackSpec, ...]) -> tuple[PackSpec, ...]:
    """Check the number here: min_length would complain again about each pack that is itself wrong."""
    if not packs:
        raise ValueError("prepaid credits need at least one pack; give packs = [{ amount, price }], or remove prepaid")
    return packs


class PrepaidSpec(Table):
    """Prepaid credits of a contract."""

    packs: Annotated[tuple[PackSpec, ...], AfterValidator(_some)] = parameter("the packs")
    top_up: TopUpSpec | None = parameter("packs bought automatically; none without it", default=None)
    pays: Pays = parameter(
        "what credits pay: charges for use after discounts, or the whole invoice after minimum and maximum",
        default="usage",
    )
    when_gone: Literal[WhenGone, "stop"] = parameter(
        "use beyond the credits is billed, taken from the next credits (overdraft, billed at the horizon's end), or "
        "not served any more (stop: people take over)",
        default="bill",
    )
    overage_factor: FactorOrZero = parameter(
        "what use beyond the credits costs, as a factor on its price",
        unit="factor",
        typical=(1, 2),
        default=known(1.0, "factor or 0"),
    )

    @field_validator("top_up")
    @classmethod
    def _cycles_of_packs(cls, value: TopUpSpec | None, info: ValidationInfo) -> TopUpSpec | None:
        """Refuse a cycle that does not open where packs of the same cycle are granted: their ends would differ."""
        if value is None or value.cycle_months is None:
            return value
        cycle = value.cycle_months
        packs = [each for each in info.data.get("packs", ()) if each.every_months == cycle]
        late = next((each.first_month for each in packs if (each.first_month - 1) % cycle), None)
        if late is not None:
            raise ValueError(
                f"cycles of {cycle} months open in months 1, {1 + cycle}, {1 + 2 * cycle} ..., but the pack of every "
                f"{cycle} months is first granted in month {late}; grant it where a cycle opens, or give the top_up "
                "valid_months"
            )
        return value

    @field_validator("when_gone")
    @classmethod
    def _never_gone_with_top_up(cls, value: str, info: ValidationInfo) -> str:
        if value != "bill" and info.data.get("top_up") is not None:
            raise ValueError(f"with a top_up credits are never gone; remove when_gone = {value!r}, or top_up")
        if value == "stop" and info.data.get("pays") == "invoice":
            raise ValueError(
                "with when_gone = 'stop' service stops where credits for use are gone; pays must be 'usage'"
            )
        return value

    @field_validator("overage_factor")
    @classmethod
    def _overage_is_billed(cls, value: Quantity, info: ValidationInfo) -> Quantity:
        if info.data.get("when_gone") == "overdraft" and not (value.fixed and value.center == 1.0):
            raise ValueError(
                f"an overdraft is taken from the next credits, at no factor; remove overage_factor "
                f"({number(value.center)}), or use when_gone = 'bill'"
            )
        return value

    def prepaid(self) -> Prepaid:
        """Return the credits."""
        return Prepaid(
            tuple(pack.pack() for pack in self.packs),
            None if self.top_up is None else self.top_up.top_up(),
            self.pays,
            "overdraft" if self.when_gone == "overdraft" else "bill",
            self.overage_factor,
        )
