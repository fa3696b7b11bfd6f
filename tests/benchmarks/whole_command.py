"""What whole commands take: `python -m tests.benchmarks.whole_command [ROUNDS]`.

For the run of broad_cx with all files and with numbers only, `check` and `--help`, prints the median seconds by the
clock and of processors, all processes of a command together, and the memory of the largest one (never less than that of
this program, 97 MB, as Linux counts), with what must be and what is aimed at beside the clock. Commands take turns, so
that other work on the machine disturbs all of them alike; the goals are for two cores that do nothing else. Once
before, each command runs without being measured: compiled code of loops and of modules is kept then, also where Python
is told not to write it. A program to read, not a test.
"""

from __future__ import annotations

import compileall
import os
import statistics
import sys
from pathlib import Path
from typing import Final, NamedTuple

import simulator
from tests.benchmarks.engines import Used, whole

BROAD: Final = str(Path(__file__).parents[2] / "scenarios" / "broad_cx.toml")
ROUNDS: Final = 5


class Goal(NamedTuple):
    """A command with the seconds by the clock that it must not exceed, and those that are aimed at."""

    name: str
    words: tuple[str, ...]
    must: float
    aim: float | None


GOALS: Final = (
    Goal("run, all files", ("run", BROAD), 6.0, 4.0),
    Goal("run --no-report", ("run", BROAD, "--no-report"), 3.5, None),
    Goal("check", ("check", BROAD), 0.35, None),
    Goal("--help", ("--help",), 0.15, None),
)


def row(goal: Goal, found: list[Used]) -> str:
    """Return the line of a command."""
    seconds, processor, memory = (
        statistics.median(getattr(each, what) for each in found) for what in ("seconds", "processor", "memory")
    )
    aim = "-" if goal.aim is None else f"{goal.aim:.2f}"
    return f"{goal.name:18} {goal.must:6.2f} {aim:>6} {seconds:8.2f} {processor:10.2f} {memory:8,.0f}"


def measured(rounds: int) -> list[tuple[Goal, list[Used]]]:
    """Return each command with what it took in every round."""
    compileall.compile_dir(str(Path(simulator.__file__).parent), quiet=1)
    found: dict[str, list[Used]] = {goal.name: [] for goal in GOALS}
    for number in range(rounds + 1):
        for goal in GOALS:
            used = whole(goal.words)
            if number:
                found[goal.name].append(used)
    return [(goal, found[goal.name]) for goal in GOALS]


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    rows = [row(goal, used) for goal, used in measured(rounds)]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, medians of {rounds}")
    print(f"{'':18} {'must':>6} {'aim':>6} {'clock s':>8} {'processor s':>10} {'peak MB':>7}")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
