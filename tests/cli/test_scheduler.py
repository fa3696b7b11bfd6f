"""`--scheduler`: what it takes, what it says, and that no byte hangs on it."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from simulator.engine.processes import cluster
from simulator.report.files.folder import without_place
from tests.cli.conftest import Command
from tests.cli.test_killed import finished, reached, started

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "scenarios" / "minimal.toml"
BROAD = ROOT / "scenarios" / "broad_cx.toml"
needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="Dask is not installed (pip install -e '.[dask]')"
)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nowhere", "'nowhere' is no address of a scheduler; write tcp://HOST:PORT, or local"),
        ("10.0.0.5:8786", "must begin with tcp:// or tls://; write tcp://10.0.0.5:8786"),
        ("http://10.0.0.5:8786", "must begin with tcp:// or tls://; write tcp://10.0.0.5:8786"),
        ("tcp://10.0.0.5", "is no address of a scheduler"),
        ("tcp://10.0.0.5:0", "is no address of a scheduler"),
        ("tcp://10.0.0.5:65536", "is no address of a scheduler"),
        ("tcp://a b:1", "is no address of a scheduler"),
        ("", "is no address of a scheduler"),
    ],
)
@pytest.mark.parametrize("name", ["run", "verify", "sweep"])
def test_what_is_no_address_is_refused(command: Command, name: str, address: str, said: str) -> None:
    code, out, err = command(name, MINIMAL, "--scheduler", address)
    assert (code, out) == (2, "") and said in err


def test_without_the_extra_it_says_how_to_install_it(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    code, out, err = command(MINIMAL, "--scheduler", "local")
    assert (code, out) == (2, "")
    assert err == (
        "error: --scheduler needs Dask distributed, which is not installed: pip install -e '.[dask]'\n"
    )  # fmt: skip


def test_a_manifest_does_not_say_where_a_run_worked() -> None:
    places = "--scheduler local --workers 2 --scheduler=tcp://b:1 -o c"
    command = f"simulate a.toml {places} --seed 1 --set 'title=\"--scheduler\"'"
    assert without_place(command) == "simulate a.toml --seed 1 --set 'title=\"--scheduler\"'"


@needs_dask
def test_a_scheduler_that_nobody_started_is_told(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    code, out, err = command(MINIMAL, "--scheduler", "tcp://127.0.0.1:9")
    assert (code, out) == (2, "") and err.startswith("error: the scheduler at tcp://127.0.0.1:9 cannot be reached: ")
    assert list(tmp_path.iterdir()) == []


@needs_dask
@pytest.mark.slow
def test_a_run_has_the_same_bytes_with_and_without_it(tmp_path: Path) -> None:
    """Charts, which this machine draws, and the manifest are among them."""
    for name, more in (("one", ["--workers", "1"]), ("cluster", ["--workers", "2", "--scheduler", "local"])):
        code, _, err = finished(started(tmp_path, str(MINIMAL), "--trials", "1200", "-q", "-o", name, *more))
        assert (code, err) == (0, "")
    one, other = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "one", tmp_path / "cluster")
    )
    assert len(one) > 10 and [name for name in {**one, **other} if one.get(name) != other.get(name)] == []


@needs_dask
@pytest.mark.slow
def test_a_run_survives_a_worker_that_is_killed_in_the_middle(tmp_path: Path) -> None:
    run = (str(BROAD), "--trials", "40000", "-q", "--no-report", "--workers", "2")
    process = started(tmp_path, *run, "-o", "killed", "--scheduler", "local")

    def works() -> bool:
        """Whether both workers have used half a second of a processor or more beside the two that their start takes."""
        found = workers_of(process)
        return len(found) == 2 and all(used_seconds(each) > 2.5 for each in found)

    assert reached(process, works)
    assert not (tmp_path / "killed").exists()
    os.kill(workers_of(process)[0], signal.SIGKILL)
    assert finished(process)[0] == 0
    assert finished(started(tmp_path, *run, "-o", "whole"))[0] == 0
    assert (tmp_path / "killed/summary.json").read_bytes() == (tmp_path / "whole/summary.json").read_bytes()


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the two processes of a cluster of a run, which start before those that draw charts; of several threads."""
    found = []
    for path in Path(f"/proc/{process.pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread, or a child, may be gone by now
            for child in path.read_text().split():
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                    found.append(int(child))
    return sorted(found)[:2]


def used_seconds(process: int) -> float:
    """Return the seconds of a processor that a process used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@needs_dask
@pytest.mark.slow
def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    process = started(tmp_path, str(BROAD), "--trials", "200000", "--workers", "2", "--scheduler", "local",
        "--spill-above", "4000")  # fmt: skip
    assert reached(process, lambda: len(workers_of(process)) == 2 and min(map(used_seconds, workers_of(process))) > 2.5)
    os.killpg(process.pid, signal.SIGINT)
    code, out, err = finished(process)
    assert (code, out, err) == (130, "", "interrupted; nothing was left behind\n")
    assert list(tmp_path.iterdir()) == []


@needs_dask
@pytest.mark.slow
def test_verify_says_the_same_on_a_cluster(tmp_path: Path) -> None:
    few = ("verify", str(MINIMAL), "--cases", "100000", "--trials", "100", "-q")
    for name, more in (("one", ["--workers", "1"]), ("cluster", ["--workers", "2", "--scheduler", "local"])):
        assert finished(started(tmp_path, *few, "-o", name, *more))[0] in (0, 1)
    assert (tmp_path / "one/verify.json").read_bytes() == (tmp_path / "cluster/verify.json").read_bytes()
