"""Numbers moved by their scores, and a scenario with some of its numbers changed."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.quantities.distributions import POSITIVE, SHARE, Beta, Fixed, LogNormal, Quantity
from simulator.quantities.moved import moved
from simulator.scenario import load_scenario
from simulator.scenario.stated.changed import with_numbers
from tests.scenarios.shipped import FOLDER

Z = np.array([-1.0, 0.0, 2.0])


def test_a_shift_moves_the_score_and_a_spread_stretches_it() -> None:
    number = Quantity(LogNormal(100.0, 10.0), POSITIVE)
    assert moved(number, shift=1.0).at(Z) == pytest.approx(number.at(Z + 1))
    assert moved(number, spread=2.0).at(Z) == pytest.approx(number.at(2 * Z))
    assert moved(number, spread=0.5).center == pytest.approx(number.center)


def test_a_factor_and_what_is_added_act_on_the_value_within_the_domain() -> None:
    share = Quantity(Beta(8.0, 2.0), SHARE)
    assert moved(share, added=-0.1).at(Z) == pytest.approx(share.at(Z) - 0.1)
    assert (moved(share, added=-1.0).at(Z) == 0).all()
    price = moved(Quantity(Fixed(3.0), POSITIVE), factor=2.0, shift=5.0)
    assert price.fixed and price.center == 6.0 and (price.at(Z) == 6.0).all()


def test_only_what_is_changed_is_made_anew() -> None:
    scenario = load_scenario(FOLDER / "minimal.toml", [], [])
    assert with_numbers(scenario, lambda number: number) is scenario
    more = with_numbers(scenario, lambda each: moved(each, factor=2.0) if each.name == "volume.per_month" else each)
    assert more.volume.per_month is not None and more.volume.per_month.center == 4_000
    assert more.levels is scenario.levels and more.contracts is scenario.contracts
