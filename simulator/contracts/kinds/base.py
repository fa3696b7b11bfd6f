"""What every kind of charge shares: how an analyst writes one charge of a contract, and what it compiles to."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

from simulator.contracts.charges import Charge
from simulator.contracts.prices import TokenRates
from simulator.contracts.references import References
from simulator.parameters import Table


class ChargeTerms(Table):
    """One charge of a contract. A kind adds its `kind`, its prices and `charge`."""

    kind: str

    @property
    def references(self) -> References:
        """The definitions and models it names."""
        return References()

    @abstractmethod
    def charge(self, models: Mapping[str, TokenRates]) -> Charge:
        """Return the charge; `models` are the scenario's models with their prices."""

    @property
    def label(self) -> str:
        """Its line on the invoice."""
        return self.charge({}).label
