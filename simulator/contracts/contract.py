"""A contract as the pricing sees it: charges and the terms of their settlement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.contracts.charges import Charge
from simulator.contracts.meters import CONVERSATIONS, Layer, definition_of, layer_of
from simulator.contracts.settlement import Settlement


@dataclass(frozen=True, slots=True)
class Contract:
    """A compiled contract.

    Attributes:
        name: its key in the scenario.
        title: how tables name it.
        type: its contract type, for example "per_resolution".
        rate_factor: what all prices of usage (rates, tier fees, markup) are multiplied by; fees, minimums and the cap
            are not.
    """

    name: str
    title: str
    type: str
    charges: tuple[Charge, ...]
    settlement: Settlement
    rate_factor: float = 1.0

    @property
    def usage(self) -> tuple[Charge, ...]:
        """Its charges for use, in order."""
        return tuple(charge for charge in self.charges if not charge.is_fee)

    @property
    def unit(self) -> str:
        """Key of the meter of its billable unit: that of its first charge for use.

        Where tokens or nothing at all is billed, the unit is the handled conversation.
        """
        return self.usage[0].unit_meter if self.usage else CONVERSATIONS

    @property
    def meters(self) -> tuple[str, ...]:
        """Keys of all meters that pricing it reads, each once, in order of the charges."""
        return tuple(dict.fromkeys(meter for charge in self.charges for meter in charge.meters))

    @property
    def definitions(self) -> tuple[str, ...]:
        """Names of the definitions of a resolution it bills with, each once."""
        return tuple(definition for meter in self.meters if (definition := definition_of(meter)))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader may not expect of its charges, one sentence each."""
        return tuple(charge.remark for charge in self.charges if charge.remark)


def layers_of(contracts: Iterable[Contract]) -> tuple[Layer, ...]:
    """Return the layers of meters that contracts read, each once."""
    meters = dict.fromkeys(meter for contract in contracts for meter in contract.meters)
    return tuple(layer for meter in meters if (layer := layer_of(meter)))
