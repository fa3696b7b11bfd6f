"""What knowing everything is worth where the contract that is signed now is had for less: then it is worth less too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.contracts.invoices.tie import tie_of
from simulator.decisions.value.information import Choice, Known, everything
from simulator.forecast.forecast import totals_by_price, use_of_a_conversation

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures

LESS: Final = (0.1, 0.25, 0.4)
"""Shares off its prices of use."""


@dataclass(frozen=True, slots=True)
class AtLess:
    """What knowing everything is worth at lower prices of the contract that is signed now.

    Attributes:
        less: share off all its prices of use.
        unit_price: its unit price then; None where it has none.
    """

    less: float
    unit_price: float | None
    known: Known


def at_lower_prices(futures: SameFutures, choice: Choice) -> tuple[AtLess, ...]:
    """Return what knowing everything is worth at LESS, on the same futures; nothing without use or another contract."""
    priced = futures.forecast.contracts[choice.names[choice.first]]
    if len(choice.names) < 2 or not priced.contract.usage:
        return ()
    invoice = priced.horizon("invoice")
    totals = totals_by_price(priced.contract, invoice, priced.usage, futures.results)
    found = []
    for less in LESS:
        costs = choice.costs.copy()
        costs[:, choice.first] += totals(1 - less) - invoice
        tie = tie_of(priced.contract, 1 - less, lambda: use_of_a_conversation(priced))
        found.append(AtLess(less, tie.unit_price, everything(Choice(choice.names, costs, choice.net))))
    return tuple(found)
