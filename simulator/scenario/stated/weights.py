"""Weights that are divided by their sum: the groups of them, with their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulator.quantities.distributions import Quantity
from simulator.scenario.key_paths import Path
from simulator.scenario.schema import Scenario

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
