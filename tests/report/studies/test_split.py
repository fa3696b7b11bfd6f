"""A split, told: where it pays and where it does not, its tables, notes and figure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from simulator.arrays import Array
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.split import splits
from simulator.report.charts.form import FILE, NARROW, WIDE
from simulator.report.studies.split import split_told
from simulator.report.studies.told import Told, as_block, as_text
from simulator.report.style import svg
from simulator.scenario import load_scenario
from tests.decisions.test_split import FEES, NOISE, drawn, noise, on_parts


def fees_meters() -> dict[str, Array]:
    conversations, resolutions = drawn(7)
    return {"conversations": conversations, "resolutions:assumed_24h": resolutions}


def on_fees(**changes: Any) -> SameFutures:
    return on_parts(FEES, fees_meters(), 40, 2, budget={"amount": 1_000_000}, **changes)


def told_of_fees(vendor_cost: float = 0.0) -> Told:
    return split_told(splits(on_fees(), vendor_cost=vendor_cost), on_fees().scenario)


def told_of_noise() -> Told:
    futures = on_parts(NOISE, noise(2), 128, 1, budget={"amount": 10_000_000})
    return split_told(splits(futures), futures.scenario)


def test_a_split_that_pays_says_what_to_put_where_and_under_which_condition() -> None:
    found = told_of_fees()
    assert found.answer.startswith("If the prices hold for these parts alone, put ")
    assert "of the 6 intents" in found.answer
    assert "in futures on which it was not chosen" in found.answer
    assert "vendor" not in found.answer


def test_the_answer_says_up_to_which_cost_of_a_second_contract_it_pays() -> None:
    assert "while running a second contract (not counted) costs less than $174 a year." in told_of_fees().answer
    assert (
        "while running a second contract (counted with $50.00) costs less than $174 a year." in told_of_fees(50).answer
    )


def test_the_answer_says_at_which_price_one_contract_would_cost_as_much() -> None:
    """By hand: tiers without a fee cost as much where both rates are multiplied by what the split costs of them."""
    found = splits(on_fees())
    assert found.single == "tiers" and found.same_cost is not None
    assert found.same_cost.factor == pytest.approx(found.cost.value / found.single_cost.value)
    assert found.same_cost.unit_price is not None
    answer = told_of_fees().answer
    told = re.search(r"alone to \$[\d,.]+, as much as that at \$([\d.]+) per handled conversation in the", answer)
    assert told is not None and 0 <= found.same_cost.unit_price - float(told[1]) < 1e-3


@pytest.mark.parametrize(
    ("kind", "says"), [("judgement", " at assumed prices ("), ("published", " at listed prices ("), ("quoted", "")]
)
def test_a_gain_at_prices_that_nobody_quoted_is_said_to_be(kind: str, says: str) -> None:
    prices = [f'contracts.{name}.price={{value=0.5, kind="{kind}"}}' for name in ("conversation", "resolution")]
    found, names = splits(on_fees()), iter(("conversation", "resolution"))
    named = {each.contract: next(names) for each in found.held}
    held = tuple(replace(each, contract=named[each.contract]) for each in found.held)
    parts = tuple(replace(each, contract=named[each.contract]) for each in found.parts)
    answer = split_told(replace(found, held=held, parts=parts), load_scenario("scenarios/minimal.toml", prices)).answer
    assert says in answer and (" prices (" in answer) == bool(says)


def test_a_gain_is_a_saving_and_stands_once_where_the_choice_flatters_by_nothing() -> None:
    rows = told_of_fees().tables[2].rows
    assert [row[0] for row in rows] == ["In futures on which it was not chosen"]
    assert rows[0][1].startswith("$")


def test_each_part_says_what_a_conversation_bills_beside_one_contract() -> None:
    table = told_of_fees().tables[0]
    here, one = (table.columns.index(head) for head in ("\neach", "each of\none"))
    assert all(row[here].startswith("$") and row[one].startswith("$") for row in table.rows)
    assert any(row[here] != row[one] for row in table.rows)
    assert "both halves\nagree" not in table.columns
    assert "both halves\nagree" in told_of_noise().tables[0].columns


def test_a_gain_that_is_too_little_is_said_to_be() -> None:
    conversations, resolutions = drawn(1)
    meters = {"conversations": conversations, "resolutions:assumed_24h": resolutions}
    futures = on_parts(FEES, meters, 40, 2, budget={"amount": 1_000_000})
    answer = split_told(splits(futures), futures.scenario).answer
    assert answer.startswith("Keep one contract, Tiers")
    assert answer.endswith("which is less than 1 % of the cost.")


def test_a_split_of_noise_keeps_one_contract() -> None:
    assert told_of_noise().answer.startswith("Keep one contract")


def test_a_vendors_cost_is_said_whether_given_or_not() -> None:
    assert any("--vendor-cost" in note for note in told_of_fees().notes)
    assert any("counted with $5.00 a year" in note for note in told_of_fees(5).notes)


def test_what_flatters_stands_beside_what_it_is_worth() -> None:
    found = told_of_noise()
    rows = found.tables[2].rows
    assert rows[0][1] != rows[1][1]
    assert any("the best of many looks better than it is, here by" in note for note in found.notes)


def test_tables_are_whole_and_figures_are_drawn() -> None:
    for found in (told_of_fees(), told_of_noise(), told_of_fees(1e6)):
        assert all(len(row) == len(table.columns) for table in found.tables for row in table.rows)
        for form in (FILE, WIDE, NARROW):
            drawn_chart = found.chart(form)
            assert svg(drawn_chart.figure, drawn_chart.title, drawn_chart.alt)
            assert drawn_chart.table.rows


def test_text_fits_and_json_has_the_numbers() -> None:
    conversations, resolutions = drawn(1)
    meters = {"conversations": conversations, "resolutions:assumed_24h": resolutions}
    futures = on_parts(FEES, meters, 40, 2)
    numbers = splits(futures)
    found = split_told(numbers, futures.scenario)
    assert all(len(line) <= 100 for line in as_text(found, futures.scenario, 100).splitlines())
    block = as_block(found, numbers, futures.scenario)
    assert [each["intent"] for each in block["parts"]] == [each.intent for each in numbers.parts]
    assert block["other"]["mean"]["value"] == pytest.approx(numbers.other.mean.value)
