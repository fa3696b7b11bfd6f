"""The price up to which budgets are kept, against runs at prices a little below and above it."""

from __future__ import annotations

import pytest

from simulator.engine.run import simulate
from simulator.forecast.budget_price import price_that_holds_budget
from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.scenario import load_scenario
from tests.scenarios.shipped import FOLDER


def chance_at(name: str, overrides: tuple[str, ...], contract: str, price: str, amount: float) -> float | None:
    scenario = load_scenario(FOLDER / f"{name}.toml", (*overrides, f"contracts.{contract}.{price}={amount}"))
    found = summary(forecast(simulate(scenario))).contract(contract)
    return found.chance_of_budgets


@pytest.mark.parametrize(
    ("name", "overrides", "contract", "price"),
    [
        ("broad_cx", (), "per_conversation", "price"),
        ("seasonal_retail", (), "conversation", "price"),
        ("seasonal_retail", (), "committed", "price"),
    ],
)
def test_just_below_nine_of_ten_futures_keep_all_budgets_and_just_above_fewer(
    name: str, overrides: tuple[str, ...], contract: str, price: str
) -> None:
    overrides = ("trials=192", *overrides)
    found = forecast(simulate(load_scenario(FOLDER / f"{name}.toml", overrides)))
    limit = price_that_holds_budget(found, found.contracts[contract])
    assert limit is not None and limit.unit_price is not None
    below = chance_at(name, overrides, contract, price, limit.unit_price * (1 - 1e-6))
    above = chance_at(name, overrides, contract, price, limit.unit_price * (1 + 1e-6))
    assert below is not None and above is not None
    assert above < 0.9 <= below


def test_there_is_none_without_a_budget_and_where_a_minimum_alone_breaks_it() -> None:
    bare = forecast(simulate(load_scenario(FOLDER / "minimal.toml", ("trials=64",))))
    assert summary(bare).price_that_holds_budget is None
    bound = load_scenario(FOLDER / "seasonal_retail.toml", ("trials=64", "budget=[100_000, 100_000]"))
    found = forecast(simulate(bound))
    assert price_that_holds_budget(found, found.contracts["committed"]) is None  # 210,000 are owed at any price


def test_the_summary_has_that_of_the_recommended_contract_and_the_chance_of_the_sum() -> None:
    scenario = load_scenario(FOLDER / "seasonal_retail.toml", ("trials=192",))
    found = forecast(simulate(scenario))
    numbers, limit = summary(found), price_that_holds_budget(found, found.recommended)
    assert limit is not None and numbers.price_that_holds_budget is not None and numbers.budget is not None
    assert numbers.price_that_holds_budget.unit_price == pytest.approx(limit.unit_price)
    total = found.recommended.horizon("invoice")
    assert numbers.budget.chance_sum_is_enough == pytest.approx((total <= 265_000).mean())
    first = numbers.budget_years[0]
    assert first.p90_less_budget == pytest.approx(first.p90 - 140_000)
