"""The price per unit that simple contract types share, for all conversations or some."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.contracts.applies import Applicable
from simulator.contracts.charges import Charge
from simulator.contracts.kinds.unit_price import PriceTerms
from simulator.contracts.units import CardEntry, Conversion


class UnitTerms(Applicable, PriceTerms):
    """A price per unit of one meter, of those conversations to which it applies."""

    def charge(
        self, meter: str, unit: str = "", card: Sequence[CardEntry] = (), conversion: Conversion | None = None
    ) -> Charge:
        """Return the charge for the units of a meter; see `PriceTerms.unit_charge`."""
        return self.unit_charge(self.part_of(meter), unit, card, conversion)
