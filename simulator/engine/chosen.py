"""Parts of the ledger engine's meters: those of the conversations with some intents or on some channels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.contracts.part import Chosen, Part
from simulator.engine.columns import ROW_CASE
from simulator.engine.rows import Rows, Subjects
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
    number = np.where(cases, np.cumsum(cases) - 1, -1)
    whole = rows.whole[mine]
    whole[:, ROW_CASE] = number[whole[:, ROW_CASE]]
    return Rows(rows.of_case[cases], whole, rows.real[mine]), mine
