"""The trial level of futures: uncertain inputs, once per trial, from scores. docs/model.md section 1."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from simulator.arrays import Array
from simulator.futures.scores import AGAIN, normal_scores
from simulator.law.copula import cholesky, mix_scores
from simulator.quantities.distributions import Quantity
from simulator.scenario import quantities
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import Correlation
from simulator.streams import BLOCK_TRIALS


@dataclass(frozen=True, slots=True)
class Unknowns:
    """Values of a scenario's numbers in some consecutive trials.

    Attributes:
        trials: how many trials.
        drawn: dotted name -> values, shape (trials,), of every uncertain input.
    """

    trials: int
    drawn: Mapping[str, Array]

    def __call__(self, quantity: Quantity) -> Array:
        """Return the values of one number, shape (trials,)."""
        if quantity.fixed:
            return np.full(self.trials, quantity.center)
        return self.drawn[quantity.name]

    def stack(self, numbers: Iterable[Quantity]) -> Array:
        """Return the values of several numbers, shape (trials, numbers)."""
        return np.stack([self(number) for number in numbers], axis=1)

    def part(self, first: int, count: int) -> Unknowns:
        """Return the values of trials first .. first + count - 1 of these."""
        chosen = {name: values[first : first + count] for name, values in self.drawn.items()}
        return Unknowns(count, chosen)


def unknown_numbers(scenario: Scenario) -> tuple[Quantity, ...]:
    """Return the uncertain inputs of a scenario."""
    return tuple(quantity for quantity in quantities(scenario) if not quantity.fixed)


def draw_unknowns(
    scenario: Scenario, block: int, numbers: Iterable[Quantity] | None = None, again: Collection[str] = ()
) -> Unknowns:
    """Draw every unknown of one block of trials.

    A number's score depends on the seed, its name and the future only, unless a correlation names it.

    Args:
        numbers: the scenario's unknown numbers, where they were looked up before.
        again: names of those that are drawn once more, independently of the first time.
    """
    unknown = unknown_numbers(scenario) if numbers is None else tuple(numbers)
    found = normal_scores(scenario, [f"{AGAIN if q.name in again else ''}unknown.{q.name}" for q in unknown], block)
    scores = {q.name: score for q, score in zip(unknown, found, strict=True)}
    scores |= correlated_scores(scores, scenario.correlations)
    return Unknowns(BLOCK_TRIALS, {q.name: q.at(scores[q.name]) for q in unknown})


def correlated_scores(scores: Mapping[str, Array], correlations: tuple[Correlation, ...]) -> dict[str, Array]:
    """Return the scores of all numbers that a correlation names: Cholesky factor times their own scores."""
    names = sorted({name for pair in correlations for name in pair.between})
    if not names:
        return {}
    matrix = np.eye(len(names))
    for pair in correlations:
        first, second = (names.index(name) for name in pair.between)
        matrix[first, second] = matrix[second, first] = pair.rho
    return dict(zip(names, mix_scores(cholesky(matrix), [scores[name] for name in names]), strict=True))
