"""Weights: at least one is positive, and a group that looks like shares or percents sums to 1 or to 100."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from simulator.errors import Problem
from simulator.quantities.distributions import Quantity
from simulator.scenario.key_paths import Path, dotted
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.weights import groups

TOLERANCE: Final = 0.005
"""Relative: thirds written as 0.333 sum to 0.999, which is meant as 1."""


def check_weights(scenario: Scenario) -> list[Problem]:
    """Every group of weights can be divided by its sum, and shares sum to 1."""
    problems: list[Problem] = []
    for path, what, weights in groups(scenario):
        problem = _problem(path, what, weights)
        if problem is not None and all(
            problem.message.split(" at level")[0] != p.message.split(" at level")[0] for p in problems
        ):
            problems.append(problem)
    return problems


def _problem(path: Path, what: str, weights: Mapping[str, Quantity]) -> Problem | None:
    values = [weight.center for weight in weights.values()]
    if not any(value > 0 for value in values):
        return Problem(path, f"{dotted(path)}: no weight above 0 among the {what}", "give at least one positive weight")
    whole = _whole(values)
    if whole is None or not all(weight.fixed for weight in weights.values()):
        return None
    total = math.fsum(values)
    if abs(total / whole - 1) <= TOLERANCE:
        return None
    message = f"{dotted(path)}: the {what} sum to {total:.6g}, not {whole:g}"
    listed = " + ".join(f"{value:g}" for value in values[:8]) + (" + ..." if len(values) > 8 else "")
    return Problem(path, message, f"{listed}; shares sum to 1, percents to 100")


def _whole(values: list[float]) -> float | None:
    """Return what the weights were meant to sum to, if they look like shares or percents.

    Shares: at least two, none above 1, not all 0 or 1. Percents: one above 1 and a sum from 50 to 150.
    """
    if len(values) < 2:
        return None
    if max(values) <= 1:
        return 1.0 if any(0 < value < 1 for value in values) else None
    return 100.0 if 50 <= math.fsum(values) <= 150 else None
