"""Writes the table of speeds into docs/engine.md: `python -m tests.benchmarks.speed_table [--print]`.

Seconds of whole commands (`whole_command.py`), months a second of the engine (`engine_table.py`), and seconds to the
standard error of P90 that 10,000 random futures have (`equal_error.py`), each beside what must be and what is aimed at.
About ten minutes of two idle cores; `--print` leaves the page alone. A program to read, not a test.
"""

from __future__ import annotations

import datetime
import os
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.benchmarks import equal_error, whole_command
from tests.benchmarks.engine_table import month_row

PAGE: Final = Path(__file__).parents[2] / "docs" / "engine.md"
BLOCK: Final = re.compile(r"(<!-- speeds -->\n).*?(<!-- /speeds -->)", re.DOTALL)


def lines() -> Iterator[str]:
    """Yield the lines of the table, measured now."""
    yield f"{datetime.date.today().isoformat()}, {os.cpu_count()} cores:"
    yield ""
    yield "| what | must | aim | found |"
    yield "|---|---|---|---|"
    for goal, used in whole_command.measured(whole_command.ROUNDS):
        clock, processor, memory = (
            statistics.median(getattr(each, what) for each in used) for what in ("seconds", "processor", "memory")
        )
        aim = "-" if goal.aim is None else f"{goal.aim:g} s"
        found = f"{clock:.2f} s (processor {processor:.1f} s, largest process {memory:,.0f} MB)"
        yield f"| `broad_cx`, {goal.name} | {goal.must:g} s | {aim} | {found} |"
    title, _, must, aim, found = month_row()
    yield f"| {title} | {must} | {aim} | {found} |"
    yield ""
    seeds = f"`broad_cx`, errors from {equal_error.SEEDS} seeds"
    yield f"Seconds of one core to the standard error of P90 that 10,000 random futures have, {seeds}:"
    yield ""
    yield "| how | futures | seconds a thousand | seconds | times |"
    yield "|---|---|---|---|---|"
    for row in equal_error.rows(equal_error.SEEDS):
        yield f"| {row.name} | {row.futures:,.0f} | {row.a_thousand:.2f} | {row.seconds:.1f} | {row.times:.1f} |"


def main() -> None:
    """Measure, and write or print."""
    text = "\n".join(lines()) + "\n"
    if "--print" in sys.argv:
        print(text)
        return
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(BLOCK.sub(lambda found: found[1] + text + found[2], page), encoding="utf-8")


if __name__ == "__main__":
    main()
