"""What leaves the groups of futures of a run, as named columns: one interface, in memory or in files.

A column has a value, or a value for every month, of each future; a sum has one number for each block of 64 futures, so
that no sum depends on how futures were grouped. Columns are read one at a time and made whole when they are asked for,
so that what a reader holds is what it looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Final, Protocol

import numpy as np

from simulator.arrays import Array
from simulator.streams import BLOCK_TRIALS

Range = tuple[int, int]
"""Place of the first future in the run, and how many."""

Read = Callable[[str], Array]
"""Reads a column by its name."""

REMEMBERED_BYTES: Final = 32 << 20
"""What arrays that were asked for last may take: eight of the horizon of half a million futures."""
WORKED_NUMBERS: Final = 1 << 20
"""Futures x months up to which some work on columns is done on all futures at once, and not group by group."""


@dataclass(frozen=True, slots=True)
class GroupPart:
    """What leaves a group of futures.

    Attributes:
        first: place of the first future in the run, a multiple of 64 or of the size of all groups.
        futures: how many.
        columns: name -> (future, ...); one row where all futures of the group are alike.
        sums: name -> (block,), sums over the futures of each block of 64.
    """

    first: int
    futures: int
    columns: Mapping[str, Array]
    sums: Mapping[str, Array]

    @property
    def ranges(self) -> tuple[Range, ...]:
        """The futures that it has."""
        return ((self.first, self.futures),)

    @property
    def names(self) -> Iterable[str]:
        """Names of the columns."""
        return self.columns

    @property
    def bytes(self) -> int:
        """What it takes; arrays that are the same one count once."""
        return sum({id(each): each.nbytes for each in (*self.columns.values(), *self.sums.values())}.values())

    def read(self, name: str) -> Array:
        """Return a column, (future, ...)."""
        found = self.columns[name]
        return found if len(found) == self.futures else np.broadcast_to(found, (self.futures, *found.shape[1:]))


class Piece(Protocol):
    """Some futures of a run: a part in memory, or a file of several."""

    @property
    def ranges(self) -> tuple[Range, ...]: ...
    @property
    def names(self) -> Iterable[str]: ...
    @property
    def sums(self) -> Mapping[str, Array]: ...
    def read(self, name: str) -> Array:
        """Return a column of its futures, range after range."""


def block_sums(values: Array) -> Array:
    """Return the sums over each block of 64 futures, (block,), of an array (future, ...) that starts with a block."""
    whole = np.ascontiguousarray(values)
    return np.array([whole[at : at + BLOCK_TRIALS].sum() for at in range(0, len(whole), BLOCK_TRIALS)])


def compact(columns: Mapping[str, Array]) -> dict[str, Array]:
    """Return columns with one row in the place of many where an array repeats its first one."""
    return {name: each[:1].copy() if each.strides[0] == 0 and len(each) > 1 else each for name, each in columns.items()}


class Columns:
    """The columns of all futures of a run.

    Args:
        trials: how many futures.
        pieces: those that are there already.
    """

    def __init__(self, trials: int, pieces: Iterable[Piece] = ()) -> None:
        self.trials, self.pieces = trials, list(pieces)
        self._known: dict[tuple[str, ...], Array] = {}

    @property
    def done(self) -> frozenset[int]:
        """First futures of all groups that are there."""
        return frozenset(first for piece in self.pieces for first, _ in piece.ranges)

    @property
    def futures(self) -> int:
        """How many futures are there."""
        return sum(count for piece in self.pieces for _, count in piece.ranges)

    @property
    def end(self) -> int:
        """The place behind the last future that is there."""
        return max((first + count for piece in self.pieces for first, count in piece.ranges), default=0)

    def has(self, futures: int) -> bool:
        """Whether so many futures are there, from the first on."""
        end = 0
        for first, count in sorted(each for piece in self.pieces for each in piece.ranges):
            if first > end or end >= futures:
                break
            end = first + count
        return end >= futures

    def add(self, part: GroupPart) -> None:
        """Take in a group of futures."""
        self.pieces.append(part)

    def lengthen(self, trials: int) -> None:
        """Make room for more futures; those that are there stay."""
        self.trials = trials
        self._known.clear()
        for name in ("names", "sums"):
            self.__dict__.pop(name, None)

    def finish(self) -> None:
        """Take note that all futures are there."""

    @cached_property
    def names(self) -> Mapping[str, None]:
        """Names of all columns, in the order in which they left; to be asked when all futures are there."""
        return dict.fromkeys(name for piece in self.pieces for name in piece.names)

    @cached_property
    def sums(self) -> Mapping[str, float]:
        """Sums over all futures by name, in the order of the blocks; to be asked when all futures are there."""
        blocks: dict[str, Array] = {}
        largest = max(count for piece in self.pieces for _, count in piece.ranges)
        unit = min(largest, BLOCK_TRIALS)
        for piece in self.pieces:
            for name, values in piece.sums.items():
                whole = blocks.setdefault(name, np.zeros(-(-self.trials // unit)))
                for of, places in _places(piece.ranges, unit):
                    whole[of] = values[places]
        return {name: float(values.sum()) for name, values in blocks.items()}

    def array(self, name: str) -> Array:
        """Return a column of all futures, (trial, ...); it must not be written to.

        Raises:
            KeyError: for a column that there is not.
        """
        if len(self.pieces) == 1 and self.pieces[0].ranges == ((0, self.trials),):
            return self.pieces[0].read(name)
        return self._remembered((name,), lambda: self._gathered(lambda piece: piece.read(name)))

    def some(self, name: str, first: int, count: int) -> Array:
        """Return a column of some consecutive futures, (future, ...)."""
        found: Array | None = None
        for piece in self.pieces:
            if not any(start < first + count and first < start + size for start, size in piece.ranges):
                continue
            values = piece.read(name)
            found = np.empty((count, *values.shape[1:])) if found is None else found
            for of, places in _places(piece.ranges):
                low, high = max(of.start, first), min(of.stop, first + count)
                if low < high:
                    at = places.start - of.start
                    found[low - first : high - first] = values[low + at : high + at]
        assert found is not None
        return found

    def horizon(self, *names: str) -> Array:
        """Return the sums over the months of a column (trial, month), or of several added up month by month, (trial,).

        Only a group's part of the columns is held at once.
        """

        def summed(piece: Piece) -> Array:
            months: Array = reduce(np.add, (piece.read(name) for name in names))
            return np.asarray(np.ascontiguousarray(months).sum(axis=1))

        return self._remembered(("horizon", *names), lambda: self._gathered(summed))

    def each(self, months: int, work: Callable[[Read], Array]) -> Array:
        """Return what some work finds with columns of futures, (trial, ...).

        Args:
            months: of a future; they say how many futures the work is given at once.
            work: from a function that reads a column of some futures, (future, ...), to an array (future, ...); a
                future's must not depend on the others.
        """
        if self.trials * months <= WORKED_NUMBERS:
            return work(self.array)
        return self._gathered(lambda piece: work(piece.read))

    def _remembered(self, key: tuple[str, ...], made: Callable[[], Array]) -> Array:
        """Return an array of all futures; those asked for last are not made again, up to `REMEMBERED_BYTES`."""
        if key in self._known:
            self._known[key] = found = self._known.pop(key)
            return found
        found = made()
        found.flags.writeable = False
        room = REMEMBERED_BYTES - found.nbytes
        if room >= 0:
            while self._known and sum(each.nbytes for each in self._known.values()) > room:
                del self._known[next(iter(self._known))]
            self._known[key] = found
        return found

    def _gathered(self, read: Callable[[Piece], Array]) -> Array:
        whole: Array | None = None
        for piece in self.pieces:
            values = read(piece)
            if whole is None:
                whole = np.empty((self.trials, *values.shape[1:]))
            for of, places in _places(piece.ranges):
                whole[of] = values[places]
        assert whole is not None
        return whole


def _places(ranges: Iterable[Range], unit: int = 1) -> Iterator[tuple[slice, slice]]:
    """Yield where each range of a piece stands in the run, and where in the piece, in futures or blocks of futures."""
    start = 0
    for first, count in ranges:
        size = -(-count // unit)
        yield slice(first // unit, first // unit + size), slice(start, start + size)
        start += size


@dataclass(frozen=True, slots=True)
class ColumnsByName(Mapping[str, Array]):
    """The columns whose names begin alike, by the rest of their names; each is read when it is asked for.

    Attributes:
        read: reads a column of some futures; those of all futures are read where it is not given.
    """

    columns: Columns
    prefix: str
    read: Read | None = None

    def __getitem__(self, name: str) -> Array:
        if self.prefix + name not in self.columns.names:
            raise KeyError(name)
        return (self.read or self.columns.array)(self.prefix + name)

    def __iter__(self) -> Iterator[str]:
        return (name.removeprefix(self.prefix) for name in self.columns.names if name.startswith(self.prefix))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return f"{self.prefix}{name}" in self.columns.names
