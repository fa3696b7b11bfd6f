"""What a contract bills for some parts of the conversations: the true bill of their meters, fees and minimums included.

A contract that holds no part is not signed and bills nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from simulator.arrays import Array, Index
from simulator.contracts import Contract
from simulator.contracts.contract import is_proportional
from simulator.contracts.invoices.invoice import plain_invoice
from simulator.contracts.invoices.whole_units import rounds_units, with_whole_units
from simulator.decisions.split.split_parts import Part
from simulator.engine.results import Results
from simulator.forecast.bills import values_of
from simulator.quantities.distributions import Quantity

SAME: Final = 1e-9
"""Share of a bill by which the bills of its parts may miss it and count as adding up to it."""
Held = frozenset[int]
"""Places of the parts that a contract holds."""


@dataclass(eq=False)
class PartBills:
    """The bills of one contract for any parts, of some futures, by year of the budget; each is worked out once.

    Attributes:
        rows: the futures.
        years: months of each year of the budget, or all months.
        stacks: by key of a meter, what each part has of it, (part, future, month).
        each: bills of the parts one by one where they add up, (part, future, year); None where they do not.
    """

    contract: Contract
    results: Results
    rows: Index
    years: Sequence[slice]
    stacks: Mapping[str, Array]
    each: Array | None = None
    known: dict[Held, Array] = field(default_factory=dict)

    def some(self, places: Index) -> PartBills:
        """Return the bills of some of the futures."""
        each = None if self.each is None else self.each[:, places]
        stacks = {} if self.each is not None else {key: stack[:, places] for key, stack in self.stacks.items()}
        return PartBills(self.contract, self.results, self.rows[places], self.years, stacks, each)

    @cached_property
    def rounds(self) -> bool:
        """Whether it bills whole units of months that are sampled."""
        return self.results.sampling is not None and rounds_units(self.contract)

    def of(self, held: Held) -> Array:
        """Return what the contract bills for some parts, (future, year), in the scenario's currency."""
        if held not in self.known:
            if not held:
                self.known[held] = np.zeros((len(self.rows), len(self.years)))
            elif self.each is not None:
                self.known[held] = self.each[sorted(held)].sum(axis=0)
            else:
                self.known[held] = self._bill(held)
        return self.known[held]

    def _bill(self, held: Held) -> Array:
        places = sorted(held)
        meters = {key: stack[places].sum(axis=0) for key, stack in self.stacks.items()}
        sampling = self.results.sampling
        if self.rounds and sampling is not None:
            meters = dict(with_whole_units(self.contract, meters, sampling.share[self.rows], sampling.level[self.rows]))
        months = plain_invoice(self.contract, meters, self._values).total
        return np.stack([months[:, year].sum(axis=1) for year in self.years], axis=1)

    def _values(self, quantity: Quantity) -> Array:
        values: Array = values_of(self.results)(quantity)[self.rows]
        return values


def part_bills(contract: Contract, results: Results, parts: Sequence[Part], years: Sequence[slice]) -> PartBills:
    """Return the bills of a contract for any parts, of all futures."""
    keys = dict.fromkeys([*contract.meters, contract.unit])
    stacks = {key: np.stack([_part(part, key, results) for part in parts]) for key in keys}
    found = PartBills(contract, results, np.arange(results.trials), years, stacks)
    if is_proportional(contract):
        alone = np.stack([found.of(frozenset([place])) for place in range(len(parts))])
        if np.allclose(alone.sum(axis=0), found.of(frozenset(range(len(parts)))), rtol=SAME, atol=SAME):
            found.each = alone
    return found


def _part(part: Part, key: str, results: Results) -> Array:
    name = part.key(key)
    nothing: Array = np.zeros((results.trials, results.months))
    return nothing if name is None else results.meters[name]


def bends_on_few_units(contract: Contract, results: Results) -> bool:
    """Return whether a contract is billed on months that were drawn whole, of which there are no parts."""
    sampling = results.sampling
    return sampling is not None and any(each.whole and each.contract == contract.name for each in sampling.few)
