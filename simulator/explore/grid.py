"""One contract billed by many definitions, on the same conversations and from one simulation."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator import risk
from simulator.contracts import invoice
from simulator.decisions.clauses import Billed, billed_by, bills_by_one_definition
from simulator.definitions import NAMED, Definition, DefinitionSpec
from simulator.engine.results import Results
from simulator.errors import ContractError
from simulator.explore.labels import choice_text, label_of, shown, words_of
from simulator.explore.shown import columns_of, lines_of, page, table_html
from simulator.explore.variants import Terms, free_name, on_same_futures, with_base
from simulator.explore.vendors import vendors_definitions
from simulator.explore.written import plain
from simulator.forecast import values_of
from simulator.report.figures import one_unit
from simulator.scenario.hints import suggest
from simulator.scenario.load import Added
from simulator.scenario.terms import compile_terms

if TYPE_CHECKING:
    import pandas as pd

    from simulator.explore.plots import Plot
    from simulator.explore.scenario import Scenario

MOST_CELLS: Final = 600
MOST_NUMBERS: Final = 250_000_000
"""Counts that a grid may hold: two gigabytes."""
LISTS: Final = ("outcomes", "classes", "requires")
"""Clauses whose value is itself a list."""
WINDOW: Final = "return_window_hours"
CATALOGUE: Final = "catalogue"


@dataclass(frozen=True, slots=True)
class Cell:
    """A contract billed by one definition.

    Attributes:
        name: of the definition, or what is chosen of each clause.
        clauses: what is chosen of each clause that the grid varies; empty for whole definitions.
        definition: compiled, with its words and who can recount it.
        billed: invoices and units over the horizon (`simulator.decisions.clauses.Billed`).
    """

    name: str
    clauses: Mapping[str, Any]
    definition: Definition
    billed: Billed

    def counts_as(self, other: Cell) -> bool:
        """Whether both definitions have the same clauses, whatever they are called."""
        mine, others = (each.definition.spec.model_dump(exclude={"title", "note", "extends"}) for each in (self, other))
        return bool(mine == others)

    @property
    def countable(self) -> bool:
        """Whether the buyer can recount it in its own data."""
        return self.definition.verifiability.countable_by_buyer


@dataclass(frozen=True)
class Grid:
    """What one contract bills by other definitions at its own price, over the horizon, on the same conversations.

    Attributes:
        contract: its name.
        title: how tables call it.
        currency: ISO 4217 code of all amounts.
        months, trials: of how many months and futures.
        own: billed by the contract's own definition.
        axes: the clauses that vary, with their choices; empty for whole definitions.
        cells: one for each combination, the last clause fastest.
    """

    contract: str
    title: str
    currency: str
    months: int
    trials: int
    own: Cell
    axes: Mapping[str, tuple[Any, ...]]
    cells: tuple[Cell, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row for each definition: the chosen clauses (or, as index, its name), and over the horizon units (mean),
        not_solved_share (of the units, on conversations that nobody solved), mean, mean_se, p10, p50, p90, less_own
        (mean difference to the contract's own definition), equal_bill_price (at which the expected bill is that of the
        own definition) and countable_by_buyer.
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
            other = [key for key in self.axes if own and not _same(cell.clauses[key], own[key])]
            if len(other) == 1:
                chosen = {"clause": words_of(other[0]), "choice": choice_text(other[0], cell.clauses[other[0]])}
                numbers = {key: value for key, value in self._row(cell).items() if key not in self.axes}
                rows.append({**chosen, **numbers})
        return pd.DataFrame(rows).sort_values("mean", ascending=False, ignore_index=True) if rows else pd.DataFrame()

    def _row(self, cell: Cell) -> dict[str, Any]:
        billed = cell.billed
        error, units = risk.standard_error(billed.cost), float(billed.units.mean())
        p10, p50, p90 = risk.quantiles(billed.cost, (0.1, 0.5, 0.9))
        return {
            **{key: shown(value) for key, value in cell.clauses.items()},
            "units": units,
            "not_solved_share": float(billed.not_solved.mean()) / units if units else np.nan,
            "mean": risk.mean(billed.cost),
            "mean_se": np.nan if error is None else error,
            "p10": p10,
            "p50": p50,
            "p90": p90,
            "less_own": risk.mean(billed.cost - self.own.billed.cost),
            "equal_bill_price": np.nan if billed.unit_price is None else billed.unit_price,
            "countable_by_buyer": cell.countable,
        }

    def cell(self, **clauses: Any) -> Cell:
        """Return one cell by what is chosen of the clauses; those left out stand at their first choice.

        Raises:
            ContractError: for a clause or a choice that the grid does not have.
        """
        for key, value in clauses.items():
            known = self.axes.get(key, ())
            if not any(_same(value, each) for each in known):
                has = ", ".join(map(repr, known)) if known else f"the clauses {', '.join(self.axes) or 'of no axis'}"
                raise ContractError(f"the grid has no {key} = {value!r}; it has {has}")
        wanted = {key: clauses.get(key, choices[0]) for key, choices in self.axes.items()}
        return next(each for each in self.cells if all(_same(each.clauses[key], wanted[key]) for key in wanted))

    def plot(self, ax: Any = None, **clauses: Any) -> Plot:
        """Draw the bill along the clauses: a band for one clause, a table of P90 for two, a row for each definition.

        Args:
            ax: axes of Matplotlib to draw on; a figure of its own by default.
            clauses: a value for each clause that is not to vary, where the grid has more than two.
        """
        from simulator.explore.plot_grid import plot_grid

        return plot_grid(self, clauses, ax)

    def plot_cell(self, ax: Any = None, **clauses: Any) -> Plot:
        """Draw the bill by one choice of the clauses beside that of the contract's own definition."""
        from simulator.explore.plot_grid import plot_cell

        return plot_cell(self, self.cell(**clauses), ax)

    def controls(self) -> Any:
        """Return a control for each clause with a figure that follows them at once; needs ipywidgets.

        Raises:
            ImportError: without ipywidgets, with how to install it.
        """
        from simulator.explore.controls import controls

        return controls(self)

    def __repr__(self) -> str:
        rows = [(cell.name[:60], mean, p90) for cell, mean, p90 in zip(self.cells, *self._amounts, strict=True)]
        shown = columns_of([("definition", "mean", "P90"), *rows[:12]])
        return "\n".join(
            [*lines_of([self._line], 3), *shown, *([f"and {len(rows) - 12} more"] if len(rows) > 12 else [])]
        )

    @property
    def _amounts(self) -> tuple[list[str], list[str]]:
        means = [risk.mean(cell.billed.cost) for cell in self.cells]
        p90s = [risk.quantile(cell.billed.cost, 0.9) for cell in self.cells]
        return one_unit(means, self.currency), one_unit(p90s, self.currency)

    def _repr_html_(self) -> str:
        return page(self._line, table_html(self.table))

    @property
    def _line(self) -> str:
        varied = (
            f"{len(self.cells)} combinations of {', '.join(self.axes)}"
            if self.axes
            else f"{len(self.cells)} definitions"
        )
        return (
            f"{self.title} ({self.contract}) billed by {varied}: invoices over {self.months} months, "
            f"{self.currency}, {self.trials:,} futures"
        )


def by_clauses(scenario: Scenario, results: Results, base: str, clauses: Terms, workers: int) -> Grid:
    """Return what a contract bills by every combination of clauses; see `Run.grid`."""
    own = _definition_of(scenario, base)
    if own.spec.predicate is not None:
        raise ContractError(f"{base!r} bills by a condition in SQL, which has no clauses to vary: use by_definition")
    axes = {key: _choices(key, value) for key, value in clauses.items()}
    if not axes:
        raise ContractError("name a clause and its values, as grid(base, return_window_hours=[0, 24, 72])")
    combined = [dict(zip(axes, chosen, strict=True)) for chosen in itertools.product(*axes.values())]
    tables = {label_of(chosen): _with_clauses(own.spec, chosen) for chosen in combined}
    chosen_by_label = dict(zip(tables, combined, strict=True))
    return _grid(scenario, results, base, tables, chosen_by_label, axes, workers)


def by_definitions(
    scenario: Scenario,
    results: Results,
    base: str,
    definitions: str | Sequence[str] | Mapping[str, Terms],
    workers: int,
) -> Grid:
    """Return what a contract bills by other whole definitions; see `Run.by_definition`."""
    _definition_of(scenario, base)
    known: dict[str, Terms] = {name: {"base": name, "title": NAMED[name].title} for name in NAMED}
    known |= vendors_definitions() | {name: {"base": name} for name in scenario.written.get("definitions", {})}
    if isinstance(definitions, Mapping):
        chosen: dict[str, Terms] = dict(definitions)
    else:
        names = (
            list(known) if definitions == CATALOGUE else [definitions] if isinstance(definitions, str) else definitions
        )
        missing = [name for name in names if name not in known]
        if missing:
            raise ContractError(
                f"there is no definition {missing[0][:40]!r}; {suggest(missing[0], known, 'there are')}"
            )
        chosen = {name: known[name] for name in names}
    tables = {name: with_base(plain(clauses), None, str(clauses.get("title", ""))) for name, clauses in chosen.items()}
    return _grid(scenario, results, base, tables, {}, {}, workers)


def _grid(
    scenario: Scenario,
    results: Results,
    base: str,
    tables: Mapping[str, Terms],
    clauses: Mapping[str, Terms],
    axes: Mapping[str, tuple[Any, ...]],
    workers: int,
) -> Grid:
    """Simulate the futures with all definitions at once and bill the contract by each of them."""
    _refuse_large(len(tables), results)
    taken: set[str] = set(scenario.written.get("definitions", {}))
    names: dict[str, str] = {}
    for label in tables:
        names[label] = free_name(f"grid_{label}", {*taken, *names.values()})
    wanted = {
        names[label]: {key: value for key, value in table.items() if value != ""} for label, table in tables.items()
    }
    spec = scenario.with_tables(Added({"definitions": wanted}, f"definitions for {base!r}")).spec
    alone = spec.model_copy(update={"contracts": {base: spec.contracts[base]}})
    counted = on_same_futures(results, alone, workers)
    terms = compile_terms(alone)
    contract, own = terms.contracts[base], terms.contracts[base].definitions[0]
    target = float(invoice(contract, counted.meters, values_of(counted)).total.sum(axis=1).mean())

    def cell(label: str, name: str) -> Cell:
        billed = billed_by(contract, own, name, counted, target)
        return Cell(label, clauses.get(label, {}), terms.definitions[name], billed)

    cells = tuple(cell(label, names[label]) for label in tables)
    return Grid(base, contract.title, spec.currency, counted.months, counted.trials, cell(own, own), axes, cells)


def _definition_of(scenario: Scenario, base: str) -> Definition:
    """Return the definition that a contract bills by.

    Raises:
        ContractError: where it bills by none, by several, or only some of the conversations.
    """
    terms = compile_terms(scenario.spec)
    contract = terms.contracts[base]
    if base not in scenario.spec.contracts or not bills_by_one_definition(contract):
        fitting = [name for name in scenario.spec.contracts if bills_by_one_definition(terms.contracts[name])]
        raise ContractError(
            f"{base!r} does not bill resolutions by one definition; these do: {', '.join(fitting) or 'none'}"
        )
    return terms.definitions[contract.definitions[0]]


def _choices(key: str, value: Any) -> tuple[Any, ...]:
    """Return the choices of a clause: a single value is one choice, and so is a list where the clause is a list."""
    if key not in DefinitionSpec.model_fields:
        known = [each for each in DefinitionSpec.model_fields if each not in ("title", "note", "extends", "predicate")]
        raise ContractError(f"no definition has a clause {key[:40]!r}; {suggest(key, known, 'there are')}")
    given = plain(value)
    single = not isinstance(given, list) or (key in LISTS and not any(isinstance(each, list) for each in given))
    choices = (given,) if single else tuple(given)
    if not choices:
        raise ContractError(f"{key} has no value to choose")
    return choices


def _with_clauses(spec: DefinitionSpec, chosen: Terms) -> dict[str, Any]:
    """Return a definition with other clauses, everything else as it is; a return window of 0 bills every return."""
    own = {key: plain(getattr(spec, key)) for key in spec.model_fields_set - {"title", "note", "extends"}}
    clauses = {**own, **chosen}
    if WINDOW in chosen and chosen[WINDOW] == 0:
        clauses["returns"] = "bill_again"
    elif WINDOW in chosen and "returns" not in chosen and own.get("returns", "bill_again") == "bill_again":
        clauses["returns"] = "void"
    if clauses.get("returns", "bill_again") == "bill_again":
        clauses.pop(WINDOW, None)
    return clauses | {"title": label_of(chosen)}


def _same(one: Any, other: Any) -> bool:
    return bool(plain(one) == plain(other))


def _refuse_large(cells: int, results: Results) -> None:
    numbers = 3 * cells * results.trials * results.months
    if cells > MOST_CELLS or numbers > MOST_NUMBERS:
        most = min(MOST_CELLS, MOST_NUMBERS // (3 * results.trials * results.months))
        raise ContractError(
            f"{cells:,} definitions at {results.trials:,} trials and {results.months} months are too many at once: "
            f"ask for at most {most:,}, or simulate fewer trials"
        )
