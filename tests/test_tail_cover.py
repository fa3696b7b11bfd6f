"""The interval of a CVaR is given where it covers as often as it says, and is withheld where it does not."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import risk
from tests.tail_cover import LAWS, cover, lognormal, true_cvar

RIGHT = 0.94
"""A cover of 94 % is taken as right: one point is less than the law of an invoice is known."""
LIMIT = 3.5
"""Standard errors below it from which a cover is called too small."""


def falls_short(share: float, repeats: int) -> bool:
    return bool(share < RIGHT - LIMIT * np.sqrt(RIGHT * (1 - RIGHT) / repeats))


def test_true_cvar_of_a_lognormal_in_closed_form() -> None:
    """Phi(s - z) / (1 - p) for mean 1: cv 1 has s = sqrt(ln 2) = 0.83255, Phi(0.83255 - 1.64485) = 0.20828: 4.1656."""
    assert true_cvar(LAWS["lognormal, cv 1"], 0.95) == pytest.approx(0.20828 / 0.05, rel=1e-3)
    assert lognormal(np.array(0.5), 1.0) == pytest.approx(np.sqrt(0.5))


@pytest.mark.parametrize("name", LAWS)
def test_the_interval_covers_from_the_number_of_futures_at_which_it_is_given(name: str) -> None:
    least = risk.least_for_cvar_interval(0.95)
    assert not falls_short(cover(LAWS[name], 0.95, least, 400, seed=1), 400)


@pytest.mark.parametrize("name", LAWS)
def test_from_200_futures_the_old_rule_gave_one_that_does_not_cover(name: str) -> None:
    """Negative control of the number: it was given from two futures beyond P95 on."""
    assert falls_short(cover(LAWS[name], 0.95, 200, 1_500, seed=2), 1_500)


def test_from_600_futures_the_old_rule_called_one_good_that_does_not_cover() -> None:
    """Its `complete` was true from 30 futures in the tail."""
    assert falls_short(cover(LAWS["rare dear month, 4 %"], 0.95, 600, 1_000, seed=3), 1_000)
