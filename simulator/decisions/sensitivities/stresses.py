"""Stress tests by name: what each does to a contract's cost, and whether the figure that it must move has moved so.

A stress is a changed scenario with the same seed, so that every difference is between the same futures. Each names the
figures that it must move and in which direction; one that moves them the other way, or not at all, is unexpected: then
either the scenario or the simulator does not say what was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.sensitivities import stressed
from simulator.decisions.sensitivities.asked_contract import forecasts
from simulator.decisions.sensitivities.stressed import Reason, Stressed
from simulator.decisions.worth import NINE_IN_TEN, Estimate, Worth, estimate_of_mean, worth
from simulator.engine.run import Run
from simulator.forecast.bills import people_alone
from simulator.forecast.forecast import Forecast, cost_by_month, forecast, keeps_budgets, ranked_by

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures
    from simulator.engine.processes.crew import Crew
    from simulator.engine.results import Results, Sampling
    from simulator.scenario.schema import Scenario

FUTURES: Final = 1_024
"""Futures of each stress at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Under:
    """A run, priced, of which figures are read.

    Attributes:
        contract: that is asked about.
        renewal: first month after its term, counted from 1.
        taken_over: what people cost on conversations that no longer reach the AI, (trial, month); None of none. The
            run itself has no such conversations.
    """

    results: Results
    priced: Forecast
    contract: str
    renewal: int
    taken_over: Array | None = None

    @property
    def months(self) -> Array:
        """What the contract costs by what ranks contracts, (trial, month)."""
        of = ranked_by(self.priced.scenario)
        months = cost_by_month(self.priced.contracts[self.contract], of)
        return months if self.taken_over is None or of == "invoice" else months + self.taken_over

    @property
    def cost(self) -> Array:
        """The same over the horizon, (trial,)."""
        total: Array = self.months.sum(axis=1)
        return total

    @property
    def people(self) -> Array:
        """What people's work costs over the horizon, (trial,)."""
        work = self.priced.contracts[self.contract].human_work
        total: Array = (work if self.taken_over is None else work + self.taken_over).sum(axis=1)
        return total

    def mean(self, meter: str) -> float:
        """Return the mean over futures of a meter over the horizon."""
        return float(self.results.meters[meter].sum() / self.results.trials)


Figure = Callable[[Under], float]


def _score(under: Under) -> float:
    answers = under.mean("csat_responses")
    return under.mean("csat_points") / answers if answers > 0 else float("nan")


def _spread(under: Under) -> float:
    low, high = risk.quantiles(under.cost, (1 - NINE_IN_TEN, NINE_IN_TEN))
    return float(high - low)


FIGURES: Final[Mapping[str, Figure]] = MappingProxyType(
    {
        "conversations": lambda under: under.mean("conversations"),
        "cases": lambda under: under.mean("cases"),
        "model_cost": lambda under: float(under.priced.model_cost.sum() / under.results.trials),
        "solved_by_ai": lambda under: under.mean("cases_solved_by_ai"),
        "handoffs": lambda under: under.mean("touch:handoff"),
        "score": _score,
        "billed_after_renewal": lambda under: float(
            under.priced.contracts[under.contract].invoice[:, under.renewal - 1 :].sum() / under.results.trials
        ),
        "cost": lambda under: risk.mean(under.cost),
        "spread": _spread,
    }
)
"""Figures that stresses must move: over the horizon, on average where they are no percentile."""


@dataclass(frozen=True, slots=True)
class Stress:
    """A stress.

    Attributes:
        moves: figures that it must move: -1 down, 1 up.
    """

    key: str
    change: Stressed
    moves: Mapping[str, int]


OUTAGE: Final = "outage"
STRESSES: Final = (
    Stress(OUTAGE, stressed.outage, {"conversations": -1}),
    Stress("incident", stressed.incident, {"cases": 1}),
    Stress("model_prices", stressed.model_prices, {"model_cost": 1}),
    Stress("solving", stressed.solving, {"solved_by_ai": -1}),
    Stress("tightened", stressed.tightened, {"billed_after_renewal": -1}),
    Stress("loosened", stressed.loosened, {"billed_after_renewal": 1}),
    Stress("containment", stressed.containment, {"handoffs": -1, "score": -1}),
    Stress("narrower", stressed.narrower, {"spread": -1}),
    Stress("wider", stressed.wider, {"spread": 1}),
)
TOGETHER: Final = "together"
"""Key of the stress that is all those at once that make the contract dearer on average, but for those of ranges."""
RANGES: Final = ("narrower", "wider")


@dataclass(frozen=True, slots=True)
class Check:
    """A figure that a stress must move.

    Attributes:
        sign: the direction in which it must, -1 or 1.
        as_expected: whether it did.
    """

    figure: str
    before: float
    after: float
    sign: int
    as_expected: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A contract's cost in some futures.

    Attributes:
        chance: share of the futures in which all budgets are kept; None without a budget.
        recommended: name of the contract that the verdict takes there.
    """

    mean: float
    p90: float
    chance: float | None
    recommended: str

    @property
    def breaks(self) -> bool:
        """Whether all budgets are kept in fewer than nine of ten futures."""
        return self.chance is not None and self.chance < NINE_IN_TEN


@dataclass(frozen=True, slots=True)
class Result:
    """What a stress does.

    Attributes:
        parts: keys of the stresses that it is made of; itself where it is one.
        change: of the contract's cost, less what it is without the stress.
        people: of what people's work costs on average, whether or not the contract's cost includes it.
    """

    key: str
    parts: tuple[str, ...]
    checks: tuple[Check, ...]
    change: Worth
    people: Estimate
    judged: Judged

    @property
    def as_expected(self) -> bool:
        """Whether all figures moved as they must."""
        return all(check.as_expected for check in self.checks)

    @property
    def dearer(self) -> bool:
        """Whether the contract costs more on average, beyond sampling error."""
        return self.change.mean.told and self.change.mean.value > 0


@dataclass(frozen=True, slots=True)
class Stresses:
    """All stresses of a scenario.

    Attributes:
        without: the contract in the same futures without a stress.
        not_possible: why the scenario cannot have the others, by key.
        renewal: first month after the contract's term, counted from 1; the middle of a horizon that ends before.
        renewal_within: whether the term ends within the horizon.
    """

    futures: int
    without: Judged
    results: tuple[Result, ...]
    not_possible: Mapping[str, Reason]
    renewal: int
    renewal_within: bool


def stresses(futures: SameFutures, contract: str, workers: int | Crew = 1) -> Stresses:
    """Simulate every stress that the scenario can have."""
    first = first_futures(futures.results, FUTURES)
    scenario, renewal = first.scenario, stressed.renewal(first.scenario, contract)
    base = Under(first, forecast(first), contract, renewal)
    changed = {each.key: each.change(scenario, contract, first) for each in STRESSES}
    possible = {key: each for key, each in changed.items() if not isinstance(each, str)}
    moves = {each.key: each.moves for each in STRESSES}
    under = simulated(possible, base, futures.kept.sample, workers)
    found = [result(key, (key,), moves[key], base, each) for key, each in under.items()]
    reasons = {key: each for key, each in changed.items() if isinstance(each, str)}
    dearer = [each.key for each in found if each.dearer and each.key not in RANGES]
    if len(dearer) > 1:
        both = simulated({TOGETHER: together(dearer, scenario, contract, first)}, base, futures.kept.sample, workers)[
            TOGETHER
        ]
        found.append(result(TOGETHER, tuple(dearer), {"cost": 1}, base, both))
    else:
        reasons[TOGETHER] = "nothing_dearer"
    within = stressed.ends_within(scenario, contract)
    return Stresses(first.trials, judged(base), tuple(found), reasons, renewal, within)


def together(keys: Sequence[str], scenario: Scenario, contract: str, results: Results) -> Scenario:
    """Return the scenario under several stresses at once."""
    for stress in STRESSES:
        if stress.key in keys:
            found = stress.change(scenario, contract, results)
            assert not isinstance(found, str), "each was possible by itself"
            scenario = found
    return scenario


def simulated(scenarios: Mapping[str, Scenario], base: Under, sample: int, workers: int | Crew = 1) -> dict[str, Under]:
    """Simulate scenarios on the futures of a run, and price them."""
    runs = [Run(each, sample=sample) for each in scenarios.values()]
    found = forecasts(runs, workers)
    return {
        key: replace(base, results=priced.results, priced=priced) for key, priced in zip(scenarios, found, strict=True)
    }


def result(key: str, parts: tuple[str, ...], moves: Mapping[str, int], base: Under, under: Under) -> Result:
    """Return what a stress does to a contract, and whether it moved what it must."""
    if OUTAGE in parts:
        under = replace(under, taken_over=taken_over(base, under))
    checks = [check(name, sign, base, under) for name, sign in moves.items()]
    change = worth(under.cost, base.cost, base.results.net)
    people = estimate_of_mean(under.people - base.people, base.results.net)
    return Result(key, parts, tuple(each for each in checks if each is not None), change, people, judged(under))


def taken_over(base: Under, under: Under) -> Array:
    """Return what people cost on conversations that reach the AI without an outage alone, (trial, month).

    Each costs what one handled by people does in that month of the run without the outage.
    """
    before, after = (each.results.meters["conversations"] for each in (base, under))
    lost = np.divide(np.maximum(before - after, 0.0), before, out=np.zeros_like(before), where=before > 0)
    return np.asarray(lost * people_alone(base.results))


def check(name: str, sign: int, base: Under, under: Under) -> Check | None:
    """Return whether a figure moved as it must; None where the scenario does not have it."""
    before, after = (FIGURES[name](each) for each in (base, under))
    if not np.isfinite(before):
        return None
    return Check(name, before, after, sign, bool(np.sign(after - before) == sign))


def judged(under: Under) -> Judged:
    """Return a contract's cost, the chance of its budgets, and which contract the verdict takes."""
    cost, keeps = under.cost, keeps_budgets(under.months, under.results.scenario)
    return Judged(
        mean=risk.mean(cost),
        p90=risk.quantile(cost, NINE_IN_TEN),
        chance=None if keeps is None else float(np.mean(keeps)),
        recommended=under.priced.verdict.recommended,
    )


def first_futures(results: Results, most: int) -> Results:
    """Return the first futures of a run, which are those of a run of so many."""
    count = min(results.trials, most)

    def cut(arrays: Mapping[str, Array]) -> dict[str, Array]:
        return {name: each[:count] for name, each in arrays.items()}

    sampling: Sampling | None = results.sampling
    if sampling is not None:
        sampling = replace(sampling, arrays=cut(sampling.arrays))
    scenario = results.scenario.model_copy(update={"trials": count})
    return replace(
        results,
        scenario=scenario,
        meters=cut(results.meters),
        unknowns=cut(results.unknowns),
        drivers=cut(results.drivers),
        whole=cut(results.whole),
        split=cut(results.split),
        sampling=sampling,
    )
