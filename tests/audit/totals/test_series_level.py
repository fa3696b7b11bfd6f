"""Twelve months are twelve observations: cover of the level, with the interval that forgets it as negative control."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.arrays import Array
from simulator.audit.totals.season import growth_said, season_of, trend_said
from simulator.audit.totals.series_level import USUAL_VOLUME, month_level

MONTHS = 12
REPLICATES = 120
LEVEL, COUNT = 8.0, 3_000


def series(rng: np.random.Generator, spread: float, persistence: float, months: int = MONTHS) -> Array:
    """Return logarithms of a volume with stationary months."""
    z = [rng.standard_normal()]
    for _ in range(months - 1):
        z.append(persistence * z[-1] + math.sqrt(1 - persistence**2) * rng.standard_normal())
    return LEVEL + spread * np.array(z) + rng.standard_normal(months) / math.sqrt(COUNT)


@pytest.mark.slow
def test_the_level_is_covered_where_spread_and_persistence_come_from_the_prior() -> None:
    """By simulation: 90 % of 120 is 108, standard error 3.3."""
    rng, inside, naive = np.random.default_rng(20), 0, 0
    for _ in range(REPLICATES):
        spread, persistence = USUAL_VOLUME * math.exp(0.6 * rng.standard_normal()), rng.beta(3, 2)
        y = series(rng, spread, persistence)
        found = month_level(y.tolist(), [1 / COUNT] * MONTHS, USUAL_VOLUME)
        inside += found.level[0] <= LEVEL <= found.level[2]
        naive += abs(y.mean() - LEVEL) <= 1.645 / math.sqrt(COUNT * MONTHS)
    assert 98 <= inside <= 118
    assert naive < 50  # the interval of all cases together, which forgets the months


def test_one_month_is_as_wide_as_the_prior_and_many_are_narrow() -> None:
    one = month_level([LEVEL], [1 / COUNT], USUAL_VOLUME)
    many = month_level(series(np.random.default_rng(1), 0.05, 0.3, 36).tolist(), [1 / COUNT] * 36, USUAL_VOLUME)
    assert one.level[1] == pytest.approx(LEVEL, abs=1e-6)
    assert one.level[2] - one.level[0] > 4 * (many.level[2] - many.level[0])
    assert one.persistence == pytest.approx(0.6, abs=0.01)  # of Beta(3, 2): one month tells nothing


def test_the_level_moves_with_the_months_and_the_spread_is_that_of_the_months() -> None:
    y = series(np.random.default_rng(3), 0.10, 0.3, 24)
    found = month_level(y.tolist(), [1 / COUNT] * 24, USUAL_VOLUME)
    moved = month_level((y + 1).tolist(), [1 / COUNT] * 24, USUAL_VOLUME)
    assert np.subtract(moved.level, found.level) == pytest.approx([1, 1, 1], abs=1e-6)
    assert found.spread[0] < 0.10 < found.spread[2]


def months_of(count: int) -> list[str]:
    return [f"{2024 + at // 12}-{at % 12 + 1:02d}" for at in range(count)]


SEASON = [1.3, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2]


@pytest.mark.parametrize("months", [12, 17, 18, 35, 36])
def test_a_season_is_only_tested_under_18_months_then_shrunk_then_free(months: int) -> None:
    rng = np.random.default_rng(4)
    volume = [1_000 * SEASON[at % 12] * math.exp(0.03 * rng.standard_normal()) for at in range(months)]
    found = season_of(months_of(months), volume, None)
    assert found.own == (months >= 18)
    if not found.own:
        assert found.factors == (1.0,) * 12 and "cannot tell one from demand" in found.said
    elif months < 36:
        assert 1.0 < found.factors[0] < 1.3  # shrunk
    else:
        assert found.factors == pytest.approx(SEASON, abs=0.06)


def test_the_test_of_a_stated_season_tells_a_right_one_from_a_wrong_one() -> None:
    rng = np.random.default_rng(5)
    volume = [1_000 * SEASON[at] * math.exp(0.03 * rng.standard_normal()) for at in range(12)]
    assert "speak for it" in season_of(months_of(12), volume, SEASON).said
    assert "speak against it" in season_of(months_of(12), volume, SEASON[6:] + SEASON[:6]).said


def test_a_level_that_moves_is_said_and_one_that_stays_is_not() -> None:
    """By hand: a fifth more from half to half, and months that go up and down."""
    moved = trend_said([1_000.0] * 6 + [1_200.0] * 6, "the volume")
    assert "the level of the volume moves by +20% from half to half: 12 months cannot tell a trend from" in moved
    assert "moves by -17%" in trend_said([1_200.0] * 6 + [1_000.0] * 6, "the volume")
    assert trend_said([1_000.0, 1_100.0] * 6, "the volume") == ""
    assert trend_said([1_000.0] * 6 + [1_015.0] * 6, "the volume") == "", "under 2 %"
    assert trend_said([1_000.0, 1_000.0, 1_200.0, 1_200.0], "the volume") == "", "too few months"


@pytest.mark.parametrize(("spread", "persistence", "least", "most"), [(0.15, 0.9, 160, 200), (0.03, 0.0, 0, 90)])
def test_a_year_that_wanders_slowly_is_mostly_said(spread: float, persistence: float, least: int, most: int) -> None:
    """Of 200 years; the second is the control, as months without memory seldom move from half to half."""
    rng = np.random.default_rng(6)
    years = [np.exp(series(rng, spread, persistence)).tolist() for _ in range(200)]
    assert least <= sum(bool(trend_said(each, "the volume")) for each in years) <= most


def test_growth_is_judgement_under_24_months_and_then_a_range() -> None:
    assert "comes from judgement, as 23 months are fewer than 24" in growth_said(23, None)
    assert "growth is -2% to +10% a year by the 24 months" in growth_said(24, (-0.02, 0.04, 0.10))


@pytest.mark.slow
def test_growth_and_the_level_it_leads_to_are_covered() -> None:
    """By simulation: 90 % of 60 is 54, standard error 2.3. Without growth the level of the start is missed."""
    rng, months = np.random.default_rng(7), 36
    elapsed = (np.arange(months) - months) / 12
    growth, level, flat = 0, 0, 0
    for _ in range(60):
        y = series(rng, 0.05, 0.4, months) + 0.15 * elapsed
        found = month_level(y.tolist(), [1 / COUNT] * months, USUAL_VOLUME, elapsed=elapsed.tolist())
        without = month_level(y.tolist(), [1 / COUNT] * months, USUAL_VOLUME)
        growth += found.growth[0] <= 0.15 <= found.growth[2]
        level += found.level[0] <= LEVEL <= found.level[2]
        flat += without.level[0] <= LEVEL <= without.level[2]
        assert found.growth_with_level > 0.5 and without.growth == (0.0, 0.0, 0.0)
    assert growth >= 48 and level >= 48 and flat < 30, (growth, level, flat)


@pytest.mark.parametrize("persistence", [0.3, 0.9])
def test_with_persistence_held_the_width_is_that_of_the_formula(persistence: float) -> None:
    """By hand: the mean of n months has the variance s^2 (1 + phi) / (1 - phi) / n, nearly."""
    months, spread = 200, 0.1
    y = series(np.random.default_rng(8), spread, persistence, months)
    found = month_level(y.tolist(), [1e-9] * months, USUAL_VOLUME, persistence)
    own = found.spread[1] * math.sqrt((1 + persistence) / (1 - persistence) / months)
    assert (found.level[2] - found.level[0]) / (2 * 1.645) == pytest.approx(own, rel=0.08)
    assert found.persistence == pytest.approx(persistence)
