"""What a conversation of each intent is made of and what comes of it, from a sample drawn one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.arrays import Array
from simulator.arrow import values_of
from simulator.decisions.samples import with_few_cases
from simulator.definitions import Biller, Definition
from simulator.engine.draws.export import ledger

if TYPE_CHECKING:
    import pyarrow as pa

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
        solved: share of its conversations that the AI solved.
        units: resolutions per conversation, by definition.
    """

    share: float
    tokens: Mapping[str, float]
    solved: float
    units: Mapping[str, float]


def anatomy(scenario: Scenario, definitions: Mapping[str, Definition]) -> tuple[int, dict[str, Anatomy]]:
    """Return how many conversations were drawn, and what those of each intent are made of, in the scenario's order.

    Args:
        definitions: of a resolution, by name; those that conversations are counted under.
    """
    small = with_few_cases(scenario, SAMPLE_CASES)
    biller = Biller(definitions)
    sums = {name: np.zeros(len(_counted(PARTS, definitions))) for name in scenario.intents}
    for table in ledger(small, trials=SAMPLE_TRIALS, months=1):
        intent = values_of(table.column("intent"))
        counts = np.stack([*_tokens(table), values_of(table.column("solved")), *biller.units(table).values()])
        for name in sums:
            of = intent == name
            sums[name] += [of.sum(), *counts[:, of].sum(axis=1)]
    drawn = sum(each[0] for each in sums.values())
    return int(drawn), {name: _of(each, drawn, definitions) for name, each in sums.items() if each[0] > 0}


def _counted(parts: Sequence[str], definitions: Mapping[str, Definition]) -> list[str]:
    """Return what is summed for each intent, in order."""
    return ["conversations", *parts, "solved", *definitions]


def _tokens(table: pa.Table) -> list[Array]:
    """Return the tokens of each conversation, an array a part of PARTS."""
    prompt, cached, output, reasoning = (
        values_of(table.column(name)).astype(np.float64)
        for name in ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens")
    )
    return [prompt - cached, cached, output - reasoning, reasoning]


def _of(sums: Array, drawn: float, definitions: Mapping[str, Definition]) -> Anatomy:
    found = dict(zip(_counted(PARTS, definitions), (sums / sums[0]).tolist(), strict=True))
    return Anatomy(
        share=float(sums[0] / drawn),
        tokens={part: found[part] for part in PARTS},
        solved=found["solved"],
        units={name: found[name] for name in definitions},
    )
