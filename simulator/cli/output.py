"""What commands share: text on stdout, a bar on stderr, and a check that results can be written before a long run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from simulator.errors import OutputError

if TYPE_CHECKING:
    from simulator.engine.run import Progress

PROGRAM: Final = "simulate"


def print_text(text: str) -> None:
    """Write a text to stdout; what its encoding cannot show is written as an escape, as in \\u20ac."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=False)


def refuse_unwritable(folder: Path) -> None:
    """Say before a long simulation, not after it, that its results could not be written.

    Raises:
        OutputError: if the nearest folder that exists is none, or may not be written to.
    """
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        raise OutputError(
            f"cannot write the results to {folder}: {there} is not a folder; choose another place with -o"
        )
    if not os.access(there, os.W_OK):
        raise OutputError(f"cannot write the results to {folder}: {there} is read-only; choose another place with -o")


@contextmanager
def progress_bar(name: str, trials: int) -> Iterator[Progress | None]:
    """Show a bar on stderr while futures are simulated, on a terminal only."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from simulator.report.terminal import printable

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TextColumn("futures"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(printable(name), total=trials)
        yield lambda done, total: bar.update(task, completed=done, total=total)
