"""The contract types, one table class each, in the order in which they are listed: each expands to charges.

A new contract type is one class here; all else reads `SPECS` or `TYPES`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias, get_args

from pydantic import AfterValidator, ValidationInfo, field_validator

from simulator.contracts.contract_terms import ContractSpec
from simulator.contracts.metering.contract_months import Span, in_order, until_next
from simulator.contracts.metering.meters import (
    BLOCKED,
    CONVERSATIONS,
    MINUTES,
    TURNS,
    Anchor,
    Sessions,
    blocks,
    resolutions,
)
from simulator.contracts.prices import charge_union
from simulator.contracts.prices.charge import Charge
from simulator.contracts.prices.charge_terms import ChargeTerms, During, References
from simulator.contracts.prices.derived_charges import assembled, check_names
from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.metered import PER_UNIT, MeteredTerms
from simulator.contracts.prices.priced_units import Adjusted, Conversion, Free
from simulator.contracts.prices.rate_card import CardEntry
from simulator.contracts.prices.seats import SeatCharge, Seats, SeatTerms
from simulator.contracts.prices.token_charge import TokenTerms
from simulator.contracts.prices.unit_price import UnitTerms
from simulator.contracts.rates.token_rates import TokenRates
from simulator.quantities.parameters import Price, Table, numbered_month, parameter, told_apart

if TYPE_CHECKING:
    ChargeSpec: TypeAlias = ChargeTerms
else:
    ChargeSpec = charge_union()


def _some(charges: tuple[ChargeSpec, ...]) -> tuple[ChargeSpec, ...]:
    """Check the number here: min_length would complain again about each charge that is itself wrong."""
    if not charges:
        raise ValueError("a hybrid contract needs at least one charge; bill a bare platform fee with a rate of 0")
    check_names(charges)
    return charges


class Hybrid(ContractSpec):
    """Any list of charges."""

    type: Literal["hybrid"]
    charges: Annotated[tuple[ChargeSpec, ...], AfterValidator(_some)] = parameter(
        "the charges, in the order of the invoice"
    )

    @property
    def references(self) -> References:
        return References.together(each.references.within("charges", place) for place, each in enumerate(self.charges))

    @property
    def default_title(self) -> str:
        return f"Hybrid: {', '.join(dict.fromkeys(each.label for each in self.charges))}"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        return assembled(self.charges, models)


ACTIONS = "actions"


class PerAction(UnitTerms, ContractSpec):
    """A price per action; with `credits` an action costs so many credits, and the price is that of a credit."""

    type: Literal["per_action"]
    credits: float | None = parameter(
        "credits that an action costs; price, included, tiers and package then count credits",
        unit="credits per action",
        typical=(1, 30),
        default=None,
        strict=True,
        gt=0,
        le=1e9,
    )

    @property
    def default_title(self) -> str:
        return "Per action" if self.credits is None else "Per action, in credits"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        if self.credits is None:
            return (self.charge(ACTIONS),)
        card = (CardEntry(self.segment_key(ACTIONS), self.credits),)
        return (self.charge(ACTIONS, unit="credit", card=card),)


class PerConversation(UnitTerms, ContractSpec):
    """A price per handled conversation."""

    type: Literal["per_conversation"]

    @property
    def default_title(self) -> str:
        return "Per conversation"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        return (self.charge(CONVERSATIONS),)


Who = Literal["both", "ai", "customer"]
_METERS: Final[Mapping[Who, str]] = MappingProxyType({"both": "messages", "ai": "ai_replies", "customer": TURNS})
_TITLES: Final[Mapping[Who, str]] = MappingProxyType(
    {"both": "Per message", "ai": "Per AI reply", "customer": "Per customer message"}
)


class PerMessage(UnitTerms, ContractSpec):
    """A price per message, or per started block of messages of a conversation."""

    type: Literal["per_message"]
    count: Who = parameter("whose messages bill: both, ai or customer", default="both")
    block: int | None = parameter(
        "messages in a block: each conversation bills its started blocks",
        unit="messages",
        typical=(10, 100),
        default=None,
        strict=True,
        ge=1,
        le=1_000_000,
    )

    @field_validator("block")
    @classmethod
    def _block_of_counted(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and _METERS[info.data.get("count", "both")] not in BLOCKED:
            raise ValueError(f"block = {value} is for count = 'both' or 'ai'; remove it, or count those")
        return value

    @property
    def default_title(self) -> str:
        return _TITLES[self.count] if self.block is None else f"{_TITLES[self.count]}, in blocks of {self.block}"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        meter = _METERS[self.count]
        return (self.charge(meter if self.block is None else blocks(meter, self.block)),)


_MINUTE_SECONDS: Final = 60


class PerMinute(UnitTerms, ContractSpec):
    """A price per minute of conversation."""

    type: Literal["per_minute"]
    round_up_to_seconds: float | None = parameter(
        "seconds to which each conversation is rounded up, such as 60 or 15; seconds count as they are without it",
        unit="seconds",
        typical=(1, 60),
        default=None,
        strict=True,
        gt=0,
        le=3_600,
    )

    @field_validator("round_up_to_seconds")
    @classmethod
    def _one_conversion(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("convert") is not None:
            raise ValueError(
                f"round_up_to_seconds ({value:g}) makes minutes of steps, and convert other units of them; give one, "
                "or the price of a minute"
            )
        return value

    @property
    def default_title(self) -> str:
        seconds = self.round_up_to_seconds
        return "Per minute" if seconds is None else f"Per minute, in steps of {seconds:g} s"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        seconds = self.round_up_to_seconds
        if seconds is None:
            return (self.charge(MINUTES),)
        steps = blocks(MINUTES, seconds / _MINUTE_SECONDS)
        unit = f"minute, in steps of {seconds:g} s"
        return (self.charge(steps, unit=unit, conversion=Conversion(_MINUTE_SECONDS / seconds, is_unit=True)),)


class DefinitionChange(Table):
    """Another definition from a month of the contract on."""

    from_month: int = numbered_month("first month of the contract that bills by it", first=2, typical=(2, 25))
    definition: str = parameter("definition of a resolution", min_length=1)


class PerResolution(UnitTerms, ContractSpec):
    """A price per resolution under a definition."""

    type: Literal["per_resolution"]
    definition: str = parameter("definition of a resolution that the contract bills by", min_length=1)
    definition_changes: Annotated[tuple[DefinitionChange, ...], AfterValidator(in_order)] = parameter(
        "definitions that take its place later; free units, tiers and packages count anew with each", default=()
    )

    @property
    def references(self) -> References:
        later = [
            (("definition_changes", i, "definition"), each.definition) for i, each in enumerate(self.definition_changes)
        ]
        return References(definitions=((("definition",), self.definition), *later))

    @property
    def default_title(self) -> str:
        return f"Per resolution, {self.definition.replace('_', ' ')}"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        if not self.definition_changes:
            return (self.charge(resolutions(self.definition)),)
        names = [self.definition, *(each.definition for each in self.definition_changes)]
        held = until_next([1, *(each.from_month for each in self.definition_changes)])
        return tuple(During(self.charge(resolutions(name)), months) for name, months in zip(names, held, strict=True))


class Quota(MeteredTerms):
    """Use that seats include: so many units a seat and month, the rest at a rate."""

    per_seat: float = parameter(
        "units that each seat includes in a month",
        unit="units per seat and month",
        typical=(5, 500),
        strict=True,
        ge=0,
        le=1e12,
    )
    span: Span = parameter(
        "how long unused units stay: month; year, to the end of the contract year; once, for good", default="month"
    )
    overage_rate: Price = parameter("price of each further unit", unit=PER_UNIT, typical=(0.1, 5))

    def charge(self, seats: Seats) -> Charge:
        """Return the charge for what the seats do not include."""
        price = Flat(self.key, self.overage_rate)
        unit = f"{price.unit} above the included {self.per_seat:g} per seat"
        return Adjusted(price, unit, free=Free(self.per_seat, self.span, seats))


class PerSeat(SeatTerms, ContractSpec):
    """A price per seat and month."""

    type: Literal["per_seat"]
    price: Price = parameter("price of a seat", unit="money per seat and month", typical=(19, 180))
    quota: Quota | None = parameter("use that seats include, and the price beyond", default=None)

    @property
    def references(self) -> References:
        return References() if self.quota is None else self.quota.references.within("quota")

    @property
    def default_title(self) -> str:
        return "Per seat" if self.productive_hours is None else "Per seat, by human work"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        quota = () if self.quota is None else (self.quota.charge(self.counted),)
        return (SeatCharge(self.counted, self.price), *quota)


class PerSession(UnitTerms, ContractSpec):
    """A price per session."""

    type: Literal["per_session"]
    window: Anchor = parameter(
        "from where a session's window runs: start, its own; inactivity, anew from each conversation in it"
    )
    window_hours: float = parameter(
        "length of the window; a conversation at exactly this many hours opens another session",
        unit="hours",
        typical=(0.25, 72),
        strict=True,
        gt=0,
        le=10_000,
    )

    @property
    def default_title(self) -> str:
        return f"Per session of {self.window_hours:g} h{' inactivity' if self.window == 'inactivity' else ''}"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        return (self.charge(Sessions(self.window, self.window_hours).key),)


class PerToken(TokenTerms, ContractSpec):
    """A price per token."""

    type: Literal["per_token"]

    @property
    def default_title(self) -> str:
        return "Per token"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        return (self.paid(self.token_charge(models)),)


SPECS: Final[tuple[type[ContractSpec], ...]] = tuple(
    each
    for each in globals().copy().values()
    if isinstance(each, type) and issubclass(each, ContractSpec) and each is not ContractSpec
)
"""What an analyst may write, one table class a contract type: those above, in their order."""


def type_name(spec: type[ContractSpec]) -> str:
    """Return what an analyst writes as `type` for a table class."""
    return str(get_args(spec.model_fields["type"].annotation)[0])


TYPES: Final[Mapping[str, type[ContractSpec]]] = MappingProxyType({type_name(spec): spec for spec in SPECS})
"""Each contract type's table class by its name."""


def contract_union(specs: Sequence[type[ContractSpec]] = SPECS) -> Any:
    """Return the annotated union of contract tables, told apart by `type`, for a pydantic field."""
    return told_apart("type", {type_name(spec): spec for spec in specs})
