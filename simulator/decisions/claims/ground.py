"""What all claims of a scenario are judged on: its futures, other states of them, and cases drawn one by one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts import invoice
from simulator.contracts.metering.meters import CONVERSATIONS, resolutions
from simulator.decisions.anatomy import Anatomy, anatomy
from simulator.decisions.billed_again import CountedAgain, cases_of, count_in
from simulator.decisions.claims.prepared import ACTION, STRICT, Looked, definition_of, looked_at, prepared
from simulator.decisions.claims.states import States, states_of
from simulator.decisions.same_futures import SameFutures
from simulator.forecast.bills import values_of
from simulator.scenario.stated.compiled_terms import Terms, compile_terms

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario

NO_RESOLUTION: Final = (
    "the scenario has no contract that is a price per resolution by one definition made of clauses; add one, as "
    '[contracts.resolution] with type = "per_resolution", definition = "assumed_24h" and price = 0.99'
)
NO_CONVERSATION: Final = (
    "the scenario has no contract that is a price per conversation; add one, as [contracts.conversation] with "
    'type = "per_conversation" and price = 0.50'
)
NO_STATES: Final = "a definition of the scenario has no expected value in closed form, so that no other state is known"
NOTHING: Final = "nothing of it occurs in any future"


@dataclass(frozen=True, eq=False)
class Ground:
    """The futures of a scenario with all that the claims count on them; see `ground_of`.

    Attributes:
        futures: of the scenario with the definitions that the claims count.
        looked: contracts that they look at.
    """

    futures: SameFutures
    looked: Looked

    @property
    def scenario(self) -> Scenario:
        """What was simulated."""
        return self.futures.scenario

    @property
    def net(self) -> risk.Net:
        """The net of each future."""
        return self.futures.net

    @cached_property
    def terms(self) -> Terms:
        """Its compiled terms."""
        return compile_terms(self.scenario)

    @cached_property
    def states(self) -> States | None:
        """Other states of the first futures; None where they have no expected values."""
        return states_of(self.scenario, [*self.looked.by_definition, *filter(None, self._priced)])

    @cached_property
    def again(self) -> CountedAgain:
        """What is billed again on a case, from cases drawn one by one: own contracts, and the strictest definition."""
        own = {name: self.scenario.contracts[name] for name in self._priced[:2] if name is not None}
        if self.looked.resolution is not None:
            strict = own[self.looked.resolution].model_copy(update={"definition": STRICT})
            own[STRICT] = strict
        bare = self.scenario.model_copy(update={"contracts": own, "switches": {}, "today": None})
        return count_in(bare, cases_of(self.futures.results))

    @cached_property
    def intents(self) -> dict[str, Anatomy]:
        """What comes of conversations of each intent, from a sample: solved, and units by an action."""
        return anatomy(self.scenario, {ACTION: self.terms.definitions[ACTION]})[1]

    def total(self, meter: str) -> Array:
        """Return a meter over the horizon, (trial,)."""
        return horizon(self.futures.results, meter)

    def units(self, definition: str, solved: str = "") -> Array:
        """Return the resolutions under a definition over the horizon, (trial,).

        Args:
            solved: "|solved" or "|solved_by_ai" for those of them.
        """
        return self.total(f"{resolutions(definition)}{solved}")

    def months(self, definition: str) -> Array:
        """Return the resolutions under a definition, (trial, month)."""
        return np.asarray(self.futures.results.meters[resolutions(definition)])

    def definition(self, contract: str) -> str:
        """Return the name of the definition that a contract bills by."""
        return definition_of(self.terms, contract).name

    def billed(self, contract: str, results: Results) -> Array:
        """Return what a contract bills over the horizon in a state, (trial,)."""
        terms = self.terms.contracts[contract]
        total = invoice(terms, results.priced_meters(terms), values_of(results)).total
        return np.asarray(total.sum(axis=1))

    def average_price(self, contract: str) -> float:
        """Return what a resolution costs on average under a contract by one definition."""
        return risk.mean(self.futures.invoice(contract)) / risk.mean(self.units(self.definition(contract)))

    @property
    def _priced(self) -> tuple[str | None, ...]:
        return self.looked.resolution, self.looked.conversation, self.looked.tokens


def ground_of(futures: SameFutures) -> Ground:
    """Return what the claims are judged on, on some futures.

    Args:
        futures: best of the scenario as `prepared` returns it; on others the definitions are counted anew.
    """
    wanted = prepared(futures.scenario)
    return Ground(futures if wanted is futures.scenario else futures.on(wanted), looked_at(wanted))


def horizon(results: Results, meter: str) -> Array:
    """Return a meter of some results over the horizon, (trial,)."""
    return np.asarray(results.meters[meter].sum(axis=1))


def per_conversation(amount: Array, results: Results) -> Array:
    """Return amounts over the horizon for each handled conversation, (trial,); 0 where there is none."""
    count = horizon(results, CONVERSATIONS)
    return np.divide(amount, count, out=np.zeros_like(amount), where=count > 0)
