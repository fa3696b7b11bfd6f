"""Exit codes and leftovers where something goes wrong outside the scenario."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from simulator.cli.failures import INTERRUPTED, TERMINATED, UNEXPECTED, USAGE, guarded
from simulator.errors import OutputError

ROOT = Path(__file__).parent.parent.parent
BROAD = ROOT / "scenarios" / "broad_cx.toml"
MINIMAL = ROOT / "scenarios" / "minimal.toml"


def raising(error: BaseException) -> click.Command:
    """Return a command that fails in a given way."""

    @click.command()
    def command() -> None:
        raise error

    return command


def wrapped() -> RuntimeError:
    """Return the error of a library that met Ctrl-C."""
    error = RuntimeError("stopped")
    error.__cause__ = KeyboardInterrupt()
    return error


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OutputError("cannot write x"), USAGE, "error: cannot write x"),
        (OSError(28, "No space left on device"), USAGE, "error: no space left on device"),
        (KeyboardInterrupt(), INTERRUPTED, "interrupted"),
        (wrapped(), INTERRUPTED, "interrupted"),
        (RuntimeError("Query interrupted"), INTERRUPTED, "interrupted"),
        (MemoryError(), UNEXPECTED, "not enough memory"),
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


def started(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "simulator", *arguments]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
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
    assert process.wait(30) == TERMINATED
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
    command = f"{sys.executable} -m simulator {MINIMAL} --trials 20 | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("Minimal") and not done.stderr


@pytest.mark.parametrize("place", ["minimal.toml/x", "minimal.toml"])
def test_a_place_that_cannot_hold_results_is_refused_before_simulating(place: str, tmp_path: Path) -> None:
    (tmp_path / "minimal.toml").write_bytes(MINIMAL.read_bytes())
    command = [sys.executable, "-m", "simulator", "minimal.toml", "--trials", "1000000", "-o", place]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == USAGE and done.stderr.startswith("error: ")


def test_a_run_records_the_text_it_simulated(tmp_path: Path) -> None:
    scenario = tmp_path / "edited.toml"
    scenario.write_bytes(MINIMAL.read_bytes())
    process = started(tmp_path, str(scenario), "--trials", "400", "--workers", "1", "-o", "run")
    time.sleep(3)
    scenario.write_text("garbage = = =")
    assert process.wait(120) == 0
    manifest = (tmp_path / "run" / "manifest.json").read_text(encoding="utf-8")
    assert "garbage" not in manifest and "volume.per_month" in manifest
