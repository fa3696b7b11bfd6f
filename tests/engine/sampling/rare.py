"""Exact mean bills on a rare unit (few.toml): of whole months, and of months that are sampled.

A month of L cases has Poisson(m) units, m = 0.0115 L. Sampled with f = n / L it has (1 - sqrt f) m + K / sqrt f, with K
Poisson(f m); where a contract rounds, floor(that + u) with u uniform.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from scipy import stats

from simulator.arrays import Array
from simulator.contracts import Contract, invoice
from simulator.contracts.invoices.whole_units import rounds_units
from simulator.engine.run import simulate
from simulator.futures.unknowns import Unknowns
from simulator.scenario import Scenario, load_scenario
from simulator.scenario.stated.compiled_terms import compile_terms

FEW: Final = Path(__file__).parent / "few.toml"
UNIT: Final = "resolutions:closed_by_customer"
RATE: Final = 0.0115
BENDING: Final = ("package_of_1", "package_of_10", "two_included", "stairs", "stairs_on_ten", "limited")
"""Contracts whose bill is a function of the rare unit alone."""
POINTS: Final = 400


def scenario_of(cases: int, trials: int, *changes: str) -> Scenario:
    """Return the scenario with this many cases a month."""
    return load_scenario(FEW, [f"volume.per_month={cases}", f"trials={trials}", *changes])


def contracts_of(scenario: Scenario) -> dict[str, Contract]:
    return dict(compile_terms(scenario).contracts)


@cache
def _expected(cases: int) -> dict[str, Array]:
    return dict(simulate(scenario_of(cases, 1), engine="expected").meters)


def bills(scenario: Scenario, contract: Contract, units: Array) -> Array:
    """Return what a month of so many units is billed, shape (units,)."""
    expected = _expected(round(scenario.volume.per_month.center))
    months = {name: np.repeat(values, len(units), axis=0) for name, values in expected.items()}
    months[UNIT] = np.repeat(units[:, None], scenario.months, axis=1)
    return np.asarray(invoice(contract, months, Unknowns(len(units), {})).total[:, 0])


def mean_bill(scenario: Scenario, contract: Contract, cases: int, sample: int | None = None) -> float:
    """Return the mean bill of a month, drawn whole or with a sample."""
    share = 1.0 if sample is None else min(1.0, sample / cases)
    root, mean = share**0.5, RATE * cases
    number = np.arange(float(POINTS))
    chances = stats.poisson.pmf(number, share * mean)
    units = (1 - root) * mean + number / root
    if not rounds_units(contract) or share == 1.0:
        return float(chances @ bills(scenario, contract, units))
    below = np.floor(units)
    low, high = (bills(scenario, contract, each) for each in (below, below + 1))
    return float(chances @ (low + (units - below) * (high - low)))


def exact_off(scenario: Scenario, contract: Contract, cases: int, sample: int) -> float:
    """Return by which share of the mean bill a sample bills too much."""
    return mean_bill(scenario, contract, cases, sample) / mean_bill(scenario, contract, cases) - 1.0
