"""The bar moves between two reports by the pace so far, and never runs ahead of the block that is simulated."""

from __future__ import annotations

import io

from rich.console import Console
from rich.progress import Progress

from simulator.report.terminal.progress import Pace, moving_bar


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def paced() -> tuple[Clock, Pace]:
    """A pace after one block of 100 futures that took 10 seconds."""
    clock = Clock()
    pace = Pace(clock)
    clock.now = 10.0
    pace.report(100)
    return clock, pace


def test_before_the_first_block_no_pace_is_known() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now = 5.0
    assert not pace.known and pace.guess(400) == 0


def test_the_bar_moves_within_a_block() -> None:
    clock, pace = paced()
    found = []
    for clock.now in (10.0, 12.0, 15.0, 19.0):
        found.append(pace.guess(400))
    assert found == [100, 120, 150, 190]


def test_the_bar_waits_for_a_block_that_takes_longer_and_never_passes_the_end() -> None:
    clock, pace = paced()
    clock.now = 60.0
    assert pace.guess(400) == 195 and pace.guess(150) == 150
    pace.report(200)
    assert pace.guess(400) == 200


def test_drawn_bar_pulses_first_and_then_stands_where_the_pace_is() -> None:
    clock = Clock()
    pace = Pace(clock)
    column = moving_bar(pace)
    bar = Progress(column, console=Console(file=io.StringIO()), auto_refresh=False)
    bar.add_task("x", total=400)
    (task,) = bar.tasks
    assert column.render(task).pulse
    clock.now = 10.0
    pace.report(100)
    clock.now = 15.0
    drawn = column.render(task)
    assert not drawn.pulse and drawn.completed == 150
