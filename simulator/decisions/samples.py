"""A sample of a scenario's conversations, drawn one by one: one month of few cases in each of many futures."""

from __future__ import annotations

from simulator.quantities.parameters import known
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import Volume
from simulator.scenario.stated.sources import quantities


def with_few_cases(scenario: Scenario, cases: float) -> Scenario:
    """Return a scenario of one month with so many expected cases, in all else as it is.

    What is uncertain of the volume is gone with it, and so are correlations of the volume with other numbers: those
    numbers keep their own laws.
    """
    small = scenario.model_copy(update={"volume": Volume(per_month=known(cases, "positive")), "months": 1})
    drawn = {quantity.name for quantity in quantities(small) if not quantity.fixed}
    kept = tuple(pair for pair in small.correlations if drawn.issuperset(pair.between))
    return small.model_copy(update={"correlations": kept})
