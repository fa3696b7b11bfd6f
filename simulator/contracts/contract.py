"""A contract as the pricing sees it: charges and the terms of their settlement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from simulator.contracts.charges import Charge
from simulator.contracts.exchange import Exchange, shown_rate
from simulator.contracts.in_force import UnitSpans, unit_spans
from simulator.contracts.meters import CONVERSATIONS, Layer, definition_of, layer_of
from simulator.contracts.part import Part, asked_parts
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
        exchange: where all its money is in another currency than the scenario's; None for a switch, whose contracts
            have their own.
    """

    name: str
    title: str
    type: str
    charges: tuple[Charge, ...]
    settlement: Settlement
    rate_factor: float = 1.0
    switch: Switch | None = None
    exchange: Exchange | None = None

    @property
    def usage(self) -> tuple[Charge, ...]:
        """Its charges for use, in order."""
        return tuple(charge for charge in self.charges if not charge.is_fee)

    @property
    def currency_of_charges(self) -> Exchange | None:
        """The currency that its charges are in, of a switch that of the new contract; None for the scenario's."""
        return self.exchange if self.switch is None else self.switch.after.exchange

    @property
    def unit(self) -> str:
        """Key of the meter of its billable unit: that of its first charge for use, whatever months that bills in.

        Where tokens or nothing at all is billed, the unit is the handled conversation.
        """
        return self.usage[0].unit_meter if self.usage else CONVERSATIONS

    @property
    def unit_spans(self) -> UnitSpans:
        """The meters of all its billable units from month to month; see `unit_spans` of `in_force`.

        Of a change of vendor those of the old contract until the switch, then those of the new one.
        """
        if self.switch is None:
            return unit_spans(self.usage)
        month = self.switch.month
        old = [(start, units) for start, units in self.switch.before.unit_spans if start < month]
        return (*old, *((month - 1 + start, units) for start, units in self.switch.after.unit_spans))

    @property
    def units(self) -> tuple[str, ...]:
        """Keys of the meters of its billable units in any month, each once; most contracts have one."""
        return tuple(dict.fromkeys(unit for _, units in self.unit_spans for unit in units))

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
        return (*(charge.remark for charge in self.charges if charge.remark), *self._currency_remarks())

    def _currency_remarks(self) -> Iterator[str]:
        sides = (self,) if self.switch is None else (self.switch.before, self.switch.after)
        for exchange in dict.fromkeys(side.exchange for side in sides if side.exchange is not None):
            known = "" if exchange.rate.fixed else ", not known today"
            yield (
                f"priced in {exchange.currency} and converted at exchange_rates.{exchange.currency}, "
                f"{shown_rate(exchange.rate.center)}{known}"
            )


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
