"""Which pairs of solving and confirming rates give a vendor's claimed resolution rate under its definition.

The rate is the expected units of the definition over the expected conversations, of the engine `expected`, at stated
values of all other numbers and with months that move nothing. Where a claim leaves both rates open, the pairs lie
on a curve: it is handed over whole, as drawing both rates by themselves would break the claim.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from simulator.arrays import Array
from simulator.audit.totals.implied_totals import CONFIRM, FARTHEST, RETURN, SOLVE, SeenShares, log_odds_for
from simulator.contracts.metering.meters import CONVERSATIONS, resolutions
from simulator.definitions import DefinitionSpec
from simulator.engine.expectations.expected import ExpectedPlan, expected_totals, make_expected_plan, numbers_of
from simulator.futures.drawn import Drawn
from simulator.futures.month_level import draw_drivers, expected_demand
from simulator.futures.unknowns import Unknowns
from simulator.implied.implied_shares import Among, confirms, solves
from simulator.quantities.distributions import Choices, Quantity
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.law_numbers import Get
from simulator.scenario.stated.stated_cases import cells
from simulator.streams import BLOCK_TRIALS

NAME: Final = "claimed_by_vendor"
PAIRS: Final = 21
"""Pairs by which the curve is written."""
FINER: Final = 3
"""Places at which solving is looked at for each pair."""
STEPS: Final = 40
"""Halvings of an interval of log odds: to a billionth of its width and less."""
EXACT: Final = 1e-6
"""How near the rate a pair must come."""
ENDS: Final = (-FARTHEST, FARTHEST)
EVERYONE: Final = Among()


@dataclass(frozen=True, slots=True)
class ClaimedRate:
    """What a claim leaves open.

    Attributes:
        rate: that is claimed.
        possible: least and largest rate that any solving and confirming give.
        solve_log_odds, confirm_log_odds: pairs that give the rate, in order of the solving; empty where none does.
        return_log_odds: with which customers return as often as was seen, at each pair.
        solve: shares solved of what is answered, at the pairs; confirm: shares confirmed of what is solved.
    """

    definition: str
    rate: float
    possible: tuple[float, float]
    solve_log_odds: tuple[float, ...]
    confirm_log_odds: tuple[float, ...]
    return_log_odds: tuple[float, ...]
    solve: tuple[float, ...]
    confirm: tuple[float, ...]

    @property
    def joined(self) -> int:
        """Whether confirming falls (-1) or grows (1) all along with solving; 0 where it does neither."""
        steps = np.diff(self.confirm_log_odds)
        return 0 if not len(steps) else int(np.all(steps >= 0)) - int(np.all(steps <= 0))


class RateOf:
    """The rate of a definition at many pairs of log odds, with handoffs and returns as seen and all else as stated."""

    def __init__(self, scenario: Scenario, spec: DefinitionSpec, seen: SeenShares) -> None:
        self.scenario = _still(scenario, spec)
        self.plan: ExpectedPlan = make_expected_plan(self.scenario)
        self.seen = seen

    def __call__(self, solve: Array, confirm: Array) -> Array:
        """Return the rate at pairs of log odds, (pair,)."""
        found = np.empty(len(solve))
        for first in range(0, len(solve), BLOCK_TRIALS):
            part = slice(first, min(first + BLOCK_TRIALS, len(solve)))
            found[part] = self._block(solve[part], confirm[part])[: part.stop - first]
        return found

    def _block(self, solve: Array, confirm: Array) -> Array:
        missing = BLOCK_TRIALS - len(solve)
        pairs = (np.concatenate([each, np.full(missing, each[-1])]) for each in (solve, confirm))
        values = self.at(*pairs)
        every = {q.name: np.broadcast_to(values.get(q.name, q.center), BLOCK_TRIALS) for q in self.plan.unknown}
        unknowns = Unknowns(BLOCK_TRIALS, {name: np.array(each, dtype=np.float64) for name, each in every.items()})
        drivers = draw_drivers(self.scenario, unknowns, 0)
        demand = expected_demand(self.scenario, unknowns, drivers, 0)
        drawn = Drawn(0, unknowns, drivers, demand, np.zeros_like(demand.unseen_tickets))
        meters = expected_totals(self.plan, drawn, numbers_of(self.plan, drawn))
        rate: Array = meters[resolutions(NAME)][:, 0] / meters[CONVERSATIONS][:, 0]
        return rate

    def at(self, solve: Any, confirm: Any) -> dict[str, Any]:
        """Return the values of all numbers that belong to pairs of log odds, with those of handoffs and returns."""
        return log_odds_for(self.scenario, self.seen, {SOLVE: solve, CONFIRM: confirm})

    def solved(self, log_odds: float) -> float:
        """Return the share that is solved of what is answered."""
        return solves(cells(self.scenario, self._get(log_odds, 0.0)), EVERYONE)

    def confirmed(self, solve: float, confirm: float) -> float:
        """Return the share that is confirmed of what is solved."""
        return confirms(cells(self.scenario, self._get(solve, confirm)), EVERYONE)

    def _get(self, solve: float, confirm: float) -> Get:
        values = self.at(solve, confirm)
        return lambda quantity: float(values.get(quantity.name, quantity.center))


def _still(scenario: Scenario, spec: DefinitionSpec) -> Scenario:
    """Return a scenario of one month in which nothing but numbers that are not known moves a rate."""
    outcomes = scenario.outcomes.model_copy(
        update={
            "solve_log_odds": _open(scenario.outcomes.solve_log_odds),
            "confirm_log_odds": _open(scenario.outcomes.confirm_log_odds),
            "escalate_log_odds": _open(scenario.outcomes.escalate_log_odds),
        }
    )
    return scenario.model_copy(
        update={
            "months": 1,
            "drivers": type(scenario.drivers)(),
            "incidents": type(scenario.incidents)(),
            "correlations": (),
            "contracts": {},
            "switches": {},
            "definitions": {NAME: spec},
            "meters": {},
            "outcomes": outcomes,
            "returns": scenario.returns.model_copy(update={"log_odds": _open(scenario.returns.log_odds)}),
        }
    )


def _open(quantity: Quantity) -> Quantity:
    center = quantity.center
    return replace(quantity, law=Choices((center - 1.0, center + 1.0), (0.5, 0.5)))


def claimed_rate(
    scenario: Scenario, definition: str, spec: DefinitionSpec, rate: float, seen: SeenShares
) -> ClaimedRate:
    """Return the pairs of solving and confirming that give a rate.

    Args:
        seen: shares that every pair must give too.
    """
    of = RateOf(scenario, spec, seen)
    corners = of(np.repeat(ENDS, 2), np.tile(ENDS, 2))
    possible = (float(corners.min()), float(corners.max()))
    span = _span(of, rate)
    if span is None:
        return ClaimedRate(definition, rate, possible, (), (), (), (), ())
    solve = _evenly(of, *span)
    confirm = _confirm_at(of, solve, rate)
    exact = np.abs(of(solve, confirm) - rate) <= EXACT
    solve, confirm = solve[exact], confirm[exact]
    return ClaimedRate(
        definition,
        rate,
        possible,
        tuple(solve.tolist()),
        tuple(confirm.tolist()),
        tuple(np.broadcast_to(of.at(solve, confirm).get(RETURN, 0.0), len(solve)).tolist()),
        tuple(of.solved(each) for each in solve),
        tuple(of.confirmed(*each) for each in zip(solve, confirm, strict=True)),
    )


def _span(of: RateOf, rate: float) -> tuple[float, float] | None:
    """Return the least and the largest log odds of solving for which some confirming gives the rate.

    With nobody confirming and with everybody confirming the rate grows, or falls, all along with solving: between the
    two places at which they reach it some other confirming does.
    """
    found = [root for confirm in ENDS if (root := _solve_that_gives(of, rate, confirm)) is not None]
    found += [end for end in ENDS if _reached(of, end, rate)]
    return (min(found), max(found)) if found else None


def _solve_that_gives(of: RateOf, rate: float, confirm: float) -> float | None:
    """Return the log odds of solving that give the rate at one confirming, by bisection; None where none do."""

    def above(solve: float) -> float:
        return float(of(np.array([solve]), np.array([confirm]))[0]) - rate

    low, high = ENDS
    first, last = above(low), above(high)
    if first * last > 0:
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if above(middle) * first > 0 else (low, middle)
    return (low + high) / 2


def _reached(of: RateOf, solve: float, rate: float) -> bool:
    ends = of(np.full(2, solve), np.array(ENDS))
    return bool(ends.min() <= rate <= ends.max())


def _evenly(of: RateOf, low: float, high: float) -> Array:
    """Return log odds of solving whose shares are nearly evenly apart, both ends included."""
    log_odds = np.linspace(low, high, PAIRS * FINER)
    shares = np.array([of.solved(each) for each in log_odds])
    return np.interp(np.linspace(shares[0], shares[-1], PAIRS), shares, log_odds)


def _confirm_at(of: RateOf, solve: Array, rate: float) -> Array:
    """Return for each solving the confirming that gives the rate, by bisection; the rate grows or falls with it."""
    low, high = np.full(len(solve), -FARTHEST), np.full(len(solve), FARTHEST)
    grows = of(solve, high) >= of(solve, low)
    for _ in range(STEPS):
        middle = (low + high) / 2
        below = (of(solve, middle) < rate) == grows
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)
