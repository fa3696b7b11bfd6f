"""Token prices: the public list, and own rates."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from importlib.metadata import version
from typing import Final

import numpy as np
import pytest
from genai_prices.types import (
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    StartDateConstraint,
    Tier,
    TieredPrices,
    TimeOfDateConstraint,
)
from pydantic import ValidationError

from simulator.contracts import model_cost
from simulator.contracts.metering.meters import TOKEN_CLASSES
from simulator.contracts.prices.token_charge import TokenCharge
from simulator.contracts.rates import price_list as module
from simulator.contracts.rates.price_list import list_price, list_version
from simulator.contracts.rates.price_table import PACKAGE, TABLE, as_json, listed_models, package_models
from simulator.contracts.rates.token_rates import LongPrompt, TokenRates
from simulator.errors import ContractError
from simulator.quantities.parameters import known
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.model_prices import model_rates
from tests.price_table import FILE, text

DAY = dt.date(2027, 1, 1)
Listed = Callable[..., None]


def price(**rates: str) -> ModelPrice:
    return ModelPrice(**{name: Decimal(rate) for name, rate in rates.items()})


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Listed:
    """Return what puts one model "acme:m" with given prices on the list."""

    def put(prices: ModelPrice | list[ConditionalPrice]) -> None:
        model = ModelInfo(id="m", match=ClauseEquals("m"), prices=prices)
        monkeypatch.setattr(module, "_models", lambda: {"acme": {"m": as_json(model)}})

    return put


def centers(rates: TokenRates | LongPrompt) -> dict[str, float]:
    return {name: rates.rate(name).center for name in ("input", "cached_input", "cache_write", "output")}


def test_list_price_of_a_real_model_is_read_offline() -> None:
    rates = list_price("openai:gpt-5-mini", DAY)
    assert centers(rates) == {"input": 0.25, "cached_input": 0.025, "cache_write": 0.25, "output": 2.0}
    assert rates.long_prompt is None
    assert rates.input.source.kind == "published"
    assert rates.input.source.source == f"{list_version()}, openai:gpt-5-mini"


def run(code: str) -> list[str]:
    """Return what a new process prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


READ: Final = """
import datetime, sys
from simulator.contracts.rates import price_table
from simulator.contracts.rates.price_list import list_price
{before}
for _ in range(2):
    rates = list_price("openai:gpt-5-mini", datetime.date(2027, 1, 1))
print(rates.output.center, *(name for name in ("genai_prices", "httpx", "httpx2", "asyncio") if name in sys.modules))
from genai_prices import data_snapshot
import genai_prices
print(genai_prices.calc_price.__name__, genai_prices.data_snapshot is data_snapshot)
"""
ANOTHER_VERSION: Final = "price_table.PACKAGE = 'pydantic'"
"""Any package of another version: the list's own is read then, not the table."""


@pytest.mark.parametrize("before", ["", ANOTHER_VERSION])
def test_list_price_is_read_without_an_http_client_and_leaves_the_package_as_it_is(before: str) -> None:
    assert run(READ.format(before=before)) == ["2.0", "calc_price", "True"]


def test_list_price_is_read_from_a_package_that_is_imported_already() -> None:
    """Negative control of the test above: the package as others import it does bring the client."""
    price, package, *rest = run(READ.format(before=f"import genai_prices\n{ANOTHER_VERSION}"))
    assert (price, package, rest[-2:]) == ("2.0", "genai_prices", ["calc_price", "True"])
    assert any(each.startswith("httpx") for each in rest)


def test_the_table_has_the_prices_of_the_package() -> None:
    assert listed_models() == package_models()
    assert len(package_models()) > 20 and FILE.name == TABLE
    if json.loads(FILE.read_text(encoding="utf-8"))["version"] == version(PACKAGE):
        assert FILE.read_text(encoding="utf-8") == text(), "python -m tests.price_table"


def test_list_price_of_a_real_model_with_long_prompts() -> None:
    rates = list_price("anthropic:claude-sonnet-4-5", DAY)
    assert centers(rates) == {"input": 3.0, "cached_input": 0.3, "cache_write": 3.75, "output": 15.0}
    assert rates.long_prompt is not None
    assert rates.long_prompt.threshold_tokens == 200_000
    assert centers(rates.long_prompt) == {"input": 6.0, "cached_input": 0.6, "cache_write": 7.5, "output": 22.5}


def test_list_price_takes_the_newest_that_has_started(listed: Listed) -> None:
    dated = [
        ConditionalPrice(None, prices=price(input_mtok="4", output_mtok="8")),
        ConditionalPrice(StartDateConstraint(dt.date(2027, 1, 1)), prices=price(input_mtok="2", output_mtok="4")),
        ConditionalPrice(StartDateConstraint(dt.date(2027, 6, 1)), prices=price(input_mtok="1", output_mtok="2")),
    ]
    listed(dated)
    on = [dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2027, 5, 31), dt.date(2027, 6, 1)]
    assert [list_price("acme:m", day).input.center for day in on] == [4, 2, 2, 1]


def test_list_price_before_its_first_date_is_refused(listed: Listed) -> None:
    listed([ConditionalPrice(StartDateConstraint(dt.date(2027, 6, 1)), prices=price(input_mtok="1", output_mtok="2"))])
    with pytest.raises(ContractError, match="no price for 'acme:m' on 2027-01-01"):
        list_price("acme:m", DAY)


def test_list_price_keeps_the_usual_rate_of_a_class_without_tiers(listed: Listed) -> None:
    listed(
        ModelPrice(
            input_mtok=TieredPrices(base=Decimal(1), tiers=[Tier(start=128_000, price=Decimal(2))]),
            output_mtok=Decimal(5),
        )
    )
    rates = list_price("acme:m", DAY)
    assert rates.long_prompt is not None
    assert centers(rates) == {"input": 1, "cached_input": 1, "cache_write": 1, "output": 5}
    assert centers(rates.long_prompt) == {"input": 2, "cached_input": 2, "cache_write": 2, "output": 5}


@pytest.mark.parametrize(
    ("reference", "part"),
    [
        ("gpt-5-mini", "written as provider:model"),
        ("opnai:gpt-5-mini", "did you mean 'openai'?"),
        ("openai:gpt-5-minni", "did you mean 'gpt-5-mini'?"),
    ],
)
def test_unknown_list_price_names_the_nearest(reference: str, part: str) -> None:
    with pytest.raises(ContractError) as caught:
        list_price(reference, DAY)
    assert part in str(caught.value)


def test_unknown_model_names_the_version_of_the_list() -> None:
    with pytest.raises(ContractError, match=r"price list: genai-prices \d"):
        list_price("openai:nothing-like-it", DAY)


@pytest.mark.parametrize(
    ("rates", "part"),
    [
        ({"input_mtok": "1"}, "no output rate"),
        ({"output_mtok": "1"}, "no input rate"),
        ({"input_mtok": "1", "output_mtok": "2", "requests_kcount": "5"}, "charges for each request"),
        ({"input_mtok": "1", "output_mtok": "2", "output_reasoning_mtok": "3"}, "prices reasoning apart"),
    ],
)
def test_list_price_that_token_classes_cannot_carry_is_refused(
    listed: Listed, rates: dict[str, str], part: str
) -> None:
    listed(price(**rates))
    with pytest.raises(ContractError) as caught:
        list_price("acme:m", DAY)
    assert part in str(caught.value)


def test_list_price_by_the_hour_is_refused(listed: Listed) -> None:
    night = TimeOfDateConstraint(dt.time(1, tzinfo=dt.UTC), dt.time(4, tzinfo=dt.UTC))
    usual = price(input_mtok="1", output_mtok="2")
    listed([ConditionalPrice(None, prices=usual), ConditionalPrice(night, prices=usual)])
    with pytest.raises(ContractError, match="hour of the day"):
        list_price("acme:m", DAY)


def test_list_price_with_two_thresholds_is_refused(listed: Listed) -> None:
    steps = [Tier(start=32_000, price=Decimal(2)), Tier(start=128_000, price=Decimal(3))]
    listed(ModelPrice(input_mtok=TieredPrices(base=Decimal(1), tiers=steps), output_mtok=Decimal(5)))
    with pytest.raises(ContractError, match=r"several prompt lengths \(32000, 128000\)"):
        list_price("acme:m", DAY)


def test_own_rates_share_one_unknown_between_classes_without_a_rate() -> None:
    rates = TokenRates(input={"p5": 1, "p95": 2}, output=5.0)
    assert rates.rate("cached_input") is rates.input
    assert rates.rate("output") is rates.output


@pytest.mark.parametrize(
    ("rates", "key"),
    [
        ({"input": -1.0, "output": 2.0}, "input"),
        ({"input": 1.0}, "output"),
        ({"input": 1.0, "output": 2.0, "cached": 0.1}, "cached"),
        (
            {"input": 1.0, "output": 2.0, "long_prompt": {"threshold_tokens": 0, "input": 1, "output": 1}},
            "threshold_tokens",
        ),
        (
            {"input": 1.0, "output": 2.0, "long_prompt": {"threshold_tokens": "200K", "input": 1, "output": 1}},
            "threshold_tokens",
        ),
    ],
)
def test_wrong_own_rates_are_refused_at_their_key(rates: dict[str, object], key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TokenRates.model_validate(rates)
    assert [each["loc"][-1] for each in caught.value.errors()] == [key]


def test_market_rates_fall_month_by_month_and_fixed_ones_stay() -> None:
    of = Scenario.model_validate(
        {
            "title": "Falling", "start": "2027-01", "volume": {"per_month": 1},
            "levels": {"any": {"escalate": 0, "solve": 1}}, "intents": {"all": {"share": 1, "levels": {"any": 1}}},
            "models": {
                "falling": {"rates": {"input": 10, "output": 10}, "price_change_per_year": -0.4},
                "steady": {"rates": {"input": 10, "output": 10}},
            },
            "contracts": {"a": {"type": "per_conversation", "price": 1}},
        }
    )  # fmt: skip
    rates = model_rates(of)
    meters = {
        f"tokens:{name}:{each}": np.full((1, 25), 1e6 if each == "input" else 0.0)
        for name in rates
        for each in TOKEN_CLASSES
    }
    cost = model_cost(meters, rates, lambda quantity: np.array([quantity.center]))[0]
    assert cost[[0, 12, 24]] == pytest.approx([20, 16, 13.6])  # 10 + 10, 6 + 10, 3.6 + 10
    assert cost[6] == pytest.approx(10 + 10 * 0.6**0.5)
    own = TokenCharge((("falling", TokenRates(input=known(10, "nonnegative"), output=known(10, "nonnegative"))),))
    fixed = own.amount(meters, lambda quantity: np.array([quantity.center]))[0]
    assert fixed == pytest.approx(np.full(25, 10)), "what a contract fixes does not move with the market"
