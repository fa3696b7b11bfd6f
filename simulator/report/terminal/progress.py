"""A bar on a terminal while futures are simulated."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.engine.run import Progress


@contextmanager
def progress_bar(name: str, trials: int) -> Iterator[Progress | None]:
    """Show a bar on stderr while futures are simulated, on a terminal only."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from simulator.engine.processes.warming import told
    from simulator.report.words.terminal_text import printable

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TextColumn("futures"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(printable(name), total=trials)
        with told(lambda text: bar.update(task, description=text or printable(name))):
            yield lambda done, total: bar.update(task, completed=done, total=total)
