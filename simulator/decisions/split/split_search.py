"""The search for the best split: pairs of contracts, each by ordered cuts and moves of single parts and pairs of parts.

Every candidate is ranked by its true bills. For each pair of contracts the parts are put in order of what the first
costs less than the second for them alone, so that a cut of that order is the best split where bills add up; all cuts
are ranked, all in one contract among them, and the best of all pairs are improved by moving one part, then two at once,
until nothing is better. Further contracts are added to the best splits of fewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, Protocol

import numpy as np

from simulator.arrays import Array
from simulator.decisions.split.ranks import Rank, Ranks

Allocation = tuple[str, ...]
"""The contract of each part, by name."""
KEPT: Final = 6
"""Splits that are looked at on all futures, and that get a further contract."""
MOVED: Final = 24
"""Cuts that are improved by moves."""


class Bills(Protocol):
    """The bills of a contract for any parts."""

    def of(self, held: frozenset[int]) -> Array:
        """Return the bill for some parts, (future, year)."""
        ...


@dataclass(eq=False)
class Bench:
    """Ranks allocations on some futures.

    Attributes:
        bills: by contract.
        vendor: cost of each contract beyond the first, (year,).
        known: ranks that were worked out.
        known_alone: mean bills of single parts that were worked out.
    """

    bills: Mapping[str, Bills]
    ranks: Ranks
    vendor: Array
    known: dict[Allocation, Rank] = field(default_factory=dict)
    known_alone: dict[tuple[str, int], float] = field(default_factory=dict)

    def cost(self, allocation: Allocation) -> Array:
        """Return bills and the cost of further vendors, (future, year)."""
        names = dict.fromkeys(allocation)
        total = (len(names) - 1) * self.vendor
        for name in names:
            total = total + self.bills[name].of(frozenset(i for i, each in enumerate(allocation) if each == name))
        return np.asarray(total)

    def rank(self, allocation: Allocation) -> Rank:
        """Return the rank of an allocation: the smaller the better."""
        if allocation not in self.known:
            self.known[allocation] = self.ranks.of(self.cost(allocation))
        return self.known[allocation]

    def alone(self, name: str, place: int) -> float:
        """Return what a contract bills on average for one part alone."""
        if (name, place) not in self.known_alone:
            self.known_alone[name, place] = float(self.bills[name].of(frozenset([place])).sum(axis=1).mean())
        return self.known_alone[name, place]


def best_of(bench: Bench, allocations: Sequence[Allocation]) -> Allocation:
    """Return the allocation that ranks first, the one with fewer contracts of equal ones."""
    return min(allocations, key=lambda each: (bench.rank(each), len(set(each)), each))


def single(bench: Bench, parts: int) -> Allocation:
    """Return the best of all contracts by itself."""
    return best_of(bench, [(name,) * parts for name in bench.bills])


def searched(quick: Bench, whole: Bench, parts: int, most: int) -> Allocation:
    """Return the best allocation with at most so many contracts.

    Args:
        quick: some of the futures of `whole`, on which the many are ranked.
    """
    found = [(name,) * parts for name in quick.bills]
    if most > 1:
        found += [split for pair in combinations(quick.bills, 2) for split in _cuts(quick, pair, parts)]
    found = [_moved(quick, each, sorted(set(each)), pairs=False) for each in _first(quick, found, MOVED)]
    best = _first(quick, [_moved(quick, each, sorted(set(each)), pairs=True) for each in _first(quick, found)])
    for _ in range(most - 2):
        more = [_moved(quick, each, [*sorted(set(each)), name], pairs=False)
                for each in best for name in quick.bills if name not in each]  # fmt: skip
        best = _first(quick, [*best, *more])
    names = {each: sorted(set(each)) for each in best}
    return best_of(whole, [*(_moved(whole, each, names[each], pairs=False) for each in best), single(whole, parts)])


def polished(bench: Bench, starts: Sequence[Allocation], parts: int) -> Allocation:
    """Return the best of some allocations after moves of single parts, and of all contracts by themselves."""
    moved = [_moved(bench, each, sorted(set(each)), pairs=False) for each in starts]
    return best_of(bench, [*moved, single(bench, parts)])


def _first(bench: Bench, allocations: Sequence[Allocation], count: int = KEPT) -> list[Allocation]:
    ordered = sorted(dict.fromkeys(allocations), key=lambda each: (bench.rank(each), len(set(each)), each))
    return ordered[:count]


def _cuts(bench: Bench, pair: tuple[str, str], parts: int) -> list[Allocation]:
    """Return the best two cuts of the order in which the first of two contracts is the cheaper one."""
    one, other = pair
    gain = [bench.alone(one, place) - bench.alone(other, place) for place in range(parts)]
    order = sorted(range(parts), key=lambda place: gain[place])
    cuts = []
    for count in range(parts + 1):
        first = set(order[:count])
        cuts.append(tuple(one if place in first else other for place in range(parts)))
    return sorted(dict.fromkeys(cuts), key=bench.rank)[:2]


def _moved(bench: Bench, start: Allocation, names: Sequence[str], *, pairs: bool) -> Allocation:
    """Return an allocation after the best moves of a part, or of two, to other contracts of some names."""
    best, at = start, bench.rank(start)
    while True:
        found = _best_move(bench, best, at, _one_moved(best, names))
        if found is None and pairs:
            found = _best_move(bench, best, at, _two_moved(best, names))
        if found is None:
            return best
        best, at = found, bench.rank(found)


def _best_move(bench: Bench, start: Allocation, at: Rank, moves: Iterator[Allocation]) -> Allocation | None:
    better = [(bench.rank(each), each) for each in moves if bench.rank(each) < at]
    return min(better)[1] if better else None


def _one_moved(start: Allocation, names: Sequence[str]) -> Iterator[Allocation]:
    for place, own in enumerate(start):
        for name in names:
            if name != own:
                yield (*start[:place], name, *start[place + 1 :])


def _two_moved(start: Allocation, names: Sequence[str]) -> Iterator[Allocation]:
    for place, own in enumerate(start):
        for name in names:
            if name != own:
                moved = (*start[:place], name, *start[place + 1 :])
                for each in _one_moved(moved[place + 1 :], names):
                    yield (*moved[: place + 1], *each)
