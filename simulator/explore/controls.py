"""Controls of a notebook over a grid that was simulated once: what they show is looked up, so that it comes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.explore.labels import choice_text, words_of
from simulator.explore.plot_grid import plot_cell
from simulator.explore.shown import page
from simulator.report.figures import figures, percents, short_rate

if TYPE_CHECKING:
    from simulator.explore.grid import Cell, Grid

WIDTH: Final = "680px"
NAME: Final = "definition"


def controls(grid: Grid) -> Any:
    """Return a box with one control for each clause of a grid, the bill by their choice, and what it means in words.

    Raises:
        ImportError: without ipywidgets, with how to install it.
    """
    try:
        import ipywidgets as widgets
    except ImportError as error:
        raise ImportError("controls need ipywidgets: pip install -e '.[notebooks]'") from error

    chosen = _sliders(grid, widgets) if grid.axes else {NAME: _names(grid, widgets)}
    picture, words = widgets.Image(format="png", layout=widgets.Layout(width=WIDTH)), widgets.HTML()

    def show(_: Any = None) -> None:
        choice = {key: control.value for key, control in chosen.items()}
        cell = grid.cell(**({key: grid.axes[key][place] for key, place in choice.items()} if grid.axes else choice))
        picture.value = plot_cell(grid, cell, None).png
        words.value = page(*said(grid, cell))

    for control in chosen.values():
        control.observe(show, names="value")
    show()
    return widgets.VBox([*chosen.values(), picture, words])


def _names(grid: Grid, widgets: Any) -> Any:
    """Return a list of the whole definitions to choose one from; its value is the name."""
    return widgets.Dropdown(
        options=[(cell.definition.title or cell.name, cell.name) for cell in grid.cells],
        description=NAME,
        style={"description_width": "160px"},
        layout=widgets.Layout(width=WIDTH),
    )


def _sliders(grid: Grid, widgets: Any) -> dict[str, Any]:
    """Return a slider for each clause; its value is the place of the choice."""
    return {
        key: widgets.SelectionSlider(
            options=[(choice_text(key, value), place) for place, value in enumerate(choices)],
            description=words_of(key),
            continuous_update=False,
            style={"description_width": "160px"},
            layout=widgets.Layout(width=WIDTH),
        )
        for key, choices in grid.axes.items()
    }


def said(grid: Grid, cell: Cell) -> list[str]:
    """Return in words what a definition counts, what it bills, where the bills are equal, and who can count it."""
    billed = cell.billed
    mean, own = float(billed.cost.mean()), float(grid.own.billed.cost.mean())
    bill, theirs = figures([mean, own], grid.currency)
    not_solved = float(billed.not_solved.sum()) / float(billed.units.sum()) if billed.units.any() else 0.0
    price = grid.price_of(cell)
    equal = (
        "The contract has several prices, so that no one price makes the bills equal."
        if price is None
        else f"At {short_rate(price, grid.currency)} a unit the expected bill is the one as offered."
    )
    return [
        cell.definition.words,
        f"Expected bill {bill}, as offered {theirs}; {percents([not_solved])[0]} of the units are on conversations "
        f"that nobody solved. {equal}",
        f"Recount: {cell.definition.verifiability.sentence}.",
    ]
