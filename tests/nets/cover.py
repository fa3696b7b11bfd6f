"""How often 95 % intervals of futures at Sobol points cover: `python -m tests.nets.cover [RUNS]`.

Each run is 4,096 futures of expected values with a seed of its own; the truth is that of all runs together, whose own
error is 1 / sqrt(runs) of one run's. Beside the invoices of a scenario's contracts stand the same ones with an atom: at
most their P93, as a cap makes it, and at least their P40, as a minimum does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.futures.nets import nets_of
from simulator.risk import Interval, Net
from tests.nets.costs import costs_of, scenario_of

RUNS: Final = 600
CASES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "broad_cx": ("broad_cx", ()),
    "broad_cx, correlated": (
        "broad_cx",
        (
            "drivers.correlation={ demand = { escalation = 0.6, complexity = 0.4 }, escalation = { returning = 0.5 } }",
            'correlations=[{ between = ["outcomes.escalate_log_odds", "returns.log_odds"], rho = 0.6 }]',
        ),
    ),
    "seasonal_retail": ("seasonal_retail", ()),
}
"""Scenarios, by what the table calls them."""
LEVELS: Final = (0.5, 0.9, 0.95, 0.99)
SHARES: Final = (0.7, 0.93, 0.99)
"""Quantiles at which the share of futures over an amount is looked at."""


@dataclass(frozen=True, slots=True)
class Truths:
    """What intervals should cover, from all runs together."""

    mean: float
    quantiles: tuple[float, ...]
    tail: float
    amounts: tuple[float, ...]
    over: tuple[float, ...]
    overrun: tuple[float, ...]

    @classmethod
    def of(cls, pool: Array) -> Truths:
        """Return the truths of a sample of all futures, shape (trials,)."""
        amounts = tuple(risk.quantiles(pool, SHARES))
        return cls(
            risk.mean(pool),
            tuple(risk.quantiles(pool, LEVELS)),
            risk.cvar(pool, 0.95),
            amounts,
            tuple(float(np.mean(pool > each)) for each in amounts),
            tuple(risk.mean(pool[pool > each] - each) if np.any(pool > each) else 0.0 for each in amounts),
        )


def single(x: Array, truths: Truths, net: Net) -> Iterator[tuple[str, Interval | None, float]]:
    """Yield each figure of a cost with its interval and what it should cover."""
    yield "mean", risk.mean_interval(x, net=net), truths.mean
    for level, truth in zip(LEVELS, truths.quantiles, strict=True):
        yield f"P{100 * level:g}", risk.quantile_interval(x, level, net=net), truth
    yield "dearest 5 %", risk.cvar_interval(x, 0.95, net=net), truths.tail
    for level, amount, share, overrun in zip(SHARES, truths.amounts, truths.over, truths.overrun, strict=True):
        found = risk.probability_over(x, amount, net)
        if share > 0:
            yield f"share over P{100 * level:g}", found.probability_interval, share
            yield f"overrun over P{100 * level:g}", found.overrun_interval, overrun


def pairs(
    a: Array, b: Array, truths: tuple[float, float, float], net: Net
) -> Iterator[tuple[str, Interval | None, float]]:
    """Yield the figures of a difference.

    Args:
        truths: its mean, the difference of P90s, and the share of futures in which the first is less.
    """
    yield "difference of means", risk.mean_interval(a - b, net=net), truths[0]
    yield "difference of P90s", risk.quantile_difference_interval(a, b, 0.9, net=net), truths[1]
    yield "share cheaper", risk.share_interval(a < b, net=net), truths[2]


def covers(costs: Array, net: Net) -> dict[str, list[float]]:
    """Return by figure how often its interval covers, one share a cost of shape (run, cost, trial)."""
    found: dict[str, list[float]] = {}

    def note(hits: Mapping[str, list[bool]]) -> None:
        for name, each in hits.items():
            found.setdefault(name, []).append(float(np.mean(each)))

    pools = [np.sort(costs[:, place].ravel()) for place in range(costs.shape[1])]
    for place, pool in enumerate(pools):
        other = (place + 1) % len(pools)
        truths, hits = Truths.of(pool), dict[str, list[bool]]()
        less = float(np.mean(costs[:, place] < costs[:, other]))
        p90s = [risk.quantile(each, 0.9) for each in (pool, pools[other])]
        paired = (truths.mean - risk.mean(pools[other]), p90s[0] - p90s[1], less)
        for run in costs:
            figures = [*single(run[place], truths, net), *pairs(run[place], run[other], paired, net)]
            for name, interval, truth in figures:
                if interval is not None:
                    slack = 1e-9 * abs(truth)
                    hits.setdefault(name, []).append(interval.low - slack <= truth <= interval.high + slack)
        note(hits)
    return found


def with_atoms(costs: Array) -> Array:
    """Return costs with an atom: at most their P93, and at least their P40, shape (run, 2 x cost, trial)."""
    cap = np.array([risk.quantile(costs[:, place].ravel(), 0.93) for place in range(costs.shape[1])])
    least = np.array([risk.quantile(costs[:, place].ravel(), 0.4) for place in range(costs.shape[1])])
    return np.concatenate([np.minimum(costs, cap[:, None]), np.maximum(costs, least[:, None])], axis=1)


def table(runs: int) -> Iterator[str]:
    """Yield the lines of a table in Markdown: mean and least of a figure's covers over the contracts, in percent."""
    yield "| scenario | figure | cover, mean of the contracts | least | most |"
    yield "|---|---|---|---|---|"
    for title, (name, settings) in CASES.items():
        costs = costs_of(scenario_of(name, settings), range(1, runs + 1))
        for what, each in ((title, costs), (f"{title}, atoms", with_atoms(costs))):
            for figure, shares in covers(each, nets_of(costs.shape[2])).items():
                yield f"| {what} | {figure} | {np.mean(shares):.1%} | {min(shares):.1%} | {max(shares):.1%} |"


if __name__ == "__main__":
    for line in table(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS):
        print(line, flush=True)
