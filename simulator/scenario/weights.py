"""Weights: at least one is positive, and a group that looks like shares or percents sums to 1 or to 100."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from simulator.distributions import Quantity
from simulator.errors import Problem
from simulator.scenario.positions import Path
from simulator.scenario.problems import dotted
from simulator.scenario.schema import Scenario

TOLERANCE: Final = 0.005
"""Relative: thirds written as 0.333 sum to 0.999, which is meant as 1."""

Group = tuple[Path, str, Mapping[str, Quantity]]


def routing_weights(scenario: Scenario, level: str) -> dict[str, Quantity]:
    """Return the weight of each model at a level; a model whose table does not name the level is left out."""
    weights: dict[str, Quantity] = {}
    for name, model in scenario.models.items():
        if not isinstance(model.routing, dict):
            weights[name] = model.routing
        elif level in model.routing:
            weights[name] = model.routing[level]
    return weights


def channel_weights(scenario: Scenario, intent: str) -> dict[str, Quantity]:
    """Return an intent's weights over channels: its own, or the channels' shares."""
    own = scenario.intents[intent].channels
    return dict(own) if own else {name: channel.share for name, channel in scenario.channels.items()}


def groups(scenario: Scenario) -> Iterator[Group]:
    """Yield every group of weights that are divided by their sum: the key, what they are, and the weights by name."""
    yield ("intents",), "shares of the intents", {name: each.share for name, each in scenario.intents.items()}
    yield ("channels",), "shares of the channels", {name: each.share for name, each in scenario.channels.items()}
    for name, intent in scenario.intents.items():
        yield ("intents", name, "levels"), f"levels of '{name}'", intent.levels
        if intent.channels:
            yield ("intents", name, "channels"), f"channels of '{name}'", intent.channels
    for level in scenario.levels:
        yield ("models",), f"routing weights at level '{level}'", routing_weights(scenario, level)
    for key in ("if_solved", "if_unsolved"):
        scores = {str(score): weight for score, weight in enumerate(getattr(scenario.csat, key), start=1)}
        yield ("csat", key), f"weights of the scores {key}", scores


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
