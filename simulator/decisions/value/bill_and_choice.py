"""Which uncertain inputs move a contract's bill, and which the choice between contracts: they need not be the same.

An input that every bill grows with alike, as volume with prices of use, moves each bill and changes no choice; one that
a single contract bills by may hardly move the bill of another and still turn the choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.decisions.conditional_mean import spline
from simulator.decisions.value.information import Choice, choice_of, knowing
from simulator.decisions.varying_inputs import strength, varying

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures

LEAST_FUTURES: Final = 64
"""Futures from which it is told what knowing a single thing is worth: eight in each fold."""
MOVES: Final = 0.05
"""Share of a bill's variance from which an input is said to move it."""


@dataclass(frozen=True, slots=True)
class BillAndChoice:
    """Uncertain inputs of a scenario, by dotted name, the strongest first.

    Attributes:
        bill_only: that carry MOVES of the variance of the contract's cost or more, and of which knowing it alone is
            worth nothing that the futures tell from 0: the choice stays what it is.
        choice: of which knowing it alone is worth something, because another contract would then be signed.
    """

    bill_only: tuple[str, ...] = ()
    choice: tuple[str, ...] = ()


def choice_between(futures: SameFutures) -> Choice:
    """Return the contracts that a buyer can sign: those that bill something, in the verdict's order."""
    contracts = futures.forecast.contracts
    billing = [name for name in futures.forecast.ranking if contracts[name].bills_units]
    return choice_of({name: futures.cost(name) for name in billing or futures.forecast.ranking}, futures.net)


def bill_and_choice(futures: SameFutures, contract: str) -> BillAndChoice | None:
    """Return which inputs move a contract's bill and which the choice; None with one contract or too few futures."""
    choice = choice_between(futures)
    if len(choice.names) < 2 or len(choice.costs) < LEAST_FUTURES:
        return None
    values, cost = varying(futures.results), futures.cost(contract)
    worths = {name: knowing(choice, spline(each)).worth for name, each in values.items()}
    turning = {name: each.value for name, each in worths.items() if each.told and each.value > 0}
    strengths = {name: strength(each, cost) for name, each in values.items()}
    moving = {name: share for name, share in strengths.items() if share >= MOVES and name not in turning}
    return BillAndChoice(_ordered(moving), _ordered(turning))


def _ordered(found: dict[str, float]) -> tuple[str, ...]:
    return tuple(sorted(found, key=lambda name: (-found[name], name)))
