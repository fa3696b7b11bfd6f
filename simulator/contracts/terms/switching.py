"""How an analyst writes a change of vendor."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from simulator.contracts.contract import Contract
from simulator.contracts.settlement import Settlement
from simulator.contracts.switching import Switch
from simulator.parameters import Nonnegative, Table, known, numbered_month, parameter

Ramp = Annotated[float, Field(strict=True, ge=0, le=1)]


class SwitchSpec(Table):
    """From one of the scenario's contracts to another, in a month of the horizon."""

    title: str = parameter("how tables name it; a name is made of the two without it", default="", max_length=80)
    old: str = parameter("contract that is left, by its name", min_length=1)
    new: str = parameter("contract that follows, by its name; its month 1 is the month of the switch", min_length=1)
    month: int = numbered_month(
        "first month of the new contract, counted from the first of the horizon", first=2, typical=(3, 13)
    )
    overlap_months: int = parameter(
        "months from the switch in which the old contract still serves what the new one does not",
        unit="months",
        typical=(0, 3),
        default=0,
        strict=True,
        ge=0,
        le=24,
    )
    fee: Nonnegative = parameter(
        "cost of the switch, owed in its month",
        unit="money",
        typical=(0, 100_000),
        default=known(0.0, "nonnegative"),
    )
    ramp: tuple[Ramp, ...] = parameter(
        "share of conversations that the new contract serves in its first months; 1 after them",
        unit="share of conversations",
        default=(),
    )

    @field_validator("new")
    @classmethod
    def _another(cls, value: str, info: ValidationInfo) -> str:
        if value == info.data.get("old"):
            raise ValueError(f"a switch leads from one contract to another, not from {value!r} to itself")
        return value

    def contract(self, name: str, before: Contract, after: Contract) -> Contract:
        """Return the contract that is the one until the switch and then the other."""
        term = Settlement(after.settlement.discount, term_months=after.settlement.term_months)
        return Contract(
            name=name,
            title=self.title or f"{before.title}, from month {self.month} {after.title}"[:80],
            type="switch",
            charges=after.charges,
            settlement=term,
            switch=Switch(before, after, self.month, self.overlap_months, self.fee, self.ramp),
        )
