"""One contract of a scenario on further futures: only it is priced, as nothing else is asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from simulator.arrays import Array
from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import Forecast, forecast, horizon_cost, ranked_by

if TYPE_CHECKING:
    from simulator.engine.processes.crew import Crew
    from simulator.scenario.schema import Scenario


def with_contracts(scenario: Scenario, names: Collection[str], futures: int) -> Scenario:
    """Return a scenario with only some of its contracts, and a number of futures; its futures are the same.

    A change of vendor needs both of its contracts. Where a correlation names a contract's number all of them stay, as
    what is correlated is drawn together.
    """
    switches = {name: each for name, each in scenario.switches.items() if name in names}
    needed = {*names, *(each.old for each in switches.values()), *(each.new for each in switches.values())}
    kept = {name: each for name, each in scenario.contracts.items() if name in needed}
    between = [name for pair in scenario.correlations for name in pair.between]
    if any(name.startswith(("contracts.", "switches.", "today.")) for name in between):
        return scenario.model_copy(update={"trials": futures})
    return scenario.model_copy(update={"contracts": kept, "switches": switches, "today": None, "trials": futures})


def forecasts(runs: Sequence[Run], workers: int | Crew) -> list[Forecast]:
    """Simulate several runs with the same workers, or how many to start for them, and price their contracts."""
    return [forecast(each) for each in simulate_all(runs, workers=workers)]


def cost_of(found: Forecast, contract: str) -> Array:
    """Return what a contract costs over the horizon by what ranks contracts, (trial,)."""
    return horizon_cost(found.contracts[contract], ranked_by(found.scenario))


def costs(runs: Sequence[Run], contract: str, workers: int | Crew) -> list[Array]:
    """Simulate several runs and return what a contract costs over the horizon in each of them, (trial,)."""
    return [cost_of(each, contract) for each in forecasts(runs, workers)]
