"""Which meter a charge is on, and what it counts of each conversation, as an analyst writes it."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, ValidationInfo, WithJsonSchema, field_validator

from simulator.contracts.metering.meters import (
    BLOCKED,
    OFFERED,
    OWN,
    PARTLESS,
    RESOLUTIONS,
    SESSIONS,
    SIZED,
    TURNS,
    Anchor,
    Layer,
    blocks,
    own_of,
    resolutions,
    sessions,
)
from simulator.contracts.metering.segments import Applicable, AppliesTo
from simulator.contracts.prices.charge_terms import References
from simulator.contracts.wording import unknown
from simulator.quantities.parameters import Table, parameter

PER_UNIT: Final = "money per unit"
METERS: Final = (*OFFERED, SESSIONS, TURNS)
"""Meters that a charge may name, beside the scenario's own ones."""
CARD_CREDITS: Final = "credits"
"""What the credits of a rate card are called where a term names what it counts."""


def _offered(meter: str) -> str:
    if meter == "tokens":
        raise ValueError(
            'tokens have a price by model and class; write a charge of kind = "tokens", or bill input_tokens or '
            "output_tokens of all models at one rate"
        )
    if meter not in METERS and own_of(meter) is None:
        raise ValueError(unknown("meter", meter, (*METERS, f"{OWN}:NAME")))
    return meter


Meter = Annotated[
    str, AfterValidator(_offered), WithJsonSchema({"anyOf": [{"enum": list(METERS)}, {"pattern": f"^{OWN}:."}]})
]


class MeterTerms(Table, defer_build=True):
    """Which meter."""

    meter: Meter = parameter("what is counted; own:NAME is a meter of the scenario")
    definition: str | None = parameter(
        "definition of a resolution; for meter = resolutions", default=None, min_length=1
    )
    window: Anchor | None = parameter(
        "from where a session's window runs: start, its own; inactivity, anew from each conversation in it; for "
        "meter = sessions",
        default=None,
    )
    window_hours: float | None = parameter(
        "length of a session's window; for meter = sessions",
        unit="hours",
        typical=(0.25, 72),
        default=None,
        strict=True,
        gt=0,
        le=10_000,
    )
    block: float | None = parameter(
        "units in a block: each conversation bills its started blocks",
        unit="units per block",
        typical=(0.25, 100),
        default=None,
        strict=True,
        gt=0,
        le=1e9,
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

    @field_validator("window", "window_hours")
    @classmethod
    def _window_of_sessions(cls, value: str | float | None, info: ValidationInfo) -> str | float | None:
        meter = info.data.get("meter")
        told = info.field_name == "window_hours" and info.data.get("window") is None
        if meter == SESSIONS and value is None and not told:
            raise ValueError('meter = "sessions" needs window = "start" or "inactivity", and window_hours')
        if meter not in (None, SESSIONS) and value is not None:
            raise ValueError(f"meter = {meter!r} has no window; remove {info.field_name}, or count sessions")
        return value

    @field_validator("block")
    @classmethod
    def _block_of_blocked(cls, value: float | None, info: ValidationInfo) -> float | None:
        meter = info.data.get("meter")
        if value is not None and meter is not None and meter not in BLOCKED:
            raise ValueError(
                f"meter = {meter!r} has no blocks; remove block, "
                f"which is for {', '.join(BLOCKED[:-1])} and {BLOCKED[-1]}"
            )
        return value

    @property
    def whole(self) -> str:
        """Key of the meter, of all that is counted."""
        if self.definition is not None:
            return resolutions(self.definition)
        if self.window is not None and self.window_hours is not None:
            return sessions(self.window, self.window_hours)
        return self.meter if self.block is None else blocks(self.meter, self.block)

    @property
    def references(self) -> References:
        """The definition it counts by, or the scenario's own meter."""
        name = own_of(self.meter)
        return References(
            definitions=() if self.definition is None else ((("definition",), self.definition),),
            own_meters=() if name is None else ((("meter",), name),),
        )


class MeteredTerms(Applicable, MeterTerms):
    """A meter, or what each conversation has of it beyond an allowance and up to a cap, of all or some of them."""

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

    @field_validator("applies_to")
    @classmethod
    def _part_of_seen(cls, value: AppliesTo | None, info: ValidationInfo) -> AppliesTo | None:
        meter = info.data.get("meter")
        if value is not None and meter in PARTLESS:
            raise ValueError(
                f"meter = {meter!r} has no parts, as the AI never sees some tickets and nobody knows their intent; "
                "remove applies_to, or bill conversations"
            )
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
        if value is not None and info.data.get("block") is not None:
            raise ValueError(f"blocks have no {info.field_name}; remove it, or remove block")
        return value

    @property
    def key(self) -> str:
        """Key of the meter, or of the layer and the segment of it that is billed."""
        if self.included_per_conversation is None and self.cap_per_conversation is None:
            return self.segment_key(self.whole)
        layer = Layer(self.meter, self.included_per_conversation or 0.0, self.cap_per_conversation)
        return self.segment_key(layer.key)


def known_name(value: str | None, *more: str) -> str | None:
    """Check the name of what a term counts: a meter that a charge may name, or one of some more names.

    Raises:
        ValueError: naming the nearest.
    """
    names = (*METERS, *more)
    if value is not None and value not in names and own_of(value) is None:
        raise ValueError(unknown("meter", value, names))
    return value
