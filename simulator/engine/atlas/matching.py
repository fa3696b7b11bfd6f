"""What conversations have beyond an edge, beside a sum of their sizes that is already known.

What a layer of a meter counts must fit the plain meter of the same month, and asking for it must not move that meter.
So sets of conversations are drawn beside it, and of several the one whose sum S' is nearest to the known sum S is
taken. With what it has beyond the edge d, E'(d),

    E(d) = E'(d) + b (S - S'),   b = Cov(max(x - d, 0), x) / Var(x),

has the mean, the variance and the covariance with S of the law, whatever that is; b comes from the differences between
two more sets, of GROUP months together, which keeps it independent of both sums, so that the mean stays exact. At d = 0
it is S itself. Where few conversations get beyond an edge (about FEW in a month) E could turn negative: there b is
faded out.

The obvious way to have a set with the sum S, to exchange conversations of one set for those of another until the sum is
met, is biased: by -3 % where 3 % of 300 conversations get beyond the edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]

MOST: Final = 1_024
"""Conversations of a month that are drawn to find its layers; of more, these stand for all (see `scaled`)."""
MOST_SETS: Final = 64
SETS_CONVERSATIONS: Final = 1_536
"""Sets among which the nearest is taken: as many as have so many conversations together, 1 to MOST_SETS."""
GROUP: Final = 32
"""Months (of trials alike) that have b in common: few enough to be alike, many enough to know it."""
FEW: Final = (2.0, 8.0)
"""Conversations beyond an edge up to which E(d) does not follow what S lies off S', and from which on it does fully."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Conversations drawn beside a known sum; those of a cell (a month of a trial) have the same laws in every set.

    Attributes:
        cell, member: of each conversation of the sets to choose from, and the number of its set within the cell.
        sizes: of these.
        pair_cell: of each conversation of the two further sets.
        pair: sizes of these, shape (2, conversation).
    """

    cell: Index
    member: Index
    sizes: Array
    pair_cell: Index
    pair: Array


def sets_of(number: Array) -> Index:
    """Return how many sets to choose from, by numbers of conversations."""
    return np.clip(SETS_CONVERSATIONS / np.maximum(number, 1.0), 1, MOST_SETS).astype(np.int64)


def beyond(cell: Index, sizes: Array, edges: Array, cells: int) -> Array:
    """Return the sums of what sizes have beyond each edge, shape (edge, cell)."""
    over = [np.bincount(cell, weights=np.maximum(sizes - edge, 0.0), minlength=cells) for edge in edges]
    return np.stack(over).astype(np.float64)


def groups_of(factor: Array) -> Index:
    """Return the group of each cell: cells whose factor on lengths is alike, GROUP in each, shape (cell,)."""
    rank = np.empty(len(factor), dtype=np.int64)
    rank[np.argsort(factor, kind="stable")] = np.arange(len(factor))
    return rank // GROUP


def beside(drawn: Beside, group: Index, edges: Array, target: Array, share: Array) -> Array:
    """Return what conversations have beyond each edge beside a known sum of their sizes, shape (edge, cell).

    Args:
        group: cells that have b in common, shape (cell,); it must not depend on the known sums.
        target: the known sum, shape (cell,).
        share: of all conversations that a set has, shape (cell,).
    """
    cells, (second, third) = len(target), drawn.pair
    sums = np.zeros((cells, int(drawn.member.max(initial=0)) + 1))
    present = np.zeros(sums.shape, dtype=np.bool_)
    np.add.at(sums, (drawn.cell, drawn.member), drawn.sizes)
    present[drawn.cell, drawn.member] = True
    nearest = np.argmin(np.where(present, np.abs(sums - target[:, None]), np.inf), axis=1)
    chosen = drawn.member == nearest[drawn.cell]
    found = beyond(drawn.cell[chosen], drawn.sizes[chosen], edges, cells)
    gap = target - sums[np.arange(cells), nearest]
    width = second - third
    common = group[drawn.pair_cell]
    spread = np.bincount(common, weights=width**2, minlength=cells)
    for place, edge in enumerate(edges):
        change = np.maximum(second - edge, 0.0) - np.maximum(third - edge, 0.0)
        slope = _divided(np.bincount(common, weights=change * width, minlength=cells), spread)[group]
        reached = (second > edge) * 0.5 + (third > edge) * 0.5
        many = _divided(np.bincount(drawn.pair_cell, weights=reached, minlength=cells), share)
        found[place] += np.clip((many - FEW[0]) / (FEW[1] - FEW[0]), 0.0, 1.0) * slope * gap
    return found


def _divided(amount: NDArray[Any], by: NDArray[Any]) -> Array:
    return np.asarray(np.divide(amount, by, out=np.zeros(amount.shape), where=by > 0))


def part_of(numbers: Array) -> Array:
    """Return how many conversations of each law stand for all, at most MOST a month: in proportion, in whole numbers.

    Args:
        numbers: shape (law, ...).
    """
    total = numbers.sum(axis=0)
    share = np.divide(MOST, total, out=np.ones(total.shape), where=total > MOST)
    return np.asarray(np.diff(np.floor(np.cumsum(numbers, axis=0) * share + 0.5), axis=0, prepend=0.0))


def scaled_target(target: Array, mean: Array, mean_of_part: Array, share: Array) -> Array:
    """Return the sum that the part must have for the whole to have its target.

    A part has sqrt(share) of the whole's deviation; so the noise of a layer is exact in mean, variance and covariance,
    and has the skewness of fewer conversations than there are.
    """
    return np.asarray(mean_of_part + np.sqrt(share) * (target - mean))


def scaled(found: Array, mean: Array, mean_of_part: Array, share: Array) -> Array:
    """Return what the whole has where its part has `found`; the inverse of `scaled_target`."""
    deviation = np.divide(found - mean_of_part, np.sqrt(share), out=np.zeros_like(found), where=share > 0)
    return np.asarray(mean + deviation)
