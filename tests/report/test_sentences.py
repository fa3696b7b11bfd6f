"""How contracts are called in sentences, and how well P90 is said to be known."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.report.words import sentences
from simulator.report.words.sentences import in_sentence
from tests.report.made import made


def interval_line(block: dict[str, Any]) -> str:
    return sentences.interval_line(made(block))


def called(block: dict[str, Any], code: str) -> str:
    return sentences.called(made(block), code)


def numbers(**changes: Any) -> dict[str, Any]:
    cost = {"mean": 394e3, "p90": 451e3, "p90_interval": [448e3, 454e3], "p90_interval_complete": True}
    best = {"name": "a", "title": "Per conversation", "bills_units": True, "invoice": cost}
    return {
        "currency": "USD",
        "trials": 10_000,
        "ranked_by": "invoice",
        "precision": None,
        "tornado": None,
        "budget": None,
        "fiscal_years": [{"budget": None}],
        "recommended": "a",
        "contracts": [best],
        **changes,
    }


def contract(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Per conversation", "unit_rate": 0.5, "unit_rate_fixed": True, "one_price": True, "lines": {},
        **changes,
    }  # fmt: skip


WHAT = "P90 is what nine in ten simulated futures do not exceed."


def test_interval_line_variants() -> None:
    assert interval_line(numbers()) == (
        f"{WHAT} 10,000 futures alone leave $448K to $454K open for it (95 % interval), which says nothing of how "
        "right the inputs are."
    )
    few = numbers(trials=20)
    few["contracts"][0]["invoice"]["p90_interval_complete"] = False
    assert interval_line(few) == (
        f"{WHAT} 20 futures are too few for an upper end of it: it is above $448K (95 % interval), and the future that "
        "costs most costs $454K."
    )
    assert interval_line({**few, "trials": 1}) == "1 future says nothing about P90: it costs $454K."
    none = numbers()
    none["contracts"][0]["bills_units"] = False
    assert interval_line(none) == "P90 says nothing where no unit is billed."


def bar(label: str, at_low: float, at_high: float, *, visible: bool = True) -> dict[str, Any]:
    return {"label": label, "at_low": at_low, "at_high": at_high, "visible": visible}


def test_the_interval_never_stands_without_what_the_strongest_input_does() -> None:
    bars = [bar("solving [outcomes.solve]", 520e3, 400e3), bar("volume", 380e3, 458e3),
            bar("hidden", 1e6, 2e6, visible=False)]  # fmt: skip
    told = interval_line(numbers(tornado={"bars": bars}))
    assert told.startswith(f'{WHAT} If "solving" is in its lowest tenth, it is $520K. ')
    strict = interval_line(numbers(tornado={"bars": bars[1:]}, budget={"amount": 450e3}))
    assert 'If "volume" is in its highest tenth, it is $458K, above the budget of $450K. ' in strict
    loose = interval_line(numbers(tornado={"bars": bars[1:]}, budget={"amount": 500e3}))
    assert "it is $458K, within the budget of $500K. " in loose
    by_year = numbers(tornado={"bars": bars[1:]}, budget={"amount": 450e3}, fiscal_years=[{"budget": 450e3}])
    assert "it is $458K. " in interval_line(by_year), "a sum of budgets of years is no budget of the whole"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Per token", "per token"),
        ("Acme", "Acme"),
        ("Perfect", "Perfect"),
        ("Per resolution, assumed 24 h", '"Per resolution, assumed 24 h"'),
        ("Hybrid: fee", '"Hybrid: fee"'),
    ],
)
def test_title_in_a_sentence_keeps_names_and_is_quoted_with_punctuation(title: str, text: str) -> None:
    assert in_sentence(title) == text


def test_price_that_is_not_certain_is_about_four_digits() -> None:
    exact = contract(unit_rate=0.512743752101)
    assert called(exact, "USD") == "per conversation at $0.512743752101"
    assert called({**exact, "unit_rate_fixed": False}, "USD") == "per conversation at about $0.5127"
    assert called(contract(one_price=False), "USD") == "per conversation"
    assert called(contract(title="Per call, $0.50"), "USD") == '"Per call, $0.50"', "the price once"


def test_a_platform_fee_is_named_beside_the_price() -> None:
    fee = contract(lines={"conversations": 379_000.0, "platform fee": 18_000.0})
    assert called(fee, "USD") == "per conversation at $0.50 and a platform fee"
    assert called(contract(lines={"platform fee": 0.0}), "USD") == "per conversation at $0.50"
