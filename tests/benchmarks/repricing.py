"""How long another definition takes on the futures of a run: `python -m tests.benchmarks.repricing`.

One thousand futures of a year of broad_cx, this process alone.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import simulator as cx
from simulator.engine.repricing import KeptFutures, recounted

BROAD: Final = Path(__file__).parent.parent.parent / "scenarios" / "broad_cx.toml"
TRIALS: Final = 1_000
REPEATS: Final = 7
BASE: Final = "resolution_assumed"
DEFINITIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "a window of 36 hours": {"returns": "void", "return_window_hours": 36},
    "duplicates merged too": {"returns": "void", "return_window_hours": 36, "duplicates": "merged"},
    "one that remembers": {"returns": "merge", "return_window_hours": 36},
}


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median seconds of some work."""
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def bytes_of(kept: KeptFutures) -> int:
    """Return the size of the arrays that are kept."""
    slices = sum(
        each.whole.nbytes + each.delay.nbytes for group in kept.groups for month in group.slices for each in month
    )
    return slices + sum(array.nbytes for group in kept.groups for array in group.made)


def main() -> None:
    """Print the table."""
    run = cx.simulate(cx.load(BROAD), trials=TRIALS, workers=1)
    once = seconds(lambda: KeptFutures(run.results).groups, 3)
    print(f"keeping what further definitions need: {once:.2f} s, once")
    _ = run.kept.groups, run.kept.pilot_group
    print(f"kept: {bytes_of(run.kept) / 1e6:,.0f} MB; must: 150")
    for title, clauses in DEFINITIONS.items():
        other = run.with_contract("x", base=BASE, definition=dict(clauses))
        counted = seconds(lambda other=other: recounted(run.results, other.scenario.spec, run.kept))  # type: ignore[misc]
        whole = seconds(lambda clauses=clauses: run.with_contract("x", base=BASE, definition=dict(clauses)))  # type: ignore[misc]
        print(f"{title}: counted in {counted * 1e3:.0f} ms (must: 300), with_contract {whole * 1e3:.0f} ms (must: 50)")
    price = seconds(lambda: run.with_contract("x", base=BASE, price=0.8))
    print(f"a price alone: with_contract {price * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
