"""Which clauses of the contracts bind on the futures of a forecast, and what each is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts.binding.sided_clauses import SidedClause, effects, sided_clauses
from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.forecast.bills import values_of
from simulator.forecast.priced import Priced

if TYPE_CHECKING:
    from simulator.engine.results import Results


@dataclass(frozen=True, slots=True)
class BoundClause:
    """A clause on the futures of a forecast.

    Attributes:
        months: how many months of each future reach it, (trial,).
        adds: what it adds to the invoice over the horizon, negative where it takes something off, (trial,).
        at_p90: P90 of the invoice with it, less P90 of the invoice without it.
    """

    of: SidedClause
    months: Array
    adds: Array
    at_p90: float


def bound_clauses(priced: Priced, results: Results) -> tuple[BoundClause, ...]:
    """Return what the clauses of a contract do on the futures of a run, in the order of `sided_clauses`.

    Args:
        results: with the meters that the contract is billed on (`simulator.forecast.bills.kept_meters`).
    """
    contract = priced.contract
    clauses = sided_clauses(contract)
    if not clauses:
        return ()

    def work(some: Results) -> Array:
        told = effects(contract, some.priced_meters(contract), values_of(some))
        return np.stack([part for each in told for part in (each.reached.sum(axis=1), each.adds)], axis=1)

    found = results.each([*contract.meters, contract.unit, CONVERSATIONS], work)
    invoice = priced.horizon("invoice")
    p90 = risk.quantile(invoice, 0.9)
    return tuple(
        _bound(clause, found[:, 2 * place], found[:, 2 * place + 1], invoice, p90)
        for place, clause in enumerate(clauses)
    )


def _bound(clause: SidedClause, months: Array, adds: Array, invoice: Array, p90: float) -> BoundClause:
    without = p90 if not adds.any() else risk.quantile(invoice - adds, 0.9)
    return BoundClause(clause, months, adds, p90 - without)
