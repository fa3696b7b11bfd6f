"""Stress tests: on every shipped scenario each moves its figure as it must, and wrong ones are told as unexpected."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.decisions.sensitivities import stressed
from simulator.decisions.sensitivities.stresses import (
    STRESSES,
    TOGETHER,
    Under,
    check,
    first_futures,
    result,
    simulated,
    stresses,
)
from simulator.forecast.forecast import forecast
from tests.decisions.sensitivities.running import futures_of
from tests.scenarios.shipped import FOLDER

KEYS = {each.key for each in STRESSES} | {TOGETHER}
BILLS_RESOLUTIONS = {"broad_cx": "resolution_assumed", "seasonal_retail": "resolution", "three_year_term": "resolution"}


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[pytest.mark.slow] * (each != "seasonal_retail")) for each in BILLS_RESOLUTIONS]
)
def test_every_stress_moves_what_it_must(name: str) -> None:
    """Of the contracts that are recommended tests/cli/test_sensitivity.py sees the same on every scenario."""
    futures = futures_of(FOLDER / f"{name}.toml", "trials=256")
    found = stresses(futures, BILLS_RESOLUTIONS[name])
    assert [each.key for each in found.results if not each.as_expected] == []
    assert {each.key for each in found.results} | set(found.not_possible) == KEYS
    assert not {each.key for each in found.results} & set(found.not_possible)


def test_model_prices_double_exactly_and_leave_other_bills() -> None:
    futures = futures_of(FOLDER / "broad_cx.toml", "trials=64")
    found = {each.key: each for each in stresses(futures, "per_token").results}
    (cost,) = found["model_prices"].checks
    assert cost.after == pytest.approx(2 * cost.before, rel=1e-12)
    assert found["model_prices"].change.mean.value == pytest.approx(np.mean(futures.cost("per_token")), rel=1e-9)
    other = {each.key: each for each in stresses(futures, "per_conversation").results}
    assert other["model_prices"].change.mean.value == 0.0


def test_a_renewal_moves_no_month_before_it() -> None:
    futures = futures_of(FOLDER / "broad_cx.toml", "trials=64")
    first = first_futures(futures.results, 64)
    changed = stressed.tightened(first.scenario, "resolution_assumed", first)
    assert not isinstance(changed, str)
    base = Under(first, forecast(first), "resolution_assumed", 7)
    under = simulated({"tightened": changed}, base, futures.kept.sample)["tightened"]
    before, after = (each.priced.contracts["resolution_assumed"].invoice for each in (base, under))
    assert np.array_equal(before[:, :6], after[:, :6])
    assert (after[:, 6:] <= before[:, 6:]).all() and (after[:, 6:] < before[:, 6:]).any()


def test_a_stress_that_moves_its_figure_the_other_way_is_unexpected() -> None:
    futures = futures_of(FOLDER / "narrow_actions.toml", "trials=64")
    first = first_futures(futures.results, 64)
    base = Under(first, forecast(first), "conversation", 7)
    wrong = stressed.outage(first.scenario, "conversation", first)
    assert not isinstance(wrong, str)
    under = simulated({"outage": wrong}, base, futures.kept.sample)["outage"]
    told = result("outage", ("outage",), {"conversations": 1}, base, under)
    assert not told.as_expected and told.checks[0].after < told.checks[0].before
    idle = check("conversations", 1, base, base)
    assert idle is not None and not idle.as_expected


def test_the_busiest_month_is_out_and_no_other() -> None:
    futures = futures_of(FOLDER / "seasonal_retail.toml", "trials=64")
    out = stressed.outage(futures.scenario, "conversation", futures.results)
    assert not isinstance(out, str)
    month = stressed.busiest(futures.results)
    rollout = [each.center for each in out.volume.rollout]
    assert rollout[month - 1] == 0 and len(rollout) == 12
    assert rollout[:4] == [0.25, 0.5, 0.75, 1.0] if month > 4 else True


def test_people_take_what_reaches_no_ai_in_an_outage_by_hand() -> None:
    futures = futures_of(FOLDER / "broad_cx.toml", "trials=64")
    first = first_futures(futures.results, 64)
    changed = stressed.outage(first.scenario, "per_conversation", first)
    assert not isinstance(changed, str)
    base = Under(first, forecast(first), "per_conversation", 7)
    under = simulated({"outage": changed}, base, futures.kept.sample)["outage"]
    told = result("outage", ("outage",), {}, base, under)
    month, meters, scenario = stressed.busiest(first) - 1, first.meters, first.scenario
    by_level = sum(meters[f"level:{name}"] * each.handoff_minutes.center for name, each in scenario.levels.items())
    by_channel = sum(meters[f"channel:{name}"] * each.minutes.center for name, each in scenario.channels.items())
    minutes = by_level * by_channel / meters["rows"] ** 2
    taken = (meters["conversations"] * minutes / 60)[:, month].mean() * scenario.people.cost_per_hour.center
    less = (meters["human_minutes"][:, month] / 60).mean() * scenario.people.cost_per_hour.center
    assert told.people.value == pytest.approx(taken - less, rel=0.02) and told.people.value > 0
    assert told.change.mean.value < 0


def test_an_outage_costs_more_where_people_are_in_the_budget() -> None:
    invoice, both = (
        {each.key: each for each in stresses(futures_of(FOLDER / "broad_cx.toml", *given), "per_conversation").results}
        for given in (("trials=64",), ("trials=64", 'budget.of="cost_to_serve"'))
    )
    assert invoice["outage"].change.mean.value < 0 < both["outage"].change.mean.value
    assert both["outage"].change.mean.value == pytest.approx(
        invoice["outage"].change.mean.value + invoice["outage"].people.value
    )


def test_what_a_scenario_cannot_have_is_told_with_the_reason() -> None:
    futures = futures_of(FOLDER / "minimal.toml", "trials=64", "months=1")
    reasons = stresses(futures, "conversation").not_possible
    assert reasons["outage"] == "one_month" and reasons["incident"] == "no_incident"
    assert reasons["tightened"] == "no_definition" and reasons["wider"] == "nothing_varies"
    assert stresses(futures, "resolution").not_possible["loosened"] == "one_month"


def test_together_is_what_makes_the_contract_dearer() -> None:
    found = stresses(futures_of(FOLDER / "narrow_actions.toml", "trials=256"), "conversation")
    single = {each.key: each for each in found.results}
    both = single[TOGETHER]
    assert both.parts == tuple(key for key in single if key in both.parts)
    assert all(single[key].dearer for key in both.parts) and "wider" not in both.parts
    assert both.change.mean.value > max(single[key].change.mean.value for key in both.parts)


def test_ranges_half_and_twice_as_wide_keep_the_middle() -> None:
    scenario = futures_of(FOLDER / "narrow_actions.toml", "trials=64").scenario
    for change, factor in ((stressed.narrower, 0.5), (stressed.wider, 2.0)):
        other = change(scenario, "", futures_of(FOLDER / "narrow_actions.toml", "trials=64").results)
        assert not isinstance(other, str)
        old, new = scenario.volume.per_month, other.volume.per_month
        assert old is not None and new is not None and new.center == pytest.approx(old.center)
        assert np.log(new.at(np.ones(1)) / new.center) == pytest.approx(
            factor * np.log(old.at(np.ones(1)) / old.center)
        )
        assert other.drivers.complexity.sd.center == pytest.approx(factor * scenario.drivers.complexity.sd.center)
