"""Units that are billed again: of each case all units beyond its first, whether a return or a duplicate brings them.

A case with three conversations that all bill has two units billed again; one whose first conversation bills nothing and
whose return bills has none. Where cases are billed no unit is, as a case is one unit however many conversations it has.
Which part of a meter's units that is, no meter says: it is handed in (`decisions.billed_again` counts it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from simulator.contracts.billed_units import charged_share, quotient
from simulator.contracts.contract import Contract
from simulator.contracts.dated import Months
from simulator.contracts.in_force import held_by_unit
from simulator.contracts.meters import CASES, CONVERSATIONS, RESOLUTIONS, unit_name
from simulator.contracts.part import whole_of
from simulator.contracts.pricing import invoice
from simulator.contracts.switching import parts_of

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values

Rule: TypeAlias = tuple[str, ...]
"""Meters whose units are billed together in a month, as in the spans of `Contract.unit_spans`."""
Shares: TypeAlias = Mapping[Rule, Mapping[str, float]]
"""Share of the units of each meter of a rule that are on a case which the rule billed before."""


@dataclass(frozen=True, slots=True)
class Again:
    """What a contract bills again over the horizon, both (trial,).

    Attributes:
        amount: charges for use times the share of the units; those of several meters weigh by what each is charged.
    """

    units: Array
    amount: Array


def is_told(unit: str) -> bool:
    """Return whether it can be said of a unit if it is its case's first: of conversations, resolutions and cases."""
    return whole_of(unit).partition(":")[0] in (CONVERSATIONS, RESOLUTIONS, CASES)


def untold(contract: Contract) -> tuple[str, ...]:
    """Return what the units are called of which that cannot be said, each once; empty where it can of all."""
    return tuple(dict.fromkeys(unit_name(unit) for unit in contract.units if not is_told(unit)))


def rules_of(contract: Contract) -> tuple[Rule, ...]:
    """Return the rules by which units are billed in some month, of a change of vendor those of both contracts."""
    sides = (contract,) if contract.switch is None else (contract.switch.before, contract.switch.after)
    return tuple(dict.fromkeys(units for side in sides for _, units in side.unit_spans if units))


def billed_again(
    contract: Contract, usage: Array, served: Array | None, meters: Meters, values: Values, shares: Shares
) -> Again | None:
    """Return the units that a contract bills again, and what they cost at the average price of a unit in each future.

    Args:
        usage: charges for use of its invoice on these meters, over the horizon, (trial,).
        served: share of the conversations that the AI serves, (trial, month); None where it serves all.
        meters: arrays (trial, month) by meter key; must hold `contract.units`.
        values: gives the value of a quantity in each trial, shape (trial,).
        shares: by rule; None is returned where one of the contract's is missing.
    """
    if any(rule not in shares for rule in rules_of(contract)):
        return None
    found = [_of_one(*side, values, shares) for side in _sides(contract, usage, served, meters, values)]
    return Again(sum(each.units for each in found), sum(each.amount for each in found))  # type: ignore[arg-type]


def _sides(
    contract: Contract, usage: Array, served: Array | None, meters: Meters, values: Values
) -> Iterator[tuple[Contract, Array, Array | None, Meters]]:
    """Yield the contract, or the old and the new one of a change of vendor, each on the months in which it bills."""
    if contract.switch is None:
        yield contract, usage, served, meters
        return
    old, new = parts_of(contract.switch, meters)
    sides = [(contract.switch.before, old)]
    if contract.switch.month <= meters[CONVERSATIONS].shape[1]:
        sides.append((contract.switch.after, new))
    for side, own in sides:
        bill = invoice(side, own, values)
        yield side, bill.usage.sum(axis=1), bill.served, own


def _of_one(
    contract: Contract, usage: Array, served: Array | None, meters: Meters, values: Values, shares: Shares
) -> Again:
    """Return what one contract, not a change of vendor, bills again."""
    import numpy as np

    trials, months = meters[CONVERSATIONS].shape
    held = held_by_unit(contract.unit_spans, months)
    billed, again = ({unit: np.zeros(trials) for unit in held} for _ in range(2))
    for months_of_rule, rule in _spans(contract):
        holds = months_of_rule.hold(months) * (1.0 if served is None else served)
        for unit in rule:
            units = (meters[unit] * holds).sum(axis=1)
            billed[unit] += units
            again[unit] += units * shares[rule][unit]
    by_unit = [quotient(again[unit], billed[unit]) for unit in held]
    share = charged_share(contract, meters, values, held, by_unit) if held else np.zeros(trials)
    return Again(np.asarray(sum(again.values(), np.zeros(trials))), np.asarray(usage * np.nan_to_num(share)))


def _spans(contract: Contract) -> Iterator[tuple[Months, Rule]]:
    """Yield the months of each span and the meters whose units are billed in it."""
    spans = contract.unit_spans
    ends = [*(start - 1 for start, _ in spans[1:]), None]
    for (start, units), end in zip(spans, ends, strict=True):
        yield Months(start, end), units
