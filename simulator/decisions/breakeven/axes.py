"""What two contracts cost at another price, volume or number, on the same futures: an axis for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts import Contract, invoice
from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.decisions.breakeven.crossings import Costs
from simulator.decisions.breakeven.held import held_at, spaced
from simulator.decisions.breakeven.numbers import Method
from simulator.engine.refusals import refusals
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.forecast.bills import bill, values_of
from simulator.forecast.forecast import horizon_cost, ranked_by
from simulator.quantities.distributions import Quantity
from simulator.scenario.stated.compiled_terms import compile_terms

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures
    from simulator.forecast.priced import Measure
    from simulator.scenario.schema import Scenario

VOLUMES: Final = (0.1, 10.0)
POINTS: Final = 49
"""Values of a grid."""
SIMULATED: Final = 7
"""Values of a number of the law that are simulated."""
FUTURES: Final = {"expected": 1_024, "sampled": 256}
"""Futures of each of them at most."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: what two contracts cost at each of its values.

    Attributes:
        here: where the scenario stands.
        uncertain: whether the scenario has a range there.
        grid: values that are looked at, in rising order.
        costs: from a value to both costs, (trial,) each.
        net: of each future; None where they are random.
        simulated: values that were simulated.
    """

    method: Method
    here: float
    uncertain: bool
    grid: tuple[float, ...]
    costs: Costs
    net: risk.Net
    futures: int
    simulated: tuple[float, ...] = ()


def monthly_cost(contract: Contract, results: Results, of: Measure) -> Array:
    """Return what a contract costs on results whose meters are all there, (trial, month)."""
    if of == "invoice":
        return np.asarray(invoice(contract, results.priced_meters(contract), values_of(results)).total)
    billed = bill(contract, results, np.zeros((1, 1)))
    return np.asarray(billed.invoice.total + billed.human_work)


def scaled(results: Results, times: float) -> Results:
    """Return results with all meters multiplied: as many times the cases, each with the same conversations.

    Expected values are those of a scenario of that volume. The noise of single conversations is multiplied too, where
    that of more cases would be smaller beside them (by the root of the factor).
    """
    if times == 1:
        return results
    return replace(
        results,
        meters={key: each * times for key, each in results.meters.items()},
        whole={key: each * times for key, each in results.whole.items()},
    )


def needed(results: Results, contracts: Sequence[Contract]) -> Results:
    """Return results with the meters alone that some contracts and people's work are told from."""
    keys = {key for each in contracts for key in (*each.meters, *each.units, each.unit)} | {CONVERSATIONS}

    def some(meters: Mapping[str, Array]) -> dict[str, Array]:
        return {key: each for key, each in meters.items() if key in keys or _of_people(key)}

    return replace(results, meters=some(results.meters), whole=some(results.whole))


def _of_people(key: str) -> bool:
    return key.startswith(("level:", "channel:")) or key in ("rows", "human_minutes", "cases", "cases_solved")


def volume_axis(futures: SameFutures, pair: tuple[str, str], grid: Sequence[float] | None = None) -> Axis:
    """Return the axis of the volume, as a factor on that of the scenario."""
    of, contracts = ranked_by(futures.scenario), _contracts(futures, pair)
    results = needed(futures.results, contracts)

    @lru_cache(maxsize=1024)
    def costs(times: float) -> tuple[Array, Array]:
        some = scaled(results, times)
        first, other = (monthly_cost(each, some, of).sum(axis=1) for each in contracts)
        return first, other

    values = tuple(map(float, np.geomspace(*VOLUMES, POINTS))) if grid is None else tuple(grid)
    return Axis("volume", 1.0, False, values, costs, futures.net, futures.results.trials)


def _contracts(futures: SameFutures, pair: tuple[str, str]) -> tuple[Contract, Contract]:
    first, other = (futures.forecast.contracts[name].contract for name in pair)
    return first, other


def terms_axis(futures: SameFutures, pair: tuple[str, str], number: Quantity, ends: tuple[float, float]) -> Axis:
    """Return the axis of a number of a contract, which moves no conversation: other contracts on the same futures."""
    scenario, of = futures.scenario, ranked_by(futures.scenario)

    @lru_cache(maxsize=1024)
    def costs(value: float) -> tuple[Array, Array]:
        some = futures.on(held_at(scenario, number, value))
        terms = compile_terms(some.scenario).contracts
        first, other = (monthly_cost(terms[name], some.results, of).sum(axis=1) for name in pair)
        return first, other

    grid = spaced(*ends, POINTS, number.domain)
    return Axis("terms", number.center, not number.fixed, grid, costs, futures.net, futures.results.trials)


def law_axis(
    futures: SameFutures, pair: tuple[str, str], number: Quantity, ends: tuple[float, float], points: int = SIMULATED
) -> Axis:
    """Return the axis of a number on which conversations hang: some values are simulated, on the same draws.

    Conversations are expected ones, which is exact in the mean, and the noise of single ones is that of the run as it
    is; where a definition has no expected value, conversations are sampled anew at each value. Between the values each
    future's cost is interpolated, by a curve that goes up and down only where the values do.
    """
    from scipy.interpolate import PchipInterpolator

    nodes = spaced(*ends, points, number.domain)
    small, method = coarse(futures.scenario, pair)
    scenarios = [held_at(small, number, value) for value in nodes]
    found = _costs_of_runs([small, *scenarios], method, futures, pair)
    noise = np.zeros((2, small.trials))
    if method == "expected":
        noise = np.stack([futures.cost(name)[: small.trials] for name in pair]) - found[0]
    place = (
        np.log if number.domain.scale.startswith("log") and number.domain.scale != "logit" and nodes[0] > 0 else float
    )
    curve = PchipInterpolator([place(each) for each in nodes], np.stack(found[1:]) + noise, axis=0)

    @lru_cache(maxsize=1024)
    def costs(value: float) -> tuple[Array, Array]:
        first, other = curve(place(value))
        return first, other

    grid = tuple(sorted({*spaced(*ends, POINTS, number.domain), *nodes}))
    net = None if futures.net is None else futures.net[: small.trials]
    return Axis(method, number.center, not number.fixed, grid, costs, net, small.trials, nodes)


def coarse(scenario: Scenario, names: Sequence[str] | None = None) -> tuple[Scenario, Method]:
    """Return a scenario with few futures and some contracts alone, and how it is simulated at further values.

    Args:
        names: of the contracts; all where none are named.
    """
    update: dict[str, object] = {"today": None}
    if names is not None:
        switches = {name: each for name, each in scenario.switches.items() if name in names}
        if not switches:
            update |= {"contracts": {name: scenario.contracts[name] for name in names}}
        update |= {"switches": switches}
    some = scenario.model_copy(update=update)
    method: Method = "sampled" if refusals(some, "expected") else "expected"
    return some.model_copy(update={"trials": min(FUTURES[method], scenario.trials)}), method


def simulated(scenarios: Sequence[Scenario], method: Method, futures: SameFutures) -> list[Results]:
    """Simulate scenarios of few futures, in this process: starting others takes longer."""
    if method == "expected":
        return simulate_all([Run(each, "expected") for each in scenarios])
    return simulate_all([Run(each, sample=futures.kept.sample) for each in scenarios])


def _costs_of_runs(
    scenarios: Sequence[Scenario], method: Method, futures: SameFutures, pair: tuple[str, str]
) -> list[Array]:
    """Return what two contracts cost in each of some scenarios, (contract, trial) each."""
    of = ranked_by(futures.scenario)
    found = []
    for results in simulated(scenarios, method, futures):
        terms = compile_terms(results.scenario).contracts
        found.append(np.stack([monthly_cost(terms[name], results, of).sum(axis=1) for name in pair]))
    return found


def price_costs(futures: SameFutures, pair: tuple[str, str]) -> Costs:
    """Return the costs of two contracts where all prices of use of the first are multiplied."""
    totals = invoice_by_price(futures, pair[0])
    of = ranked_by(futures.scenario)
    first = futures.forecast.contracts[pair[0]]
    beside = horizon_cost(first, of) - first.horizon("invoice")
    other = futures.cost(pair[1])
    return lru_cache(maxsize=1024)(lambda factor: (totals(factor) + beside, other))


def invoice_by_price(futures: SameFutures, name: str) -> Callable[[float], Array]:
    """Return the function from a factor on a contract's prices of use to its invoice over the horizon, (trial,)."""
    from simulator.forecast.forecast import totals_by_price

    priced = futures.forecast.contracts[name]
    return totals_by_price(priced.contract, priced.horizon("invoice"), priced.usage, futures.results)
