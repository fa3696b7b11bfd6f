"""A clause that restricts what counts by a condition of its own, declared in one place: beside its field in the spec.

From the declaration follow the clause's SQL, the columns that it reads, its words, what it refuses, and the choices
that tests draw from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.definitions.text import SqlCondition


@dataclass(frozen=True, slots=True)
class Proviso:
    """What a clause means.

    Attributes:
        choices: values from the loosest, which restricts nothing and is the default, to the strictest.
        conditions: that must all hold of a conversation, by the value.
        words: what is provided, by the value, as in "it is the first of its case".
        without_returns: whether no return can count where the clause restricts.
    """

    choices: tuple[Any, ...]
    conditions: Callable[[Any], Sequence[SqlCondition]]
    words: Callable[[Any], Sequence[str]]
    without_returns: bool = False
