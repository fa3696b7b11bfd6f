"""Numbers of two readings in help: 5.000 on a key that no contract has is 5,000 first, and 5 is told beside it.

A number with one to three digits, a point and three decimals is read as thousands by half the world. Where a count has
its own key it is asked back; where it stands under a key in other words, the help repeats it and must not choose 5.
"""

from __future__ import annotations

import pytest

from simulator.scenario.meant.two_readings import both_readings
from simulator.scenario.meant.typed_numbers import of_money, read_number
from tests.scenario.meant.test_contract_words import help_of
from tests.scenario.reading.test_counts import messages
from tests.scenario.test_wrong import BASE

BOTH = [
    # kind of contract as in test_meant, what was written, the entry with thousands, and how the other is told
    ("R", "commitment = 5.000", "{ units = 5_000, period = \"month\" }", "5.000 can also be read as 5"),
    ("R", "minimum = 5.000", "monthly_minimum = 5_000", "then write 5 for 5_000"),
    ("R", "minimum = '5.000'", "monthly_minimum = 5_000", "then write 5 for 5_000"),
    ("R", "minimum = '5.000 EUR'", "monthly_minimum = 5_000", "5.000 EUR can also be read as 5"),
    ("R", "minimum = '€ 5.000'", "monthly_minimum = 5_000", "€ 5.000 can also be read as 5"),
    ("R", "minimum = '5.000 resolutions'", "{ units = 5_000,", "then write 5 for 5_000"),
    ("R", "minimum = 22.125", "monthly_minimum = 22_125", "22.125 can also be read as 22.1250"),
    ("R", "annual_minimum = '60.000'", "yearly_minimum = 60_000", "then write 60 for 60_000"),
    ("R", "cap = 9.000", "maximum_per_month = 9_000", "then write 9 for 9_000"),
    ("R", "limit = 9.000", "{ units = 9_000 }", "then write 9 for 9_000"),
    ("R", "free_units = 1.000", "[{ units = 1_000,", "then write 1 for 1_000"),
    ("R", "package = 1.000", "{ size = 1_000,", "then write 1 for 1_000"),
    ("R", "allowance = 1.000", "included = 1_000", "then write 1 for 1_000"),
    ("R", "prepaid = 5.000", "{ amount = 5_000, price = 5_000 }", "then write 5 for 5_000"),
    ("R", "discounts = 5.000", "[{ amount = 5_000 }]", "5.000 can also be read as 5: then write [{ share = 0.05 }]"),
    ("R", "rebate = 5.000", "discounts = [{ amount = 5_000 }]", "then write discount = 0.05 for 5 %"),
    ("M", "minimum = 5.000", "units = 5_000", "then write 5 for 5_000"),
    ("W", "max = 1.000", "up_to = 1_000", "then write 1 for 1_000"),
    ("W", "up_to = 1.000", "write 1_000, or 1", ""),
    ("H", "floor = 50.000", "minimum = 50_000", "then write 50 for 50_000"),
    ("P", "price_breaks = [1.000, 5.000]", "{ up_to = 1_000, rate = N }, { up_to = 5_000, rate = N }",
     "1.000 and 5.000 can also be read as 1 and 5"),
    ("P", "price_tiers = [{ to = 1.000, price = 1.250 }, { price = 0.8 }]", "{ up_to = 1_000, rate = 1.25 }",
     "1.000 can also be read as 1: then write 1 for 1_000"),
    ("P", 'tiers = { "0-1.000" = 1.250, "1.000+" = 0.8 }', "{ up_to = 1_000, rate = 1.25 }", "then write 1 for 1_000"),
]  # fmt: skip


@pytest.mark.parametrize("row", BOTH, ids=[f"{kind}: {written}" for kind, written, _, _ in BOTH])
def test_help_has_the_thousands_first_and_tells_the_other_reading(row: tuple[str, str, str, str]) -> None:
    kind, written, large, small = row
    found = help_of(kind, written)
    assert large in found and small in found, found
    assert found.index(large) <= found.index(small or large)


@pytest.mark.parametrize(
    ("written", "says"),
    [("term = 12.000", "term_months = 12:"), ("tiers = 1.250", "write price = 1.25 for"),
     ("escalator = 3.000", "growth = 0.03,"), ("min_price = 1.250", "{ rate = 1.25 }")],
)  # fmt: skip
def test_prices_shares_and_months_keep_their_decimals_as_their_own_keys_do(written: str, says: str) -> None:
    found = help_of("R", written)
    assert says in found and "can also be read" not in found, found


def test_a_number_of_one_reading_is_repeated_without_a_question() -> None:
    for written in ("minimum = 5_000", "minimum = 5.0", "minimum = 0.125", "minimum = '5 k'"):
        assert "can also be read" not in help_of("R", written), written


@pytest.mark.parametrize(
    "change",
    ["contracts.resolution.minimum=5.000", "contracts.resolution.commitment=5.000",
     "contracts.resolution.commitment={ minimum = 5.000 }", "contracts.resolution.price_breaks=[5.000]"],
)  # fmt: skip
def test_both_readings_are_told_on_the_command_line(change: str) -> None:
    (message,) = messages(BASE, change)
    assert "= 5_000" in message and "5.000 can also be read as 5: then write 5 for 5_000" in message


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ('budget="20.000"', "write 20_000, or 20.00, without quotes"),
        ("budget=20.000 EUR", "budget=20_000; the unit belongs to the key, not to the number; if the point was a "
                              "decimal point, 20.00"),
        ('contracts.resolution.monthly_minimum="5.000 EUR"', "write 5_000; the unit belongs to the key, not to the "
                                                             "number; if the point was a decimal point, 5.00"),
        ('contracts.resolution.platform_fee="5.125"', "write 5_125, or 5.1250, without quotes"),
        ('contracts.resolution.platform_fee="€5.500"', "write 5_500; the currency is said once, in 'currency'; if the "
                                                       "point was a decimal point, 5.50"),
        ('contracts.resolution.platform_fee="€5,500"', "if the comma was a decimal point, 5.5"),
        ("contracts.resolution.commitment={ amount = '20.000', period = 'year' }", "write 20_000, or 20.00, without"),
        # 12,000 months are more than a scenario has, so there is no second reading
        ('months="12.000"', "write 12 without quotes"),
    ],
)  # fmt: skip
def test_hints_for_money_have_one_reading_each(change: str, says: str) -> None:
    (message,) = messages(BASE, change)
    assert says in message
    proposed = message.partition(" | write ")[2].replace(";", " ").replace(",", " ").split()
    assert all(both_readings(word.rpartition("=")[2]) is None for word in proposed), message


def test_money_has_two_or_four_decimals() -> None:
    assert of_money("20.000") == ("20_000", "20.00")
    assert of_money("22.500") == ("22_500", "22.50")
    assert of_money("22.125") == ("22_125", "22.1250")
    assert of_money("0.125") is None


def test_percents_and_multiples_are_not_taken_for_thousands() -> None:
    """5.000 % is 0.05, and 112.5 % is 1.125, written with four decimals; 1.250 k is 1,250."""
    assert read_number("5.000 %") == ("0.05", "shares are written from 0 to 1")
    assert read_number("112.5 %") == ("1.1250", "shares are written from 0 to 1")
    assert read_number("1.250k") == ("1_250", "numbers are written out")


def test_a_value_of_a_wrong_kind_is_shown_as_it_was_written() -> None:
    assert messages(BASE, "volume=22.000") == ["volume: must be a table, not 22.000 | "]


EURO = BASE.replace("[contracts.resolution]", '[contracts.resolution]\ncurrency = "EUR"')


@pytest.mark.parametrize("changes", [("exchange_rates.EUR=1.1",), ("exchange_rates.eur=1.1",),
                                     ("exchange_rates.EUR.p5=1", "exchange_rates.EUR.p95=1.2")])  # fmt: skip
def test_an_exchange_rate_may_be_set_where_the_file_has_none(changes: tuple[str, ...]) -> None:
    from simulator.scenario import parse_scenario

    assert "exchange_rates.EUR = a number" in messages(EURO)[0]
    rate = parse_scenario(EURO, "x", changes).exchange_rates["EUR"]
    assert rate.center == pytest.approx(1.1, abs=0.01)  # the median of 1 to 1.2 in a log scale is 1.095


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("exchange_rates.EUX=1.1", "unknown currency 'EUX'; did you mean EUR?"),
        ("intents.status.levels.complx=1", "unknown level 'complx' in intents.status.levels"),
        ("drivers.correlation.volume.demand=0.1", "unknown driver 'volume'"),
        ("contracts.resolutoin.price=1", "did you mean 'resolution'?"),
    ],
)
def test_a_new_name_for_a_number_is_judged_by_the_rule_that_knows_the_names(change: str, says: str) -> None:
    assert any(says in message for message in messages(BASE, change))
