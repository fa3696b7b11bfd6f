"""What tokens are: parts sum to the run, agree with its cost, and follow the law by hand."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.decisions.token_parts import LENGTHS, ModelParts, token_parts
from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import Forecast, forecast
from simulator.report.blocks.tokens import token_box, token_months
from simulator.report.summary.tokens import TokenBox
from simulator.scenario import load_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.token_tables import Tokens


def loaded(*changes: str, path: str = "scenarios/minimal.toml") -> Scenario:
    return load_scenario(path, ["trials=128", *changes])


def run_of(of: Scenario) -> Forecast:
    (results,) = simulate_all([Run(of, "expected")], workers=1)
    return forecast(results)


def box_of(of: Scenario) -> tuple[Forecast, TokenBox]:
    run = run_of(of)
    box = token_box(run, token_parts(of))
    assert box is not None
    return run, box


def by_part(box: TokenBox, figure: str) -> dict[str, Any]:
    return {each.part: getattr(each, figure) for each in box.parts}


def test_every_length_of_the_law_is_a_part() -> None:
    stated = {name for name in Tokens.model_fields if name not in ("form", "factor", "cache", "direct")}
    assert stated == set(LENGTHS)


@pytest.mark.parametrize(
    "path", ["scenarios/minimal.toml", "scenarios/broad_cx.toml", "tests/scenario/everything.toml",
             "tests/scenario/everything_direct.toml"]
)  # fmt: skip
def test_shares_sum_to_one_and_parts_to_the_tokens_and_the_model_cost_of_the_run(path: str) -> None:
    run, box = box_of(loaded(path=path))
    assert sum(each.token_share for each in box.parts) == pytest.approx(1, rel=1e-12)
    assert sum(each.cost_share for each in box.parts) == pytest.approx(1, rel=1e-12)
    conversations = run.results.sums["conversations"]
    assert sum(each.cost for each in box.parts) == pytest.approx(run.model_cost.sum() / conversations, rel=1e-9)
    whole = run.results.sums["input_tokens"] + run.results.sums["output_tokens"]
    assert box.tokens * conversations == pytest.approx(whole, rel=1e-9)
    assert box.words == pytest.approx(0.75 * box.tokens)
    cached = sum(each.cached_share * each.tokens for each in box.parts)
    models = run.scenario.models
    assert cached * conversations == pytest.approx(
        sum(run.results.sums[f"tokens:{model}:cached_input"] for model in models), rel=1e-9
    )


def test_reasoning_is_that_of_the_run() -> None:
    run, box = box_of(loaded(path="scenarios/broad_cx.toml"))
    reasoning = by_part(box, "tokens")["reasoning"] * run.results.sums["conversations"]
    assert reasoning == pytest.approx(run.results.sums["reasoning_tokens"], rel=0.01)


def test_instructions_and_tools_are_sent_with_every_call() -> None:
    """With certain lengths they are system and tools times the calls; passages likewise."""
    run, box = box_of(
        loaded("tokens.factor=1", "tokens.system=1000", "tokens.tools=500", "tokens.retrieved={mean=300, cv=0}")
    )
    calls = run.results.sums["calls"] / run.results.sums["conversations"]
    found = by_part(box, "tokens")
    assert found["instructions"] == pytest.approx(1_500 * calls, rel=1e-9)
    assert found["passages"] == pytest.approx(300 * calls, rel=1e-3)  # the driver of tokens moves months
    assert box.calls == pytest.approx(calls)


def test_a_part_of_length_nothing_is_left_out() -> None:
    _, box = box_of(loaded("tokens.retrieved={mean=0}", "tokens.reasoning={mean=0}"))
    assert not {"passages", "reasoning"} & {each.part for each in box.parts}


def test_totals_have_no_parts_of_the_prompt() -> None:
    _, box = box_of(loaded(path="tests/scenario/everything_direct.toml"))
    assert [each.part for each in box.parts] == ["prompt", "answer", "reasoning"]
    assert "calls" not in box.sentences[1]


def test_a_model_that_takes_no_conversations_has_no_shares() -> None:
    parts = {"small": ModelParts({}, {}, {})}
    of = loaded()
    run = run_of(of)
    assert token_box(run, {next(iter(of.models)): parts["small"]}) is None


def test_sentences_say_what_a_token_is() -> None:
    _, box = box_of(loaded(path="scenarios/broad_cx.toml"))
    assert box.sentences[0] == "One token is about three quarters of an English word."
    assert "calls of the models" in box.sentences[1] and "of the cost" in box.sentences[2]
    assert "from their cache" in box.sentences[3]


def test_months_have_the_invoice_and_what_the_models_cost_under_the_recommended_contract() -> None:
    run = run_of(loaded())
    found = token_months(run)
    assert found.contract == run.verdict.recommended and len(found.months) == run.results.months
    assert sum(each.invoice.mean for each in found.months) == pytest.approx(run.recommended.invoice.sum(axis=1).mean())
    costs = run.recommended.model_cost
    assert [each.model_cost.mean for each in found.months] == pytest.approx(costs.mean(axis=0).tolist())
    for each in found.months:
        assert each.model_cost.p10 <= each.model_cost.p90 and each.invoice.p10 <= each.invoice.p90
        assert each.share == pytest.approx(each.model_cost.mean / each.invoice.mean)
    assert found.sentence.startswith("Over the horizon the models cost $")
