"""Made-up engines with a known law: Poisson counts of three kinds of cases, gamma sums of tokens and minutes on top.

All have the same drivers in every trial, as the real ones do; a fault can be planted in each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from simulator.arrays import Array
from simulator.engine.results import Results, Sampling
from simulator.engine.sampling.sampling_fraction import sampled_share, scaled
from simulator.scenario.schema import Scenario
from simulator.streams import stream
from simulator.verify import Sample
from simulator.verify.suite import Simulated, Which
from simulator.verify.volume import cases_per_month
from tests.synthetic import CONTRACTS
from tests.synthetic import scenario as made_up

KINDS = {"solved": 0.5, "silent": 0.2, "escalated": 0.3}
TOKENS = {
    "input": (20_000.0, 1.0),
    "cached_input": (5_000.0, 1.0),
    "cache_write": (900.0, 1.0),
    "output": (1_500.0, 1.5),
}
"""Mean and squared coefficient of variation of a case."""
MINUTES = (9.0, 1.0)
SAMPLE = Sample(64, {16: 0.008, 64: 0.0036, 256: 0.0014, 1_024: 0.0003})
Fault = Callable[[dict[str, Array], dict[str, Array], np.random.Generator], None]
"""Changes meters in place, given what is expected of them."""


def scenario(**changes: Any) -> Scenario:
    """Return a small scenario with four contracts, all linear."""
    return made_up(**{"contracts": CONTRACTS, "trials": 120, "sample": SAMPLE.size, **changes})


def engines(faults: Mapping[str, Fault] | None = None, *, noise: int = 0) -> Simulated:
    """Return engines of one law; `noise` gives other conversations, a fault stands under the name of its engine."""

    def run(of: Scenario, which: Which) -> Results:
        drivers = stream(of.seed, "test.demand").standard_normal((of.trials, of.months))
        demand = np.exp(0.1 * drivers)
        expected = _meters({kind: cases_per_month(of) * share * demand for kind, share in KINDS.items()}, None)
        meters = dict(expected)
        rng = stream(of.seed, f"test.{'ledger' if which == 'whole' else which}", noise)
        share = sampled_share(expected["cases"], of.sample or SAMPLE.size) if which == "sampled" else 1 + 0 * demand
        if which != "expected":
            sums = _meters({kind: rng.poisson(share * expected[kind]).astype(float) for kind in KINDS}, rng)
            meters = scaled(expected, sums, share)
        if faults and which in faults:
            faults[which](meters, expected, rng)
        sampling = (
            Sampling(of.sample or SAMPLE.size, (), {"share": share, "level": 0 * share}) if which == "sampled" else None
        )
        return Results(of, meters, {}, {"demand": demand}, which, sampling)

    return run


def _meters(counts: dict[str, Array], rng: np.random.Generator | None) -> dict[str, Array]:
    cases = counts["solved"] + counts["silent"] + counts["escalated"]

    def total(number: Array, mean: float, cv2: float) -> Array:
        return mean * number if rng is None else mean * cv2 * rng.gamma(np.maximum(number, 1e-12) / cv2)

    return {
        **counts,
        "cases": cases,
        "conversations": 0.97 * cases,
        "resolutions:assumed_24h": counts["solved"] + counts["silent"],
        "resolutions:verified_72h": counts["solved"],
        "human_minutes": total(counts["escalated"], *MINUTES),
        **{f"tokens:small:{name}": total(cases, *law) for name, law in TOKENS.items()},
    }


def biased(meter: str, share: float) -> Fault:
    """Make a meter larger by a share."""

    def plant(meters: dict[str, Array], expected: dict[str, Array], rng: np.random.Generator) -> None:
        meters[meter] = meters[meter] * (1 + share)

    return plant


def wider(meter: str, share: float) -> Fault:
    """Make the noise of a meter larger by a share, its mean as it was."""

    def plant(meters: dict[str, Array], expected: dict[str, Array], rng: np.random.Generator) -> None:
        meters[meter] = expected[meter] + (1 + share) * (meters[meter] - expected[meter])

    return plant


def uncorrelated(meter: str) -> Fault:
    """Give a meter of counts noise of its own: its law is as it was, what it has in common with others is gone."""

    def plant(meters: dict[str, Array], expected: dict[str, Array], rng: np.random.Generator) -> None:
        meters[meter] = rng.poisson(expected[meter]).astype(float)

    return plant


def dropped(meter: str) -> Fault:
    """Leave a meter out."""

    def plant(meters: dict[str, Array], expected: dict[str, Array], rng: np.random.Generator) -> None:
        del meters[meter]

    return plant


def forgotten(meter: str) -> Fault:
    """Count nothing in a meter."""

    def plant(meters: dict[str, Array], expected: dict[str, Array], rng: np.random.Generator) -> None:
        meters[meter] = 0 * meters[meter]

    return plant


def never_sampled(meter: str) -> Fault:
    """Leave what a sample draws of a meter out, so that only the part of its expected value stays."""

    def plant(meters: dict[str, Array], expected: dict[str, Array], rng: np.random.Generator) -> None:
        share = sampled_share(expected["cases"], SAMPLE.size)
        meters[meter] = (1 - np.sqrt(share)) * expected[meter]

    return plant
