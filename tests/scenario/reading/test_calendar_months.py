"""Calendar months in contracts: the same contract by date and by number, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.errors import ScenarioError
from simulator.quantities.parameters import is_calendar
from simulator.scenario import Scenario, parse_scenario
from simulator.scenario.explained.json_schema import scenario_schema
from simulator.scenario.reading.calendar_months import numbered
from tests.contracts.invoices.test_switch import MINIMAL
from tests.test_every_parameter import schema

DATES = """
phased = { type = "hybrid", charges = [
  { kind = "flat", meter = "conversations", rate = 0.5, to_month = FEBRUARY },
  { kind = "flat", meter = "resolutions", definition = "assumed_24h", rate = 0.9, from_month = MARCH },
] }
changing = { type = "per_resolution", definition = "assumed_24h", price = 1, definition_changes = [
  { from_month = MARCH, definition = "verified_72h" },
], price_changes = [{ from_month = MARCH, to_month = NEXT_MAY, factor = 0.5 }], one_time_fees = [
  { amount = 500, month = FEBRUARY },
], discounts = [{ share = 0.1, from_month = MARCH }], prepaid = { packs = [
  { amount = 100, price = 90, first_month = MARCH },
] }, term_months = 24 }

[switches.change]
old = "changing"
new = "conversation"
month = MARCH
"""
NUMBERS = {"FEBRUARY": 2, "MARCH": 3, "NEXT_MAY": 17}
NAMES = {"FEBRUARY": '"2027-02"', "MARCH": '"2027-03"', "NEXT_MAY": '"2028-05"'}


def scenario(months: dict[str, Any]) -> Scenario:
    text = DATES
    for name, month in months.items():
        text = text.replace(name, str(month))
    return parse_scenario(MINIMAL + text, "dated")


def test_a_calendar_month_is_the_number_of_the_month() -> None:
    """The horizon is 2027; the price change ends in month 17, within the term of 24 months."""
    assert scenario(NAMES) == scenario(NUMBERS)


def test_another_month_is_another_number() -> None:
    assert scenario({**NAMES, "MARCH": '"2027-04"'}) != scenario(NUMBERS)


def test_a_month_may_be_set_from_outside() -> None:
    text = MINIMAL.replace("price = 0.50", "price = 0.50, price_changes = [{ factor = 0.5 }]")
    loaded = parse_scenario(text, "set", ['contracts.conversation.price_changes.0.from_month="2027-05"'])
    assert loaded.contracts["conversation"].price_changes[0].from_month == 5


@pytest.mark.parametrize(
    ("month", "message", "help_text"),
    [
        ('"2026-12"', "2026-12 lies outside the months of the contract, 2027-01 to 2028-12", "write 2027-01 or later"),
        ('"2029-01"', "2029-01 lies outside the months of the contract, 2027-01 to 2028-12", "leave to_month out"),
        ('"2028-13"', 'must be the number of a month or a calendar month as "2028-01", not "2028-13"', "count from 1"),
        ('"May 2028"', 'must be the number of a month or a calendar month as "2028-01", not "May 2028"', "from 1"),
    ],
)
def test_what_is_no_month_of_the_contract_is_refused_with_its_place(month: str, message: str, help_text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario({**NAMES, "NEXT_MAY": month})
    (problem,) = caught.value.problems
    assert problem.message == f"contracts.changing.price_changes.0.to_month (number 1): {message}"
    assert help_text in problem.help and problem.line is not None and "price_changes" in problem.text


def test_a_month_beyond_the_horizon_of_a_contract_without_a_term_says_what_to_do() -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario({**NAMES, "MARCH": '"2028-03"'})
    assert any("lengthen months of the scenario or term_months" in each.help for each in caught.value.problems)


def test_the_new_contract_of_a_switch_counts_its_own_months() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario((MINIMAL + DATES).replace('new = "conversation"', 'new = "phased"').replace(
            "FEBRUARY", NAMES["FEBRUARY"]).replace("NEXT_MAY", "17").replace("MARCH", "3"), "dated")  # fmt: skip
    (problem,) = caught.value.problems
    assert 'contracts.phased.charges.0.to_month (charge 1) = "2027-02"' in problem.message
    assert problem.key == ("switches", "change", "new")


def test_a_wrong_start_is_said_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        text = (MINIMAL + DATES).replace('start = "2027-01"', 'start = "2027-1"')
        for name, month in NAMES.items():
            text = text.replace(name, month)
        parse_scenario(text, "dated")
    assert [problem.key for problem in caught.value.problems] == [("start",)]


def test_values_without_calendar_months_are_left_as_they_are() -> None:
    values = {"start": "2027-01", "contracts": {"a": {"type": "per_conversation", "price": 1}}}
    assert numbered(values).values is values


def test_every_month_of_a_contract_may_be_a_calendar_month() -> None:
    """Keys that are called month, first_month, from_month or to_month and hold a number."""
    tables = schema(Scenario, set())
    months = {
        (table.__name__, key): is_calendar(field)
        for table in tables
        for key, field in table.model_fields.items()
        if key in ("month", "first_month", "from_month", "to_month") and field.annotation is not str
    }
    assert len(months) > 20 and all(months.values()), [name for name, may in months.items() if not may]


def test_the_json_schema_allows_both() -> None:
    switch = scenario_schema()["$defs"]["SwitchSpec"]["properties"]["month"]
    assert {each["type"] for each in switch["anyOf"]} == {"integer", "string"} and "description" in switch
