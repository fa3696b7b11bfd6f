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
        "recommended": "a",
        "contracts": [best],
        **changes,
    }


def contract(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Per conversation", "unit_rate": 0.5, "unit_rate_fixed": True, "one_price": True, "lines": {},
        **changes,
    }  # fmt: skip


def test_interval_line_variants() -> None:
    alone = "as far as sampling goes (95 % interval)"
    what, wrong = "P90, which nine in ten simulated futures do not exceed,", "wrong inputs can move it further."
    assert interval_line(numbers()) == f"{what} is $448K to $454K {alone}; {wrong}"
    few = numbers(trials=20)
    few["contracts"][0]["invoice"]["p90_interval_complete"] = False
    assert interval_line(few) == (
        f"{what} is above $448K {alone}: 20 futures are too few for an upper end, and the dearest costs $454K; {wrong}"
    )
    assert interval_line({**few, "trials": 1}) == "1 future says nothing about P90: it costs $454K."
    none = numbers()
    none["contracts"][0]["bills_units"] = False
    assert interval_line(none) == "P90 says nothing where no unit is billed."


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
