"""Sobol indices by group of inputs: which share of a cost's variance a group carries by itself, and with others.

Every future is drawn twice, at points of twice as many dimensions (futures.scores). y is the cost at the first point,
y' at the second, y_g where the group g alone comes from the second ("pick and freeze"); all three are expected values,
without single conversations. With V the variance of the cost and C that of single conversations within it,

    total       T = E[(y - y_g)^2] / 2 / V                    (Jansen 1999, Computer Physics Communications 117)
    first order S = Cov(y', y_g - c y) / V, c = 1 - T V / (V - C).

With c = 1 the second is that of Saltelli et al. (2010, Computer Physics Communications 181), whose error is small for a
weak group, with c = 0 that of Sobol, for a strong one; y and y' are independent: any c gives the same on average.
Both are ratios of means over futures, so that nets tell their error. Estimates below 0 stand as they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.sensitivities.asked_contract import costs, with_contracts
from simulator.decisions.sensitivities.groups import Group, groups_of
from simulator.decisions.worth import Estimate, estimate_of_mean
from simulator.engine.run import Run
from simulator.engine.sampling.sampled import OTHER_SEED
from simulator.futures.nets import nets_of

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures
    from simulator.engine.processes.crew import Crew

FUTURES: Final = 2_048
"""Futures of each further run at most."""
CONVERSATION_FUTURES: Final = 1_024
"""The same of the run with other conversations."""
LEAST: Final = 64
"""Fewer futures tell no share."""


@dataclass(frozen=True, slots=True)
class Index:
    """Shares of the variance of a cost that a group of inputs carries.

    Attributes:
        first: by itself: what would be gone on average if the group were known.
        total: with what it carries together with other groups: what would stay if all others were known.
    """

    group: Group
    first: Estimate
    total: Estimate


@dataclass(frozen=True, slots=True)
class Indices:
    """What the variance of a cost over the horizon is made of.

    Attributes:
        groups: the largest total first.
        interactions: what groups carry together; with the first orders and `conversations` it sums to 1.
        conversations: what is left where all inputs are known: which single conversations happen.
        sd: standard deviation of the cost.
        futures: of each run.
    """

    groups: tuple[Index, ...]
    interactions: Estimate
    conversations: Estimate
    sd: float
    futures: int


@dataclass(frozen=True, slots=True, eq=False)
class Frozen:
    """Costs of the same futures, (trial,) each.

    Attributes:
        own: at the first points.
        again: at the second points.
        swapped: where a group alone comes from the second, by the group's key.
        noise: half the squared difference of two costs that differ in single conversations alone, of the first futures.
        net: of each future; None where they are random.
    """

    own: Array
    again: Array
    swapped: Mapping[str, Array]
    noise: Array
    net: risk.Net


def indices(futures: SameFutures, contract: str, workers: int | Crew = 1) -> Indices | None:
    """Return the shares of the groups of inputs in the variance of a contract's cost.

    None where nothing varies, or the futures are fewer than LEAST.
    """
    cost = futures.cost(contract)
    groups = groups_of(futures.results, cost)
    if len(cost) < LEAST or np.ptp(cost) == 0:
        return None
    return shares_of(groups, frozen(futures, contract, groups, workers))


def frozen(futures: SameFutures, contract: str, groups: Sequence[Group], workers: int | Crew = 1) -> Frozen:
    """Simulate the futures in which one group after the other comes from the second points."""
    count = min(futures.results.trials, FUTURES)
    some = with_contracts(futures.scenario, [contract], count)
    every = frozenset(name for group in groups for name in group.members)
    swaps = [frozenset[str](), every, *(frozenset(group.members) for group in groups)]
    seed, few = futures.scenario.seed + OTHER_SEED, min(count, CONVERSATION_FUTURES)
    others = Run(some.model_copy(update={"trials": few}), sample=futures.kept.sample, conversations_seed=seed)
    found = costs([*(Run(some, "expected", again=again) for again in swaps), others], contract, workers)
    own, again, *swapped, other = found
    return Frozen(
        own,
        again,
        {group.key: each for group, each in zip(groups, swapped, strict=True)},
        (futures.cost(contract)[:few] - other) ** 2 / 2,
        None if futures.net is None else nets_of(count),
    )


def shares_of(groups: Sequence[Group], of: Frozen) -> Indices | None:
    """Return the shares of groups in the variance of a cost; None where nothing varies."""
    middle = (of.own.mean() + of.again.mean()) / 2
    own, again, noise = of.own - middle, of.again - middle, float(of.noise.mean())
    between = (own**2 + again**2) / 2
    whole = between + noise
    if whole.mean() <= 0:
        return None
    found, firsts = [], []
    for group in groups:
        swapped = of.swapped[group.key] - middle
        squares = (own - swapped) ** 2 / 2
        beside = 1 - squares.mean() / between.mean() if between.mean() > 0 else 0.0
        firsts.append(again * (swapped - beside * own))
        first, total = (_ratio(part, whole, float(whole.mean()), of.net) for part in (firsts[-1], squares))
        found.append(Index(group, first, total))
    few, mean = len(of.noise), float(whole.mean())
    return Indices(
        groups=tuple(sorted(found, key=lambda index: -index.total.value)),
        interactions=_ratio(between - sum(firsts, np.zeros_like(between)), whole, mean, of.net),
        conversations=_ratio(of.noise, whole[:few], mean, None),
        sd=math.sqrt(mean),
        futures=len(own),
    )


def _ratio(part: Array, whole: Array, mean: float, net: risk.Net) -> Estimate:
    """Return the ratio of two means over futures with its interval, from its linear terms (the delta method).

    Args:
        mean: of the whole; it may be known from more futures than these.
    """
    ratio = float(part.mean()) / mean
    terms = (part - ratio * whole) / mean
    return estimate_of_mean(ratio + terms - terms.mean(), net)
