"""The elementary laws of the reference against scipy and against textbook moments."""

from __future__ import annotations

import ast
import math
from pathlib import Path
from random import Random

import pytest
from scipy import special, stats

from tests.reference import chance
from tests.statistics import mean_is, share_below_is, variance_is

DRAWS = 20_000


@pytest.mark.parametrize("shape", [0.05, 0.3, 1.0, 7.5, 400.0, 10_000.0])
@pytest.mark.parametrize("probability", [1e-4, 0.05, 0.5, 0.95, 0.9999])
def test_gamma_quantile_equals_scipy(shape: float, probability: float) -> None:
    exact = special.gammaincinv(shape, probability)
    assert chance.gamma_quantile(shape, probability) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(
    ("a", "b"), [(0.5, 3.5), (0.05, 0.4), (91.0, 49.0), (400.5, 1.5), (1.0, 1.0), (5000.0, 6000.0)]
)
@pytest.mark.parametrize("probability", [1e-4, 0.05, 0.5, 0.95, 0.9999])
def test_beta_quantile_equals_scipy(a: float, b: float, probability: float) -> None:
    assert chance.beta_quantile(a, b, probability) == pytest.approx(special.betaincinv(a, b, probability), rel=1e-9)


@pytest.mark.parametrize("mean", [0.3, 4.0, 29.9, 30.1, 250.0])
def test_poisson_has_its_law(mean: float) -> None:
    rng = Random(11)
    sample = [chance.poisson(rng, mean) for _ in range(DRAWS)]
    law = stats.poisson(mean)
    for verdict in (mean_is(sample, mean), variance_is(sample, mean), share_below_is(sample, mean, law.cdf(mean))):
        assert verdict, verdict
    assert not mean_is(sample, mean * 1.08)  # negative control


def test_poisson_of_nothing_is_zero() -> None:
    assert chance.poisson(Random(1), 0.0) == 0


def test_negative_binomial_has_its_law() -> None:
    rng, mean, size = Random(12), 3.6, 4.9
    sample = [chance.negative_binomial(rng, mean, size) for _ in range(DRAWS)]
    law = stats.nbinom(size, size / (size + mean))
    assert mean_is(sample, mean)
    assert variance_is(sample, mean + mean**2 / size)
    for count in (0, 3, 8):
        assert share_below_is(sample, count, law.cdf(count))
    assert not variance_is(sample, mean)  # negative control: Poisson


@pytest.mark.parametrize("family", ["lognormal", "gamma"])
def test_length_has_stated_mean_and_cv(family: str) -> None:
    draw = chance.length(Random(13), 120.0, 0.6, family)
    sample = [draw() for _ in range(DRAWS)]
    assert mean_is(sample, 120.0)
    assert variance_is(sample, (0.6 * 120.0) ** 2)
    law = stats.gamma(1 / 0.36, scale=120 * 0.36)
    if family == "lognormal":
        law = stats.lognorm(math.sqrt(math.log(1.36)), scale=120 / math.sqrt(1.36))
    for edge in (60.0, 120.0, 250.0):
        assert share_below_is(sample, edge, law.cdf(edge))


@pytest.mark.parametrize("alpha", [2.5, 4.5])
def test_length_of_a_lomax_has_stated_mean_and_tail(alpha: float) -> None:
    draw = chance.length(Random(13), 120.0, 0.0, "lomax", alpha)
    sample = [draw() for _ in range(DRAWS)]
    law = stats.lomax(alpha, scale=120 * (alpha - 1))
    assert law.mean() == pytest.approx(120)
    assert mean_is(sample, 120.0)
    for edge in (10.0, 120.0, 1_000.0):
        assert share_below_is(sample, edge, law.cdf(edge))
    heavier = stats.lomax(0.7 * alpha, scale=120 * (0.7 * alpha - 1))
    assert not share_below_is(sample, 120.0, heavier.cdf(120.0))  # negative control: a smaller alpha


def test_length_without_spread_is_constant() -> None:
    assert chance.length(Random(1), 0.0, 0.0, "lomax", 2.0)() == 0.0
    assert {chance.length(Random(1), 7.0, 0.0, "lognormal")() for _ in range(5)} == {7.0}
    assert chance.length(Random(1), 0.0, 0.5, "gamma")() == 0.0


def test_lognormal_of_mean_has_mean_and_log_variance() -> None:
    rng = Random(14)
    sample = [chance.lognormal_of_mean(rng, 9.0, 0.94) for _ in range(DRAWS)]
    assert mean_is(sample, 9.0)
    assert variance_is([math.log(value) for value in sample], 0.94**2)


def test_moved_multiplies_odds_and_keeps_certainties() -> None:
    assert chance.moved(0.2, math.log(2)) == pytest.approx(1 / 3, rel=1e-15)
    assert chance.moved(0.0, 5.0) == 0.0
    assert chance.moved(1.0, -5.0) == 1.0


def test_cholesky_of_a_matrix_that_is_not_positive_definite_is_refused() -> None:
    assert chance.cholesky([[4.0, 2.0], [2.0, 5.0]]) == [[2.0, 0.0], [1.0, 2.0]]
    with pytest.raises(ValueError, match="not positive definite"):
        chance.cholesky([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])


def test_pick_has_the_stated_probabilities() -> None:
    rng = Random(15)
    drawn = [chance.pick(rng, [0.2, 0.0, 0.5, 0.3]) for _ in range(DRAWS)]
    assert 1 not in drawn
    assert mean_is([float(place == 2) for place in drawn], 0.5)
    assert mean_is([float(place == 3) for place in drawn], 0.3)


def imported(source: str) -> set[str]:
    """Return the modules a source imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


FORBIDDEN = ("simulator.futures", "simulator.engine", "numpy", "scipy", "pandas")


def offending(source: str) -> set[str]:
    return {name for name in imported(source) if name.startswith(FORBIDDEN)}


def test_reference_shares_no_code_with_the_law_or_the_engines() -> None:
    sources = [path for path in Path(__file__).parent.glob("*.py") if not path.name.startswith("test_")]
    assert len(sources) > 8
    assert {path.name: offending(path.read_text()) for path in sources if offending(path.read_text())} == {}
    assert offending("from simulator import futures") == {"simulator.futures"}  # negative control
    assert offending("def f():\n    import numpy.random") == {"numpy.random"}
