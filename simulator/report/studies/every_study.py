"""The questions of a buyer who decides, all answered on the futures of one run: for `simulate SCENARIO --decide`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from simulator.decisions.breakeven.breakeven import breakeven, pair_of
from simulator.decisions.breakeven.verdict_map import verdict_map
from simulator.decisions.clause_prices import clause_prices
from simulator.decisions.commitment import asked_contract, commitments
from simulator.decisions.deal import deal
from simulator.decisions.definition_spread import definition_spread
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.sensitivities.whole_study import sensitivity
from simulator.decisions.split import as_asked, counted_scenario, refuse_no_split, splits
from simulator.decisions.value import value_of_knowing
from simulator.errors import SimulatorError
from simulator.report.studies.breakeven import breakeven_told
from simulator.report.studies.clauses import clauses_told
from simulator.report.studies.commitment import commitment_told
from simulator.report.studies.deal import deal_told
from simulator.report.studies.definition_spread import definition_spread_told
from simulator.report.studies.made import Decided, MadeStudy
from simulator.report.studies.sensitivity import sensitivity_told
from simulator.report.studies.split import split_told
from simulator.report.studies.told import Told
from simulator.report.studies.value import value_told
from simulator.report.studies.verdict_map import verdict_map_told


def _clauses(futures: SameFutures) -> tuple[Told, object]:
    found = clause_prices(futures, futures.forecast.verdict.recommended)
    return clauses_told(found, futures.scenario), found


def _definitions(futures: SameFutures) -> tuple[Told, object]:
    found = definition_spread(futures, None)
    return definition_spread_told(found, futures.forecast), found


def _breakeven(futures: SameFutures) -> tuple[Told, object]:
    found = breakeven(futures, pair_of(futures, None, None), "price", None)
    return breakeven_told(found, futures.forecast), found


def _map(futures: SameFutures) -> tuple[Told, object]:
    found = verdict_map(futures, futures.forecast.verdict.recommended, "price", "volume")
    return verdict_map_told(found, futures.forecast), found


def _commitment(futures: SameFutures) -> tuple[Told, object]:
    found = commitments(futures, asked_contract(futures))
    return commitment_told(found, futures.scenario), found


def _split(futures: SameFutures) -> tuple[Told, object]:
    scenario = futures.scenario
    refuse_no_split(scenario, "intent")
    counted = as_asked(futures.on(counted_scenario(scenario, "intent")), scenario)
    found = splits(counted, "intent")
    return split_told(found, scenario), found


def _sensitivity(futures: SameFutures) -> tuple[Told, object]:
    found = sensitivity(futures, futures.forecast.verdict.recommended)
    return sensitivity_told(found, futures.forecast), found


def _value(futures: SameFutures) -> tuple[Told, object]:
    found = value_of_knowing(futures)
    return value_told(found, futures), found


def _deal(futures: SameFutures) -> tuple[Told, object]:
    found = deal(futures, futures.forecast.verdict.recommended)
    return deal_told(found, futures), found


QUESTIONS: Final[Mapping[str, Callable[[SameFutures], tuple[Told, object]]]] = {
    "clauses": _clauses,
    "definitions --compare": _definitions,
    "breakeven": _breakeven,
    "breakeven --map price,volume": _map,
    "commitment": _commitment,
    "split": _split,
    "sensitivity": _sensitivity,
    "value": _value,
    "deal": _deal,
}
"""Each answer as its command gives it without further options, by the command, in the order of the help."""


def every_study(futures: SameFutures, said: Callable[[str], None] = lambda name: None) -> Decided:
    """Answer every question; one that a scenario does not have, two contracts where it has one, is left out.

    Args:
        said: is told the name of the question that is answered now.
    """
    studies, left_out = [], {}
    for name, question in QUESTIONS.items():
        said(name)
        try:
            told, numbers = question(futures)
        except (SimulatorError, ValueError) as error:
            left_out[name] = str(error)
        else:
            studies.append(MadeStudy(name, told, numbers))
    return Decided(tuple(studies), left_out)
