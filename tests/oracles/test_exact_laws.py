"""The exact figures are right: recomputed, against the given ones, by closed forms and by second routes."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from tests.oracles.checks import FIGURES, exact_figures
from tests.oracles.compound import layer, log_sd_of, lognormal, total
from tests.oracles.compute import PAGE, computed, table
from tests.oracles.exact_laws import CASES, LAWS, MIXING, annual_ar1, beta_rate, copula, flat
from tests.oracles.law import Array, counted, negative_binomial, normal_nodes, poisson, thinned
from tests.oracles.running import FOLDER

ENTRIES = {each["name"]: each for each in json.loads(FIGURES.read_text())["cases"]}
BRIEF = {
    "per_resolution_fixed_rate",
    "tiers_all_units",
    "small_volume_per_resolution",
    "layer_allowance_cap",
    "regime_spike",
    "lognormal_small_volume",
    "human_chain_small_volume",
}
"""Laws that are computed again in every run of the tests: each kind once, none that takes long."""


def flattened(figures: dict[str, Any]) -> dict[str, float]:
    """Return the numbers of nested figures by dotted path."""
    found: dict[str, float] = {}
    for key, value in figures.items():
        if isinstance(value, dict):
            found |= {f"{key}.{inner}": number for inner, number in flattened(value).items()}
        elif isinstance(value, float):
            found[key] = value
    return found


def test_exact_figures_stand_for_every_scenario_file() -> None:
    assert set(ENTRIES) == {path.stem for path in FOLDER.glob("*.toml")}
    assert set(LAWS) == set(ENTRIES) - {"annual_ar1_demand_moments"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name not in BRIEF)) for name in LAWS])
def test_exact_figures_computed_again_are_those_of_the_file(name: str) -> None:
    """Given figures agree with ours to what their two methods left open (1e-6); our own to rounding, 1e-8.

    The spread of a tail is a difference of large sums, which loses digits on other processors (1e-6 was seen).
    """
    found, written = flattened(computed(name)), flattened(ENTRIES[name])
    tolerance = 1e-6 if ENTRIES[name]["origin"] == "given" else 1e-8
    assert {path for path in written if path not in found} == set()
    apart = {
        path: (found[path], value)
        for path, value in written.items()
        if not math.isclose(found[path], value, rel_tol=max(tolerance, 1e-5 * path.endswith("excess_sd")))
    }
    assert apart == {}


def test_annual_ar1_moments_are_those_of_the_closed_form() -> None:
    exact = exact_figures()["annual_ar1_demand_moments"]
    assert annual_ar1() == pytest.approx((exact.mean, exact.sd), rel=1e-12)
    assert annual_ar1(persistence=0.0)[1] == pytest.approx(13452.2529, rel=1e-8)


def test_page_has_the_table_of_the_figures() -> None:
    assert table() in PAGE.read_text()


def panjer(mean: float, one: Array, points: int) -> Array:
    """Return the probabilities of a Poisson number of grid amounts by Panjer's recursion."""
    found = np.zeros(points)
    found[0] = math.exp(mean * (one[0] - 1))
    weights = np.arange(len(one)) * one
    for amount in range(1, points):
        most = min(amount, len(one) - 1)
        found[amount] = mean / amount * (weights[1 : most + 1] @ found[amount - 1 :: -1][:most])
    return found


def test_compound_law_equals_panjers_recursion() -> None:
    severity, points = lognormal(0.5, log_sd_of(2.0)), 2048
    law = total(poisson(20.0), 20.0, 0.0, severity, 0.05, points)
    np.testing.assert_allclose(law.probabilities, panjer(20.0, severity.on_grid(0.05, points), points), atol=1e-12)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99, 0.999])
def test_compound_law_of_half_the_step_has_the_same_quantiles(level: float) -> None:
    severity = lognormal(0.1, log_sd_of(5.0))
    coarse, fine = (total(poisson(200.0), 200.0, 0.0, severity, step, round(209.7152 / step)) for step in (4e-4, 2e-4))
    assert fine.quantile(level) == pytest.approx(coarse.quantile(level), rel=2e-6)


def test_compound_law_without_a_tail_beyond_its_grid_has_the_closed_moments() -> None:
    mixing = 0.15**2 - 1 / 5_000
    law = total(
        negative_binomial(5_000.0, mixing),
        5_000.0,
        mixing,
        layer(lognormal(0.4, log_sd_of(2.0)), 0.5, 2.0),
        0.002,
        1 << 20,
    )
    mean = float(law.probabilities @ law.amounts)
    centred = law.amounts - mean
    sd = math.sqrt(law.probabilities @ centred**2)
    assert (mean, sd) == pytest.approx((law.mean, law.sd), rel=1e-6)
    assert law.probabilities @ centred**3 / sd**3 == pytest.approx(law.skew, rel=1e-5)


def test_copula_without_correlation_is_a_product() -> None:
    scores, weights = normal_nodes(201)
    rates = beta_rate(scores)
    law = copula(correlation=0.0)
    mean, square = CASES * (weights @ rates), CASES**2 * 1.0144 * (weights @ rates**2)
    assert law.mean == pytest.approx(0.99 * mean, rel=1e-9)
    assert law.sd == pytest.approx(0.99 * math.sqrt(square + mean - mean**2), rel=1e-9)


def test_copula_moments_equal_gauss_hermite_in_two_dimensions() -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(64)
    weights = weights / weights.sum()
    spread = math.sqrt(math.log1p(0.12**2))
    demand = CASES * np.exp(spread * nodes - spread**2 / 2)
    rate = beta_rate(-0.5 * nodes[:, None] + math.sqrt(0.75) * nodes[None, :])
    expected = demand[:, None] * rate
    mean, square = (float(weights @ expected**power @ weights) for power in (1, 2))
    exact = exact_figures()["copula_demand_solving"]
    assert exact.mean == pytest.approx(0.99 * mean, rel=1e-9)
    assert exact.sd == pytest.approx(0.99 * math.sqrt(square + mean - mean**2), rel=1e-8)


def test_growing_context_has_the_moments_of_the_hand_formula() -> None:
    """cost = a + F b + F noise, weights of the lengths by how often they are sent; N ~ Poisson(300), E F^2 = 1.0225."""
    sent, written = 0.35e-6, 10e-6
    fixed = 6 * 2_000 * sent
    lengths = [(600, 0.5, sent)] * 6 + [(90, 0.9, written)] * 6
    lengths += [(40, 0.8, times * sent) for times in (6, 5, 3, 2)]
    lengths += [(120, 0.7, later * sent + written) for later in range(6)] + [
        (200, 1.0, later * sent) for later in range(6)
    ]
    said = sum(mean * weight for mean, _, weight in lengths)
    noise = sum((mean * cv * weight) ** 2 for mean, cv, weight in lengths)
    square = fixed**2 + 2 * fixed * said + 1.0225 * (said**2 + noise)
    exact = exact_figures()["growing_context"]
    assert exact.mean == pytest.approx(300 * (fixed + said), rel=1e-9)
    assert exact.sd**2 == pytest.approx(300 * square + 300**2 * 0.0225 * said**2, rel=1e-8)


def test_human_chain_has_the_mean_of_its_contacts() -> None:
    contacts, straight = 1 + 1 / 8 + 1 / 64, 1 / 8 + 1 / 64 + 1 / 256
    expected = 30 * (0.5 * contacts + 9 * (0.2 * contacts + straight))
    assert exact_figures()["human_chain_small_volume"].mean == pytest.approx(expected, rel=1e-8)


def test_law_of_a_thinned_number_is_that_of_the_smaller_mean() -> None:
    law = counted(thinned(negative_binomial(CASES, MIXING), 0.65), 1 << 18)
    same = counted(negative_binomial(0.65 * CASES, MIXING), 1 << 18)
    np.testing.assert_allclose(law.probabilities, same.probabilities, atol=1e-15)


def test_tail_mean_at_an_atom_takes_the_missing_part_of_it() -> None:
    law = counted(poisson(30.0), 256).priced(flat)
    chances, amounts = law.probabilities, law.amounts
    above = chances[amounts > 36.63 + 1e-9]
    by_hand = (above @ amounts[amounts > 36.63 + 1e-9] + (0.1 - above.sum()) * 36.63) / 0.1
    assert law.tail_mean(0.9) == pytest.approx(by_hand, rel=1e-12)
