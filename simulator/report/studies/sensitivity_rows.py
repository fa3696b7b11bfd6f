"""The rows of the table of assumptions: groups of inputs with bar and shares, and how each is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.decisions.sensitivities.groups import OTHERS, Group
from simulator.decisions.sensitivities.whole_study import DRIVER, Sensitivity
from simulator.decisions.sensitivity import Bar
from simulator.decisions.worth import Estimate
from simulator.futures.drawn import FORECAST, MONTHS
from simulator.report.blocks.plain_names import driver_name, plain_name
from simulator.report.words.figures import percents
from simulator.report.words.sentences import capital

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

LEAST_SHARE: Final = 0.0005
"""Shares below it are told as such."""


@dataclass(frozen=True, slots=True)
class Row:
    """A group of inputs, as it is told.

    Attributes:
        bar: of its strongest member; None where the group has none, or the futures are too few.
        first: None of what is no input.
    """

    name: str
    bar: Bar | None
    first: Estimate | None
    total: Estimate | None


def rows_of_study(found: Sensitivity, scenario: Scenario) -> list[Row]:
    """Return the groups, the largest share first; without shares the bars alone."""
    bars = {} if found.tornado is None else {bar.name: bar for bar in found.tornado.bars}
    if found.indices is None:
        return [Row(input_name(bar.name, scenario), bar, None, None) for bar in bars.values()]
    return [
        Row(group_name(each.group, scenario), bar_of(each.group, bars), each.first, each.total)
        for each in found.indices.groups
    ]


def bar_of(group: Group, bars: dict[str, Bar]) -> Bar | None:
    """Return the bar of a group; of all months together the widest of a driver, of the rest none."""
    if group.key == MONTHS:
        own = [bar for name, bar in bars.items() if name.startswith(DRIVER)]
        return max(own, key=lambda bar: (bar.visible, bar.swing), default=None)
    return None if group.key == OTHERS else bars.get(group.key)


def group_name(group: Group, scenario: Scenario) -> str:
    """Return what a group is called."""
    if group.key == MONTHS:
        return "What differs from month to month"
    if group.key == FORECAST:
        return "Monthly forecast of the volume"
    if group.key == OTHERS:
        return f"All others ({len(group.members)} inputs)"
    beside = "" if len(group.members) == 1 else f", with {len(group.members) - 1} correlated"
    return f"{capital(plain_name(group.key, scenario))}{beside}"


def input_name(name: str, scenario: Scenario) -> str:
    """Return what one input is called."""
    driver = name.startswith(DRIVER)
    return capital(plain_name(driver_name(name.removeprefix(DRIVER)) if driver else name, scenario))


def share_text(share: Estimate | None) -> str:
    """Return a share with its interval: "79 % (76 to 82)"; one below 0 stands as it is."""
    if share is None:
        return ""
    if share.low is None or share.high is None:
        return percents([share.value], against=[0.0])[0]
    if max(abs(share.low), abs(share.high)) < LEAST_SHARE:
        return "0 %" if share.value == 0 else "below 0.1 %"
    low, middle, high = percents([share.low, share.value, share.high], against=[0.0])
    return f"{middle} ({low.removesuffix(' %')} to {high.removesuffix(' %')})"


def members(group: Group, scenario: Scenario) -> Iterator[str]:
    """Yield what the numbers of a group are called."""
    yield from (plain_name(name, scenario) for name in group.members)
