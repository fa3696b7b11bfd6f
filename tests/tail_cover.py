"""How often the 95 % interval of a CVaR covers the truth, by law and number of futures: `python -m tests.tail_cover`.

The laws are like those of invoices over a horizon: near normal, lognormal with a coefficient of variation of 0.3 to 1,
with an atom where a cap or a minimum acts, and with a rare dear month. `risk.LEAST_IN_TAIL` was chosen from the table
that this prints (docs/decisions/0047-what-futures-tell.md).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import numpy as np
from scipy.special import ndtri

from simulator import risk
from simulator.arrays import Array

Law = Callable[[Array], Array]
"""Quantile function: values at levels in (0, 1)."""

FUTURES: Final = (100, 200, 500, 1_000, 2_000, 5_000, 10_000)
LEVELS: Final = (0.9, 0.95, 0.99)
POINTS: Final = 1_000_000


def lognormal(u: Array, cv: float) -> Array:
    """Return quantiles of a lognormal of mean 1."""
    log_sd = np.sqrt(np.log1p(cv**2))
    return np.asarray(np.exp(log_sd * ndtri(u) - log_sd**2 / 2))


def _capped(u: Array) -> Array:
    return np.minimum(lognormal(u, 0.6), lognormal(np.array(0.97), 0.6))


def _floored(u: Array) -> Array:
    return np.maximum(lognormal(u, 0.6), lognormal(np.array(0.5), 0.6))


def _rare(u: Array) -> Array:
    return np.asarray(1 + 0.1 * ndtri(u) + 0.3 * (u > 0.96))


LAWS: Final[Mapping[str, Law]] = {
    "normal, cv 0.15": lambda u: np.asarray(1 + 0.15 * ndtri(u)),
    "lognormal, cv 0.3": partial(lognormal, cv=0.3),
    "lognormal, cv 0.6": partial(lognormal, cv=0.6),
    "lognormal, cv 1": partial(lognormal, cv=1.0),
    "lognormal, cv 0.6, cap at P97": _capped,
    "lognormal, cv 0.6, minimum at P50": _floored,
    "rare dear month, 4 %": _rare,
}


def true_cvar(law: Law, p: float) -> float:
    """Return the mean of the dearest share 1 - p of a law, from the middles of a million equally likely parts of it."""
    return float(law(p + (1 - p) * (np.arange(POINTS) + 0.5) / POINTS).mean())


def cover(law: Law, p: float, futures: int, repeats: int, seed: int) -> float:
    """Return the share of samples whose interval holds the truth, withheld or not; a hair's width is forgiven."""
    draws, truth, hits = np.random.default_rng(seed), true_cvar(law, p), 0
    for _ in range(repeats):
        x = law(draws.random(futures))
        hits += abs(risk.cvar(x, p) - truth) <= risk.cvar_half_width(x, p) + 1e-9 * truth
    return hits / repeats


def main(repeats: int = 2_000) -> None:
    """Print the table, percent of the samples whose nominal 95 % interval covers."""
    print(f"{'law':36}{'CVaR':>6}" + "".join(f"{futures:>8,}" for futures in FUTURES))
    for p in LEVELS:
        for name, law in LAWS.items():
            found = (100 * cover(law, p, futures, repeats, seed=futures) for futures in FUTURES)
            print(f"{name:36}{p:>6}" + "".join(f"{each:>8.1f}" for each in found), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
