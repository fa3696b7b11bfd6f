"""Which share of its units a contract bills on cases that it billed before, counted case by case in a sample.

Monthly counts do not know which conversations are of one case. So cases of the run's own futures are drawn one by one,
with all their conversations, and billed by the definitions' own SQL: of each case the units beyond its first are
counted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from simulator.arrays import Array, Flags, Index
from simulator.arrow import values_of
from simulator.contracts.invoices.billed_units import Rule, is_told, rules_of
from simulator.contracts.metering.meters import CASES, definition_of
from simulator.contracts.metering.segments import segment_of, whole_of
from simulator.decisions.samples import with_few_cases
from simulator.definitions import Biller
from simulator.engine.export import ledger
from simulator.scenario.stated.compiled_terms import compile_terms

if TYPE_CHECKING:
    from simulator.contracts.metering.segments import Chosen
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario


SAMPLE_TRIALS: Final = 512
"""Futures of the run, the first ones, of which cases are drawn."""
SAMPLE_CASES: Final = 131_072
"""Cases drawn in all, unless the run itself has fewer."""


@dataclass(frozen=True, slots=True)
class CountedAgain:
    """What a sample says of the contracts of a run.

    Attributes:
        conversations: how many were drawn.
        futures: of how many of the run's futures, the first ones.
        shares: of the units of each meter those on a case which the rule billed before, by rule; a rule that billed
            nothing in the sample is missing.
        errors: standard errors of the shares, from how the futures of the sample differ; None for a single future.
    """

    conversations: int
    futures: int
    shares: Mapping[Rule, Mapping[str, float]]
    errors: Mapping[Rule, Mapping[str, float]] | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Units of the cases of each future of a sample, all (future,).

    Attributes:
        cases: how many were drawn.
        units, again: by rule and meter.
    """

    cases: Array
    units: Mapping[Rule, Mapping[str, Array]]
    again: Mapping[Rule, Mapping[str, Array]]


def count_again(results: Results) -> CountedAgain:
    """Draw cases of a run's futures one by one and count what each of its contracts bills again; see `count_in`."""
    return count_in(results.scenario, cases_of(results))


def cases_of(results: Results) -> Array:
    """Return how many cases each future of the sample has in a run, shape (future,)."""
    return np.asarray(results.meters[CASES][:SAMPLE_TRIALS].sum(axis=1))


def count_in(scenario: Scenario, here: Array) -> CountedAgain:
    """Draw cases of some futures one by one and count what each contract bills again.

    Args:
        here: how many cases each future, from the first, has in the run: its weight.

    Raises:
        DefinitionError: if a definition reads what a ledger does not have.
    """
    futures, terms = len(here), compile_terms(scenario)
    cases = min(SAMPLE_CASES / futures, max(float(here.mean()), 1.0))
    rules = {rule for contract in terms.contracts.values() for rule in rules_of(contract) if all(map(is_told, rule))}
    used = {name for rule in rules for unit in rule if (name := definition_of(unit))}
    biller = Biller({name: terms.definitions[name] for name in sorted(used)})
    tally, drawn = nothing(rules, futures), 0
    for table in ledger(with_few_cases(scenario, cases), trials=futures, months=1):
        add(tally, table, biller)
        drawn += table.num_rows
    weight = np.divide(here, tally.cases, out=np.zeros(futures), where=tally.cases > 0)
    found = {rule: {unit: _share(tally, rule, unit, weight) for unit in rule} for rule in sorted(rules)}
    billed = {rule: each for rule, each in found.items() if sum(tally.units[rule][unit].sum() for unit in rule)}
    shares, errors = ({rule: {unit: pair[place] for unit, pair in each.items()} for rule, each in billed.items()}
                      for place in range(2))  # fmt: skip
    return CountedAgain(drawn, futures, shares, errors if futures > 1 else None)


def _share(tally: Tally, rule: Rule, unit: str, weight: Array) -> tuple[float, float]:
    """Return the share of a meter's units that are billed again, and its standard error (0 for a single future).

    A ratio of sums over futures, each with its weight; the error is that of a ratio estimator (Cochran 1977, Sampling
    Techniques, section 6.4).
    """
    units, again = weight * tally.units[rule][unit], weight * tally.again[rule][unit]
    if not units.sum():
        return 0.0, 0.0
    share = float(again.sum() / units.sum())
    rest = float(np.square(again - share * units).sum()) * len(units) / max(len(units) - 1, 1)
    return share, float(np.sqrt(rest) / units.sum())


def nothing(rules: Collection[Rule], futures: int) -> Tally:
    """Return a tally of no case."""
    units, again = ({rule: {unit: np.zeros(futures) for unit in rule} for rule in rules} for _ in range(2))
    return Tally(np.zeros(futures), units, again)


def add(tally: Tally, rows: pa.Table, biller: Biller) -> None:
    """Count the cases of some rows of a ledger into a tally.

    Args:
        rows: whole cases, with the column trial from 0.
        biller: of all definitions that the rules name.
    """
    futures = len(tally.cases)
    trial, case = (values_of(rows.column(name)) for name in ("trial", "case_id"))
    opened = values_of(rows.column("opened_at").cast(pa.int64()))
    first_of_case = np.unique(case, return_index=True)[1]
    tally.cases[:] += np.bincount(trial[first_of_case], minlength=futures)
    counted = {name: units.astype(np.bool_) for name, units in biller.units(rows).items()}
    order = np.lexsort((opened, case))
    for rule, units in tally.units.items():
        flags = {unit: _counts(unit, rows, counted) for unit in rule if whole_of(unit) != CASES}
        every = np.logical_or.reduce([np.zeros(len(case), dtype=np.bool_), *flags.values()])
        repeated = later_units(case, every, order)
        for unit, flag in flags.items():
            units[unit][:] += np.bincount(trial[flag], minlength=futures)
            tally.again[rule][unit][:] += np.bincount(trial[flag & repeated], minlength=futures)
        for unit in set(rule) - set(flags):
            units[unit][:] += np.bincount(trial[first_of_case], minlength=futures)


def later_units(case: Index, billed: Flags, order: Index) -> Flags:
    """Return which billed conversations are not the first billed one of their case.

    Args:
        case: number of each conversation's case.
        order: places of the conversations, case by case and in each case by when they opened.
    """
    found = np.zeros(len(case), dtype=np.bool_)
    places = order[billed[order]]
    found[places[1:]] = case[places[1:]] == case[places[:-1]]
    return found


def _counts(unit: str, rows: pa.Table, counted: Mapping[str, Flags]) -> Flags:
    """Return which conversations are a unit of a meter: handled ones or those a definition counts, in its part."""
    name, part = definition_of(unit), segment_of(unit)
    if name is None:
        service = values_of(rows.column("class")) == "service"
        flags = service & (values_of(rows.column("turns")) >= 1)
    else:
        flags = counted[name]
    for column, chosen in () if part is None else (("intent", part.intents), ("channel", part.channels)):
        if chosen is not None:
            flags = flags & _held(values_of(rows.column(column)), chosen)
    return np.asarray(flags)


def _held(names: NDArray[np.str_], chosen: Chosen) -> Flags:
    known = [name for name in dict.fromkeys(names.tolist()) if chosen.holds(name)]
    return np.isin(names, known)
