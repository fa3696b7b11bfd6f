"""How many cases of each intent open in a month, and how many tickets the AI never sees. docs/model.md section 3."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from simulator.arrays import Array
from simulator.distributions import Z95
from simulator.model.drivers import Drivers
from simulator.model.unknowns import Unknowns, shares
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.stated_cases import contacts_per_case
from simulator.streams import BLOCK_TRIALS, stream


@dataclass(frozen=True, slots=True)
class Demand:
    """Expected numbers of a block of trials.

    Attributes:
        cases: expected cases that reach the AI, shape (trial, month, intent).
        unseen_tickets: expected tickets that never reach the AI, shape (trial, month).
    """

    cases: Array
    unseen_tickets: Array


def expected_demand(scenario: Scenario, unknowns: Unknowns, drivers: Drivers, block: int) -> Demand:
    """Return what is expected given the trial's unknowns and the month's drivers."""
    reach = unknowns(scenario.volume.ai_share)[:, None] * _rollout(scenario, unknowns)
    conversations, tickets = _per_case(scenario, unknowns, all_seen=bool(np.all(reach == 1)))
    per_case = {"cases": np.ones(unknowns.trials), "conversations": conversations, "tickets": tickets}
    stated = _stated_volume(scenario, unknowns, block)
    total = stated / per_case[scenario.volume.unit][:, None] * drivers.demand
    incident = np.where(drivers.incident, incident_factor(scenario, unknowns)[:, None], 1.0)
    share = shares(
        unknowns.stack(intent.share for intent in scenario.intents.values())[:, None, :] * np.exp(drivers.mix)
    )
    tilted = share * _tilt(scenario, share, incident)
    return Demand(
        cases=(total * reach)[:, :, None] * tilted,
        unseen_tickets=total * (1 - reach) * incident * tickets[:, None],
    )


def _per_case(scenario: Scenario, unknowns: Unknowns, *, all_seen: bool) -> tuple[Array, Array]:
    """Return the expected conversations and tickets of a case, shape (trial,).

    Args:
        all_seen: every case reaches the AI; then volumes stated in cases need neither, and 1 stands for both.
    """
    if scenario.volume.unit == "cases" and all_seen:
        return np.ones(unknowns.trials), np.ones(unknowns.trials)
    rows, straight = contacts_per_case(unknowns, scenario)
    return np.broadcast_to(rows, unknowns.trials), np.broadcast_to(rows + straight, unknowns.trials)


def draw_unseen(scenario: Scenario, demand: Demand, block: int, trials: slice) -> Array:
    """Draw the tickets that the AI never sees, shape (trial, month): Poisson by inversion.

    Inversion keeps each count at the same quantile when its expectation moves.

    Args:
        demand: of the whole block.
        trials: the trials of the block to draw for.
    """
    level = stream(scenario.seed, "unseen_tickets", block).random((scenario.months, BLOCK_TRIALS)).T[trials]
    return poisson_quantile(level, demand.unseen_tickets[trials])


def poisson_quantile(level: Array, expected: Array) -> Array:
    """Return the quantiles of Poisson laws, same shape; 0 where the expectation is 0."""
    positive = expected > 0
    mean = np.where(positive, expected, 1.0)
    above = np.maximum(np.ceil(special.pdtrik(level, mean)), 0.0)
    below = np.maximum(above - 1, 0.0)
    return np.where(positive, np.where(special.pdtr(below, mean) >= level, below, above), 0.0)


def _stated_volume(scenario: Scenario, unknowns: Unknowns, block: int) -> Array:
    """Return the stated volume in its own unit, shape (trial, month)."""
    volume = scenario.volume
    if volume.forecast:
        return _forecast(scenario, block)
    assert volume.per_month is not None, "the schema asks for per_month or a forecast"
    elapsed = np.arange(scenario.months) / 12
    growth = (1 + unknowns(volume.growth_per_year))[:, None] ** elapsed
    return np.asarray(unknowns(volume.per_month)[:, None] * growth * _season(scenario, unknowns))


def _season(scenario: Scenario, unknowns: Unknowns) -> Array:
    """Return the season of each month of the horizon, shape (trial, month): 12 factors with mean 1."""
    if scenario.volume.season is None:
        return np.ones((unknowns.trials, scenario.months))
    factors = unknowns.stack(scenario.volume.season)
    calendar = (int(scenario.start[5:]) - 1 + np.arange(scenario.months)) % 12
    return np.asarray((factors / factors.mean(axis=1, keepdims=True))[:, calendar])


def _forecast(scenario: Scenario, block: int) -> Array:
    """Return the forecast at one score per trial, shape (trial, month): low, base, high are P5, P50, P95."""
    z = stream(scenario.seed, "unknown.volume.forecast", block).standard_normal(BLOCK_TRIALS)[:, None]
    low, base, high = (
        np.array([getattr(row, key) for row in scenario.volume.forecast]) for key in ("low", "base", "high")
    )
    side = np.where(z >= 0, high / base, base / low)
    return np.asarray(base * side ** (z / Z95))


def _rollout(scenario: Scenario, unknowns: Unknowns) -> Array:
    """Return the share of contacts that reach the AI in each month, shape (trial, month)."""
    ramp = unknowns.stack(scenario.volume.rollout)
    month = np.minimum(np.arange(scenario.months), ramp.shape[1] - 1)
    return np.asarray(ramp[:, month])


def incident_factor(scenario: Scenario, unknowns: Unknowns) -> Array:
    """Return what an incident multiplies demand by, shape (trial,); at least 1 where it is tilted to named intents."""
    factor = unknowns(scenario.incidents.factor)
    return np.maximum(factor, 1.0) if scenario.incidents.intents else factor


def _tilt(scenario: Scenario, share: Array, incident: Array) -> Array:
    """Return the factor of each intent in each month, shape (trial, month, intent); the total is the incident's."""
    names = list(scenario.intents)
    if not scenario.incidents.intents:
        return incident[:, :, None]
    chosen = np.isin(names, scenario.incidents.intents)
    joint = share[:, :, chosen].sum(axis=2, keepdims=True)
    return np.where(chosen, 1 + (incident[:, :, None] - 1) / joint, 1.0)
