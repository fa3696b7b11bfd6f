"""Runs that spill to a work folder: the same bytes as in memory, after kills at any moment, and nothing left behind."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from simulator.report.files.folder import without_place
from tests.cli.conftest import Command
from tests.cli.test_killed import MINIMAL, finished, kill, reached, started

TRIALS = 8_192
RUN = ("run", str(MINIMAL), "--trials", str(TRIALS), "--set", "months=6", "--no-report", "-q")
SPILLED = (*RUN, "--spill-above", "1")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def unfinished(folder: Path) -> list[Path]:
    return sorted(folder.glob(".unfinished-*"))


def files(folder: Path) -> int:
    return len(list(folder.glob(".unfinished-*/part-*.parquet")))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of a run in memory that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    code, _, err = finished(started(folder, *RUN, "-o", "out"))
    assert (code, err) == (0, "") and not unfinished(folder)
    return bytes_of(folder / "out")


def test_a_spilled_run_writes_the_same_bytes_and_leaves_no_work_folder(tmp_path: Path, whole: dict[str, bytes]) -> None:
    process = started(tmp_path, *SPILLED, "-o", "out")
    assert reached(process, lambda: files(tmp_path)), "it spills"
    code, _, _ = finished(process)
    assert code == 0 and bytes_of(tmp_path / "out") == whole and not unfinished(tmp_path)


@pytest.mark.slow
def test_killed_at_random_moments_it_ends_with_the_same_bytes(tmp_path: Path, whole: dict[str, bytes]) -> None:
    moments, kills = random.Random(4), 0
    while not (tmp_path / "out").exists() and kills < 4:
        process = started(tmp_path, *SPILLED, "-o", "out", "--resume", "--workers", "2")
        before, count = files(tmp_path), moments.randrange(1, 3)
        reached(process, lambda b=before, c=count: files(tmp_path) >= b + c)
        time.sleep(moments.uniform(0.0, 0.3))
        if process.poll() is None:
            kill(process)
        else:
            process.communicate()
        kills += 1
    assert (tmp_path / "out").exists() or files(tmp_path)
    if not (tmp_path / "out").exists():
        code, _, err = finished(started(tmp_path, *SPILLED, "-o", "out", "--resume"))
        assert code == 0 and "continues with " in err and "continues with 0 of" not in err
        assert not unfinished(tmp_path)
    assert bytes_of(tmp_path / "out") == whole


def stopped(folder: Path, number: int = signal.SIGKILL) -> tuple[int, str]:
    """Start a spilled run, stop it when it has written a file, and return its exit code and what it said."""
    process = started(folder, *SPILLED, "-o", "out", "--workers", "2")
    assert reached(process, lambda: files(folder))
    os.kill(process.pid, number)
    code, _, err = finished(process)
    return code, err


def test_an_interrupted_run_says_what_it_keeps(tmp_path: Path) -> None:
    code, err = stopped(tmp_path, signal.SIGINT)
    assert code == 130 and "what was simulated is kept in .unfinished-" in err
    assert "the same command with --resume continues with it" in err


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which a run was killed when it had written a file."""
    folder = tmp_path_factory.mktemp("killed")
    stopped(folder)
    return folder


def test_without_the_option_a_run_starts_anew_says_so_and_removes_what_was_left(
    tmp_path: Path, killed: Path, whole: dict[str, bytes]
) -> None:
    shutil.copytree(killed, tmp_path, dirs_exist_ok=True)
    (left,) = unfinished(tmp_path)
    code, _, err = finished(started(tmp_path, *RUN, "-o", "out"))
    assert code == 0 and not unfinished(tmp_path) and bytes_of(tmp_path / "out") == whole
    assert err.startswith(f"note: {left.name} is of an unfinished run of the same inputs; --resume continues it.")


def test_other_inputs_do_not_continue_it(tmp_path: Path, killed: Path) -> None:
    shutil.copytree(killed, tmp_path, dirs_exist_ok=True)
    (left,) = unfinished(tmp_path)
    code, _, err = finished(started(tmp_path, *SPILLED, "-o", "out", "--resume", "--seed", "9"))
    assert code == 0 and f"continues with 0 of {TRIALS:,} futures" in err
    assert unfinished(tmp_path) == [left], "that of the other inputs stays"


def test_a_broken_file_stops_a_run_before_it_simulates(tmp_path: Path, killed: Path) -> None:
    shutil.copytree(killed, tmp_path, dirs_exist_ok=True)
    broken = next(iter(sorted(tmp_path.glob(".unfinished-*/part-*.parquet"))))
    broken.write_bytes(broken.read_bytes()[:-9])
    code, _, err = finished(started(tmp_path, *SPILLED, "-o", "out", "--resume"))
    assert code == 2 and f"{broken.name} is broken" in err and "--resume simulates its futures again" in err
    broken.unlink()
    assert finished(started(tmp_path, *SPILLED, "-o", "out", "--resume"))[0] == 0


@pytest.mark.slow
def test_two_runs_of_the_same_inputs_do_not_share_a_folder(tmp_path: Path, whole: dict[str, bytes]) -> None:
    one, other = (started(tmp_path, *SPILLED, "-o", name) for name in ("one", "other"))
    assert [finished(one)[0], finished(other)[0]] == [0, 0]
    assert bytes_of(tmp_path / "one").keys() == bytes_of(tmp_path / "other").keys() == whole.keys()
    assert bytes_of(tmp_path / "one") == whole and not unfinished(tmp_path)


def test_all_meters_are_kept_where_they_are_asked_for(command: Command, tmp_path: Path) -> None:
    few = ("run", str(MINIMAL), "--trials", "70", "--set", "months=2", "--no-report", "-q", "--keep", "all")
    assert command(*few, "-o", "all")[0] == 0
    assert command(*few, "-o", "spilled", "--spill-above", "1")[0] == 0
    table = pq.read_table(tmp_path / "all" / "meters.parquet").to_pandas()
    assert len(table) == 140 and list(table.columns[:3]) == ["trial", "month", "cases"] and len(table.columns) > 50
    trials = pq.read_table(tmp_path / "all" / "trials.parquet").to_pandas()
    billed = trials[trials.contract == "conversation"]
    assert (billed.units.to_numpy() == table.conversations.to_numpy().astype("float32")).all()
    assert bytes_of(tmp_path / "all") == bytes_of(tmp_path / "spilled")
    code, out, _ = command("replay", "all", "--check")
    assert code == 0 and "byte for byte" in out
    shutil.rmtree(tmp_path / "all")


@pytest.mark.parametrize("written", ["--resume", "--spill-above 9", "--spill-above=9", "-o a --resume --workers 2"])
def test_what_changes_no_result_is_not_in_the_manifest(written: str) -> None:
    assert without_place(f"simulate run my.toml {written} --trials 5") == "simulate run my.toml --trials 5"
