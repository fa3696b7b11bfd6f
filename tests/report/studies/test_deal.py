"""Where a deal lies, as a buyer reads it."""

from __future__ import annotations

import pytest

from simulator.decisions.deal import deal
from simulator.report.charts.form import NARROW, WIDE, Form
from simulator.report.studies.deal import deal_told
from simulator.report.studies.told import Told, as_text
from tests.decisions.value.test_value import futures_of


def told(name: str = "narrow_actions", contract: str = "resolution_closed", margin: float = 0.6) -> Told:
    futures = futures_of(name)
    return deal_told(deal(futures, contract, margin), futures)


def test_the_answer_has_the_offer_both_gains_and_where_to_walk_away() -> None:
    answer = told().answer
    assert answer.startswith('For "Per resolution, closed by customer", offer $')
    assert "halfway between $" in answer and "less than per conversation, and the vendor keeps $" in answer
    assert "Walk away above $" in answer


def test_prices_rise_down_the_table_and_the_offer_is_marked() -> None:
    (prices, spread), futures = told().tables, futures_of("narrow_actions")
    assert len(prices.rows) <= 15 and prices.marked is not None
    assert prices.rows[prices.marked][0] == "counter-offer, halfway"
    amounts = [float(row[1].removeprefix("$").replace(",", "")) for row in prices.rows]
    assert amounts == sorted(amounts)
    assert spread.rows[0][0] == "Per resolution, closed by customer"
    assert max(map(len, as_text(told(), futures.scenario, 100).splitlines())) <= 100


def test_where_there_is_no_room_the_answer_says_so() -> None:
    assert "There is no price of" in told(margin=0.999).answer


@pytest.mark.parametrize("form", [WIDE, NARROW])
def test_the_figure_has_a_bar_for_each_price(form: Form) -> None:
    drawn = told().chart(form)
    assert drawn.title.startswith("A deal at $") and len(drawn.table.rows) == len(told().tables[0].rows)
