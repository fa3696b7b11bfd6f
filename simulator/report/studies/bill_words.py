"""The sentence on inputs that move the bill and not the choice, the same wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from simulator.decisions.value.bill_and_choice import BillAndChoice
from simulator.report.blocks.plain_names import plain_name

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

NAMED: Final = 2
"""Inputs of each kind that are named at most."""


def bill_not_choice(found: BillAndChoice | None, scenario: Scenario, *, alone: bool = False) -> str:
    """Return which inputs move the bill but not the choice; nothing where none does so.

    Args:
        alone: whether what moves the choice is not said beside it.
    """
    if found is None or not found.bill_only:
        return ""
    bill, choice = _named(found.bill_only, scenario), _named(found.choice, scenario)
    moves = "moves" if len(found.bill_only) == 1 else "move"
    then = f"; the choice hangs on {choice}" if choice and not alone else ""
    return f"{_begun(bill)} {moves} the bill but not which contract costs least on average{then}."


def _begun(text: str) -> str:
    """Return a text as a sentence begins, though it begins with a quote."""
    return text[:1] + text[1:2].upper() + text[2:]


def _named(names: Sequence[str], scenario: Scenario) -> str:
    """Return inputs as a list: "volume per month, customers come back and 2 more"."""
    texts = [f'"{plain_name(name, scenario)}"' for name in names[:NAMED]]
    left = len(names) - NAMED
    if left > 0:
        texts.append(f"{left} more")
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))
