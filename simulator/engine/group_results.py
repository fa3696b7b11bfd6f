"""What both engines share: results of a group of trials, and the meters that need no conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from simulator.arrays import Array
from simulator.contracts.metering.segments import Segment
from simulator.futures.month_level import incident_factor
from simulator.futures.unknowns import Unknowns
from simulator.law.drivers import DrawnDrivers
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import Terms


@dataclass(frozen=True, slots=True)
class GroupResults:
    """What one group of futures has, by name; see `engine.results.Results` for what is there.

    Attributes:
        meters, drivers: shape (trial, month).
        unknowns: shape (trial,).
        sampling: share and level of sampled months, shape (trial, month).
        whole: meters of whole months, shape (trial, month).
        split: of the first futures of a run, by LEVEL/METER.
    """

    meters: Mapping[str, Array]
    unknowns: Mapping[str, Array]
    drivers: Mapping[str, Array]
    sampling: Mapping[str, Array] = field(default_factory=dict)
    whole: Mapping[str, Array] = field(default_factory=dict)
    split: Mapping[str, Array] = field(default_factory=dict)


def prompt_thresholds(scenario: Scenario, terms: Terms) -> Array:
    """Return the prompt length above which each model's calls are priced long; infinite without one."""
    long = [terms.model_rates[name].long_prompt for name in scenario.models]
    return np.array([np.inf if each is None else float(each.threshold_tokens) for each in long])


def part_meters(part: Segment, bases: Sequence[str], found: Mapping[str, Array]) -> dict[str, Array]:
    """Return the meters of a part by their keys, with those of their units that are solved.

    Args:
        bases: meters that are asked of the part.
        found: of its conversations; those not asked are left out.
    """
    names = [(base, suffix) for base in bases for suffix in ("", "|solved", "|solved_by_ai")]
    return {part.of(base) + suffix: found[base + suffix] for base, suffix in names if base + suffix in found}


def trial_meters(
    scenario: Scenario, unknowns: Unknowns, unseen: Array, totals: Mapping[str, Array]
) -> dict[str, Array]:
    """Return the meters that are made of other meters and of the trial's unknowns, shape (trial, month)."""
    seen = totals["rows"] + totals["straight_returns"]
    meters = {"unseen_tickets": unseen, "tickets": seen + unseen}
    if scenario.today is not None:
        factor = unknowns(scenario.today.minutes_factor) * unknowns(scenario.today.contacts_per_case)
        meters["today_minutes"] = totals["today_minutes"] * factor[:, None]
        meters["today_solved"] = totals["cases"] * unknowns(scenario.today.solve)[:, None]
    return meters


def driver_values(scenario: Scenario, unknowns: Unknowns, drivers: DrawnDrivers) -> dict[str, Array]:
    """Return the drivers as the results name them, shape (trial, month)."""
    names = ("demand", "complexity", "escalation", "solving", "returning", "tokens")
    values = {name: getattr(drivers, name) for name in names}
    factor = incident_factor(scenario, unknowns)[:, None]
    return values | {"incident": np.where(drivers.incident, factor, 1.0)}
