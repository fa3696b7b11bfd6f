"""Prices of models as a scenario states them, at its totals per conversation: the right values by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from simulator.contracts import invoice, model_cost
from simulator.contracts.metering.meters import TOKEN_CLASSES
from simulator.errors import ScenarioError
from simulator.implied.implied_figures import implied
from simulator.scenario import Scenario, parse_scenario
from simulator.scenario.checks.long_calls import _tokens_above
from simulator.scenario.schema.token_tables import Length
from simulator.scenario.stated.compiled_terms import compile_terms

BASE = """
title = "Totals"
start = "2027-01"
volume.per_month = 100
tokens.form = "direct"
turns.calls_per_turn = 0.1
[tokens.direct]
{direct}
[levels.any]
escalate = 0.3
solve = 0.7
turns = {turns}
[intents.all]
share = 1
levels.any = 1
[models.main]
{model}
[contracts]
token = {{ type = "per_token"{terms} }}
"""
DIRECT = "input.mean = 262_960\noutput.mean = 1_744\ncached_share = 0.981"
"""One call of a conversation, of a public bug report."""
PRO = 'price = "google:gemini-2.5-pro"'


def read(direct: str = DIRECT, model: str = PRO, terms: str = "", turns: float = 1, *overrides: str) -> Scenario:
    return parse_scenario(BASE.format(direct=direct, model=model, terms=terms, turns=turns), "totals.toml", overrides)


def refusal(*given: Any) -> tuple[str, str, str]:
    """Return line, message and help of the one problem."""
    with pytest.raises(ScenarioError) as caught:
        read(*given)
    (problem,) = caught.value.problems
    return problem.text, problem.message, problem.help or ""


def bills(scenario: Scenario, **tokens: float) -> tuple[float, float]:
    """Return what so many tokens by class come to: the contract's bill, and the vendor's model cost."""
    terms = compile_terms(scenario)
    meters = {f"{kind}:main:{each}": np.zeros((1, 1)) for kind in ("tokens", "tokens_long") for each in TOKEN_CLASSES}
    meters |= {f"tokens:main:{each}": np.full((1, 1), amount) for each, amount in tokens.items()}
    found = invoice(terms.contracts["token"], meters, at_center).total
    return float(found[0, 0]), float(model_cost(meters, terms.model_rates, at_center)[0, 0])


def at_center(quantity: Any) -> Any:
    return np.array([quantity.center])


# --- long prompts


def test_totals_that_may_reach_a_threshold_are_refused_with_the_way_out() -> None:
    line, message, help_text = refusal()
    assert line == "input.mean = 262_960"
    for part in ("google:gemini-2.5-pro", "200,000 tokens", "up to 100 % of the prompt tokens"):
        assert part in message
    for part in ("tokens.direct.long_share", 'form = "structural"', "without long_prompt"):
        assert part in help_text


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        # 4,996.24 fresh at 2.50, 257,963.76 cached at 0.25 and 1,744 out at 15 a million: 0.01249 + 0.06449 + 0.02616
        ("1", 0.10314154),
        # 4,996.24 at 1.25, 257,963.76 at 0.125 and 1,744 at 10: 0.00625 + 0.03225 + 0.01744
        ("0", 0.05593077),
        ("0.25", 0.75 * 0.05593077 + 0.25 * 0.10314154),
    ],
)
def test_the_share_in_long_calls_is_priced_long(share: str, expected: float) -> None:
    scenario = read(f"{DIRECT}\nlong_share = {share}")
    found = bills(scenario, input=4996.24, cached_input=257963.76, output=1744)
    assert found == pytest.approx((expected, expected), rel=1e-7)
    assert implied(scenario).model_cost == pytest.approx(expected, rel=1e-7)


def test_the_share_in_long_calls_holds_for_rates_that_a_contract_fixes() -> None:
    """A million out at 10, and at 40 in long calls: a quarter of them long is 17.50; the model's own is 11.25."""
    long = "long_prompt = { threshold_tokens = 200_000, input = 1, output = 40 }"
    own = f", models.main = {{ input = 1, output = 10, {long} }}"
    scenario = read(f"{DIRECT}\nlong_share = 0.25", PRO, own)
    assert bills(scenario, output=1e6) == pytest.approx((17.5, 11.25))


LONG_RATES = "rates = { input = 1, output = 9, long_prompt = { threshold_tokens = 8_000, input = 2, output = 9 } }"


@pytest.mark.parametrize(
    ("direct", "turns", "refused"),
    [
        # one call, threshold 8,000
        ("input.mean = 8_000", 1, False),
        ("input.mean = 8_001", 1, True),
        # lognormal, cv 0.3: s^2 = ln 1.09 = 0.0862, s = 0.2936. The share of tokens above 2 means, ln 2 = 0.6931, is
        # Phi((0.0431 - 0.6931) / 0.2936) = Phi(-2.214) = 1.3 %; above 2.5 means, ln 2.5 = 0.9163, Phi(-2.974) = 0.15 %
        ("input = { mean = 4_000, cv = 0.3 }", 1, True),
        ("input = { mean = 3_200, cv = 0.3 }", 1, False),
        # gamma of cv 1 weighted by tokens is of shape 2: above x means (1 + x) exp(-x); 0.73 % at 7 and 0.30 % at 8
        ("input = { mean = 1_142, cv = 1, family = 'gamma' }", 1, True),
        ("input = { mean = 1_000, cv = 1, family = 'gamma' }", 1, False),
        # uncertain: the 95 % quantile decides
        ("input.mean = { p5 = 5_000, p95 = 7_900 }", 1, False),
        ("input.mean = { p5 = 5_000, p95 = 8_100 }", 1, True),
    ],
)
def test_mean_spread_and_family_decide_whether_a_call_may_be_long(direct: str, turns: float, refused: bool) -> None:
    if refused:
        assert "8,000 tokens" in refusal(direct, LONG_RATES, "", turns)[1]
    else:
        assert read(direct, LONG_RATES, "", turns).tokens.direct is not None


def test_the_tokeniser_and_the_months_factor_make_calls_longer() -> None:
    read("input.mean = 7_000", LONG_RATES)
    for override in ("models.main.tokens_factor=1.2", "tokens.factor=1.2", "drivers.tokens.log_sd=0.1"):
        assert "8,000 tokens" in refusal("input.mean = 7_000", LONG_RATES, "", 1, override)[1]


@pytest.mark.parametrize(("mean", "refused"), [(19_900, False), (20_100, True)])
def test_of_several_calls_the_longest_has_its_part_of_the_prompt(mean: int, refused: bool) -> None:
    """With 4 calls in every conversation the longest has at most 2 / 5: 8,000 of 20,000."""
    direct = f"input.mean = {mean}"
    four = ("turns.calls_per_turn=4", "turns.most=1")
    if refused:
        assert "8,000 tokens" in refusal(direct, LONG_RATES, "", 1, *four)[1]
    else:
        read(direct, LONG_RATES, "", 1, *four)


def test_a_share_without_a_threshold_is_refused() -> None:
    flat = "rates = { input = 1, output = 9 }"
    line, message, _ = refusal(f"{DIRECT}\nlong_share = 0.5", flat)
    assert (line, "no model's price has a threshold" in message) == ("long_share = 0.5", True)
    read(DIRECT, flat)


@pytest.mark.parametrize("family", ["lognormal", "gamma"])
def test_the_share_of_tokens_above_a_length_is_that_of_a_sample(family: str) -> None:
    """A million lengths with mean 1 and cv 0.8; negative control: the share of lengths themselves is another number."""
    draws, cv, times = np.random.default_rng(20), 0.8, 2.2
    log_sd = math.sqrt(math.log1p(cv**2))
    sample = (
        draws.lognormal(-(log_sd**2) / 2, log_sd, 10**6)
        if family == "lognormal"
        else draws.gamma(1 / cv**2, cv**2, 10**6)
    )
    expected = sample[sample > times].sum() / sample.sum()
    found = _tokens_above(times, cv, Length.model_validate({"mean": 1, "cv": cv, "family": family}))
    assert found == pytest.approx(expected, rel=0.02)
    assert found > 2 * (sample > times).mean()


@pytest.mark.parametrize(("alpha", "times"), [(2.5, 2.2), (1.3, 40), (6, 4)])
def test_the_share_of_tokens_above_a_length_of_a_lomax_is_the_integral_of_its_tail(alpha: float, times: float) -> None:
    """E[X; X > x] = x P(X > x) plus the integral of P(X > .) beyond; negative control: an alpha a tenth larger."""
    law = stats.lomax(alpha, scale=alpha - 1)
    beyond = integrate.quad(law.sf, times, np.inf, epsabs=1e-12)[0]
    found = _tokens_above(times, alpha, Length.model_validate({"mean": 1, "alpha": alpha, "family": "lomax"}))
    assert found == pytest.approx(times * law.sf(times) + beyond, rel=1e-6)
    assert _tokens_above(
        times, 1.1 * alpha, Length.model_validate({"alpha": alpha, "family": "lomax"})
    ) != pytest.approx(found, rel=0.01)


def test_totals_with_a_heavy_tail_are_refused_where_those_without_are_taken() -> None:
    """Of a mean of 5,000 tokens a lomax of alpha 1.6 has 13 % above 200,000, and one of alpha 5 next to nothing.

    Where alpha is not known it stands at its 5 % quantile.
    """
    tail = 'input = { mean = 5_000, family = "lomax", alpha = %s }'
    read(tail % 5)
    read(tail % "{ p5 = 5, p95 = 8 }")
    for alpha in ("1.6", "{ p5 = 1.6, p95 = 8 }"):
        line, message, _ = refusal(tail % alpha)
        assert line.startswith("input = ") and "up to 13 % of the prompt tokens may be in such calls" in message


# --- prices that change


def test_a_list_price_that_changes_within_the_horizon_is_refused_until_it_is_said_how_it_moves() -> None:
    """gemini-3.6-flash costs 0.75 a million until 2026-12-31 and 1.50 from 2027-01-01 on."""
    direct, flash = "input.mean = 1_000", 'price = "google:gemini-3.6-flash"'
    assert bills(read(direct, flash), input=1e6) == pytest.approx((1.5, 1.5))  # starts in 2027-01
    assert bills(read(direct, flash, "", 1, "start='2026-12'", "months=1"), input=1e6) == pytest.approx((0.75, 0.75))
    line, message, help_text = refusal(direct, flash, "", 1, "start='2026-12'", "months=2")
    assert line == flash and "2027-01-01" in message and "price_change_per_year" in help_text
    kept = read(direct, f"{flash}\nprice_change_per_year = 0", "", 1, "start='2026-12'", "months=2")
    assert bills(kept, input=1e6) == pytest.approx((0.75, 0.75))


# --- kinds of token and lives of the cache, in a scenario


def test_a_voice_is_billed_as_audio_or_refused() -> None:
    """5,000 fresh, 5,000 cached and 1,000 out: as audio 5 x 32 + 5 x 0.4 + 64 = 226 thousandths of a dollar."""
    direct = "input.mean = 10_000\noutput.mean = 1_000\ncached_share = 0.5"
    voice = 'price = "openai:gpt-realtime"'
    line, message, _ = refusal(direct, voice)
    assert line == voice and "token_kind" in message
    for kind, expected in (("audio", 0.226), ("text", 0.038)):  # text: 5 x 4 + 5 x 0.4 + 16
        scenario = read(direct, f'{voice}\ntoken_kind = "{kind}"')
        found = bills(scenario, input=5000, cached_input=5000, output=1000)
        assert found == pytest.approx((expected, expected))
        assert implied(scenario).model_cost == pytest.approx(expected)


def test_a_share_of_writes_for_one_hour_is_in_every_cost() -> None:
    """10,000 written: 7,500 at 3.75 and 2,500 at 6.00 a million are 0.043125; for five minutes 0.0375."""
    direct = "input.mean = 10_000\nwrite_share = 1"
    sonnet = 'price = "anthropic:claude-sonnet-4-5"'
    for model, expected in ((f"{sonnet}\none_hour_share = 0.25", 0.043125), (sonnet, 0.0375)):
        scenario = read(direct, model)
        assert bills(scenario, cache_write=10_000) == pytest.approx((expected, expected))
        assert implied(scenario).model_cost == pytest.approx(expected)


@pytest.mark.parametrize(
    ("model", "part"),
    [
        ('price = "openai:gpt-5-mini"', "no price of one hour in the cache"),
        ("rates = { input = 1, cache_write = 2, output = 3 }", "rates have no cache_write_1h"),
        (
            "rates = { input = 1, cache_write = 2, cache_write_1h = 3, output = 3, "
            "long_prompt = { threshold_tokens = 900_000, input = 1, cache_write = 2, output = 3 } }",
            "rates have no cache_write_1h",
        ),
    ],
)
def test_one_hour_in_the_cache_without_a_price_is_refused(model: str, part: str) -> None:
    line, message, help_text = refusal("input.mean = 1_000", f"{model}\none_hour_share = 0.5")
    assert line == "one_hour_share = 0.5"
    assert part in message and "cache_write_1h" in help_text
