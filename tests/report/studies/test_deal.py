"""Where a deal lies, as a buyer reads it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from simulator.decisions.deal import Deal, deal
from simulator.decisions.deal.fallbacks import Why
from simulator.decisions.same_futures import SameFutures
from simulator.engine.repricing import KeptFutures
from simulator.engine.run import Run, simulate_all
from simulator.report.charts.form import NARROW, WIDE, Form
from simulator.report.studies.deal import deal_told
from simulator.report.studies.told import Told, as_text
from simulator.report.words.figures import figures, percents
from simulator.scenario import load_scenario
from tests.decisions.value.test_value import futures_of


def told(name: str = "narrow_actions", contract: str = "resolution_closed", margin: float = 0.6) -> Told:
    futures = futures_of(name)
    return deal_told(deal(futures, contract, margin), futures)


def broad() -> Deal:
    return deal(futures_of("broad_cx"), "per_conversation")


def test_the_answer_has_the_offer_both_gains_and_where_to_walk_away() -> None:
    answer = told().answer
    assert answer.startswith('For "Per resolution, closed by customer", offer $')
    assert "halfway between $" in answer and "which leaves the vendor an assumed 60 % for its other costs" in answer
    assert "less than as assumed and $" in answer
    assert "less than per conversation, and the vendor keeps $" in answer
    assert "Walk away above $" in answer


def test_what_the_offer_saves_is_told_against_the_price_listed_first() -> None:
    found = broad()
    assert found.offer is not None
    (less,) = figures([found.asked.pays.value - found.offer.pays.value], "USD", 0)
    answer = deal_told(found, futures_of("broad_cx")).answer
    assert f"a year on average, {less} less than as listed, and the vendor keeps $" in answer
    assert " and the $0.45 listed. At it" in answer and "asked" not in answer


def test_a_price_to_walk_away_above_that_is_above_the_one_listed_is_no_reason_to_leave() -> None:
    found = broad()
    assert ", which is above the $0.45 listed: no reason to leave at that price. There per session of a day" in (
        deal_told(found, futures_of("broad_cx")).answer
    )
    assert "no reason to leave" not in told().answer


def test_who_stands_behind_both_prices_is_said() -> None:
    text = deal_told(broad(), futures_of("broad_cx"))
    assert "There per session of a day (published, no quote) costs as much" in text.answer
    assert text.under[0] == (
        "The price of per conversation and that of per session of a day, on which the price to walk away rests, are "
        "published, and not yet offered to us: ask for quotes before you rely on them."
    )
    other = deal_told(deal(futures_of("broad_cx"), "per_token"), futures_of("broad_cx"))
    assert "is assumed, with no offer named; that of per conversation" in other.under[0]
    assert "as assumed" in [row[0] for row in other.tables[0].rows]


@pytest.mark.parametrize(
    ("kinds", "says"),
    [
        (("quoted", "quoted"), ""),
        (("quoted", "published"), "The price of per conversation is a quote; that of"),
        (("judgement", "quoted"), "The price of per conversation is assumed, with no offer named; that of"),
    ],
)
def test_a_quote_is_told_from_a_page_and_from_an_assumption(kinds: tuple[str, str], says: str) -> None:
    settings = [
        f'contracts.{name}.price={{value={price}, kind="{kind}"}}'
        for name, price, kind in zip(("conversation", "resolution"), (0.4, 0.99), kinds, strict=True)
    ]
    (results,) = simulate_all([Run(load_scenario("scenarios/minimal.toml", ["trials=64", *settings]))])
    futures = SameFutures(results, KeptFutures(results), lambda _: results)
    text = deal_told(deal(futures, "conversation"), futures)
    assert ("The price of" in text.under[0]) == bool(says) and text.under[0].startswith(says)
    assert f"$0.40 {'quoted' if kinds[0] == 'quoted' else 'assumed'}" in text.answer


def test_a_minimum_that_decides_is_negotiated_in_place_of_the_price() -> None:
    text = told(contract="action_or_minimum")
    assert "offer $0." in text.answer and " per resolution and no less, and negotiate the minimum" in text.answer
    assert any("the minimum decides the bill, because $120K a year is owed" in each for each in text.under)
    prices = [row[1] for row in text.tables[0].rows]
    assert prices[0] == text.answer.split("offer ")[1].split(" per")[0] and "$0.00" not in prices
    assert text.tables[0].rows[0][0] == "counter-offer, not below the minimum"


def test_a_minimum_that_decides_at_the_price_listed_leaves_nothing_to_offer() -> None:
    futures = futures_of("narrow_actions")
    found = deal(futures, "action_or_minimum")
    assert found.minimum is not None
    text = deal_told(
        replace(found, offer=None, minimum=replace(found.minimum, factor=1.25, unit_price=0.9372)), futures
    )
    assert text.answer.startswith(
        'Negotiate the minimum of "Per resolution, action, committed", not its price: below $0.937 per resolution, and '
        "so at the $0.75 assumed, the minimum decides the bill, because $120K a year is owed whatever is used."
    )
    assert "the minimum decides below" in [row[0] for row in text.tables[0].rows]


def test_the_ladder_has_smaller_steps_and_a_note_says_that_the_offer_is_an_opening() -> None:
    text = deal_told(broad(), futures_of("broad_cx"))
    rows = {row[0]: row[1] for row in text.tables[0].rows}
    assert (rows["10 % less than listed"], rows["25 % less than listed"]) == ("$0.405", "$0.338")
    assert any(note.startswith("The counter-offer is an opening, and no forecast") for note in text.notes)
    assert any("moves with the volume: `simulate breakeven --contract per_conversation --map" in n for n in text.notes)


def test_one_who_asks_for_another_margin_is_not_told_that_it_is_assumed() -> None:
    answer, notes = told(margin=0.2).answer, " ".join(told(margin=0.2).notes)
    assert "leaves the vendor 20 % for its other costs" in answer and "The 20 % is yours" in notes
    assert "The 60 % is our assumption" in " ".join(told().notes) and "is a lower bound" in " ".join(told().notes)


def test_why_a_cheaper_contract_is_no_fallback_stands_under_the_answer() -> None:
    found = broad()
    (_, first, *_) = deal_told(found, futures_of("broad_cx")).under
    (kept,) = percents([found.passed_over[0].chance or 0.0])
    assert first.startswith('"Per token, 20 times public prices" costs less on average from $0.45')
    assert f"but is no fallback: it keeps the budget in {kept} of the futures, fewer than nine of ten." in first
    rows = [row[0] for row in deal_told(found, futures_of("broad_cx")).tables[0].rows]
    assert 'ties with "Per token, 20 times public prices"; no fallback' in rows


@pytest.mark.parametrize(
    ("why", "says"),
    [
        ("less_often", "of the futures, fewer than per session of a day does"),
        ("p90", "its P90 is above that of per session of a day"),
        ("ranked", "the verdict takes per session of a day before it"),
    ],
)
def test_each_reason_is_told_in_words(why: Why, says: str) -> None:
    found, futures = broad(), futures_of("broad_cx")
    (first, *others) = found.passed_over
    lines = deal_told(replace(found, passed_over=(replace(first, why=why), *others)), futures).under
    assert says in lines[1]


def test_a_split_is_named_as_not_counted_with_the_price_without_it() -> None:
    text = deal_told(broad(), futures_of("broad_cx"))
    away = text.answer.split("Walk away above ")[1].split(",")[0]
    (line,) = (each for each in text.under if each.startswith("A split of the conversations"))
    assert "only if both vendors hold their prices" in line and "`simulate split`" in line
    assert line.endswith(f"without it the price to walk away above is {away}.")
    assert "at which price one contract alone would cost as much" in line
    assert text.answer.endswith("a split not counted (`simulate split`).")
    alone = deal_told(replace(broad(), can_split=False), futures_of("broad_cx"))
    assert "split" not in alone.answer and "A split of the conversations" not in " ".join(alone.under)


def test_the_price_to_walk_away_above_is_the_same_in_the_table() -> None:
    """It was $0.468 in the sentence and $0.469 in the table: what the buyer may pay is rounded down in both."""
    found = broad()
    tie = next(each for each in found.ceilings if each.kind == "ceiling" and each.other == found.alternative)
    moved = replace(tie, unit_price=0.46876)
    ceilings = tuple(moved if each is tie else each for each in found.ceilings)
    text = deal_told(replace(found, ceilings=ceilings), futures_of("broad_cx"))
    assert "Walk away above $0.468, which is above" in text.answer
    assert next(row for row in text.tables[0].rows if row[0] == "ties with per session of a day")[1] == "$0.468"


def test_whether_the_bill_follows_solving_is_told_in_words() -> None:
    assert told().under[-1].endswith("more where the AI itself solves 1 % more: the vendor is paid for what it solves.")
    line = deal_told(broad(), futures_of("broad_cx")).under[-1]
    assert line.startswith("Per conversation bills 0.") and "% less where the AI itself solves 1 % more" in line


def test_what_today_costs_is_a_note_and_no_price_on_the_ladder() -> None:
    text = deal_told(broad(), futures_of("broad_cx"))
    assert not any("today" in row[0] for row in text.tables[0].rows)
    assert any(
        note.startswith("With people's work counted too, all costs as much as people alone do today at $")
        for note in text.notes
    )


def test_amounts_of_the_ladder_are_whole_thousands() -> None:
    cells = [cell for row in deal_told(broad(), futures_of("broad_cx")).tables[0].rows for cell in row[2:]]
    assert all(re.fullmatch(r"-?\$[\d,]+K", cell) for cell in cells), cells


def test_prices_rise_down_the_table_and_the_offer_is_marked() -> None:
    (prices, spread), futures = told().tables, futures_of("narrow_actions")
    assert len(prices.rows) <= 15 and prices.marked is not None
    assert prices.rows[prices.marked][0] == "counter-offer, halfway"
    amounts = [float(row[1].removeprefix("$").replace(",", "")) for row in prices.rows]
    assert amounts == sorted(amounts)
    assert spread.rows[0][0] == "Per resolution, closed by customer"
    assert max(map(len, as_text(told(), futures.scenario, 100).splitlines())) <= 100


def test_what_stands_under_the_answer_is_printed_once_between_tables_and_answer() -> None:
    text = deal_told(broad(), futures_of("broad_cx"))
    for short in (False, True):
        shown = " ".join(as_text(text, futures_of("broad_cx").scenario, 100, short=short).split())
        assert shown.count("but is no fallback") == 1
        assert shown.index("Prices per handled") < shown.index("but is no fallback") < shown.index("Walk away above")
        assert ("for solving, and loses by it" in shown) is not short


def test_where_there_is_no_room_the_answer_says_so() -> None:
    assert "There is no price of" in told(margin=0.999).answer


@pytest.mark.parametrize("form", [WIDE, NARROW])
def test_the_figure_has_a_bar_for_each_price(form: Form) -> None:
    drawn = told().chart(form)
    assert drawn.title.startswith("A deal at $") and len(drawn.table.rows) == len(told().tables[0].rows)
