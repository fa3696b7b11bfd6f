"""Exchange rates in a scenario: list prices of tokens in another currency, spellings of codes, one message each."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pytest

from simulator.contracts import list_price, model_cost
from simulator.contracts.exact.decimals import exact
from simulator.contracts.exact.invoice import invoices
from simulator.contracts.rates.token_rates import ModelRates, TokenRates
from simulator.engine.run import simulate
from simulator.errors import Problem, ScenarioError
from simulator.forecast.forecast import forecast
from simulator.implied.calibration import findings
from simulator.implied.implied_figures import implied
from simulator.implied.overview import overview
from simulator.quantities.distributions import Quantity
from simulator.report.blocks.summary import summary as reported
from simulator.scenario import parse_scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from simulator.scenario.stated.model_prices import model_rates
from tests.contracts.tools import Array

EUROS = """title = "Euros"
currency = "EUR"
start = "2027-01"
months = 2
trials = 50
volume.per_month = 100
tokens = { system = 900, answer = { mean = 120 }, customer = { mean = 60 } }

[levels.any]
escalate = 0.2
solve = 0.6

[intents.all]
share = 1
levels = { any = 1 }

[models.main]
price = "openai:gpt-5-mini"

[contracts]
tokens = { type = "per_token", markup = 1.5 }
abroad = { type = "per_conversation", currency = "GBP", price = 0.50 }

[exchange_rates]
USD = 0.90
GBP = 1.15
"""
DOLLARS = EUROS.replace('currency = "EUR"', 'currency = "USD"').replace("USD = 0.90\n", "")
UNSURE = EUROS.replace("USD = 0.90", "USD = { p5 = 0.8, p95 = 1.0 }")


def problems(text: str, *overrides: str) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "euros", overrides)
    return tuple(caught.value.problems)


def test_list_prices_are_converted_by_hand() -> None:
    """The list has 0.25 in, 0.025 cached and 2.00 out, in USD: at 0.90 that is 0.225, 0.0225 and 1.80."""
    listed = list_price("openai:gpt-5-mini", datetime.date(2027, 1, 1))
    assert [listed.rate(each).center for each in ("input", "cached_input", "output")] == [0.25, 0.025, 2.0]
    rates = model_rates(parse_scenario(EUROS, "euros"))["main"]
    assert [rates.rate(each).center for each in ("input", "cached_input", "output")] == pytest.approx(
        [0.225, 0.0225, 1.8]
    )
    unchanged = model_rates(parse_scenario(DOLLARS, "dollars"))["main"]
    assert all(getattr(unchanged, name) == getattr(listed, name) for name in TokenRates.model_fields)


def test_rates_of_long_prompts_are_converted_too() -> None:
    """Above 200,000 tokens the list has 2.50 in and 15.00 out for gemini-2.5-pro, in USD: at 0.90 it is 2.25 and 13.50.

    The threshold is tokens and stays.
    """
    text = EUROS.replace("openai:gpt-5-mini", "google:gemini-2.5-pro")
    long = model_rates(parse_scenario(text, "long"))["main"].long_prompt
    assert long is not None and long.threshold_tokens == 200_000
    assert [long.rate(each).center for each in ("input", "output")] == pytest.approx([2.25, 13.5])


def test_own_rates_are_in_the_scenarios_currency() -> None:
    own = EUROS.replace('price = "openai:gpt-5-mini"', "rates = { input = 0.25, output = 2.0 }").replace(
        "USD = 0.90\n", ""
    )
    assert model_rates(parse_scenario(own, "own"))["main"].rate("output").center == 2.0


def test_implied_model_cost_and_its_published_range_are_in_one_currency() -> None:
    """Published are 0.01 to 0.72 USD, at 0.90 0.009 to 0.648 EUR; implied is 0.9 times the cost in USD."""
    euros, dollars = parse_scenario(EUROS, "euros"), parse_scenario(DOLLARS, "dollars")
    cost = implied(dollars).model_cost
    assert implied(euros).model_cost == pytest.approx(0.9 * cost) and cost > 0
    (found,) = [each for each in findings(implied(euros), euros) if each.range.figure == "model_cost"]
    assert found.ends == pytest.approx((0.009, 0.648)) and found.outside == (0.9 * cost < 0.009)
    assert "list prices of main are in USD and converted at exchange_rates.USD, 0.9" in overview(euros, "euros")
    no_rate = EUROS.replace('price = "openai:gpt-5-mini"', "rates = { input = 0.25, output = 2.0 }").replace(
        "USD = 0.90\n", ""
    )
    assert "in USD only" in overview(parse_scenario(no_rate, "own"), "own")


def test_tokens_cost_what_the_dollars_are_worth_in_each_future() -> None:
    """A future's tokens cost its rate times what they cost in USD: the same futures, as draws are keyed by name."""
    euros, dollars = (simulate(parse_scenario(text, "any")) for text in (UNSURE, DOLLARS))
    rates = euros.unknowns["exchange_rates.USD"]
    assert rates.std() > 0.01
    got = {
        name: model_cost(
            each.meters, model_rates(each.scenario), lambda q, each=each: _value(q, each.unknowns, each.trials)
        )
        for name, each in (("euros", euros), ("dollars", dollars))
    }
    assert got["euros"] == pytest.approx(got["dollars"] * rates[:, None], rel=1e-12)
    priced = forecast(euros)
    assert priced.contracts["tokens"].invoice == pytest.approx(1.5 * got["dollars"] * rates[:, None], rel=1e-12)
    assert any("list prices of main are in USD" in note for note in reported(priced).notes)


def _value(quantity: Quantity, unknowns: dict[str, Array], trials: int) -> Array:
    return np.full(trials, quantity.center) if quantity.fixed else unknowns[quantity.name]


def test_a_market_that_moves_in_another_currency_has_both_factors() -> None:
    """-40 % a year and a dollar at 1.10 times its stated value: after 12 months 0.6 x 1.1 = 0.66 of the first rates."""
    text = UNSURE.replace('price = "openai', 'price_change_per_year = -0.4\nprice = "openai').replace(
        "months = 2", "months = 13"
    )
    rates = model_rates(parse_scenario(text, "moving"))["main"]
    assert isinstance(rates, ModelRates) and rates.exchange is not None
    stated = rates.exchange.center

    def dearer(quantity: Quantity) -> Array:
        return np.array([1.1 * stated if quantity.name == "exchange_rates.USD" else quantity.center])

    factor = rates.factor(13, dearer)
    assert (factor[0, 0], factor[0, 12]) == pytest.approx((1.1, 0.66))


def test_exact_invoice_has_the_rate_of_its_future() -> None:
    """1,000,000 tokens out at 2.00 USD, markup 1.5, a dollar at 0.95: 2.85 EUR."""
    contract = compile_terms(parse_scenario(UNSURE, "unsure")).contracts["tokens"]
    meters = {
        key: [Decimal(1_000_000 if key == "tokens:main:output" else 0)] for key in (*contract.meters, contract.unit)
    }
    assert "tokens:main:output" in meters

    def value(quantity: Quantity) -> Decimal:
        return Decimal("0.95") if quantity.name == "exchange_rates.USD" else exact(quantity.center)

    (bill,) = invoices(contract, meters, value)
    assert float(bill.total) == pytest.approx(2.85, rel=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        # a contract or a list price without a rate: the line that is in the currency, once
        ("GBP = 1.15\n", "", "abroad = {", "has no GBP: contracts.abroad is in GBP and the scenario in EUR"),
        ("USD = 0.90\n", "", 'price = "openai', "has no USD: models.main.price is in USD and the scenario in EUR"),
        # an unknown code: no second message that would take the right exchange rate away
        ('currency = "GBP"', 'currency = "GPB"', "abroad = {", "unknown currency 'GPB'; did you mean GBP?"),
        ('currency = "GBP"', 'currency = "£"', "abroad = {", "'£' is the sign of several currencies"),
        ("GBP = 1.15", "GPB = 1.15", "GPB = 1.15", "unknown currency 'GPB'; did you mean GBP?"),
        ('currency = "EUR"', 'currency = "EURO"', "currency =", "unknown currency 'EURO'; did you mean EUR?"),
        # other mistakes after which it is not known what is in which currency
        ('currency = "GBP"', "currency = GBP", "abroad = {", "text must stand in quotes"),
        ('"per_conversation", currency', '"per_convrsation", currency', "abroad = {", "contracts.abroad.type"),
        ('type = "per_conversation", currency = "GBP", price = 0.50', 'contract = "catalogue:no"', "abro", "no entry"),
        ('price = "openai:gpt-5-mini"', "price = 5", "price = 5", "models.main.price"),
        ('price = "openai:gpt-5-mini"', 'price = "openai:gpt-5-mni"', 'price = "openai', "did you mean 'gpt-5-mini'?"),
        # wrong rates
        ("GBP = 1.15", "GBP = 0", "GBP = 0", "exchange_rates.GBP: must be above 0"),
        ("GBP = 1.15", 'GBP = "1,15"', "GBP =", "exchange_rates.GBP: must be a number"),
        ("USD = 0.90", "usd = 0", "usd = 0", "exchange_rates.USD: must be above 0"),
        ("GBP = 1.15", "GBP = 1.15\nCHF = 0.9", "CHF = 0.9", "no contract or list price is in CHF"),
        ("GBP = 1.15", "GBP = 1.15\neur = 1", "eur = 1", "EUR is the scenario's own currency"),
        ("GBP = 1.15", "GBP = 1.15\ngbp = 1.2", "gbp = 1.2", "exchange_rates gives GBP twice, as GBP and as gbp"),
        ("GBP = 1.15", "GBP = 1.15\nXAU = 3", "XAU = 3", "nothing is invoiced in XAU (Gold)"),
    ],
)  # fmt: skip
def test_one_mistake_has_one_message_at_its_line(old: str, new: str, line: str, says: str) -> None:
    text = EUROS.replace(old, new)
    assert text != EUROS
    (problem,) = problems(text)
    assert says in problem.message
    assert text.split("\n")[(problem.line or 0) - 1].startswith(line)


def test_contracts_in_one_currency_without_a_rate_are_one_problem() -> None:
    text = EUROS.replace("GBP = 1.15\n", "").replace(
        "\n[exch", 'other = { type = "per_conversation", currency = "gbp", price = 1 }\n\n[exch'
    )
    (problem,) = problems(text)
    assert "contracts.abroad, contracts.other are in GBP" in problem.message


@pytest.mark.parametrize("code", ["EURO", "XAU", "HRK"])
def test_a_code_that_is_wrong_in_several_places_is_one_problem_that_names_them(code: str) -> None:
    (problem,) = problems(
        EUROS.replace('currency = "GBP"', f'currency = "{code}"').replace("GBP = 1.15", f"{code} = 2")
    )
    assert problem.message.startswith("contracts.abroad.currency:")
    assert f"the same code stands at exchange_rates.{code}" in problem.help


def test_two_mistakes_about_two_currencies_have_two_messages() -> None:
    (first, second) = problems(EUROS.replace("GBP = 1.15", "CHFF = 1.15"))
    assert "exchange_rates has no GBP" in first.message and "did you mean CHF" in second.message


def test_an_option_that_cannot_be_read_is_the_only_message() -> None:
    (problem,) = problems(EUROS, "contracts.abroad.currency=CHF")
    assert "is not a value in TOML" in problem.message


def test_codes_are_read_in_any_case_and_signs_where_one_currency_has_them() -> None:
    text = (
        EUROS.replace('currency = "EUR"', 'currency = "€"')
        .replace('"GBP"', '"gbp"')
        .replace("GBP = 1.15", 'gbp = { p5 = 1.1, p95 = 1.2 }\n\n[sources]\n"exchange_rates.gbp" = { kind = "quoted" }')
    )
    scenario = parse_scenario(text, "any case", ["exchange_rates.usd=0.85"])
    assert scenario.currency == "EUR" and scenario.contracts["abroad"].currency == "GBP"
    assert list(scenario.exchange_rates) == ["USD", "GBP"] and scenario.exchange_rates["USD"].center == 0.85
    pound = scenario.exchange_rates["GBP"]
    assert (pound.name, pound.source.kind) == ("exchange_rates.GBP", "quoted")


def test_small_units_of_a_currency_show_their_rate() -> None:
    """A Colombian peso is some 0.00024 dollars: four decimals would say 0.0002, and of a rupiah 0.0001."""
    text = DOLLARS.replace('"GBP"', '"COP"').replace("GBP = 1.15", "COP = 0.00024")
    assert "converted at exchange_rates.COP, 0.00024" in overview(parse_scenario(text, "pesos"), "pesos")
