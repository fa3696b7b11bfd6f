"""Prepaid credits: packs bought ahead, what they pay, and what happens when they are gone.

A credit is worth one unit of the contract's currency at the contract's own prices: a pack of 25,000 credits at 0.01
each that costs 200 is `amount = 250`, `price = 200`. See `prepaid_packs` for how they are bought, `drawdown` for how
they are used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, ValidationInfo, field_validator

from simulator.contracts.prices.charge import ONE, Charge
from simulator.contracts.prices.derived_charges import prices_of
from simulator.contracts.prices.tiers import VolumeTiers
from simulator.contracts.settlement.prepaid_packs import Pack, PackSpec, TopUp, TopUpSpec
from simulator.contracts.wording import number
from simulator.errors import Problem
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import FactorOrZero, Table, known, parameter

Pays = Literal["usage", "invoice"]
WhenGone = Literal["bill", "overdraft"]


@dataclass(frozen=True, slots=True)
class Prepaid:
    """The prepaid credits of a contract.

    Attributes:
        pays: what credits pay: charges for use after discounts, or the whole invoice after minimum and maximum.
        when_gone: use beyond the credits is billed, or taken from the next credits and billed at the horizon's end.
        overage_factor: what use beyond the credits is billed at, as a factor on its price.
    """

    packs: tuple[Pack, ...]
    top_up: TopUp | None = None
    pays: Pays = "usage"
    when_gone: WhenGone = "bill"
    overage_factor: Quantity = ONE


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


def prepaid_problems(spec: PrepaidSpec | None, usage: Sequence[Charge]) -> Iterator[Problem]:
    """Yield why prepaid credits cannot be drawn down by the charges for use of their contract."""
    if spec is not None and any(isinstance(each, VolumeTiers) for charge in usage for each in prices_of(charge)):
        yield Problem(
            ("prepaid",),
            "prepaid credits cannot be drawn down by an all-units (volume) price: more use can cost less",
            "use graduated tiers, or bill without prepaid credits",
        )
