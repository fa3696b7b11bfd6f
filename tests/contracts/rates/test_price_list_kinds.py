"""What the price list prices apart: kinds of token, batches, lives of the cache, fees. Right values by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from genai_prices.types import (
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    PriceVariant,
    StartDateConstraint,
)

from simulator.contracts import compile_contract, invoice, reference_problems, tool_fees
from simulator.contracts.metering.meters import TOKEN_CLASSES
from simulator.contracts.prices.token_charge import TokenCharge
from simulator.contracts.rates import price_list as module
from simulator.contracts.rates.price_list import TOOL_FEES, TokenKind, first_change, list_price
from simulator.contracts.rates.price_table import as_json, package_models
from simulator.contracts.rates.token_rates import BatchRates, ModelRates, RateShares, TokenRates
from simulator.errors import ContractError
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import known
from tests.contracts.tools import spec

DAY = dt.date(2027, 1, 1)
USUAL = {"input_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok", "output_mtok"}


def center(quantity: Quantity) -> float:
    return quantity.center


def each_class(rates: TokenRates, **shares: float) -> list[float]:
    """Return the price of a million tokens of each class, in the order of `TOKEN_CLASSES`."""
    of = RateShares(**{name: known(share) for name, share in shares.items()})
    return [round(rates.usual(name, of, center), 12) for name in TOKEN_CLASSES]


def put(monkeypatch: pytest.MonkeyPatch, prices: dict[str, str], *variants: PriceVariant) -> None:
    """Put one model "acme:m" on the list."""
    listed = ModelPrice(**{name: Decimal(price) for name, price in prices.items()})
    model = ModelInfo(id="m", match=ClauseEquals("m"), prices=listed, price_variants=list(variants))
    monkeypatch.setattr(module, "_models", lambda: {"acme": {"m": as_json(model)}})


def in_batches(start: dt.date | None, **prices: str) -> PriceVariant:
    rates = ModelPrice(**{name: Decimal(price) for name, price in prices.items()})
    return PriceVariant({"processing": "batch"}, rates, None if start is None else StartDateConstraint(start))


# --- kinds of token


def test_a_model_that_speaks_is_refused_until_it_is_said_what_its_tokens_are() -> None:
    with pytest.raises(ContractError) as caught:
        list_price("openai:gpt-realtime", DAY)
    message = str(caught.value)
    for part in ("audio and image", "input 4 as text, 32 as audio, 5 as image", "output 16 as text, 64 as audio",
                 'token_kind = "text" or "audio" or "image"', "give rates = {"):  # fmt: skip
        assert part in message


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text", [4, 0.4, 4, 16]),  # no price of writing: it is fresh prompt
        ("audio", [32, 0.4, 32, 64]),
        ("image", [5, 0.5, 5, 16]),  # no price of drawing: its output is text
    ],
)
def test_a_kind_has_the_prices_that_the_list_has_of_it(kind: TokenKind, expected: list[float]) -> None:
    assert each_class(list_price("openai:gpt-realtime", DAY, kind)) == expected


def test_what_a_kind_reads_from_cache_is_fresh_prompt_where_the_list_prices_only_the_cache_of_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(monkeypatch, {"input_mtok": "1", "cache_read_mtok": "0.1", "input_audio_mtok": "8", "output_mtok": "4"})
    assert each_class(list_price("acme:m", DAY, "audio")) == [8, 8, 8, 4], "never the cheaper price of other tokens"
    assert each_class(list_price("acme:m", DAY, "text")) == [1, 0.1, 1, 4]


@pytest.mark.parametrize(
    ("extra", "kind", "part"),
    [
        ("input_audio_mtok", None, "prices audio apart"),
        ("cache_audio_read_mtok", None, "prices audio apart"),
        ("output_image_mtok", None, "prices image apart"),
        ("input_video_mtok", None, "prices video apart"),
        ("audio_hours", None, "5 an hour of audio"),
        ("audio_hours", "audio", "by more than the token (audio_hours)"),
        ("output_audio_reasoning_mtok", "audio", "by more than the token"),
        ("web_searches_kcount", "audio", 'remove token_kind = "audio"'),
        ("output_reasoning_mtok", "text", "prices reasoning apart"),
        ("output_citation_mtok", None, "prices citations apart"),
        ("requests_kcount", None, "charges for each request"),
        ("input_document_kpages", None, "input_document_kpages"),
        ("input_mchars", None, "input_mchars"),
        ("a_price_of_tomorrow", None, "a_price_of_tomorrow"),
    ],
)
def test_what_is_priced_apart_and_not_told_apart_is_refused(
    monkeypatch: pytest.MonkeyPatch, extra: str, kind: TokenKind | None, part: str
) -> None:
    put(monkeypatch, {"input_mtok": "1", "output_mtok": "2", extra: "5"})
    with pytest.raises(ContractError) as caught:
        list_price("acme:m", DAY, kind)
    assert part in str(caught.value)
    assert "rates" in str(caught.value) or "remove token_kind" in str(caught.value)


def test_the_way_out_offers_no_kind_that_is_refused_next(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {"input_mtok": "1", "output_mtok": "2", "audio_hours": "5"})
    with pytest.raises(ContractError, match='say token_kind = "text" if'):
        list_price("acme:m", DAY)
    assert each_class(list_price("acme:m", DAY, "text")) == [1, 1, 1, 2]


def everything_listed() -> Iterator[tuple[str, set[str]]]:
    """Yield every model of the installed list with the keys of its newest prices."""
    for provider, models in package_models().items():
        for name, model in models.items():
            yield f"{provider}:{name}", set(model["prices"][-1]["rates"])


def test_no_model_of_the_whole_list_is_billed_while_a_price_of_it_is_left_out() -> None:
    accepted = refused = 0
    for reference, keys in everything_listed():
        try:
            list_price(reference, dt.date(2030, 1, 1))
        except ContractError:
            refused += bool(keys - USUAL - set(TOOL_FEES)) and {"input_mtok", "output_mtok"} <= keys
        else:
            accepted += 1
            assert keys <= USUAL | set(TOOL_FEES), reference
    assert accepted > 500, "plain models of text are read"
    assert refused >= 20, "negative control: the list has models with further prices, which were billed as text before"


def test_fees_of_the_providers_tools_are_known_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        monkeypatch, {"input_mtok": "1", "output_mtok": "2", "web_searches_kcount": "10", "code_executions_kcount": "3"}
    )
    assert each_class(list_price("acme:m", DAY)) == [1, 1, 1, 2]
    assert tool_fees("acme:m", DAY) == {"web searches": 10, "runs of code": 3}


# --- batches


def batch_bill(rates: TokenRates, share: float, discount: float | None = None) -> float:
    """Return what a million tokens of each class cost."""
    off = None if discount is None else known(discount)
    charge = TokenCharge((("m", rates),), batch_share=known(share), batch_discount=off)
    meters = {f"tokens:m:{name}": np.array([[1e6]]) for name in TOKEN_CLASSES}
    meters |= {f"tokens_long:m:{name}": np.array([[0.0]]) for name in TOKEN_CLASSES}
    return float(charge.amount(meters, lambda quantity: np.array([quantity.center]))[0, 0])


def test_batches_have_the_lists_own_prices_class_by_class() -> None:
    """gemini-3.5-flash-lite in batch is 0.15 in, 0.02 cached and 1.25 out; half of 0.03 would be 0.015."""
    rates = list_price("google:gemini-3.5-flash-lite", DAY)
    assert each_class(rates) == [0.3, 0.03, 0.3, 2.5]
    assert each_class(rates, batch=1) == [0.15, 0.02, 0.15, 1.25]
    assert batch_bill(rates, 1) == pytest.approx(0.15 + 0.02 + 0.15 + 1.25)
    assert batch_bill(rates, 0.25) == pytest.approx(0.75 * 3.13 + 0.25 * 1.57)


def test_a_class_without_a_batch_price_keeps_its_usual_one() -> None:
    """gemini-2.5-pro halves input and output in batches, and the cache stays at 0.125; above 200,000 likewise."""
    rates = list_price("google:gemini-2.5-pro", DAY)
    assert each_class(rates, batch=1) == [0.625, 0.125, 0.625, 5]
    assert each_class(rates, batch=1, long=1) == [1.25, 0.25, 1.25, 7.5]


def test_half_only_where_the_scenario_says_so() -> None:
    rates = list_price("google:gemini-2.5-pro", DAY)
    usual = 1.25 + 0.125 + 1.25 + 10
    assert batch_bill(rates, 1, discount=0.5) == pytest.approx(usual / 2)
    assert batch_bill(rates, 0.4, discount=0.5) == pytest.approx(usual * 0.8)


def test_batch_prices_hold_from_their_date_and_the_first_of_several_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = {"input_mtok": "8", "output_mtok": "80"}
    later, first = dt.date(2027, 6, 1), dt.date(2026, 1, 1)
    put(monkeypatch, usual, in_batches(later, input_mtok="2"), in_batches(first, input_mtok="4", output_mtok="30"))
    found = {day: each_class(list_price("acme:m", day), batch=1) for day in (dt.date(2025, 1, 1), DAY, later)}
    assert list(found.values()) == [[8, 8, 8, 80], [4, 4, 4, 30], [2, 2, 2, 30]]
    assert list_price("acme:m", dt.date(2025, 1, 1)).batch is None


def test_other_ways_of_running_are_not_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    flex = PriceVariant({"service_tier": "flex"}, ModelPrice(input_mtok=Decimal(1)))
    put(monkeypatch, {"input_mtok": "8", "output_mtok": "80"}, flex)
    assert each_class(list_price("acme:m", DAY), batch=1) == [8, 8, 8, 80]


PLAIN, WITH_BATCH = TokenRates(input=4.0, output=8.0), TokenRates(input=4.0, output=8.0, batch=BatchRates(input=1.0))


@pytest.mark.parametrize(
    ("contract", "key"),
    [
        ({"type": "per_token", "batch_share": 0.3}, ("batch_share",)),
        (
            {"type": "hybrid", "charges": [{"kind": "flat", "meter": "cases", "rate": 1},
                                           {"kind": "tokens", "batch_share": {"p5": 0.1, "p95": 0.2}}]},
            ("charges", 1, "batch_share"),
        ),
    ],
)  # fmt: skip
def test_a_share_in_batches_that_no_price_is_known_for_is_refused(
    contract: dict[str, Any], key: tuple[Any, ...]
) -> None:
    read = spec(**contract)
    (problem,) = reference_problems(read, {"m": PLAIN}, ())
    assert problem.key == key
    assert "no batch price is known of m" in problem.message and "batch_discount" in problem.help
    assert not reference_problems(read, {"m": PLAIN, "n": WITH_BATCH}, ())
    with pytest.raises(ContractError, match="changes nothing"):
        compile_contract("c", read, {"m": PLAIN})


@pytest.mark.parametrize(
    "terms",
    [{}, {"batch_share": 0.0}, {"batch_share": 0.3, "batch_discount": 0.5},
     {"batch_share": 0.3, "models": {"m": {"input": 4, "output": 8, "batch": {"output": 3}}}}],
)  # fmt: skip
def test_a_share_in_batches_with_a_price_is_taken(terms: dict[str, Any]) -> None:
    assert not reference_problems(spec(type="per_token", **terms), {"m": PLAIN}, ())


def test_own_rates_have_own_batch_rates() -> None:
    """A million in and out at 4 and 8; of the quarter in batches at 1 and 8: 3 x 12 / 4 + 9 / 4 = 11.25."""
    own = {"m": {"input": 4, "output": 8, "batch": {"input": 1}}}
    offer = compile_contract(
        "c", spec(type="per_token", batch_share=0.25, models=own), {"m": TokenRates(input=1.0, output=1.0)}
    )
    meters = {f"tokens:m:{name}": np.array([[1e6 if name in ("input", "output") else 0.0]]) for name in TOKEN_CLASSES}
    total = invoice(offer, meters, lambda quantity: np.array([quantity.center])).total
    assert total.tolist() == [[pytest.approx(11.25)]]


# --- the cache's lives


def test_writes_for_one_hour_have_the_lists_price_for_that() -> None:
    """claude-sonnet-4-5: 3.75 for five minutes and 6.00 for an hour; a quarter for an hour is 4.3125."""
    rates = list_price("anthropic:claude-sonnet-4-5", DAY)
    assert each_class(rates) == [3, 0.3, 3.75, 15]
    assert each_class(rates, one_hour=1) == [3, 0.3, 6, 15]
    assert each_class(rates, one_hour=0.25) == [3, 0.3, 4.3125, 15]
    assert each_class(rates, one_hour=1, batch=1) == [1.5, 0.15, 3, 7.5]
    assert each_class(rates, one_hour=1, long=1) == [6, 0.6, 12, 22.5]


def hourly(share: float, **rates: float) -> ModelRates:
    return ModelRates(input=3.0, output=15.0, one_hour_share=share, **rates)


def test_rates_that_a_contract_fixes_keep_the_models_lives_of_the_cache() -> None:
    """The contract's writes cost 4 and 10: at the model's quarter for an hour 5.50 a million."""
    listed = {"m": hourly(0.25, cache_write=3.75, cache_write_1h=6.0)}
    own = {"m": {"input": 1, "cache_write": 4, "cache_write_1h": 10, "output": 1}}
    offer = compile_contract("c", spec(type="per_token", models=own), listed)
    meters = {f"tokens:m:{name}": np.array([[1e6 if name == "cache_write" else 0.0]]) for name in TOKEN_CLASSES}
    total = invoice(offer, meters, lambda quantity: np.array([quantity.center])).total
    assert total.tolist() == [[pytest.approx(5.5)]]


def test_own_rates_of_a_contract_say_what_an_hour_costs_where_they_say_what_writing_costs() -> None:
    listed = {"m": hourly(0.25, cache_write=3.75, cache_write_1h=6.0)}
    own = {"input": 1, "cache_write": 4, "output": 1}
    (problem,) = reference_problems(spec(type="per_token", models={"m": own}), listed, ())
    assert problem.key == ("models", "m", "cache_write")
    assert "cache_write_1h" in problem.help
    without = {"m": hourly(0.0, cache_write=3.75)}
    assert not reference_problems(spec(type="per_token", models={"m": own}), without, ())
    assert not reference_problems(spec(type="per_token", models={"m": {"input": 1, "output": 1}}), listed, ())


# --- prices that change


def test_the_first_day_with_another_price_of_a_class_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def dated(start: dt.date | None, **prices: str) -> ConditionalPrice:
        listed = ModelPrice(**{name: Decimal(price) for name, price in prices.items()})
        return ConditionalPrice(None if start is None else StartDateConstraint(start), prices=listed)

    entries = [
        dated(None, input_mtok="1", output_mtok="2", web_searches_kcount="5"),
        dated(dt.date(2027, 3, 1), input_mtok="1", output_mtok="2", web_searches_kcount="9"),  # tokens cost the same
        dated(dt.date(2027, 6, 15), input_mtok="1", output_mtok="3"),
    ]
    model = ModelInfo(id="m", match=ClauseEquals("m"), prices=entries)
    monkeypatch.setattr(module, "_models", lambda: {"acme": {"m": as_json(model)}})
    change = dt.date(2027, 6, 15)
    assert first_change("acme:m", DAY, dt.date(2028, 1, 1)) == change
    assert first_change("acme:m", DAY, dt.date(2027, 6, 16)) == change
    assert first_change("acme:m", DAY, change) is None
    assert first_change("acme:m", change, dt.date(2028, 1, 1)) is None
