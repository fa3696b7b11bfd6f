"""What the contracts of a scenario cost in many runs of different seeds, from expected values alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from simulator.arrays import Array
from simulator.contracts import invoice
from simulator.engine.processes.pool import Workers
from simulator.engine.run import Run, simulate_all
from simulator.forecast.bills import values_of
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FUTURES = 4_096


def scenario_of(name: str, settings: Sequence[str] = ()) -> Scenario:
    """Return a shipped scenario with changes, and with 4,096 futures."""
    path = SCENARIOS / f"{name}.toml"
    return parse_scenario(path.read_text(), str(path), [f"trials={FUTURES}", *settings])


def costs_of(scenario: Scenario, seeds: Iterable[int], workers: int | Workers = 1) -> Array:
    """Return the horizon's invoices, shape (run, contract, trial)."""
    contracts = compile_terms(scenario).contracts.values()
    found = []
    for seed in seeds:
        run = Run(scenario.model_copy(update={"seed": seed}), "expected")
        (results,) = simulate_all([run], workers=workers)
        values = values_of(results)
        found.append([invoice(each, results.priced_meters(each), values).total.sum(axis=1) for each in contracts])
    return np.array(found)
