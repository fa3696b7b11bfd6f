"""Reverse stress: how far inputs must move until a budget holds too seldom, or another contract is cheaper on average.

Too seldom is in fewer than nine of ten futures, with the whole range of an input moved and all else varying as before.
Distances are standard deviations of an input's normal score: one of them leads from the middle of a range to where
84 of 100 futures lie below. The way is that of a response surface on the futures of the run (`surface`); where it ends
is simulated, so that what the surface misses is seen. Inputs move alone, and all together where the cost is steepest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.sensitivities.asked_contract import cost_of, forecasts, with_contracts
from simulator.decisions.sensitivities.surface import Scores, fitted
from simulator.decisions.varying_inputs import strength, varying
from simulator.decisions.worth import NINE_IN_TEN
from simulator.engine.run import Run
from simulator.forecast.forecast import Forecast, cost_by_month, ranked_by
from simulator.quantities.distributions import Quantity
from simulator.quantities.moved import moved
from simulator.scenario.stated.changed import with_numbers
from simulator.scenario.stated.months import fiscal_years_of
from simulator.scenario.stated.sources import quantities

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures
    from simulator.engine.processes.crew import Crew
    from simulator.scenario.schema import Scenario

LEAST: Final = 64
"""Fewer futures fit no surface."""
INPUTS: Final = 8
"""Inputs of the surface at most, the strongest."""
ALONE: Final = 4
"""Inputs that are moved alone at most."""
FURTHEST: Final = 4.0
"""Standard deviations up to which is searched."""
STEP: Final = 0.05
SLOPE: Final = 0.25
"""How far from the middle slopes are taken."""
NOISE: Final = 13.8
"""Of n futures, an input without any effect carries less than NOISE / n of the variance in 999 of 1,000 cases."""
LEAST_CLOSED, MOST_CLOSED = 0.5, 1.5
"""Share of the gap that the simulation must close for a way to be told."""
CHECKED_FUTURES: Final = 512
"""Futures of each check."""

Event = Literal["budget", "cheapest"]
Gap = tuple[float, "str | None"]
"""By how much something is as it should be, in money, below 0 where it is not; and the contract that is next."""


@dataclass(frozen=True, slots=True)
class Place:
    """One input where something happens.

    Attributes:
        shift: standard deviations of its score from where it is.
        before, after: its value at the middle of its range, and moved.
    """

    name: str
    shift: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Way:
    """How far inputs must move until something happens.

    Attributes:
        alone: the input that moves; None where all do.
        distance: in standard deviations, 0 or more; None where it does not happen within FURTHEST.
        places: where the inputs are then, the furthest first.
        against: the contract that is cheaper then; None for a budget.
        closed: share of the gap that is closed there by the simulation of the moved scenario; 1 by the surface.
    """

    alone: str | None
    distance: float | None
    places: tuple[Place, ...] = ()
    against: str | None = None
    closed: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the simulation bears out the surface, within half of the way."""
        return self.closed is not None and LEAST_CLOSED <= self.closed <= MOST_CLOSED


@dataclass(frozen=True, slots=True)
class Reverse:
    """How far inputs must move until one thing happens.

    Attributes:
        event: "budget": a budget is kept in fewer than nine of ten futures, or in more where it is not now;
            "cheapest": the contract is not the cheapest on average, or is where it is not now.
        gap: as it is now: of the budget less what is enough in nine of ten futures, of the cheapest other contract's
            mean less that of the contract.
        explained: share of the cost's variance that the surface carries.
        kept: share of the futures in which budgets are kept together as it is now; None of the other event.
    """

    event: Event
    gap: float
    ways: tuple[Way, ...]
    explained: float
    kept: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """What is asked of some costs.

    Attributes:
        costs: that the gap is of, by contract, (trial,) each; the asked contract's first.
        gap: of such costs.
    """

    event: Event
    costs: Mapping[str, Array]
    gap: Callable[[Sequence[Array]], Gap]

    @property
    def decides(self) -> Array:
        """The cost, or the difference of costs, that the strongest inputs are those of, (trial,)."""
        first, *others = self.costs.values()
        if self.event == "budget":
            return first
        return np.asarray(first - min(others, key=lambda other: float(other.mean())))


def reverse(futures: SameFutures, contract: str, workers: int | Crew = 1) -> tuple[Reverse, ...]:
    """Return how far inputs must move until budgets break, and until the contract is not the cheapest.

    There is none for what the scenario lacks: a budget, another contract that bills something, inputs that vary.
    """
    if futures.results.trials < LEAST or not varying(futures.results):
        return ()
    questions = (_of_budgets(futures.forecast, contract), _of_means(futures.forecast, contract))
    return tuple(_answered(each, futures, contract, workers) for each in questions if each is not None)


def _of_budgets(found: Forecast, contract: str) -> _Question | None:
    """Return the question about budgets: what is enough in nine of ten futures, of the horizon and its fiscal years."""
    scenario = found.scenario
    if scenario.budget is None:
        return None
    return _Question("budget", over_budgets(found, contract), budget_gap)


def over_budgets(found: Forecast, contract: str) -> dict[str, Array]:
    """Return by how much a contract exceeds the budgets of the horizon and of fiscal years, (trial,) each."""
    scenario, budget = found.scenario, found.scenario.budget
    assert budget is not None
    months = cost_by_month(found.contracts[contract], ranked_by(scenario))
    years = zip(fiscal_years_of(scenario), budget.by_fiscal_year, strict=False)
    return {"horizon": months.sum(axis=1) - budget.total} | {
        str(place): months[:, year.places].sum(axis=1) - amount for place, (year, amount) in enumerate(years)
    }


def budget_gap(over: Sequence[Array]) -> Gap:
    """Return by how much budgets could be less and still be kept together in nine of ten futures."""
    return -risk.quantile(np.max(over, axis=0), NINE_IN_TEN), None


def _of_means(found: Forecast, contract: str) -> _Question | None:
    """Return the question about the cheapest contract on average, among those that bill something."""
    others = [name for name, each in found.contracts.items() if each.bills_units and name != contract]
    if not others:
        return None
    names = [contract, *others]
    return _Question("cheapest", {name: cost_of(found, name) for name in names}, partial(mean_gap, others))


def mean_gap(others: Sequence[str], costs: Sequence[Array]) -> Gap:
    """Return the mean of the cheapest other contract less that of the first, and its name."""
    first, *means = (float(cost.mean()) for cost in costs)
    place = int(np.argmin(means))
    return means[place] - first, others[place]


def _answered(question: _Question, futures: SameFutures, contract: str, workers: int | Crew) -> Reverse:
    values = varying(futures.results)
    strengths = {name: strength(each, question.decides) for name, each in values.items()}
    ordered = sorted(values, key=lambda name: (-strengths[name], name))[:INPUTS]
    scores = Scores.of({name: values[name] for name in ordered})
    surfaces = fitted(scores, list(question.costs.values()))

    def gap(direction: Array) -> Callable[[float], Gap]:
        ways = [surface.along(direction) for surface in surfaces]
        if question.event == "cheapest":
            ways = [way.averaged() for way in ways]
        return lambda distance: question.gap([way.at(distance) for way in ways])

    here = question.gap(list(question.costs.values()))[0]
    moving = [name for name in ordered[:ALONE] if strengths[name] > NOISE / futures.results.trials]
    directions: list[tuple[str | None, Array]] = [(name, scores.direction(name)) for name in moving]
    if len(ordered) > 1:
        directions.append((None, steepest(gap, scores, here)))
    known = {each.name: each for each in quantities(futures.scenario)}
    numbers = [known[name] for name in scores.names]
    ways = [_way(name, direction, gap(direction), numbers) for name, direction in directions]
    kept = float(np.mean(np.max(list(question.costs.values()), axis=0) <= 0)) if question.event == "budget" else None
    checked = _checked(ways, question, futures, contract, workers)
    return Reverse(question.event, here, checked, surfaces[0].explained, kept)


def steepest(gap: Callable[[Array], Callable[[float], Gap]], scores: Scores, here: float) -> Array:
    """Return the direction in which a gap changes its sign soonest by its slopes, (input,), of length 1."""
    ways = [gap(scores.direction(name)) for name in scores.names]
    slopes = np.array([way(SLOPE)[0] - way(-SLOPE)[0] for way in ways])
    size = float(np.sqrt((slopes**2).sum()))
    return np.asarray((-1.0 if here >= 0 else 1.0) * slopes / (size or 1.0))


def _way(alone: str | None, direction: Array, gap: Callable[[float], Gap], numbers: Sequence[Quantity]) -> Way:
    distance = nearest(lambda at: gap(at)[0], both=alone is not None)
    if distance is None:
        return Way(alone, None)
    against = gap(distance)[1]
    shifts = sorted(zip(numbers, distance * direction, strict=True), key=lambda each: -abs(each[1]))
    places = tuple(_place(number, float(shift)) for number, shift in shifts if shift != 0)
    return Way(alone, abs(distance), places, against)


def _place(number: Quantity, shift: float) -> Place:
    before, after = (float(each) for each in number.at(np.array([0.0, shift])))
    return Place(number.name, shift, before, after)


def nearest(gap: Callable[[float], float], *, both: bool = True) -> float | None:
    """Return the distance nearest to 0 at which a gap has another sign than at 0; None without one within FURTHEST.

    Args:
        both: whether to look below 0 too.
    """
    there = gap(0.0) >= 0
    for number in range(1, round(FURTHEST / STEP) + 1):
        for sign in (1.0, -1.0) if both else (1.0,):
            if (gap(sign * number * STEP) >= 0) != there:
                return _between(gap, sign * (number - 1) * STEP, sign * number * STEP, there)
    return None


def _between(gap: Callable[[float], float], inner: float, outer: float, there: bool) -> float:
    """Return where between two distances a gap changes its sign, on the far side of it, by bisection."""
    for _ in range(40):
        middle = (inner + outer) / 2
        inner, outer = (middle, outer) if (gap(middle) >= 0) == there else (inner, middle)
    return outer


def _checked(
    ways: Sequence[Way], question: _Question, futures: SameFutures, contract: str, workers: int | Crew
) -> tuple[Way, ...]:
    """Simulate the scenario where each way ends; the gap there is that of all futures and what it moves by in some."""
    found = [way for way in ways if way.distance is not None]
    if not found:
        return tuple(ways)
    names = dict.fromkeys([contract, *(way.against for way in found if way.against is not None)])
    count = min(futures.results.trials, CHECKED_FUTURES)
    some = with_contracts(futures.scenario, names, count)
    scenarios = [some, *(moved_along(some, way.places) for way in found)]
    base, *moves = forecasts([Run(each, "expected") for each in scenarios], workers)

    def gap_in(forecast: Forecast, way: Way) -> float:
        if way.against is None:
            return budget_gap(list(over_budgets(forecast, contract).values()))[0]
        return float((cost_of(forecast, way.against) - cost_of(forecast, contract)).mean())

    def gap_now(way: Way) -> float:
        costs = question.costs
        if way.against is None:
            return question.gap(list(costs.values()))[0]
        return float((costs[way.against] - costs[contract]).mean())

    closed = {
        way: 1 - (gap_now(way) + gap_in(each, way) - gap_in(base, way)) / gap_now(way)
        for way, each in zip(found, moves, strict=True)
        if gap_now(way) != 0
    }
    return tuple(replace(way, closed=closed.get(way)) for way in ways)


def moved_along(scenario: Scenario, places: Sequence[Place]) -> Scenario:
    """Return a scenario with inputs moved by their scores."""
    shifts = {place.name: place.shift for place in places}
    return with_numbers(
        scenario, lambda number: moved(number, shift=shifts[number.name]) if number.name in shifts else number
    )
