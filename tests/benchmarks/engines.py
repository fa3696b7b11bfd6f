"""Speed and memory of both engines: `python -m tests.benchmarks.engines [scenario]`.

Prints the rows of the table of speeds, each a median of paired runs (the two things compared take turns, so that a
ratio does not depend on how busy the machine is): cases and months a second on one core in processor time, ratios, what
a larger volume costs, the share of evaluating expected values alone, a plain NumPy script, and the whole command in
seconds of the clock with its memory. A program to read, not a test.

The table speaks of nine contracts: the first rows are of nine that read conversations, resolutions and tokens; those
after them of all contracts of the scenario, with sessions, minutes, seats, actions, and a split by intent among them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402

from simulator.engine.expectations.expected import make_expected_plan, simulate_expected  # noqa: E402
from simulator.engine.ledger import bill_slice, draw_month, make_plan, prepare_group  # noqa: E402
from simulator.engine.sampling.sampled import make_sampled_plan, simulate_sampled  # noqa: E402
from simulator.scenario import Scenario, load_scenario  # noqa: E402
from tests.benchmarks import plain_script  # noqa: E402

DEFAULT = Path(__file__).parent.parent.parent / "scenarios" / "broad_cx.toml"
ROUNDS = 5
NINE = (
    "per_conversation",
    "resolution_assumed",
    "resolution_closed",
    "resolution_action",
    "resolution_untouched",
    "resolution_verified",
    "per_token",
    "conversation_tiers",
    "hybrid",
)
"""Contracts of the broad scenario for the table of speeds; of a scenario that has none of them all are taken."""
MORE = """
[contracts.benchmark_liked]
type = "per_resolution"
definition = "benchmark_liked"
price = 1

[contracts.benchmark_late]
type = "per_resolution"
definition = "benchmark_late"
price = 1

[contracts.benchmark_plain]
type = "per_conversation"
price = 0.4

[definitions.benchmark_liked]
outcomes = ["confirmed", "silent"]
min_csat = 4
silence = 24

[definitions.benchmark_late]
outcomes = ["confirmed", "silent"]
silence = 48
returns = "void"
return_window_hours = 168
"""
"""Three contracts more, of which two look at what the others do not."""

Work = Callable[[], object]


def timed(work: Work) -> float:
    """Return the processor time of this process that some work takes, in seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def in_turns(works: Sequence[Work], rounds: int = ROUNDS) -> list[list[float]]:
    """Return the times of several works that take turns, after one round to warm up."""
    for work in works:
        work()
    found: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for times, work in zip(found, works, strict=True):
            times.append(timed(work))
    return found


def median_ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """Return the median of the ratios of paired times."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def block_of(scenario: Scenario, *, expected: bool = False) -> tuple[Work, int]:
    """Return the work of a group of futures of the default engine, or of expected values alone, and its months."""
    if expected:
        means = make_expected_plan(scenario)
        return lambda: simulate_expected(means, means.group_trials), means.group_trials * scenario.months
    plan = make_sampled_plan(scenario)
    return lambda: simulate_sampled(plan, plan.group_trials), plan.group_trials * scenario.months


def ledger_month(scenario: Scenario) -> tuple[Work, float]:
    """Return the work of one month of the ledger engine, billed, and how many months and cases it makes."""
    plan = make_plan(scenario)
    group = prepare_group(plan, 0)

    def work() -> None:
        for rows in draw_month(plan, group, 0):
            bill_slice(plan, group, rows)

    return work, float(group.cases[:, 0].sum())


def nine_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the contracts of a scenario that the table of speeds is about."""
    return tuple(name for name in NINE if name in scenario.contracts) or tuple(scenario.contracts)


def with_only(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """Return a scenario with some of its contracts."""
    return scenario.model_copy(update={"contracts": {name: scenario.contracts[name] for name in names}})


def engine_rows(scenario: Scenario) -> None:
    """Print the rows about the engines."""
    (sampled, months), (floor, of_floor) = block_of(scenario), block_of(scenario, expected=True)
    ledger, cases = ledger_month(scenario)
    rng = np.random.default_rng(1)
    stated = cases / make_plan(scenario).group_trials
    fast, means, slow, plain = in_turns([sampled, floor, ledger, lambda: plain_script.month(rng, stated)])
    per_month = [each / months for each in fast]
    group = make_plan(scenario).group_trials
    slow_month = [each / group for each in slow]
    print(
        f"{len(scenario.contracts)} contracts: {months:,} months a group, {stated:,.0f} cases a month, one core, "
        f"medians of {ROUNDS} rounds"
    )
    shown("ledger engine, cases a second", statistics.median(cases / each for each in slow), "must 1,000,000")
    shown("default engine, months a second", statistics.median(1 / each for each in per_month), "must 18,000")
    shown("ledger month / its month", median_ratio(slow_month, per_month), "")
    alone = [each / of_floor for each in means]
    shown("its month / expected values alone", median_ratio(per_month, alone), "", digits=2)
    shown("plain NumPy script / its month", median_ratio(plain, per_month), "simpler law, see plain_script.py")


def volume_rows(path: Path) -> None:
    """Print what a larger volume costs."""
    volumes = (6_000, 60_000, 600_000, 6_000_000)
    works = [block_of(load_scenario(path, [f"volume.per_month={volume}"]))[0] for volume in volumes]
    times = in_turns(works)
    for volume, each in zip(volumes[1:], times[1:], strict=True):
        shown(f"{volume:,} / 6,000 cases a month", median_ratio(each, times[0]), "at most 1.2", digits=2)


def contract_rows(path: Path) -> None:
    """Print what three contracts more cost beside the scenario's own."""
    with tempfile.TemporaryDirectory() as folder:
        more = Path(folder) / "more.toml"
        more.write_text(path.read_text() + MORE)
        works = [block_of(load_scenario(each))[0] for each in (path, more)]
        own, larger = in_turns(works)
        shown(f"{len(load_scenario(more).contracts)} contracts / its own", median_ratio(larger, own), "", digits=2)
        shown("whole command with them, seconds", whole(["run", str(more)]).seconds, "must 10, aim 4", digits=1)


def command_rows(path: Path) -> None:
    """Print seconds and memory of whole commands."""
    nine = [word for name in nine_of(load_scenario(path)) for word in ("--contract", name)]
    for what, options in (("all contracts", []), ("nine", nine), ("all, no report", ["--no-report"])):
        runs = [whole(["run", str(path), *options]) for _ in range(3)]
        seconds, processor = (statistics.median(getattr(run, of) for run in runs) for of in ("seconds", "processor"))
        shown(f"whole command, {what}, seconds", seconds, "must 10, aim 4", digits=1)
        shown("its processor time, seconds", processor, "", digits=1)
        shown("its largest process, MB", max(run.memory for run in runs), "under 400 MB")
    for words in (["--help"], ["check", str(path)]):
        several = [whole(words) for _ in range(5)]
        shown(f"simulate {words[0]}, seconds", statistics.median(run.seconds for run in several), "0.3", digits=2)
        shown("its processor time, seconds", statistics.median(run.processor for run in several), "0.3", digits=2)


@dataclass(frozen=True)
class Used:
    """What a command took: seconds by the clock and of processors, and the memory of its largest process in MB."""

    seconds: float
    processor: float
    memory: float


def whole(words: Sequence[str], **changes: str) -> Used:
    """Run a command of the program, with some variables of the environment changed."""
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")} | changes
    with tempfile.TemporaryDirectory() as folder:
        out = ["-o", str(Path(folder) / "results")] if words[0] == "run" else []
        program = "import sys; from simulator.__main__ import main; sys.exit(main())"
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", program, *words, *out], stdout=subprocess.DEVNULL, env=environment
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds, process.returncode = time.perf_counter() - start, os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with code {process.returncode}")
    return Used(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def shown(name: str, value: float, wanted: str, digits: int = 0) -> None:
    """Print one row."""
    print(f"  {name:36} {value:12,.{digits}f}   {wanted}")


def main() -> None:
    """Measure and print."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    scenario = load_scenario(path)
    print(path.name)
    engine_rows(with_only(scenario, nine_of(scenario)))
    engine_rows(scenario)
    volume_rows(path)
    contract_rows(path)
    command_rows(path)


if __name__ == "__main__":
    main()
