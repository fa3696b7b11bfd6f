"""Exact laws of sums of a random number of random amounts.

Amounts of any law are put on a grid that keeps their mean (dispersal to the two neighbouring points), and the sum
comes from the fast Fourier transform (Klugman, Panjer and Willmot, Loss Models, sections 9.6 and 9.7). Moments are
closed forms, whatever the grid.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from tests.oracles.law import Array, Complex, Law, Transform

Excess = Callable[[Array], Array]
"""E max(X - x, 0) as a function of x."""


@dataclass(frozen=True, slots=True)
class Amount:
    """The law of one conversation's amount: E max(X - x, 0), and E X, E X^2, E X^3."""

    excess: Excess
    moments: tuple[float, float, float]

    def on_grid(self, step: float, points: int) -> Array:
        """Return probabilities of 0, step, 2 step ...; what lies beyond the grid is left out."""
        excess = self.excess(step * np.arange(points + 1))
        inner = (excess[:-2] - 2 * excess[1:-1] + excess[2:]) / step
        return np.concatenate([[1 - (excess[0] - excess[1]) / step], inner])


def lognormal(mean: float, log_sd: float) -> Amount:
    """Return the lognormal law of this mean."""
    middle = math.log(mean) - log_sd**2 / 2

    def excess(x: Array) -> Array:
        with np.errstate(divide="ignore"):
            score = (np.log(x) - middle) / log_sd
        return np.asarray(mean * special.ndtr(log_sd - score) - x * special.ndtr(-score))

    def moment(k: int) -> float:
        return mean**k * math.exp(log_sd**2 * k * (k - 1) / 2)

    return Amount(excess, (moment(1), moment(2), moment(3)))


def log_sd_of(cv: float) -> float:
    """Return the log sd of a lognormal of this coefficient of variation."""
    return math.sqrt(math.log1p(cv**2))


def layer(amount: Amount, above: float, at_most: float) -> Amount:
    """Return the law of Y = min(max(X - above, 0), at_most)."""
    beyond = amount.excess(np.array([above + at_most]))[0]

    def excess(y: Array) -> Array:
        return amount.excess(above + np.minimum(y, at_most)) - beyond

    def moment(k: int) -> float:
        """Return E Y^k, for k > 1 the integral of k (k - 1) y^(k-2) E max(Y - y, 0), by Gauss and Legendre."""
        nodes, weights = np.polynomial.legendre.leggauss(200)
        y = at_most * (nodes + 1) / 2
        return k * (k - 1) * at_most / 2 * float(weights @ (y ** (k - 2) * excess(y)))

    return Amount(excess, (float(excess(np.zeros(1))[0]), moment(2), moment(3)))


def with_fee(amount: Amount, fee: float, share: float) -> Amount:
    """Return the law of a fee and, with probability `share`, the amount on top."""
    one, two, three = amount.moments
    mean = fee + share * one

    def excess(x: Array) -> Array:
        return np.where(x < fee, mean - x, share * amount.excess(np.maximum(x - fee, 0.0)))

    return Amount(
        excess,
        (
            mean,
            fee**2 + share * (2 * fee * one + two),
            fee**3 + share * (3 * fee**2 * one + 3 * fee * two + three),
        ),
    )


def total(number: Transform, mean: float, mixing: float, amount: Amount, step: float, points: int) -> Law:
    """Return the law of the sum of N independent amounts, N Poisson or negative binomial.

    Args:
        number: the generating function of N, of this mean and mixing variance (0: Poisson).
        step, points: the grid; `points` a power of 2. Amounts beyond it are left out: probabilities on it stay exact.
    """
    first, second, third = amount.moments
    variance = mean * second + mixing * (mean * first) ** 2
    skewness = mean * third + 3 * mixing * mean**2 * first * second + 2 * mixing**2 * (mean * first) ** 3
    sd = math.sqrt(variance)
    probabilities = summed(number, np.fft.rfft(amount.on_grid(step, points), 2 * points), points)
    return Law(step * np.arange(points), probabilities, mean * first, sd, skewness / sd**3, continuous=True)


def summed(number: Transform, one: Complex, points: int) -> Array:
    """Return the first `points` probabilities of a sum from the transform of one amount, on twice as many points."""
    return np.maximum(np.fft.irfft(number(one), 2 * points)[:points], 0.0)
