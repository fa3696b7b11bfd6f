"""Parts of the ledger engine's meters: those of the conversations with some intents or on some channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from simulator.contracts.part import Chosen, Part
from simulator.engine.rows import Rows
from simulator.model.outcomes import Subjects
from simulator.model.tokens import Tokens
from simulator.scenario.schema import Scenario

Flags = NDArray[np.bool_]


def belongs(part: Part, who: Subjects, scenario: Scenario) -> Flags:
    """Return which conversations (or cases) are in a part, by their own intent and channel."""

    def among(chosen: Chosen | None, names: Sequence[str], codes: NDArray[np.int64]) -> Flags:
        if chosen is None:
            return np.ones(len(codes), dtype=np.bool_)
        return np.array([chosen.holds(name) for name in names])[codes]

    by_intent = among(part.intents, list(scenario.intents), who.intent)
    return by_intent & among(part.channels, list(scenario.channels), who.channel)


def rows_in(part: Part, rows: Rows, scenario: Scenario) -> tuple[Rows, Flags]:
    """Return the conversations and the cases that are in a part, and which conversations these are.

    A conversation may be in the part without its case: a duplicate on another channel. Its case then counts for none.
    """
    cases, mine = (belongs(part, who, scenario) for who in (rows.cases, rows.who))
    number = np.cumsum(cases) - 1
    kept: dict[str, object] = {"cases": rows.cases.chosen(np.flatnonzero(cases))}
    for each in fields(Rows):
        column = getattr(rows, each.name)
        if isinstance(column, Tokens):
            kept[each.name] = _tokens_in(column, mine)
        elif isinstance(column, np.ndarray):
            kept[each.name] = column[mine]
    who = rows.who.chosen(np.flatnonzero(mine))
    kept["who"] = replace(who, case=np.where(cases[who.case], number[who.case], -1))
    return Rows(**kept), mine  # type: ignore[arg-type]


def _tokens_in(tokens: Tokens, mine: Flags) -> Tokens:
    chosen = {each.name: getattr(tokens, each.name) for each in fields(Tokens)}
    kept = {name: None if column is None else column[..., mine] for name, column in chosen.items()}
    return Tokens(**kept)  # type: ignore[arg-type]
