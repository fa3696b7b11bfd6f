"""What clauses are worth: the invoice with each less the invoice without it, all else the same, on the same futures.

The worths of several clauses do not add up: a minimum of a year makes up for that of a month, so each may be worth
nothing beside the other, and both together much.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from simulator.contracts.binding.all_clauses import clauses_of
from simulator.contracts.binding.clause import Clause, PricedMonths, price_months
from simulator.contracts.contract import Contract
from simulator.contracts.invoices.pricing import invoice
from simulator.contracts.invoices.switch import side_meters

if TYPE_CHECKING:
    from simulator.arrays import Array, Flags
    from simulator.contracts.metering.meters import Meters, Values

Side = Literal["", "old", "new"]


@dataclass(frozen=True, slots=True)
class SidedClause:
    """A clause, the contract that has it, and which of a change of vendor that is; empty where there is no change."""

    clause: Clause
    contract: Contract
    side: Side = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a clause does on some months.

    Attributes:
        reached, acts: (trial, month); see `Clause`.
        adds: what it adds to the invoice over the months, negative where it takes something off, (trial,).
    """

    reached: Flags
    acts: Flags
    adds: Array


def sided_clauses(contract: Contract) -> tuple[SidedClause, ...]:
    """Return the clauses of a contract, or of both contracts of a change of vendor."""
    switch = contract.switch
    if switch is None:
        return tuple(SidedClause(each, contract) for each in clauses_of(contract))
    return (
        *(SidedClause(each, switch.before, "old") for each in clauses_of(switch.before)),
        *(SidedClause(each, switch.after, "new") for each in clauses_of(switch.after)),
    )


def effects(contract: Contract, meters: Meters, values: Values) -> Iterator[Effect]:
    """Yield what each of `sided_clauses` does, in their order.

    Args:
        meters: arrays (trial, month) by meter key; must hold at least one meter, and `contract.meters`.
        values: gives the value of a quantity in each trial, shape (trial,).
    """
    if contract.switch is not None:
        yield from _switched_effects(contract, meters, values)
        return
    have = price_months(contract, meters, values)
    total = have.total.sum(axis=1)
    for clause in clauses_of(contract):
        without = price_months(clause.without, meters, values, have)
        yield Effect(*_states(clause, have, without), total - without.total.sum(axis=1))


def _states(clause: Clause, have: PricedMonths, without: PricedMonths) -> tuple[Flags, Flags]:
    reached = clause.reached(have, without)
    return reached, reached if clause.acts is None else clause.acts(have, without)


def _switched_effects(contract: Contract, meters: Meters, values: Values) -> Iterator[Effect]:
    """Yield what the clauses of both contracts of a change of vendor do, each in the months in which that bills."""
    switch = contract.switch
    assert switch is not None
    total = invoice(contract, meters, values).total
    months = total.shape[1]
    old, new = side_meters(switch, meters)
    for each in sided_clauses(contract):
        is_old = each.side == "old"
        without = each.clause.without
        changed = replace(switch, before=without) if is_old else replace(switch, after=without)
        other = replace(contract, switch=changed)
        adds = total.sum(axis=1) - invoice(other, meters, values).total.sum(axis=1)
        first = 0 if is_old else switch.month - 1
        reached, acts = (_placed(state, first, months) for state in _side_states(each, old if is_old else new, values))
        yield Effect(reached, acts, adds)


def _side_states(each: SidedClause, meters: Meters, values: Values) -> tuple[Flags, Flags]:
    """Return the states of a clause on the months of its side; none where the switch lies beyond the months."""
    shape = next(iter(meters.values())).shape
    if shape[1] == 0:
        nothing: Flags = next(iter(meters.values())) > 0
        return nothing, nothing
    contract = each.contract
    have = price_months(contract, meters, values)
    return _states(each.clause, have, price_months(each.clause.without, meters, values, have))


def _placed(state: Flags, first: int, months: int) -> Flags:
    import numpy as np

    whole = np.zeros((state.shape[0], months), dtype=bool)
    whole[:, first : first + state.shape[1]] = state
    return whole
