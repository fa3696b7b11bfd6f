"""Sums of independent lengths: what they have beyond a border on average, and how often they reach it.

A sum has no law of its own. Each length is put on a lattice such that its mean beyond every node is exact, the lattices
are added by Fourier transforms, and what the lattice adds to the variance is taken off again, so that what is left is
of the fourth order in the lattice's step (Grübel and Hermesmeier, "Computation of compound distributions I", ASTIN
Bulletin 29, 1999, for the tilt that keeps what lies beyond the lattice out of it).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array
from simulator.law.sizes import moments_beyond

NODES: Final = 1024
REACH: Final = 8.0
"""The first lattice reaches so many standard deviations beyond the mean; each further one WIDER times as far."""
WIDER: Final = 8.0
LATTICES: Final = 3
_TILT: Final = 8.0 / NODES
NEVER: Final = 1e-10
"""A sum that reaches a border with a smaller chance never does: rounding is of this order."""


class SummedLength(NamedTuple):
    """Independent lengths of one law in a sum.

    Attributes:
        family: GAMMA or LOGNORMAL.
        cv: coefficient of variation; 0 is a constant.
        mean: of one, its weight in the sum inside.
        times: how many.
    """

    family: int
    cv: float
    mean: float
    times: int


class LatticeSum(NamedTuple):
    """A sum on one lattice.

    Attributes:
        step: of the lattice.
        mean, reached: E[max(x - node, 0)] and P(x > node) at the nodes, shape (NODES,).
        slope: derivative of `reached` at the nodes.
    """

    step: float
    mean: Array
    reached: Array
    slope: Array


class Total:
    """A sum of independent lengths.

    Attributes:
        mean: of the sum.
    """

    def __init__(self, lengths: Sequence[SummedLength]) -> None:
        self.constant = sum(each.mean * each.times for each in lengths if each.cv == 0.0)
        self.lengths = tuple(each for each in lengths if each.cv > 0.0 and each.times and each.mean > 0.0)
        self.mean = self.constant + sum(each.mean * each.times for each in self.lengths)
        self.variance = sum((each.mean * each.cv) ** 2 * each.times for each in self.lengths)

    def beyond(self, border: Array) -> tuple[Array, Array]:
        """Return E[max(x - border, 0)] and P(x > border), same shape."""
        border = border - self.constant
        mean, reached = self.mean - self.constant - border, np.ones_like(border)
        if not self.lengths:
            return np.maximum(-border, 0.0), (border < 0.0).astype(np.float64)
        low = 0.0
        for number in range(LATTICES):
            high = self._length(number)
            here = (border >= low) & (border < high)
            if here.any():
                mean[here], reached[here] = _interpolated(self._lattice(number), border[here])
            low = high
        far = (border >= low) | (reached < NEVER)
        mean[far] = reached[far] = 0.0
        return np.maximum(mean, 0.0), np.clip(reached, 0.0, 1.0)

    def _length(self, number: int) -> float:
        """Return where a lattice ends for what is asked of it, two nodes before its last one."""
        whole = (self.mean - self.constant + REACH * np.sqrt(self.variance)) * WIDER**number
        return float(whole * (NODES - 3) / NODES)

    def _lattice(self, number: int) -> LatticeSum:
        step = (self.mean - self.constant + REACH * np.sqrt(self.variance)) * WIDER**number / NODES
        return _summed(self.lengths, float(step))


@lru_cache(maxsize=1024)
def _summed(lengths: tuple[SummedLength, ...], step: float) -> LatticeSum:
    """Return a sum on a lattice."""
    product = np.ones(NODES + 1, dtype=np.complex128)
    added = 0.0
    for each in lengths:
        spectrum, variance = _spectrum(each.family, each.cv, step / each.mean)
        product *= spectrum**each.times
        added += each.times * variance * step**2
    tilt = np.exp(_TILT * np.arange(NODES))
    mass = np.fft.irfft(product, 2 * NODES)[:NODES] * tilt
    mean = sum(each.mean * each.times for each in lengths)
    above = 1.0 - np.cumsum(mass)
    beyond = mean - step * np.concatenate([[0.0], np.cumsum(above[:-1])])
    density = mass / step
    slope = np.gradient(density, step)
    spread = (
        added / 2.0 - step**2 / 12.0
    )  # between nodes a lattice's mean lies above a curve by the twelfth of a square
    return LatticeSum(step, beyond - spread * density, above + mass / 2.0 + (spread + step**2 / 6.0) * slope, -density)


@lru_cache(maxsize=1024)
def _spectrum(family: int, cv: float, step: float) -> tuple[NDArray[np.complex128], float]:
    """Return the transform of a length of mean 1 on a lattice, tilted, and what the lattice adds to its variance.

    The second moment is twice the integral of E[max(x - border, 0)]; on the lattice it is twice the trapezoid rule.

    Args:
        step: of the lattice; the variance is in squares of it.
    """
    nodes = step * np.arange(-1.0, NODES + 1.0)
    beyond, square = moments_beyond(family, cv, nodes)
    mass = (beyond[2:] - 2.0 * beyond[1:-1] + beyond[:-2]) / step
    integral = (1.0 + cv**2 - square[-1]) / 2.0
    trapezoid = step * (beyond[1:].sum() - (beyond[1] + beyond[-1]) / 2.0)
    added = 2.0 * (trapezoid - integral) / step**2
    return np.fft.rfft(mass * np.exp(-_TILT * np.arange(NODES)), 2 * NODES), float(added)


def _interpolated(found: LatticeSum, border: Array) -> tuple[Array, Array]:
    """Return both at borders within a lattice, by cubics through nodes with the known slopes."""
    place = border / found.step
    node = place.astype(np.int64)
    share = place - node
    ends = []
    for values, slopes in ((found.mean, -found.reached), (found.reached, found.slope)):
        low, high = values[node], values[node + 1]
        at_low, at_high = found.step * slopes[node], found.step * slopes[node + 1]
        bend, twist = 3.0 * (high - low) - 2.0 * at_low - at_high, 2.0 * (low - high) + at_low + at_high
        ends.append(low + share * (at_low + share * (bend + share * twist)))
    return ends[0], ends[1]
