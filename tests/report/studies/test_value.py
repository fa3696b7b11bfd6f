"""What is worth finding out, as a buyer reads it: the question to ask, and why there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.decisions.value import value_of_knowing
from simulator.decisions.worth import Estimate
from simulator.report.blocks.open_questions import judged
from simulator.report.charts.form import NARROW, WIDE
from simulator.report.studies.told import as_text
from simulator.report.studies.value import value_told
from simulator.report.studies.value_words import names_of, value_answer
from simulator.report.words.figures import percents, rough
from tests.decisions.value.test_value import futures_of, narrow


def test_the_answer_names_the_question_its_worth_and_what_reading_gives() -> None:
    told = value_told(narrow(), futures_of("narrow_actions"))
    assert told.answer.startswith(
        'Ask a reference customer like you for the share of its conversations that "Closed by the customer" counts: '
        "knowing it is worth up to $"
    )
    assert "a year, of $" in told.answer and "Reading 200 of its conversations gives $" in told.answer
    assert 'most often "Per resolution, closed by customer"' in told.answer


def test_tables_are_short_and_name_no_key() -> None:
    told = value_told(narrow(), futures_of("narrow_actions"))
    assert [len(table.rows) <= 15 for table in told.tables] == [True, True, True]
    text = as_text(told, futures_of("narrow_actions").scenario, 100)
    assert "_" not in text.replace("P90_", "") and max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("minimal", "Nothing is worth finding out before signing, as far as the bill goes: per conversation costs"),
        ("seasonal_retail", "Find out your own conversations a month: knowing it"),
        ("regulated_bank", "Ask a reference customer like you for its tokens per conversation: knowing it"),
    ],
)
def test_other_scenarios_get_other_answers(name: str, says: str) -> None:
    futures = futures_of(name)
    assert value_told(value_of_knowing(futures), futures).answer.startswith(says)


def test_another_recommendation_than_the_lowest_mean_is_explained() -> None:
    futures = futures_of("regulated_bank")
    notes = " ".join(value_told(value_of_knowing(futures), futures).notes)
    assert "The verdict recommends" in notes and "no worth of knowing" in notes


def test_a_scenario_without_ranges_says_how_to_give_them() -> None:
    futures = futures_of("minimal")
    assert any(
        "Give what you do not know as a range" in note for note in value_told(value_of_knowing(futures), futures).notes
    )


def test_what_chance_explains_is_no_question() -> None:
    found = narrow()
    nothing = replace(found.countable[0].known, worth=Estimate(5.0, 0.0, 9.0))
    unsure = replace(
        found,
        countable=tuple(replace(each, known=nothing) for each in found.countable),
        assumptions=tuple(replace(each, known=nothing) for each in found.assumptions),
    )
    assert "no single thing that can be found out" in value_told(unsure, futures_of("narrow_actions")).answer


def test_two_things_are_asked_for_where_the_second_adds_much() -> None:
    found = value_of_knowing(futures_of("broad_cx"))
    told = value_told(found, futures_of("broad_cx"))
    assert found.both is not None
    assert found.both.known.worth.value > 1.1 * found.countable[0].known.worth.value
    assert "its tokens per conversation (worth up to $" in told.answer
    assert 'the share of its conversations that "Closed by the customer" counts (up to $' in told.answer
    assert "knowing both is worth up to $" in told.answer and "of that share for about $450" in told.answer
    assert ("the two to ask for, together",) in [row[:1] for row in told.tables[0].rows]


def test_the_answer_says_what_it_goes_by_and_what_moves_the_bill_alone() -> None:
    answer = value_told(narrow(), futures_of("narrow_actions")).answer
    assert "expected cost alone" not in answer
    assert answer.endswith('"Volume per month" moves the bill but not which contract costs least on average.')
    names = names_of(narrow(), futures_of("narrow_actions"))
    assert "while the verdict goes by P90" in value_answer(narrow(), replace(names, budget=None))


def test_the_other_contract_is_named_with_how_often_it_keeps_the_budget() -> None:
    """The closed one keeps 180,000 in as many futures as counted here; one that keeps it is named alone."""
    futures = futures_of("narrow_actions")
    kept = float((futures.forecast.contracts["resolution_closed"].horizon("invoice") <= 180_000).mean())
    (share,) = percents([kept])
    answer = value_told(narrow(), futures).answer
    assert kept < 0.9
    assert f'"Per resolution, closed by customer", which keeps the budget of $180K in only {share} of the fut' in answer
    often = replace(names_of(narrow(), futures), keeps={"resolution_closed": 0.93})
    assert "in only" not in value_answer(narrow(), often)
    assert "expected cost alone, and not by what keeps the budget of $180K." in value_answer(narrow(), often)


def test_what_is_to_be_settled_before_any_signature_is_what_the_run_says() -> None:
    futures = futures_of("narrow_actions")
    first = [each.text for each in judged(futures.forecast).questions]
    answer = value_told(narrow(), futures).answer
    told = answer.split("To settle before any signature: ")[1].split(". ")[0]
    assert len(first) > 1 and told.startswith("(1) ")
    for text, shown in zip(first, told.split("; "), strict=False):
        assert text.startswith(shown.split(") ")[1])
    settled = replace(names_of(narrow(), futures), open=[])
    assert "To settle" not in value_answer(narrow(), settled)
    nothing = value_told(value_of_knowing(futures_of("minimal")), futures_of("minimal")).answer
    assert "To settle before any signature: (1) which inputs are uncertain; (2)" in nothing
    assert nothing.endswith("and 1 more that a run lists.")


def test_a_lower_price_leaves_less_to_find_out() -> None:
    found, futures = narrow(), futures_of("narrow_actions")
    tenth, quarter, most = (each.known.worth.value for each in found.at_less)
    text = value_told(found, futures)
    told = rough([quarter, found.everything.worth.value], "USD")[0]
    assert found.everything.worth.value > tenth > quarter > most
    assert f"The lower the price you get, the less there is to find out: at 25 % less, {told}." in text.answer
    assert sum("At a lower one knowing everything is worth $" in note for note in text.notes) == 1
    same = replace(found, at_less=tuple(replace(each, known=found.everything) for each in found.at_less))
    assert "The lower the price" not in value_told(same, futures).answer


def test_each_row_says_in_which_share_of_the_futures_it_changes_the_choice() -> None:
    found = narrow()
    rows = {row[0]: row[3] for row in value_told(found, futures_of("narrow_actions")).tables[0].rows}
    (share,) = percents([found.countable[0].known.changes], against=[0, 1])
    assert rows['share counted by "Closed by the customer"'] == share


def test_a_pilot_is_told_net_with_and_without_its_bill() -> None:
    learned = {each.months: each for each in narrow().learned if each.months}
    reads = [each for each in narrow().learned if each.conversations]
    assert learned[1].net == learned[1].worth.value - learned[1].cost < learned[1].net_without_bill
    assert learned[1].net_without_bill == learned[1].worth.value
    assert all(each.net == each.net_without_bill == each.worth.value - each.cost for each in reads)
    table = value_told(narrow(), futures_of("narrow_actions")).tables[1]
    assert table.columns[4:] == ("net of\nthat", "net, its bill\nno extra")


def test_no_table_has_cents_where_thousands_are_meant() -> None:
    told = value_told(value_of_knowing(futures_of("broad_cx")), futures_of("broad_cx"))
    cells = [cell for table in told.tables for row in table.rows for cell in row[1:]]
    assert not [cell for cell in cells if "." in cell and "K" not in cell and "%" not in cell]


@pytest.mark.parametrize("form", [WIDE, NARROW])
def test_the_figure_has_a_bar_for_each_row(form: object) -> None:
    told = value_told(narrow(), futures_of("narrow_actions"))
    drawn = told.chart(form)  # type: ignore[arg-type]
    assert 'Share counted by "Closed by the customer": knowing it is worth $' in drawn.title
    assert len(drawn.table.rows) == len(told.tables[0].rows) + len(told.tables[1].rows)
