"""Which contract the verdict takes over two parameters, as it is told: a sentence, a coarse table, a picture."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.decisions.breakeven.breakeven import PRICE
from simulator.decisions.breakeven.verdict_map import NEAR, OWN, MapAxis, Row, VerdictMap
from simulator.report.blocks.contract import titles
from simulator.report.charts.base import Chart, ChartTable, Margins, cut, sheet
from simulator.report.charts.form import FILE, Form
from simulator.report.studies.breakeven_values import Values, values_of_axis
from simulator.report.studies.told import MustRead, Table, Told
from simulator.report.style import (
    INK,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    PALE_GREY,
    PALE_ORANGE,
    TEXT_SIZE,
    axes_width,
    look,
    text_width,
    wrapped,
)
from simulator.report.words.figures import price_at_most
from simulator.report.words.sentences import capital, in_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

COLUMNS: Final = 7
ROWS: Final = 7
SHADES: Final = (PALE_BLUE, PALE_ORANGE, "#A9D5C6", PALE_GREY, "#E6D58A", "#CDB7DC")
HEIGHT: Final = 3.3
LEFT: Final = 0.95
RIGHT: Final = 2.1
FOOT: Final = 0.72
CLOSE: Final = "~"
MISSED: Final = "!"
HATCH: Final = "//"
_Cell = tuple[str, bool]
"""A contract that is taken, and whether no contract keeps the budget."""
_Box = tuple[float, float, float, float]
"""Left, right, lower and upper edge."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What the texts of a map are made of.

    Attributes:
        letters: by contract, those that are taken somewhere, the most frequent first.
    """

    found: VerdictMap
    first: Values
    second: Values
    letters: Mapping[str, str]
    names: Mapping[str, str]
    currency: str

    def legend(self) -> str:
        """Return what the letters stand for."""
        return "; ".join(f"{letter} {self.names[name]}" for name, letter in self.letters.items())


def verdict_map_told(found: VerdictMap, forecast: Forecast) -> Told:
    """Return a map in words."""
    scenario = forecast.scenario
    taken = [name for row in (*found.rows, found.here) for name in row.taken]
    order = sorted(dict.fromkeys(taken), key=lambda name: -taken.count(name))
    first, second = (values_of_axis(axis.over, found, scenario) for axis in (found.first, found.second))
    letters = dict(zip(order, string.ascii_uppercase, strict=False))
    words = _Words(found, first, second, letters, titles(forecast), scenario.currency)
    return Told(
        question=f"Which contract does the verdict take, by {first.name} and {second.name}?",
        answer=_sentence(words),
        tables=(_table(words),),
        notes=tuple(_notes(words)),
        draw=partial(_chart, words),
    )


def _sentence(words: _Words) -> str:
    """Return what is taken along the first axis where the scenario stands on the second."""
    found = words.found
    parts = [in_sentence(words.names[name]) for name, _ in itertools.groupby(found.here.taken)]
    at = _changes(found.here, words)
    if not at:
        path = f"{parts[0]} at all of {_ends(found.first, words.first)}"
    else:
        steps = [f"{part} up to {where}" for part, where in zip(parts, at, strict=False)]
        steps[0] += f" {words.first.words}" if words.first.words else ""
        path = f"{', '.join(steps)} and {parts[-1]} beyond"
    here, other = (values.one(axis.here) for values, axis in ((words.first, found.first), (words.second, found.second)))
    return capital(
        f"at {other} the verdict takes {path}; the scenario stands at {here}, where it takes "
        f"{in_sentence(words.names[found.recommended])}."
    )


def _ends(axis: MapAxis, values: Values) -> str:
    low, high = values.told([axis.values[0], axis.values[-1]])
    return f"{low} to {high}{f' {values.words}' if values.words else ''}"


def _table(words: _Words) -> Table:
    """Return some rows and columns: letters of the contracts, and where another one is taken."""
    found = words.found
    columns = _some(found.first, COLUMNS)
    rows = [found.rows[place] for place in _rows_shown(found.second)]
    heads = words.first.told([found.first.values[place] for place in columns])
    names = [
        f"{text}{_off(row.at, found.second)}"
        for row, text in zip(rows, words.second.told([r.at for r in rows]), strict=True)
    ]
    changes = [", ".join(_changes(row, words)) or _everywhere(row, words) for row in rows]
    cells = [[_letter(row, place, words) for place in columns] for row in rows]
    here = next((place for place, row in enumerate(rows) if row.at == found.second.here), None)
    return Table(
        ("", *heads, "changes at"),
        tuple((name, *line, change) for name, line, change in zip(names, cells, changes, strict=True)),
        title=f"Across: {_axis_name(words.first)}. Down: {_axis_name(words.second)}. {words.legend()}.",
        marked=here,
        star="where the scenario stands",
    )


def _rows_shown(axis: MapAxis) -> list[int]:
    """Return places of the rows of the table: some of all, and all that are near the scenario."""
    return sorted({*_some(axis, ROWS), *(place for place, each in enumerate(axis.values) if _off(each, axis))})


def _off(value: float, axis: MapAxis) -> str:
    """Return how far a value near the scenario is off it: " (-20 %)"."""
    if axis.over not in OWN:
        return ""
    return next((f" ({100 * (each - 1):+.0f} %)" for each in NEAR if np.isclose(value, each * axis.here)), "")


def _changes(row: Row, words: _Words) -> list[str]:
    """Return where a row changes; a price rounded down, as where to walk away is everywhere."""
    price = words.found.price
    if words.found.first.over != PRICE or not price:
        return words.first.told(row.changes)
    return [price_at_most(each * price, words.currency) for each in row.changes]


def _everywhere(row: Row, words: _Words) -> str:
    """Return what a row without a change says of the contract whose price is varied."""
    taken, own = words.letters.get(row.taken[0], "?"), words.letters.get(words.found.contract)
    if words.found.first.over != PRICE:
        return f"{taken} all along"
    return f"{taken} at every price" if own in (None, taken) else f"{own} at no price"


def _axis_name(values: Values) -> str:
    return values.name if not values.words or values.words in values.name else f"{values.name} ({values.words})"


def _some(axis: MapAxis, count: int) -> list[int]:
    """Return places of some values of an axis, with where the scenario stands among them."""
    places = {int(each) for each in np.linspace(0, len(axis.values) - 1, count).round()}
    if axis.here in axis.values and len(axis.values) > count:
        here = axis.values.index(axis.here)
        inner = places - {0, len(axis.values) - 1}
        places -= {min(inner, key=lambda place: abs(place - here))}
        places |= {here}
    return sorted(places)


def _letter(row: Row, place: int, words: _Words) -> str:
    return (
        words.letters.get(row.taken[place], "?")
        + (CLOSE if row.close[place] else "")
        + (MISSED if row.missed[place] else "")
    )


def _notes(words: _Words) -> Iterator[str]:
    found = words.found
    close = any(flag for row in found.rows for flag in row.close)
    told = f" {CLOSE} marks what is too close to call." if close else ""
    yield (MustRead if close else str)(
        f"Every point is judged by the rule of the verdict on all contracts, in the same {found.futures:,} futures; "
        f"budgets stay.{told} The scenario itself is judged in all its futures."
    )
    if _any_missed(found):
        yield MustRead(
            f"{MISSED} marks where no contract keeps the budget in nine of ten futures: there the one that keeps it "
            "most often is taken."
        )
    if found.simulated:
        yield (
            f"{found.simulated} points were simulated, of expected conversations where these exist; the boundary lies "
            "halfway between two of them. `simulate breakeven --over` finds one to the last digit."
        )
    if "share" in (found.first.over, found.second.over):
        yield "The share billed is varied for this contract alone: its definition counts so much more or less."


def _any_missed(found: VerdictMap) -> bool:
    return any(flag for row in found.rows for flag in row.missed)


def _chart(words: _Words, form: Form = FILE) -> Chart:
    """Draw the map: an area for each contract with its letter, and a star where the scenario stands."""
    found = words.found
    title = _title(words)
    subtitle = (
        f"Contract that the verdict takes, by {_axis_name(words.first)} and {_axis_name(words.second)}; "
        f"{found.futures:,} futures at each point; star: the scenario as it is"
        f"{'; hatched: no contract keeps the budget in nine of ten futures' if _any_missed(found) else ''}"
    )
    with look():
        right = MARGIN + 0.1 if form.narrow else RIGHT
        figure, axes = sheet(title, subtitle, HEIGHT, Margins(left=LEFT, right=right, foot=FOOT), form)
        _cells(axes, words)
        _ticks(axes, words)
        if not form.narrow:
            _names(axes, words, right)
    table = _table(words)
    alt = f"Map. {title}. {subtitle}. {words.legend()}."
    return Chart(figure, title, alt, subtitle, ChartTable((words.second.name, *table.columns[1:]), table.rows))


def _title(words: _Words) -> str:
    found = words.found
    best = cut(in_sentence(words.names[found.recommended]), 45)
    taken = [name for row in found.rows for name in row.taken]
    share = taken.count(found.recommended) / len(taken)
    where = "everywhere on this map" if share == 1 else f"on {100 * share:.0f} % of this map, and where the scenario is"
    return capital(f"{best} is taken {where}")


def _cells(axes: Axes, words: _Words) -> None:
    found = words.found
    edges = [_edges(axis.values) for axis in (found.first, found.second)]
    _areas(axes, words, *edges)
    for axis, set_scale in ((found.first, axes.set_xscale), (found.second, axes.set_yscale)):
        if _logarithmic(axis):
            set_scale("log")
    axes.minorticks_off()
    axes.set_xlim(edges[0][0], edges[0][-1])
    axes.set_ylim(edges[1][0], edges[1][-1])
    for place in _some(found.second, ROWS)[1:-1]:
        for column in _some(found.first, COLUMNS)[1:-1]:
            row = found.rows[place]
            at = (found.first.values[column], row.at)
            if at != (found.first.here, found.second.here):
                axes.text(*at, words.letters.get(row.taken[column], "?"), ha="center", va="center", color=INK,
                          size=TEXT_SIZE)  # fmt: skip
    axes.plot(found.first.here, found.second.here, marker="*", markersize=15, markerfacecolor="white",
              markeredgecolor=ORANGE, markeredgewidth=1.6, zorder=5, clip_on=False)  # fmt: skip


def _areas(axes: Axes, words: _Words, across: Sequence[float], down: Sequence[float]) -> None:
    """Shade each area as one path, equal cells side by side as one rectangle: a cell each makes a large file."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    boxes: dict[_Cell, list[Path]] = {}
    for cell, (left, right, low, high) in area_boxes(words.found.rows, across, down):
        corners = [(left, low), (right, low), (right, high), (left, high), (left, low)]
        boxes.setdefault(cell, []).append(Path(corners, closed=True))
    order = list(words.letters)
    for (name, missed), some in boxes.items():
        axes.add_patch(
            PathPatch(Path.make_compound_path(*some), facecolor=SHADES[order.index(name) % len(SHADES)], linewidth=0,
                      edgecolor=INK, hatch=HATCH if missed else None, antialiased=False)
        )  # fmt: skip


def area_boxes(rows: Sequence[Row], across: Sequence[float], down: Sequence[float]) -> Iterator[tuple[_Cell, _Box]]:
    """Yield rectangles of equal cells: those of a row side by side, and with the same of the rows above it."""
    open_: dict[tuple[_Cell, int, int], float] = {}
    for place in range(len(rows) + 1):
        runs = list(_runs(rows[place])) if place < len(rows) else []
        for run in [each for each in open_ if each not in runs]:
            cell, start, end = run
            yield cell, (across[start], across[end], open_.pop(run), down[place])
        for run in runs:
            open_.setdefault(run, down[place])


def _runs(row: Row) -> Iterator[tuple[_Cell, int, int]]:
    """Yield equal cells side by side: contract and whether the budget is missed, the first, and one beyond the last."""
    start = 0
    for cell, some in itertools.groupby(zip(row.taken, row.missed, strict=True)):
        end = start + len(list(some))
        yield cell, start, end
        start = end


def _logarithmic(axis: MapAxis) -> bool:
    return axis.over == "volume"


def _edges(values: Sequence[float]) -> list[float]:
    """Return the edges of cells around values."""
    middles = [(low + high) / 2 for low, high in itertools.pairwise(values)]
    return [values[0], *middles, values[-1]]


def _ticks(axes: Axes, words: _Words) -> None:
    found = words.found
    x = [found.first.values[place] for place in _some(found.first, COLUMNS)]
    texts = words.first.told(x)
    while len(x) > 2 and sum(text_width(text, TEXT_SIZE) + 0.15 for text in texts) > axes_width(axes):
        x = x[::2]
        texts = words.first.told(x)
    y = [found.second.values[place] for place in _some(found.second, ROWS)]
    axes.set_xticks(x, texts)
    axes.set_yticks(y, words.second.told(y))
    axes.tick_params(colors=INK, length=3)
    axes.set_xlabel(wrapped(_axis_name(words.first), axes_width(axes), TEXT_SIZE, most=1)[0], color=INK, size=TEXT_SIZE)
    axes.set_ylabel(wrapped(_axis_name(words.second), HEIGHT, TEXT_SIZE, most=1)[0], color=INK, size=TEXT_SIZE)


def _names(axes: Axes, words: _Words, right: float) -> None:
    """Name the areas at the right, a patch of its shade before each."""
    from matplotlib.patches import Rectangle

    width, place = axes_width(axes), 0.0
    for number, (name, letter) in enumerate(words.letters.items()):
        lines = wrapped(f"{letter} {words.names[name]}", right - MARGIN - 0.4, TEXT_SIZE, most=3)
        if place + 0.17 * len(lines) > HEIGHT:
            break
        y = 1 - (place + 0.14) / HEIGHT
        axes.add_patch(
            Rectangle((1 + 0.12 / width, y), 0.16 / width, 0.12 / HEIGHT, transform=axes.transAxes, clip_on=False,
                      facecolor=SHADES[number % len(SHADES)], edgecolor=INK, linewidth=0.6)
        )  # fmt: skip
        axes.text(1 + 0.34 / width, 1 - place / HEIGHT, "\n".join(lines), transform=axes.transAxes, va="top",
                  color=INK, size=TEXT_SIZE, linespacing=1.1)  # fmt: skip
        place += 0.17 * len(lines) + 0.12
