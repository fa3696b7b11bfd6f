"""What contracts cost where something is known: a regression of costs on it, over the futures at hand.

The mean of a cost given an input is a smooth function of that input, so that a curve through all futures tells it
without a simulation for each value (Strong, Oakley and Brennan 2014, Medical Decision Making 34). The curve is a
natural cubic spline of five knots (Harrell 2015, Regression Modeling Strategies, section 2.4.5); of an input of few
values it is the mean at each. Of several inputs together it is a polynomial of degree two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array, Index

FOLDS: Final = 8
"""Parts of the futures, of which each is looked at with what the others say: the nets, where futures have nets."""
FEW_VALUES: Final = 6
_KNOTS: Final = (0.05, 0.275, 0.5, 0.725, 0.95)
_RANK: Final = 1e-10
"""Share of the largest eigenvalue below which a direction is none."""
_TINY: Final = 1e-300
_RIDGE: Final = 1e-10
"""What is added to the squares of orthonormal terms, which are about 1, so that there is always an answer."""
_FUTURES_A_TERM: Final = 15
"""Futures for each term of a polynomial, so that it does not follow chance."""


def folds(trials: int) -> Index:
    """Return the part of each future, (trial,); that is its net where it has one (futures.nets)."""
    found: Index = np.arange(trials) % FOLDS
    return found


def spline(values: Array) -> Array:
    """Return the terms of the curve over an input (trial,), shape (trial, term)."""
    distinct = np.unique(values)
    if len(distinct) <= FEW_VALUES:
        return np.asarray(values[:, None] == distinct, dtype=np.float64)
    knots = np.quantile(values, _KNOTS)
    if np.any(np.diff(knots) <= 0):
        return _powers(values)
    places, scaled = (knots - knots[0]) / (knots[-1] - knots[0]), (values - knots[0]) / (knots[-1] - knots[0])
    return np.stack([np.ones_like(scaled), scaled, *_bends(scaled, places)], axis=1)


def _bends(scaled: Array, places: Array) -> list[Array]:
    """Return the terms by which the curve is no line: cubic between the knots, straight beyond them."""
    last, end = places[-2], places[-1]

    def beyond(knot: float) -> Array:
        return np.asarray(np.maximum(scaled - knot, 0.0) ** 3)

    return [
        beyond(knot) - beyond(last) * (end - knot) / (end - last) + beyond(end) * (last - knot) / (end - last)
        for knot in places[:-2]
    ]


def _powers(values: Array) -> Array:
    scaled = _standard(values)
    return np.stack([np.ones_like(scaled), scaled, scaled**2], axis=1)


def polynomial(inputs: Sequence[Array]) -> Array:
    """Return the terms of a polynomial of degree two over several inputs (trial,), shape (trial, term).

    Args:
        inputs: the most important first; what would need more terms than the futures can tell is left out.
    """
    scaled = [_standard(each) for each in inputs]
    trials = len(scaled[0])
    while len(scaled) > 1 and _terms(len(scaled)) * _FUTURES_A_TERM > trials:
        scaled.pop()
    products = [first * second for place, first in enumerate(scaled) for second in scaled[place:]]
    return np.stack([np.ones(trials), *scaled, *products], axis=1)


def _terms(inputs: int) -> int:
    return 1 + inputs + inputs * (inputs + 1) // 2


def _standard(values: Array) -> Array:
    spread = risk.sd(values)
    return np.asarray((values - values.mean()) / (spread or 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Curves of some costs over the terms of an input, each fitted to the futures outside one fold.

    Attributes:
        terms: (trial, term), orthonormal over all futures.
        middle: mean cost outside each fold, (fold, cost).
        slopes: (fold, term, cost).
    """

    terms: Array
    middle: Array
    slopes: Array

    def at(self, fold: int) -> Array:
        """Return the curves that are fitted outside a fold, at all futures, (trial, cost)."""
        return np.asarray(self.terms @ self.slopes[fold] + self.middle[fold])

    def outside(self) -> Array:
        """Return in each future the curves that are fitted without its fold, (trial, cost)."""
        part = folds(len(self.terms))
        found = np.empty((len(self.terms), self.middle.shape[1]))
        for fold in range(FOLDS):
            own = part == fold
            found[own] = self.terms[own] @ self.slopes[fold] + self.middle[fold]
        return found


def curves(terms: Array, costs: Array) -> Curves:
    """Return the curves of some costs, (trial, cost), over the terms of an input, (trial, term).

    By normal equations of orthonormal terms, of which those outside a fold are all less those of the fold.
    """
    even = _orthonormal(terms)
    part, size = folds(len(even)), len(even)
    middle = costs.mean(axis=0)
    away = costs - middle
    parts = [(even[part == fold], away[part == fold]) for fold in range(FOLDS)]
    gram, moment = sum(own.T @ own for own, _ in parts), sum(own.T @ cost for own, cost in parts)
    slopes, middles = [], []
    for own, cost in parts:
        rest = size - len(own)
        mean = -cost.sum(axis=0) / max(rest, 1)  # all together are 0
        sums = even.sum(axis=0) - own.sum(axis=0)
        slopes.append(_solved(gram - own.T @ own, moment - own.T @ cost - np.outer(sums, mean)))
        middles.append(middle + mean)
    return Curves(even, np.array(middles), np.array(slopes))


def curve_of_all(terms: Array, costs: Array) -> Array:
    """Return the curves of some costs that are fitted to all futures, at these, (trial, cost)."""
    even, middle = _orthonormal(terms), costs.mean(axis=0)
    return np.asarray(even @ (even.T @ (costs - middle)) + middle)


def _orthonormal(terms: Array) -> Array:
    """Return as many orthonormal columns as the terms span, (trial, column)."""
    scaled = terms / np.maximum(np.sqrt((terms**2).sum(axis=0)), _TINY)
    sizes, axes = np.linalg.eigh(scaled.T @ scaled)
    kept = sizes > _RANK * sizes[-1]
    return np.asarray(scaled @ (axes[:, kept] / np.sqrt(sizes[kept])))


def _solved(gram: Array, moment: Array) -> Array:
    """Return the slopes; where the futures outside a fold do not tell one, as of a value that only it has, 0."""
    return np.asarray(np.linalg.solve(gram + _RIDGE * np.eye(len(gram)), moment))
