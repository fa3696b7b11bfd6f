"""A bar on a terminal while futures are simulated. It moves within a block of futures too, by the pace so far."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

    from simulator.engine.run import Progress

NOT_YET: Final = 0.95
"""Share of the largest block so far up to which a guess runs ahead of what is reported."""


class Pace:
    """How many futures are probably done now: those reported, and those of the next block at the pace so far."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = self._reported = clock()
        self._done = self._largest = 0

    def report(self, done: int) -> None:
        """Take in that so many futures are done."""
        self._largest = max(self._largest, done - self._done)
        self._done, self._reported = done, self._clock()

    @property
    def known(self) -> bool:
        """Whether a block has come, from which a pace is known."""
        return self._done > 0

    def guess(self, total: float) -> float:
        """Return how many futures are probably done, of a total; never more than most of a block beyond those told."""
        elapsed = self._reported - self._started
        if not self.known or elapsed <= 0:
            return self._done
        ahead = self._done / elapsed * (self._clock() - self._reported)
        return min(self._done + min(ahead, NOT_YET * self._largest), total)


@contextmanager
def progress_bar(name: str, trials: int) -> Iterator[Progress | None]:
    """Show a bar on stderr while futures are simulated, on a terminal only."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from simulator.engine.processes.warming import told
    from simulator.report.words.terminal_text import printable

    pace = Pace()
    columns = (TextColumn("{task.description}", markup=False), moving_bar(pace), MofNCompleteColumn(),
               TextColumn("futures"))  # fmt: skip
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(printable(name), total=trials)

        def progress(done: int, total: int) -> None:
            pace.report(done)
            bar.update(task, completed=done, total=total)

        with told(lambda text: bar.update(task, description=text or printable(name))):
            yield progress


def moving_bar(pace: Pace) -> ProgressColumn:
    """Return a column with a bar at what is probably done; it pulses until the first block has come."""
    from rich.progress import BarColumn, Task
    from rich.progress_bar import ProgressBar

    class MovingBar(BarColumn):
        def render(self, task: Task) -> ProgressBar:
            total = task.total or 0
            bar = super().render(task)
            bar.completed, bar.pulse = pace.guess(total), not pace.known
            return bar

    return MovingBar()
