"""Which assumptions carry the spread of a cost, and what stands behind each of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.quantities.distributions import Source
from simulator.report.blocks.plain_names import driver_name, plain_name
from simulator.report.summary.assumptions import Correlation, Spread, SpreadAssumption, Unknown
from simulator.scenario.stated.sources import quantities, stated_correlations

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario


SHOWN: Final = 3
"""Assumptions named under the first table."""


def spread_of_costs(results: Results, cost: Array) -> Spread:
    """Return the assumptions that move together with a cost (trial,), strongest first.

    The measure is the squared rank correlation of an unknown, or of a driver's mean over the horizon, with the cost. An
    assumption counts only above the noise floor |rank correlation| > 2 / sqrt(trials), where 1 in 20 without any effect
    would still pass. The squares do not sum to 1.
    None counts where the futures are too few to tell.
    """
    floor = 2 / math.sqrt(results.trials)
    sources = _sources(results.scenario)
    found, varying = [], 0
    for name, values in candidates(results):
        varying += bool(np.ptp(values) > 0)
        correlation = risk.rank_correlation(values, cost)
        if correlation is not None and abs(correlation) > floor:
            found.append((name, correlation))
    found.sort(key=lambda item: (-abs(item[1]), item[0]))
    return Spread(
        candidates=varying,
        noise_floor=min(floor**2, 1.0),
        assumptions=tuple(
            SpreadAssumption(
                name=name,
                label=plain_name(name, results.scenario),
                kind=sources.get(name, Source()).kind,
                rank_correlation=correlation,
                squared=correlation**2,
            )
            for name, correlation in found
        ),
    )


def unknowns(results: Results) -> tuple[Unknown, ...]:
    """Return every number given as an interval with its drawn P10, P50 and P90, and what stands behind it."""
    sources = _sources(results.scenario)
    found = []
    for name in sorted(results.unknowns):
        p10, p50, p90 = risk.quantiles(results.unknowns[name], (0.1, 0.5, 0.9))
        source = sources.get(name, Source())
        found.append(
            Unknown(
                name=name,
                p10=p10,
                p50=p50,
                p90=p90,
                kind=source.kind,
                source=source.source,
                as_of=source.as_of,
                owner=source.owner,
            )
        )
    return tuple(found)


def correlations(scenario: Scenario) -> tuple[Correlation, ...]:
    """Return every stated correlation with what stands behind it; drivers are named as everywhere in the report."""
    return tuple(
        Correlation(
            between=tuple(driver_name(name) if each.monthly else name for name in each.between),
            rho=each.rho,
            kind=each.source.kind,
            source=each.source.source,
            as_of=each.source.as_of,
            owner=each.source.owner,
        )
        for each in stated_correlations(scenario)
    )


def candidates(results: Results) -> Iterator[tuple[str, Array]]:
    """Yield unknowns, and drivers by their mean over the horizon, by name, (trial,) each."""
    yield from results.unknowns.items()
    for name, values in results.drivers.items():
        yield driver_name(name), np.asarray(values.mean(axis=1))


def _sources(scenario: Scenario) -> dict[str, Source]:
    """Return what stands behind each number of the scenario, and behind each driver's spread, by name."""
    found = {quantity.name: quantity.source for quantity in quantities(scenario) if quantity.name}
    drivers = scenario.drivers
    for name in ("demand", "tokens"):
        spread = getattr(drivers, name).cv or getattr(drivers, name).log_sd
        if spread is not None:
            found[driver_name(name)] = spread.source
    for name in ("complexity", "escalation", "solving", "returning"):
        found[driver_name(name)] = getattr(drivers, name).sd.source
    found[driver_name("incident")] = scenario.incidents.probability.source
    return found
