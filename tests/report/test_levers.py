"""Levers as text: by hand, and in a hundred columns whatever the titles and the currency."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.decisions.levers import ContractChange, LeverEffect, Move
from simulator.forecast.forecast import forecast
from simulator.report.levers import levers_block, levers_text
from simulator.report.words.terminal_text import WIDTH, width_of
from tests.synthetic import CONTRACTS, results, scenario

FLAT = CONTRACTS["conversation"]


def made(saved: float, invoice: float, work: float, *, free: bool = False) -> LeverEffect:
    """Return a made-up change of one contract over ten futures."""
    one = np.ones(10)
    return LeverEffect(
        move=Move("compression", 0.0, 0.5, free),
        model_cost=-saved * one,
        cases_solved=-20 * one,
        human_work=work * one,
        model_cost_before=1_000 * one,
        cases_solved_before=400 * one,
        human_work_before=2_000 * one,
        contracts=(ContractChange("a", invoice * one, (invoice + work) * one, (invoice + saved) * one, one),),
    )


def told(change: LeverEffect, **changes: Any) -> dict[str, Any]:
    return levers_block([change], forecast(results(scenario({"a": FLAT}, trials=10, **changes))))


def test_levers_by_hand() -> None:
    block = told(made(saved=100, invoice=-30, work=50))
    (lever,) = block["levers"]
    assert lever["model_cost"] == {"mean": -100, "p10": -100, "p90": -100, "share": -0.1}
    assert lever["cases_solved"]["share"] == -0.05 and lever["human_work"]["share"] == 0.025
    (row,) = lever["contracts"]
    assert (row["vendor_keeps"], row["buyer_keeps"]) == (0.7, 0.3)
    text = levers_text(block)
    assert "compression from 0 to 0.5: 50 % of system prompt, tools and history cut." in text
    assert "Model cost -$100 (-10.0 %), solved cases -20 (-5.0 %), people's work +$50 (+2.5 %)." in text
    cells = next(line for line in text.splitlines() if line.startswith("  Per conversation")).split()[2:]
    assert cells == ["-$30", "+$20", "+$70", "70", "%"], "all money has one form"
    assert "no odds" not in text and "Not moved: routing, because there is one model only." in text


def test_nothing_saved_is_kept_by_nobody() -> None:
    block = told(made(saved=0, invoice=0, work=0, free=True))
    (row,) = block["levers"][0]["contracts"]
    assert row["vendor_keeps"] is None and row["buyer_keeps"] is None
    assert "no saving" in levers_text(block)
    assert "levers.compression has no odds on solving or escalating, so that its saving costs no" in levers_text(block)


@pytest.mark.parametrize("currency", ["USD", "JPY", "CHF"])
@pytest.mark.parametrize("amount", [0.004, 12.0, 4e11])
@pytest.mark.parametrize("title", ["Per conversation", "word " * 15 + "end", "契約" * 40, "w" * 80])
def test_levers_fit_a_hundred_columns(title: str, amount: float, currency: str) -> None:
    change = made(saved=amount, invoice=-3 * amount, work=amount)
    run = forecast(results(scenario({"a": {**FLAT, "title": title}}, trials=10, currency=currency, title="T" * 200)))
    lines = levers_text(levers_block([change], run)).splitlines()
    assert max(map(width_of, lines)) <= WIDTH
    assert all("\x1b" not in line for line in lines)
