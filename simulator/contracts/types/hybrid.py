"""Hybrid: any list of charges, each on a meter of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import AfterValidator

from simulator.contracts.charges import Charge
from simulator.contracts.kinds import ChargeTerms, charge_union
from simulator.contracts.kinds.composite import assembled, check_names
from simulator.contracts.prices import TokenRates
from simulator.contracts.references import References
from simulator.contracts.types.base import ContractSpec
from simulator.parameters import parameter

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
