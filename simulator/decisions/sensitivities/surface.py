"""A cost as a quadratic function of the normal scores of inputs, fitted to the futures of a run (response surface).

With it, moving inputs by d standard deviations of their scores moves the cost of each future by d (g . u) +
d^2 (u H u) / 2, g being the slope at its own scores, u the direction and H the matrix of curvatures: what the run says
of such a future beside, its months and conversations, stays. Box and Draper, Response Surfaces, Mixtures, and Ridge
Analyses (2007), ch. 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.decisions.varying_inputs import normal_score

FUTURES_PER_TERM: Final = 4
"""Fewer futures for each term fit no curvature between inputs; then each has its own alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Normal scores of inputs.

    Attributes:
        z: shape (trial, input).
        crossed: whether curvatures between inputs are fitted.
    """

    names: tuple[str, ...]
    z: Array

    @classmethod
    def of(cls, inputs: Mapping[str, Array]) -> Scores:
        """Return the scores of inputs by name, (trial,) each."""
        return cls(tuple(inputs), np.stack([normal_score(each) for each in inputs.values()], axis=1))

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Places of the inputs of each product that is fitted."""
        trials, count = self.z.shape
        crossed = trials >= FUTURES_PER_TERM * (1 + 2 * count + count * (count - 1) // 2)
        return [(i, j) for i in range(count) for j in range(i, count) if i == j or crossed]

    def design(self) -> Array:
        """Return the terms of each future, (trial, term): 1, the scores, and the products."""
        products = [self.z[:, i] * self.z[:, j] for i, j in self.pairs]
        return np.column_stack([np.ones(len(self.z)), self.z, *products])

    def direction(self, name: str) -> Array:
        """Return the direction that moves one input alone, (input,)."""
        return np.array([float(each == name) for each in self.names])


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A fitted cost.

    Attributes:
        slope: at the middle of all inputs, (input,): money per standard deviation.
        curvature: symmetric, (input, input).
        explained: share of the variance that the fit carries.
    """

    scores: Scores
    cost: Array
    slope: Array
    curvature: Array
    explained: float

    def along(self, direction: Array) -> Along:
        """Return the cost on the way in a direction, (input,)."""
        slopes = self.slope @ direction + self.scores.z @ (self.curvature @ direction)
        return Along(self.cost, np.asarray(slopes), float(direction @ self.curvature @ direction) / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Along:
    """A cost on the way in a direction: that of each future, its slope, (trial,) each, and half the curvature."""

    cost: Array
    slopes: Array
    bend: float

    def at(self, distance: float) -> Array:
        """Return the cost so many standard deviations away, (trial,)."""
        return np.asarray(self.cost + distance * self.slopes + distance**2 * self.bend)

    def averaged(self) -> Along:
        """Return the same of the mean over futures, (1,), which is all that a question about means needs."""
        return Along(np.array([self.cost.mean()]), np.array([self.slopes.mean()]), self.bend)


def fitted(scores: Scores, costs: Sequence[Array]) -> list[Surface]:
    """Return the surfaces of some costs, (trial,) each, by least squares."""
    design = scores.design()
    found, *_ = np.linalg.lstsq(design, np.stack(costs, axis=1), rcond=None)
    return [_surface(scores, design, cost, each) for cost, each in zip(costs, found.T, strict=True)]


def _surface(scores: Scores, design: Array, cost: Array, found: Array) -> Surface:
    count = len(scores.names)
    curvature = np.zeros((count, count))
    for (i, j), value in zip(scores.pairs, found[1 + count :], strict=True):
        curvature[i, j] += value
        curvature[j, i] += value
    variance = float(np.var(cost))
    explained = float(np.var(design @ found)) / variance if variance > 0 else 0.0
    return Surface(scores, cost, found[1 : 1 + count], curvature, explained)
