"""Drafts of a contract priced on the same futures, and what each is worth to the buyer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts import Contract
from simulator.contracts.invoices.tie import finder_of, scale_rates, usage_of
from simulator.decisions.clause_prices.clause_worths import EqualBill, PricedChange
from simulator.decisions.clause_prices.drafts import Draft, Drafts
from simulator.decisions.clause_prices.moved_terms import Change
from simulator.decisions.same_futures import SameFutures, with_alternatives
from simulator.decisions.worth import Worth, worth
from simulator.forecast.bills import bill, cost_of_people, values_of
from simulator.forecast.forecast import totals_by_price
from simulator.scenario.stated.compiled_terms import Terms, compile_terms

ONE_PERCENT: Final = 0.01
SAME: Final = 1e-11
"""Share of an amount that arithmetic may leave where nothing differs."""


@dataclass(frozen=True, eq=False)
class PricedDrafts:
    """Drafts of a contract on the same futures.

    Attributes:
        futures: with the tables and definitions of the drafts.
        own: name of the contract.
        with_people: whether what people do instead of the AI counts.
    """

    futures: SameFutures
    own: str
    with_people: bool

    @classmethod
    def of(cls, drafts: Drafts, futures: SameFutures) -> PricedDrafts:
        """Count drafts on the futures of a run."""
        scenario = futures.scenario
        if drafts.contracts:
            futures = futures.on(with_alternatives(scenario, drafts.contracts, drafts.definitions))
        terms = compile_terms(scenario)
        return cls(futures, drafts.own, terms.contracts[drafts.own].settlement.limit is not None)

    @cached_property
    def terms(self) -> Terms:
        """Its contracts, compiled."""
        return compile_terms(self.futures.scenario)

    @cached_property
    def now(self) -> Array:
        """What the contract costs as it stands, (trial,)."""
        return self._of(self.terms.contracts[self.own])

    def contract(self, draft: Draft) -> Contract:
        """Return a draft, compiled."""
        contract = self.terms.contracts[draft.contract]
        return contract if draft.factor == 1.0 else scale_rates(contract, draft.factor)

    def cost(self, draft: Draft) -> Array:
        """Return what a draft costs, (trial,); the very amounts of today where only arithmetic differs."""
        cost = self._of(self.contract(draft))
        return self.now if np.allclose(cost, self.now, rtol=SAME, atol=0.0) else cost

    def worth(self, draft: Draft) -> Worth:
        """Return what a draft is worth to the buyer."""
        return worth(self.now, self.cost(draft), self.futures.net)

    def _of(self, contract: Contract) -> Array:
        if not self.with_people:
            return self.futures.billed(contract)
        results = self.futures.results
        billed = bill(contract, results, np.zeros((results.trials, results.months)))
        people = billed.human_work - cost_of_people(results.meters["human_minutes"] / 60, results)
        total: Array = (billed.invoice.total + people).sum(axis=1)
        return total

    @cached_property
    def one_percent(self) -> Worth | None:
        """What 1 % off all prices of use is worth; None where no use is billed."""
        usage = self.terms.contracts[self.own].usage
        return self.worth(Draft(self.own, 1 - ONE_PERCENT)) if usage else None

    def change(self, change: Change, draft: Draft) -> PricedChange:
        """Return a change of the contract with what it is worth, and the price of equal bills of another definition."""
        found, percent = self.worth(draft), self.one_percent
        return PricedChange(
            change,
            found,
            None if percent is None else _cut(found.p90.value, percent.p90.value),
            None if percent is None else _cut(found.mean.value, percent.mean.value),
            self._equal_bill(draft) if self._bills_otherwise(draft) else None,
        )

    def bills_nothing(self, draft: Draft) -> bool:
        """Return whether a draft by another definition bills no use in any future, so that nobody would offer it."""
        if not self._bills_otherwise(draft):
            return False
        contract, results = self.contract(draft), self.futures.results
        return not usage_of(contract, results.priced_meters(contract), values_of(results)).any()

    def _bills_otherwise(self, draft: Draft) -> bool:
        """Return whether a draft bills by another definition than the contract does, in all months."""
        definitions = self.terms.contracts[draft.contract].definitions
        return not set(self.terms.contracts[self.own].definitions) <= set(definitions)

    def _equal_bill(self, draft: Draft) -> EqualBill | None:
        """Return the price at which a draft costs as much on average as the contract does now."""
        contract, results = self.contract(draft), self.futures.results
        usage = usage_of(contract, results.priced_meters(contract), values_of(results)).sum(axis=1)
        if not usage.any():
            return None
        totals = totals_by_price(contract, self.futures.billed(contract), usage, results)
        now = self.futures.billed(self.terms.contracts[self.own])
        tie = finder_of(contract, totals, lambda: math.nan)(risk.mean, risk.mean(now))
        if tie is None:
            return None
        return EqualBill(tie.factor, tie.unit_price if len(contract.usage) == 1 else None)


def _cut(amount: float, of_one_percent: float) -> float | None:
    """Return the share off the price that is worth as much; all of it is exactly 1."""
    if of_one_percent <= 0:
        return None
    share = ONE_PERCENT * amount / of_one_percent
    return 1.0 if math.isclose(share, 1.0, rel_tol=1e-9) else share
