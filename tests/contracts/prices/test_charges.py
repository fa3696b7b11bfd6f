"""Charges against hand-computed amounts and published figures."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.contracts.prices.fees import Fee
from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.included import Included
from simulator.contracts.prices.token_charge import TokenCharge
from simulator.contracts.rates.token_rates import LongPrompt, TokenRates
from tests.contracts.tools import amount, billed, share, stated, token_meters

# Figures of the tests and documents of other billing engines; the id names the engine and its case.
FLAT = [
    ("lago standard", "10", 10, "100"),
    ("openmeter unit", "100", 10, "1000"),
    ("flexprice flat fee", "100", 5, "500"),
    ("polar 1.995 units", "100", 1.995, "199.5"),
    ("polar 1e-12 x 1e6", "0.000000000001", 1e6, "0.000001"),
    ("polar 1e-12 x 1e12", "0.000000000001", 1e12, "1"),
    ("zuplo", "0.001", 100_000, "100"),
    ("chargebee line", "4.4556", 10.625, "47.34075"),
    ("zuora", "59.99", 4, "239.96"),
    ("autumn 1e6 x 1e-6", "0.000001", 1_000_000, "1"),
    ("autumn float trap", "0.00123", 13, "0.01599"),
    ("kill bill 1124", "0.067", 55, "3.685"),
]


@pytest.mark.parametrize(("rate", "units", "expected"), [case[1:] for case in FLAT], ids=[case[0] for case in FLAT])
def test_flat_gives_published_amounts(rate: str, units: float, expected: str) -> None:
    assert billed(Flat("cases", amount(float(rate))), units) == pytest.approx([float(expected)], rel=1e-9, abs=0)


def test_included_bills_only_what_exceeds_it() -> None:
    # Stigg: 1,000 units included, overage at 0.01, 1,300 used: 3.
    charge = Included("cases", 1000, amount(0.01))
    assert billed(charge, 0, 999, 1000, 1001, 1300) == pytest.approx([0, 0, 0, 0.01, 3], rel=1e-9)


def test_included_does_not_carry_unused_units_to_the_next_month() -> None:
    assert billed(Included("cases", 100, amount(1)), 0, 200) == [0, 100]


def test_fee_is_owed_in_every_month_of_every_trial() -> None:
    amounts = Fee(amount(250)).amount({"cases": np.zeros((2, 3))}, stated(2))
    assert amounts.tolist() == [[250] * 3] * 2


def test_flat_takes_each_trials_own_rate() -> None:
    rates = np.array([1.0, 10.0])
    units = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    amounts = Flat("cases", amount(1)).amount({"cases": units}, lambda _: rates)
    assert amounts.tolist() == [[1, 2, 3], [10, 20, 30]]


def test_tokens_price_each_class_and_no_class_twice() -> None:
    rates = TokenRates(input=3.0, cached_input=0.3, cache_write=3.75, output=15.0)
    charge = TokenCharge((("m", rates),))
    meters = token_meters("m", 10, input=1_000_000, cached_input=2_000_000, cache_write=400_000, output=100_000)
    # 3 + 0.6 + 1.5 + 1.5
    assert charge.amount(meters, stated()).tolist() == [[pytest.approx(6.6, rel=1e-9)]]


def test_tokens_without_own_cache_rates_price_them_as_input() -> None:
    charge = TokenCharge((("m", TokenRates(input=3.0, output=15.0)),))
    meters = token_meters("m", 10, cached_input=2_000_000, cache_write=1_000_000)
    assert charge.amount(meters, stated()).tolist() == [[pytest.approx(9.0, rel=1e-9)]]


def test_tokens_of_long_prompts_are_repriced_not_added() -> None:
    rates = TokenRates(input=3.0, output=15.0, long_prompt=LongPrompt(threshold_tokens=200_000, input=6.0, output=22.5))
    charge = TokenCharge((("m", rates),))
    meters = token_meters("m", 10, input=1_000_000, output=100_000, long_input=400_000, long_output=20_000)
    # 0.6 * 3 + 0.4 * 6 + 0.08 * 15 + 0.02 * 22.5
    assert charge.amount(meters, stated()).tolist() == [[pytest.approx(5.85, rel=1e-9)]]


def test_tokens_ignore_long_meters_where_the_model_has_no_long_price() -> None:
    charge = TokenCharge((("m", TokenRates(input=3.0, output=15.0)),))
    assert not any(meter.startswith("tokens_long") for meter in charge.meters)
    assert charge.amount(token_meters("m", 1, input=1e6, long_input=1e6), stated()).tolist() == [[3.0]]


def test_tokens_take_markup_and_batch_discount() -> None:
    charge = TokenCharge((("m", TokenRates(input=2.0, output=8.0)),), amount(1.5), share(0.4), share(0.5))
    # 2 * 1.5 * (1 - 0.4 * 0.5)
    assert charge.amount(token_meters("m", 1, input=1e6), stated()).tolist() == [[pytest.approx(2.4, rel=1e-9)]]
