"""Print how long the expected values of a month take.

    python -m tests.benchmarks.expectations [SCENARIO] [REPEATS]

Processor time of one process on one core, by default on the broad scenario: 512 futures with all that is drawn for
them. The first line is what compiling the loops takes, from an empty cache.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from simulator.engine.expectations.expected import make_expected_plan, simulate_expected
from simulator.scenario import load_scenario

SCENARIO: Final = "scenarios/broad_cx.toml"
FUTURES: Final = 512


def seconds(run: Callable[[], object]) -> float:
    """Return the processor time of a call."""
    start = time.process_time()
    run()
    return time.process_time() - start


def microseconds_a_month(repeats: int = 15) -> list[float]:
    """Return the processor time of a month's expectations, a figure a block, after one to warm up."""
    scenario = load_scenario(Path(SCENARIO))
    plan = make_expected_plan(scenario)
    simulate_expected(plan, 0)
    months = FUTURES * scenario.months
    return [seconds(lambda: simulate_expected(plan, 0)) / months * 1e6 for _ in range(repeats)]


def main() -> None:
    """Measure and print."""
    import numba

    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp()
    scenario = load_scenario(Path(sys.argv[1] if len(sys.argv) > 1 else SCENARIO))
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    plan = make_expected_plan(scenario)
    assert plan.group_trials == FUTURES
    print(f"compiling (numba {numba.__version__}): {seconds(lambda: simulate_expected(plan, 0)):.1f} s")
    found = [seconds(lambda: simulate_expected(plan, 0)) for _ in range(repeats)]
    a_month = statistics.median(found) / (FUTURES * scenario.months) * 1e6
    print(f"a month: {a_month:.1f} us (median of {repeats})")


if __name__ == "__main__":
    main()
