"""What a contract bills by every definition of a study (decisions.clauses), and what each clause adds to it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts import Contract, invoice, tie_price
from simulator.contracts.contract import is_proportional
from simulator.contracts.invoices.tie import finder_of
from simulator.contracts.metering.meters import resolutions
from simulator.decisions.clauses import PREFIX, ClauseStudy, Place, grid_name, named_copy
from simulator.definitions import NAMED, Definition
from simulator.engine.results import METERS
from simulator.engine.storage.run_columns import Columns, GroupPart
from simulator.forecast.bills import values_of
from simulator.forecast.forecast import totals_by_price
from simulator.scenario.stated.compiled_terms import compile_terms

if TYPE_CHECKING:
    from simulator.contracts.metering.meters import Meters
    from simulator.engine.results import Results


class BilledByDefinition(Protocol):
    """What a contract bills by one definition, over the horizon.

    Attributes:
        cost: invoice, (trial,).
        units: (trial,).
        not_solved: units on conversations that nobody solved, (trial,).
        factor: what all prices would be multiplied by to leave the expected invoice as by the contract's own
            definition; None where no price does.
        unit_price: the price of a unit at that factor; None where there is no one price.
    """

    @property
    def cost(self) -> Array: ...
    @property
    def units(self) -> Array: ...
    @property
    def not_solved(self) -> Array: ...
    @property
    def factor(self) -> float | None: ...
    @property
    def unit_price(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class BilledNow:
    """What a contract bills by one definition, all arrays at hand; see `BilledByDefinition`."""

    cost: Array
    units: Array
    not_solved: Array
    factor: float | None
    unit_price: float | None


@dataclass(frozen=True, slots=True)
class BilledColumns:
    """What a contract bills by one definition, its arrays read from the columns of a run; see `BilledByDefinition`.

    Attributes:
        of: begins the names of the columns.
    """

    columns: Columns
    of: str
    factor: float | None
    unit_price: float | None

    @property
    def cost(self) -> Array:
        """Invoice, (trial,)."""
        return self.columns.array(f"{self.of}cost")

    @property
    def units(self) -> Array:
        """Units, (trial,)."""
        return self.columns.array(f"{self.of}units")

    @property
    def not_solved(self) -> Array:
        """Units on conversations that nobody solved, (trial,)."""
        return self.columns.array(f"{self.of}not_solved")


@dataclass(frozen=True, slots=True)
class StudyResults:
    """A study with its run billed.

    Attributes:
        net: of each future; None where they are random.
    """

    study: ClauseStudy
    contract: Contract
    definitions: Mapping[str, Definition]
    grid: Mapping[Place, BilledByDefinition]
    compared: Mapping[str, BilledByDefinition]
    net: risk.Net

    @property
    def own(self) -> BilledByDefinition:
        """By the contract's own definition."""
        return self.grid[self.study.own]


def study_columns(study: ClauseStudy, contract: Contract, results: Results) -> dict[str, Array]:
    """Return what a contract bills by every definition of a study on some futures, (future,) each, by column.

    Where its invoice is not in proportion to prices, the units of each definition are kept month by month beside it.

    Args:
        contract: of the study, compiled.
        results: of futures of a run of `study.scenario`, with all meters.
    """
    found: dict[str, Array] = {}
    for name in dict.fromkeys([*map(grid_name, study.places), *_compared(study).values()]):
        meters, of = swapped(contract, study.definition, name, results), f"{PREFIX}/{name}/"
        billed = invoice(contract, meters, values_of(results))
        units, not_solved = _units(study.definition, meters)
        found |= {f"{of}cost": billed.total.sum(axis=1), f"{of}usage": billed.usage.sum(axis=1)}
        found |= {f"{of}units": units, f"{of}not_solved": not_solved}
        if not is_proportional(contract):
            found[METERS + resolutions(name)] = results.meters[resolutions(name)]
    return found


def _compared(study: ClauseStudy) -> dict[str, str]:
    """Return under which name each whole definition of a study is billed."""
    return {name: named_copy(name) if name in NAMED else name for name in study.compared}


def bill_study(study: ClauseStudy, results: Results) -> StudyResults:
    """Return what the contract bills by every definition of a study.

    Args:
        results: of a run of `study.scenario` with all meters, or with the columns of `study_columns`.
    """
    terms = compile_terms(study.scenario)
    contract = terms.contracts[study.contract]
    columns = results.columns
    if columns is None:
        columns = Columns(results.trials, [GroupPart(0, results.trials, study_columns(study, contract, results), {})])
    target = risk.mean(columns.array(f"{PREFIX}/{grid_name(study.own)}/cost"))

    def billed(name: str) -> BilledByDefinition:
        of, tie = f"{PREFIX}/{name}/", None
        cost, units, usage = (columns.array(of + part) for part in ("cost", "units", "usage"))
        if np.any(units):
            totals = totals_by_price(contract, cost, usage, results, (study.definition, name))
            tie = finder_of(contract, totals, _no_basis)(risk.mean, target)
        return BilledColumns(columns, of, None if tie is None else tie.factor, None if tie is None else tie.unit_price)

    return StudyResults(
        study,
        contract,
        {name: terms.definitions[copy] for name, copy in _compared(study).items()},
        {place: billed(grid_name(place)) for place in study.places},
        {name: billed(copy) for name, copy in _compared(study).items()},
        results.net,
    )


def _no_basis() -> float:
    """Return that there is no mean charge of a conversation to tell a price by, where a unit has none."""
    return math.nan


def expected_invoice(contract: Contract, results: Results) -> float:
    """Return the mean invoice of a contract over the horizon."""
    return float(invoice(contract, results.priced_meters(contract), values_of(results)).total.sum(axis=1).mean())


def swapped(contract: Contract, own: str, name: str, results: Results) -> Meters:
    """Return the meters that a contract is billed on, the units of another definition in the place of its own."""
    units = {
        f"{resolutions(own)}{suffix}": results.meters[f"{resolutions(name)}{suffix}"] for suffix in ("", "|solved")
    }
    return results.priced_meters(contract, units)


def _units(own: str, meters: Meters) -> tuple[Array, Array]:
    """Return the units over the horizon and those on conversations that nobody solved, (trial,) each."""
    units = meters[resolutions(own)].sum(axis=1)
    return np.asarray(units), np.asarray(units - meters[f"{resolutions(own)}|solved"].sum(axis=1))


def billed_by(contract: Contract, own: str, name: str, results: Results, target: float) -> BilledByDefinition:
    """Bill a contract with the units of another definition in the place of its own.

    Args:
        own: the definition that the contract bills by.
        name: the definition that takes its place.
        results: with the units of both.
        target: expected invoice that the price of equal bills leaves as it is.
    """
    meters, values = swapped(contract, own, name, results), values_of(results)
    units, not_solved = _units(own, meters)
    tie = tie_price(contract, target, meters, values) if np.any(units) else None
    return BilledNow(
        cost=np.asarray(invoice(contract, meters, values).total.sum(axis=1)),
        units=units,
        not_solved=not_solved,
        factor=None if tie is None else tie.factor,
        unit_price=None if tie is None else tie.unit_price,
    )


@dataclass(frozen=True, slots=True)
class ClauseBridge:
    """Steps in expected cost that lead from the strictest clauses to the contract's own; start + steps = end."""

    start: float
    steps: tuple[tuple[str, float], ...]
    end: float


def clause_bridge(results: StudyResults) -> ClauseBridge:
    """Return what each clause adds to the expected invoice, from the strictest definition of the grid to the own one.

    A step is the mean of two: the clause changed first among all, in the order of the axes, and in the opposite order;
    either way the steps lead from start to end.
    """
    study = results.study
    strict = tuple(len(axis.choices) - 1 for axis in study.axes)
    order = range(len(study.axes))
    forward, backward = _steps(results, strict, order), _steps(results, strict, reversed(order))
    steps = tuple(
        (axis.choices[axis.own].label, (forward[place] + backward[place]) / 2)
        for place, axis in enumerate(study.axes)
        if axis.own != strict[place]
    )
    return ClauseBridge(_mean(results, strict), steps, _mean(results, study.own))


def _steps(results: StudyResults, start: Place, order: Iterator[int] | range) -> dict[int, float]:
    steps, here = {}, start
    for place in order:
        there = (*here[:place], results.study.own[place], *here[place + 1 :])
        steps[place] = _mean(results, there) - _mean(results, here)
        here = there
    return steps


def _mean(results: StudyResults, place: Place) -> float:
    return float(results.grid[place].cost.mean())
