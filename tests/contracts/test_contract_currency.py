"""Contracts priced in another currency: by hand, against the same contract with converted prices, and in scenarios."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from simulator.cli import cli
from simulator.contracts import Contract, exit_table, invoice, tie_price, unit_rate
from simulator.contracts.contract import Exchange
from simulator.contracts.exact.decimals import Rounding, at_stated, exact
from simulator.contracts.exact.invoice import invoices
from simulator.engine.run import simulate
from simulator.errors import ScenarioError
from simulator.forecast.forecast import Forecast, forecast
from simulator.implied.overview import overview
from simulator.quantities.distributions import POSITIVE, Quantity, fixed
from simulator.report.blocks.summary import summary
from simulator.report.questions import questions
from simulator.report.questions_text import answers
from simulator.scenario import parse_scenario
from tests.contracts.invoices.test_switch import MINIMAL

from .tools import Array, contract, months, stated

USE = {"conversations": months(*[100.0] * 12)}
RATE = 1.1


def abroad(code: str = "EUR", rate: Quantity | None = None, **terms: Any) -> Contract:
    exchange = Exchange(code, fixed(RATE, POSITIVE) if rate is None else rate)
    return replace(contract(type="per_conversation", **terms), exchange=exchange)


def test_the_whole_invoice_is_converted_by_hand() -> None:
    # 50 EUR of use and 100 of fee are lifted to 200 EUR, which are 220 USD.
    bill = invoice(abroad(price=0.5, platform_fee=100, monthly_minimum=200), USE, stated())
    assert bill.total[0] == pytest.approx([220] * 12)
    assert (bill.usage[0, 0], bill.fees[0, 0], bill.true_up[0, 0]) == pytest.approx((55, 110, 55))
    assert sum(bill.lines.values()) == pytest.approx(bill.total)


@pytest.mark.parametrize(
    "terms",
    [
        {"price": 0.5, "platform_fee": 100, "monthly_minimum": 180, "maximum_per_month": 300},
        {"price": 0.5, "commitment": {"amount": 900, "overage_factor": 1.5}, "discount": 0.1},
        {"price": 0.5, "yearly_minimum": 1_000, "one_time_fees": [{"amount": 70}]},
        {"price": 0.5, "prepaid": {"packs": [{"amount": 200, "price": 150, "valid_months": 2}], "overage_factor": 1.2}},
    ],
)
def test_it_is_the_contract_with_all_money_multiplied(terms: dict[str, Any]) -> None:
    """Every amount in money times 1.1 in the scenario's currency is the contract at 1.10, on leaving too."""

    def times(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: times(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [times(each, key) for each in value]
        return value * RATE if key not in ("discount", "overage_factor", "valid_months") else value

    there, here = abroad(**terms), contract(type="per_conversation", **times(terms))
    bills = [invoice(each, USE, stated()) for each in (there, here)]
    assert bills[0].total == pytest.approx(bills[1].total, rel=1e-12)
    tables = [exit_table(bill, each, USE, stated()) for bill, each in zip(bills, (there, here), strict=True)]
    for one, other in zip(*tables, strict=True):
        assert (one.total, one.fees, one.prepaid_lost) == pytest.approx((other.total, other.fees, other.prepaid_lost))
    ties = [tie_price(each, 3_000, USE, stated()) for each in (there, here)]
    assert ties[0] is not None and ties[1] is not None
    assert ties[0].factor == pytest.approx(ties[1].factor) and ties[0].unit_price == pytest.approx(ties[1].unit_price)


def test_unit_rate_is_in_the_scenarios_currency_at_the_stated_rate() -> None:
    assert unit_rate(abroad(price=0.5)) == pytest.approx(0.55)


def test_each_future_has_its_rate() -> None:
    rate = replace(fixed(1.1, POSITIVE), name="exchange_rates.EUR")

    def value(quantity: Quantity) -> Array:
        return np.array([1.0, 1.3]) if quantity.name == rate.name else np.full(2, quantity.center)

    use = {"conversations": np.full((2, 3), 100.0)}
    assert invoice(abroad(price=0.5, rate=rate), use, value).total.tolist() == [[50] * 3, [65] * 3]


def test_exact_lines_are_in_the_contracts_currency_and_rounded_in_it() -> None:
    use = {"conversations": [exact(101)]}
    (bill,) = invoices(abroad("JPY", fixed(0.0065, POSITIVE), price=10.01), use, at_stated, Rounding(2))
    assert (str(bill.total), str(bill.due)) == ("1011", "6.57")
    assert [str(line.amount) for line in bill.lines] == ["1011"]


OFFERS = """
berlin = { type = "per_conversation", currency = "EUR", price = 0.50, platform_fee = 100 }
paris = { type = "per_conversation", currency = "EUR", price = 0.60 }

[exchange_rates]
EUR = { p5 = 1.0, p95 = 1.2, kind = "judgement" }
"""


@pytest.fixture(scope="module")
def priced() -> Forecast:
    return forecast(simulate(parse_scenario(MINIMAL + OFFERS, "abroad", ["trials=200", "months=3"])))


def test_one_rate_is_drawn_for_all_contracts_of_a_currency(priced: Forecast) -> None:
    rates = priced.results.unknowns["exchange_rates.EUR"]
    assert 0.9 < rates.min() < 1.05 < 1.15 < rates.max() < 1.4
    units = priced.results.meters["conversations"]
    assert priced.contracts["berlin"].invoice == pytest.approx((0.5 * units + 100) * rates[:, None])
    assert priced.contracts["paris"].invoice == pytest.approx(0.6 * units * rates[:, None])
    assert priced.contracts["conversation"].invoice == pytest.approx(0.5 * units)


def test_tables_and_contracts_md_say_so(priced: Forecast) -> None:
    told = summary(priced)
    blocks = {block.name: block for block in told.contracts}
    found = blocks["berlin"].exchange
    assert found.currency == "EUR" and found.rate.p10 < found.stated < found.rate.p90
    euros = 0.5 * priced.results.meters["conversations"].sum(axis=1) + 300
    assert found.invoice.mean == pytest.approx(euros.mean())
    assert blocks["conversation"].exchange is None
    assert not blocks["berlin"].unit_rate_fixed and blocks["conversation"].unit_rate_fixed
    assert any("priced in EUR and converted at exchange_rates.EUR" in note for note in told.notes)
    assert "exchange_rates.EUR" in [each.name for each in told.unknowns]
    (block,) = [each for each in questions(priced) if each.name == "paris"]
    text = answers(block, "USD")
    assert "Priced in EUR. Amounts here are in USD" in text
    stated_rate = priced.results.scenario.exchange_rates["EUR"].center
    assert block.cases[0].amount == pytest.approx(block.cases[0].units * 0.6 * stated_rate)


def test_check_and_invoice_say_so(tmp_path: Path) -> None:
    path = tmp_path / "abroad.toml"
    path.write_text(MINIMAL + OFFERS)
    scenario = parse_scenario(path.read_text(), "abroad")
    assert "note: berlin: priced in EUR and converted at exchange_rates.EUR" in overview(scenario, "abroad")
    arguments = ["invoice", str(path), "--contract", "berlin", "--set", "exchange_rates.EUR=1.25"]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    assert ", in EUR\n" in done.output and "€100.00" in done.output and "Total in USD: $" in done.output
    block = json.loads(CliRunner().invoke(cli, [*arguments, "--json"]).output)
    assert block["currency"] == "EUR" and block["due"]["currency"] == "USD"
    assert float(block["due"]["total"]) == pytest.approx(float(block["total"]) * 1.25, abs=0.005)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (OFFERS.partition("\n[")[0], "exchange_rates has no EUR"),
        (OFFERS.replace("EUR = {", "CHF = 1\nEUR = {"), "exchange_rates.CHF: no contract or list price is in CHF"),
        (OFFERS.replace("EUR = {", "USD = 1\nEUR = {"), "USD is the scenario's own currency"),
        (OFFERS.replace("EUR = {", "EURO = 1\nEUR = {"), "unknown currency 'EURO'; did you mean EUR?"),
        (OFFERS.replace('currency = "EUR", price = 0.60', 'currency = "EURO", price = 0.60'), "did you mean EUR?"),
        (
            OFFERS.replace('"per_conversation", currency = "EUR", price = 0.60', '"per_token", currency = "EUR"'),
            "tokens of model 'main' are billed at the scenario's prices, which are in USD",
        ),
        (OFFERS.replace("{ p5 = 1.0, p95", "{ p5 = -1.0, p95"), "must be"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, part: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(MINIMAL + text, "abroad")
    found = [problem.message for problem in caught.value.problems]
    assert any(part in message for message in found) and len(found) == 1, found


def test_the_scenarios_own_currency_may_be_said() -> None:
    said = MINIMAL.replace('type = "per_conversation", price', 'type = "per_conversation", currency = "USD", price')
    assert parse_scenario(said, "said").contracts["conversation"].currency == "USD"


def test_tokens_at_own_rates_may_be_in_another_currency() -> None:
    own = OFFERS.replace(
        '"per_conversation", currency = "EUR", price = 0.60',
        '"per_token", currency = "EUR", models = { main = { input = 2, output = 8 } }',
    )
    assert parse_scenario(MINIMAL + own, "own").contracts["paris"].currency == "EUR"


def test_an_offer_of_the_catalogue_is_in_its_currency() -> None:
    euros = MINIMAL.replace('start = "', 'currency = "EUR"\nstart = "', 1)
    offer = '\nlisted = { contract = "catalogue:intercom-fin" }\n'
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(euros + offer, "euros")
    (problem,) = caught.value.problems
    assert "exchange_rates has no USD: contracts.listed is in USD" in problem.message
    scenario = parse_scenario(euros + offer + "\n[exchange_rates]\nUSD = 0.92\n", "euros")
    assert scenario.contracts["listed"].currency == "USD"


@pytest.mark.parametrize("option", [False, True])
def test_no_currency_stands_beside_the_prices_of_the_catalogue(option: bool) -> None:
    """0.89 USD called JPY would be 0.0060 USD: refused at its place, in the file and as an option, once."""
    offer = '\nlisted = {{ contract = "catalogue:fini"{} }}\n[exchange_rates]\nJPY = 0.0067\n'
    text = MINIMAL + offer.format("" if option else ', currency = "JPY"')
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "named", ['contracts.listed.currency="JPY"'] if option else [])
    (problem,) = caught.value.problems
    assert "contracts.listed.currency: the prices of an entry of the catalogue are in USD, and 'JPY'" in problem.message
    assert problem.help.startswith("leave currency out: exchange_rates.USD converts them")
    assert option or (problem.line is not None and 'currency = "JPY"' in text.splitlines()[problem.line - 1])


@pytest.mark.parametrize("code", ["USD", "usd"])
def test_the_currency_of_the_catalogue_may_be_said(code: str) -> None:
    offer = f'\nlisted = {{ contract = "catalogue:fini", currency = "{code}" }}\n'
    said = parse_scenario(MINIMAL + offer, "said").contracts["listed"]
    assert said == parse_scenario(MINIMAL + offer.replace(f', currency = "{code}"', ""), "left out").contracts["listed"]
