"""Rows of a chart: their names beside what is drawn or, where there is no room, above it, and figures at the right."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simulator.report.charts.form import Form
from simulator.report.style import INK, MARGIN, TEXT_SIZE, axes_width, figure_height, figure_width, text_width, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES: Final = 1.9
"""Width of names beside the axes."""
ROW: Final = 0.42
"""Height of a row; more where its name takes three lines."""
NAME_LINE: Final = 0.165
BAR: Final = 0.21
"""Height of what is drawn, and of a figure beside it."""
GAP: Final = 0.08
"""Between a name above a row and what is drawn, and between rows."""
NONE: Final[Mapping[int, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of a chart stand, in inches and shares of a row.

    Attributes:
        names: lines of each row's name.
        bold: numbers of the rows whose names are bold.
        left: from the figure's left edge to the axes.
        height: of a row.
        above: height of the names above what is drawn; 0 where they stand beside it.
    """

    names: tuple[tuple[str, ...], ...]
    bold: Collection[int]
    left: float
    height: float
    above: float

    @property
    def body(self) -> float:
        """Height of all rows."""
        return self.height * len(self.names)

    @property
    def thick(self) -> float:
        """Height of what is drawn, as a share of a row."""
        return BAR / self.height

    def middle(self, place: int) -> float:
        """Return where on the y-axis the middle of what is drawn in a row lies."""
        return place + self.above / self.height / 2

    def write(self, axes: Axes, place: int) -> None:
        """Write the name of a row, from the figure's left margin."""
        top = place - 0.5 + GAP / 2 / self.height
        over_lines: dict[str, Any] = {"zorder": 3, "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.4}}
        axes.text(
            (MARGIN - self.left) / axes_width(axes), top if self.above else place, "\n".join(self.names[place]),
            transform=axes.get_yaxis_transform(), va="top" if self.above else "center", linespacing=1.05,
            weight="bold" if place in self.bold else "normal", color=INK, size=TEXT_SIZE,
            **(over_lines if self.above else {}),
        )  # fmt: skip


class Beside(NamedTuple):
    """Room of names beside the axes: width and least height in inches, and lines at most."""

    width: float = NAMES
    height: float = ROW
    lines: int = 3


USUAL: Final = Beside()


def rows_of(titles: Sequence[str], form: Form, room: Beside = USUAL, bold: Mapping[int, str] = NONE) -> Rows:
    """Return the rows of some titles, all of one height.

    Args:
        room: where names stand beside the axes.
        bold: numbers of the rows whose names are bold, and the mark at their end.
    """
    width = form.width - 2 * MARGIN if form.narrow else room.width - MARGIN - 0.1
    names = tuple(
        tuple(name_lines(title, width, bold=place in bold, mark=bold.get(place, ""), most=room.lines))
        for place, title in enumerate(titles)
    )
    tall = NAME_LINE * max(map(len, names), default=1)
    if form.narrow:
        return Rows(names, bold, MARGIN, tall + BAR + 2 * GAP, tall + GAP / 2)
    return Rows(names, bold, room.width, max(room.height, tall), 0.0)


def name_lines(title: str, width: float, *, bold: bool = False, mark: str = "", most: int = 3) -> list[str]:
    """Return a name in lines of at most a width, with a mark at its end."""
    lines = wrapped(f"{title} {mark}".strip(), width, TEXT_SIZE, bold=bold, most=most)
    if mark and not lines[-1].endswith(mark):
        lines[-1] = f"{wrapped(lines[-1], width - 0.25, TEXT_SIZE, bold=bold, most=1)[0]} {mark}"
    return lines


class AmountColumn(NamedTuple):
    """Where the figures of rows stand beside the axes, in inches.

    Attributes:
        end: distance from the figure's right edge to the end of a figure.
        room: width that it may take.
    """

    end: float
    room: float


def row_amount(
    axes: Axes, place: float, text: str, column: AmountColumn, *, color: str = INK, bold: bool = True
) -> None:
    """Write a row's figure beside the axes; smaller where it would not fit."""
    end, room = column
    size = min(TEXT_SIZE, TEXT_SIZE * room / text_width(text, TEXT_SIZE, bold=bold))
    box = axes.get_position()
    axes.text(
        (1 - end / figure_width(axes) - box.x0) / box.width, place, text, transform=axes.get_yaxis_transform(),
        va="center", ha="right", weight="bold" if bold else "normal", color=color, size=size,
    )  # fmt: skip


def rows_axes(axes: Axes, rows: int) -> None:
    """Set up a y-axis of rows from the top, without ticks and line."""
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines.left.set_visible(False)


def heading(axes: Axes, right: float, text: str) -> None:
    """Write a heading above a column of figures that ends so far from the figure's right edge."""
    above = axes.get_position().y1 + 0.05 / figure_height(axes)
    axes.figure.text(
        1 - right / figure_width(axes), above, text, ha="right", va="bottom", weight="bold", color=INK, size=TEXT_SIZE
    )
