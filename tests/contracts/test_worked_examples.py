"""Worked examples that vendors and users have published, on contracts written like theirs. Sources beside each."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.contracts import invoice
from simulator.contracts.metering.meters import Sessions

from .tools import Array, contract, months, stated


def total(use: dict[str, Array] | float, **table: Any) -> list[float]:
    """Return the invoices of a contract by month."""
    meters = use if isinstance(use, dict) else {"conversations": months(use)}
    return [float(x) for x in invoice(contract(**table), meters, stated()).total[0]]


def test_redo_tiers() -> None:
    # help.getredo.com: 253 resolutions cost 47.50 + 45.00 + 130.05.
    tiers = [{"up_to": 50, "rate": 0.95}, {"up_to": 100, "rate": 0.9}, {"rate": 0.85}]
    got = total({"resolutions:redo": months(253)}, type="per_resolution", definition="redo", tiers=tiers)
    assert got == pytest.approx([222.55], rel=1e-12)


def test_voiceflow_credits() -> None:
    # docs.voiceflow.com: 5 messages of the user, 15 of the agent and 3 API calls (free), a credit of model use: 0.03.
    card = [{"meter": "turns", "credits": 1.0}, {"meter": "output_tokens", "credits": 1.0, "per": 1_000.0}]
    charge = {"kind": "credits", "card": card, "price": 0.005}
    use = {"turns": months(5), "output_tokens": months(800)}
    assert total(use, type="hybrid", charges=[charge]) == pytest.approx([0.03], rel=1e-12)


@pytest.mark.parametrize(("messages", "sessions"), [(70, 1), (71, 2), (0, 0), (140, 2), (141, 3)])
def test_agent_assist_blocks_of_70_messages(messages: float, sessions: int) -> None:
    # cloud.google.com/agent-assist/pricing: 70 messages of a conversation are a session, 71 are two.
    charge = {"kind": "package", "meter": "messages", "size": 70.0, "price": 1.0}
    assert total({"messages": months(messages)}, type="hybrid", charges=[charge]) == [sessions]


def test_genesys_minutes_of_a_pool_of_tokens() -> None:
    # es-help.mypurecloud.com: 250 tokens at 17 minutes are 4,250 voice-bot minutes: minute 4,251 begins another.
    charge = {"kind": "included", "meter": "minutes", "included": 4_250.0, "pack": {"size": 17.0, "price": 1.0}}
    for used, more in ((4_250, 0), (4_251, 1), (4_267, 1), (4_268, 2)):
        assert total({"minutes": months(used)}, type="hybrid", charges=[charge]) == [more]


def test_genesys_bills_the_dearest_resource_only() -> None:
    # Genesys scenarios: bot flow, virtual agent (0.6) and agentic virtual agent (1.2) in one interaction: 1.2 tokens.
    charges = [
        {"kind": "flat", "meter": "messages", "rate": 0.2, "name": "bot flow"},
        {"kind": "flat", "meter": "ai_replies", "rate": 0.6, "name": "virtual agent"},
        {"kind": "flat", "meter": "conversations", "rate": 1.2, "name": "agentic"},
        {"kind": "highest", "of": ["bot flow", "virtual agent", "agentic"]},
    ]
    use = {"messages": months(1), "ai_replies": months(1), "conversations": months(1)}
    assert total(use, type="hybrid", charges=charges) == [1.2]


def test_zendesk_bundle_is_co_termed() -> None:
    # Zendesk legacy: a bundle of 50 at 1.00 bought in month 10 of 12 is owed for months 10, 11 and 12: 150.
    charge = {
        "kind": "included",
        "meter": "conversations",
        "included": 50.0,
        "fee": 50.0,
        "overage_rate": 1.0,
        "from_month": 10,
    }
    got = total({"conversations": months(*[20.0] * 12)}, type="hybrid", charges=[charge], term_months=12)
    assert got == [0.0] * 9 + [50.0] * 3
    assert sum(got) == 150


def test_freddy_sessions_of_a_quarter_are_lost() -> None:
    # crmsupport.freshworks.com 50000002842: 3,000 sessions a quarter, 2,000 used: 1,000 lost.
    pack = {"amount": 3_000, "price": 300, "valid_months": 3, "every_months": 3}
    offer = contract(type="per_conversation", price=1.0, prepaid={"packs": [pack]})
    bill = invoice(offer, {"conversations": months(700, 700, 600, 0)}, stated())
    assert bill.drawn is not None
    assert bill.drawn.expired[0].tolist() == [0, 0, 1_000, 0]
    assert bill.drawn.lost[0].tolist() == pytest.approx([0, 0, 100, 0])
    assert bill.total[0].tolist() == [300, 0, 0, 300]


@pytest.mark.parametrize(("credits", "covered"), [(3_000, 60), (5_000, 100)])
def test_hubspot_credits_cover_resolutions(credits: float, covered: int) -> None:
    # nerova.ai: 3,000 (Pro) and 5,000 (Enterprise) credits a month at 50 credits a resolution; 10 per 1,000 beyond.
    card = [{"meter": "resolutions", "definition": "a", "credits": 50.0}]
    charge = {"kind": "credits", "card": card, "price": 0.01, "free": {"units": float(credits)}}
    use = {"resolutions:a": months(covered, covered + 1)}
    assert total(use, type="hybrid", charges=[charge]) == pytest.approx([0, 0.5], abs=1e-12)


@pytest.mark.parametrize(("actions", "dearer"), [(19, False), (20, False), (21, True)])
def test_agentforce_flex_credits_break_even_with_conversations(actions: float, dearer: bool) -> None:
    # agencyq.com: 20 credits of 0.005 an action against 2.00 a conversation: even at 20 actions.
    charge = {"kind": "credits", "card": [{"meter": "actions", "credits": 20.0}], "price": 0.005}
    (by_action,) = total({"actions": months(actions)}, type="hybrid", charges=[charge])
    (by_conversation,) = total(1.0, type="per_conversation", price=2.0)
    assert (by_action > by_conversation) is dearer
    assert (by_action == pytest.approx(by_conversation, rel=1e-12)) is (actions == 20)


def test_cornerstone_return_within_72_hours_is_the_same_session() -> None:
    # wiki.cornerstonecx.co.nz: 0.10 a session; a return in 72 h joins it (0.10), one after that opens another (0.20).
    key = Sessions("inactivity", 72.0).key
    charge = {"kind": "flat", "meter": "sessions", "window": "inactivity", "window_hours": 72.0, "rate": 0.1}
    assert total({key: months(1, 2)}, type="hybrid", charges=[charge]) == pytest.approx([0.1, 0.2])


@pytest.mark.parametrize(
    ("prompt", "output", "long", "expected"), [(100_000, 50_000, False, 0.625), (300_000, 0, True, 0.75)]
)
def test_gemini_reprices_a_long_prompt_as_a_whole(prompt: float, output: float, long: bool, expected: float) -> None:
    # Tests of gemini-cost: 1.25 and 10 a million; above 200,000 tokens of prompt 2.50 for all of it.
    from simulator.contracts import TokenRates, compile_contract
    from simulator.contracts.rates.token_rates import LongPrompt

    from .tools import spec, token_meters

    rates = TokenRates(
        input=1.25, output=10.0, long_prompt=LongPrompt(input=2.5, output=15.0, threshold_tokens=200_000)
    )
    offer = compile_contract("offer", spec(type="per_token"), {"gemini": rates})
    classes = {"input": prompt, "output": output, **({"long_input": prompt, "long_output": output} if long else {})}
    bill = invoice(offer, token_meters("gemini", 1, **classes), stated())
    assert bill.total[0].tolist() == pytest.approx([expected], rel=1e-12)


@pytest.mark.parametrize(("replies", "billed"), [(166, 0.0), (167, 1.0)])
def test_chatbase_credits_cover_replies(replies: float, billed: float) -> None:
    # use-apify.com: 500 credits at 3 a reply are 166 replies; the 167th needs one credit more.
    charge = {
        "kind": "credits",
        "card": [{"meter": "ai_replies", "credits": 3.0}],
        "price": 1.0,
        "free": {"units": 500.0},
    }
    assert total({"ai_replies": months(replies)}, type="hybrid", charges=[charge]) == [billed]


def test_freshchat_session_lasts_24_hours_from_its_start() -> None:
    # support.freshchat.com: started at 23:59, one session until 23:58 of the next day; then another.
    assert Sessions("start", 24.0).key == "sessions:start:24"
    charge = {"kind": "flat", "meter": "sessions", "window": "start", "window_hours": 24.0, "rate": 0.49}
    assert total({"sessions:start:24": months(1, 2)}, type="hybrid", charges=[charge]) == pytest.approx([0.49, 0.98])
