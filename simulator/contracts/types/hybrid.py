"""Hybrid: any list of charges, each on a meter of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema, field_validator

from simulator.contracts.applies import Applicable
from simulator.contracts.charges import Charge, Flat, Included
from simulator.contracts.meters import OFFERED, RESOLUTIONS, SIZED, Layer, label_of, resolutions
from simulator.contracts.names import unknown
from simulator.contracts.prices import TokenRates
from simulator.contracts.references import References
from simulator.contracts.types.base import ContractSpec
from simulator.contracts.types.terms import Tiers, TokenTerms, check_flat_fee_at_zero, tiered
from simulator.parameters import Nonnegative, parameter

_PER_UNIT: Final = "money per unit"


def _offered(meter: str) -> str:
    if meter == "tokens":
        raise ValueError(
            'tokens have a price by model and class; write a charge of kind = "tokens", or bill input_tokens or '
            "output_tokens of all models at one rate"
        )
    if meter not in OFFERED:
        raise ValueError(unknown("meter", meter, OFFERED))
    return meter


Meter = Annotated[str, AfterValidator(_offered), WithJsonSchema({"enum": list(OFFERED)})]


class _MeteredCharge(Applicable):
    """A charge on one meter."""

    meter: Meter = parameter("what is counted")
    definition: str | None = parameter(
        "definition of a resolution; for meter = resolutions", default=None, min_length=1
    )
    included_per_conversation: float | None = parameter(
        "units of each conversation without charge; unused ones are lost",
        unit="units per conversation",
        typical=(1, 1_000_000),
        default=None,
        strict=True,
        ge=0,
        le=1e12,
    )
    cap_per_conversation: float | None = parameter(
        "most units of a conversation that bill, after the included ones",
        unit="units per conversation",
        typical=(5, 5_000_000),
        default=None,
        strict=True,
        gt=0,
        le=1e12,
    )

    @field_validator("definition")
    @classmethod
    def _definition_of_resolutions(cls, value: str | None, info: ValidationInfo) -> str | None:
        meter = info.data.get("meter")
        if meter == RESOLUTIONS and value is None:
            raise ValueError('meter = "resolutions" needs the definition that counts them')
        if meter not in (None, RESOLUTIONS) and value is not None:
            raise ValueError(f"meter = {meter!r} has no definition; remove {value!r}, or count resolutions")
        return value

    @field_validator("included_per_conversation", "cap_per_conversation")
    @classmethod
    def _layer_of_sized(cls, value: float | None, info: ValidationInfo) -> float | None:
        meter = info.data.get("meter")
        if value is not None and meter is not None and meter not in SIZED:
            raise ValueError(
                f"meter = {meter!r} has no size per conversation; remove {info.field_name}, "
                f"which is for {', '.join(SIZED[:-1])} and {SIZED[-1]}"
            )
        return value

    @property
    def key(self) -> str:
        """Key of the meter, or of the layer and the part of it that is billed."""
        if self.definition is not None:
            return self.part_of(resolutions(self.definition))
        layer = Layer(self.meter, self.included_per_conversation or 0.0, self.cap_per_conversation)
        return self.part_of(layer.key)

    @property
    def label(self) -> str:
        """Its line on the invoice."""
        return label_of(self.key)

    @property
    def references(self) -> References:
        """The definition it counts by."""
        return (
            References() if self.definition is None else References(definitions=((("definition",), self.definition),))
        )


class FlatSpec(_MeteredCharge):
    """Every unit at one rate."""

    kind: Literal["flat"]
    rate: Nonnegative = parameter("price of a unit", unit=_PER_UNIT, typical=(0.001, 5))

    def charge(self, models: Mapping[str, TokenRates]) -> Charge:
        return Flat(self.key, self.rate)


class IncludedSpec(_MeteredCharge):
    """The first units of each month free, the rest at the overage rate."""

    kind: Literal["included"]
    included: float = parameter(
        "units of each month without charge; unused ones are lost",
        unit="units per month",
        typical=(50, 50_000),
        strict=True,
        ge=0,
        le=1e12,
    )
    overage_rate: Nonnegative = parameter("price of each further unit", unit=_PER_UNIT, typical=(0.001, 5))

    def charge(self, models: Mapping[str, TokenRates]) -> Charge:
        return Included(self.key, self.included, self.overage_rate)


class _TieredCharge(_MeteredCharge):
    """A charge whose price depends on the month's units."""

    tiers: Tiers = parameter("prices by tier")
    flat_fee_at_zero: bool | None = parameter(
        "whether tier 1's flat fee is owed in a month with 0 units; needed where tier 1 has one",
        default=None,
        strict=True,
    )

    @field_validator("flat_fee_at_zero")
    @classmethod
    def _explicit_at_zero(cls, value: bool | None, info: ValidationInfo) -> bool | None:
        return check_flat_fee_at_zero(value, info.data["tiers"]) if "tiers" in info.data else value


class GraduatedSpec(_TieredCharge):
    """Each unit at the rate of its tier."""

    kind: Literal["graduated"]

    def charge(self, models: Mapping[str, TokenRates]) -> Charge:
        return tiered(self.kind, self.key, self.tiers, self.flat_fee_at_zero)


class VolumeSpec(_TieredCharge):
    """All units of a month at the rate of the tier that their total falls in."""

    kind: Literal["volume"]

    def charge(self, models: Mapping[str, TokenRates]) -> Charge:
        return tiered(self.kind, self.key, self.tiers, self.flat_fee_at_zero)


class TokensSpec(TokenTerms):
    """The tokens of every model."""

    kind: Literal["tokens"]

    @property
    def label(self) -> str:
        """Its line on the invoice."""
        return self.charge({}).label


ChargeSpec = Annotated[FlatSpec | IncludedSpec | GraduatedSpec | VolumeSpec | TokensSpec, Field(discriminator="kind")]


def _some(charges: tuple[ChargeSpec, ...]) -> tuple[ChargeSpec, ...]:
    """Check the number here: min_length would complain again about each charge that is itself wrong."""
    if not charges:
        raise ValueError("a hybrid contract needs at least one charge; bill a bare platform fee with a rate of 0")
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
        return tuple(each.charge(models) for each in self.charges)
