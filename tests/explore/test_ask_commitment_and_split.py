"""How much to commit and what to put where, asked of a run in Python."""

from __future__ import annotations

import pytest

import simulator as cx
from simulator.errors import ContractError


def test_the_answers_are_studies_with_a_table_and_a_figure() -> None:
    run = cx.simulate(cx.load("scenarios/narrow_actions.toml"), trials=32, workers=1)
    commitment = run.ask.commitment("conversation", discount=0.2)
    assert commitment.numbers.discount == 0.2
    assert "20 %" in commitment.sentence
    assert len(commitment.table) > 4
    split = run.ask.split(vendor_cost=5_000)
    assert split.numbers.vendor_cost == 5_000
    assert len(split.table) == len(split.numbers.parts)
    assert split.plot is not None
    with pytest.raises(ContractError, match="there is no contract"):
        run.ask.commitment("nothing")
