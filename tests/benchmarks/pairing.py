"""How well two runs stay paired where a volume or a rate moves: `python -m tests.benchmarks.pairing`.

With every number known and every driver still, what differs between futures is the conversations alone. Two scenarios
that differ in one number are run with the same seed, and the correlation over the futures of each meter's total is
printed with its standard error, beside what must hold. A stream that draws one conversation after another loses the
pairing as soon as one conversation more is drawn; a counter for each conversation keeps it. For a volume a common
stream of arrivals gives at most the root of the ratio of the two. A program to read, not a test.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from simulator.engine.run import Run, simulate_all
from simulator.scenario import load_scenario

SCENARIO: Final = Path(__file__).parents[2] / "scenarios" / "minimal.toml"
TRIALS: Final = 1_024
METERS: Final = {"rows": "rows", "minutes of people": "human_minutes", "output tokens": "output_tokens"}
MUST: Final = 0.95
STILL: Final = ("months=1", "drivers={}")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two scenarios that differ in one number."""

    title: str
    changes: tuple[tuple[str, ...], tuple[str, ...]]
    most: float = 1.0


PAIRS: Final = (
    Pair("300 and 330 cases", (("volume.per_month=300",), ("volume.per_month=330",)), (300 / 330) ** 0.5),
    Pair("2,000 and 2,200 cases", (("volume.per_month=2_000",), ("volume.per_month=2_200",)), (2_000 / 2_200) ** 0.5),
    Pair("escalation 0.30 and 0.31, 2,000 cases", (("levels.any.escalate=0.30",), ("levels.any.escalate=0.31",))),
)


def correlations(pair: Pair, engine: str, workers: int = 2) -> dict[str, float]:
    """Return the correlation over the futures of each meter's total, by its name."""
    runs = [
        Run(load_scenario(SCENARIO, [*STILL, f"trials={TRIALS}", *changes]), engine)  # type: ignore[arg-type]
        for changes in pair.changes
    ]
    pairs = zip(*(each.meters.items() for each in simulate_all(runs, workers=workers)), strict=True)
    totals = {name: (first.sum(axis=1), second.sum(axis=1)) for (name, first), (_, second) in pairs}
    return {name: float(np.corrcoef(*totals[meter])[0, 1]) for name, meter in METERS.items()}


def main(engine: str) -> int:
    """Print the table for an engine."""
    print(f"correlation over {TRIALS:,} futures of one month, {engine} engine; must: {MUST} less two standard errors")
    for pair in PAIRS:
        print(f"{pair.title} (of whole months at most {pair.most:.3f})")
        for name, found in correlations(pair, engine).items():
            error = (1 - found**2) / (TRIALS - 3) ** 0.5
            held = "holds" if found >= MUST - 2 * error else "does not hold"
            print(f"  {name:<20} {found:6.3f} +- {error:.3f}  {held}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "sampled"))
