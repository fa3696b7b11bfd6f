"""Exit codes and leftovers where something goes wrong outside the scenario."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from simulator.cli.common.failures import UNEXPECTED, USAGE, guarded
from simulator.errors import OutOfMemory, OutputError, WorkerEnded
from simulator.report.files.folder import hashes
from simulator.runtime.interrupts import Stop

ROOT = Path(__file__).parent.parent.parent
BROAD = ROOT / "scenarios" / "broad_cx.toml"
MINIMAL = ROOT / "scenarios" / "minimal.toml"
INTERRUPTED, TERMINATED, HUNG_UP = 130, 143, 129


def raising(error: BaseException) -> click.Command:
    """Return a command that fails in a given way."""

    @click.command()
    def command() -> None:
        raise error

    return command


def wrapped(error: Exception) -> Exception:
    """Return the error of a library, or of what it left open, that met Ctrl-C."""
    error.__cause__ = KeyboardInterrupt()
    return error


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OutputError("cannot write x"), USAGE, "error: cannot write x"),
        (OSError(28, "No space left on device"), USAGE, "error: no space left on device"),
        (KeyboardInterrupt(), INTERRUPTED, "interrupted"),
        (wrapped(RuntimeError("stopped")), INTERRUPTED, "interrupted; nothing was left behind"),
        (wrapped(OSError(9, "Bad file descriptor")), INTERRUPTED, "interrupted; nothing was left behind"),
        (KeyboardInterrupt("x could not be removed"), INTERRUPTED, "interrupted; x could not be removed"),
        (RuntimeError("Query interrupted"), INTERRUPTED, "interrupted"),
        (MemoryError(), UNEXPECTED, "error: there is not enough memory"),
        (OutOfMemory("memory ran out"), UNEXPECTED, "error: memory ran out"),
        (WorkerEnded("a process ended (SIGKILL)"), UNEXPECTED, "error: a process ended (SIGKILL)"),
        (ZeroDivisionError(), UNEXPECTED, "the traceback is in "),
    ],
)
def test_every_failure_has_its_code_and_one_line(
    error: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["simulate"])
    assert guarded(raising(error)) == code
    told = capsys.readouterr()
    assert said in told.err and "\n" not in told.err.strip() and not told.out
    if code == UNEXPECTED and "traceback" in told.err:
        Path(told.err.split()[-1]).unlink()


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, INTERRUPTED, "interrupted; nothing was left behind"),
        (signal.SIGTERM, TERMINATED, "interrupted by SIGTERM; nothing was left behind"),
        (signal.SIGHUP, HUNG_UP, "interrupted by SIGHUP; nothing was left behind"),
    ],
)
def test_every_signal_that_stops_has_its_code_and_message(
    number: int, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["simulate"])
    assert guarded(raising(KeyboardInterrupt()), Stop(number=number)) == code
    assert capsys.readouterr().err.strip() == said


def started(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "simulator", *arguments]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (str(BROAD), "--trials", "1000000", "--workers", "2"),
        ("ledger", str(BROAD), "--trials", "20", "--months", "12", "-o", "ledger.parquet"),
    ],
)
def test_sigterm_leaves_no_worker_and_no_file(arguments: tuple[str, ...], tmp_path: Path) -> None:
    process = started(tmp_path, *arguments)
    time.sleep(6)
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=30)[1].decode().strip() == "interrupted by SIGTERM; nothing was left behind"
    assert process.returncode == TERMINATED
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.1)
    else:
        pytest.fail("a worker is still there 10 seconds after the end of its run")
    assert not list(tmp_path.rglob("*"))


def test_a_reader_who_leaves_is_no_failure(tmp_path: Path) -> None:
    words = f"{MINIMAL} --trials 20 --months 2 --workers 1 --no-report"
    command = f"{sys.executable} -m simulator {words} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("Minimal") and not done.stderr


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run `simulate` with some words of a shell."""
    words = f"{sys.executable} -m simulator {command}"
    return subprocess.run(["bash", "-c", words], cwd=folder, capture_output=True, text=True)


def test_results_are_whole_where_the_output_is_closed(tmp_path: Path) -> None:
    """What would be printed goes nowhere, and not into a file that got the number of standard output."""
    done = shell(tmp_path, f"{MINIMAL} --trials 20 --months 2 --workers 2 --no-report -o run >&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"] == hashes(tmp_path / "run") and "summary.json" in manifest["files"]
    assert json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))["trials"] == 20


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_an_output_that_is_closed_is_no_failure(closed: str, tmp_path: Path) -> None:
    assert shell(tmp_path, "sql assumed_24h").stdout.startswith("--")
    done = shell(tmp_path, f"sql assumed_24h {closed}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_output_that_is_full_says_that_and_no_traceback(tmp_path: Path) -> None:
    done = shell(tmp_path, "sql assumed_24h > /dev/full")
    assert done.returncode == USAGE and "no space left on device" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("place", ["minimal.toml/x", "minimal.toml"])
def test_a_place_that_cannot_hold_results_is_refused_before_simulating(place: str, tmp_path: Path) -> None:
    (tmp_path / "minimal.toml").write_bytes(MINIMAL.read_bytes())
    command = [sys.executable, "-m", "simulator", "minimal.toml", "--trials", "1000000", "-o", place]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == USAGE and done.stderr.startswith("error: ")


def test_a_run_records_the_text_it_simulated(tmp_path: Path) -> None:
    scenario = tmp_path / "edited.toml"
    scenario.write_bytes(MINIMAL.read_bytes())
    process = started(tmp_path, str(scenario), "--trials", "400", "--workers", "1", "--no-report", "-o", "run")
    time.sleep(3)
    scenario.write_text("garbage = = =")
    process.communicate(timeout=120)
    assert process.returncode == 0
    manifest = (tmp_path / "run" / "manifest.json").read_text(encoding="utf-8")
    assert "garbage" not in manifest and "volume.per_month" in manifest
