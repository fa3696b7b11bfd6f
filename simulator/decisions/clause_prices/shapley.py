"""Shapley values: what each of several terms is worth where they do part of the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np

from simulator.arrays import Array

Subset = frozenset[int]


def subsets(count: int) -> Iterator[Subset]:
    """Yield all sets of some numbers from 0, the empty one first, smaller ones before larger."""
    for size in range(count + 1):
        yield from map(frozenset, combinations(range(count), size))


def shapley(count: int, worth: Callable[[Subset], Array | float]) -> list[Array]:
    """Return the share of each of some terms in what all are worth together; the shares sum to it.

    It is the mean, over all orders in which the terms can be added, of what a term adds: sum over the sets S without it
    of |S|! (n - |S| - 1)! / n! times (worth of S with it - worth of S), after Shapley (1953), "A value for n-person
    games". Terms that do the same have the same share; terms whose worths add up have these as their shares.

    Args:
        worth: of a set of terms, 0 of the empty one; a number, or an array of which each place is shared out alike.
    """
    found: Sequence[Array] = [np.asarray(0.0) for _ in range(count)]
    shares = list(found)
    for without in subsets(count):
        if len(without) == count:
            break
        weight = math.factorial(len(without)) * math.factorial(count - len(without) - 1) / math.factorial(count)
        for term in set(range(count)) - without:
            shares[term] = shares[term] + weight * (worth(without | {term}) - np.asarray(worth(without)))
    return shares
