"""A scenario without anything uncertain: every number at its middle, months as they are expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.quantities.distributions import Fixed, Quantity
from simulator.quantities.parameters import Table
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import Drivers, Incidents


def at_middle(scenario: Scenario) -> Scenario:
    """Return the scenario with every uncertain number at its middle: the value that it exceeds as often as not.

    No driver moves a month, no month has an incident, and correlations have nothing left to act on.
    """
    middle: Scenario = _at_middle(scenario)
    return middle.model_copy(update={"drivers": Drivers(), "incidents": Incidents(), "correlations": ()})


def _at_middle(value: Any) -> Any:
    if isinstance(value, Quantity):
        return value if value.fixed else replace(value, law=Fixed(value.center))
    if isinstance(value, Table):
        fields = {name: _at_middle(getattr(value, name)) for name in type(value).model_fields}
        return type(value).model_construct(_fields_set=set(value.model_fields_set), **fields)
    if isinstance(value, Mapping):
        return {name: _at_middle(inner) for name, inner in value.items()}
    return tuple(_at_middle(inner) for inner in value) if isinstance(value, tuple) else value
