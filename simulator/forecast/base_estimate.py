"""What contracts cost if nothing is uncertain: the one number that a plan without futures would have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.engine.run import simulate
from simulator.errors import DefinitionError, ScenarioError
from simulator.forecast.forecast import forecast, horizon_cost, ranked_by
from simulator.scenario.stated.middle import at_middle

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario


def base_costs(scenario: Scenario) -> Mapping[str, float] | None:
    """Return what each contract costs over the horizon with every uncertain number at its middle, by its name.

    It is what contracts are ranked by, of expected conversations: no draw is in it, no month moves and none has an
    incident. None where a definition or a law of the scenario has no expected value, which only the ledger bills.
    """
    middle = at_middle(scenario).model_copy(update={"trials": 1})
    try:
        found = forecast(simulate(middle, engine="expected"))
    except (DefinitionError, ScenarioError):
        return None
    of = ranked_by(scenario)
    return {name: float(horizon_cost(priced, of)[0]) for name, priced in found.contracts.items()}
