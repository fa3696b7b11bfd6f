"""Per minute: the length of conversations, each perhaps rounded up to so many seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.charges import Charge
from simulator.contracts.meters import MINUTES, blocks
from simulator.contracts.prices import TokenRates
from simulator.contracts.types.base import ContractSpec
from simulator.contracts.types.terms import UnitTerms
from simulator.contracts.units import Conversion
from simulator.parameters import parameter

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
