"""How many random futures tell as much as 4,096 at Sobol points: `python -m tests.nets.equivalent [SEEDS]`.

For each shipped scenario, expected values are simulated from many seeds. The standard error of a figure at Sobol
points is its standard deviation over the seeds; that of random futures is found by drawing 10,000 of them again and
again from the futures of all seeds together, which are a sample of the law a hundred times larger. As errors of random
futures fall with the square root of their number, 10,000 (error of 10,000 / error at Sobol points)^2 tell as much.

It prints the table of docs/futures.md: medians over the contracts in thousands, and of P90 and P95 the ratio of the
errors of 4,096 at Sobol points and of 10,000 random futures, the largest of a contract, with the ratio's own error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from tests.nets.costs import FUTURES, costs_of, scenario_of
from tests.scenarios.shipped import SHIPPED

SEEDS: Final = 100
PLAIN: Final = 10_000
DRAWS: Final = 1_000
FIGURES: Final = ("mean", "P50", "P90", "P95", "P99", "dearest 5 %")


def figures_of(x: Array) -> Array:
    """Return the six figures of a sample of costs, shape (figure,)."""
    return np.array([risk.mean(x), *risk.quantiles(x, (0.5, 0.9, 0.95, 0.99)), risk.cvar(x, 0.95)])


def errors(costs: Array) -> Array:
    """Return the standard errors of the figures over runs, (contract, figure), of costs (run, contract, trial)."""
    found = np.array([[figures_of(each) for each in run] for run in costs])
    return np.asarray(found.std(axis=0, ddof=1))


def errors_of_random(costs: Array, futures: int = PLAIN, draws: int = DRAWS) -> Array:
    """Return the standard errors of the figures of so many random futures, shape (contract, figure)."""
    rng = np.random.default_rng(1)
    pools = costs.swapaxes(0, 1).reshape(costs.shape[1], -1)
    found = []
    for pool in pools:
        drawn = [figures_of(pool[rng.integers(0, len(pool), futures)]) for _ in range(draws)]
        found.append(np.std(drawn, axis=0, ddof=1))
    return np.array(found)


def ratio_error(seeds: int) -> float:
    """Return the relative standard error of a ratio of standard deviations, over seeds and over draws."""
    return float(np.sqrt(0.5 / (seeds - 1) + 0.5 / (DRAWS - 1)))


def table(seeds: int) -> Iterator[str]:
    """Yield the lines of the table in Markdown."""
    yield f"| scenario | {' | '.join(FIGURES)} | error of P90, against 10,000 random | of P95 |"
    yield f"|---|{'---|' * (len(FIGURES) + 2)}"
    for name in SHIPPED:
        costs = costs_of(scenario_of(name), range(1, seeds + 1))
        moving = costs.reshape(len(costs), costs.shape[1], -1).std(axis=(0, 2)) > 0
        if not moving.any():
            yield f"| `{name}` | its expected values do not vary {'| ' * (len(FIGURES) + 2)}"
            continue
        costs = costs[:, moving]
        ours, random = errors(costs), errors_of_random(costs)
        equivalent = np.median(PLAIN * (random / np.maximum(ours, 1e-300)) ** 2, axis=0)
        ratios = ours / random
        own = ratio_error(seeds)
        worst = [f"{ratios[:, place].max():.2f} +- {ratios[:, place].max() * own:.2f}" for place in (2, 3)]
        amounts = [f"{each / 1_000:,.0f}" if each < 1e9 else "exact" for each in equivalent]
        yield f"| `{name}` | {' | '.join(amounts)} | {' | '.join(worst)} |"


if __name__ == "__main__":
    print(f"{FUTURES:,} futures at Sobol points tell as much as so many thousand random ones")
    for line in table(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS):
        print(line, flush=True)
