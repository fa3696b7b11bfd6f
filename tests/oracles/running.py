"""Run an oracle's scenario and price it: the cost of the horizon in every future."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from simulator.contracts import invoice
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.forecast.bills import values_of
from simulator.scenario import load_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from simulator.streams import BLOCK_TRIALS
from tests.oracles.law import Array

FOLDER: Final = Path(__file__).parent
CONTRACT: Final = "oracle"
"""Every scenario here has this one contract."""
CHUNK_CELLS: Final = 1 << 17
"""Trials times months simulated together at most: a million futures do not fit into memory with all their meters."""


def scenario_of(name: str, trials: int, *changes: str, sampling: str = "random") -> Scenario:
    """Return an oracle's scenario with this number of futures; changes as `key.path=value`.

    Futures are random ones, as the checks reckon with independent ones, unless something else is asked.
    """
    return load_scenario(FOLDER / f"{name}.toml", [*changes, f"trials={trials}", f'sampling="{sampling}"'])


def run(name: str, trials: int, engine: str, *changes: str, workers: int = 1, sampling: str = "random") -> Array:
    """Return the cost of the horizon in each future, shape (trials,): what the scenario's budget would be of.

    Args:
        engine: "ledger", "sampled" or "expected".
        changes: planted faults, as `key.path=value`.
        sampling: how futures are drawn.
    """
    scenario = scenario_of(name, trials, *changes, sampling=sampling)
    size = max(CHUNK_CELLS // scenario.months // BLOCK_TRIALS, 1) * BLOCK_TRIALS
    costs = []
    for first in range(0, trials, size):
        part = scenario.model_copy(update={"trials": min(size, trials - first)})
        costs.append(cost_of(simulate(part, engine=engine, workers=workers, first_trial=first)))
    return np.concatenate(costs)


def cost_of(results: Results) -> Array:
    """Return invoices summed over the months, shape (trials,), and human work where people's time costs something."""
    values = values_of(results)
    contract = compile_terms(results.scenario).contracts[CONTRACT]
    monthly = invoice(contract, results.priced_meters(contract), values).total
    work = results.meters["human_minutes"] / 60 * values(results.scenario.people.cost_per_hour)[:, None]
    return np.asarray((monthly + work).sum(axis=1))
