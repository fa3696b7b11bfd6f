"""A run and what further contracts are counted on: each question of a buyer who decides is asked of the same futures.

A contract that reads what the run has counted is priced on it as it stands; another definition is counted on what is
kept of the run (engine.repricing); what that does not tell is simulated again with the same draws. All three give, to
the bit, what a run of the other scenario gives, so that a difference between two contracts has no sampling noise of
its own but that of the futures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from simulator import risk
from simulator.arrays import Array
from simulator.contracts import Contract, invoice
from simulator.engine.repricing import KeptFutures, recounted, same_law
from simulator.engine.results import Results
from simulator.forecast.bills import values_of
from simulator.forecast.forecast import Forecast, forecast, horizon_cost, ranked_by
from simulator.scenario.schema import Scenario

if TYPE_CHECKING:
    from simulator.contracts.contract_terms import ContractSpec
    from simulator.definitions import DefinitionSpec

Simulate = Callable[[Scenario], Results]
"""Simulates a scenario with all its meters, with the sample of the first run."""


@dataclass(frozen=True, eq=False)
class SameFutures:
    """The futures of a run, with contracts on them.

    Attributes:
        results: with all meters, (trial, month).
        kept: what further definitions are counted on; runs that come from one another share it.
        simulate: used where the results do not tell what is asked.
        workers: processes that further simulations of other kinds use.
    """

    results: Results
    kept: KeptFutures
    simulate: Simulate
    workers: int = 1

    @property
    def scenario(self) -> Scenario:
        """What was simulated, with the contracts that were added."""
        return self.results.scenario

    @property
    def net(self) -> risk.Net:
        """The net of each future, for sampling intervals."""
        return self.results.net

    @cached_property
    def forecast(self) -> Forecast:
        """Every contract priced, and the verdict."""
        return forecast(self.results)

    def cost(self, contract: str) -> Array:
        """Return what a contract costs over the horizon by what ranks contracts, (trial,)."""
        return horizon_cost(self.forecast.contracts[contract], ranked_by(self.scenario))

    def invoice(self, contract: str) -> Array:
        """Return what the vendor bills over the horizon, (trial,)."""
        return self.forecast.contracts[contract].horizon("invoice")

    def billed(self, contract: Contract) -> Array:
        """Return the invoice over the horizon, (trial,), of a compiled contract that reads meters that are there.

        Raises:
            KeyError: if the results lack a meter that it reads.
        """
        months = invoice(contract, self.results.priced_meters(contract), values_of(self.results)).total
        total: Array = months.sum(axis=1)
        return total

    def on(self, scenario: Scenario) -> SameFutures:
        """Return the same futures with the contracts and definitions of a scenario.

        Raises:
            ValueError: for a scenario whose conversations follow another law or seed: its futures are others.
        """
        if not same_law(self.scenario, scenario):
            raise ValueError("the scenario has other futures: simulate it, and compare the two")
        found = recounted(self.results, scenario, self.kept)
        return replace(self, results=self.simulate(scenario) if found is None else found)


def with_alternatives(
    scenario: Scenario,
    contracts: Mapping[str, ContractSpec],
    definitions: Mapping[str, DefinitionSpec] | None = None,
) -> Scenario:
    """Return a scenario with further contracts and definitions beside its own.

    Raises:
        ValueError: for a name that is taken.
    """
    for taken, added in ((scenario.contracts, contracts), (scenario.definitions, definitions or {})):
        both = sorted(set(taken) & set(added))
        if both:
            raise ValueError(f"{both[0]!r} is there already")
    return scenario.model_copy(
        update={
            "contracts": {**scenario.contracts, **contracts},
            "definitions": {**scenario.definitions, **(definitions or {})},
        }
    )
