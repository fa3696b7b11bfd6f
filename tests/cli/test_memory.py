"""Memory: what a run needs, what is refused before it starts, and what is said when it ran out."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.cli.common import memory
from simulator.cli.common.keeping import MEGABYTE, SPILL_ABOVE
from simulator.cli.common.memory import RunSize, memory_watched, refuse_too_large
from simulator.errors import OutOfMemory, WorkerEnded
from simulator.scenario import load_scenario
from tests.benchmarks import memory as benchmark

SCENARIOS = Path(__file__).parents[2] / "scenarios"
GIB = 1 << 30
LARGE = RunSize(trials=1_000_000, months=12, contracts=15, workers=2)


def test_a_run_that_cannot_fit_is_refused_with_what_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """15 contracts: 55 + 7 x 15 = 160 numbers of 8 bytes, 12 months: 15,360 bytes a future, a million: 14.3 GiB.

    With 150 MiB of libraries 14.5 GiB at least; a study takes as much again. In 8 GiB, one process of 350 + 120 =
    470 MiB leaves 7,722 MiB, at 1.5 x 30,720 bytes a future 175,718 futures: the first two digits are told.
    """
    monkeypatch.setattr(memory, "memory", lambda: 8 * GIB)
    with pytest.raises(OutOfMemory) as refused:
        refuse_too_large(LARGE)
    assert str(refused.value) == (
        "1,000,000 futures of 12 months with 15 contracts need at least 14.5 GiB of memory, and 8.0 GiB can be had; "
        "what fits is --workers 1 and --trials 170000, or fewer months or contracts"
    )
    monkeypatch.setattr(memory, "memory", lambda: 15 * GIB)
    refuse_too_large(LARGE)
    monkeypatch.setattr(memory, "memory", lambda: None)
    refuse_too_large(LARGE)


def test_a_run_that_spills_fits_where_all_meters_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two columns of a million futures of 12 months are 183 MiB, with 150 MiB of libraries 333 MiB at least.

    At most 470 MiB simulate, 128 MB and 128 MiB are held, and four columns of 96 MB: 1,086 MiB in one process.
    """
    spilled = replace(LARGE, held_bytes=128_000_000)
    monkeypatch.setattr(memory, "memory", lambda: GIB)
    refuse_too_large(spilled)
    assert replace(spilled, workers=1).total_bytes == (470 + 128) * memory.MIB + 128_000_000 + 4 * 96_000_000
    monkeypatch.setattr(memory, "memory", lambda: GIB // 4)
    with pytest.raises(OutOfMemory, match="need at least 333 MiB of memory, and 256 MiB can be had"):
        refuse_too_large(spilled)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (MemoryError("Unable to allocate 3 GiB"), "memory ran out: "),
        (RuntimeError("Out of Memory Error: failed to allocate data"), "memory ran out: "),
        (ImportError("libarrow.so: failed to map segment from shared object"), "memory ran out: "),
        (OSError(12, "Cannot allocate memory"), "memory ran out: "),
        (WorkerEnded("a process ended (SIGKILL)"), "a process ended (SIGKILL); if nobody ended it, memory ran out: "),
    ],
)
def test_memory_that_ran_out_is_told_by_its_cause(
    error: Exception, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """minimal.toml: 4,000 futures of 12 months with 2 contracts, 470 MiB and 1.5 x 4,000 x 12 x 229 x 8 = 126 MiB."""
    monkeypatch.setattr(memory, "memory", lambda: GIB)
    scenario = load_scenario(SCENARIOS / "minimal.toml", ["trials=4000"])
    with pytest.raises(OutOfMemory) as told, memory_watched(scenario, 1):
        raise error
    assert str(told.value) == (
        f"{cause}4,000 futures of 12 months with 2 contracts need up to about 595 MiB, and 1.0 GiB can be had; what "
        "fits is --trials 4000, or fewer months or contracts. The number of cases does not matter"
    )


def test_another_error_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), memory_watched(load_scenario(SCENARIOS / "minimal.toml"), 1):
        raise ZeroDivisionError


def under(limit_bytes: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))


def test_a_limit_on_addresses_is_named_and_no_line_of_a_library(tmp_path: Path) -> None:
    """Under it libraries fail to load, each in its own way; the library of linear algebra tries again for ever."""
    command = [sys.executable, "-m", "simulator", str(SCENARIOS / "minimal.toml"), "--trials", "64"]
    limit = under(350 << 20)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, preexec_fn=limit, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: the libraries of a run reserve 2.6 GiB of addresses, and the limit on them is 350 MiB; raise it "
        "(ulimit -v), or take it away\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_limit_on_addresses_that_libraries_hit_later_is_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "address_space", lambda: 2 * GIB)
    with pytest.raises(OutOfMemory) as told, memory_watched(load_scenario(SCENARIOS / "minimal.toml"), 1):
        raise MemoryError
    assert str(told.value) == (
        "memory ran out: a process may have 2.0 GiB of addresses, and its libraries reserve up to about 2.6 GiB beside "
        "the 470 MiB that it uses; raise the limit (ulimit -v), or take it away"
    )


PEAK = """
import re, sys
from simulator.cli import cli
try: cli.main(sys.argv[1:], standalone_mode=False)
except SystemExit: pass
print(int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) * 1024)
"""
"""The peak is read from the system's page of the process: `ru_maxrss` of a child also holds that of its parent."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "trials"), [("minimal", 4000), ("three_year_term", 512)])
def test_what_is_told_is_what_a_run_takes(tmp_path: Path, name: str, trials: int) -> None:
    """The model tells the most: a run takes between half of it and all of it."""
    path = SCENARIOS / f"{name}.toml"
    words = [str(path), "--trials", str(trials), "--workers", "1", "--no-report", "-q"]
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *words], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    told = RunSize.of(load_scenario(path, [f"trials={trials}"]), 1, SPILL_ABOVE * MEGABYTE).total_bytes
    assert 0.5 < int(done.stdout.splitlines()[-1]) / told < 1.05


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the benchmark reads Linux's pages of processes")
def test_small_runs_of_the_benchmark_stay_below_what_they_may_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert benchmark.main(["--small"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5
