"""Months drawn conversation by conversation, and calls priced long, against the ledger."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulator.engine.atlas.drawn_tokens import draw_tokens, token_law
from simulator.engine.atlas.law import build_law
from simulator.engine.atlas.lengths import length_moments
from simulator.engine.atlas.prompts import may_be_long
from simulator.engine.parts import prompt_thresholds
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.forecast import forecast
from simulator.model.unknowns import Unknowns
from simulator.scenario import Scenario, parse_scenario
from simulator.scenario.terms import compile_terms
from simulator.streams import stream
from tests.engine.by_hand import sure
from tests.statistics import same_covariance, same_distribution, within_standard_errors

PLAIN = """
title = "Plain"
start = "2027-01"
months = 2
trials = 2_048
volume.per_month = 6
levels.easy = { escalate = 0.1, solve = 0.7, turns = 4 }
levels.hard = { escalate = 0.3, solve = 0.5, turns = 7 }
intents.one = { share = 1, levels = { easy = 0.6, hard = 0.4 }, abandon = 0.1, action = 0.5 }
turns = { size = 2, most = 12, calls_per_turn = 1.5, actions_per_call = 0.4 }
tokens.system = 300
tokens.retrieved = { mean = 50, cv = 0.5 }
tokens.tool_result = { mean = 100, cv = 1 }
tokens.answer = { mean = 80, cv = 3 }
tokens.cache = { share = 0.8, miss = 0.2, miss_first = 0.7, write_share = 0.5 }
models.main = { rates = { input = 1, cached_input = 0.1, cache_write = 1.2, output = 10 } }
contracts.one = { type = "per_token" }
"""
LONG = """models.main.rates={ input = 1, cached_input = 0.1, cache_write = 1.2, output = 10,
long_prompt = { threshold_tokens = %d, input = 2, cached_input = 0.2, cache_write = 2, output = 20 } }""".replace(
    "\n", " "
)
LENGTHS = ("turns", "calls", "ai_replies", "actions")
TOKENS = ("tokens:main:input", "tokens:main:cached_input", "tokens:main:output", "reasoning_tokens")


def plain(*overrides: str) -> Scenario:
    return parse_scenario(PLAIN, "plain", overrides)


@cache
def run(engine: str, *overrides: str) -> Results:
    return simulate(plain(*overrides), engine=engine)  # type: ignore[arg-type]


def first_month(results: Results, name: str) -> np.ndarray:
    return results.meters[name][:, 0]


@pytest.mark.parametrize("name", [*LENGTHS, *TOKENS])
def test_small_months_have_the_distribution_of_the_ledger(name: str) -> None:
    atlas, ledger = run("atlas"), run("ledger", "seed=5")
    assert (verdict := same_distribution(first_month(atlas, name), first_month(ledger, name), what=name)), verdict


def test_small_months_have_the_joint_law_of_the_ledger() -> None:
    samples = [
        [np.log1p(first_month(run(*of), name)) for name in ("turns", TOKENS[2])]
        for of in (("atlas",), ("ledger", "seed=5"))
    ]
    a, b = samples
    assert (verdict := same_covariance((a[0], a[1]), (b[0], b[1]))), verdict


def test_the_check_finds_a_smooth_law_in_the_place_of_singles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.engine.atlas.handling.MOST_SKEWNESS", np.inf)
    few = ("volume.per_month=2", "tokens.answer={ mean = 80, cv = 5 }")
    smooth, ledger = simulate(plain(*few)), run("ledger", "seed=5", *few)
    assert not same_distribution(first_month(smooth, TOKENS[2]), first_month(ledger, TOKENS[2]))


def test_more_months_leave_earlier_ones_unchanged() -> None:
    few, more = run("atlas"), run("atlas", "months=3")
    for name, values in few.meters.items():
        assert np.array_equal(values, more.meters[name][:, :2]), name


def test_one_trial_alone_is_that_of_a_longer_run() -> None:
    alone = simulate(plain("trials=1"), first_trial=731)
    for name, values in alone.meters.items():
        assert np.array_equal(values[0], run("atlas").meters[name][731]), name


def test_slices_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.engine.atlas.singles.SLICE", 500)
    sliced = simulate(plain())
    assert np.array_equal(sliced.meters["rows"], run("atlas").meters["rows"])
    assert (
        verdict := same_distribution(first_month(sliced, "calls"), first_month(run("ledger", "seed=5"), "calls"))
    ), verdict
    assert (sliced.meters["calls"] >= sliced.meters["rows"]).all()


@pytest.mark.parametrize("volume", [6, 200])
def test_long_calls_have_the_means_of_the_ledger(volume: int) -> None:
    sets = (LONG % 1_500, f"volume.per_month={volume}", "trials=512")
    atlas, ledger, expected = (run(engine, *sets) for engine in ("atlas", "ledger", "expected"))
    for token_class in ("input", "cached_input", "cache_write", "output"):
        name = f"tokens_long:main:{token_class}"
        mean = expected.meters[name]
        assert mean.all()
        for found in (atlas, ledger):
            sample = (found.meters[name] / mean).mean(axis=1)
            assert (verdict := within_standard_errors(sample, np.ones(len(sample)), what=name)), verdict
            assert not within_standard_errors(sample, np.full(len(sample), 1.5))
        assert (verdict := same_distribution(first_month(atlas, name), first_month(ledger, name), what=name)), verdict
        assert (atlas.meters[name] <= atlas.meters[name.replace("_long", "")] * (1 + 1e-9)).all()


def test_thresholds_out_of_reach_cost_nothing_and_are_priced() -> None:
    usual, far = (
        run("atlas", "volume.per_month=3_000", "trials=16"),
        run("atlas", "volume.per_month=3_000", "trials=16", LONG % 90_000_000),
    )
    for name, values in usual.meters.items():
        assert np.array_equal(values, far.meters[name]), name
    assert {name for name in far.meters if name not in usual.meters} == {
        f"tokens_long:main:{each}" for each in ("input", "cached_input", "cache_write", "output")
    }
    assert not any(values.any() for name, values in far.meters.items() if name.startswith("tokens_long"))
    assert forecast(far).contracts["one"].invoice.total == pytest.approx(forecast(usual).contracts["one"].invoice.total)


@pytest.mark.parametrize("threshold", [400, 2_000, 8_000, 20_000])
def test_no_prompt_is_long_where_none_may_be(threshold: int) -> None:
    scenario = plain(LONG % threshold, "tokens.answer={ mean = 80, cv = 0.5 }")
    one = Unknowns(1, {})
    tokens = token_law(scenario, one, prompt_thresholds(scenario, compile_terms(scenario)))
    lengths = length_moments(build_law(scenario, one).handling, scenario.turns.most)
    number = 50_000
    for factor in (0.05, 0.5, 1.0, 2.0):
        possible = may_be_long(tokens, 0, np.array([[factor]]), lengths, np.array([[float(number)]]))[0, 0]
        trial = np.zeros(number, dtype=np.int64)
        turns = np.full(number, scenario.turns.most)
        calls = lengths.tables.calls[0, turns]
        walked = draw_tokens(
            tokens, np.array([factor]), lambda name: stream(1, name, threshold), trial, trial, turns, calls
        )
        assert possible or walked.long is None, factor
    assert may_be_long(tokens, 0, np.array([[1.0]]), lengths, np.array([[1.0]]))[0, 0] == (threshold < 20_000)


def test_sure_conversations_have_long_calls_by_hand() -> None:
    # Prompts of the 5 calls, alike in all conversations; the threshold lies between the second and the third.
    plain_run = simulate(sure())
    prompts = []
    for threshold in (1, 200, 100_000):
        rates = LONG % threshold
        for engine in ("atlas", "expected", "ledger"):
            if threshold > 10_000 and engine == "ledger":
                continue
            found = simulate(sure(rates), engine=engine)
            long = sum(found.meters[f"tokens_long:main:{each}"] for each in ("input", "cached_input", "cache_write"))
            prompts.append(float((long / found.meters["rows"]).mean()))
    everything = float((plain_run.meters["input_tokens"] / plain_run.meters["rows"]).mean())
    assert prompts[:3] == pytest.approx([everything] * 3, rel=1e-5)
    assert prompts[3:6] == pytest.approx([prompts[5]] * 3, rel=1e-5)
    assert 0 < prompts[5] < everything
    assert prompts[6:] == [0, 0]
