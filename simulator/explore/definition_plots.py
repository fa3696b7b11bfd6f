"""Figures of a grid of definitions: a band along one clause, a table of P90 for two, a row for each definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator import risk
from simulator.errors import ContractError
from simulator.explore.definition_cells import same
from simulator.explore.labels import choice_text, words_of
from simulator.explore.plots import Plot, figure_of, new_axes, plain_axis
from simulator.report.charts.base import padded
from simulator.report.charts.interval_strip import band
from simulator.report.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PALE_BLUE,
    TEXT_SIZE,
    look,
    readable_on,
    upright_money_axis,
    wrapped,
)
from simulator.report.words.figures import factor, figures, one_unit, short_rate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.explore.definition_cells import Cell, Cells

ROW: Final = 0.42
NAMES: Final = 2.6
PRICES: Final = 1.1
SQUARE: Final = 0.5
LINE_HEIGHT: Final = 2.8
MOST_LABELS: Final = 18


def plot_grid(grid: Cells, clauses: dict[str, Any], ax: Axes | None) -> Plot:
    """Return the figure of a grid; see `Grid.plot`.

    Raises:
        ContractError: where more than two clauses vary, or the grid does not have a choice.
    """
    if not grid.axes:
        return _rows(grid, grid.cells, ax)
    free = [key for key, choices in grid.axes.items() if key not in clauses and len(choices) > 1]
    grid.cell(**clauses)  # refuses what the grid does not have
    cells = [cell for cell in grid.cells if all(same(cell.clauses[key], value) for key, value in clauses.items())]
    if len(free) > 2:
        raise ContractError(
            f"{', '.join(free)} vary: choose all but two, as plot({free[-1]}={grid.axes[free[-1]][0]!r})"
        )
    if len(free) == 2:
        return _squares(grid, cells, free, ax)
    return _band(grid, cells, free[0], ax) if free else _rows(grid, cells, ax)


def plot_cell(grid: Cells, cell: Cell, ax: Axes | None) -> Plot:
    """Return the bill by one definition beside that of the contract's own, and where the bills are equal."""
    mine, own = (risk.mean(each.billed.cost) for each in (cell, grid.own))
    p90s = figures([risk.quantile(each.billed.cost, 0.9) for each in (cell, grid.own)], grid.currency)
    price = grid.price_of(cell)
    equal = "" if price is None else f", the same bill at {short_rate(price, grid.currency)} a unit"
    title = f"{_upper(cell.name)}: P90 {p90s[0]}, as offered {p90s[1]}{equal}"
    high = max(*(risk.quantile(each.billed.cost, 0.99) for each in (*grid.cells, grid.own)), mine, own)
    return _draw_rows(grid, [("as chosen", cell), ("as offered", grid.own)], ax, title, limits=(0.0, 1.02 * high))


def _rows(grid: Cells, cells: Sequence[Cell], ax: Axes | None) -> Plot:
    ordered = sorted(cells, key=lambda cell: -risk.mean(cell.billed.cost))
    low, high = figures([risk.mean(ordered[-1].billed.cost), risk.mean(ordered[0].billed.cost)], grid.currency)
    title = (
        f"The definition alone moves the expected bill from {low} ({_title(ordered[-1])}) "
        f"to {high} ({_title(ordered[0])})"
        if len(ordered) > 1 and low != high
        else f"{_all_named(ordered)}: expected bill {low}"
    )
    titles = [_title(cell) for cell in ordered]
    return _draw_rows(grid, [(_name(cell, titles), cell) for cell in ordered], ax, title)


@dataclass(frozen=True, slots=True)
class _Band:
    """What a definition bills over all futures."""

    mean: float
    p10: float
    p50: float
    p90: float


def _draw_rows(
    grid: Cells,
    cells: Sequence[tuple[str, Cell]],
    ax: Axes | None,
    title: str,
    limits: tuple[float, float] | None = None,
) -> Plot:
    """Draw a band for each definition by its name, and at the right the price at which the bill is as offered."""
    import pandas as pd

    rows = [_Band(risk.mean(cell.billed.cost), *risk.quantiles(cell.billed.cost, (0.1, 0.5, 0.9))) for _, cell in cells]
    subtitle = f"{_what(grid)}; band P10 to P90, line P50, diamond mean; blue: as offered"
    figure, axes = (
        (figure_of(ax), ax) if ax is not None else new_axes(title, subtitle, ROW * len(cells), left=NAMES, right=PRICES)
    )
    with look():
        for place, (cell, row) in enumerate(zip((cell for _, cell in cells), rows, strict=True)):
            band(axes, place, row, best=cell.counts_as(grid.own))
            axes.text(
                1.02, place, _equal(grid, cell), transform=axes.get_yaxis_transform(), va="center", size=TEXT_SIZE
            )
        axes.text(1.02, -0.75, "same bill at", transform=axes.get_yaxis_transform(), va="center", size=TEXT_SIZE,
                  weight="bold")  # fmt: skip
        axes.set_ylim(len(cells) - 0.5, -0.5)
        axes.set_yticks(
            range(len(cells)), ["\n".join(wrapped(name, NAMES - 0.3, TEXT_SIZE, most=2)) for name, _ in cells]
        )
        low, high = limits or padded(min(row.p10 for row in rows), max(row.p90 for row in rows), 0.06)
        plain_axis(axes, low, high, "invoice over the horizon", grid.currency)
    data = pd.DataFrame(
        [asdict(row) for row in rows],
        columns=["p10", "p50", "p90", "mean"],
        index=pd.Index([name for name, _ in cells], name="definition"),
    )
    data["equal_bill_price"] = [grid.price_of(cell) for _, cell in cells]
    texts = one_unit([row.p90 for row in rows], grid.currency)
    said = "; ".join(f"{name}: P90 {text}, same bill at {_equal(grid, cell)}" for (name, cell), text in
                     zip(cells, texts, strict=True))  # fmt: skip
    return Plot(figure, title, f"Interval strip of definitions. {title}. {said}.", data)


def _equal(grid: Cells, cell: Cell) -> str:
    """Return the price of a unit at which the bill is the one as offered, or by how much all prices change."""
    price, times = grid.price_of(cell), cell.billed.factor
    if price is not None:
        return short_rate(price, grid.currency)
    return "no price" if times is None else f"{factor(times)} of prices"


def _band(grid: Cells, cells: Sequence[Cell], key: str, ax: Axes | None) -> Plot:
    """Draw mean and band along one clause: numbers at their distance, in order; words behind them."""
    import pandas as pd

    ordered = sorted(cells, key=lambda cell: _place(cell.clauses[key]))
    means = [risk.mean(cell.billed.cost) for cell in ordered]
    first, last = figures([means[0], means[-1]], grid.currency)
    names = [choice_text(key, cell.clauses[key]) for cell in ordered]
    title = f"From a {words_of(key)} of {names[0]} to {names[-1]} the expected bill goes from {first} to {last}"
    subtitle = f"{_what(grid)}; line mean, band P10 to P90"
    figure, axes = (figure_of(ax), ax) if ax is not None else new_axes(title, subtitle, LINE_HEIGHT)
    data = pd.DataFrame(
        {
            key: [cell.clauses[key] for cell in ordered],
            "p10": [risk.quantile(cell.billed.cost, 0.1) for cell in ordered],
            "mean": means,
            "p90": [risk.quantile(cell.billed.cost, 0.9) for cell in ordered],
        }
    )
    places = _places([cell.clauses[key] for cell in ordered])
    with look():
        axes.fill_between(places, data["p10"], data["p90"], color=PALE_BLUE, linewidth=0)
        axes.plot(places, data["mean"], color=BLUE, linewidth=2, marker="o", markersize=4)
        own = risk.mean(grid.own.billed.cost)
        axes.axhline(own, color=ORANGE, linewidth=1.2, linestyle=(0, (5, 3)))
        axes.annotate("as offered, mean", (places[-1], own), ha="right", va="bottom", color=ORANGE, size=TEXT_SIZE)
        axes.set_xticks(places, _apart(names, places))
        axes.set_xlabel(words_of(key))
        axes.set_ylabel(f"invoice, {grid.currency}")
        low, high = padded(min(data["p10"].min(), own), max(data["p90"].max(), own), 0.08)
        upright_money_axis(axes, low, high, grid.currency)
    points = "; ".join(f"{words_of(key)} {row[0]}: mean {row[1]}" for row in
                       zip(names, one_unit(means, grid.currency), strict=True))  # fmt: skip
    return Plot(figure, title, f"Band. {title}. {points}.", data)


def _place(value: Any) -> tuple[bool, float]:
    """Return what orders choices: numbers by size, words behind them as they were given."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return (not number, float(value) if number else 0.0)


def _places(values: Sequence[Any]) -> list[float]:
    """Return where choices stand on the axis: a number at itself, words a step apart behind the largest."""
    numbers = [float(value) for value in values if not _place(value)[0]]
    step = (numbers[-1] - numbers[0]) / 4 if len(numbers) > 1 else 1.0
    start = numbers[-1] + step if numbers else 0.0
    return [*numbers, *(start + step * number for number in range(len(values) - len(numbers)))]


def _apart(names: Sequence[str], places: Sequence[float]) -> list[str]:
    """Return the labels of an axis, empty where one would stand on the one before."""
    gap, shown, last = (places[-1] - places[0]) / MOST_LABELS, [], -float("inf")
    for name, place in zip(names, places, strict=True):
        shown.append(name if place - last >= gap else "")
        last = place if shown[-1] else last
    return shown


def _squares(grid: Cells, cells: Sequence[Cell], free: Sequence[str], ax: Axes | None) -> Plot:
    """Draw P90 by two clauses as a table of shades, the contract's own definition outlined where it is among them."""
    import pandas as pd
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    rows, columns = (grid.axes[key] for key in free)
    found = {(str(cell.clauses[free[0]]), str(cell.clauses[free[1]])): cell for cell in cells}
    p90s = {place: risk.quantile(cell.billed.cost, 0.9) for place, cell in found.items()}
    low, high = min(p90s.values()), max(p90s.values())
    least, most = figures([low, high], grid.currency)
    title = f"By {words_of(free[0])} and {words_of(free[1])}, P90 lies between {least} and {most} at the same price"
    subtitle = f"P90 of {_what(grid)[:1].lower()}{_what(grid)[1:]}; outlined: as offered"
    figure, axes = (figure_of(ax), ax) if ax is not None else new_axes(title, subtitle, SQUARE * len(rows), left=1.4)
    shades, texts = colormaps["cividis"], iter(one_unit(list(p90s.values()), grid.currency))
    with look():
        for row, first in enumerate(rows):
            for column, second in enumerate(columns):
                cell, amount = found[str(first), str(second)], p90s[str(first), str(second)]
                shade = shades(0.0 if high <= low else (amount - low) / (high - low))
                own = cell.counts_as(grid.own)
                axes.add_patch(Rectangle((column, row), 1, 1, facecolor=shade, edgecolor=ORANGE if own else "white",
                                         linewidth=3.5 if own else 1, zorder=3 if own else 2))  # fmt: skip
                axes.text(column + 0.5, row + 0.5, next(texts), ha="center", va="center", color=readable_on(shade),
                          size=TEXT_SIZE + 1, zorder=4)  # fmt: skip
        axes.set_xlim(0, len(columns))
        axes.set_ylim(len(rows), 0)
        axes.set_xticks(
            [place + 0.5 for place in range(len(columns))], [choice_text(free[1], each) for each in columns]
        )
        axes.set_yticks([place + 0.5 for place in range(len(rows))], [choice_text(free[0], each) for each in rows])
        axes.tick_params(length=0, colors=INK)
        axes.set_xlabel(words_of(free[1]))
        axes.set_ylabel(words_of(free[0]))
        for side in axes.spines.values():
            side.set_visible(False)
    data = pd.DataFrame([[p90s[str(first), str(second)] for second in columns] for first in rows],
                        index=pd.Index(map(str, rows), name=free[0]),
                        columns=pd.Index(map(str, columns), name=free[1]))  # fmt: skip
    return Plot(figure, title, f"Table of P90. {title}.", data)


def _what(grid: Cells) -> str:
    return f"Invoice of {grid.title} over {grid.months} months, {grid.currency}, {grid.trials:,} futures"


def _name(cell: Cell, titles: Sequence[str]) -> str:
    """Return how a row is called: by the title of its definition, with the name where several have the same title."""
    title = _title(cell)
    name = title if titles.count(title) == 1 or title == cell.name else f"{title} ({cell.name})"
    return f"{name}{'' if cell.countable else ', not recountable'}"


def _all_named(cells: Sequence[Cell]) -> str:
    return _upper(cells[0].name) if len(cells) == 1 else f"All {len(cells)} definitions bill the same"


def _title(cell: Cell) -> str:
    return cell.name if cell.clauses else cell.definition.title or cell.name


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


__all__ = ["GREY", "plot_cell", "plot_grid"]
