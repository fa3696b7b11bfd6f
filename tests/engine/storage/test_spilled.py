"""Columns in memory and in files: the same arrays to the byte, whatever the groups, and no file that is not whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from simulator.engine.storage.run_columns import Columns, GroupPart, block_sums, compact
from simulator.engine.storage.spilled import Spilled, opened
from simulator.errors import OutputError

TRIALS, MONTHS = 1_000, 3
Array = np.ndarray


def numbers() -> dict[str, Array]:
    rng = np.random.default_rng(5)
    of = rng.standard_normal((TRIALS, MONTHS))
    of[7, 1] = np.nan
    alike = np.broadcast_to(np.array([1.0, 2.0, 3.0]), (TRIALS, MONTHS))
    return {"a": of, "alike": alike, "same": of, "yearly": rng.standard_normal(TRIALS)}


def part(first: int, count: int) -> GroupPart:
    some = {name: each[first : first + count] for name, each in numbers().items()}
    some["same"] = some["a"]
    sums = {"sum": block_sums(some["yearly"])} | ({"early": block_sums(some["yearly"])} if first < 512 else {})
    return GroupPart(first, count, compact(some), sums)


def parts(size: int) -> list[GroupPart]:
    return [part(first, min(size, TRIALS - first)) for first in range(0, TRIALS, size)]


def filled(columns: Columns, some: list[GroupPart]) -> Columns:
    for each in some:
        columns.add(each)
    columns.finish()
    return columns


def spilled(folder: Path, some: list[GroupPart], most_bytes: int = 1, mark: str = "this run") -> Columns:
    folder.mkdir(exist_ok=True)
    return filled(Spilled(TRIALS, lambda: folder, most_bytes, mark), some)


def is_whole(columns: Columns) -> None:
    for name, expected in numbers().items():
        assert np.array_equal(columns.array(name), expected, equal_nan=True), name
        assert np.array_equal(columns.some(name, 100, 640), expected[100:740], equal_nan=True), name
    expected = numbers()["a"].sum(axis=1)
    assert np.array_equal(columns.horizon("a"), expected, equal_nan=True)
    assert np.array_equal(columns.horizon("a", "alike"), (numbers()["a"] + [1, 2, 3]).sum(axis=1), equal_nan=True)
    assert list(columns.names) == list(numbers()) and columns.futures == TRIALS


@pytest.mark.parametrize("size", [64, 128, 512, 1_024])
def test_columns_are_the_same_for_any_size_of_group_in_memory_and_in_files(size: int, tmp_path: Path) -> None:
    for columns in (filled(Columns(TRIALS), parts(size)), spilled(tmp_path / "files", parts(size)[::-1])):
        is_whole(columns)
        assert columns.sums["sum"] == filled(Columns(TRIALS), parts(64)).sums["sum"]
        assert columns.sums["early"] == pytest.approx(numbers()["yearly"][: max(size, 512)].sum(), rel=1e-12)


def test_equal_columns_and_those_of_which_all_futures_are_alike_are_in_a_file_once(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    columns = spilled(tmp_path / "files", parts(256))
    assert len(columns.pieces) == 4
    assert pq.read_schema(tmp_path / "files" / "part-000000.parquet").names == ["a", "yearly"]


def test_nothing_is_written_below_the_size_that_may_be_held(tmp_path: Path) -> None:
    columns = spilled(tmp_path / "files", parts(64), 10**6)
    assert not list((tmp_path / "files").iterdir()) and all(isinstance(each, GroupPart) for each in columns.pieces)


def test_work_on_a_group_at_a_time_gives_the_same_as_on_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = spilled(tmp_path / "files", parts(128))
    whole = columns.each(MONTHS, lambda read: read("a") * read("alike"))
    monkeypatch.setattr("simulator.engine.storage.run_columns.WORKED_NUMBERS", 0)
    assert np.array_equal(columns.each(MONTHS, lambda read: read("a") * read("alike")), whole, equal_nan=True)


def test_an_unfinished_run_goes_on_with_its_whole_files(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    spilled(folder, parts(128)[:5])
    (folder / "part-000009.waiting").write_bytes(b"half of a file")
    columns = Spilled(TRIALS, lambda: folder, 1, "this run", opened(folder, "this run"))
    assert columns.done == {0, 128, 256, 384, 512} and not list(folder.glob("*.waiting"))
    is_whole(filled(columns, parts(128)[5:]))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def flip(path: Path) -> None:
    found = bytearray(path.read_bytes())
    found[len(found) // 3] ^= 255
    path.write_bytes(found)


def lose_sums(path: Path) -> None:
    path.with_suffix(".npy").write_bytes(b"")


@pytest.mark.parametrize("harm", [cut, flip, lose_sums])
def test_a_broken_file_is_refused_by_name(harm: Callable[[Path], None], tmp_path: Path) -> None:
    spilled(tmp_path / "files", parts(256))
    harm(tmp_path / "files" / "part-000002.parquet")
    with pytest.raises(OutputError, match=r"part-000002\.parquet is broken .*remove it, and --resume simulates"):
        opened(tmp_path / "files", "this run")


def test_a_removed_file_is_simulated_again_and_takes_no_name_of_another(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    spilled(folder, parts(256))
    (folder / "part-000001.parquet").unlink()
    columns = Spilled(TRIALS, lambda: folder, 1, "this run", opened(folder, "this run"))
    missing = [each for each in parts(256) if each.first not in columns.done]
    assert len(missing) == 1
    is_whole(filled(columns, missing))


def test_a_file_of_another_run_is_refused(tmp_path: Path) -> None:
    spilled(tmp_path / "files", parts(256), mark="another run")
    with pytest.raises(OutputError, match="of another run: it was made from other inputs or versions"):
        opened(tmp_path / "files", "this run")


def test_futures_that_two_files_have_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    spilled(folder, parts(256))
    for ending in ("parquet", "npy"):
        (folder / f"part-000008.{ending}").write_bytes((folder / f"part-000000.{ending}").read_bytes())
    with pytest.raises(OutputError, match=r"part-000008\.parquet has futures that part-000000\.parquet has too"):
        opened(folder, "this run")


def test_a_disk_without_room_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("simulator.engine.storage.spilled.write_file", full)
    with pytest.raises(OutputError, match="--resume continues with those that are there"):
        spilled(tmp_path / "files", parts(256))


def test_what_is_remembered_is_not_written_to() -> None:
    columns = filled(Columns(TRIALS), parts(128))
    assert columns.array("a") is columns.array("a")
    with pytest.raises(ValueError, match="read-only"):
        columns.array("a")[0] = 1.0
