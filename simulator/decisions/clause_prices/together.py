"""The best terms asked for together: their pairs, and the share of each by Shapley."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.clause_prices.clause_worths import Pair, PricedChange, Share, Together
from simulator.decisions.clause_prices.drafts import Draft, Drafts
from simulator.decisions.clause_prices.moved_terms import Alternative
from simulator.decisions.clause_prices.priced_drafts import SAME, PricedDrafts
from simulator.decisions.clause_prices.shapley import Subset, shapley, subsets
from simulator.decisions.worth import Worth, estimate_of_mean, worth

BEST: Final = 5
"""Terms whose pairs and joint worth are told."""


@dataclass(frozen=True, slots=True, eq=False)
class BestSets:
    """The best alternatives of different terms, and the drafts of every set of them.

    Attributes:
        best: the one worth most first.
        drafts: of each set of places in `best`.
    """

    best: tuple[Alternative, ...]
    drafts: Mapping[Subset, Draft]


def best_sets(found: Sequence[tuple[Alternative, PricedChange]], drafts: Drafts) -> BestSets:
    """Return the best alternatives and their sets; a term that cannot stand beside better ones is left out.

    Args:
        found: the best first.
    """
    best: list[Alternative] = []
    sets: dict[Subset, Draft] = {frozenset(): Draft(drafts.own)}
    for alternative, priced in found:
        if len(best) == BEST or priced.worth.p90.value <= 0:
            break
        if alternative.term in {each.term for each in best}:
            continue
        place = len(best)
        added = {
            of | {place}: drafts.draft([*(best[each] for each in sorted(of)), alternative]) for of in subsets(place)
        }
        whole = {of: draft for of, draft in added.items() if draft is not None}
        if len(whole) == len(added):
            best.append(alternative)
            sets |= whole
    return BestSets(tuple(best), sets)


def together(sets: BestSets, changes: Sequence[PricedChange], priced: PricedDrafts) -> Together | None:
    """Return what the best terms are worth together; None with fewer than two.

    Args:
        changes: all that is told, in which the shares say their places.
        priced: the drafts of the sets, counted.
    """
    count = len(sets.best)
    if count < 2:
        return None
    net = priced.futures.net
    costs = {of: priced.cost(draft) for of, draft in sets.drafts.items()}
    saved = {of: priced.now - cost for of, cost in costs.items()}
    worths = {of: worth(priced.now, cost, net) for of, cost in costs.items()}
    means = shapley(count, lambda of: saved[of])
    p90s = shapley(count, lambda of: worths[of].p90.value)
    tails = shapley(count, lambda of: worths[of].tail.value)
    places = [next(place for place, each in enumerate(changes) if each.change is one.change) for one in sets.best]
    return Together(
        worth=worths[frozenset(range(count))],
        shares=tuple(
            Share(place, estimate_of_mean(mean, net), float(p90), float(tail))
            for place, mean, p90, tail in zip(places, means, p90s, tails, strict=True)
        ),
        pairs=tuple(_pair(one, other, costs, worths, priced) for one, other in combinations(range(count), 2)),
    )


def _pair(
    one: int, other: int, costs: Mapping[Subset, Array], worths: Mapping[Subset, Worth], priced: PricedDrafts
) -> Pair:
    first, second, both = frozenset({one}), frozenset({other}), frozenset({one, other})
    beyond = costs[first] + costs[second] - costs[both] - priced.now
    if np.all(np.abs(beyond) <= SAME * np.abs(priced.now)):
        beyond = np.zeros_like(beyond)  # two terms that act on different units, but for arithmetic
    at_p90 = worths[both].p90.value - worths[first].p90.value - worths[second].p90.value
    net = priced.futures.net
    first_adds, second_adds = (added(costs[granted], costs[both], net) for granted in (second, first))
    return Pair(one, other, worths[both], first_adds, second_adds, estimate_of_mean(beyond, net), at_p90)


def added(granted: Array, both: Array, net: risk.Net) -> Worth:
    """Return what a term is worth once another is granted; exactly 0 where only arithmetic differs."""
    return worth(granted, granted if np.allclose(both, granted, rtol=SAME, atol=0.0) else both, net)
