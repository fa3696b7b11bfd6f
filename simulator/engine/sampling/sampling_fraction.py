"""Which share of a month's cases is sampled, and how sums over them stand for the month."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulator.arrays import Array, Index
from simulator.engine.draws.drawing import ConversationDrawing, count_cases, keys_of
from simulator.engine.draws.law_rows import law_rows
from simulator.futures.drawn import Drawn
from simulator.futures.law_arrays import Numbers, driver_effects
from simulator.scenario.schema import Scenario


def sampled_share(cases: Array, sample: float) -> Array:
    """Return f = min(1, sample / cases), same shape; 1 where no case is expected.

    Args:
        cases: expected in a month.
        sample: of them that are drawn, on average.
    """
    return np.minimum(1.0, np.divide(sample, cases, out=np.ones_like(cases), where=cases > 0))


def scaled(expected: Mapping[str, Array], sums: Mapping[str, Array], share: Array) -> dict[str, Array]:
    """Return (1 - sqrt f) E + S / sqrt f of every meter; all arrays (future, month).

    Args:
        expected: E, by key.
        sums: S, over the sample, by key.
        share: f.
    """
    root = np.sqrt(share)
    return {name: (1.0 - root) * expected[name] + values / root for name, values in sums.items()}


def share_drawing(
    scenario: Scenario, drawn: Drawn, numbers: Numbers, share: Array
) -> tuple[ConversationDrawing, Index]:
    """Return what draws a share of the months of some futures, and its cases, shape (future, month, intent)."""
    keys = keys_of(scenario.seed, list(scenario.intents))
    counts = count_cases(keys, drawn.demand.cases * share[:, :, None], drawn.first)
    return ConversationDrawing(drawn.first, keys, law_rows(numbers), driver_effects(drawn.drivers)), counts
