"""The answer to a question of a buyer who decides: its sentence, its numbers, a table and a figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulator.explore.plots import Plot, of_chart
from simulator.explore.shown import lines_of, page, table_html
from simulator.report.charts.base import Chart

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Study:
    """One answer, as the command of the same name prints it.

    Attributes:
        numbers: all of it, a frozen class whose attributes say what they are.
        sentence: the answer.
        table: its main table, one row for each thing that is compared.
        draw: makes the figure.
    """

    numbers: Any
    sentence: str
    table: pd.DataFrame
    draw: Callable[[], Chart]

    @cached_property
    def plot(self) -> Plot:
        """The figure, with the table as its data."""
        return of_chart(self.draw(), self.table)

    def __repr__(self) -> str:
        return "\n".join(lines_of([self.sentence, *str(self.table).splitlines()]))

    def _repr_html_(self) -> str:
        return page(self.sentence, table_html(self.table))
