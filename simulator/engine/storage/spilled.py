"""Columns of a run that would take too much memory: Parquet files in a folder, each of some whole groups of futures.

A file is written under another name and renamed when it is whole, so that a run killed at any moment leaves whole files
only, and another run of the same inputs can go on from them. A column is one value of a fixed number of bytes a future:
its numbers as they lie in memory. The sums of blocks lie in a file beside it.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.arrays import Array
from simulator.engine.storage.run_columns import Columns, GroupPart, Range
from simulator.errors import OutputError, in_words, reason

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


FILE_BYTES: Final = 64 << 20
"""What the groups of a file take in memory, about; once a run has files, no more than that waits to be written."""
NAME: Final = re.compile(r"part-\d{6}\.parquet")
KEY: Final = b"simulator"


@dataclass(frozen=True, slots=True)
class Sums(Mapping[str, Array]):
    """Sums of blocks in a file, read when they are asked for, (block,) each."""

    path: Path
    places: Mapping[str, int]

    def __getitem__(self, name: str) -> Array:
        values = np.load(self.path, mmap_mode="r")[self.places[name]]
        return np.array(values)

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


@dataclass(frozen=True, slots=True)
class File:
    """A file of some groups.

    Attributes:
        names: of the columns, in the order in which they left.
        stored: the name of the column that is in the file for each, as equal ones are in it once.
        constants: columns of which all futures are alike, their one row; they are not in the file.
        shapes: of a future in each column in the file.
    """

    path: Path
    ranges: tuple[Range, ...]
    names: tuple[str, ...]
    stored: Mapping[str, str]
    constants: Mapping[str, Array]
    shapes: Mapping[str, tuple[int, ...]]
    sums: Sums
    about: pq.FileMetaData

    def read(self, name: str) -> Array:
        """Return a column, (future, ...).

        Raises:
            OutputError: if the file is broken.
        """
        futures = sum(count for _, count in self.ranges)
        if name in self.constants:
            row = self.constants[name]
            return np.broadcast_to(row, (futures, *row.shape[1:]))
        column = self.stored[name]
        return _column(self.path, column, self.about).reshape(futures, *self.shapes[column])


class Spilled(Columns):
    """Columns that move to files once they take more memory than they may.

    Args:
        trials: how many futures.
        folder: gives the folder for the files; it is asked when the first one is written, and not read: see `opened`.
        most_bytes: what the columns may take in memory.
        mark: what files of the run must have been made from; a text.
        pieces: those that are there already.
    """

    def __init__(
        self, trials: int, folder: Callable[[], Path], most_bytes: int, mark: str, pieces: Sequence[File] = ()
    ) -> None:
        super().__init__(trials, pieces)
        self.folder, self.mark, self.waiting = folder, mark, 0
        self.most_bytes = min(most_bytes, FILE_BYTES) if pieces else most_bytes

    def add(self, part: GroupPart) -> None:
        """Take in a group of futures, and write some to a file if there are too many in memory.

        Raises:
            OutputError: if that cannot be written.
        """
        super().add(part)
        self.waiting += part.bytes
        if self.waiting > self.most_bytes:
            self.flush()

    def finish(self) -> None:
        """Write what is still in memory, if anything is in a file."""
        if len(self.pieces) > sum(isinstance(piece, GroupPart) for piece in self.pieces):
            self.flush()

    def flush(self) -> None:
        """Write what is in memory to files.

        Raises:
            OutputError: if that cannot be written.
        """
        parts = [piece for piece in self.pieces if isinstance(piece, GroupPart)]
        self.pieces = [piece for piece in self.pieces if not isinstance(piece, GroupPart)]
        folder = self.folder()
        try:
            for some in _shared(parts):
                self.pieces.append(write_file(_free(folder), some, self.mark))
        except OSError as error:
            raise OutputError(
                f"cannot write the futures of the run to {folder}: {reason(error)}; --resume continues with those that "
                "are there"
            ) from error
        self.waiting, self.most_bytes = 0, min(self.most_bytes, FILE_BYTES)


def _free(folder: Path) -> Path:
    """Return the path of a new file."""
    numbers = [int(path.stem.removeprefix("part-")) for path in folder.iterdir() if NAME.fullmatch(path.name)]
    return folder / f"part-{max(numbers, default=-1) + 1:06d}.parquet"


def _shared(parts: Sequence[GroupPart]) -> Iterator[list[GroupPart]]:
    """Yield groups, as many together as a file has."""
    some: list[GroupPart] = []
    for part in sorted(parts, key=lambda each: each.first):
        some.append(part)
        if sum(each.bytes for each in some) >= FILE_BYTES:
            yield some
            some = []
    if some:
        yield some


def write_file(path: Path, parts: Sequence[GroupPart], mark: str) -> File:
    """Write some groups to a file, and return it.

    Raises:
        OSError: if it cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    found, stored, constants = _told_apart(parts)
    shapes = {name: each[0].shape[1:] for name, each in found.items()}
    sums = {name: np.concatenate([part.sums.get(name, _none(part)) for part in parts]) for name in _sum_names(parts)}
    table = np.stack([*sums.values()])
    beside, waiting = path.with_suffix(".npy"), path.with_suffix(".waiting")
    with waiting.open("wb") as file:
        np.save(file, table)
    waiting.replace(beside)
    about = {
        "mark": mark,
        "ranges": [(part.first, part.futures) for part in parts],
        "names": list(parts[0].columns),
        "stored": stored,
        "shapes": shapes,
        "constants": {name: [_text(row), row.shape] for name, row in constants.items()},
        "sums": list(sums),
        "checksum": zlib.crc32(beside.read_bytes()),
    }
    schema = pa.schema([(name, pa.binary(8 * int(np.prod(shapes[name])))) for name in found], {KEY: json.dumps(about)})
    with pq.ParquetWriter(
        waiting, schema, compression="zstd", compression_level=1, use_dictionary=False, write_statistics=False,
        write_page_checksum=True,
    ) as writer:  # fmt: skip
        writer.write_table(pa.table([_bytes(each, parts) for each in found.values()], schema=schema))
    waiting.replace(path)
    return _file(path, about)


def _told_apart(parts: Sequence[GroupPart]) -> tuple[dict[str, list[Array]], dict[str, str], dict[str, Array]]:
    """Return the columns that are written, group by group; which of them every name stands for; and constants."""
    found: dict[str, list[Array]] = {}
    stored: dict[str, str] = {}
    constants: dict[str, Array] = {}
    known: dict[tuple[int, ...], str] = {}
    for name in parts[0].columns:
        each = [part.columns[name] for part in parts]
        if all(len(row) == 1 and np.array_equal(row, each[0], equal_nan=True) for row in each):
            constants[name] = each[0]
            continue
        stored[name] = known.setdefault(tuple(map(id, each)), name)
        if stored[name] == name:
            found[name] = each
    return found, stored, constants


def _sum_names(parts: Sequence[GroupPart]) -> dict[str, None]:
    return dict.fromkeys(name for part in parts for name in part.sums)


def _none(part: GroupPart) -> Array:
    """Return sums of 0 for the blocks of a group."""
    return np.zeros_like(next(iter(part.sums.values())))


def _bytes(each: Sequence[Array], parts: Sequence[GroupPart]) -> pa.Array:
    """Return a column of some groups as bytes, a future a value."""
    import pyarrow as pa

    rows = [
        np.broadcast_to(values, (part.futures, *values.shape[1:])) for values, part in zip(each, parts, strict=True)
    ]
    whole = np.ascontiguousarray(np.concatenate(rows), dtype="<f8")
    width = whole.nbytes // len(whole)
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(whole), [None, pa.py_buffer(whole)])


def _column(path: Path, name: str, about: pq.FileMetaData) -> Array:
    """Return a column of a file as it lies in memory.

    Args:
        about: what the end of the file says of its columns.

    Raises:
        OutputError: if the file is broken.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, metadata=about, page_checksum_verification=True) as file:
            chunks = file.read(columns=[name], use_threads=False).column(0).chunks
        return np.concatenate([_numbers(chunk) for chunk in chunks])
    except (OSError, pa.ArrowException) as error:
        raise _broken(path, in_words(error)) from error


def _numbers(chunk: pa.Array) -> Array:
    width = chunk.type.byte_width // 8
    whole = np.frombuffer(chunk.buffers()[1], dtype="<f8")
    return whole[chunk.offset * width : (chunk.offset + len(chunk)) * width]


def _broken(path: Path, why: str) -> OutputError:
    return OutputError(f"{path} is broken ({why}); remove it, and --resume simulates its futures again")


def opened(folder: Path, mark: str) -> list[File]:
    """Return the whole files of an unfinished run, after a look at every byte; what is not whole is removed.

    Raises:
        OutputError: for a file that is broken, was made from other inputs, or has futures of another one.
    """
    for path in folder.glob("*.waiting"):
        path.unlink()
    files = [_opened(path, mark) for path in sorted(folder.iterdir()) if NAME.fullmatch(path.name)]
    taken: dict[int, Path] = {}
    for file in files:
        for first, _ in file.ranges:
            if first in taken:
                raise OutputError(f"{file.path} has futures that {taken[first].name} has too; remove one of them")
            taken[first] = file.path
    return files


def _opened(path: Path, mark: str) -> File:
    """Return a file whose bytes are those that were written.

    Raises:
        OutputError: otherwise, or if it was made from other inputs.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        about: dict[str, Any] = json.loads(pq.read_schema(path).metadata[KEY])
        found, beside = about["mark"], path.with_suffix(".npy")
        if found == mark and zlib.crc32(beside.read_bytes()) != about["checksum"]:
            raise _broken(path, f"{beside.name} is not what was written with it")
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise _broken(path, in_words(error)) from error
    if found != mark:
        raise OutputError(f"{path} is of another run: it was made from other inputs or versions; remove it")
    file = _file(path, about)
    for name in file.shapes:
        file.read(name)
    return file


def _file(path: Path, about: Mapping[str, Any]) -> File:
    """Return a file as it describes itself."""
    import pyarrow.parquet as pq

    return File(
        path,
        tuple((first, count) for first, count in about["ranges"]),
        tuple(about["names"]),
        about["stored"],
        {name: _row(text, shape) for name, (text, shape) in about["constants"].items()},
        {name: tuple(shape) for name, shape in about["shapes"].items()},
        Sums(path.with_suffix(".npy"), {name: place for place, name in enumerate(about["sums"])}),
        pq.read_metadata(path),
    )


def _text(row: Array) -> str:
    return base64.b64encode(np.ascontiguousarray(row, dtype="<f8").tobytes()).decode()


def _row(text: str, shape: Sequence[int]) -> Array:
    return np.frombuffer(base64.b64decode(text), dtype="<f8").reshape(shape)
