"""The answer to a question of a buyer who decides: its sentence, its numbers, a table and a figure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from simulator.explore.plots import Plot, of_chart
from simulator.explore.shown import lines_of, page, table_html
from simulator.report.studies.told import HOLDS, Table, Told

if TYPE_CHECKING:
    import pandas as pd

Numbers = TypeVar("Numbers")


@dataclass(frozen=True, eq=False)
class Study(Generic[Numbers]):
    """One answer, as the command of the same name prints it.

    Attributes:
        numbers: all of it, a frozen class whose attributes say what they are.
        told: the same in words.
    """

    numbers: Numbers
    told: Told

    @property
    def sentence(self) -> str:
        """The answer."""
        return self.told.answer

    @cached_property
    def tables(self) -> tuple[pd.DataFrame, ...]:
        """All tables of the answer, the main one first."""
        return tuple(map(_frame, self.told.tables))

    @cached_property
    def table(self) -> pd.DataFrame:
        """The main table as the command prints it; `numbers` has the amounts."""
        return _frame(self.told.tables[0])

    @cached_property
    def plot(self) -> Plot:
        """The figure, with the table as its data."""
        return of_chart(self.told.chart(), self.table)

    def __repr__(self) -> str:
        return "\n".join(lines_of([self.sentence, *str(self.table).splitlines()]))

    def _repr_html_(self) -> str:
        tables = (table_html(_frame(each), each.title) for each in self.told.tables)
        return page(self.sentence, *self.told.under, *tables, *self.told.notes, f"{HOLDS}.")


def _frame(table: Table) -> pd.DataFrame:
    import pandas as pd

    heads = [heading.replace("\n", " ") for heading in table.columns]
    return pd.DataFrame(list(table.rows), columns=heads).set_index(heads[0])
