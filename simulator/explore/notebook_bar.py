"""A bar under the cell of a notebook while futures are simulated; it leaves nothing behind."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any, Final

from simulator.report.terminal.progress import progress_bar
from simulator.report.words.terminal_text import printable

if TYPE_CHECKING:
    from simulator.engine.run import Progress

EVERY_SECONDS: Final = 0.2


def in_notebook() -> bool:
    """Return whether a kernel of Jupyter runs this process; that its modules are loaded is not enough."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return getattr(shell, "kernel", None) is not None


@contextmanager
def notebook_bar(name: str, trials: int) -> Iterator[Progress | None]:
    """Show how far a simulation is, under the cell in a notebook, on stderr on a terminal, and nowhere else."""
    if not in_notebook():
        with progress_bar(name, trials) as progress:
            yield progress
        return
    from IPython import display as notebook

    from simulator.engine.processes.warming import told

    show: Any = notebook.display
    handle = show(_bar(name, 0, trials), raw=True, display_id=True)
    shown = time.monotonic()

    def update(done: int, total: int) -> None:
        nonlocal shown
        if time.monotonic() - shown >= EVERY_SECONDS:
            shown = time.monotonic()
            handle.update(_bar(name, done, total), raw=True)

    def waiting(text: str) -> None:
        handle.update(_bar(text or name, 0, trials), raw=True)

    try:
        with told(waiting):
            yield update
    finally:
        handle.update({"text/html": "", "text/plain": ""}, raw=True)


def _bar(name: str, done: int, total: int) -> dict[str, str]:
    """Return what a notebook shows, as HTML and as text."""
    said = f"{done:,} of {total:,} futures"
    bar = f'{escape(printable(name))} <progress value="{done}" max="{total}"></progress> {said}'
    return {"text/html": bar, "text/plain": said}
