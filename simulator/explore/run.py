"""A run in Python: the contracts of a scenario on simulated futures, as tables, figures, and further contracts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, get_args, overload

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.same_futures import SameFutures
from simulator.engine.repricing import KeptFutures
from simulator.engine.results import Results
from simulator.engine.run import Run as EngineRun
from simulator.engine.run import simulate_all
from simulator.errors import ContractError
from simulator.explore import data_frames
from simulator.explore.ask import Ask
from simulator.explore.billed import by_clauses, by_definitions
from simulator.explore.controls import free_controls
from simulator.explore.definition_grid import Grid
from simulator.explore.notebook_bar import notebook_bar
from simulator.explore.paired import Paired
from simulator.explore.plots import Plots
from simulator.explore.scenario import Scenario, load
from simulator.explore.shown import columns_of, lines_of, page, table_html
from simulator.explore.told_errors import known_contract
from simulator.explore.variants import Terms, added_contracts, on_same_futures, simulated
from simulator.explore.verdict import Verdict
from simulator.forecast.forecast import Forecast, forecast, horizon_cost
from simulator.report.blocks.open_questions import judged
from simulator.report.blocks.summary import summary
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import one_unit
from simulator.scenario.schema import Scenario as Spec

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Run:
    """The contracts of a scenario on the same simulated futures; amounts are over the horizon, in its currency.

    Attributes:
        scenario: what was simulated.
        results: the meters by trial and month (`simulator.engine.results.Results`).
        workers: processes that further simulations use.
        kept: what further contracts are counted on; runs that come from one another share it.
    """

    scenario: Scenario
    results: Results
    workers: int
    kept: KeptFutures

    @property
    def contracts(self) -> tuple[str, ...]:
        """Names of the contracts, in the scenario's order."""
        return tuple(self.forecast.contracts)

    @cached_property
    def forecast(self) -> Forecast:
        """Every contract priced, with all that a report reads (`simulator.forecast.forecast.Forecast`)."""
        return forecast(self.results)

    @cached_property
    def numbers(self) -> Summary:
        """All numbers of `summary.json` that need no study of their own."""
        return summary(self.forecast)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Invoices over the horizon: one row a trial, one column a contract."""
        return data_frames.totals_of(self.forecast)

    @cached_property
    def costs_to_serve(self) -> pd.DataFrame:
        """Invoices and the cost of people over the horizon: one row a trial, one column a contract."""
        return data_frames.totals_of(self.forecast, "cost_to_serve")

    @property
    def invoices(self) -> pd.DataFrame:
        """Every invoice in a row of its own: trial, month (a period), contract (a category), invoice.

        Raises:
            OutputError: above 20 million rows.
        """
        return data_frames.invoices_of(self.forecast)

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """The drawn unknowns: one row a trial, one column a number by its dotted path, in its own unit."""
        return data_frames.inputs_of(self.results)

    @cached_property
    def rates(self) -> pd.DataFrame:
        """What the conversations of each future are like: one row a trial; shares of the handled conversations."""
        return data_frames.rates_of(self.results)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Figures of the invoices by contract: mean, mean_se, mean_ci_lower, mean_ci_upper, sd, p10 ... p95, and the
        95 % interval of P90.
        """
        return self.summary_of()

    def summary_of(self, of: data_frames.Of = "invoice") -> pd.DataFrame:
        """Return figures by contract of the invoice, or of invoice and people's work (`cost_to_serve`).

        Raises:
            ContractError: for anything else.
        """
        if of not in get_args(data_frames.Of):
            raise ContractError(f"there is no cost {of!r}; write {' or '.join(map(repr, get_args(data_frames.Of)))}")
        return data_frames.summary_of(
            {name: horizon_cost(each, of) for name, each in self.forecast.contracts.items()}, self.forecast.results.net
        )

    @overload
    def quantile(self, level: float) -> pd.Series[float]: ...
    @overload
    def quantile(self, level: float, contract: str) -> float: ...
    def quantile(self, level: float, contract: str | None = None) -> pd.Series[float] | float:
        """Return a quantile of the invoice by contract, or of one; at 0.9 it is the P90 that the command prints.

        It is an order statistic, an amount that occurred: at 0.9 of 1,000 futures the 900th from below.

        Raises:
            ValueError: unless the level lies above 0 and at most at 1.
            ContractError: for a contract that the run does not have.
        """
        import pandas as pd

        if not isinstance(level, int | float) or not 0 < level <= 1:
            raise ValueError(f"a level lies above 0 and at most at 1, as 0.9 for P90, not {level!r}")
        if contract is not None:
            return risk.quantile(self._total(contract), level)
        found = {name: risk.quantile(self._total(name), level) for name in self.contracts}
        return pd.Series(found, name=f"p{100 * level:g}", dtype=float).rename_axis("contract")

    def paired(self, first: str, second: str) -> Paired:
        """Return what the first contract costs more than the second in the same future.

        Raises:
            ContractError: for a contract that the run does not have.
        """
        return Paired(
            first,
            second,
            self._total(first) - self._total(second),
            self.scenario.spec.currency,
            self.forecast.results.net,
        )

    @property
    def comparison(self) -> pd.DataFrame:
        """What decides between the contracts, one row each in the verdict's order: title, price (of a unit; NaN for a
        contract of several prices), mean and p90 of what is ranked, chance_of_budgets, cheaper_than_recommended (share
        of the futures), tie_factor (by which all its prices change where it ties with the recommended one on average),
        tie_price, tie_p90, tie_nine_in_ten (unit prices at which it ties on average, at P90, and up to where it is
        cheaper in nine of ten futures) and countable_by_buyer.
        """
        return data_frames.comparison_of(self.numbers)

    @property
    def definitions(self) -> pd.DataFrame:
        """What the contracts count, one row a definition: title, in words, whether and how the buyer can recount it."""
        return data_frames.definitions_of(self.scenario.spec)

    @property
    def verdict(self) -> Verdict:
        """Which contract to sign, by the rule and in the sentences that every report speaks from."""
        return Verdict.of(judged(self.forecast), self.numbers)

    @cached_property
    def ask(self) -> Ask:
        """The questions of a buyer who decides: `run.ask.clauses("resolution")` and so on."""
        run = partial(simulated, self.kept.sample, self.workers)
        return Ask(SameFutures(self.results, self.kept, run, self.workers))

    @property
    def plot(self) -> Plots:
        """Figures: `run.plot.strip()`, `run.plot.s_curve(contract)`, `run.plot.difference(contract)` ..."""
        return Plots(self.forecast, self.numbers)

    def with_contract(
        self,
        name: str,
        base: str | None = None,
        *,
        definition: str | Terms | None = None,
        definitions: Sequence[str | Terms] | Mapping[str, str | Terms] | None = None,
        **terms: Any,
    ) -> Run:
        """Return a run on the same futures that has a further contract, or one for each of several definitions.

        A price alone is applied to what the run has counted. The first other definition draws the run's conversations
        once more and keeps what definitions can see of them; each further one takes some hundredths of a second.

        Args:
            name: of the new contract.
            base: contract of the run whose other keys hold.
            definition: of a resolution, by name, or its clauses with `base` for the definition whose other clauses hold
                (without it: that of the contract's base).
            definitions: several in its place, by label, or as a list; the contracts are called "NAME LABEL", of a list
                "NAME 1", "NAME 2" ...
            terms: any further key of a contract, as a scenario writes it.

        Raises:
            ScenarioError: with every problem of the terms, and what mends it.
            ContractError: for a name that is taken, or a base that is not there.

        >>> import simulator as cx
        >>> run = cx.simulate(cx.load("scenarios/minimal.toml"), trials=64)
        >>> cheaper = run.with_contract("cheaper", base="resolution", price=0.49)
        >>> round(float(cheaper.summary.loc["cheaper", "mean"] / cheaper.summary.loc["resolution", "mean"]), 4)
        0.4949
        """
        if base is not None:
            terms["base"] = base
        if definitions is None:
            return self.with_contracts({name: terms if definition is None else {**terms, "definition": definition}})
        if definition is not None:
            raise ContractError("give definition or definitions, not both")
        if isinstance(definitions, str):
            raise ContractError(
                f"definitions takes a list, or definitions by label: for one, definition={definitions!r}"
            )
        if isinstance(definitions, Mapping) and not all(
            isinstance(each, str | Mapping) for each in definitions.values()
        ):
            raise ContractError(f"definitions are several, by label; for one, definition={definitions!r}")
        labelled = (definitions if isinstance(definitions, Mapping)
                    else {str(number): each for number, each in enumerate(definitions, 1)})  # fmt: skip
        return self.with_contracts(
            {f"{name} {label}": {**terms, "definition": each} for label, each in labelled.items()}
        )

    def with_contracts(self, contracts: Mapping[str, Terms]) -> Run:
        """Return a run on the same futures that has further contracts, each by its keys; see `with_contract`.

        Raises:
            ScenarioError: with every problem of the terms, and what mends it.
            ContractError: for a name that is taken, or a base that is not there.
        """
        if not isinstance(contracts, Mapping) or not all(isinstance(each, Mapping) for each in contracts.values()):
            raise ContractError('give contracts by name, as {"cheaper": {"base": "resolution", "price": 0.49}}')
        said = f"with_contract({', '.join(map(repr, list(contracts)[:3]))}{', ...' if len(contracts) > 3 else ''})"
        scenario = self.scenario.with_tables(added_contracts(self.scenario, contracts, said))
        scenario.refuse_uncounted()
        return replace(self, scenario=scenario, results=self._on_same_futures(scenario.spec))

    def grid(self, base: str, **clauses: Any) -> Grid:
        """Return what a contract bills by every combination of some clauses, at its own price, from one simulation.

        Args:
            base: a contract that bills by one definition.
            clauses: of a definition, each a value or a list of values to combine, as
                `return_window_hours=[0, 24, 72], silence=[24, 48, "never"]`. A return window of 0 bills every return
                again; another voids the charge, unless the definition, or `returns`, says otherwise.

        Raises:
            ContractError: for a contract that bills by no definition of clauses, or too many combinations.
            ScenarioError: where clauses contradict one another.

        >>> import simulator as cx
        >>> run = cx.simulate(cx.load("scenarios/minimal.toml"), trials=64)
        >>> windows = run.grid("resolution", return_window_hours=[0, 24, 168])
        >>> windows.table["units"].is_monotonic_decreasing
        True
        """
        return by_clauses(self.scenario, self._on_same_futures, self._known(base), clauses)

    def controls(self, base: str) -> Any:
        """Return sliders for the clauses of a contract's definition, set as offered, for a notebook.

        They are hours of the return window and of silence, people, and duplicates. Each move counts anew on the run's
        futures.

        Raises:
            ImportError: without ipywidgets, with how to install it.
            ContractError: for a contract that bills by no definition of clauses.
        """
        return free_controls(partial(self.grid, self._known(base)))

    def by_definition(
        self, base: str, definitions: str | Sequence[str] | Mapping[str, str | Terms] = "catalogue"
    ) -> Grid:
        """Return what a contract bills by other definitions, at its own price, from one simulation.

        Args:
            base: a contract that bills by one definition.
            definitions: "catalogue" for those that vendors publish, with those that ship with the product and the
                scenario's own; names of some; or clauses by name, with `base` for the definition whose other clauses
                hold.

        Raises:
            ContractError: for a contract that bills by no definition, or a definition that is not there.
        """
        return by_definitions(self.scenario, self._on_same_futures, self._known(base), definitions)

    def _on_same_futures(self, spec: Spec) -> Results:
        return on_same_futures(self.results, spec, self.kept, self.workers)

    def _known(self, contract: str) -> str:
        return known_contract(contract, self.contracts)

    def _total(self, contract: str) -> Array:
        return horizon_cost(self.forecast.contracts[self._known(contract)], "invoice")

    def __repr__(self) -> str:
        shown = self.summary[["mean", "p90"]].loc[list(self.verdict.ranking)[:10]]
        code = self.scenario.spec.currency
        rows = zip(shown.index, one_unit(list(shown["mean"]), code), one_unit(list(shown["p90"]), code), strict=True)
        table = columns_of([("contract", "mean", "P90"), *((str(name), mean, p90) for name, mean, p90 in rows)])
        more = len(self.contracts) - len(shown)
        return "\n".join([*lines_of([self._line], 3), *table, *([f"and {more} more"] if more else [])])

    def _repr_html_(self) -> str:
        shown = self.summary[["mean", "p10", "p50", "p90", "p90_ci_lower", "p90_ci_upper"]]
        return page(self._line, table_html(shown.loc[list(self.verdict.ranking)]), self.verdict.sentence)

    @property
    def _line(self) -> str:
        spec = self.scenario.spec
        return (
            f"Run of {spec.title!r}: {self.results.trials:,} futures x {self.results.months} months from {spec.start}, "
            f"seed {spec.seed}, {len(self.contracts)} contracts; invoices over the horizon in {spec.currency}"
        )


def simulate(
    scenario: Scenario | str | os.PathLike[str],
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
) -> Run:
    """Simulate a scenario's futures and price its contracts on them.

    The numbers are those of the command `simulate` for the same scenario, trials and seed, to the bit, for any number
    of workers.

    Args:
        scenario: as `load` returns it, or the path of its file.
        trials: futures; the scenario's own number by default.
        seed: which futures; the scenario's own by default.
        workers: processes; all processors by default.

    Raises:
        ScenarioError: if a number is outside its range, or the engine cannot count what a definition looks at.
        ContractError: for fewer than one worker.

    >>> import simulator as cx
    >>> run = cx.simulate(cx.load("scenarios/minimal.toml"), trials=64, seed=1)
    >>> run.totals.shape
    (64, 2)
    """
    given = {"trials": trials, "seed": seed}
    changes = {key: value for key, value in given.items() if value is not None}
    if isinstance(scenario, str | os.PathLike):
        scenario = load(scenario)
    wanted = scenario.changed(changes) if changes else scenario
    wanted.refuse_uncounted()
    crew = os.cpu_count() or 1 if workers is None else workers
    if crew < 1:
        raise ContractError(f"workers must be 1 or more, not {workers}")
    with notebook_bar(wanted.title, wanted.spec.trials) as progress:
        (results,) = simulate_all([EngineRun(wanted.spec)], workers=crew, progress=progress)
    return Run(wanted, results, crew, KeptFutures(results))
