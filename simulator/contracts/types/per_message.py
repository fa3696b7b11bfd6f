"""Per message: messages in both directions, those of the AI or those of the customer, singly or in blocks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.charges import Charge
from simulator.contracts.meters import BLOCKED, TURNS, blocks
from simulator.contracts.prices import TokenRates
from simulator.contracts.types.base import ContractSpec
from simulator.contracts.types.terms import UnitTerms
from simulator.parameters import parameter

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
