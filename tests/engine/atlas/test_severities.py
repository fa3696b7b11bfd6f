"""Sums of heavy-tailed amounts against plain sampling, and what is known of one amount against quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from simulator.engine.atlas.counts import Drawn, Expectations
from simulator.engine.atlas.joint import bent
from simulator.engine.atlas.severities import (
    Severities,
    draw_parts,
    draw_total,
    excess,
    inverse,
    mean_below,
    mean_beyond,
)
from tests.statistics import follows, mean_is, same_distribution

LAWS = [("lognormal", 1.0), ("lognormal", 2.0), ("lognormal", 5.0), ("gamma", 0.7), ("gamma", 3.0)]
MEAN, MONTHS, TRIALS = 2.0, 4, 1_024


def spread_of(family: str, cv: float) -> float:
    return cv if family == "gamma" else math.sqrt(math.log1p(cv**2))


def amounts(family: str, cv: float, number: float) -> Severities:
    shape = (1, MONTHS, TRIALS)
    one = np.ones((1, 1, TRIALS))
    return Severities(np.full(shape, number), MEAN * one, spread_of(family, cv) * one, family == "gamma")


def law_of(family: str, cv: float) -> stats.rv_continuous:
    if family == "gamma":
        return stats.gamma(1 / cv**2, scale=MEAN * cv**2)
    sigma = spread_of(family, cv)
    return stats.lognorm(sigma, scale=MEAN * math.exp(-(sigma**2) / 2))


def plain_sums(family: str, cv: float, number: int, months: int, seed: int) -> np.ndarray:
    draws = np.random.default_rng(seed)
    law = law_of(family, cv)
    if family == "gamma":
        return draws.gamma(number / cv**2, MEAN * cv**2, months)
    sigma = law.args[0]
    scale = law.kwds["scale"]
    slices = [
        (scale * np.exp(sigma * draws.standard_normal((number, 16)))).sum(axis=0) for _ in range(-(-months // 16))
    ]
    return np.concatenate(slices)[:months]


@pytest.mark.parametrize(("family", "cv"), LAWS)
@pytest.mark.parametrize("number", [1, 20, 200])
def test_totals_have_the_distribution_of_plain_sums(family: str, cv: float, number: int) -> None:
    drawn = draw_total(Drawn(3, 0), "test", amounts(family, cv, number)).ravel()
    assert (verdict := same_distribution(drawn, plain_sums(family, cv, number, 20_000, 1))), verdict
    assert (verdict := mean_is(drawn, number * MEAN)), verdict


@pytest.mark.slow
@pytest.mark.parametrize(("family", "cv"), LAWS)
def test_totals_of_60_000_amounts_have_the_distribution_of_plain_sums(family: str, cv: float) -> None:
    drawn = draw_total(Drawn(3, 0), "test", amounts(family, cv, 60_000)).ravel()
    assert (verdict := same_distribution(drawn, plain_sums(family, cv, 60_000, 2_000, 2))), verdict
    assert (verdict := mean_is(drawn, 60_000 * MEAN)), verdict


@pytest.mark.parametrize("number", [1, 20, 200])
def test_the_check_finds_totals_without_singles(number: int) -> None:
    score = np.random.default_rng(5).standard_normal(4_096)
    family, cv = "lognormal", 5.0
    skew = (cv**3 + 3 * cv) / math.sqrt(number)
    totals = number * MEAN + math.sqrt(number) * MEAN * cv * bent(score, np.full(score.shape, skew))
    assert not same_distribution(np.maximum(totals, 0.0), plain_sums(family, cv, number, 20_000, 1))


@pytest.mark.parametrize(("family", "cv"), LAWS)
def test_single_amounts_follow_their_law(family: str, cv: float) -> None:
    law = law_of(family, cv)
    levels = 1 - np.random.default_rng(1).random(20_000)
    one = np.ones(len(levels))
    sizes = inverse(MEAN * one, spread_of(family, cv) * one, levels, family == "gamma")
    assert (verdict := follows(sizes, law.cdf)), verdict
    assert not follows(sizes * 1.25, law.cdf)


@pytest.mark.parametrize(("family", "cv"), LAWS)
@pytest.mark.parametrize("edge", [0.3, 2.0, 15.0])
def test_excess_is_the_integral_of_the_tail(family: str, cv: float, edge: float) -> None:
    law = law_of(family, cv)
    exact = sum(
        integrate.quad(law.sf, low, high, epsabs=1e-13, limit=200)[0]
        for low, high in ((edge, edge + 20), (edge + 20, edge + 2_000), (edge + 2_000, np.inf))
    )
    found = excess(amounts(family, cv, 1), edge)
    assert found.shape[2] == TRIALS
    assert found[0, 0, 0] == pytest.approx(exact, rel=1e-5)
    assert excess(amounts(family, cv, 1), 0.0)[0, 0, 0] == pytest.approx(MEAN)


@pytest.mark.parametrize(("family", "cv"), LAWS)
@pytest.mark.parametrize("share", [0.001, 0.3])
def test_means_below_a_quantile_are_those_of_the_cut_law(family: str, cv: float, share: float) -> None:
    law = law_of(family, cv)
    top = law.isf(share)
    shares = np.full((MONTHS, TRIALS), share)
    below = law.expect(lambda x: x, lb=0, ub=top) / (1 - share)
    assert mean_below(amounts(family, cv, 1), shares)[1, 2] == pytest.approx(below, rel=1e-5)
    for edge in (top / 4, top / 2, 2 * top):
        beyond = law.expect(lambda x, edge=edge: max(x - edge, 0.0), lb=0, ub=top) / (1 - share) if edge < top else 0.0
        found = mean_beyond(amounts(family, cv, 1), edge, shares)[1, 2]
        assert found == pytest.approx(beyond, rel=2e-4, abs=1e-9)
    assert not mean_below(amounts(family, cv, 1), np.ones((MONTHS, TRIALS))).any()


def test_few_amounts_are_all_drawn_singly_and_add_up() -> None:
    drawn = draw_parts(Drawn(3, 0), "test", amounts("lognormal", 5.0, 20))
    assert (drawn.above == 20).all() and (drawn.share == 1).all()
    assert np.bincount(drawn.cell, weights=drawn.sizes).reshape(drawn.total.shape) == pytest.approx(drawn.total)
    many = draw_parts(Drawn(3, 0), "test", amounts("lognormal", 5.0, 2_000))
    assert (many.tail < many.total).all() and many.above.mean() == pytest.approx(64, rel=0.02)
    light = draw_parts(Drawn(3, 0), "test", amounts("gamma", 0.7, 2_000))
    assert not light.above.any() and not len(light.cell)


def test_expectations_draw_nothing() -> None:
    assert (draw_total(Expectations(), "test", amounts("lognormal", 5.0, 3)) == 3 * MEAN).all()


def test_more_months_leave_earlier_ones_unchanged() -> None:
    few = amounts("lognormal", 5.0, 20)
    fewer = Severities(few.number[:, :2], few.mean, few.spread, few.gamma)
    assert np.array_equal(draw_total(Drawn(3, 0), "t", few)[:2], draw_total(Drawn(3, 0), "t", fewer))
