"""A contract as pricing sees it: charges, the terms of their settlement, its currency, and a change to another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.metering.meters import CONVERSATIONS, Layer, definition_of, layer_of
from simulator.contracts.metering.segments import Segment, segments_read
from simulator.contracts.prices.charge import Charge
from simulator.contracts.settlement.billable_units import UnitSchedule, counting, unit_schedule
from simulator.contracts.settlement.settlement_terms import Settlement
from simulator.contracts.wording import number
from simulator.quantities.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Values


def shown_rate(rate: float) -> str:
    """Return a rate with five digits, however small a unit of the one currency is in the other: 1.0954, 0.000061."""
    return number(float(f"{rate:.5g}"))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A currency, and what it is worth.

    Attributes:
        currency: ISO 4217 code of the contract's currency.
        rate: units of the scenario's currency for one of the contract's.
    """

    currency: str
    rate: Quantity

    def rates(self, values: Values) -> Array:
        """Return what amounts are multiplied by, (trial, 1)."""
        return values(self.rate)[:, None]


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
        short_title: how narrow tables and charts name it; None where the scenario gives no label.
    """

    name: str
    title: str
    type: str
    charges: tuple[Charge, ...]
    settlement: Settlement
    rate_factor: float = 1.0
    switch: Switch | None = None
    exchange: Exchange | None = None
    short_title: str | None = None

    @property
    def label(self) -> str:
        """How narrow tables and charts name it: its label, the title where it has none."""
        return self.short_title or self.title

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

        It is that of the first that counts something, where others as seats do not. Where tokens or nothing at all is
        billed, the unit is the handled conversation.
        """
        return counting(self.usage)[0].unit_meter if self.usage else CONVERSATIONS

    @property
    def unit_schedule(self) -> UnitSchedule:
        """The meters of all its billable units from month to month; see `billable_units.unit_schedule`.

        Of a change of vendor those of the old contract until the switch, then those of the new one.
        """
        if self.switch is None:
            return unit_schedule(self.usage)
        month = self.switch.month
        old = [(start, units) for start, units in self.switch.before.unit_schedule if start < month]
        return (*old, *((month - 1 + start, units) for start, units in self.switch.after.unit_schedule))

    @property
    def units(self) -> tuple[str, ...]:
        """Keys of the meters of its billable units in any month, each once; most contracts have one."""
        return tuple(dict.fromkeys(unit for _, units in self.unit_schedule for unit in units))

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
            known = "" if exchange.rate.fixed else ", uncertain"
            yield (
                f"priced in {exchange.currency} and converted at exchange_rates.{exchange.currency}, "
                f"{shown_rate(exchange.rate.center)}{known}"
            )


@dataclass(frozen=True, slots=True)
class Switch:
    """From one contract to another.

    Attributes:
        before, after: the old and the new contract.
        month: first month of the new one, counted from 1; 2 or later.
        overlap_months: months after that in which the old one is still there: it serves what the new one does not yet.
        fee: owed in the month of the switch.
        ramp: share of conversations that the new one serves in its first months; 1 after them.
    """

    before: Contract
    after: Contract
    month: int
    overlap_months: int
    fee: Quantity
    ramp: tuple[float, ...] = ()

    def last_old(self, months: int) -> int:
        """Return the last month in which the old contract serves, within a number of months."""
        return min(self.month - 1 + self.overlap_months, months)

    def shares(self, months: int) -> list[float]:
        """Return the share of each month that the new contract is offered."""
        ramped = [0.0] * (self.month - 1) + list(self.ramp) + [1.0] * months
        return ramped[:months]


def meters_of(contracts: Iterable[Contract]) -> tuple[str, ...]:
    """Return the keys of all meters that contracts read, each once."""
    return tuple(dict.fromkeys(meter for contract in contracts for meter in contract.meters))


def layers_of(contracts: Iterable[Contract]) -> tuple[Layer, ...]:
    """Return the layers of meters that contracts read, each once."""
    return tuple(layer for meter in meters_of(contracts) if (layer := layer_of(meter)))


def segments_of(contracts: Iterable[Contract]) -> Mapping[Segment, tuple[str, ...]]:
    """Return the segments of meters that contracts read or count units by, and the meters of which they are asked.

    The handled conversations of a segment are always asked of it.
    """
    keys = (key for contract in contracts for key in (*contract.meters, *contract.units))
    return segments_read(keys, (CONVERSATIONS,))


def is_proportional(contract: Contract) -> bool:
    """Return whether each future's invoice is what does not move with prices, and usage times a factor on them all.

    So it is where nothing is settled against an amount: no minimum, cap, commitment, prepaid credits, guarantee or
    clawback, no limit, no discount but a plain share, and no change of vendor. At prices of 1.1 times today's, 400 of
    usage and 100 of fees are 540; with a minimum of 600 they are 600 at either price.
    """
    terms = contract.settlement
    against = (
        terms.monthly_minimum, terms.yearly_minimum, terms.maximum_per_month, terms.limit, terms.commitment,
        terms.prepaid, terms.guarantee, terms.clawback, contract.switch,
    )  # fmt: skip
    return not terms.discounts and all(each is None for each in against)
