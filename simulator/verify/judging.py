"""All comparisons of some quantities. What a sample has only nearly is compared where it is near enough.

By construction a sampled month has the expected value, and the variance and covariance of a whole month
(sampling.sampled): means, squares and products of residuals are compared everywhere. Its third cumulant is larger, so a
share of futures at or below an edge is only nearly that of whole months. If k is the third cumulant of the noise of
horizon totals and s their sd over futures, that moves such a share by k (z^2 - 1) phi(z) / (6 s^3) at the normal score
z (Edgeworth), at most by 0.4 k / (6 s^3). An edge is judged where that is at most a quarter of the standard error, and
the noise at most a third of s, so that steps of a sample's counts are smoothed away.

The squares of amounts such as tokens, minutes and hours are carried by few large ones. Where a sample is a small share
of the cases it has hardly any of them, which its own standard error does not show: there, squares and products of
residuals are judged of counts alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.contracts.invoices.whole_units import counts_whole
from simulator.verify.comparisons import Compared, Comparison, compared, exact
from simulator.verify.quantities import ROUNDING, ComparedQuantity, Noise

LEAST_MONTHS: Final = 100
"""Months in which a quantity must be drawn at all to be judged."""
LEAST_SHARE: Final = 1 / 16
"""Share of the cases in the sample from which on squares and products of amounts are judged."""
LEAST_EXPECTED: Final = 10_000.0
"""Units from which on it is wrong that none was drawn, whatever share of cases has them."""
LEAST_MOVED: Final = 30
"""Futures that lie on other sides of an edge in the two engines, for it to be judged."""
EDGES: Final = (0.1, 0.5, 0.9, 0.95, 0.99)
"""Quantiles of both engines' horizon totals together, at which their shares of futures are compared."""
MOST_CORRELATED: Final = 25
"""Contracts whose invoices are compared in pairs."""
MOST_NOISE: Final = 1 / 3
MOST_MOVED: Final = 0.25
_STEEPEST: Final = 0.4 / 6


def comparisons(quantities: Sequence[ComparedQuantity], share: Array) -> list[Comparison]:
    """Return all comparisons of the quantities, without those in which nothing differs.

    Args:
        share: of the cases that the sampled engine draws, shape (trial, month).
    """
    found: list[Comparison | None] = []
    amounts = float(share.mean()) >= LEAST_SHARE
    for quantity in quantities:
        found += [*_never(quantity, share), *_of_noise(quantity, amounts), *_of_bills(quantity)]
    return [each for each in (*found, *_correlations(quantities, amounts)) if each is not None]


def _frequent(*every: Noise | None) -> bool:
    return all(noise is None or noise.occurs >= LEAST_MONTHS for noise in every)


def _tame(quantity: ComparedQuantity, amounts: bool) -> bool:
    """Return whether squares of a quantity's residuals are judged.

    Args:
        amounts: whether those of amounts are.
    """
    return _frequent(quantity.ledger, quantity.sampled) and (amounts or quantity.counts)


def _never(quantity: ComparedQuantity, share: Array) -> Iterator[Comparison]:
    """Yield what cannot be: units of which none are expected, or none where many are.

    In a month in which a share f of the cases is drawn, something occurs with at least f times the chance of a whole
    month.
    """
    ledger, sampled, expected = quantity.ledger, quantity.sampled, quantity.expected
    if ledger is None:
        return
    if quantity.kind == "meter" and np.any((expected == 0) & (ledger.residuals != 0)):
        yield exact("never", quantity.key, float(ledger.residuals[expected == 0].sum()))
    many = quantity.kind == "meter" and counts_whole(quantity.name) and expected.sum() >= LEAST_EXPECTED
    others = 0 if sampled is None else sampled.occurs
    if ledger.occurs == 0 and (many or others >= LEAST_MONTHS):
        yield exact("never", quantity.key, -1.0)
    if sampled is not None and sampled.occurs == 0 and ledger.occurs * float(share.mean()) >= LEAST_MONTHS:
        yield exact("sampled", quantity.key, -1.0)


def _of_noise(quantity: ComparedQuantity, amounts: bool) -> Iterator[Comparison | None]:
    ledger, sampled, size = quantity.ledger, quantity.sampled, float(np.abs(quantity.expected).sum())
    if ledger is None:
        return
    yield compared(Compared("expected", quantity.key), _units(quantity, ledger), size, frequent=_frequent(ledger))
    if sampled is None:
        return
    yield compared(Compared("sampled", quantity.key), _units(quantity, sampled), size, frequent=_frequent(sampled))
    squares = [(each**2).sum(axis=1) for each in weighed(quantity)]
    together = float(squares[0].sum() + squares[1].sum())
    tame = _tame(quantity, amounts)
    yield compared(Compared("spread", quantity.key), squares[0] - squares[1], together, frequent=tame)


def _units(quantity: ComparedQuantity, noise: Noise) -> Array:
    """Return independent sums of residuals: months of a meter, futures of an invoice, as years may bind months."""
    return noise.beside_cases.ravel() if quantity.kind == "meter" else noise.beside_cases.sum(axis=1)


def weighed(quantity: ComparedQuantity) -> tuple[Array, Array]:
    """Return the residuals of both engines over the root of what is expected, shape (trial, month)."""
    assert quantity.ledger is not None and quantity.sampled is not None
    size = np.abs(quantity.expected)
    weight = np.where(size > 0, np.sqrt(np.where(size > 0, size, 1.0)), 1.0)
    return quantity.ledger.residuals / weight, quantity.sampled.residuals / weight


def _of_bills(quantity: ComparedQuantity) -> Iterator[Comparison | None]:
    """Yield the comparisons of what a contract bills in the horizon."""
    if quantity.bills is None or quantity.sampled is None or quantity.off:
        return
    ledger, sampled = (bill.sum(axis=1) for bill in quantity.bills)
    gaps = ledger - sampled
    gaps = np.where(np.abs(gaps) > ROUNDING * (np.abs(ledger) + np.abs(sampled)), gaps, 0.0)
    yield compared(Compared("total", quantity.key), gaps, float(np.abs(ledger).sum() + np.abs(sampled).sum()) / 2)
    edges = np.quantile(np.concatenate([ledger, sampled]), EDGES, method="inverted_cdf")
    noise = sampled - quantity.expected.sum(axis=1)
    for level, edge in zip(EDGES, edges, strict=True):
        slack = edge + ROUNDING * abs(edge)
        terms = (ledger <= slack).astype(np.float64) - (sampled <= slack)
        moved = terms[terms != 0]
        found = compared(
            Compared("edge", quantity.key, level=level), moved, len(terms), frequent=len(moved) >= LEAST_MOVED
        )
        if found is not None and _near(noise, float(sampled.std()), found.error):
            yield found


def _near(noise: Array, spread: float, error: float) -> bool:
    """Return whether the third cumulant of a sample moves an edge by too little to be seen."""
    if float(np.sqrt((noise**2).mean())) > MOST_NOISE * spread:
        return False
    cubes = float(((noise - noise.mean()) ** 3).mean())
    return bool(_STEEPEST * abs(cubes) / spread**3 <= MOST_MOVED * error)


def _correlations(quantities: Sequence[ComparedQuantity], amounts: bool) -> Iterator[Comparison | None]:
    """Yield those of every two invoices and of cases and minutes of people; and of every meter with cases."""
    noisy = [each for each in quantities if each.sampled is not None and each.ledger is not None]
    common = [each for each in noisy if each.key in ("meter cases", "meter human_minutes")]
    shown = common + [each for each in noisy if each.kind == "invoice"][:MOST_CORRELATED]
    cases = [each for each in common if each.name == "cases"]
    scaled = {each.key: _unit(*weighed(each)) for each in noisy}
    pairs = [*combinations(shown, 2), *((first, each) for first in cases for each in noisy if each.kind == "meter")]
    for one, other in {(first.key, second.key): (first, second) for first, second in pairs}.values():
        u, v = scaled[one.key], scaled[other.key]
        if one is not other and u is not None and v is not None:
            tame = _tame(one, amounts) and _tame(other, amounts)
            yield _correlation(one.key, other.key, u, v, frequent=tame)


def _correlation(
    one: str, other: str, u: tuple[Array, Array], v: tuple[Array, Array], *, frequent: bool
) -> Comparison | None:
    r = float(np.mean([np.mean(x * y) for x, y in zip(u, v, strict=True)]))
    if 1 - abs(r) < ROUNDING:
        return None
    influence = [(x * y - r * (x * x + y * y) / 2).sum(axis=1) for x, y in zip(u, v, strict=True)]
    terms = influence[0] - influence[1]
    return compared(Compared("correlation", one, other=other), terms, float(u[0].size), frequent=frequent)


def _unit(ledger: Array, sampled: Array) -> tuple[Array, Array] | None:
    """Return residuals over their common root mean square, or None where there is no noise."""
    size = float(np.sqrt((np.mean(ledger**2) + np.mean(sampled**2)) / 2))
    return (ledger / size, sampled / size) if size > 0 else None
