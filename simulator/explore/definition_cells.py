"""What a contract bills by other definitions: the cells of a grid, their numbers as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator import risk
from simulator.decisions.clause_bills import BilledByDefinition
from simulator.definitions import Definition
from simulator.errors import ContractError
from simulator.explore.labels import choice_text, shown, words_of
from simulator.explore.written import plain
from simulator.scenario.meant.near_names import suggest

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A contract billed by one definition.

    Attributes:
        name: of the definition, or what is chosen of each clause.
        clauses: what is chosen of each clause that the grid varies; empty for whole definitions.
        definition: compiled, with its words and who can recount it.
        billed: invoices and units over the horizon (`simulator.decisions.clause_bills.BilledByDefinition`).
    """

    name: str
    clauses: Mapping[str, Any]
    definition: Definition
    billed: BilledByDefinition

    def counts_as(self, other: Cell) -> bool:
        """Whether both definitions have the same clauses, whatever they are called."""
        mine, others = (each.definition.spec.model_dump(exclude={"title", "note", "extends"}) for each in (self, other))
        return bool(mine == others)

    def __repr__(self) -> str:
        words = f"Cell({self.name!r}: {self.definition.words}"
        return f"{words} Expected bill {risk.mean(self.billed.cost):,.2f}, units {self.billed.units.mean():,.1f})"

    @property
    def countable(self) -> bool:
        """Whether the buyer can recount it in its own data."""
        return self.definition.verifiability.countable_by_buyer


@dataclass(frozen=True, eq=False)
class Cells:
    """What one contract bills by other definitions at its own price, over the horizon, on the same conversations.

    Attributes:
        contract: its name.
        title: how tables call it.
        currency: ISO 4217 code of all amounts.
        months, trials: of how many months and futures.
        one_price: whether one price of a unit says what use costs.
        own: billed by the contract's own definition.
        axes: the clauses that vary, with their choices; empty for whole definitions.
        cells: one for each combination, the last clause fastest.
        net: of each future; None where they are random.
    """

    contract: str
    title: str
    currency: str
    months: int
    trials: int
    one_price: bool
    own: Cell
    axes: Mapping[str, tuple[Any, ...]]
    cells: tuple[Cell, ...]
    net: risk.Net = None

    @property
    def table(self) -> pd.DataFrame:
        """One row for each definition: the chosen clauses (or, as index, its name), and over the horizon units (mean),
        not_solved_share (of the units, on conversations that nobody solved), mean, mean_se, p10, p50, p90, difference
        (mean, to the contract's own definition), equal_bill_price (of a unit, at which the expected bill is that of the
        own definition; NaN for a contract of several prices), equal_bill_factor (of all its prices) and
        countable_by_buyer.
        """
        import pandas as pd

        table = pd.DataFrame([self._row(cell) for cell in self.cells])
        if self.axes:
            return table
        return table.set_axis([cell.name for cell in self.cells], axis=0).rename_axis("definition")

    @property
    def alone(self) -> pd.DataFrame:
        """Each choice of a clause by itself, every other clause as offered: the rows of `table` for those, the dearest
        first, with the clause and the choice in front. Empty where the grid does not hold the contract's own clauses.
        """
        import pandas as pd

        own = next((cell.clauses for cell in self.cells if cell.counts_as(self.own)), None)
        rows = []
        for cell in self.cells if own is not None else ():
            other = [key for key in self.axes if own and not same(cell.clauses[key], own[key])]
            if len(other) == 1:
                chosen = {"clause": words_of(other[0]), "choice": choice_text(other[0], cell.clauses[other[0]])}
                numbers = {key: value for key, value in self._row(cell).items() if key not in self.axes}
                rows.append({**chosen, **numbers})
        columns = ["clause", "choice", *(key for key in self._row(self.own) if key not in self.own.clauses)]
        table = pd.DataFrame(rows, columns=columns)
        return table.sort_values("mean", ascending=False, ignore_index=True) if rows else table

    def price_of(self, cell: Cell) -> float | None:
        """Return the price of a unit at which the expected bill is the one as offered; None without one price."""
        return cell.billed.unit_price if self.one_price else None

    def _row(self, cell: Cell) -> dict[str, Any]:
        billed = cell.billed
        error, units = risk.standard_error(billed.cost, self.net), float(billed.units.mean())
        p10, p50, p90 = risk.quantiles(billed.cost, (0.1, 0.5, 0.9))
        title = {} if self.axes else {"title": cell.definition.title}
        return {
            **title,
            **{key: shown(value) for key, value in cell.clauses.items()},
            "units": units,
            "not_solved_share": float(billed.not_solved.mean()) / units if units else np.nan,
            "mean": risk.mean(billed.cost),
            "mean_se": np.nan if error is None else error,
            "p10": p10,
            "p50": p50,
            "p90": p90,
            "difference": risk.mean(billed.cost - self.own.billed.cost),
            "equal_bill_price": np.nan if self.price_of(cell) is None else self.price_of(cell),
            "equal_bill_factor": np.nan if billed.factor is None else billed.factor,
            "countable_by_buyer": cell.countable,
        }

    def cell(self, definition: str | None = None, **clauses: Any) -> Cell:
        """Return one cell: by the name of a whole definition, or by what is chosen of the clauses; those left out stand
        at their first choice.

        Raises:
            ContractError: for a definition, a clause or a choice that the grid does not have.
        """
        names = [cell.name for cell in self.cells]
        if definition is not None and definition not in names:
            raise ContractError(f"the grid has no {definition[:60]!r}; {suggest(definition, names, 'it has')}")
        if definition is not None:
            return self.cells[names.index(definition)]
        for key, value in clauses.items():
            if key not in self.axes:
                has = f"the clauses {', '.join(self.axes)}" if self.axes else "whole definitions, chosen by their name"
                raise ContractError(f"the grid does not vary {key[:60]!r}; it has {has}")
            if not any(same(value, each) for each in self.axes[key]):
                known = ", ".join(map(repr, self.axes[key]))
                raise ContractError(f"the grid has no {key} = {value!r}; it has {known}")
        wanted = {key: clauses.get(key, choices[0]) for key, choices in self.axes.items()}
        return next(each for each in self.cells if all(same(each.clauses[key], wanted[key]) for key in wanted))


def same(one: Any, other: Any) -> bool:
    """Return whether two choices of a clause are written alike."""
    return bool(plain(one) == plain(other))
