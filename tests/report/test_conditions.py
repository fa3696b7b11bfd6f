"""Conditions of --fail-if: what is compared with what, and what is said of those that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.report.conditions import ConditionError, condition
from tests.report.made import made

CONTRACTS = {"per_token": None, "my offer": None, "v1.5": None}
COST = {"mean": 100.0, "p50": 90.0, "p80": 110.0, "p90": 120.0, "p95": 130.0, "p99": 150.0}


def block(name: str, factor: float, over: float) -> dict[str, Any]:
    cost = {key: value * factor for key, value in COST.items()}
    return {"name": name, "title": name.title(), "invoice": cost, "chance_of_budgets": 1 - over}


SUMMARY = made({
    "currency": "USD",
    "recommended": "per_token",
    "ranked_by": "invoice",
    "precision": None,
    "budget": {"amount": 120.0},
    "contracts": [block("per_token", 1, 0.1), block("my offer", 2, 1.0), block("v1.5", 3, 1.0)],
})  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p90 > budget", False),  # 120 is not over 120
        ("p90 >= budget", True),
        ("p90 < budget", False),
        ("p90<=budget", True),
        ("p95 > budget", True),
        ("mean > 99.9", True),
        ("mean > 100", False),
        ("p50 < 1_000", True),
        ("probability > 0.1", False),
        ("probability >= 0.1", True),
        ("my offer p90 > budget", True),
        ("'my offer'.mean > 200", False),
        ("my offer.mean >= 200", True),
        ("v1.5.p90 > 359", True),
        ("v1.5 p90 > 361", False),
        ("per_token probability > 0.5", False),
        ("my offer probability > 0.5", True),
        ("p99 > 1.4e2", True),
    ],
)
def test_a_condition_compares_what_it_says(text: str, expected: bool) -> None:
    assert condition(text, CONTRACTS, budgets=1).holds(SUMMARY) is expected


def test_words_have_the_figures_of_both_sides() -> None:
    said = condition("p95 > budget", CONTRACTS, budgets=1).words(SUMMARY)
    assert said == "p95 > budget  ($130 > $120, Per_Token)"
    assert (
        condition("my offer probability > 0.2", CONTRACTS, budgets=1)
        .words(SUMMARY)
        .endswith("(100 % > 20 %, My Offer)")
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the condition '' cannot be read; write for example \"p90 > budget\""),
        ("p90", "the condition 'p90' cannot be read"),
        ("p90 > budget > 3", "cannot be read"),
        ("p90 == 3", "cannot be read"),
        ("p91 > budget", "'p91' in 'p91 > budget' is no measure; did you mean 'p1'?"),
        ("median > budget", "'median' in 'median > budget' is no measure; did you mean 'mean'?"),
        (
            "per_tokn p90 > budget",
            "there is no contract 'per_tokn' for 'per_tokn p90 > budget'; did you mean 'per_token'?",
        ),
        ("p90 > 10k", "'10k' in 'p90 > 10k' is not a number; write 10_000; numbers are written out"),
        ("p90 > $500", "'$500' in 'p90 > $500' is not a number; write 500"),
        ("probability > 20%", "write 0.2; shares are written from 0 to 1"),
        ("p90 > bugdet", "'bugdet' in 'p90 > bugdet' is not a number; write a number, or budget"),
        ("probability > budget", "a probability is compared with a share, not with the budget"),
        ("p90 > nan", "is not a finite number"),
        ("p90 > __import__('os')", "is not a number"),
    ],
)
def test_a_condition_that_cannot_be_read_is_explained(text: str, says: str) -> None:
    with pytest.raises(ConditionError) as raised:
        condition(text, CONTRACTS, budgets=1)
    assert says in str(raised.value)


@pytest.mark.parametrize("text", ["p90 > budget", "probability > 0.1"])
def test_a_condition_on_the_budget_needs_one(text: str) -> None:
    with pytest.raises(ConditionError, match="needs a budget; give --budget"):
        condition(text, CONTRACTS, budgets=0)


def test_a_budget_for_each_fiscal_year_is_not_one_to_compare_with() -> None:
    with pytest.raises(ConditionError, match="each fiscal year has its own"):
        condition("p90 > budget", CONTRACTS, budgets=2)
    assert condition("probability > 0.1", CONTRACTS, budgets=2).measure == "probability"
