"""Who keeps the saving of each lever under the recommended contract: numbers by hand, and one run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.decisions.levers import STUDY_TRIALS, ContractChange, LeverEffect, Move, lever_study, usual_moves
from simulator.report.blocks.levers import levers_told
from simulator.report.summary.levers import LeverSaving
from simulator.scenario import load_scenario
from tests.synthetic import scenario

ONE = np.array([0.5, 1.5])
"""Two futures around a mean of 1."""


def effect(*, saved: float = 100.0, invoice: float = 0.0, work: float = 0.0, free: bool = True) -> LeverEffect:
    one = ContractChange("a", invoice * ONE, (invoice + work) * ONE, (invoice + saved) * ONE, 1_000 * ONE)
    return LeverEffect(
        Move("compression", 0.0, 0.3, free), -saved * ONE, 0 * ONE, work * ONE, 500 * ONE, 10 * ONE, 2_000 * ONE, (one,)
    )


def told(**numbers: float) -> LeverSaving:
    found = levers_told([effect(**numbers)], scenario())  # type: ignore[arg-type]
    assert found is not None and found.contract == "a" and found.futures == 2
    return found.levers[0]


def test_a_price_that_stays_leaves_all_to_the_vendor() -> None:
    saving = told()
    assert (saving.vendor_keeps, saving.buyer_keeps) == (1, 0)
    assert saving.model_cost.mean == -100 and saving.model_cost.share == -0.2
    assert saving.model_cost.interval is not None and saving.model_cost.interval[0] < -100
    assert "The vendor keeps all of the saving." in saving.sentence
    assert "because the scenario states no loss of quality for it" in saving.sentence


def test_tokens_at_cost_leave_all_to_the_buyer_and_a_markup_more() -> None:
    assert told(invoice=-100.0).buyer_keeps == 1
    saving = told(invoice=-140.0)
    assert saving.buyer_keeps == pytest.approx(1.4)
    assert "You keep all of the saving, and the invoice falls by more than it." in saving.sentence
    assert "you keep 40 %" in told(invoice=-40.0).sentence


def test_human_work_is_told_and_counts_in_what_is_paid() -> None:
    saving = told(invoice=-40.0, work=300.0)
    assert saving.cost_to_serve.mean == 260 and saving.cost_to_serve.share == pytest.approx(260 / 3_000)
    assert "people's work rises by $300" in saving.sentence and "you pay $260 more" in saving.sentence


def test_without_a_saving_nobody_keeps_one() -> None:
    saving = told(saved=0.0, work=50.0)
    assert saving.vendor_keeps is saving.buyer_keeps is None
    assert "no model cost is saved; people's work rises by $50.00." in saving.sentence


def test_without_a_lever_there_is_no_block() -> None:
    assert levers_told([], scenario()) is None
    direct = load_scenario("tests/scenario/everything_direct.toml", [])
    one = direct.model_copy(update={"models": dict([next(iter(direct.models.items()))])})
    assert usual_moves(one) == () and lever_study(one, next(iter(one.contracts))) == []


def test_a_study_moves_every_lever_under_one_contract() -> None:
    of = load_scenario("scenarios/broad_cx.toml", [])
    found = lever_study(of, "per_token")
    assert [each.move.lever for each in found] == [each.lever for each in usual_moves(of)]
    assert all([on.name for on in each.contracts] == ["per_token"] for each in found)
    assert all(len(each.model_cost) == STUDY_TRIALS for each in found)
    block = levers_told(found, of)
    assert block is not None and all((each.vendor_keeps or 0) + (each.buyer_keeps or 0) == 1 for each in block.levers)
    cache = next(each for each in block.levers if each.lever == "cache")
    assert cache.free and cache.human_work.mean == 0 and (cache.buyer_keeps or 0) > 0.99


def test_a_change_of_vendor_can_be_studied() -> None:
    of = load_scenario("tests/scenario/everything_settlement.toml", [])
    found = lever_study(of, "change")
    assert all([on.name for on in each.contracts] == ["change"] for each in found)
    assert all(replace(each).model_cost.shape == (min(STUDY_TRIALS, of.trials),) for each in found)
