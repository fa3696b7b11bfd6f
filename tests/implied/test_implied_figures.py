from __future__ import annotations

from pathlib import Path

import pytest

from simulator.implied.calibration import RANGES, findings
from simulator.implied.implied_figures import implied, implied_by_intent
from simulator.implied.overview import overview
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.stated.stated_cases import contacts_per_case

ROOT = Path(__file__).parents[2]
BROAD = load_scenario(ROOT / "scenarios" / "broad_cx.toml")
BY_HAND = """
title = "By hand"
start = "2027-01"
volume.per_month = 100
levels.only = { escalate = 0.25, partial = 0.4, solve = 0.5, turns = 1, handoff_minutes = 10 }
intents.only = { share = 1, levels = { only = 1 }, abandon = 0.2, confirm = 0.5 }
models.one.rates = { input = 1, cached_input = 0.1, output = 10 }
contracts.c = { type = "per_conversation", price = 1 }
returns.max_contacts = 2
returns.probability = { silent_unsolved = 0.5, abandoned = 0.5, escalated = 0.2 }
returns.straight_to_human = { escalated = 0.5 }
duplicates.probability = { escalated = 0.1 }
turns.calls_per_turn = 2
tokens = { system = 100, customer = { mean = 10 }, answer = { mean = 20 }, cache = { share = 0.5, miss_first = 1 } }
"""


def test_contacts_per_case_by_hand() -> None:
    # ends: confirmed .15, silent solved .15, silent unsolved .30, abandoned .15, partial .10, escalated .15
    # returns .30*.5 + .15*.5 + .15*.2 = .255, of which straight .015
    # contact 2 is reached with .24, and its returns are all straight
    scenario = parse_scenario(BY_HAND, "x")
    conversations, straight = contacts_per_case(lambda quantity: quantity.center, scenario)
    assert conversations == pytest.approx(1.24 * (1 + 0.15 * 0.1))
    assert straight == pytest.approx(0.015 + 0.24 * 0.255)


def test_implied_figures_by_hand() -> None:
    found = implied(parse_scenario(BY_HAND, "x"))
    assert found.escalated == pytest.approx(0.25)
    assert found.abandoned == pytest.approx(0.15)
    assert found.solved == pytest.approx(0.30)
    assert found.solved_when_answered == pytest.approx(0.5)
    assert found.returns == pytest.approx(0.255)
    assert found.human_minutes == pytest.approx(10 * (0.25 * 1.24 * 1.015 + 0.015 + 0.24 * 0.255) / (1.24 * 1.015))
    # one turn, two calls: prompts 110 and 130, the first misses the cache, half of the second is read from it
    assert (found.turns, found.calls) == pytest.approx((1, 2), rel=1e-14)
    assert found.input_tokens == pytest.approx(240)
    assert found.output_tokens == pytest.approx(40)
    assert found.cached_share == pytest.approx(65 / 240)
    assert found.model_cost == pytest.approx((175 * 1 + 65 * 0.1 + 40 * 10) / 1e6)


def test_broad_cx_implies_what_its_table_says() -> None:
    found = implied(BROAD)
    assert found.conversations_per_case * (1 - found.duplicates) == pytest.approx(1.09, abs=0.01)
    assert found.escalated == pytest.approx(0.26, abs=0.01)
    assert found.abandoned == pytest.approx(0.07, abs=0.005)
    assert found.solved == pytest.approx(0.54, abs=0.01)
    assert found.returns == pytest.approx(0.13, abs=0.005)
    assert found.turns == pytest.approx(4.6, abs=0.15)
    assert 33_000 < found.input_tokens < 56_000


@pytest.mark.parametrize(
    ("intent", "escalated", "solved", "returns", "turns", "minutes"),
    [
        ("order_status", 10, 90, 10, 3.5, 1.0), ("return_refund", 23, 81, 13, 4.6, 3.0),
        ("bill_explained", 28, 79, 14, 4.9, 3.7), ("product_tariff_question", 13, 86, 12, 3.9, 1.5),
        ("technical_fault", 41, 67, 17, 6.1, 6.6), ("account_access", 15, 88, 10, 3.9, 1.8),
        ("delivery_problem", 36, 74, 15, 5.4, 5.1), ("change_cancel_order", 17, 86, 11, 4.2, 2.1),
        ("payment_problem", 33, 79, 14, 5.1, 4.8), ("plan_change", 35, 78, 14, 5.1, 4.9),
        ("leave_retention", 58, 66, 17, 6.3, 9.5), ("billing_dispute", 61, 61, 17, 6.8, 10.8),
        ("activation_porting", 38, 74, 15, 5.6, 5.7), ("complaint_vulnerable", 79, 53, 17, 7.3, 15.3),
        ("empty_spam_misdirected", 4, 80, 4, 1.7, 0.3),
    ],
)  # fmt: skip
def test_broad_cx_intents_imply_what_the_table_says(
    intent: str, escalated: int, solved: int, returns: int, turns: float, minutes: float
) -> None:
    found = implied_by_intent(BROAD)[intent]
    assert 100 * found.escalated == pytest.approx(escalated, abs=1.0)
    assert 100 * found.solved_when_answered == pytest.approx(solved, abs=1.0)
    assert 100 * found.returns == pytest.approx(returns, abs=1.0)
    assert found.turns == pytest.approx(turns, rel=0.07)  # the scenario has more voice and email on some topics
    assert found.human_minutes == pytest.approx(minutes, rel=0.06)


def test_broad_cx_is_inside_all_published_ranges_and_a_strange_scenario_is_not() -> None:
    assert not [finding for finding in findings(implied(BROAD), BROAD) if finding.outside]
    strange = load_scenario(ROOT / "scenarios" / "broad_cx.toml", ["outcomes.escalate_log_odds=3"])
    outside = {finding.range.figure for finding in findings(implied(strange), strange) if finding.outside}
    assert {"escalated", "solved"} <= outside


def test_ranges_are_in_order() -> None:
    for each in RANGES:
        assert each.low < each.high
        assert each.usual is None or each.low <= each.usual <= each.high
        assert each.source


@pytest.mark.parametrize(
    ("volume", "says"),
    [
        # log sd ln(9) / (2 x 1.644854) = 0.66791: the mean is sqrt(90,000) exp(0.66791^2 / 2) = 300 x 1.2499 = 375
        ("{ p5 = 100, p95 = 900 }", "note: 300 is the middle of the range of volume.per_month; its mean, of which"),
        ("{ p5 = 100, p95 = 900 }", "expected costs are made, is 375"),
        # 49,934 without an end; cut at 1e9 a month, the end of what a volume can be: with mu = 5.4099 and
        # s = 3.2890 it is 49,934 Phi((20.723 - mu - s^2) / s) + 1e9 (1 - Phi((20.723 - mu) / s)) = 47,267
        ("{ p5 = 1, p95 = 50_000 }", "expected costs are made, is 47,300"),
        ("{ p5 = 200, p95 = 600 }", ""),  # log sd 0.334, the mean 6 % above the middle
        ("{ mean = 300, sd = 600 }", ""),  # the mean itself is stated
    ],
)
def test_check_says_where_the_mean_of_a_range_is_far_from_its_middle(volume: str, says: str) -> None:
    text = overview(load_scenario(ROOT / "scenarios" / "minimal.toml", [f"volume.per_month={volume}"]), "minimal.toml")
    assert (says in text) if says else "is the middle of the range" not in text
