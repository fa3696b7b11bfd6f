"""A bar while futures are simulated: on a terminal, and in a notebook that can show one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from simulator.engine.run import Progress

_KERNEL: Final = "ipykernel"
_WIDGETS: Final = "ipywidgets"


@contextmanager
def progress_bar(name: str, trials: int) -> Iterator[Progress | None]:
    """Show a bar on stderr while futures are simulated, on a terminal only."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with _bar(name, trials, Console(stderr=True)) as progress:
        yield progress


@contextmanager
def notebook_bar(name: str, trials: int) -> Iterator[Progress | None]:
    """Show a bar under the cell of a notebook, on a terminal as `progress_bar` does, and nowhere else."""
    if _KERNEL not in sys.modules or find_spec(_WIDGETS) is None:
        with progress_bar(name, trials) as progress:
            yield progress
        return
    from rich.console import Console

    with _bar(name, trials, Console(force_jupyter=True)) as progress:
        yield progress


@contextmanager
def _bar(name: str, trials: int, console: Any) -> Iterator[Progress]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from simulator.report.terminal import printable

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TextColumn("futures"))
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(printable(name), total=trials)
        yield lambda done, total: bar.update(task, completed=done, total=total)
