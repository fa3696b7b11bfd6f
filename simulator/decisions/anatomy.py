"""What a conversation of each intent is made of: tokens by class, from a sample drawn conversation by conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.distributions import Quantity
from simulator.engine.export import ledger
from simulator.parameters import known
from simulator.scenario.demand import Volume

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

SAMPLE_TRIALS: Final = 64
SAMPLE_CASES: Final = 500
"""Cases of each of these futures: many futures with few cases, as the futures differ more than their cases."""
PARTS: Final = ("input", "cached_input", "output", "reasoning")
"""Input beyond the cache (written to it or not), input read from the cache, output without reasoning, reasoning."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Means per conversation of one intent.

    Attributes:
        share: of all conversations.
        tokens: by part of PARTS; the parts do not overlap.
    """

    share: float
    tokens: Mapping[str, float]


def anatomy(scenario: Scenario) -> tuple[int, dict[str, Anatomy]]:
    """Return how many conversations were drawn, and what those of each intent are made of, in the scenario's order."""
    volume: Quantity = known(SAMPLE_CASES, "positive")
    small = scenario.model_copy(update={"volume": Volume(per_month=volume), "months": 1})
    sums = {name: np.zeros(1 + len(PARTS)) for name in scenario.intents}
    for table in ledger(small, trials=SAMPLE_TRIALS, months=1):
        intent = table.column("intent").to_numpy(zero_copy_only=False)
        prompt, cached, output, reasoning = (
            table.column(name).to_numpy().astype(np.float64)
            for name in ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens")
        )
        parts = np.stack([np.ones(len(intent)), prompt - cached, cached, output - reasoning, reasoning])
        for name in sums:
            sums[name] += parts[:, intent == name].sum(axis=1)
    drawn = sum(each[0] for each in sums.values())
    return int(drawn), {
        name: Anatomy(each[0] / drawn, dict(zip(PARTS, (each[1:] / each[0]).tolist(), strict=True)))
        for name, each in sums.items()
        if each[0] > 0
    }
