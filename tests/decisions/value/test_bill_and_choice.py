"""Inputs that move the bill and not the choice, on costs that are known."""

from __future__ import annotations

import pytest

from simulator.decisions.value import value_of_knowing
from simulator.decisions.value.bill_and_choice import MOVES, bill_and_choice
from tests.decisions.value.test_value import futures_of, narrow


def test_volume_moves_the_bill_and_what_customers_confirm_the_choice() -> None:
    found = bill_and_choice(futures_of("narrow_actions"), "conversation")
    assert found is not None and found == narrow().moves
    assert found.bill_only == ("volume.per_month",)
    assert found.choice[0] == "outcomes.confirm_log_odds"


def test_volume_moves_the_choice_where_a_contract_commits_some() -> None:
    found = bill_and_choice(futures_of("seasonal_retail"), "committed")
    assert found is not None and found.bill_only == () and found.choice == ("volume.per_month",)


def test_it_agrees_with_what_knowing_is_worth() -> None:
    found = narrow()
    assert found.moves is not None
    worths = {each.name: each.known.worth for each in found.assumptions}
    assert all(worths[name].told for name in found.moves.choice)
    assert not any(worths[name].told for name in found.moves.bill_only)
    assert 0 < MOVES < 1


@pytest.mark.parametrize("trials", [32])
def test_few_futures_tell_neither(trials: int) -> None:
    assert bill_and_choice(futures_of("narrow_actions", trials), "conversation") is None


def test_the_second_thing_to_ask_for_adds_to_the_first() -> None:
    found = value_of_knowing(futures_of("broad_cx"))
    assert found.both is not None and found.both.second in found.countable[1:]
    most = found.everything.worth.value
    assert found.countable[0].known.worth.value < found.both.known.worth.value <= most
