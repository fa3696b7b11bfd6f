"""Layers of meters in the atlas: exact means, the ledger's spread, and order in every trial."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats

from simulator.contracts.meters import SIZED, Layer
from simulator.engine.atlas.layers import edges_of, layer_meters, least_actions
from simulator.engine.atlas.matching import (
    FEW,
    MOST,
    Beside,
    beside,
    groups_of,
    part_of,
    scaled,
    scaled_target,
    sets_of,
)
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.scenario import Scenario, parse_scenario
from tests.engine.by_hand import per_row, sure
from tests.statistics import mean_is, same_correlation, same_distribution, same_variance, within_standard_errors

PLAIN = """
title = "Plain"
start = "2027-01"
months = 1
trials = 512
volume.per_month = 100
levels.easy = { escalate = 0.1, solve = 0.7, turns = 4 }
levels.hard = { escalate = 0.3, solve = 0.5, turns = 7 }
intents.one = { share = 1, levels = { easy = 0.6, hard = 0.4 }, abandon = 0.1, action = 0.5 }
turns = { size = 2, most = 12, calls_per_turn = 1.5, actions_per_call = 0.4 }
drivers.tokens = { cv = 0.3 }
channels.chat = { share = 0.7, seconds_per_turn = 20 }
channels.voice = { share = 0.3, seconds_per_turn = 45, turns = 1.3 }
models.main = { rates = { input = 1, output = 10 } }
models.other = { rates = { input = 1, output = 10 }, tokens_factor = 1.3 }
[tokens]
"""
STRUCTURAL = """
system = 300
retrieved = { mean = 50, cv = 0.5 }
tool_result = { mean = 100, cv = 1 }
answer = { mean = 80, cv = 1 }
"""
DIRECT = """
form = "direct"
direct.input = { mean = 6_000, cv = 0.7, family = "gamma" }
direct.output = { mean = 900, cv = 1.0 }
"""
BOUNDS = {
    "messages": (6, 9),
    "ai_replies": (3, 4),
    "actions": (1, 2.5),
    "input_tokens": (3_000, 5_000),
    "output_tokens": (700, 900),
    "minutes": (1.5, 3),
}


def charge(meter: str, included: float | None, cap: float | None) -> str:
    free = "" if included is None else f", included_per_conversation = {included}"
    most = "" if cap is None else f", cap_per_conversation = {cap}"
    return f"{{ kind = 'flat', meter = '{meter}', rate = 0.01{free}{most} }}"


def layers(meter: str) -> list[str]:
    included, cap = BOUNDS[meter]
    return [charge(meter, included, cap), charge(meter, included, None), charge(meter, None, included)]


def keys(meter: str) -> tuple[str, str, str]:
    included, cap = BOUNDS[meter]
    return f"{meter}[{included}:{cap}]", f"{meter}[{included}:]", f"{meter}[0:{included}]"


def contract(name: str, charges: list[str]) -> str:
    return f'\n[contracts.{name}]\ntype = "hybrid"\ncharges = [{", ".join(charges)}]\n'


ALL = contract("layered", [each for meter in SIZED for each in layers(meter)])


def plain(tokens: str, contracts: str = ALL, *overrides: str) -> Scenario:
    return parse_scenario(PLAIN + tokens + contracts, "plain", overrides)


FORMS = pytest.mark.parametrize("tokens", [STRUCTURAL, DIRECT], ids=["structural", "direct"])
VOLUMES = pytest.mark.parametrize("volume", [5, 100, pytest.param(3_000, marks=pytest.mark.slow)])


@cache
def run(engine: str, tokens: str, volume: int, seed: int = 0) -> Results:
    trials = 1_024 if engine == "ledger" and volume < 1_000 else 512
    sets = (f"volume.per_month={volume}", f"seed={seed}", f"trials={trials if volume < 1_000 else 256}")
    return simulate(plain(tokens, ALL, *sets), engine=engine)  # type: ignore[arg-type]


@FORMS
@VOLUMES
def test_layers_have_the_means_that_are_expected(tokens: str, volume: int) -> None:
    expected = run("expected", tokens, volume)
    for engine, seed in (("atlas", 0), ("ledger", 0)):
        found, means = run(engine, tokens, volume, seed), expected
        if engine == "ledger":
            sets = (f"volume.per_month={volume}", f"trials={found.trials}")
            means = simulate(plain(tokens, ALL, *sets), engine="expected")
        for meter in SIZED:
            for key in keys(meter):
                sample = (found.meters[key] / means.meters[key]).mean(axis=1)
                # The tabulated means have a sampling error of their own, of about 0.1 %.
                sure_error = 0.002
                assert abs(sample.mean() - 1) < 5 * sample.std() / len(sample) ** 0.5 + sure_error, (engine, key)
                assert not within_standard_errors(sample, np.full(len(sample), 1.3))


@FORMS
@VOLUMES
def test_layers_lie_within_their_meter_and_add_up_to_it_in_every_trial(tokens: str, volume: int) -> None:
    for engine in ("atlas", "expected"):
        m = run(engine, tokens, volume).meters
        for meter in SIZED:
            capped, high, low = (m[key] for key in keys(meter))
            assert low + high == pytest.approx(m[meter], rel=1e-12)
            assert (capped <= high).all() and (high <= m[meter]).all() and (capped >= 0).all() and (low >= 0).all()
            assert (capped < high).any()


@FORMS
@pytest.mark.parametrize("volume", [5, 100])
def test_layers_have_the_distribution_of_the_ledger(tokens: str, volume: int) -> None:
    atlas, ledger = (run(engine, tokens, volume, seed).meters for engine, seed in (("atlas", 0), ("ledger", 5)))
    for meter in SIZED:
        for key in keys(meter):
            a, b = (each[:, 0] for each in (atlas[key], ledger[key]))
            assert (verdict := same_distribution(a, b, what=key)), verdict
            assert (verdict := same_variance(np.sqrt(a), np.sqrt(b), what=key)), verdict
            first, second = ((each[key][:, 0], each[meter][:, 0]) for each in (atlas, ledger))
            assert (verdict := same_correlation(first, second, what=key)), verdict
    a, b = (each[keys("output_tokens")[1]][:, 0] for each in (atlas, ledger))
    assert not same_distribution(a, b * 3)


@FORMS
@VOLUMES
def test_layers_leave_all_other_meters_unchanged(tokens: str, volume: int) -> None:
    with_all = run("atlas", tokens, volume).meters
    sets = (f"volume.per_month={volume}", f"trials={len(with_all['rows'])}")
    without = simulate(plain(tokens, contract("one", [charge("messages", None, None)]), *sets)).meters
    one = simulate(plain(tokens, contract("one", layers("output_tokens")[:1]), *sets)).meters
    assert {name for name in with_all if name not in without} == {
        "minutes",
        *(key for meter in SIZED for key in keys(meter)),
    }
    for found in (without, one):
        for name, values in found.items():
            assert np.array_equal(values, with_all[name]), name


@FORMS
@VOLUMES
def test_more_months_leave_earlier_ones_unchanged(tokens: str, volume: int) -> None:
    sets = (f"volume.per_month={volume}", "trials=64")
    few, more = (simulate(plain(tokens, ALL, *sets, f"months={months}")).meters for months in (1, 2))
    for name, values in few.items():
        assert np.array_equal(values, more[name][:, :1]), name


def test_layers_of_sure_conversations_by_hand() -> None:
    # Each conversation has 3 turns and 3 replies, 5 calls of 15 + 20 written tokens each.
    parts = [charge("messages", 2, 3), charge("output_tokens", 100, None), charge("output_tokens", None, 170)]
    scenario = sure(f"contracts.one={{ type = 'hybrid', charges = [{', '.join(parts)}] }}")
    for engine in ("atlas", "expected"):
        results = simulate(scenario, engine=engine)
        assert per_row(results, "messages[2:3]") == pytest.approx(3)
        assert per_row(results, "output_tokens") == pytest.approx(175, rel=1e-6)
        assert per_row(results, "output_tokens[100:]") == pytest.approx(75, rel=1e-6)
        assert per_row(results, "output_tokens[0:170]") == pytest.approx(170, rel=1e-6)


def test_edges_are_where_layers_begin_and_end() -> None:
    asked = (Layer("actions", 0, 2), Layer("actions", 2, None), Layer("messages", 1.5, 2))
    assert edges_of(asked) == {"actions": (2.0,), "messages": (1.5, 3.5)}
    one = np.ones((1, 1))
    found = {"actions": 4 * one[None], "messages": np.stack([7 * one, 3 * one])}
    meters = layer_meters(asked, {"actions": 10 * one, "messages": 9 * one}, found)
    assert {key: float(values[0, 0]) for key, values in meters.items()} == {
        "actions[0:2]": 6,
        "actions[2:]": 4,
        "messages[1.5:2]": 4,
    }


def test_completed_actions_without_a_call_count_one() -> None:
    assert least_actions([0.25, 1, 2], np.array([[8.0]]))[:, 0, 0].tolist() == [6, 0, 0]


# ---- conversations beside a known sum --------------------------------------------------------------------------

GAMMA = stats.gamma(2, scale=0.5)
CELLS = 1_500


def drawn_beside(number: int, edges: list[float], coupled: bool = True) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return known sums, what their conversations truly have beyond edges, and what was found beside them."""
    draws = np.random.default_rng(5)
    cell = np.repeat(np.arange(CELLS), number)
    true = GAMMA.rvs((CELLS, number), random_state=draws)
    sums = true.sum(axis=1)
    times = int(sets_of(np.array([float(number)]))[0])
    sizes = GAMMA.rvs(CELLS * number * times, random_state=draws)
    pair = GAMMA.rvs((2, len(cell)), random_state=draws)
    member = np.tile(np.tile(np.arange(times), number), CELLS)
    sets = Beside(np.repeat(np.arange(CELLS), number * times), member, sizes, cell, pair)
    wanted = sums if coupled else draws.permutation(sums)
    found = beside(sets, groups_of(np.ones(CELLS)), np.array(edges), wanted, np.ones(CELLS))
    return sums, np.stack([np.maximum(true - edge, 0.0).sum(axis=1) for edge in edges]), found


@pytest.mark.parametrize("number", [40, 300])
def test_what_is_found_beside_a_sum_has_the_joint_law_of_the_truth(number: int) -> None:
    edges = [0.5, 1.5, 3.0]
    sums, true, found = drawn_beside(number, edges)
    for place, edge in enumerate(edges):
        exact = number * float(GAMMA.expect(lambda x, edge=edge: max(x - edge, 0.0)))
        assert (verdict := mean_is(found[place], exact)), verdict
        assert (verdict := same_variance(found[place], true[place])), verdict
        assert (verdict := same_correlation((found[place], sums), (true[place], sums))), verdict
        assert (found[place] > -0.02 * exact).mean() > 0.98
    assert (verdict := same_variance(found[0] - found[1], true[0] - true[1])), verdict
    _, _, apart = drawn_beside(number, edges, coupled=False)
    assert not same_correlation((apart[0], sums), (true[0], sums))


def test_the_whole_sum_is_met_exactly_at_edge_0() -> None:
    sums, _, found = drawn_beside(40, [0.0])
    assert found[0] == pytest.approx(sums, rel=1e-12)


def test_parts_stand_for_all_in_proportion() -> None:
    numbers = np.array([[3.0, 30_000, 0], [0, 10_000, 0], [500, 20_000, 0]])
    parts = part_of(numbers)
    assert parts[:, 0].tolist() == [3, 0, 500] and parts[:, 2].tolist() == [0, 0, 0]
    assert parts[:, 1].sum() == MOST
    assert parts[:, 1] == pytest.approx(MOST * np.array([1 / 2, 1 / 6, 1 / 3]), abs=1)
    share = np.array([0.25])
    target = scaled_target(np.array([110.0]), np.array([100.0]), np.array([24.0]), share)
    assert target == pytest.approx([29.0])
    assert scaled(target, np.array([100.0]), np.array([24.0]), share) == pytest.approx([110.0])
    assert sets_of(np.array([0.0, 40, 2_000])).tolist() == [64, 38, 1]
    assert FEW[0] < FEW[1]
