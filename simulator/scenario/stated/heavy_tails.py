"""Heavy tails of a scenario: lengths and minutes that follow a Lomax law."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.distributions import Quantity
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.token_tables import Direct, Length, Tokens

Key = tuple[str | int, ...]

_LOW: Final = -1.6448536269514722
"""The score of the 5 % quantile."""


def lengths(table: Tokens | Direct, key: Key = ("tokens",)) -> Iterator[tuple[Key, Length]]:
    """Yield the lengths of a table, and of that of totals in it, with their keys."""
    for name in type(table).model_fields:
        each = getattr(table, name)
        if isinstance(each, Direct):
            yield from lengths(each, (*key, name))
        elif isinstance(each, Length):
            yield (*key, name), each


def tails(scenario: Scenario) -> Iterator[tuple[Key, Quantity]]:
    """Yield every alpha with its key."""
    for key, length in lengths(scenario.tokens):
        if length.alpha is not None and length.family == "lomax":
            yield (*key, "alpha"), length.alpha
    people = scenario.people
    for name in ("minutes", "review"):
        alpha = getattr(people, f"{name}_alpha")
        if alpha is not None and getattr(people, f"{name}_family") == "lomax":
            yield ("people", f"{name}_alpha"), alpha


def least_alpha(alpha: Quantity) -> float:
    """Return an alpha, or its 5 % quantile where it is not known: the smaller it is, the heavier is the tail."""
    import numpy as np

    return alpha.center if alpha.fixed else float(alpha.at(np.array([_LOW]))[0])
