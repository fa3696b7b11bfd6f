"""Counts with exactly three decimals are asked back with both readings; what is measured keeps its decimals."""

from __future__ import annotations

import pytest

from simulator.errors import ScenarioError
from simulator.scenario import parse_scenario, render
from simulator.scenario.explained.reference import every
from simulator.scenario.meant.two_readings import both_readings
from simulator.scenario.meant.typed_numbers import read_number
from simulator.scenario.reading.counts import COUNTS
from tests.scenario.test_wrong import BASE

MEASURED = {
    "", "share", "share of conversations", "share of answered", "share of handoffs", "share of solved",
    "share of escalated", "share of months", "share of prompt", "share of uncached prompt", "share of output",
    "share of calls", "share of usage", "share of the charge", "share of the period", "share of units",
    "share of tokens", "share of writes to cache",
    "share of rate", "share of money", "share of credits left", "share of the pack", "share of the mean",
    "share per year", "share per period", "factor", "odds ratio", "log odds", "log odds or share", "log",
    "correlation",
    "score from 1 to 5", "month", "months", "hours", "minutes", "seconds", "hours of a month", "times", "rank",
    "hours per seat and month", "messages", "calls", "actions", "contacts",
    "currency", "currency per hour", "currency per unit of the other currency",
}  # fmt: skip
"""Units of what is measured or named by a small number; money in all forms is told by its word."""


def test_every_unit_of_the_schema_counts_or_measures() -> None:
    """A new unit must be put on one side, or a count of it would be taken as a fraction."""
    units = {entry.unit for entry in every() if entry.field is not None}
    unknown = {unit for unit in units if not unit.startswith("money")} - COUNTS - MEASURED - {"weight"}
    assert unknown == set()


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("22.000", ("22", "22_000")), ("22.500", ("22.5", "22_500")), ("22.125", ("22.1250", "22_125")),
        ("1.200", ("1.2", "1_200")), ("999.999", ("999.9990", "999_999")), ("+3.000", ("3", "+3_000")),
        ("0.125", None), ("22.0", None), ("22.00", None), ("22.0000", None), ("1234.000", None), ("1_500.000", None),
        ("22_000", None), ("022.000", None), ("22.000e0", None), ("1.500.000", None), ("", None),
    ],
)  # fmt: skip
def test_only_one_to_three_digits_and_three_decimals_have_two_readings(
    text: str, readings: tuple[str, str] | None
) -> None:
    found = both_readings(text)
    assert found == (readings if readings is None or text[0] != "+" else ("+3", "+3_000"))
    for each in found or ():
        assert both_readings(each) is None  # what is proposed is not asked back again


def messages(text: str, *changes: str) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text, "x", changes)
    return [f"{problem.message} | {problem.help}" for problem in raised.value.problems]


ASKED = {
    "volume.per_month=22.000": ("volume.per_month", "22.000", "22", "22_000"),
    "volume.per_month=22.500": ("volume.per_month", "22.500", "22.5", "22_500"),
    "volume.per_month=22.125": ("volume.per_month", "22.125", "22.1250", "22_125"),
    "volume.per_month={ p5 = 22.000, p95 = 30_000 }": ("volume.per_month.p5", "22.000", "22", "22_000"),
    "volume.per_month={ p10 = 20_000, mode = 22.000, p90 = 30_000 }":
        ("volume.per_month.mode", "22.000", "22", "22_000"),
    "volume.per_month={ choices = [900, 1.100] }":
        ("volume.per_month.choices.1 (number 2)", "1.100", "1.1", "1_100"),
    "volume.per_month={ value = 1.000, source = 'export' }": ("volume.per_month.value", "1.000", "1", "1_000"),
    "levels.simple.solve={ successes = 912, trials = 1.200 }": ("levels.simple.solve.trials", "1.200", "1.2", "1_200"),
    "trials=10.000": ("trials", "10.000", "10", "10_000"),
    "tokens.system=1.200": ("tokens.system", "1.200", "1.2", "1_200"),
    "contracts.resolution.included=5.000": ("contracts.resolution.included", "5.000", "5", "5_000"),
    "contracts.resolution.commitment={ units = 5.000, period = 'month' }":
        ("contracts.resolution.commitment.units", "5.000", "5", "5_000"),
    "contracts.resolution.free_units=[{ units = 1.500 }]":
        ("contracts.resolution.free_units.0.units (number 1)", "1.500", "1.5", "1_500"),
    "contracts.resolution.limit={ units = 9.000 }": ("contracts.resolution.limit.units", "9.000", "9", "9_000"),
    "contracts.tiers.tiers=[{ up_to = 1.000, rate = 1.250 }, { rate = 1 }]":
        ("contracts.tiers.tiers.0.up_to (tier 1)", "1.000", "1", "1_000"),
    "models.small.rates.long_prompt={ threshold_tokens = 200.000, input = 2, output = 3 }":
        ("models.small.rates.long_prompt.threshold_tokens", "200.000", "200", "200_000"),
}  # fmt: skip


@pytest.mark.parametrize("change", ASKED)
def test_a_count_with_three_decimals_is_asked_back(change: str) -> None:
    place, text, small, large = ASKED[change]
    readings = f"{text} can be read as {float(text):g} and as {int(large):,}"
    assert messages(BASE, change) == [f"{place}: {readings} | write {large}, or {small}"]


def test_a_whole_number_has_one_reading_where_its_decimals_are_not_zeros() -> None:
    assert messages(BASE, "trials=2.500") == ["trials: must be a whole number, not 2.500 | write 2_500"]


def test_a_count_in_quotes_gets_both_readings_too() -> None:
    expected = "volume.per_month: must be a number, not '22.000' | write 22_000, or 22, without quotes"
    assert messages(BASE, "volume.per_month='22.000'") == [expected]


def test_a_forecast_is_asked_back_row_by_row_with_the_line() -> None:
    rows = "".join(
        f'  {{ month = "2027-0{month}", low = 20_000, base = {base}, high = 30_000 }},\n'
        for month, base in ((1, "22.000"), (2, "22_500"), (3, "23.250"))
    )
    text = BASE.replace("per_month = 1_000", f"forecast = [\n{rows}]")
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text, "x")
    found = [(problem.line, problem.message.split(": ")[1]) for problem in raised.value.problems]
    assert found == [
        (11, "22.000 can be read as 22 and as 22,000"),
        (13, "23.250 can be read as 23.25 and as 23,250"),
    ], render(raised.value)


KEPT = [
    "contracts.resolution.price=0.125", "contracts.resolution.price=1.250", "contracts.resolution.platform_fee=1.500",
    "people.cost_per_hour=45.125", "levels.simple.handoff_minutes=6.125", "definitions.mine.silence=48.000",
    "levels.simple.escalate=0.125", "levels.simple.turns=3.125", "turns.calls_per_turn=1.125", "turns.size=4.125",
    "volume.season=[1.125, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
    "volume.per_month=1234.000",
    "volume.per_month=22.1250", "volume.per_month=22.0", "volume.per_month=1_500.125", "months=3.000",
    "outcomes.solve_log_odds={ p5 = -1.125, p95 = 1.250 }", "budget=500.000", "people.minutes_sigma=1.125",
    "contracts.resolution.price={ choices = [1.125, 1.250], weights = [1.500, 2.500] }",
    "models.small.solve_odds=1.125", "csat.if_solved=[2.500, 7.500, 15.125, 24.875, 50]",
    "intents.status.levels={ simple = 62.500, complex = 37.500 }",
]  # fmt: skip


@pytest.mark.parametrize("change", KEPT)
def test_what_is_measured_keeps_its_three_decimals(change: str) -> None:
    parse_scenario(BASE, "x", [change])


def test_weights_that_are_counts_are_asked_back_and_percents_are_not() -> None:
    """1.250 status beside 900 refund would be weights of 0.1 % and 99.9 %."""
    counts = BASE.replace("share = 60", "share = 1.250").replace("share = 40", "share = 900")
    assert messages(counts) == ["intents.status.share: 1.250 can be read as 1.25 and as 1,250 | write 1_250, or 1.25"]
    levels = BASE.replace("{ simple = 80, complex = 20 }", "{ simple = 1.250, complex = 900 }")
    assert messages(levels)[0].startswith("intents.status.levels.simple: 1.250 can be read as 1.25 and as 1,250")
    percents = BASE.replace("share = 60", "share = 62.500").replace("share = 40", "share = 37.500")
    assert parse_scenario(percents, "x").intents["status"].share.center == 62.5


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("22,000", "22_000"), ("1.500.000", "1_500_000"), ("22 000", "22_000"), ("22'000", "22_000"),
        ("22’000", "22_000"), ("22\u00a0000", "22_000"), ("1 500 000", "1_500_000"), ("22.000,50", "22_000.50"),
        ("22,000.50", "22_000.50"), ("22,5k", "22_500"), ("1,5 M", "1_500_000"), ("22 Tsd.", None),
        ("1.500,000", "1_500"), ("22 000,5", "22_000.5"), ("12,5 %", "0.125"), ("€ 22.000,00", "22_000.00"),
    ],
)  # fmt: skip
def test_thousands_of_all_countries_are_read(written: str, number: str | None) -> None:
    found = read_number(written)
    assert (found[0] if found else None) == number or (
        number is None and found == ("22_000", "numbers are written out")
    )


@pytest.mark.parametrize("written", ["22,000", "1,250", "22.000,00", "22 000", "3,000,000", "22.000"])
def test_no_hint_proposes_a_number_of_two_readings(written: str) -> None:
    found = read_number(written)
    assert found is not None
    assert all(both_readings(word.strip(" ,;.")) is None for word in " ".join(found).split())


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("22 000", "write 22_000"), ("22'000", "write 22_000"), ("1.500.000", "write 1_500_000"),
        ("22,000", "write 22_000; thousands are separated with _; if the comma was a decimal point, 22"),
        ("22,5k", "write 22_500"), ("1,5 M", "write per_month = 1_500_000"), ("22\u202f000  # a month", "write 22_000"),
        ("{ p10 = 22 000, p90 = 30_000 }", "write 22_000"), ("{ p5 = 22,000, p95 = 30_000 }", "write 22_000"),
    ],
)  # fmt: skip
def test_thousands_that_are_not_toml_are_answered_once(written: str, says: str) -> None:
    (message,) = messages(BASE.replace("per_month = 1_000", f"per_month = {written}"))
    assert "is not a number in TOML" in message and says in message
    assert "22.000" not in message
