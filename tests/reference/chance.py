"""Elementary laws in plain Python: odds, quantiles and draws with nothing but the standard library."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from statistics import NormalDist
from typing import Final

STANDARD: Final = NormalDist()
Z95: Final = STANDARD.inv_cdf(0.95)


def moved(probability: float, log_odds: float) -> float:
    """Return a probability after log odds were added; exactly 0 and exactly 1 stay."""
    if probability <= 0.0 or probability >= 1.0:
        return min(max(probability, 0.0), 1.0)
    return 1.0 / (1.0 + (1.0 - probability) / probability * math.exp(-log_odds))


def logit(probability: float) -> float:
    """Return ln(p / (1 - p))."""
    return math.log(probability) - math.log1p(-probability)


def shares(weights: Sequence[float]) -> list[float]:
    """Return weights divided by their sum."""
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def pick(rng: Random, probabilities: Sequence[float]) -> int:
    """Draw a position with the given probabilities (they sum to 1)."""
    left = rng.random()
    for position, probability in enumerate(probabilities):
        left -= probability
        if left < 0.0:
            return position
    return max(position for position, probability in enumerate(probabilities) if probability > 0.0)


def poisson(rng: Random, mean: float) -> int:
    """Draw a Poisson count: arrivals of a process of rate 1 before time `mean`."""
    if mean <= 0.0:
        return 0
    if mean < 30.0:
        return _poisson_by_products(rng, math.exp(-mean))
    count, draw, log = -1, rng.random, math.log
    clock = 0.0
    while clock <= mean:
        clock -= log(1.0 - draw())
        count += 1
    return count


def _poisson_by_products(rng: Random, floor: float) -> int:
    draw = rng.random
    count, product = 0, draw()
    while product > floor:
        product *= draw()
        count += 1
    return count


def negative_binomial(rng: Random, mean: float, size: float) -> int:
    """Draw a gamma-mixed Poisson count: variance = mean + mean^2 / size."""
    if mean <= 0.0:
        return 0
    return poisson(rng, rng.gammavariate(size, mean / size))


def lognormal_of_mean(rng: Random, mean: float, sigma: float) -> float:
    """Draw a lognormal with arithmetic mean `mean` and standard deviation `sigma` of the logarithm."""
    if mean <= 0.0:
        return 0.0
    return mean * math.exp(sigma * rng.gauss(0.0, 1.0) - sigma * sigma / 2)


def lomax_of_mean(rng: Random, mean: float, alpha: float) -> float:
    """Draw from the Pareto law of the second kind with arithmetic mean `mean`: P(X > x) = (1 + x / scale)^-alpha."""
    scale = mean * (alpha - 1.0)
    return scale * ((1.0 - rng.random()) ** (-1.0 / alpha) - 1.0)


def length(rng: Random, mean: float, cv: float, family: str, alpha: float | None = None) -> Callable[[], float]:
    """Return what draws one length of the given mean each time it is called: of a lomax by alpha, else by cv."""
    if family == "lomax":
        assert alpha is not None
        return lambda: lomax_of_mean(rng, mean, alpha)
    if mean <= 0.0 or cv <= 0.0:
        return lambda: mean
    if family == "gamma":
        shape, scale, gamma = 1.0 / cv**2, mean * cv**2, rng.gammavariate
        return lambda: gamma(shape, scale)
    variance = math.log(1.0 + cv * cv)
    middle, sigma, exp, gauss = math.log(mean) - variance / 2, math.sqrt(variance), math.exp, rng.gauss
    return lambda: exp(gauss(middle, sigma))


def cholesky(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the lower triangle L with L L' = matrix.

    Raises:
        ValueError: if the matrix is not positive definite.
    """
    size = len(matrix)
    lower = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row + 1):
            rest = matrix[row][column] - math.fsum(lower[row][k] * lower[column][k] for k in range(column))
            if row != column:
                lower[row][column] = rest / lower[column][column]
            elif rest <= 0.0:
                raise ValueError(f"not positive definite: pivot {row} is {rest:g}")
            else:
                lower[row][row] = math.sqrt(rest)
    return lower


def correlated(rng: Random, lower: Sequence[Sequence[float]]) -> list[float]:
    """Draw normal scores whose covariance is L L'."""
    plain = [rng.gauss(0.0, 1.0) for _ in lower]
    return [math.fsum(weight * score for weight, score in zip(row, plain, strict=True)) for row in lower]


def gamma_cdf(shape: float, x: float) -> float:
    """Return the regularised lower incomplete gamma function P(shape, x).

    Series below shape + 1, continued fraction above (Abramowitz and Stegun 6.5.29 and 6.5.31).
    """
    if x <= 0.0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:
        term = total = 1.0 / shape
        denominator = shape
        while abs(term) > 1e-17 * total:
            denominator += 1.0
            term *= x / denominator
            total += term
        return front * total
    fraction = _continued_fraction(lambda k: (-k * (k - shape), x + 2 * k + 1 - shape), x + 1 - shape)
    return 1.0 - front / fraction


def beta_cdf(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b) (continued fraction 26.5.8 of A. and S.)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_cdf(b, a, 1.0 - x)
    log_front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)

    def term(k: int) -> tuple[float, float]:
        m = k // 2
        if k % 2 == 0:
            return m * (b - m) * x / ((a + k - 1) * (a + k)), 1.0
        return -(a + m) * (a + b + m) * x / ((a + k - 1) * (a + k)), 1.0

    return math.exp(log_front) / a / _continued_fraction(term, 1.0)


def _continued_fraction(term: Callable[[int], tuple[float, float]], first: float) -> float:
    """Evaluate first + a_1 / (b_1 + a_2 / (b_2 + ...)) by Lentz's method, term(k) = (a_k, b_k)."""
    tiny = 1e-300
    value = upper = first or tiny
    lower, k, change = 0.0, 0, 0.0
    while abs(change - 1.0) > 1e-15 and k < 100_000:
        k += 1
        a, b = term(k)
        lower = 1.0 / ((b + a * lower) or tiny)
        upper = (b + a / upper) or tiny
        change = upper * lower
        value *= change
    return value


def _solve(cdf: Callable[[float], float], probability: float, low: float, high: float) -> float:
    """Return where an increasing function passes a probability, by bisection to the last digits."""
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if cdf(middle) < probability:
            low = middle
        else:
            high = middle
        if high - low < 1e-14 * max(1.0, abs(low)):
            break
    return (low + high) / 2


def gamma_quantile(shape: float, probability: float) -> float:
    """Return the quantile of the gamma law of given shape and scale 1, found on the log scale."""
    low, high = -40.0 / min(shape, 1.0), math.log(shape + 60.0 + 40.0 * math.sqrt(shape))
    return math.exp(_solve(lambda y: gamma_cdf(shape, math.exp(y)), probability, low, high))


def beta_quantile(a: float, b: float, probability: float) -> float:
    """Return the quantile of Beta(a, b), found on the logit scale."""
    low, high = -40.0 / min(a, 1.0), 40.0 / min(b, 1.0)
    return _expit(_solve(lambda y: beta_cdf(a, b, _expit(y)), probability, low, high))


def _expit(y: float) -> float:
    return 1.0 / (1.0 + math.exp(-y)) if y > -700.0 else math.exp(y)
