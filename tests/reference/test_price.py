"""The reference's meters and invoices against amounts worked out by hand."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from simulator.definitions import NAMED
from tests.reference.law import simulate_trial
from tests.reference.price import human_cost, invoices, meters, model_rates, today, token_cost
from tests.reference.rates import ENDS
from tests.reference.textbook import textbook
from tests.reference.unknowns import trial_values


def terms(contract: dict[str, Any]) -> Any:
    """Return a contract's table with its numbers."""
    return trial_values(textbook({"contracts": {"mine": contract}}), Random(0), "center").contracts["mine"]


def bills(contract: dict[str, Any], *units: float, meter: str = "conversations") -> list[float]:
    return invoices(terms(contract), [{meter: quantity} for quantity in units], {})


def test_flat_price_per_conversation_and_per_resolution() -> None:
    assert bills({"type": "per_conversation", "price": 0.5}, 0, 100) == [0, 50]
    resolution = {"type": "per_resolution", "definition": "assumed_24h", "price": 0.99}
    assert bills(resolution, 100, meter="resolutions:assumed_24h") == pytest.approx([99.0])
    assert bills(resolution, 100, meter="resolutions:verified_72h") == [0]


def test_included_units_are_free_up_to_and_with_the_last() -> None:
    contract = {"type": "per_conversation", "price": 0.01, "included": 1000.0}
    assert bills(contract, 0, 1000, 1001, 1300) == pytest.approx([0, 0, 0.01, 3.0])


def test_graduated_price_on_both_sides_of_each_edge() -> None:
    tiers = [{"up_to": 10.0, "rate": 1.0}, {"up_to": 20.0, "rate": 0.5, "flat_fee": 7.0}, {"rate": 0.1}]
    contract = {"type": "per_conversation", "tiers": tiers}
    found = bills(contract, 0, 9, 10, 10.5, 11, 20, 21)
    assert found == pytest.approx([0, 9, 10, 17.25, 17.5, 22, 22.1])


def test_volume_price_on_both_sides_of_each_edge() -> None:
    tiers = [{"up_to": 10.0, "rate": 1.0}, {"up_to": 20.0, "rate": 0.5, "flat_fee": 7.0}, {"rate": 0.1}]
    contract = {"type": "per_conversation", "tiers": tiers, "tiering": "volume"}
    found = bills(contract, 0, 9, 10, 10.5, 11, 20, 21)
    assert found == pytest.approx([0, 9, 10, 12.25, 12.5, 17, 2.1])


@pytest.mark.parametrize("tiering", ["graduated", "volume"])
@pytest.mark.parametrize(("at_zero", "amount"), [(True, 3.0), (False, 0.0)])
def test_flat_fee_of_the_first_tier_at_zero_units(tiering: str, at_zero: bool, amount: float) -> None:
    tiers = {"tiers": [{"rate": 1.0, "flat_fee": 3.0}], "tiering": tiering, "flat_fee_at_zero": at_zero}
    assert bills({"type": "per_conversation", **tiers}, 0, 2) == [amount, 5.0]


def test_discount_spares_the_fee_and_minimum_and_cap_hold() -> None:
    contract = {
        "type": "per_conversation", "price": 1.0, "platform_fee": 100, "discount": 0.1,
        "monthly_minimum": 200, "maximum_per_month": 500,
    }  # fmt: skip
    assert bills(contract, 0, 111, 200, 444, 1000) == pytest.approx([200, 200, 280, 499.6, 500])


def test_yearly_minimum_at_year_end_and_in_part_years() -> None:
    contract = {"type": "per_conversation", "price": 1.0, "yearly_minimum": 12_000}
    assert bills(contract, *[100] * 12)[10:] == [100, 10_900]
    assert bills(contract, *[100] * 13)[11:] == [10_900, 1_000]
    assert bills(contract, *[100] * 11)[10] == 10_000


def test_yearly_minimum_each_month_counts_what_was_used_before() -> None:
    contract = {"type": "per_conversation", "price": 1.0, "yearly_minimum": 12_000, "true_up": "each_month"}
    assert bills(contract, 100, 1_500, 100, 5_000) == [1_000, 1_500, 500, 5_000]


def test_yearly_minimum_starts_afresh_each_year() -> None:
    contract = {"type": "per_conversation", "price": 1.0, "yearly_minimum": 1_200, "true_up": "each_month"}
    assert bills(contract, *[900] * 12, 0) == [900] * 12 + [100]


RATES = {
    "only": {"rates": {"input": 2, "cached_input": 0.5, "output": 10,
                       "long_prompt": {"threshold_tokens": 1000, "input": 4, "output": 20}}}
}  # fmt: skip
TOKENS = {
    "tokens:only:input": 3e6, "tokens:only:cached_input": 2e6,
    "tokens:only:cache_write": 1e6, "tokens:only:output": 1e5,
    "tokens_long:only:input": 1e6, "tokens_long:only:cached_input": 1e6, "tokens_long:only:output": 5e4,
}  # fmt: skip


def test_tokens_at_their_rates_and_long_calls_at_the_long_rates() -> None:
    rates = model_rates(trial_values(textbook({"models": RATES}), Random(0), "center"))
    # usual: 2 at 2, 1 at .5, writes 1 at the input rate 2, output .05 at 10; long: 1 + 1 at 4, output .05 at 20
    assert token_cost(TOKENS, rates) == pytest.approx(4 + 0.5 + 2 + 0.5 + 8 + 1)


def test_markup_and_batches_on_tokens() -> None:
    contract = {"type": "per_token", "markup": 1.5, "batch_share": 0.4, "batch_discount": 0.5, "platform_fee": 3}
    scenario = textbook({"models": RATES, "contracts": {"mine": contract}})
    values = trial_values(scenario, Random(0), "center")
    found = invoices(values.contracts["mine"], [TOKENS], model_rates(values))
    assert found == pytest.approx([16 * 1.5 * 0.8 + 3])


def test_hybrid_sums_its_charges() -> None:
    contract = {
        "type": "hybrid",
        "charges": [
            {"kind": "flat", "meter": "conversations", "rate": 0.2},
            {"kind": "included", "meter": "messages", "included": 100.0, "overage_rate": 0.01},
            {"kind": "graduated", "meter": "resolutions", "definition": "assumed_24h",
             "tiers": [{"up_to": 10.0, "rate": 1.0}, {"rate": 0.5}]},
            {"kind": "tokens", "models": {"only": {"input": 1, "output": 1}}},
        ],
    }  # fmt: skip
    month = {"conversations": 30.0, "messages": 150.0, "resolutions:assumed_24h": 12.0, "tokens:only:input": 2e6}
    listed = {"only": trial_values(textbook(), Random(0), "center").models["only"].rates}
    assert invoices(terms(contract), [month], listed) == pytest.approx([6 + 0.5 + 11 + 2])


def test_layers_of_a_month_are_sums_over_its_conversations() -> None:
    trial = simulate_trial(textbook({"tokens": {"system": 10, "answer": {"mean": 50, "cv": 1}}}), Random(62))
    rows = list(trial.rows())
    charges = [
        {"kind": "flat", "meter": "messages", "rate": 1, "included_per_conversation": 8, "cap_per_conversation": 6},
        {"kind": "flat", "meter": "output_tokens", "rate": 1, "included_per_conversation": 300},
        {"kind": "flat", "meter": "input_tokens", "rate": 1, "cap_per_conversation": 90},
        {"kind": "flat", "meter": "actions", "rate": 1},
    ]
    read = terms({"type": "hybrid", "charges": charges}).charges
    found = meters(trial.months[0].cases, {}, read)
    output = [row["output_tokens"] for row in rows]
    assert found["output_tokens[300:]"] == pytest.approx(sum(each - 300 for each in output if each > 300))
    assert 0 < found["output_tokens[300:]"] < found["output_tokens"] == pytest.approx(sum(output))
    assert found["messages[8:6]"] == sum(sorted((0, row["messages"] - 8, 6))[1] for row in rows)
    assert 0 < found["messages[8:6]"] < found["messages"]
    assert found["input_tokens[0:90]"] == pytest.approx(sum(min(row["input_tokens"], 90) for row in rows))
    assert sum("[" in name for name in found) == 3
    total = found["output_tokens[300:]"] + found["messages[8:6]"] + found["input_tokens[0:90]"] + found["actions"]
    assert invoices(terms({"type": "hybrid", "charges": charges}), [found], {}) == pytest.approx([total])


def test_parts_of_a_month_are_sums_over_their_conversations() -> None:
    changes = {
        "intents": {"narrow": {"share": 2, "levels": {"only": 1}, "confirm": 0.5}},
        "channels": {"chat": {"share": 0.5}, "voice": {"share": 0.5}},
        "levels": {"only": {"escalate": 0.2, "solve": 0.7}},
        "returns": {"probability": dict.fromkeys(ENDS, 0.3)},
        "duplicates": {"probability": dict.fromkeys(ENDS, 0.2), "same_channel": 0.3},
    }
    trial = simulate_trial(textbook(changes), Random(63))
    (month,), rows = trial.months, list(trial.rows())
    narrow, on_voice = {"intents": ["narrow"]}, {"not_channels": ["chat"]}
    both = {"not_intents": ["only"], "channels": ["voice"]}
    charges = [
        {"kind": "flat", "meter": "resolutions", "definition": "closed_by_customer", "rate": 1, "applies_to": narrow},
        {"kind": "flat", "meter": "conversations", "rate": 1, "applies_to": on_voice},
        {"kind": "flat", "meter": "cases", "rate": 1, "applies_to": on_voice},
        {"kind": "flat", "meter": "messages", "rate": 1, "included_per_conversation": 2, "applies_to": both},
        {"kind": "tokens", "applies_to": narrow},
    ]
    found = meters(month.cases, NAMED, terms({"type": "hybrid", "charges": charges}).charges)
    mine = [row for row in rows if row["intent"] == "narrow"]
    confirmed = sum(row["outcome"] == "confirmed" for row in mine)
    assert 0 < found["resolutions:closed_by_customer{intents=narrow}"] == confirmed < found["conversations"]
    voice = [row for row in rows if row["channel"] == "voice"]
    assert found["conversations{not_channels=chat}"] == len(voice)
    assert found["cases{not_channels=chat}"] == sum(case.channel == "voice" for case in month.cases)
    assert any(row["channel"] != case.channel for case in month.cases for row in case.rows)
    messages = sum(max(row["messages"] - 2, 0) for row in voice if row["intent"] == "narrow")
    assert found["messages[2:]{not_intents=only;channels=voice}"] == messages
    assert found["tokens:only:output{intents=narrow}"] == pytest.approx(sum(row["output_tokens"] for row in mine))


def test_meters_of_a_month_are_the_sums_of_its_rows() -> None:
    changes = {
        "levels": {"only": {"escalate": 0.3, "solve": 0.7, "handoff_minutes": 10}},
        "intents": {"only": {"spam": 0.2, "confirm": 0.4}},
        "returns": {"probability": dict.fromkeys(ENDS, 0.3)},
        "tokens": {"system": 10, "cache": {"share": 0.5, "miss": 0.3, "write_share": 0.2}},
        "people": {"cost_per_hour": 30},
        "today": {"contacts_per_case": 1.2, "minutes_factor": 0.5, "solve": 0.8},
    }
    trial = simulate_trial(textbook(changes), Random(61))
    month, rows = trial.months[0], list(trial.rows())
    found = meters(month.cases, NAMED)
    assert found["cases"] == len(month.cases) == sum(row["origin"] == "new" for row in rows)
    assert found["conversations"] == sum(row["class"] == "service" for row in rows) < len(rows)
    assert found["messages"] == sum(row["messages"] for row in rows)
    confirmed = sum(row["outcome"] == "confirmed" and row["class"] == "service" for row in rows)
    assert found["resolutions:closed_by_customer"] == confirmed > 0
    classes = ("input", "cached_input", "cache_write")
    assert sum(found[f"tokens:only:{name}"] for name in classes) == pytest.approx(
        10 * sum(row["calls"] for row in rows)
    )
    assert found["tokens:only:cached_input"] == pytest.approx(sum(row["cached_input_tokens"] for row in rows))
    assert human_cost(month, trial.values) == pytest.approx(sum(row["human_minutes"] for row in rows) / 2)
    assert today(month, trial.values) == pytest.approx((len(month.cases) * 10 * 0.5 * 1.2 / 2, len(month.cases) * 0.8))
