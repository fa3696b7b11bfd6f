"""Chart 4: which clause to negotiate: P90 of one contract's fee by return window and by what silence counts."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Final

from simulator.report.charts.base import Chart, ChartTable, Margins, cut, horizon_text, numbers_of, sheet
from simulator.report.charts.difference import speaks_of
from simulator.report.style import INK, MARGIN, ORANGE, TEXT_SIZE, axes_width, look, readable_on, wrapped
from simulator.report.summary.clauses import BilledBy, ClauseAxis, ClauseNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import Scale, figures, one_unit, scale_for
from simulator.report.words.sentences import futures_text, in_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

NAMES: Final = 1.75
ROW: Final = 0.5
HEAD: Final = 0.6


def definition_grid(source: Forecast | Summary) -> Chart | None:
    """Draw P90 of the fee by return window (rows) and silence (columns); None where no definition was studied."""
    summary = numbers_of(source)
    found = summary.clauses
    if not found:
        return None
    rows, columns = found.axes[0], found.axes[1]
    cells = [[cell_of(found, (row, column)).p90 for column in range(len(columns.choices))]
             for row in range(len(rows.choices))]  # fmt: skip
    title = _title(summary, found, cells)
    low, high = figures(found.as_offered.p90_interval, summary.currency)
    code = summary.currency
    subtitle = (
        f"{speaks_of(summary, found)}P90 of the invoice of {in_sentence(found.title)} {horizon_text(summary)}, "
        f"{code}, in all {futures_text(summary)} of this run, by what a return does (rows) and when silence counts "
        f"(columns); outlined: as offered, known to lie within {low} to {high} as far as the number of futures decides"
    )
    with look():
        figure, axes = sheet(
            title, subtitle, ROW * len(cells), Margins(left=NAMES, right=MARGIN, above=HEAD, foot=0.15)
        )
        _draw(axes, cells, (rows, columns), scale_for(list(itertools.chain(*cells)), summary.currency))
    return Chart(figure, title, _alt(title, subtitle, found, cells, summary.currency), subtitle,
                 _table(found, cells, summary.currency))  # fmt: skip


def cell_of(found: ClauseNumbers, choices: tuple[int, ...]) -> BilledBy:
    """Return a cell of the grid; axes beyond the given choices stand as in the contract's own definition."""
    place = 0
    for number, axis in enumerate(found.axes):
        choice = choices[number] if number < len(choices) else axis.own
        place = place * len(axis.choices) + choice
    cell: BilledBy = found.cells[place]
    return cell


def _title(summary: Summary, found: ClauseNumbers, cells: list[list[float]]) -> str:
    """Return how far the clauses of the grid lower P90, and which of them does: one alone, or both together."""
    code = summary.currency
    name = cut(found.title, 45)
    rows, columns = found.axes[0], found.axes[1]
    own = cells[rows.own][columns.own]
    least = min(map(min, cells))
    if own <= 0 or _same(least, own) or least > own:
        return f"{name}: no return window and no rule on silence would lower its P90 of {figures([own], code)[0]}"
    row, column = _fewest_changes(found, cells, least)
    alone = (
        (cells[row][columns.own], rows.choices[row]),
        (cells[rows.own][column], columns.choices[column]),
    )
    if rows.own == row or columns.own == column:
        changed = alone[0][1] if columns.own == column else alone[1][1]
        low, high = figures([least, own], code)
        return f'{name}: "{changed}" moves P90 from {high} as offered down to {low}, at the same price'
    (first, one), (_, other) = sorted(alone, key=lambda each: each[0])
    low, between, high = figures([least, first, own], code)
    if first >= own or _same(first, own):
        return (
            f'{name}: "{one}" and "{other}" move P90 from {high} as offered down to {low} together, neither of them '
            "alone, at the same price"
        )
    return (
        f'{name}: "{one}" alone moves P90 from {high} as offered down to {between}, with "{other}" to {low}, at the '
        "same price"
    )


def _fewest_changes(found: ClauseNumbers, cells: list[list[float]], least: float) -> tuple[int, int]:
    """Return the cell with the lowest P90; of several that are equal the one that changes the fewest clauses."""
    own = (found.axes[0].own, found.axes[1].own)
    places = [(r, c) for r, line in enumerate(cells) for c, amount in enumerate(line) if _same(amount, least)]
    return min(places, key=lambda place: (sum(a != b for a, b in zip(place, own, strict=True)), place))


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9)


def _draw(axes: Axes, cells: list[list[float]], of: tuple[ClauseAxis, ClauseAxis], scale: Scale) -> None:
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    rows, columns = of
    low, high = min(map(min, cells)), max(map(max, cells))
    shades = colormaps["cividis"]
    axes.set_xlim(0, len(columns.choices))
    axes.set_ylim(len(cells), 0)
    axes.axis("off")
    for row, column in itertools.product(range(len(cells)), range(len(columns.choices))):
        amount = cells[row][column]
        shade = shades(0.0 if high <= low else (amount - low) / (high - low))
        axes.add_patch(Rectangle((column, row), 1, 1, facecolor=shade, edgecolor="white", linewidth=1))
        text = f"{scale.of.symbol.strip()}{scale.text(amount)}{scale.unit}"
        axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", size=TEXT_SIZE + 1,
                  color=readable_on(shade))  # fmt: skip
    offered = Rectangle((columns.own, rows.own), 1, 1, fill=False, edgecolor=ORANGE, linewidth=3.5, zorder=5)
    offered.set_clip_on(False)
    axes.add_patch(offered)
    _words(axes, rows, columns)


def _words(axes: Axes, rows: ClauseAxis, columns: ClauseAxis) -> None:
    width = axes_width(axes)
    for row, choice in enumerate(rows.choices):
        lines = wrapped(choice, NAMES - MARGIN - 0.1, TEXT_SIZE, most=2)
        axes.text((MARGIN - NAMES) / width, row + 0.5, "\n".join(lines), va="center", color=INK, size=TEXT_SIZE,
                  transform=axes.get_yaxis_transform())  # fmt: skip
    each = width / len(columns.choices) - 0.1
    for column, choice in enumerate(columns.choices):
        lines = wrapped(choice, each, TEXT_SIZE, most=2)
        axes.text(column + 0.5, -0.08, "\n".join(lines), ha="center", va="bottom", color=INK, size=TEXT_SIZE)
    head = columns.question
    axes.text(0, -0.08 - 0.36 / ROW, head, va="bottom", color=INK, weight="bold", size=TEXT_SIZE)
    left = "\n".join(wrapped(rows.question, NAMES - MARGIN - 0.1, TEXT_SIZE, bold=True, most=2))
    axes.text((MARGIN - NAMES) / width, -0.08, left, va="bottom", color=INK, weight="bold", size=TEXT_SIZE,
              transform=axes.get_yaxis_transform())  # fmt: skip


def _table(found: ClauseNumbers, cells: list[list[float]], code: str) -> ChartTable:
    rows, columns = found.axes[0], found.axes[1]
    texts = iter(one_unit(list(itertools.chain(*cells)), code))
    return ChartTable(
        (f"{rows.question} / {columns.question.lower()}", *columns.choices),
        tuple((choice, *(next(texts) for _ in columns.choices)) for choice in rows.choices),
    )


def _alt(title: str, subtitle: str, found: ClauseNumbers, cells: list[list[float]], code: str) -> str:
    table = _table(found, cells, code)
    lines = [f"{row[0]}: " + ", ".join(f"{head} {cell}" for head, cell in zip(table.columns[1:], row[1:], strict=True))
             for row in table.rows]  # fmt: skip
    return f"Definition grid. {title}. {subtitle}. {'; '.join(lines)}."
