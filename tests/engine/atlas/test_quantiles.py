"""Whole numbers at normal scores against the exact laws: distance of the distribution functions, edges, order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import binom, hypergeom, nchypergeom_fisher, poisson

from simulator.engine.atlas.overlaps import hypergeometric_counts, noncentral_mean
from simulator.engine.atlas.quantiles import CHUNK, LOWEST, binomial_counts, draw_levels, poisson_counts

Array = np.ndarray
POINTS = 200_000
LEVELS = (np.arange(POINTS) + 0.5) / POINTS
SCORES = ndtri(LEVELS)
EXPANDED = 0.00016
"""Distance allowed to expanded Poisson and binomial laws: measured 0.000158 for Poisson numbers of mean 9."""
OVERLAP = 0.00031
"""The same for overlaps of independent parts: measured 0.000302 at a variance of 9.4."""
NONCENTRAL = 0.012
"""The same for Fisher's noncentral law, of which the expansion has another mean: by up to 0.06 of one."""


def same(values: float) -> Array:
    return np.full(POINTS, float(values))


def distance(counts: Array, cdf: Callable[[Array], Array]) -> float:
    """Return the largest distance of the counts' distribution function from an exact one, to 1 / POINTS."""
    values, first = np.unique(counts, return_index=True)
    assert (np.diff(counts) >= 0).all(), "counts rise with the score"
    upto = np.append(first[1:], POINTS) / POINTS
    exact = cdf(values)
    return float(max(np.abs(upto - exact).max(), np.abs(first / POINTS - cdf(values - 1)).max()))


INVERTED = 1.01 / POINTS
"""The same where the law is inverted exactly: the step of the levels."""


@pytest.mark.parametrize("mean", [0.003, 0.7, 3, 8.99, 9, 9.5, 12, 40, 1_000, 3e4, 6e6])
def test_poisson_counts_follow_the_exact_law(mean: float) -> None:
    found = distance(poisson_counts(same(mean), LEVELS), lambda k: poisson.cdf(k, mean))
    assert found <= (INVERTED if mean < 9 else EXPANDED)


@pytest.mark.parametrize(
    ("number", "probability"),
    [
        (1, 0.3), (1, 1e-9), (7, 0.5), (12, 0.99), (17, 0.5), (18, 0.5), (20, 0.5), (36, 0.5), (60, 0.2), (100, 0.9),
        (100, 0.92), (1_000, 0.0095), (1_000_000, 9.1e-6), (1_000_000, 1 - 9.1e-6), (60_000, 0.37), (6_000_000, 0.63),
    ],
)  # fmt: skip
def test_binomial_counts_follow_the_exact_law(number: int, probability: float) -> None:
    found = distance(
        binomial_counts(same(number), same(probability), LEVELS), lambda k: binom.cdf(k, number, probability)
    )
    assert found <= (INVERTED if number * min(probability, 1 - probability) < 9 else EXPANDED)


@pytest.mark.parametrize(
    ("number", "first", "second", "odds"),
    [
        (10, 4, 3, 1.0), (10, 9, 8, 1.0), (50, 25, 25, 1.0), (200, 180, 20, 1.0), (150, 75, 75, 1.0),
        (400, 390, 380, 1.0), (1_000, 30, 500, 1.0), (60_000, 20_000, 9_000, 1.0), (10, 4, 3, 5.0), (40, 30, 20, 0.2),
        (60, 12, 40, 30.0), (400, 150, 120, 2.5), (1_000, 700, 650, 0.3), (1_000, 200, 900, 8.0), (200, 80, 60, 3.0),
    ],
)  # fmt: skip
def test_overlaps_follow_the_exact_law(number: int, first: int, second: int, odds: float) -> None:
    law = hypergeom(number, first, second) if odds == 1 else nchypergeom_fisher(number, first, second, odds)
    low, high = (int(edge) for edge in law.support())
    table = law.cdf(np.arange(low, high + 1))

    def cdf(counts: Array) -> Array:
        places = np.clip(counts.astype(int) - low, -1, high - low)
        return np.where(places < 0, 0.0, table[places])

    counts = hypergeometric_counts(same(number), same(first), same(second), same(odds), SCORES)
    assert low <= counts.min() and counts.max() <= high
    expanded = OVERLAP if odds == 1 else NONCENTRAL
    assert distance(counts, cdf) <= (INVERTED if law.var() < 9 else expanded)


@pytest.mark.parametrize("mean", [15.0, 40.0, 1_000.0])
def test_the_expansion_is_better_where_there_is_more(mean: float) -> None:
    assert distance(poisson_counts(same(mean), LEVELS), lambda k: poisson.cdf(k, mean)) <= 0.001 / mean + 1 / POINTS


@pytest.mark.parametrize(
    ("number", "first", "second", "odds"), [(400, 150, 120, 2.5), (1_000, 700, 650, 0.3), (200, 80, 60, 3.0)]
)
def test_expanded_overlaps_have_the_mean_that_the_odds_were_made_for(
    number: int, first: int, second: int, odds: float
) -> None:
    """Where the four cells' cross ratio is the odds; the exact law's mean is a little off that, its spread is kept."""
    law = nchypergeom_fisher(number, first, second, odds)
    counts = hypergeometric_counts(same(number), same(first), same(second), same(odds), SCORES)
    mean = noncentral_mean(*(np.array([float(each)]) for each in (number, first, second, odds)))[0]
    assert (mean * (number - first - second + mean)) / ((first - mean) * (second - mean)) == pytest.approx(odds, 1e-9)
    assert counts.mean() == pytest.approx(mean, abs=1e-3)
    assert counts.mean() == pytest.approx(law.mean(), abs=0.07)
    assert counts.std() == pytest.approx(law.std(), rel=1e-3)


@pytest.mark.parametrize("mean", [9.0, 40.0])
def test_the_distance_sees_a_quantile_without_skewness(mean: float) -> None:
    """Negative control: rounded normal numbers of the right mean and spread."""
    plain = np.maximum(np.rint(mean + np.sqrt(mean - 1 / 12) * SCORES), 0)
    assert distance(plain, lambda k: poisson.cdf(k, mean)) > 20 * EXPANDED
    assert distance(poisson_counts(same(mean * 1.01), LEVELS), lambda k: poisson.cdf(k, mean)) > 10 * EXPANDED


SPREAD = np.linspace(-7.5, 7.5, 61)
SPREAD_LEVELS = np.clip(ndtr(SPREAD), LOWEST, 1 - LOWEST)


def test_nothing_expected_is_nothing() -> None:
    assert not poisson_counts(np.zeros(61), SPREAD_LEVELS).any()
    assert not binomial_counts(np.zeros(61), np.full(61, 0.4), SPREAD_LEVELS).any()


@pytest.mark.parametrize("number", [1.0, 30.0, 1e6])
def test_a_chance_of_none_or_all_leaves_nothing_to_chance(number: float) -> None:
    numbers = np.full(61, number)
    for chance in (0.0, -1e-17):
        assert not binomial_counts(numbers, np.full(61, chance), SPREAD_LEVELS).any()
    for chance in (1.0, 1 + 1e-16):
        assert np.array_equal(binomial_counts(numbers, np.full(61, chance), SPREAD_LEVELS), numbers)


@pytest.mark.parametrize(
    ("first", "second", "both"), [(0, 7, 0), (7, 0, 0), (20, 7, 7), (7, 20, 7), (20, 20, 20), (0, 0, 0)]
)
@pytest.mark.parametrize("odds", [1e-6, 0.3, 1.0, 4.0, 1e6])
def test_an_overlap_with_all_or_nothing_is_sure(first: int, second: int, both: int, odds: float) -> None:
    parts = (np.full(61, float(size)) for size in (20, first, second, odds))
    assert np.array_equal(hypergeometric_counts(*parts, SPREAD), np.full(61, float(both)))
    assert not hypergeometric_counts(np.zeros(61), np.zeros(61), np.zeros(61), np.full(61, odds), SPREAD).any()


def laws(count: int = 3 * CHUNK + 17) -> dict[str, tuple[Callable[..., Array], tuple[Array, ...], Array]]:
    """Return each law with many parameters of all sizes, and levels or, for overlaps, scores."""
    rng = np.random.default_rng(11)
    size = np.floor(10 ** rng.uniform(-0.3, 5, count))
    first, second = np.floor(size * rng.random(count)), np.floor(size * rng.random(count))
    scores, levels = rng.standard_normal(count), draw_levels(rng, (count,))
    return {
        "poisson": (poisson_counts, (10 ** rng.uniform(-2, 5, count),), levels),
        "binomial": (binomial_counts, (size, rng.random(count) ** 3), levels),
        "hypergeometric": (hypergeometric_counts, (size, first, second, np.exp(rng.standard_normal(count))), scores),
    }


@pytest.mark.parametrize("name", ["poisson", "binomial", "hypergeometric"])
def test_a_number_does_not_depend_on_its_neighbours(name: str) -> None:
    """Alone, in any order, in any shape and any chunk the same."""
    law, parameters, scores = laws()[name]
    whole = law(*parameters, scores)
    order = np.random.default_rng(12).permutation(len(scores))
    assert np.array_equal(law(*(each[order] for each in parameters), scores[order]), whole[order])
    few = 2_000
    piece = slice(CHUNK - few // 2, CHUNK + few // 2)
    cut = law(*(each[piece].reshape(40, -1) for each in parameters), scores[piece].reshape(40, -1))
    assert cut.shape == (40, 50) and np.array_equal(cut.ravel(), whole[piece])
    alone = [law(*(each[k : k + 1] for each in parameters), scores[k : k + 1])[0] for k in range(150)]
    assert np.array_equal(alone, whole[:150])


@pytest.mark.parametrize("name", ["poisson", "binomial", "hypergeometric"])
def test_numbers_are_whole_possible_and_rise_with_the_level(name: str) -> None:
    law, parameters, scores = laws()[name]
    higher = scores + 0.01 if scores.dtype == np.float64 else scores + (1 - scores) * np.float32(0.01)
    low, high = law(*parameters, scores), law(*parameters, higher)
    assert np.array_equal(low, np.rint(low)) and (low <= high).all() and (low < high).any()
    assert (low >= 0).all()
    if name != "poisson":
        assert (high <= parameters[0]).all()
    if name == "hypergeometric":
        size, first, second, _ = parameters
        assert (high <= np.minimum(first, second)).all() and (low >= np.maximum(first + second - size, 0)).all()


def test_a_binomial_number_rises_with_its_chance() -> None:
    """Between the exact and the expanded law too: more expected is never fewer at the same level, by more than one."""
    chances = np.linspace(0.0, 1.0, 4_001)
    for level in ndtr([-2.5, -0.4, 0.0, 1.1, 3.0]):
        counts = binomial_counts(np.full(4_001, 300.0), chances, np.full(4_001, level))
        assert np.diff(counts).min() >= -1 and counts[0] == 0 and counts[-1] == 300


def test_parameters_broadcast_to_the_levels() -> None:
    levels = draw_levels(np.random.default_rng(13), (3, 4, 5))
    mean = np.array([0.5, 8.0, 90.0])[:, None, None]
    assert np.array_equal(poisson_counts(mean, levels), poisson_counts(np.broadcast_to(mean, levels.shape), levels))
    assert poisson_counts(mean, levels).shape == (3, 4, 5)


def test_levels_are_inside_the_unit_interval_and_of_even_chance() -> None:
    levels = draw_levels(np.random.default_rng(14), (1_000_000,))
    assert levels.dtype == np.float32 and levels.min() >= LOWEST and levels.max() < 1
    shares = np.histogram(levels, 10, (0, 1))[0] / levels.size
    assert np.abs(shares - 0.1).max() < 5 * np.sqrt(0.09 / levels.size)  # false alarm 6e-6 with ten shares


@pytest.mark.parametrize("mean", [0.5, 8.9, 9.1, 40.0])
def test_the_highest_level_gives_no_outlier(mean: float) -> None:
    """Single precision adds up to a little less than 1: the search must stop where nothing is left."""
    highest = poisson_counts(np.array([mean]), np.array([1 - LOWEST]))[0]
    assert highest == pytest.approx(poisson.ppf(1 - LOWEST, mean), abs=1)
    assert binomial_counts(np.array([17.0]), np.array([0.5]), np.array([1 - LOWEST]))[0] == 17
