"""The table of the engine's goals: `python -m tests.benchmarks.engine_table`.

Prints for each figure what it was before the engine was made anew, what it must be, what is aimed at, and what is found
here: speeds on one core in processor time as the median and the best of several, seconds of commands by the clock as
the best of several. The first compile is done with nothing kept, in a temporary folder. A program to read,
not a test.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from simulator.engine.ledger import make_plan, prepare_group  # noqa: E402
from simulator.scenario import load_scenario  # noqa: E402
from tests.benchmarks import pairing  # noqa: E402
from tests.benchmarks.engines import block_of, in_turns, median_ratio, whole  # noqa: E402
from tests.benchmarks.ledger_engine import drawn_and_billed, speeds  # noqa: E402

ROOT: Final = Path(__file__).parents[2]
BROAD, MINIMAL = (ROOT / "scenarios" / f"{name}.toml" for name in ("broad_cx", "minimal"))
MONTHS: Final = 36
COMMANDS: Final = 7
EXPECTATIONS: Final = "tests.benchmarks.expectations"
"""Module whose `microseconds_a_month()` gives the microseconds of several months, where there is one."""
LAW_OF_A_SCENARIO: Final = (
    "scenario/stated/law_numbers.py", "scenario/stated/stated_cases.py", "scenario/checks/long_calls.py",
    "implied/implied_amounts.py", "implied/implied_figures.py",
)  # fmt: skip
"""What of a scenario tells the law, beside what reads and checks a file."""
FIRST: Final = """
import sys
from simulator.engine.processes.warming import warm
from simulator.engine.processes.pool import Workers
if __name__ == "__main__":
    with Workers(int(sys.argv[1])) as workers:
        warm(workers)
"""

Row = tuple[str, str, str, str, str]
"""What is measured; was, must, aim and found."""


def month_row() -> Row:
    """Return the speed of the default engine with all contracts, its sample included."""
    work, months = block_of(load_scenario(BROAD))
    (found,) = in_turns([work], rounds=9)
    middle, best = (months / each for each in (statistics.median(found), min(found)))
    return (
        "months a second, broad_cx, one core",
        "3,256 to 3,600",
        "18,000",
        "35,000",
        f"{middle:,.0f} (best {best:,.0f})",
    )


def volume_row() -> Row:
    """Return what a month of a thousand times as many cases costs."""
    works = [block_of(load_scenario(BROAD, [f"volume.per_month={volume}"]))[0] for volume in (6_000_000, 6_000)]
    ratio = median_ratio(*in_turns(works, rounds=9))
    return "6,000,000 cases a month / 6,000", "-", "1.2", "-", f"{ratio:.2f}"


def memory_row() -> Row:
    """Return the memory of the largest process of a run."""
    return "memory of a run of broad_cx, MB", "562", "400", "-", f"{whole(['run', str(BROAD)]).memory:,.0f}"


def cold_row() -> Row:
    """Return the seconds of a whole run by the clock, with nothing compiled yet."""
    with tempfile.TemporaryDirectory() as folder:
        used = whole(["run", str(BROAD)], XDG_CACHE_HOME=folder, NUMBA_CACHE_DIR="")
    title = f"run of broad_cx, cold cache, {os.cpu_count()} cores, s"
    return title, "-", "45", "20", f"{used.seconds:.1f} (processor {used.processor:.1f})"


def pairing_row() -> Row:
    """Return how well the noise of two volumes is paired."""
    found = pairing.correlations(pairing.PAIRS[0], "sampled", workers=1)
    parts = ", ".join(f"{name} {each:.3f}" for name, each in found.items())
    return (
        "compare, 300 and 330 cases, correlation of noise",
        "0.995",
        "0.95",
        "-",
        f"{min(found.values()):.3f} ({parts})",
    )


def ledger_row(path: Path, was: str) -> Row:
    """Return the speed of drawing, billing and summing a scenario's conversations."""
    plan = make_plan(load_scenario(path))
    found = speeds(drawn_and_billed, plan, prepare_group(plan, 0), MONTHS)
    middle, best = statistics.median(found) / 1e6, max(found) / 1e6
    return f"ledger with billing, {path.stem}, million cases/s", was, "1.5", "3", f"{middle:.2f} (best {best:.2f})"


def expectation_row() -> Row:
    """Return what the expectations of a month take, where there is a program that measures it."""
    title = "expectations of a month, broad_cx, us"
    if importlib.util.find_spec(EXPECTATIONS) is None:
        return title, "170", "25", "18", "not there yet"
    measured: Callable[[], list[float]] = importlib.import_module(EXPECTATIONS).microseconds_a_month
    found = measured()
    return title, "170", "25", "18", f"{statistics.median(found):.1f} (best {min(found):.1f})"


def took(words: list[str], environment: dict[str, str] | None = None) -> tuple[float, float]:
    """Return the seconds of a program by the clock and of processors, its children not counted."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, env=environment, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    seconds, process.returncode = time.perf_counter() - start, os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with code {process.returncode}")
    return seconds, used.ru_utime + used.ru_stime


def compile_row(workers: int) -> Row:
    """Return what the first compile takes, beyond the same with the code kept."""
    with tempfile.TemporaryDirectory() as folder:
        own = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
        environment = {**own, "XDG_CACHE_HOME": folder}
        seconds, processor = took(["-c", FIRST, str(workers)], environment)
        again, _ = took(["-c", FIRST, str(workers)], environment)
    title = f"first compile, {workers} core{'s' * (workers > 1)}, s"
    return title, "-", "25", "10", f"{seconds:.1f} (processor {processor:.1f}; once kept {again:.1f})"


def check_row() -> Row:
    """Return what `check` takes."""
    found = [took(["-m", "simulator", "check", str(BROAD)]) for _ in range(COMMANDS)]
    seconds, processor = (min(each[place] for each in found) for place in (0, 1))
    return "check of broad_cx, s", "0.50", "0.45", "0.3", f"{seconds:.2f} (processor {processor:.2f})"


def line_row() -> Row:
    """Return the lines of what tells and draws the law."""
    folders = ("model", "engine", "law")
    found = {name: sum(map(lines, (ROOT / "simulator" / name).rglob("*.py"))) for name in folders}
    found["told in scenario"] = sum(lines(ROOT / "simulator" / name) for name in LAW_OF_A_SCENARIO)
    parts = ", ".join(f"{name} {number:,}" for name, number in found.items())
    return (
        "lines of model, engine, law, told in scenario",
        "11,500",
        "5,000",
        "4,000",
        f"{sum(found.values()):,} ({parts})",
    )


def lines(path: Path) -> int:
    """Return the lines of a file."""
    return path.read_text().count("\n")


def rows() -> Iterator[Row]:
    """Yield the rows of the table, measured one after another."""
    yield "", "was", "must", "aim", "found"
    yield month_row()
    yield volume_row()
    yield line_row()
    yield memory_row()
    yield cold_row()
    yield pairing_row()
    yield ledger_row(BROAD, "0.44 to 1.03")
    yield ledger_row(MINIMAL, "0.44 to 1.03")
    yield expectation_row()
    yield compile_row(1)
    yield compile_row(2)
    yield check_row()


def main() -> None:
    """Measure and print."""
    for title, was, must, aim, found in rows():
        print(f"{title:<48} {was:>14} {must:>7} {aim:>7}   {found}", flush=True)


if __name__ == "__main__":
    main()
