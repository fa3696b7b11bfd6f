"""What is worth finding out, as a buyer reads it: the question to ask, and why there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.decisions.value import value_of_knowing
from simulator.decisions.worth import Estimate
from simulator.report.charts.form import NARROW, WIDE
from simulator.report.studies.told import as_text
from simulator.report.studies.value import value_told
from tests.decisions.value.test_value import futures_of, narrow


def test_the_answer_names_the_question_its_worth_and_what_reading_gives() -> None:
    told = value_told(narrow(), futures_of("narrow_actions"))
    assert told.answer.startswith(
        'Ask a reference customer for the share of its conversations that "Closed by the customer" counts before '
        "anything else: knowing it is worth up to $"
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
        ("seasonal_retail", "Find out your own conversations a month before anything else"),
        ("regulated_bank", "Ask a reference customer for its tokens per conversation before anything else"),
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


@pytest.mark.parametrize("form", [WIDE, NARROW])
def test_the_figure_has_a_bar_for_each_row(form: object) -> None:
    told = value_told(narrow(), futures_of("narrow_actions"))
    drawn = told.chart(form)  # type: ignore[arg-type]
    assert 'Share counted by "Closed by the customer": knowing it is worth $' in drawn.title
    assert len(drawn.table.rows) == len(told.tables[0].rows) + len(told.tables[1].rows)
