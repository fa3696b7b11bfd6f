"""Whether tokens are harder to forecast, told on use alone: in percent and in dollars, as docs/contracts.md says it."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from simulator.engine.run import simulate
from simulator.forecast.forecast import Forecast, forecast
from simulator.scenario import load_scenario
from simulator.scenario.stated.sources import quantities
from tests.scenarios.shipped import FOLDER, SHIPPED

PAGE = FOLDER.parent / "docs" / "contracts.md"
NEAR = 0.1
"""How far a standard deviation of 512 futures may lie from that of 4,096: three of its standard errors."""
MULTIPLE = 20
"""Of the models' public prices, which the price per token of broad_cx is."""


class Use(NamedTuple):
    """Mean and standard deviation of the charges for use over the horizon, and the one by the other."""

    mean: float
    dollars: float
    percent: float


@cache
def ran(*overrides: str) -> Forecast:
    return forecast(simulate(load_scenario(FOLDER / "broad_cx.toml", ("trials=512", *overrides))))


def use_of(name: str, *overrides: str) -> Use:
    usage = ran(*overrides).contracts[name].usage
    mean, spread = float(usage.mean()), float(usage.std(ddof=1))
    return Use(mean, spread, 100 * spread / mean)


def test_tokens_are_harder_to_forecast_than_conversations_at_a_like_price() -> None:
    tokens, conversations = use_of("per_token"), use_of("per_conversation")
    assert tokens.mean == pytest.approx(conversations.mean, rel=0.02), "the multiple was chosen so"
    assert tokens.percent > 1.8 * conversations.percent
    assert tokens.dollars > 1.8 * conversations.dollars


def test_tokens_are_easier_to_forecast_than_what_customers_must_close() -> None:
    tokens, closed = use_of("per_token"), use_of("resolution_closed")
    assert tokens.percent < closed.percent
    assert tokens.dollars < closed.dollars


def test_tokens_at_public_prices_are_as_hard_in_percent_and_the_easiest_in_dollars() -> None:
    public, dear = use_of("per_token", "contracts.per_token.markup=1"), use_of("per_token")
    assert public.percent == pytest.approx(dear.percent), "a price moves no percentage"
    assert public.dollars == pytest.approx(dear.dollars / MULTIPLE)
    assert public.dollars < min(use_of(name).dollars for name in ran().contracts if name != "per_token")


def test_most_of_it_is_that_nobody_knows_how_long_prompts_are() -> None:
    assert use_of("per_token", "tokens.factor=1").percent < 0.7 * use_of("per_token").percent
    assert use_of("per_conversation", "tokens.factor=1") == use_of("per_conversation"), "it moves tokens alone"


def test_a_fee_would_hide_it() -> None:
    """Negative control: with a fee the invoice looks certain, and the use does not."""
    with_fee = ran("contracts.per_token.markup=1.4", "contracts.per_token.platform_fee=42_000").contracts["per_token"]
    whole = with_fee.horizon("invoice")
    assert whole.std(ddof=1) / whole.mean() < 0.02
    assert with_fee.usage.std(ddof=1) / with_fee.usage.mean() > 0.2
    assert set(with_fee.means("lines")) == {"tokens", "platform fee"}, "two lines of the invoice"


def test_the_invoice_per_token_is_use_alone() -> None:
    per_token = ran().contracts["per_token"]
    assert np.array_equal(per_token.usage, per_token.horizon("invoice"))
    assert set(per_token.means("lines")) == {"tokens"}


@pytest.mark.parametrize("name", ["per_conversation", "resolution_assumed", "resolution_closed", "per_token"])
def test_the_page_says_what_runs_say(name: str) -> None:
    row = re.search(
        rf"^\| `{name}` .*?\| \$([\d,]+) \| \$([\d,]+) \| ([\d.]+) % \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    assert row is not None
    mean, dollars, percent = (float(each.replace(",", "")) for each in row.groups())
    found = use_of(name)
    assert found.mean == pytest.approx(mean, rel=0.02)
    assert found.dollars == pytest.approx(dollars, rel=NEAR)
    assert found.percent == pytest.approx(percent, rel=NEAR)
    assert percent == pytest.approx(100 * dollars / mean, abs=0.05)


# --- whose prices they are


@pytest.mark.parametrize("name", SHIPPED)
def test_every_price_of_a_contract_is_published_or_said_to_be_assumed(name: str) -> None:
    scenario = load_scenario(FOLDER / f"{name}.toml")
    if name == "minimal":  # says at its top where its two prices come from
        return
    for each in quantities(scenario):
        if each.name.startswith("contracts.") and each.source.kind not in ("default", "published"):
            assert each.source.kind == "judgement"
            assert "assumed" in each.source.source or "third" in each.source.source, each.name


@pytest.mark.parametrize("name", SHIPPED)
def test_no_contract_per_token_has_a_fee(name: str) -> None:
    """No vendor of the catalogue publishes one; a fee that is invented makes tokens look predictable."""
    for contract in load_scenario(FOLDER / f"{name}.toml").contracts.values():
        assert contract.type != "per_token" or contract.platform_fee is None
