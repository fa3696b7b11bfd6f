"""A contract as the pricing sees it: charges and the terms of their settlement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.contracts.charges import Charge
from simulator.contracts.meters import CONVERSATIONS, RESOLUTIONS, Layer, definition_of, layer_of
from simulator.contracts.part import Part, asked_parts, part_of, whole_of
from simulator.contracts.settlement import Settlement
from simulator.contracts.switching import Switch


@dataclass(frozen=True, slots=True)
class Contract:
    """A compiled contract.

    Attributes:
        name: its key in the scenario.
        title: how tables name it.
        type: its contract type, for example "per_resolution".
        rate_factor: what all prices of usage (rates, tier fees, markup) are multiplied by; fees, minimums and the cap
            are not.
        switch: where it is a change from one contract to another; charges and unit are then those of the new one.
    """

    name: str
    title: str
    type: str
    charges: tuple[Charge, ...]
    settlement: Settlement
    rate_factor: float = 1.0
    switch: Switch | None = None

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
    def units(self) -> tuple[str, ...]:
        """Keys of the meters of all its billable units: `unit`, and where that counts conversations or resolutions,
        those of further charges that do so for other conversations.

        Narrow intents per resolution and the rest per conversation have two; resolutions and conversations of the same
        intents have one, that of the first charge.
        """
        found = [self.unit]
        for charge in self.usage[1:]:
            if all(_apart(charge.unit_meter, each) for each in found) and _counts(self.unit, charge.unit_meter):
                found.append(charge.unit_meter)
        return tuple(found)

    @property
    def meters(self) -> tuple[str, ...]:
        """Keys of all meters that pricing it reads, each once: those of the charges in order, then of settlement."""
        if self.switch is not None:
            return tuple(dict.fromkeys([*self.switch.before.meters, *self.switch.after.meters]))
        return tuple(dict.fromkeys([*self.billed_meters, *self.settlement.meters]))

    @property
    def billed_meters(self) -> tuple[str, ...]:
        """Keys of all meters that its charges read, each once, in order of the charges."""
        return tuple(dict.fromkeys(meter for charge in self.charges for meter in charge.meters))

    @property
    def definitions(self) -> tuple[str, ...]:
        """Names of the definitions of a resolution it bills with, each once."""
        return tuple(dict.fromkeys(found for meter in self.meters if (found := definition_of(meter))))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader may not expect of its charges, one sentence each."""
        return tuple(charge.remark for charge in self.charges if charge.remark)


def meters_of(contracts: Iterable[Contract]) -> tuple[str, ...]:
    """Return the keys of all meters that contracts read, each once."""
    return tuple(dict.fromkeys(meter for contract in contracts for meter in contract.meters))


def layers_of(contracts: Iterable[Contract]) -> tuple[Layer, ...]:
    """Return the layers of meters that contracts read, each once."""
    return tuple(layer for meter in meters_of(contracts) if (layer := layer_of(meter)))


def parts_of(contracts: Iterable[Contract]) -> Mapping[Part, tuple[str, ...]]:
    """Return the parts of meters that contracts read or count units by, and the meters of which they are asked.

    The handled conversations of a part are always asked of it.
    """
    keys = (key for contract in contracts for key in (*contract.meters, *contract.units))
    return asked_parts(keys, (CONVERSATIONS,))


def _apart(first: str, second: str) -> bool:
    """Return whether no conversation can be in both of two meters."""
    one, two = part_of(first), part_of(second)
    return one is not None and two is not None and one.apart(two)


def _counts(*meters: str) -> bool:
    """Return whether meters count conversations, each once at most."""
    return all(whole_of(meter).partition(":")[0] in (CONVERSATIONS, RESOLUTIONS) for meter in meters)
