"""Groups of inputs: what is correlated is one, what differs from month to month is one, and the weak ones are one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.arrays import Array
from simulator.decisions.varying_inputs import strength, varying
from simulator.futures.drawn import FORECAST, MONTHS

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario

MOST: Final = 7
"""Groups of unknown numbers that are told apart; each takes a run of its own."""
OTHERS: Final = "others"
"""Key of the group of all that are not told apart."""


@dataclass(frozen=True, slots=True)
class Group:
    """Inputs that are moved together.

    Attributes:
        key: name of its strongest member, or MONTHS, or OTHERS.
        members: dotted names of numbers, FORECAST, or MONTHS.
    """

    key: str
    members: tuple[str, ...]


def groups_of(results: Results, cost: Array, most: int = MOST) -> tuple[Group, ...]:
    """Return the groups of all inputs of a run that differ between its futures, the strongest first.

    Args:
        cost: by which the strongest are found, (trial,).
        most: groups of unknown numbers that are told apart; all others are one.
    """
    scenario, values = results.scenario, varying(results)
    linked = [group_of_names(names, values, cost) for names in components(values, pairs_of(scenario))]
    forecast = [Group(FORECAST, (FORECAST,))] if moves_forecast(scenario) else []
    months = [Group(MONTHS, (MONTHS,))] if moves_months(results) else []
    ordered = sorted(linked, key=lambda found: -found[0])
    apart = most - len(forecast)
    if len(ordered) <= apart + 1:
        return (*forecast, *(group for _, group in ordered), *months)
    rest = tuple(name for _, group in ordered[apart:] for name in group.members)
    return (*forecast, *(group for _, group in ordered[:apart]), Group(OTHERS, rest), *months)


def group_of_names(names: Sequence[str], values: Mapping[str, Array], cost: Array) -> tuple[float, Group]:
    """Return a group with its strength, its strongest member first."""
    strengths = {name: strength(values[name], cost) for name in names}
    ordered = sorted(names, key=lambda name: (-strengths[name], name))
    return strengths[ordered[0]], Group(ordered[0], tuple(ordered))


def components(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the names in parts: two that a pair links, directly or over others, are in the same."""
    parts = {name: [name] for name in names}
    for first, second in pairs:
        if first in parts and second in parts and parts[first] is not parts[second]:
            parts[first].extend(parts[second])
            for name in parts[second]:
                parts[name] = parts[first]
    return [part for name, part in parts.items() if part[0] == name]


def pairs_of(scenario: Scenario) -> list[tuple[str, str]]:
    """Return the pairs of unknown numbers that are correlated."""
    return [pair.between for pair in scenario.correlations if pair.rho != 0]


def moves_forecast(scenario: Scenario) -> bool:
    """Whether a monthly forecast with a range stands for the volume; its score is no number of the scenario."""
    return any(row.low < row.high for row in scenario.volume.forecast)


def moves_months(results: Results) -> bool:
    """Whether anything differs from month to month by chance."""
    sd = results.scenario.drivers.mix.sd
    return not sd.fixed or sd.center > 0 or any(np.ptp(each) > 0 for each in results.drivers.values())
