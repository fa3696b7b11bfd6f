"""What is written before it has its name: removed where its run is gone, left alone where it lives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.errors import OutputError
from simulator.report.files import partial
from simulator.report.files.folder import new_folder
from simulator.report.files.partial import ABANDONED_SECONDS, remove_abandoned
from simulator.runtime.interrupts import Interrupted, Stop, finish, held

LIVING = "import sys, time; from pathlib import Path; from simulator.report.files.partial import Partial\n"


def left_by(place: Path, how: str) -> subprocess.Popen[str]:
    """Start a process that makes a partial folder or file in a place, says so, and waits."""
    code = f"{LIVING}made = Partial.{how}(Path(sys.argv[1])); print(made.path, flush=True); time.sleep(60)"
    return subprocess.Popen([sys.executable, "-c", code, str(place)], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("how", "place"), [("folder", "."), ("file", "ledger.parquet")])
def test_what_a_killed_run_left_is_removed_and_what_a_living_one_writes_is_not(
    tmp_path: Path, how: str, place: str
) -> None:
    with left_by(tmp_path / place, how) as living:
        assert living.stdout is not None
        path = Path(living.stdout.readline().strip())
        assert path.exists()
        remove_abandoned(tmp_path)
        assert path.exists()
        living.kill()
        living.wait()
        remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_names_of_others_are_left_alone(tmp_path: Path) -> None:
    """Only what this program names: no `.partial` of another one, no link, and `.latest-` only after its moment."""
    for name in (".partial-12", ".partial-x-0123abcd", "partial-12-0123abcd", ".latest-12-0123abcd"):
        (tmp_path / name).mkdir() if "latest" not in name else (tmp_path / name).symlink_to("x")
    (tmp_path / ".partial-12-0123abcd").symlink_to(tmp_path / ".partial-12")
    before = sorted(tmp_path.iterdir())
    remove_abandoned(tmp_path)
    assert sorted(tmp_path.iterdir()) == before
    os.utime(tmp_path / ".latest-12-0123abcd", (0, 0), follow_symlinks=False)
    remove_abandoned(tmp_path)
    assert len(list(tmp_path.iterdir())) == len(before) - 1


def test_without_locks_only_what_is_a_day_old_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partial, "lock", lambda path: None)
    old, young = tmp_path / ".partial-1-00000000", tmp_path / ".partial-1-11111111"
    for folder, age in ((old, ABANDONED_SECONDS + 60), (young, ABANDONED_SECONDS - 60)):
        folder.mkdir()
        os.utime(folder, (time.time() - age,) * 2)
    remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == [young]


def test_what_cannot_be_removed_is_said_and_not_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    def interrupted(folder: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(OutputError, match=r"nothing was left behind$"):
        new_folder(tmp_path, "x", None, full)
    monkeypatch.setattr(partial, "_remove", lambda path: None)
    with pytest.raises(OutputError, match=r"\.partial-\d+-\w+ could not be removed, so remove it by hand$"):
        new_folder(tmp_path, "x", None, full)
    with pytest.raises(Interrupted, match=r"\.partial-\d+-\w+ could not be removed, so remove it by hand$"):
        new_folder(tmp_path, "x", None, interrupted)


def test_signals_wait_for_the_end_of_what_holds_them() -> None:
    """And only the first is obeyed; a second press within a second is the same, and after `finish` none counts."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    stop, reached = Stop(), False
    try:
        for number in before:
            signal.signal(number, stop)
        with pytest.raises(Interrupted), held():
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
            reached = True
        assert reached and stop.number == signal.SIGTERM and stop.exit_code == 143
        signal.raise_signal(signal.SIGINT)  # within the same second
        stop.raised_at -= 2.0
        with pytest.raises(Interrupted):
            signal.raise_signal(signal.SIGINT)
        stop.raised_at -= 2.0
        finish()
        signal.raise_signal(signal.SIGINT)
        assert stop.number == signal.SIGTERM
        stop.uninstall()
        assert {signal.getsignal(number) for number in before} == {signal.SIG_IGN}
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
