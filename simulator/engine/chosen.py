"""Which conversations are in a part: those with some intents or on some channels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.arrays import Flags, Index
from simulator.contracts.metering.segments import Chosen, Segment
from simulator.engine.rows import Subjects
from simulator.scenario.schema import Scenario


def belongs(part: Segment, who: Subjects, scenario: Scenario) -> Flags:
    """Return which conversations (or cases) are in a part, by their own intent and channel."""

    def among(chosen: Chosen | None, names: Sequence[str], codes: Index) -> Flags:
        if chosen is None:
            return np.ones(len(codes), dtype=np.bool_)
        return np.array([chosen.holds(name) for name in names])[codes]

    by_intent = among(part.intents, list(scenario.intents), who.intent)
    return by_intent & among(part.channels, list(scenario.channels), who.channel)
