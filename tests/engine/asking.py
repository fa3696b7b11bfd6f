"""Scenarios in which a contract reads meters by their keys, and rows of the ledger as cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from simulator.contracts import Contract
from simulator.contracts.prices.flat import Flat
from simulator.engine.counting.totals import make_counter
from simulator.engine.draws.record_table import CLOCKLESS, record
from simulator.engine.draws.rows import Rows
from simulator.engine.ledger import LedgerPlan, make_plan
from simulator.quantities.parameters import known
from simulator.scenario import Scenario, load_scenario
from simulator.scenario.stated.compiled_terms import Terms, compile_terms

EVERYTHING = Path(__file__).parent.parent / "scenario" / "everything.toml"


@cache
def everything(*overrides: str) -> Scenario:
    """Return the scenario with everything switched on."""
    return load_scenario(EVERYTHING, overrides)


def asking(scenario: Scenario, *keys: str) -> Terms:
    """Return the terms of a scenario with one more contract, which bills meters by their keys."""
    terms = compile_terms(scenario)
    first = next(iter(terms.contracts.values()))
    charges = tuple(Flat(key, known(1.0, "nonnegative")) for key in keys)
    contract = Contract("asking", "Asking", "hybrid", charges, first.settlement)
    return replace(terms, contracts={**terms.contracts, "asking": contract})


def ledger_plan(scenario: Scenario, *keys: str) -> LedgerPlan:
    """Return the plan of the ledger engine for such a scenario."""
    return with_terms(make_plan(scenario), asking(scenario, *keys))


def with_terms(plan: LedgerPlan, terms: Terms) -> LedgerPlan:
    """Return a plan of the ledger engine that bills other terms."""
    return replace(plan, terms=terms, counter=make_counter(plan.scenario, terms))


def as_cases(rows: Rows, scenario: Scenario) -> Iterator[tuple[list[int], list[dict[str, Any]]]]:
    """Yield the conversations of each case, with their places in the rows."""
    table = record(rows, scenario, CLOCKLESS).to_pylist()
    places: dict[int, list[int]] = {}
    for place, row in enumerate(table):
        places.setdefault(row["case_id"], []).append(place)
    for own in places.values():
        yield own, [table[place] for place in own]
