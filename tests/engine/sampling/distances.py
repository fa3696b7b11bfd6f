"""How far two runs of the same futures are apart: figures of their invoices, and the standard errors of differences.

Engines share the unknowns and drivers of every future, so the figures of two runs move together, and their difference
is known much better than either. Its standard error comes from drawing futures again with replacement, each with both
of its invoices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.contracts import invoice
from simulator.engine.results import Results
from simulator.forecast.bills import values_of
from simulator.scenario.stated.compiled_terms import compile_terms

LEVELS: Final = (0.50, 0.90, 0.95, 0.99)
TAIL: Final = 0.95
FIGURES: Final = ("mean", "sd", "P50", "P90", "P95", "P99", "tail mean")
TOLERANCE: Final = np.array([0.001, 0.001, 0.001, 0.001, 0.001, 0.003, 0.003])
"""Of each figure for the whole horizon, as a share of the amount; of months twice as much."""
ERRORS: Final = 3.0
"""Standard errors by which a difference may be beyond its tolerance."""
RESAMPLES: Final = 100


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the figures of one contract's invoices are apart, as shares of the amount, in the order of FIGURES.

    The amount is the figure itself, of sd the mean.

    Attributes:
        difference: ours less theirs.
        error: standard error of the difference.
        tolerance: that it may have besides the error.
    """

    contract: str
    difference: Array
    error: Array
    tolerance: Array

    @property
    def beyond(self) -> Array:
        """Each difference over what it may be: above 1 where it exceeds that."""
        allowed = self.tolerance + ERRORS * self.error
        return np.abs(self.difference) / allowed


class Sample:
    """Invoices of some futures in ascending order, with the future of each."""

    def __init__(self, values: Array) -> None:
        """Take invoices, shape (future,) or (future, month): all months together are one sample."""
        flat = values.reshape(len(values), -1)
        order = np.argsort(flat, axis=None, kind="stable")
        self.values, self.future = flat.ravel()[order], order // flat.shape[1]

    def figures(self, times: Array) -> Array:
        """Return the figures where each future counts so many times, in the order of FIGURES."""
        weights = times[self.future]
        upto = np.cumsum(weights)
        whole = upto[-1]
        mean = weights @ self.values / whole
        sd = np.sqrt(weights @ (self.values - mean) ** 2 / whole)
        places = np.searchsorted(upto, np.array([*LEVELS, TAIL]) * whole * (1 - 1e-12))
        *quantiles, edge = self.values[places]
        beyond = weights @ np.maximum(self.values - edge, 0.0) / whole / (1 - TAIL)
        return np.array([mean, sd, *quantiles, edge + beyond])


def distance(contract: str, ours: Array, theirs: Array, tolerance: Array = TOLERANCE) -> Distance:
    """Return how far two runs of the same futures are apart, each of shape (future,) or (future, month)."""
    if np.array_equal(ours, theirs):
        return Distance(contract, np.zeros(len(FIGURES)), np.zeros(len(FIGURES)), tolerance)
    first, second = Sample(ours), Sample(theirs)
    every = np.ones(len(ours))
    of = second.figures(every)
    again = [first.figures(times) - second.figures(times) for times in _drawn_again(len(ours))]
    return Distance(contract, *_shares(of, first.figures(every) - of, np.std(again, axis=0)), tolerance)


def distance_from_law(contract: str, ours: Array, exact: Array, tolerance: Array = TOLERANCE) -> Distance:
    """Return how far a run is from the exact figures of its law."""
    sample = Sample(ours)
    again = [sample.figures(times) for times in _drawn_again(len(ours))]
    difference = sample.figures(np.ones(len(ours))) - exact
    return Distance(contract, *_shares(exact, difference, np.std(again, axis=0)), tolerance)


def _drawn_again(futures: int) -> Iterator[Array]:
    """Yield how often each future is drawn where all are drawn again with replacement."""
    generator = np.random.default_rng(7)
    for _ in range(RESAMPLES):
        yield np.bincount(generator.integers(futures, size=futures), minlength=futures).astype(np.float64)


def _shares(of: Array, *found: Array) -> Iterator[Array]:
    """Yield differences and errors as shares of the amounts."""
    amount = np.maximum(np.where(np.array(FIGURES) == "sd", of[0], of), 1e-300)
    yield from (each / amount for each in found)


def invoices(results: Results) -> dict[str, Array]:
    """Return the invoices of every contract, shape (future, month)."""
    values = values_of(results)
    contracts: Mapping = compile_terms(results.scenario).contracts
    return {
        name: np.asarray(invoice(contract, results.priced_meters(contract), values).total)
        for name, contract in contracts.items()
    }


def distances(ours: Mapping[str, Array], theirs: Mapping[str, Array]) -> dict[str, list[Distance]]:
    """Return how far all contracts are apart, for the whole horizon and for months."""
    return {
        "horizon": [distance(name, values.sum(axis=1), theirs[name].sum(axis=1)) for name, values in ours.items()],
        "months": [distance(name, values, theirs[name], 2 * TOLERANCE) for name, values in ours.items()],
    }


def worst(found: list[Distance]) -> Distance:
    """Return the contract that is farthest beyond, or least within, what its figures may be apart."""
    return max(found, key=lambda each: float(each.beyond.max()))
