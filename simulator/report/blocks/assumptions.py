"""Which assumptions carry the spread of a cost, and what stands behind each of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.quantities.distributions import Source
from simulator.quantities.parameters import Table
from simulator.report.words.summary_block import NewBlock
from simulator.scenario.key_paths import Path, key_path
from simulator.scenario.stated.sources import exists, quantities, stated_correlations

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario


LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "volume.per_month": "volume per month",
        "volume.growth_per_year": "growth per year",
        "volume.ai_share": "share of contacts that reach the AI",
        "outcomes.escalate_log_odds": "how often people must take over",
        "outcomes.solve_log_odds": "how often the AI solves",
        "outcomes.confirm_log_odds": "how often customers confirm",
        "outcomes.complexity_log_odds": "how complex the cases are",
        "returns.log_odds": "how often customers return",
        "tokens.factor": "tokens per conversation",
        "people.cost_per_hour": "cost of people per hour",
        "escalation from month to month": "handovers to people from month to month",
        "returning from month to month": "returns from month to month",
    }
)
"""Short names of assumptions that often carry the spread."""
SHOWN: Final = 3
"""Assumptions named under the first table."""


def spread_of_costs(results: Results, cost: Array) -> NewBlock:
    """Return the assumptions that move together with a cost (trial,), strongest first.

    The measure is the squared rank correlation of an unknown, or of a driver's mean over the horizon, with the cost. An
    assumption counts only above the noise floor |rank correlation| > 2 / sqrt(trials), where 1 in 20 without any effect
    would still pass. The squares do not sum to 1.

    Returns:
        candidates: how many assumptions vary at all.
        noise_floor: the floor of the squared rank correlation.
        assumptions: {name, label, kind, rank_correlation, squared}, all that count; empty if the futures are too few
            to tell.
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
    return {
        "candidates": varying,
        "noise_floor": min(floor**2, 1.0),
        "assumptions": [
            {
                "name": name,
                "label": label(name, results.scenario),
                "kind": sources.get(name, Source()).kind,
                "rank_correlation": correlation,
                "squared": correlation**2,
            }
            for name, correlation in found
        ],
    }


def label(name: str, scenario: Scenario) -> str:
    """Return what an assumption is called in words; where it has no short name, what its key means, with the key."""
    path = key_path(name)
    if name in LABELS or path is None or not exists(scenario, path):
        return LABELS.get(name, name)
    return f"{_meaning(path, scenario)} [{name}]"


def _meaning(path: Path, scenario: Scenario) -> str:
    """Return what the scenario's schema says of a key: the innermost declared parameter on its path."""
    value: Any = scenario
    meaning = ""
    for part in path:
        if isinstance(value, Table):
            meaning = type(value).model_fields[str(part)].description or meaning
            value = getattr(value, str(part))
        else:
            value = value[part] if isinstance(value, Mapping) else value[int(part)]
    return meaning


def assumption_blocks(results: Results) -> NewBlock:
    """Return the blocks `unknowns` and `correlations`."""
    return {"unknowns": unknowns_block(results), "correlations": correlations_block(results.scenario)}


def unknowns_block(results: Results) -> list[NewBlock]:
    """Return every number given as an interval with its drawn P10, P50 and P90, and what stands behind it."""
    sources = _sources(results.scenario)
    block = []
    for name in sorted(results.unknowns):
        p10, p50, p90 = risk.quantiles(results.unknowns[name], (0.1, 0.5, 0.9))
        source = sources.get(name, Source())
        block.append(
            {
                "name": name,
                "p10": p10,
                "p50": p50,
                "p90": p90,
                "kind": source.kind,
                "source": source.source,
                "as_of": source.as_of,
                "owner": source.owner,
            }
        )
    return block


def correlations_block(scenario: Scenario) -> list[NewBlock]:
    """Return every stated correlation with what stands behind it; drivers are named as everywhere in the report."""
    return [
        {
            "between": [_driver_name(name) if each.monthly else name for name in each.between],
            "rho": each.rho,
            "kind": each.source.kind,
            "source": each.source.source,
            "as_of": each.source.as_of,
            "owner": each.source.owner,
        }
        for each in stated_correlations(scenario)
    ]


def candidates(results: Results) -> Iterator[tuple[str, Array]]:
    """Yield unknowns, and drivers by their mean over the horizon, by name, (trial,) each."""
    yield from results.unknowns.items()
    for name, values in results.drivers.items():
        yield _driver_name(name), np.asarray(values.mean(axis=1))


def _driver_name(name: str) -> str:
    return "incidents from month to month" if name == "incident" else f"{name} from month to month"


def _sources(scenario: Scenario) -> dict[str, Source]:
    """Return what stands behind each number of the scenario, and behind each driver's spread, by name."""
    found = {quantity.name: quantity.source for quantity in quantities(scenario) if quantity.name}
    drivers = scenario.drivers
    for name in ("demand", "tokens"):
        spread = getattr(drivers, name).cv or getattr(drivers, name).log_sd
        if spread is not None:
            found[_driver_name(name)] = spread.source
    for name in ("complexity", "escalation", "solving", "returning"):
        found[_driver_name(name)] = getattr(drivers, name).sd.source
    found[_driver_name("incident")] = scenario.incidents.probability.source
    return found
