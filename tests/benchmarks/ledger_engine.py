"""Speed of the ledger engine on one core: `python -m tests.benchmarks.ledger_engine [scenario] [months]`.

Prints, month by month of one trial: cases a second of drawing alone and of drawing, billing by SQL and summing, as
medians with their range, in processor time of this process; and the share of the whole that is not drawing. A
program to read, not a test.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from simulator.engine.ledger import Group, LedgerPlan, bill_slice, draw_month, make_plan, prepare_group  # noqa: E402
from simulator.scenario import load_scenario  # noqa: E402

DEFAULT = Path(__file__).parent.parent.parent / "scenarios" / "broad_cx.toml"


def drawn(plan: LedgerPlan, group: Group, month: int) -> int:
    """Draw a month's conversations and return its cases."""
    return sum(len(rows.cases) for rows in draw_month(plan, group, month))


def drawn_and_billed(plan: LedgerPlan, group: Group, month: int) -> int:
    """Draw and bill a month's conversations and return its cases."""
    cases = 0
    for rows in draw_month(plan, group, month):
        bill_slice(plan, group, rows)
        cases += len(rows.cases)
    return cases


def speeds(work: Callable[[LedgerPlan, Group, int], int], plan: LedgerPlan, group: Group, months: int) -> list[float]:
    """Return cases per second of processor time, a figure a month, after one month to warm up."""
    work(plan, group, 0)
    found = []
    for month in range(months):
        start = time.process_time()
        cases = work(plan, group, month % plan.scenario.months)
        found.append(cases / (time.process_time() - start))
    return found


def shown(name: str, found: list[float]) -> str:
    """Return one line of the report."""
    low, middle, high = min(found) / 1e6, statistics.median(found) / 1e6, max(found) / 1e6
    return f"{name:34} {middle:6.2f} million cases a second (from {low:.2f} to {high:.2f})"


def main() -> None:
    """Measure and print."""
    path = sys.argv[1] if len(sys.argv) > 1 else DEFAULT
    months = int(sys.argv[2]) if len(sys.argv) > 2 else 24
    plan = make_plan(load_scenario(path))
    start = time.process_time()
    group = prepare_group(plan, 0)
    prepared = time.process_time() - start
    alone = speeds(drawn, plan, group, months)
    whole = speeds(drawn_and_billed, plan, group, months)
    cases = int(group.cases.sum())
    print(f"{Path(path).name}: {cases:,} cases in a group of {plan.group_trials} trial(s), {months} months measured")
    print(shown("conversations drawn", alone))
    print(shown("drawn, billed by SQL and summed", whole))
    print(f"{'drawing, share of the whole':34} {statistics.median(whole) / statistics.median(alone):6.0%}")
    print(f"{'trial and month levels of a group':34} {prepared * 1e3:6.1f} ms")


if __name__ == "__main__":
    main()
