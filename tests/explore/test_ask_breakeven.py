"""Break-evens, maps and definitions asked of a run: what the commands of the same names print."""

from __future__ import annotations

import pytest

import simulator as cx
from simulator.decisions.breakeven.numbers import Breakeven
from simulator.errors import ContractError


@pytest.fixture(scope="module")
def run(minimal: cx.Scenario) -> cx.Run:
    return cx.simulate(minimal, trials=64)


def test_a_break_even_has_its_sentence_its_table_and_its_figure(run: cx.Run) -> None:
    found = run.ask.breakeven("resolution", "conversation")
    assert isinstance(found.numbers, Breakeven) and found.numbers.contract == "resolution"
    assert "is cheaper than per conversation on average below $0.8" in found.sentence
    assert list(found.table.index)[:2] == ["equal on average", "equal at P90"]
    assert "costs as much as" in found.plot.title


def test_without_names_it_is_the_recommended_one_and_its_rival(run: cx.Run) -> None:
    best = run.forecast.verdict.recommended
    assert run.ask.breakeven().numbers.contract == best
    assert run.ask.breakeven(over="volume").numbers.over == "volume"


def test_a_map_and_definitions_are_asked_alike(run: cx.Run) -> None:
    assert "the verdict takes" in run.ask.verdict_map("resolution", "price", "share").sentence
    assert len(run.ask.definitions("resolution").numbers.grid) == 216


def test_an_unknown_contract_is_answered_with_the_nearest(run: cx.Run) -> None:
    with pytest.raises(ContractError, match="resolution"):
        run.ask.breakeven("resolutoin")
