"""Small scenarios on which claims are judged."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from simulator.decisions.claims.ground import Ground, ground_of
from simulator.decisions.claims.prepared import prepared
from simulator.decisions.claims.rule import Claim, Part
from simulator.decisions.same_futures import SameFutures
from simulator.engine.repricing import KeptFutures
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.scenario import load_scenario
from simulator.scenario.schema import Scenario

SMALL = str(Path(__file__).with_name("small.toml"))


def simulated(scenario: Scenario) -> Results:
    (results,) = simulate_all([Run(scenario)])
    return results


@cache
def ground(*overrides: str, path: str = SMALL) -> Ground:
    """Return what claims are judged on, on a scenario with some values changed."""
    scenario = prepared(load_scenario(path, ["trials=128", *overrides]))
    results = simulated(scenario)
    return ground_of(SameFutures(results, KeptFutures(results), simulated))


def part_of(claim: Claim, key: str) -> Part:
    """Return a part of a claim by its key."""
    return next(each for each in claim.parts if each.key == key)


def value(part: Part) -> float:
    """Return the number of a part."""
    assert part.measure is not None, part.missing
    return part.measure.value
