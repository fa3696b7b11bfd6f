"""One contract billed by many definitions, on the same conversations and from one simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator import risk
from simulator.explore.controls import controls
from simulator.explore.definition_cells import Cells
from simulator.explore.definition_plots import plot_cell, plot_grid
from simulator.explore.shown import columns_of, lines_of, page, table_html
from simulator.report.words.figures import one_unit

if TYPE_CHECKING:
    from simulator.explore.plots import Plot

MOST_SHOWN: Final = 15
"""Definitions that a text lists."""


class Grid(Cells):
    """The cells of a contract billed by many definitions, with their figures and their controls."""

    def plot(self, ax: Any = None, **clauses: Any) -> Plot:
        """Draw the bill along the clauses: a band for one clause, a table of P90 for two, a row for each definition.

        Args:
            ax: axes of Matplotlib to draw on; a figure of its own by default.
            clauses: a value for each clause that is not to vary, where the grid has more than two.
        """
        return plot_grid(self, clauses, ax)

    def plot_cell(self, definition: str | None = None, *, ax: Any = None, **clauses: Any) -> Plot:
        """Draw the bill by one definition, or one choice of the clauses, beside that of the contract's own."""
        return plot_cell(self, self.cell(definition, **clauses), ax)

    def controls(self) -> Any:
        """Return a control for each clause with a figure that follows them at once; needs ipywidgets.

        Raises:
            ImportError: without ipywidgets, with how to install it.
        """
        return controls(self)

    def __repr__(self) -> str:
        rows = [(cell.name[:60], mean, p90) for cell, mean, p90 in zip(self.cells, *self._amounts, strict=True)]
        shown = columns_of([("definition", "mean", "P90"), *rows[:MOST_SHOWN]])
        more = [f"and {len(rows) - MOST_SHOWN} more"] if len(rows) > MOST_SHOWN else []
        return "\n".join([*lines_of([self._line], 2), *shown, *more])

    @property
    def _amounts(self) -> tuple[list[str], list[str]]:
        means = [risk.mean(cell.billed.cost) for cell in self.cells]
        p90s = [risk.quantile(cell.billed.cost, 0.9) for cell in self.cells]
        texts = one_unit([*means, *p90s], self.currency)
        return texts[: len(means)], texts[len(means) :]

    def _repr_html_(self) -> str:
        return page(self._line, table_html(self.table))

    @property
    def _line(self) -> str:
        kinds = f"combinations of {', '.join(self.axes)}" if self.axes else "definitions"
        return (
            f"{self.title} ({self.contract}) billed by {len(self.cells)} {kinds}: invoices over {self.months} months, "
            f"{self.currency}, {self.trials:,} futures"
        )
