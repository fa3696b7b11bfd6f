"""In what form a chart is drawn: as a file with title and subtitle, or for the page, wide or narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulator.report.style import WIDTH


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a drawing. Letters have the same size in all of them.

    Attributes:
        width: of the figure in inches.
        headed: whether title and subtitle are part of the drawing.
        few: whether only the contracts that a reader compares are drawn: recommended, rivals and the best few.
        narrow: whether there is no room beside a row: its name stands above it, and labels are short.
    """

    width: float = WIDTH
    headed: bool = True
    few: bool = False
    narrow: bool = False


FILE: Final = Form()
"""As it is saved in charts/."""
WIDE: Final = Form(width=6.6, headed=False, few=True)
"""On a page that has title and subtitle as headings of its own, where 540 pixels or more are left for it."""
NARROW: Final = Form(width=4.0, headed=False, few=True, narrow=True)
"""On a page of 390 pixels, where about 340 are left for it: letters of 9 points are shown at 10.6 pixels."""
