"""Shares of the variance by group: exact ones of a scenario, sums, groups that are correlated, and wrong groupings."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from simulator.decisions.sensitivities.groups import OTHERS, Group, components, groups_of
from simulator.decisions.sensitivities.indices import Frozen, Index, Indices, frozen, indices, shares_of
from simulator.decisions.worth import Estimate
from simulator.futures.drawn import FORECAST, MONTHS
from tests.decisions.sensitivities.running import SHARES, futures_of
from tests.scenarios.shipped import FOLDER

DEMAND, RATE = "volume.per_month", "levels.any.solve"
EXACT: Final = {"demand": 0.7881094559, "rate": 0.2075010326, "both": 0.0029845565, "noise": 0.0014049549}
"""`variance_shares_exact` of per_resolution_beta_month: the product of two independent factors, and noise."""
CORRELATED: Final = f'correlations=[{{between=["{DEMAND}","{RATE}"],rho=0.5}}]'


def inside(estimate: Estimate, exact: float) -> bool:
    assert estimate.low is not None and estimate.high is not None
    return estimate.low <= exact <= estimate.high


def by_key(found: Indices | None) -> dict[str, Index]:
    assert found is not None
    return {each.group.key: each for each in found.groups}


def test_the_exact_shares_of_demand_and_resolution_rate() -> None:
    found = indices(futures_of(SHARES, "trials=2048"), "oracle")
    groups = by_key(found)
    assert found is not None and set(groups) == {DEMAND, RATE}
    assert inside(groups[DEMAND].first, EXACT["demand"]) and inside(groups[RATE].first, EXACT["rate"])
    assert inside(groups[DEMAND].total, EXACT["demand"] + EXACT["both"])
    assert inside(groups[RATE].total, EXACT["rate"] + EXACT["both"])
    assert inside(found.interactions, EXACT["both"]) and inside(found.conversations, EXACT["noise"])
    assert all(
        each.first.high - each.first.low < 0.08 for each in groups.values() if each.first.high and each.first.low
    )
    assert found.sd == pytest.approx(5_215.98, rel=0.02)


def test_a_wrong_grouping_misses_the_exact_shares() -> None:
    futures = futures_of(SHARES, "trials=1024")
    right = (Group(DEMAND, (DEMAND,)), Group(RATE, (RATE,)))
    swapped = (Group(DEMAND, (RATE,)), Group(RATE, (DEMAND,)))
    together = (Group(DEMAND, (DEMAND, RATE)),)
    for groups, hits in ((right, True), (swapped, False), (together, False)):
        found = by_key(shares_of(groups, frozen(futures, "oracle", groups)))
        assert inside(found[DEMAND].first, EXACT["demand"]) == hits


def test_shares_sum_to_one_and_independent_groups_to_no_more() -> None:
    for path in (SHARES, FOLDER / "narrow_actions.toml"):
        futures = futures_of(path, "trials=512")
        found = indices(futures, futures.forecast.verdict.recommended)
        assert found is not None
        single = sum(each.first.value for each in found.groups) + found.conversations.value
        assert single + found.interactions.value == pytest.approx(1.0)
        assert (
            found.interactions.high is not None and single <= 1.0 + found.interactions.high - found.interactions.value
        )


def test_a_group_that_does_nothing_has_exactly_no_share() -> None:
    futures = futures_of(FOLDER / "narrow_actions.toml", "trials=128", "people.cost_per_hour={ p5 = 30, p95 = 60 }")
    idle = by_key(indices(futures, "conversation"))["tokens.factor"]
    assert idle.first == idle.total == Estimate(0.0, 0.0, 0.0)


def test_correlated_numbers_are_one_group() -> None:
    futures = futures_of(SHARES, "trials=512", CORRELATED)
    found = indices(futures, "oracle")
    (only,) = by_key(found).values()
    assert set(only.group.members) == {DEMAND, RATE}
    assert only.total.value == pytest.approx(1.0, abs=0.01)


def test_links_over_others_join() -> None:
    parts = components(["a", "b", "c", "d"], [("a", "b"), ("c", "b"), ("x", "d")])
    assert sorted(map(sorted, parts)) == [["a", "b", "c"], ["d"]]


def test_the_weak_ones_are_one_group() -> None:
    futures = futures_of(FOLDER / "narrow_actions.toml", "trials=128")
    found = groups_of(futures.results, futures.cost("conversation"), most=2)
    assert found[0].key == DEMAND and found[2].key == OTHERS and found[3].key == MONTHS
    assert len(found) == 4 and len(found[2].members) > 1
    assert not set(found[2].members) & {found[0].key, found[1].key}


def test_a_forecast_with_a_range_is_a_group() -> None:
    rows = ",".join(f'{{month="2027-{month:02}",low=900,base=1000,high=1150}}' for month in range(1, 4))
    text = SHARES.read_text().replace("per_month = { mean = 60_000, sd = 7_195.832127 }", f"forecast = [{rows}]")
    path = SHARES.with_name("with_forecast.toml")
    path.write_text(text.replace("months = 1\n", "months = 3\n"))
    try:
        found = by_key(indices(futures_of(path, "trials=256"), "oracle"))
    finally:
        path.unlink()
    assert found[FORECAST].total.value > 0.2 and set(found) == {FORECAST, RATE}


def test_nothing_that_varies_and_few_futures_give_none() -> None:
    assert indices(futures_of(SHARES, "trials=32"), "oracle") is None
    fixed = Frozen(np.ones(64), np.ones(64), {}, np.zeros(64), None)
    assert shares_of((), fixed) is None


def test_estimates_below_zero_stand() -> None:
    rng = np.random.default_rng(7)
    own, again = rng.normal(size=(2, 256))
    group = Group("idle", ("idle",))
    found = shares_of((group,), Frozen(own, again, {"idle": own + 0.01 * rng.normal(size=256)}, np.zeros(256), None))
    flipped = shares_of((group,), Frozen(own, again, {"idle": 2 * own - (own + 0.01)}, np.zeros(256), None))
    values = [by_key(each)["idle"].first.value for each in (found, flipped)]
    assert min(values) < 0 < 1e-2 > max(map(abs, values))


def test_each_point_is_drawn_again_apart_from_the_first() -> None:
    futures = futures_of(SHARES, "trials=512")
    groups = groups_of(futures.results, futures.cost("oracle"))
    found = frozen(futures, "oracle", groups)
    assert abs(np.corrcoef(found.own, found.again)[0, 1]) < 0.1
    assert replace(groups[0], key="x").members == groups[0].members
