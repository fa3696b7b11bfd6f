"""Mean, spread and quantiles of invoices: against the ledger on the same futures, and against exact laws."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from scipy import stats

from simulator.engine.results import Results
from simulator.engine.run import Engine, Run, simulate_all
from simulator.scenario import Scenario, load_scenario
from tests.engine.sampling.distances import (
    FIGURES,
    TOLERANCE,
    Distance,
    distance,
    distance_from_law,
    distances,
    invoices,
)
from tests.engine.sampling.rare import RATE, UNIT, scenario_of

Array = np.ndarray

MINIMAL: Final = Path(__file__).parent.parent.parent.parent / "scenarios" / "minimal.toml"
LIMIT: Final = 5.0
"""Standard errors in the tests that stand in every run."""
UNCERTAIN: Final = (
    "volume.per_month={mean=2_000, sd=200}",
    "levels.any.escalate={mean=0.30, sd=0.04}",
    "drivers.solving={sd=0.2}",
)
FUTURES: Final = 96
SIZES: Final = {16: UNCERTAIN, 64: ()}
"""By the size that the rule gives, changes of the scenario `minimal`."""


def minimal(trials: int, *changes: str) -> Scenario:
    return load_scenario(MINIMAL, [f"trials={trials}", *changes])


@cache
def run(engine: Engine, size: int, trials: int, workers: int = 1) -> Results:
    scenario = minimal(trials, *SIZES[size])
    results = simulate_all([Run(scenario, engine)], workers=workers)[0]
    assert results.sampling is None or results.sampling.sample == size
    return results


def beyond(found: list[Distance], limit: float) -> list[str]:
    """Return the figures that are farther off than tolerance and errors allow."""
    return [
        f"{each.contract}: {figure} {100 * off:+.2f} % ± {100 * error:.2f} %"
        for each in found
        for figure, off, error, tolerance in zip(FIGURES, each.difference, each.error, each.tolerance, strict=True)
        if abs(off) > tolerance + limit * error
    ]


@pytest.mark.parametrize("size", SIZES)
def test_invoices_are_the_ledgers(size: int) -> None:
    ours, ledger = (run(engine, size, FUTURES) for engine in ("sampled", "ledger"))
    for span, found in distances(invoices(ours), invoices(ledger)).items():
        assert beyond(found, LIMIT) == [], span


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_invoices_are_the_ledgers_at_many_futures(size: int) -> None:
    ours, ledger = (run(engine, size, 4_096, 2) for engine in ("sampled", "ledger"))
    for span, found in distances(invoices(ours), invoices(ledger)).items():
        assert beyond(found, 4.0) == [], span


FAULTS: Final[dict[str, Callable[[Array, Array], Array]]] = {
    "scaled by 1 / f": lambda mean, noise: mean + noise / 0.032**0.5,
    "no noise": lambda mean, noise: mean,
    "noise of half the size": lambda mean, noise: mean + noise / 2,
    "1 % too high": lambda mean, noise: 1.01 * mean + noise,
    "noise three times as large": lambda mean, noise: mean + 3 * noise,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_seen(fault: str) -> None:
    """On pure conversation noise: no unknowns, no drivers."""
    ours, ledger, expected = (invoices(run(engine, 64, FUTURES)) for engine in ("sampled", "ledger", "expected"))
    wrong = {name: FAULTS[fault](expected[name], values - expected[name]) for name, values in ours.items()}
    assert beyond(distances(wrong, ledger)["horizon"], LIMIT)


def exact_figures(cases: int, months: int) -> Array:
    """Return the figures of a sum of months of Poisson rare units."""
    law = stats.poisson(RATE * cases * months)
    levels = 0.95 + 0.05 * (np.arange(20_000) + 0.5) / 20_000
    return np.array([law.mean(), law.std(), *law.ppf([0.5, 0.9, 0.95, 0.99]), law.ppf(levels).mean()])


@cache
def rare_months(cases: int, sample: int, trials: int) -> Results:
    return simulate_all([Run(scenario_of(cases, trials, "months=2"), sample=sample)])[0]


@pytest.mark.parametrize(("cases", "sample", "trials"), [(60_000, 256, 2_048), (60_000, 1_024, 512)])
def test_conversation_noise_alone_follows_its_exact_law(cases: int, sample: int, trials: int) -> None:
    units = rare_months(cases, sample, trials).meters[UNIT].sum(axis=1)
    near = distance_from_law("units", units, exact_figures(cases, 2), 10 * TOLERANCE)
    assert beyond([near], LIMIT) == []


@pytest.mark.parametrize(("cases", "sample"), [(2_000, 16), (2_000, 64), (60_000, 16), (60_000, 64)])
def test_mean_and_variance_are_exact_and_the_third_cumulant_is_larger_by_the_root_of_the_share(
    cases: int, sample: int
) -> None:
    """Of Poisson units all cumulants are their mean m: of the sampled ones, m, m and m / sqrt f."""
    units = rare_months(cases, sample, 4_096).meters[UNIT].ravel()
    mean, share = RATE * cases, sample / cases
    centred = units - mean
    for power, exact in ((1, 0.0), (2, mean), (3, mean / share**0.5)):
        moment = centred**power
        assert abs(moment.mean() - exact) < LIMIT * moment.std() / np.sqrt(len(units)), power
    wrong = (centred**3).mean() - mean
    assert abs(wrong) > LIMIT * (centred**3).std() / np.sqrt(len(units)), "the control: it is not that of the law"


def test_distance_by_hand() -> None:
    """Twenty amounts from 1 to 20: the mean 10.5; P50 10, P90 18, P95 19, P99 20; the dearest 5 % are 20."""
    amounts = np.arange(1.0, 21.0)
    found = distance("c", amounts + 1, amounts)
    of = np.array([10.5, 10.5, 10, 18, 19, 20, 20])
    expected = np.where(np.array(FIGURES) == "sd", 0.0, 1.0) / of
    np.testing.assert_allclose(found.difference, expected, atol=1e-12)
    assert found.error == pytest.approx(0, abs=1e-12)
    assert (found.beyond > 1)[[0, 2, 3, 4, 5, 6]].all() and found.beyond[1] < 1


def test_error_of_a_difference_is_that_of_pairs() -> None:
    """Noise of sd 1 on common amounts of sd 50: the error of a mean's difference is sqrt(2 / N), not 50 sqrt(2 / N)."""
    generator = np.random.default_rng(3)
    common = 1_000 + 50 * generator.standard_normal(4_000)
    ours, theirs = (common + generator.standard_normal(4_000) for _ in range(2))
    found = distance("c", ours, theirs)
    assert found.error[0] * 1_000 == pytest.approx((2 / 4_000) ** 0.5, rel=0.25)
    unpaired = distance("c", ours, theirs[generator.permutation(4_000)])
    assert (found.error[:6] < 0.5 * unpaired.error[:6]).all()
