"""Tripwires: the closed form of two prices, the side that stays cheaper, intervals, and none where nothing turns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.contracts.contract_types import PerConversation
from simulator.decisions.tripwires import Tripwire, _crossing, tripwires
from simulator.forecast.forecast import forecast
from tests.decisions.value.test_value import futures_of


def wires(name: str, trials: int = 256) -> dict[str, Tripwire]:
    return {each.against: each for each in tripwires(futures_of(name, trials).forecast)}


def test_two_prices_cost_the_same_where_the_share_is_their_ratio() -> None:
    """Per conversation at p against per resolution at P: the share p / P, whatever else moves."""
    contracts = futures_of("narrow_actions").scenario.contracts
    price = [contracts[name].price.center for name in ("conversation", "resolution_closed")]
    found = wires("narrow_actions")["resolution_closed"]
    assert (found.kind, found.meter, found.above) == ("counted", "closed_by_customer", True)
    assert found.low is not None and found.high is not None
    assert found.low <= price[0] / price[1] <= found.high and found.high - found.low < 0.01


def test_on_the_far_side_the_other_contract_is_cheaper_on_average() -> None:
    futures = futures_of("narrow_actions")
    found = wires("narrow_actions")["resolution_closed"]
    meters = futures.results.meters
    share = meters["resolutions:closed_by_customer"].sum(axis=1) / meters["conversations"].sum(axis=1)
    less = futures.cost("conversation") - futures.cost("resolution_closed")
    assert less[share > found.threshold].mean() < 0 < less[share < found.threshold].mean()
    assert found.beyond == pytest.approx(float(np.mean(share < found.threshold)))
    assert found.expected == pytest.approx(float(share.mean()))


def test_a_committed_volume_has_a_volume_below_which_it_is_dearer() -> None:
    found = wires("seasonal_retail")["conversation"]
    assert (found.kind, found.above) == ("volume", True) and found.explained > 0.9


def test_nothing_is_told_where_nothing_turns_or_futures_are_few() -> None:
    assert wires("minimal") == {} and wires("vendor_shortlist") == {}
    assert tripwires(futures_of("narrow_actions", 32).forecast) == ()


def test_a_count_that_explains_little_is_no_tripwire() -> None:
    """The negative control: a difference that is chance crosses 0 somewhere on every count."""
    futures = futures_of("narrow_actions")
    scenario = futures.scenario
    same = PerConversation.model_validate({"type": "per_conversation", "price": 0.4})
    bare = scenario.model_copy(update={"contracts": {"one": same, "other": same}, "switches": {}, "today": None})
    found = forecast(replace(futures.results, scenario=bare))
    assert tripwires(found) == ()


def test_a_crossing_by_hand() -> None:
    values = np.arange(200.0)
    order = np.argsort(values)
    assert _crossing(values, 10.25 - values, order) == (pytest.approx(10.25), True)
    assert _crossing(values, values - 10.25, order) == (pytest.approx(10.25), False)
    assert _crossing(values, (values - 50) * (values - 100), order) is None, "twice"
    assert _crossing(values, values + 1, order) is None, "nowhere"
    assert _crossing(values, values - 0.5, order) is None, "beyond the first hundredth"
