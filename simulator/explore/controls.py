"""Controls of a notebook: over a grid that was counted before, or free ones, each of whose moves counts anew.

Both work on futures that are simulated already, so that the answer comes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from simulator.explore.definition_plots import plot_cell
from simulator.explore.labels import choice_text, words_of
from simulator.explore.shown import page
from simulator.report.words.figures import figures, percents, short_rate

if TYPE_CHECKING:
    from simulator.explore.definition_cells import Cell, Cells

WIDTH: Final = "680px"
LONGEST_WINDOW: Final = 336
LONGEST_SILENCE: Final = 168
"""Hours at the right end of the free sliders."""
NAME: Final = "definition"
NEVER: Final = "silence never counts"


def controls(grid: Cells) -> Any:
    """Return a box with one control for each clause of a grid, the bill by their choice, and what it means in words.

    Raises:
        ImportError: without ipywidgets, with how to install it.
    """
    widgets = _widgets()
    chosen = _sliders(grid, widgets) if grid.axes else {NAME: _names(grid, widgets)}

    def cell() -> tuple[Cells, Cell]:
        choice = {key: control.value for key, control in chosen.items()}
        return grid, grid.cell(
            **({key: grid.axes[key][place] for key, place in choice.items()} if grid.axes else choice)
        )

    return _box(list(chosen.values()), cell, widgets)


def free_controls(grid_of: Callable[..., Cells]) -> Any:
    """Return a box with sliders for the clauses of a contract's definition, set as offered, and the bill by them.

    Args:
        grid_of: counts what the contract bills by every combination of some clauses, as `Run.grid` does.

    Raises:
        ImportError: without ipywidgets, with how to install it.
        ContractError: for a contract that bills by no definition of clauses.
    """
    widgets, own = _widgets(), grid_of(duplicates=["billed", "merged"]).own.definition.spec
    window = own.return_window_hours if isinstance(own.return_window_hours, int | float) else 0
    silence = own.silence if isinstance(own.silence, int | float) else 0
    chosen = {
        "return_window_hours": _hours("return_window_hours", window, LONGEST_WINDOW, widgets),
        "silence": _hours("silence", silence, LONGEST_SILENCE, widgets),
        "never": widgets.Checkbox(value=own.silence == "never", description=NEVER, layout=_wide(widgets)),
        "human_touch": _one_of("human_touch", ("handoff", "review", "none"), own.human_touch, widgets),
        "duplicates": _one_of("duplicates", ("billed", "merged"), own.duplicates, widgets),
    }
    if "silent" not in own.outcomes:
        del chosen["silence"], chosen["never"]

    def cell() -> tuple[Cells, Cell]:
        clauses = {key: control.value for key, control in chosen.items() if key != "never"}
        if "silence" in clauses:
            clauses["silence"] = "never" if chosen["never"].value else clauses["silence"] or "at_once"
        grid = grid_of(**clauses)
        return grid, grid.cells[0]

    return _box(list(chosen.values()), cell, widgets)


def _widgets() -> Any:
    try:
        import ipywidgets
    except ImportError as error:
        raise ImportError("controls need ipywidgets: pip install -e '.[notebooks]'") from error
    return ipywidgets


def _box(chosen: Sequence[Any], cell: Callable[[], tuple[Cells, Cell]], widgets: Any) -> Any:
    """Return controls above a picture and words that follow them."""
    picture, words = widgets.Image(format="png", layout=widgets.Layout(width=WIDTH)), widgets.HTML()

    def show(_: Any = None) -> None:
        grid, found = cell()
        picture.value = plot_cell(grid, found, None).png
        words.value = page(*said(grid, found))

    for control in chosen:
        control.observe(show, names="value")
    show()
    return widgets.VBox([*chosen, picture, words])


def _wide(widgets: Any) -> Any:
    return widgets.Layout(width=WIDTH)


def _hours(key: str, value: float, most: int, widgets: Any) -> Any:
    return widgets.IntSlider(
        value=round(value),
        min=0,
        max=max(most, round(value)),
        description=f"{words_of(key)}, hours",
        continuous_update=False,
        style={"description_width": "160px"},
        layout=_wide(widgets),
    )


def _one_of(key: str, choices: Sequence[str], value: str, widgets: Any) -> Any:
    return widgets.Dropdown(
        options=[(choice_text(key, each), each) for each in choices],
        value=value,
        description=words_of(key),
        style={"description_width": "160px"},
        layout=_wide(widgets),
    )


def _names(grid: Cells, widgets: Any) -> Any:
    """Return a list of the whole definitions to choose one from; its value is the name."""
    return widgets.Dropdown(
        options=[(cell.definition.title or cell.name, cell.name) for cell in grid.cells],
        description=NAME,
        style={"description_width": "160px"},
        layout=widgets.Layout(width=WIDTH),
    )


def _sliders(grid: Cells, widgets: Any) -> dict[str, Any]:
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


def said(grid: Cells, cell: Cell) -> list[str]:
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
