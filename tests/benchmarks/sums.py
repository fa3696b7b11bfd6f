"""Speed of billing by kind and of compiled sums on one core: `python -m tests.benchmarks.sums [scenario]`.

Prints the seconds of the first slice, in which loops are compiled or read from the cache, and nanoseconds of processor
time a conversation for slices of several sizes: few and many trials, of few and many cases each. A program to read,
not a test.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402

from simulator.engine.counting.totals import slice_totals  # noqa: E402
from simulator.engine.draws.rows import Rows  # noqa: E402
from simulator.engine.ledger import make_plan, prepare_group  # noqa: E402
from simulator.law.drawn_columns import ROW_FUTURE  # noqa: E402
from simulator.scenario import load_scenario  # noqa: E402
from tests.engine.slices import first_cases, joined, months_of  # noqa: E402

DEFAULT = Path(__file__).parent.parent.parent / "scenarios" / "broad_cx.toml"
SIZES = ((1, 40_000), (40, 1_000), (640, 64), (2_048, 16), (64, 64), (8, 16))
"""Trials of a slice, and cases of each."""


def shared_out(rows: Rows, trials: int, cases: int) -> Rows:
    """Return the first cases of a slice as those of so many trials."""
    few = first_cases(rows, trials * cases)
    few.whole[ROW_FUTURE] = few.who.case // cases
    return few


def main() -> None:
    """Measure and print."""
    scenario = load_scenario(sys.argv[1] if len(sys.argv) > 1 else DEFAULT)
    plan = make_plan(scenario)
    people, counter = prepare_group(plan, 0).numbers.people, plan.counter
    rows = joined(months_of(plan, 1))
    for place, (trials, cases) in enumerate(SIZES):
        few = shared_out(rows, trials, cases)
        minutes = people.handoff[:1, :, None] * people.channel[:1, None]
        today = np.ascontiguousarray(np.broadcast_to(minutes, (trials, *minutes.shape[1:])))
        found = []
        for _ in range(31):
            start = time.process_time()
            slice_totals(counter, few, trials, today)
            found.append(time.process_time() - start)
        if place == 0:
            print(f"{len(counter.meters)} meters; the first slice takes {found[0]:.2f} s")
        took = statistics.median(found[1:]) / len(few) * 1e9
        print(f"{trials:6,} trials of {cases:6,} cases: {took:7.1f} ns a conversation")


if __name__ == "__main__":
    main()
