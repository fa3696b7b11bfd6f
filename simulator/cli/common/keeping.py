"""Where a run keeps what it has simulated until its results are written, and what it says of unfinished ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.runtime.interrupts import Interrupted

if TYPE_CHECKING:
    from simulator.engine.storage.run_columns import Columns
    from simulator.report.files.unfinished import Unfinished

MEGABYTE = 1_000_000
SPILL_ABOVE = 128
"""Megabytes of numbers that a run holds in memory, unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where what leaves the groups of futures of a run is kept.

    Attributes:
        every_meter: whether single futures of all meters are kept, and not only those that are read.
        unfinished: the work folder of the run; everything is kept in memory where there is none.
        resume: whether an unfinished run of the same inputs is continued.
    """

    every_meter: bool = False
    unfinished: Unfinished | None = None
    resume: bool = False

    @property
    def held_bytes(self) -> int | None:
        """What may be held in memory of what is kept; None for all of it."""
        return None if self.unfinished is None else self.unfinished.most_bytes

    def columns(self, trials: int) -> Columns:
        """Return the columns that take in a run of some futures, those of an unfinished one among them.

        Raises:
            OutputError: if a file of the unfinished run is broken or of other inputs.
        """
        from simulator.engine.storage.run_columns import Columns

        if self.unfinished is None:
            return Columns(trials)
        columns = self.unfinished.columns(trials, resume=self.resume)
        if self.resume:
            where = f" in {self.unfinished.folder}" if columns.futures else ""
            click.echo(f"continues with {columns.futures:,} of {trials:,} futures that are there{where}", err=True)
        return columns

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say which unfinished run could be continued, and at the end what this one leaves behind.

        Raises:
            Interrupted: after an interruption that leaves something behind, saying what.
        """
        if self.unfinished is None:
            yield
            return
        for path in () if self.resume else self.unfinished.others():
            click.echo(
                f"note: {path} is of an unfinished run of the same inputs; --resume continues it. This run starts "
                "anew, and removes it when its results are written",
                err=True,
            )
        with self.unfinished.kept():
            try:
                yield
            except KeyboardInterrupt as error:
                if left := self._left():
                    raise Interrupted(left) from error
                raise
            except BaseException:
                if left := self._left():
                    click.echo(left, err=True)
                raise
            self.unfinished.remove()

    def _left(self) -> str:
        """Return what the run leaves behind, in words; nothing if that is nothing."""
        assert self.unfinished is not None
        folder = self.unfinished.folder
        if folder is None or not any(Path(folder).glob("part-*.parquet")):
            return ""
        return f"what was simulated is kept in {folder}; the same command with --resume continues with it"
