"""What runs take of memory and time: `python -m tests.benchmarks.memory [--million] [--small]`.

Each run is a command of its own; its main process and those that work for it are watched until it ends, and the peak of
each is what the system says of it (VmHWM of /proc/PID/status). Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
BROAD: Final = ROOT / "scenarios" / "broad_cx.toml"
MINIMAL: Final = ROOT / "scenarios" / "minimal.toml"
MEBIBYTE: Final = 1 << 10
"""In KiB, the unit of /proc."""
LOOKS_SECONDS: Final = 0.05
MOST_MEBIBYTES: Final = 1_000
"""What the main process and every other one of a run may take, at most."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is measured."""

    title: str
    scenario: Path
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run took.

    Attributes:
        main, worker: peaks of the main process and of the largest other one, in MiB.
        cpu_seconds: of all processes.
    """

    seconds: float
    cpu_seconds: float
    main: int
    worker: int


def large(intents: int, contracts: int) -> str:
    """Return a scenario with as many intents and contracts, which bill units, tokens and amounts of all kinds."""
    text = MINIMAL.read_text(encoding="utf-8")
    head, models = text[: text.index("[intents")], text[text.index("[models") : text.index("[contracts")]
    head = head.replace("2_000", "{ p5 = 50_000, p95 = 70_000 }")
    names = [f"topic_{place}" for place in range(intents)]
    shares = "\n".join(f"{name} = {{ share = {1 / intents!r}, levels = {{ any = 1 }} }}" for name in names)
    offers = "\n".join(f"offer_{place} = {_terms(place, names)}" for place in range(contracts))
    return f"{head}[intents]\n{shares}\n\n{models}[contracts]\n{offers}\n"


def _terms(place: int, names: Sequence[str]) -> str:
    """Return the terms of a contract, ten kinds one after another."""
    price = 0.4 + 0.01 * place
    narrow = ", ".join(f'"{name}"' for name in names[: 1 + place % 5])
    kinds = (
        f'{{ type = "per_conversation", price = {price} }}',
        f'{{ type = "per_resolution", definition = "assumed_24h", price = {2 * price} }}',
        f'{{ type = "per_resolution", definition = "verified_72h", price = {3 * price}, monthly_minimum = 2_000 }}',
        f'{{ type = "per_token", markup = {1 + price} }}',
        f'{{ type = "per_conversation", price = {price}, yearly_minimum = 50_000 }}',
        f'{{ type = "per_message", price = {price / 9} }}',
        f'{{ type = "per_session", window = "start", window_hours = 24, price = {price} }}',
        f'{{ type = "per_conversation", tiers = [{{ up_to = 9_000, rate = {price} }}, {{ rate = {price / 2} }}] }}',
        f'{{ type = "per_resolution", definition = "closed_by_customer", price = {4 * price}, platform_fee = 900 }}',
        f'{{ type = "hybrid", charges = [{{ kind = "flat", meter = "conversations", rate = {price}, '
        f"applies_to = {{ intents = [{narrow}] }} }}] }}",
    )
    return kinds[place % len(kinds)]


def measured(run: Run, folder: Path) -> Measured:
    """Run a command and return what it took.

    Raises:
        CalledProcessError: if it fails.
    """
    command = [sys.executable, "-m", "simulator", "run", str(run.scenario), *run.arguments, "-q", "-o", str(folder)]
    began, before = time.monotonic(), os.times()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder.parent)
    peaks: dict[int, int] = {}
    while process.poll() is None:
        for number in _family(process.pid):
            peaks[number] = max(peaks.get(number, 0), _peak(number))
        time.sleep(LOOKS_SECONDS)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    after, main = os.times(), peaks.pop(process.pid, 0)
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(time.monotonic() - began, cpu, main // MEBIBYTE, max(peaks.values(), default=0) // MEBIBYTE)


def _family(process: int) -> Iterator[int]:
    """Yield a process and all that come from it."""
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _peak(process: int) -> int:
    """Return the most that a process has taken so far, in KiB; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def runs(folder: Path, *, small: bool, million: bool) -> list[Run]:
    """Return what is measured; small runs are of fewer futures and take a minute."""
    wide = folder / "large.toml"
    wide.write_text(large(60, 40), encoding="utf-8")
    futures, months = ("256", "24") if small else ("4096", "60")
    found = [
        Run("reference, all files", BROAD, ("--trials", futures)),
        Run(f"60 intents, 40 contracts, {months} months", wide, ("--trials", futures, "--months", months)),
        Run("10 futures of 120 months", BROAD, ("--trials", "10", "--months", "120")),
    ]
    if small:
        found.append(Run("spilled", BROAD, ("--trials", "2048", "--spill-above", "1", "--no-report")))
    return [*found, Run("1,000,000 futures", BROAD, ("--trials", "1000000"))] if million else found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if a process took more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="Few futures, as in CI.")
    parser.add_argument("--million", action="store_true", help="A million futures too, which takes 20 minutes.")
    asked = parser.parse_args(arguments)
    print(f"{'':<44}{'seconds':>9}{'CPU s':>9}{'main MiB':>10}{'worker MiB':>12}")
    largest = 0
    with tempfile.TemporaryDirectory(prefix="memory-", dir=Path.cwd()) as place:
        folder = Path(place)
        for number, run in enumerate(runs(folder, small=asked.small, million=asked.million)):
            found = measured(run, folder / str(number))
            largest = max(largest, found.main, found.worker)
            figures = f"{found.seconds:>9.1f}{found.cpu_seconds:>9.1f}{found.main:>10,}{found.worker:>12,}"
            print(f"{run.title:<44}{figures}", flush=True)
    return int(largest > MOST_MEBIBYTES)


if __name__ == "__main__":
    sys.exit(main())
