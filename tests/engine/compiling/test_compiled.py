"""Compiled loops: where their code is kept, that an edit is never missed, and that a run compiles nothing twice."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from simulator.engine.compiling import compiled, kept_code
from simulator.engine.compiling.compiled import ENTRIES, compile_loops, digest, namespace, types_of, uncompiled
from simulator.engine.compiling.kept_code import (
    CHOSEN,
    FOLDER,
    UNUSED_SECONDS,
    KeptCode,
    cache_home,
    code_folder,
    remove_unused,
)
from simulator.engine.counting import billing_loops
from simulator.engine.processes import warming
from simulator.engine.processes.pool import Workers

ROOT = Path(__file__).parents[3]
NOWHERE = Path("/proc/nothing")
"""A path that nobody can make, root either."""
EVERY_CALL = """
from simulator.engine.compiling.compiled import ENTRIES, namespace, types_of
from simulator.engine.export import ledger
from simulator.engine.run import simulate
from simulator.scenario import load_scenario
import sys
for path in sys.argv[1:]:
    scenario = load_scenario(path, ["trials=2"])
    simulate(scenario, engine="ledger")
simulate(scenario)
for table in ledger(scenario, trials=1, months=1):
    break
for name in ENTRIES:
    for types in sorted({*namespace()[name].signatures} - {*types_of(name)}, key=str):
        print(f"a call of {name} has the types {types}, which ENTRIES of compiled.py does not state")
"""
ARRIVALS = """
import sys
import numpy as np
from simulator.engine.compiling import compiled
if "stale" in sys.argv:
    compiled.digest = lambda: "one digest for all sources"
counts = np.zeros((3, 2), np.int64)
keys = np.array([[1, 2], [3, 4]])
compiled.loop("cases_before")(keys, np.full((3, 2), 50.0), 0, 0, counts)
print(counts.tolist(), "compiled", sum(compiled.loop("cases_before").stats.cache_misses.values()))
"""
METERS = """
import hashlib
import sys
from simulator.engine.run import simulate
from simulator.scenario import load_scenario
scenario = load_scenario(sys.argv[1], ["trials=2", "months=1", "volume.per_month=8"])
meters = simulate(scenario, engine="ledger").meters
print(hashlib.sha256(b"".join(meters[name].tobytes() for name in sorted(meters))).hexdigest())
"""


def environment(package: Path, **values: str) -> dict[str, str]:
    """Return the environment of a program that uses a copy of the package."""
    own = {key: value for key, value in os.environ.items() if key not in {CHOSEN, "XDG_CACHE_HOME"}}
    return {**own, "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1", **values}


def told_by(program: str, *words: str | Path, given: Mapping[str, str]) -> str:
    """Run a program and return what it prints; it must say nothing else."""
    command = [sys.executable, "-c", program, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=given, cwd=given["PYTHONPATH"])
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def copied(folder: Path) -> Path:
    """Copy the package and return where it stands."""
    shutil.copytree(ROOT / "simulator", folder / "simulator", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let no folder but temporary ones be there; returns that of these."""
    monkeypatch.delenv(CHOSEN, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(NOWHERE))
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # HOME is not set, and nobody knows the user
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_the_users_choice_comes_first_then_the_cache_folder(
    monkeypatch: pytest.MonkeyPatch, no_home: Path, tmp_path: Path
) -> None:
    """A relative path is not taken: it would be another folder wherever the command is started."""
    for folder, variable in ((tmp_path / "cache", "XDG_CACHE_HOME"), (tmp_path / "chosen", CHOSEN)):
        monkeypatch.setenv(variable, folder.name)
        assert cache_home.__wrapped__() != folder
        monkeypatch.setenv(variable, str(folder))
        assert cache_home.__wrapped__() == folder
        assert (folder / FOLDER).stat().st_mode & 0o777 == 0o700


def test_without_a_home_code_is_kept_in_a_temporary_folder_of_the_user(no_home: Path) -> None:
    own = no_home / f"{FOLDER}-{os.getuid()}"
    assert cache_home.__wrapped__() == own
    assert cache_home.__wrapped__() == own


@pytest.mark.parametrize("how", ["a file", "of another user", "open to all", "a link"])
def test_a_folder_that_another_could_write_is_not_used(
    how: str, monkeypatch: pytest.MonkeyPatch, no_home: Path
) -> None:
    """Code that is read is run. A new folder is made instead, for this process and those that it starts."""
    own = no_home / f"{FOLDER}-{os.getuid()}"
    if how == "a file":
        own.touch()
    elif how == "a link":
        (no_home / "elsewhere").mkdir(mode=0o700)
        own.mkdir(mode=0o700)
        (own / FOLDER).symlink_to(no_home / "elsewhere")
    else:
        (own / FOLDER).mkdir(mode=0o700, parents=True)
        own.chmod(0o777 if how == "open to all" else 0o700)
    if how == "of another user":
        user = os.getuid() + 1
        own.rename(no_home / f"{FOLDER}-{user}")
        monkeypatch.setattr(os, "getuid", lambda: user)
        assert cache_home.__wrapped__() is None  # what is made anew is not this other user's either
        return
    fresh = cache_home.__wrapped__()
    assert fresh is not None and fresh != own and fresh.parent == no_home and fresh.name.startswith(f"{FOLDER}-")


def test_where_nothing_can_be_written_nothing_is_kept(monkeypatch: pytest.MonkeyPatch, no_home: Path) -> None:
    def refused(*arguments: object, **named: object) -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.gettempdir", refused)
    monkeypatch.setattr("tempfile.mkdtemp", refused)
    assert cache_home.__wrapped__() is None
    nothing = KeptCode("cases_before", None)
    assert nothing.load_overload(types_of("cases_before")[0], _target()) is None
    nothing.save_overload((), None)


def test_code_that_is_cut_short_or_cannot_be_written_is_compiled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept, (types,) = KeptCode("count_where", tmp_path), types_of("count_where")
    compile_loops(["count_where"])
    result = namespace()["count_where"].overloads[types]
    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", lambda path, content: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
        kept.save_overload(types, result)
    assert list(tmp_path.iterdir()) == [] and kept.load_overload(types, _target()) is None
    fresh = KeptCode("count_where", code_folder(digest()))
    (file,) = fresh.folder.glob("count_where-*.code")
    for content in (b"", file.read_bytes()[:1_000], file.read_bytes()[:-1]):
        (tmp_path / file.name).write_bytes(content)
        assert kept.has(types, _target()) and kept.load_overload(types, _target()) is None
    shutil.copy(file, tmp_path)
    assert kept.load_overload(types, _target()) is not None


def _target() -> object:
    from numba.core.registry import cpu_target

    return cpu_target.target_context


def test_the_digest_hangs_on_sources_constants_and_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [digest.__wrapped__()]
    assert found == [digest.__wrapped__()] == [digest()]
    monkeypatch.setenv(CHOSEN, "elsewhere")
    assert found == [digest.__wrapped__()]
    with monkeypatch.context() as changed:
        changed.setenv("NUMBA_OPT", "1")
        found.append(digest.__wrapped__())
    with monkeypatch.context() as changed:
        changed.setattr(billing_loops, "STRETCH", 512)  # its source is the same, as that of a constant from elsewhere
        found.append(digest.__wrapped__())
    with monkeypatch.context() as changed:
        source = compiled._source
        changed.setattr(compiled, "_source", lambda module: source(module).replace(b"2.0**-32", b"2.0**-31"))
        found.append(digest.__wrapped__())
    assert len({*found}) == 4


def test_code_that_nobody_used_for_long_is_removed(tmp_path: Path) -> None:
    ages = {"own": 2 * UNUSED_SECONDS, "old": UNUSED_SECONDS + 60, "young": UNUSED_SECONDS - 60}
    for name, age in ages.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "loop.code").touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    remove_unused(tmp_path / "own")
    assert {each.name for each in tmp_path.iterdir()} == {"own", "young"}
    remove_unused(tmp_path / "no such folder" / "own")


def test_a_process_marks_what_it_uses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kept_code, "cache_home", lambda: tmp_path)
    folder = code_folder.__wrapped__("digest")
    assert folder == tmp_path / FOLDER / "digest"
    os.utime(folder, (0, 0))
    assert code_folder.__wrapped__("digest") == folder and time.time() - folder.stat().st_mtime < 60


def test_compiling_is_told_once_and_not_where_nothing_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    done: list[str] = []
    monkeypatch.setattr(warming, "compile_loops", done.extend)
    monkeypatch.setattr(warming, "remove_unused", lambda folder: None)
    with warming.told(heard.append), Workers(1) as workers:
        monkeypatch.setattr(warming, "uncompiled", list)
        warming.warm(workers)
        assert (heard, done) == ([], [])
        monkeypatch.setattr(warming, "uncompiled", lambda: ["draw_cases", "sum_all"])
        warming.warm(workers)
    assert (heard, done) == ([warming.MESSAGE, ""], ["draw_cases", "sum_all"])
    warming._tell("nobody listens")
    assert len(heard) == 2


def compiled_here() -> int:
    """Return how many kinds of calls of all loops are compiled and not read."""
    compile_loops(ENTRIES)
    return sum(sum(namespace()[name].stats.cache_misses.values()) for name in ENTRIES)


def test_processes_of_a_run_read_what_was_compiled_before_they_started() -> None:
    with Workers(2) as workers:
        warming.warm(workers)
    assert uncompiled() == []
    with Workers(2) as workers:
        assert workers.submit(compiled_here).result(60) == 0
        assert workers.submit(cache_home).result(60) == cache_home()


@pytest.mark.parametrize("name", ENTRIES)
def test_named_tuples_have_a_type_for_each_field(name: str) -> None:
    assert types_of(name)


def test_a_field_without_a_type_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "ENTRIES", {"x": ("ReaderColumns[i1 i1 i1]",)})
    with pytest.raises(
        ValueError, match=r"ReaderColumns has 4 fields \(.*\) and 3 types: write one letter for each field"
    ):
        types_of("x")


def test_every_call_has_stated_types() -> None:
    """So nothing is compiled in the middle of a run; in a process of its own, as tests may call loops as they like."""
    scenarios = [*sorted((ROOT / "tests" / "scenario").glob("every*.toml")), ROOT / "scenarios" / "minimal.toml"]
    assert told_by(EVERY_CALL, *scenarios, given={**os.environ, "PYTHONPATH": str(ROOT)}) == ""


@pytest.mark.slow
def test_plain_functions_give_the_same_where_the_user_wants_them() -> None:
    minimal = ROOT / "scenarios" / "minimal.toml"
    given = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert told_by(METERS, minimal, given={**given, "NUMBA_DISABLE_JIT": "1"}) == told_by(METERS, minimal, given=given)


@pytest.mark.slow
def test_an_edited_function_is_never_served_as_it_was(tmp_path: Path) -> None:
    """The edit is in a function that others call, which numba's own cache does not look at: with one digest for all
    sources the old code is served, so that this test can fail."""
    package, home = copied(tmp_path / "package"), tmp_path / "cache"
    edited = package / "simulator" / "law" / "counters.py"
    right = edited.read_text()
    wrong = right.replace("2.0**-52", "2.0**-53")
    assert wrong != right
    given = environment(package, XDG_CACHE_HOME=str(home))
    found, stale = [], []
    for text in (right, wrong, right):
        edited.write_text(text)
        found.append(told_by(ARRIVALS, given=given).split(" compiled "))
        stale.append(told_by(ARRIVALS, "stale", given=given).split(" compiled "))
    assert found[0][0] == found[2][0] != found[1][0]
    assert [times for _, times in found] == ["1", "1", "0"]
    assert stale == [[found[0][0], "1"], [found[0][0], "0"], [found[0][0], "0"]]


@pytest.mark.slow
def test_a_read_only_installation_without_a_home_runs(tmp_path: Path) -> None:
    """Two processes read what the first one compiled into a new temporary folder, which is gone when all ended."""
    package, temporary = copied(tmp_path / "package"), tmp_path / "temporary"
    temporary.mkdir()
    (temporary / f"{FOLDER}-{os.getuid()}").touch()
    nowhere = {"HOME": str(NOWHERE), "XDG_CACHE_HOME": str(NOWHERE), "MPLCONFIGDIR": str(tmp_path)}
    given = environment(package, TMPDIR=str(temporary), **nowhere)
    command = [sys.executable, "-m", "simulator", str(ROOT / "scenarios" / "minimal.toml"), "--trials", "64", "-q"]
    command += ["--engine", "ledger", "--no-report", "--workers", "2", "-o", str(tmp_path / "results")]
    for each in [package, *package.rglob("*")]:
        each.chmod(each.stat().st_mode & ~0o222)
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=given, cwd=tmp_path)
    finally:
        for each in [package, *package.rglob("*")]:
            each.chmod(each.stat().st_mode | 0o200)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout and (tmp_path / "results" / "summary.json").exists()
    assert [each.name for each in temporary.iterdir()] == [f"{FOLDER}-{os.getuid()}"]


@pytest.mark.slow
def test_two_first_runs_at_once_both_end_well(tmp_path: Path) -> None:
    given = environment(ROOT, XDG_CACHE_HOME=str(tmp_path))
    command = [sys.executable, "-c", METERS, str(ROOT / "scenarios" / "minimal.toml")]
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=given, cwd=ROOT)
        for _ in range(2)
    ]
    told = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert told[0] == told[1] and told[0][1] == ""
    assert len(told[0][0].strip()) == len(hashlib.sha256().hexdigest())
    (folder,) = (tmp_path / FOLDER).iterdir()
    assert {each.suffix for each in folder.iterdir()} == {".code"}
