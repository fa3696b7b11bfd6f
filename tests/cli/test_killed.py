"""A run that is killed, or interrupted in its last moment: no process, no held output, and the next one runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from simulator.report.files.partial import NAME

MINIMAL = Path(__file__).parents[2] / "scenarios" / "minimal.toml"
QUICK = (str(MINIMAL), "--trials", "20", "--workers", "2")
PATIENCE_SECONDS = 180.0


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command in a group of processes of its own, whose output this process reads."""
    return subprocess.Popen(
        [sys.executable, "-m", "simulator", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for the end of a process and of all that holds its output, and return exit code, stdout and stderr."""
    try:
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, out, err.lstrip("\n")


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a run, and nothing but it; fail if a process of it is left, or a reader of its output waits on."""
    process.kill()
    try:
        process.communicate(timeout=20)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            os.killpg(process.pid, 0)
            time.sleep(0.02)
        pytest.fail("a process is left of a killed run")
    except ProcessLookupError:
        return
    except subprocess.TimeoutExpired:
        pytest.fail("a process of a killed run holds its output")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def reached(process: subprocess.Popen[str], moment: Callable[[], object]) -> bool:
    """Wait for a moment of a run and return whether it came."""
    end = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < end:
        if moment():
            return True
        time.sleep(0.002)
    return False


def partials(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if NAME.fullmatch(path.name)]


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes that work for a run; they alone have been started by spawning."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def next_run_is_whole(folder: Path) -> None:
    code, out, err = finished(started(folder, *QUICK, "--no-report"))
    assert (code, err) == (0, "") and out.startswith("Minimal")
    assert partials(folder) == []
    made = [path for path in folder.glob("outputs/minimal/*") if path.name != "latest"]
    assert made and all((path / "manifest.json").is_file() for path in made)


def test_a_run_killed_at_work_leaves_no_process(tmp_path: Path) -> None:
    working = started(tmp_path, str(MINIMAL), "--trials", "100000", "--workers", "2")
    assert reached(working, lambda: len(workers_of(working)) == 2)
    kill(working)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_run_killed_while_writing_is_not_in_the_next_ones_way(tmp_path: Path) -> None:
    writing = started(tmp_path, *QUICK)
    assert reached(writing, lambda: list(tmp_path.glob("outputs/minimal/.partial-*/summary.json")))
    kill(writing)
    assert len(partials(tmp_path)) == 1
    next_run_is_whole(tmp_path)


@pytest.mark.slow
def test_a_run_killed_at_twenty_random_moments_leaves_no_process(tmp_path: Path) -> None:
    """Moments are drawn over the time that a whole run takes, so that start, simulating, writing and end are met."""
    start = time.monotonic()
    assert finished(started(tmp_path, *QUICK, "-o", "whole"))[0] == 0
    whole = time.monotonic() - start
    moments = whole * (np.arange(20) + np.random.default_rng(41).random(20)) / 20
    for seconds in moments:
        process = started(tmp_path, *QUICK)
        time.sleep(seconds)
        kill(process)
    next_run_is_whole(tmp_path)


def test_a_killed_worker_is_told_with_what_would_fit(tmp_path: Path) -> None:
    """Linux kills a worker where memory runs out.

    One process takes 350 MiB and 120 MiB for a group; four columns of 100,000 x 12 numbers of 8 bytes are read at once,
    37 MiB; held are at most 128 MB, and 128 MiB wait for a file: in all 756 MiB. Three: 400 MiB, 2 x 470 MiB, 37 MiB
    and 250 MiB, in all 1,627 MiB, 1.6 GiB.
    """
    process = started(tmp_path, str(MINIMAL), "--trials", "100000", "--workers", "2")
    assert reached(process, lambda: len(workers_of(process)) == 2)
    os.kill(workers_of(process)[0], signal.SIGKILL)
    code, out, err = finished(process)
    assert (code, out) == (1, "")
    assert err.startswith(
        "error: a process that worked for the run ended before its work was done (SIGKILL); if nobody ended it, memory "
        "ran out: 100,000 futures of 12 months with 2 contracts need up to about 1.6 GiB in 2 processes and the main "
        "one"
    )
    assert "--workers 1 needs up to about 756 MiB" in err and err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_signal_once_results_stand_lets_the_command_finish(tmp_path: Path) -> None:
    """From the moment on that the folder has its name: it is whole, said, and not denied."""
    process = started(tmp_path, *QUICK, "--no-report", "-o", "run")
    assert reached(process, (tmp_path / "run").exists)
    process.send_signal(signal.SIGINT)
    code, out, err = finished(process)
    assert (code, err) == (0, "") and "run/summary.json" in out


@pytest.mark.slow
def test_an_interruption_at_any_moment_leaves_a_told_folder_or_none(tmp_path: Path) -> None:
    """A moment before any file is written, and twelve random ones of the last part, where they are written."""
    start = time.monotonic()
    assert finished(started(tmp_path, *QUICK, "-o", "whole"))[0] == 0
    whole = time.monotonic() - start
    found = set()
    for place, share in enumerate([0.25, *np.random.default_rng(42).uniform(0.5, 1.05, 12)]):
        process = started(tmp_path, *QUICK, "-o", f"run-{place}")
        time.sleep(whole * share)
        os.killpg(process.pid, signal.SIGINT)
        code, out, err = finished(process)
        stands = (tmp_path / f"run-{place}").exists()
        whole_and_told = (0, True, True, "")
        gone = (130, False, False, "interrupted; nothing was left behind\n")
        assert (code, stands, bool(out), err) in (whole_and_told, gone)
        found.add(stands)
    assert False in found and (tmp_path / "whole").exists() and partials(tmp_path) == []
