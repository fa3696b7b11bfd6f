"""A scenario at its middle: nothing in it is uncertain, and the numbers that were certain stay."""

from __future__ import annotations

import pytest

from simulator.scenario import load_scenario
from simulator.scenario.schema.demand_tables import Drivers, Incidents
from simulator.scenario.stated.middle import at_middle
from simulator.scenario.stated.sources import quantities
from tests.scenarios.shipped import FOLDER, SHIPPED

APART = ("drivers.", "incidents.")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_number_is_known_and_what_its_middle_was(name: str) -> None:
    scenario = load_scenario(FOLDER / f"{name}.toml")
    middle = at_middle(scenario)
    before = {each.name: each for each in quantities(scenario) if not each.name.startswith(APART)}
    after = {each.name: each for each in quantities(middle) if not each.name.startswith(APART) and each.name}
    assert {key: each.center for key, each in before.items()} == {key: each.center for key, each in after.items()}
    assert all(each.fixed for each in quantities(middle))
    assert (middle.drivers, middle.incidents, middle.correlations) == (Drivers(), Incidents(), ())


def test_the_scenario_itself_stays_uncertain() -> None:
    scenario = load_scenario(FOLDER / "broad_cx.toml")
    at_middle(scenario)
    assert not scenario.volume.per_month.fixed and scenario.incidents.probability.center == 0.04
