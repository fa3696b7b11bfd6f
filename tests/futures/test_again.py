"""Parts of a future drawn once more: what is drawn anew is independent of the first time, and all else stays."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.futures.drawn import MONTHS, Drawn, draw_futures
from simulator.scenario import load_scenario
from tests.scenarios.shipped import FOLDER

COUNT = 512


def drawn(*again: str, sampling: str = "sobol") -> Drawn:
    scenario = load_scenario(FOLDER / "narrow_actions.toml", [f'sampling="{sampling}"'], [])
    return draw_futures(scenario, 0, COUNT, again=again)


@pytest.mark.parametrize("sampling", ["sobol", "random"])
def test_only_what_is_named_is_drawn_again(sampling: str) -> None:
    own, other = drawn(sampling=sampling), drawn("volume.per_month", sampling=sampling)
    changed = {
        name for name, each in own.unknowns.drawn.items() if not np.array_equal(each, other.unknowns.drawn[name])
    }
    assert changed == {"volume.per_month"}
    assert np.array_equal(own.drivers.demand, other.drivers.demand)
    again = drawn(MONTHS, sampling=sampling)
    assert not np.array_equal(own.drivers.demand, again.drivers.demand)
    assert not np.array_equal(own.drivers.mix, again.drivers.mix)
    assert all(np.array_equal(each, again.unknowns.drawn[name]) for name, each in own.unknowns.drawn.items())


def test_both_points_of_a_net_are_independent() -> None:
    """The same names under another seed are not: within a net their first digits are alike or opposite."""
    own, other = (each.unknowns.drawn["volume.per_month"] for each in (drawn(), drawn("volume.per_month")))
    assert abs(np.corrcoef(own, other)[0, 1]) < 0.1
    halves = [_alike(own, other, net) for net in range(8)]
    assert all(0.3 < share < 0.7 for share in halves)
    scenario = load_scenario(FOLDER / "narrow_actions.toml", ["seed=7"], [])
    seeded = draw_futures(scenario, 0, COUNT).unknowns.drawn["volume.per_month"]
    assert any(_alike(own, seeded, net) in (0.0, 1.0) for net in range(8))


def _alike(one: np.ndarray, other: np.ndarray, net: int) -> float:
    """Return in which share of a net's points both lie on the same side of their middles."""
    first, second = (each[net::8] > np.median(each) for each in (one, other))
    return float(np.mean(first == second))
