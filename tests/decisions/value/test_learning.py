"""What reading conversations is worth: beta and binomial by hand, more with more that are read, never above knowing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import betabinom

from simulator.decisions.conditional_mean import spline
from simulator.decisions.value.information import choice_of, knowing
from simulator.decisions.value.learning import reading

A, B = 6.0, 18.0
PRICE, FIXED = 4.0, 0.95
"""A price per counted conversation against one per conversation; the share has mean a quarter."""


def shares(trials: int) -> np.ndarray:
    """Return shares at even places of their law, in random order."""
    from scipy.special import betaincinv

    places = (np.random.default_rng(4).permutation(trials) + 0.5) / trials
    return np.asarray(betaincinv(A, B, places))


def by_hand(conversations: int) -> float:
    """Return the worth by the law of what is counted: after k of n the mean share is (a + k) / (a + b + n)."""
    counted = np.arange(conversations + 1)
    mean = PRICE * (A + counted) / (A + B + conversations)
    least = np.minimum(mean, FIXED) @ betabinom.pmf(counted, conversations, A, B)
    return float(min(PRICE * A / (A + B), FIXED) - least)


@pytest.mark.parametrize("conversations", [1, 10, 50, 200, 1_000])
def test_reading_is_worth_what_the_law_says(conversations: int) -> None:
    share = shares(4_096)
    choice = choice_of({"counted": PRICE * share, "fixed": np.full(len(share), FIXED)}, None)
    assert reading(choice, share, conversations).value == pytest.approx(by_hand(conversations), abs=0.004)


def test_more_that_are_read_tell_more_and_never_more_than_knowing() -> None:
    share = shares(2_048)
    noise = np.random.default_rng(1).standard_normal(len(share))
    choice = choice_of({"counted": PRICE * share + 0.3 * noise, "fixed": np.full(len(share), FIXED)}, None)
    found = [reading(choice, share, number).value for number in (5, 50, 500, 5_000)]
    assert found == sorted(found)
    assert found[-1] == pytest.approx(knowing(choice, spline(share)).worth.value, rel=0.02)


def test_a_share_that_moves_no_difference_is_not_worth_reading() -> None:
    """The negative control of the others."""
    share = shares(2_048)
    cost = 1 + 0.2 * ndtri(np.random.default_rng(2).uniform(size=len(share)))
    choice = choice_of({"one": cost, "other": 0.05 + cost}, None)
    assert ndtr(0) == 0.5 and reading(choice, share, 200).value == 0
