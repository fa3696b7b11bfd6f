"""The three questions: what they say agrees with the forecast, and texts of the user stay texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.contracts.metering.meters import OFFERED, RESOLUTIONS, blocks, resolutions, sessions, tokens
from simulator.contracts.metering.record_columns import COLUMNS_OF, columns_of
from simulator.decisions.worked_cases import WORKED_CASES
from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import Forecast, forecast
from simulator.records import BY_NAME
from simulator.report.blocks.distribution import horizon
from simulator.report.questions import questions
from simulator.report.questions_text import alike_together, answers, asked_of, blank_sheet, document
from simulator.report.words.meter_words import meter_words
from simulator.scenario import parse_scenario

ROOT = Path(__file__).parents[2]
OFFERS = """
[contracts.by_conversation]
type = "per_conversation"
price = 0.5
title = "<script>alert(1)</script> | *bold*"
[contracts.judged]
type = "per_resolution"
definition = "verified_72h"
price = 1.2
[contracts.at_a_loss]
type = "per_token"
markup = 0.5
"""


@pytest.fixture(scope="module")
def priced() -> Forecast:
    base = (ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8").split("[contracts")[0]
    (results,) = simulate_all([Run(parse_scenario(base + OFFERS, "questions", ["trials=128"]))], workers=1)
    return forecast(results)


@pytest.fixture(scope="module")
def blocks_of(priced: Forecast) -> dict[str, Any]:
    return {block.name: block for block in questions(priced)}


def test_every_contract_answers_and_every_case_is_there(blocks_of: dict[str, Any]) -> None:
    assert list(blocks_of) == ["by_conversation", "judged", "at_a_loss"]
    for block in blocks_of.values():
        assert [case.words for case in block.cases] == [case.words for case in WORKED_CASES]


def test_who_counts_names_the_columns_and_their_holders(blocks_of: dict[str, Any]) -> None:
    judged, own = blocks_of["judged"].who_counts, blocks_of["by_conversation"].who_counts
    assert {each.name: each.held_by for each in judged.columns}["judged_resolved"] == "vendor"
    assert (judged.countable_by_buyer, own.countable_by_buyer) == (False, True)
    assert judged.verdict == "needs the vendor's verdict (judged_resolved)"
    assert "COALESCE(judged_resolved, FALSE)" in judged.definitions[0].sql
    assert [each.name for each in own.columns] == ["class", "turns"]
    assert "input_tokens" in [each.name for each in blocks_of["at_a_loss"].who_counts.columns]


def test_margin_is_invoice_less_model_cost(priced: Forecast, blocks_of: dict[str, Any]) -> None:
    for name, block in blocks_of.items():
        invoice, cost = horizon(priced.contracts[name].invoice), horizon(priced.model_cost)
        assert block.unit_cost.margin.mean == pytest.approx(float((invoice - cost).mean()), rel=1e-9)
    assert blocks_of["at_a_loss"].unit_cost.share_of_futures_at_a_loss == 1
    assert blocks_of["by_conversation"].unit_cost.share_of_futures_at_a_loss == 0
    assert blocks_of["at_a_loss"].unit_cost.margin_share.mean == pytest.approx(-1, abs=1e-6)


def test_tokens_by_intent_are_over_conversations_resolutions_and_what_the_ai_solved(blocks_of: dict[str, Any]) -> None:
    (intent,) = blocks_of["judged"].unit_cost.by_intent
    assert intent.name == "everything" and intent.share == 1
    assert intent.sum == pytest.approx(sum(intent.tokens.values()))
    assert intent.sum < intent.per_solved < intent.per_resolution['resolutions ("Verified after 72 h")']
    assert blocks_of["by_conversation"].unit_cost.by_intent[0].per_resolution == {}
    whole = blocks_of["judged"].unit_cost
    assert sum(whole.tokens_per_solved.values()) == pytest.approx(intent.per_solved, rel=0.03), "one intent"
    text = answers(blocks_of["judged"], "USD")
    assert "Tokens by intent" in text and 'per unit of resolutions ("Verified after 72 h")' in text


def test_tokens_per_unit_scale_with_the_units(priced: Forecast, blocks_of: dict[str, Any]) -> None:
    cost = blocks_of["judged"].unit_cost
    conversations = float(horizon(priced.results.meters["conversations"]).mean())
    units = float(horizon(priced.contracts["judged"].units).mean())
    for kind, per_conversation in cost.tokens_per_conversation.items():
        assert cost.tokens_per_unit[kind] * units == pytest.approx(per_conversation * conversations, rel=1e-9)
    by_model = sum(cost.model_cost_by_model.values())
    assert by_model == pytest.approx(float(horizon(priced.model_cost).mean()), rel=1e-9)


def test_texts_of_the_user_stay_texts(blocks_of: dict[str, Any]) -> None:
    text = document("A <b>title</b>", list(blocks_of.values()), "USD")
    assert "<script>" not in text and "<b>" not in text
    assert "## \\<script\\>alert(1)\\</script\\> \\| \\*bold\\*" in text


def test_cases_fit_the_terminal_and_the_blank_sheet_has_them_all(blocks_of: dict[str, Any]) -> None:
    cases = blocks_of["judged"].cases
    shown = answers(blocks_of["judged"], "USD")
    assert all(f"| {case.words}" in shown for case in cases)
    assert max(len(line) for line in shown.splitlines() if line.startswith("| ") and "$" in line) <= 100
    blank = blank_sheet(cases, "USD")
    assert all(f"| {asked_of(case)}" in blank for case in cases) and "judge" not in blank
    assert "$" not in blank


def test_the_recommended_contract_comes_first_and_is_marked(blocks_of: dict[str, Any]) -> None:
    text = document("Title", list(blocks_of.values()), "USD", "judged")
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads[0].endswith(" (recommended)") and sum("(recommended)" in head for head in heads) == 1
    assert blocks_of["judged"].title in heads[0]


def test_what_is_billed_is_said_without_keys(blocks_of: dict[str, Any]) -> None:
    judged, own = answers(blocks_of["judged"], "USD"), answers(blocks_of["by_conversation"], "USD")
    title = blocks_of["judged"].who_counts.definitions[0].title
    assert f'What is billed: resolutions ("{title}").' in judged and "resolutions (verified" not in judged
    assert "Greetings, spam and tests do not count." in own and "The unit is the" not in own
    assert "tokens of main (prompt, from cache)" in answers(blocks_of["at_a_loss"], "USD")
    assert "account_access" not in meter_words("conversations", {}) and meter_words("tokens:a_b:output", {}) == (
        "tokens of a b (answer and reasoning)"
    )


def test_cases_that_bill_the_same_stand_together(blocks_of: dict[str, Any]) -> None:
    for block in blocks_of.values():
        bills = [(case.units, round(case.amount, 6)) for case in alike_together(block.cases)]
        assert len([now for before, now in zip([None, *bills], bills, strict=False) if now != before]) == len(
            set(bills)
        )


def test_every_meter_on_offer_says_what_it_is_counted_from() -> None:
    keys = [key for key in OFFERED if key not in (RESOLUTIONS, "own")]
    assert [key for key in keys if not columns_of(key)] == []
    assert columns_of(blocks("messages", 70)) == ("messages",)
    assert "opened_at" in columns_of(sessions("start", 24))
    assert columns_of(resolutions("assumed_24h")) == ()
    assert "model" in columns_of(tokens("main", "output"))
    assert columns_of("conversations{intents=a;not_channels=voice}") == ("class", "turns", "intent", "channel")
    assert {column for columns in COLUMNS_OF.values() for column in columns} <= set(BY_NAME)
