"""The work folder of a run: what is simulated lies in it until the results are written, and outlives a kill.

It stands beside the results as `.unfinished-HASH`, with the hash of all that its numbers hang on, and is made when a
run takes more memory than it may. A run locks its folder while it lives. A run of the same inputs that is not told to
continue takes a folder of its own, `.unfinished-HASH-2` and so on, so that nothing is lost by leaving an option away;
when results are written, all folders of these inputs that no other run has locked are removed.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from simulator.engine.storage.spilled import NAME, File, Spilled, opened
from simulator.errors import OutputError, reason
from simulator.report.files.folder import short_hash, versions
from simulator.report.files.partial import lock, unlock

DIGITS: Final = 16
"""Of the hash in the name of a work folder."""
NUMBER: Final = re.compile(r"(?:-(\d+))?")


def mark_of(inputs: Sequence[object]) -> str:
    """Return the hash of all that the numbers of a run hang on: its inputs, and the versions of what computes them.

    Args:
        inputs: what JSON can hold.
    """
    return short_hash([*inputs, versions()], DIGITS)


@dataclass
class Unfinished:
    """Where a run keeps what it has simulated.

    Attributes:
        place: folder in which the results will stand.
        mark: hash of all that the numbers hang on.
        most_bytes: what it may keep in memory; beyond, it is written to the work folder.
        folder: the work folder; None while there is none.
        locked: descriptor of its lock.
    """

    place: Path
    mark: str
    most_bytes: int
    folder: Path | None = None
    locked: int | None = field(default=None, repr=False)

    def others(self) -> Iterator[Path]:
        """Yield the work folders of the same inputs that no living run has, each locked meanwhile."""
        known = sorted(self.place.glob(f".unfinished-{self.mark}*")) if self.place.is_dir() else []
        for path in known:
            if not NUMBER.fullmatch(path.name.removeprefix(f".unfinished-{self.mark}")) or path == self.folder:
                continue
            try:
                number = lock(path)
            except OSError:  # its run lives
                continue
            try:
                yield path
            finally:
                unlock(number)

    def columns(self, trials: int, *, resume: bool) -> Spilled:
        """Return the columns that take in the run, with those of an unfinished one if it is to be continued.

        Raises:
            OutputError: if a file of the unfinished run is broken or of other inputs.
        """
        found: list[File] = []
        if resume:
            most = max(self.others(), key=_size, default=None)
            if most is not None:
                self._take(most)
                found = opened(most, self.mark)
        return Spilled(trials, self.make, self.most_bytes, self.mark, found)

    def make(self) -> Path:
        """Return the work folder, which is made and locked if there is none.

        Raises:
            OutputError: if it cannot be made.
        """
        if self.folder is None:
            number = 1
            while self.folder is None:
                path = self.place / f".unfinished-{self.mark}{'' if number == 1 else f'-{number}'}"
                number += 1
                try:
                    path.mkdir(parents=True)
                except FileExistsError:
                    continue
                except OSError as error:
                    raise OutputError(f"cannot make the work folder {path}: {reason(error)}") from error
                self._take(path)
        return self.folder

    def _take(self, path: Path) -> None:
        try:
            self.locked, self.folder = lock(path), path
        except BlockingIOError as error:
            raise OutputError(f"another run of the same inputs works in {path}") from error

    def remove(self) -> None:
        """Remove the work folder, and those of the same inputs that no living run has: the results are written."""
        for path in self.others():
            shutil.rmtree(path, ignore_errors=True)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Let go of the lock at the end; the folder stays unless it was removed, or nothing is in it."""
        try:
            yield
        finally:
            if self.folder is not None and self.folder.is_dir() and not _size(self.folder):
                shutil.rmtree(self.folder, ignore_errors=True)
            unlock(self.locked)


def _size(folder: Path) -> int:
    """Return how many bytes the files of a work folder have."""
    return sum(path.stat().st_size for path in folder.iterdir() if NAME.fullmatch(path.name))
