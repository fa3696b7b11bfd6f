"""The names that a contract takes from elsewhere in the scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.contracts.prices import TokenRates


@dataclass(frozen=True, slots=True)
class References:
    """The names a contract takes from elsewhere in the scenario, each with its key within the contract's table.

    Attributes:
        definitions: definitions it bills with.
        rates: own token rates by model name.
        own_meters: meters that the scenario says in SQL.
        batches: shares of tokens that run at the batch prices of the models, each with the own rates beside it.
    """

    definitions: tuple[tuple[tuple[str | int, ...], str], ...] = ()
    rates: tuple[tuple[tuple[str | int, ...], str, TokenRates], ...] = ()
    own_meters: tuple[tuple[tuple[str | int, ...], str], ...] = ()
    batches: tuple[tuple[tuple[str | int, ...], Mapping[str, TokenRates]], ...] = ()

    def within(self, *prefix: str | int) -> References:
        """Return the same references with their keys below a prefix."""
        return References(
            definitions=tuple(((*prefix, *key), name) for key, name in self.definitions),
            rates=tuple(((*prefix, *key), name, rates) for key, name, rates in self.rates),
            own_meters=tuple(((*prefix, *key), name) for key, name in self.own_meters),
            batches=tuple(((*prefix, *key), own) for key, own in self.batches),
        )

    @staticmethod
    def together(parts: Iterable[References]) -> References:
        """Return the references of several parts of a contract, in order."""
        listed = list(parts)
        return References(
            definitions=tuple(found for part in listed for found in part.definitions),
            rates=tuple(found for part in listed for found in part.rates),
            own_meters=tuple(found for part in listed for found in part.own_meters),
            batches=tuple(found for part in listed for found in part.batches),
        )
