"""Invoices by the contracts' own pricing equal those of the reference's plain loops, month by month."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from simulator.contracts import compile_contract, invoice, model_cost
from simulator.scenario import offers
from tests.reference.price import CLASSES, Meters, in_month, invoices, model_rates, token_cost
from tests.reference.textbook import textbook
from tests.reference.unknowns import trial_values

MODELS = {
    "only": {"rates": {"input": 2, "cached_input": 0.5, "output": 10,
                       "long_prompt": {"threshold_tokens": 1000, "input": 4, "output": 20}}},
    "big": {"price": "openai:gpt-5-mini", "price_change_per_year": -0.35},
}  # fmt: skip
SIZED = ("messages", "ai_replies", "actions", "input_tokens", "output_tokens")
UNITS = ("conversations", "cases", *SIZED, "resolutions:assumed_24h")
LAYERS = {
    "[4:]": {"included_per_conversation": 4},
    "[0:9.5]": {"cap_per_conversation": 9.5},
    "[4:1000000]": {"included_per_conversation": 4, "cap_per_conversation": 1_000_000},
}
"""Layers by how their key ends."""
MONTHS = 27
SEEDS = 200


PARTS = {
    "{intents=narrow|other}": {"intents": ["other", "narrow"]},
    "{not_intents=narrow;channels=voice}": {"not_intents": ["narrow"], "channels": ["voice"]},
    "{not_channels=chat}": {"not_channels": ["chat"]},
}
"""Parts by how their key ends."""
WITH_PARTS = {
    "models": MODELS,
    "intents": {name: {"share": 1, "levels": {"only": 1}} for name in ("narrow", "other")},
    "channels": {"chat": {"share": 0.5}, "voice": {"share": 0.5}},
}


def random_meters(rng: Random) -> Meters:
    layered = [f"{name}{layer}" for name in SIZED for layer in LAYERS]
    found = {}
    for part in ("", *PARTS):
        found |= {f"{name}{part}": float(rng.choice([0, rng.randint(0, 3000)])) for name in (*UNITS, *layered)}
        for model in MODELS:
            for token_class in CLASSES:
                whole = rng.uniform(0, 1e9)
                found[f"tokens:{model}:{token_class}{part}"] = whole
                found[f"tokens_long:{model}:{token_class}{part}"] = whole * rng.random()
    return found


def random_part(rng: Random) -> dict[str, Any]:
    return {"applies_to": rng.choice(list(PARTS.values()))} if rng.random() < 0.3 else {}


def random_tiers(rng: Random) -> dict[str, Any]:
    bounds = sorted(rng.sample(range(1, 3000), rng.randint(0, 3)))
    tiers: list[dict[str, Any]] = [{"up_to": float(bound), "rate": rng.random()} for bound in bounds]
    tiers.append({"rate": rng.random()})
    for tier in tiers:
        if rng.random() < 0.5:
            tier["flat_fee"] = rng.uniform(0, 100)
    return {"tiers": tiers, **({"flat_fee_at_zero": rng.random() < 0.5} if "flat_fee" in tiers[0] else {})}


def random_tokens(rng: Random) -> dict[str, Any]:
    own = {"models": {"only": {"input": rng.random(), "output": rng.random()}}} if rng.random() < 0.5 else {}
    return {"markup": rng.uniform(0, 3), "batch_share": rng.random(), "batch_discount": rng.random(), **own}


def random_charge(rng: Random) -> dict[str, Any]:
    kind = rng.choice(["flat", "included", "graduated", "volume", "tokens"])
    if kind == "tokens":
        return {"kind": kind, **random_part(rng), **random_tokens(rng)}
    meter, _, definition = rng.choice(UNITS).partition(":")
    charge: dict[str, Any] = {"kind": kind, "meter": meter, **({"definition": definition} if definition else {})}
    charge |= random_part(rng)
    if meter in SIZED and rng.random() < 0.7:
        charge |= rng.choice(list(LAYERS.values()))
    if kind == "flat":
        return {**charge, "rate": rng.random()}
    if kind == "included":
        return {**charge, "included": rng.uniform(0, 2000), "overage_rate": rng.random()}
    return {**charge, **random_tiers(rng)}


def random_contract(rng: Random) -> dict[str, Any]:
    contract: dict[str, Any] = {"type": rng.choice(["per_resolution", "per_conversation", "per_token", "hybrid"])}
    if contract["type"] == "hybrid":
        contract["charges"] = [random_charge(rng) for _ in range(rng.randint(1, 4))]
    elif contract["type"] == "per_token":
        contract |= random_tokens(rng)
    else:
        tiered = random_tiers(rng) | rng.choice([{}, {"tiering": "graduated"}, {"tiering": "volume"}])
        contract |= rng.choice([{"price": rng.random()}, {"price": rng.random(), "included": 500.0}, tiered])
    if contract["type"] == "per_resolution":
        contract["definition"] = "assumed_24h"
    if contract["type"] != "hybrid":
        contract |= random_part(rng)
    optional = {
        "platform_fee": rng.uniform(0, 500), "discount": rng.random(), "monthly_minimum": rng.uniform(0, 800),
        "maximum_per_month": rng.uniform(2000, 4000), "yearly_minimum": rng.uniform(0, 20_000),
    }  # fmt: skip
    contract |= {key: value for key, value in optional.items() if rng.random() < 0.5}
    if "yearly_minimum" in contract:
        contract["true_up"] = rng.choice(["each_month", "year_end"])
    return contract


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_contract_bills_the_same_by_both(seed: int) -> None:
    rng = Random(seed)
    scenario = textbook({**WITH_PARTS, "contracts": {"mine": random_contract(rng)}})
    values = trial_values(scenario, rng, "center")
    months = [random_meters(rng) for _ in range(MONTHS)]
    rates = model_rates(values)
    arrays = {name: np.array([[month[name] for month in months]]) for name in months[0]}
    tables = offers.model_rates(scenario)
    contract = compile_contract("mine", scenario.contracts["mine"], tables)
    found = invoice(contract, arrays, lambda quantity: np.array([quantity.center])).total[0]
    assert found == pytest.approx(invoices(values.contracts["mine"], months, rates), rel=1e-9, abs=1e-9)
    cost = model_cost(arrays, tables, lambda quantity: np.array([quantity.center]))[0]
    assert cost == pytest.approx(
        [token_cost(month, in_month(place, rates)) for place, month in enumerate(months)], rel=1e-9
    )


def test_random_contracts_have_every_charge_every_layer_and_every_part() -> None:
    texts = [repr(random_contract(Random(seed))) for seed in range(SEEDS)]
    wanted = [
        "'kind': 'volume'",
        "'tiering': 'volume'",
        "'flat_fee_at_zero': False",
        *(repr(x)[1:-1] for x in LAYERS.values()),
        *(repr(x)[1:-1] for x in PARTS.values()),
    ]
    for part in wanted:
        assert sum(part in text for text in texts) >= 5, part


STATED = {
    "type": "per_conversation", "price": 1.0, "included": 10.0, "platform_fee": 50, "discount": 0.1,
    "monthly_minimum": 100, "maximum_per_month": 2000, "yearly_minimum": 6000,
}  # fmt: skip


@pytest.mark.parametrize("term", [term for term in STATED if term != "type"])
def test_one_changed_term_shows_as_a_difference(term: str) -> None:
    """Negative control: the comparison fails for each term that is read 1 % otherwise."""
    months = [{"conversations": float(units)} for units in (0, 120, 2000, 4000, 0, 0, 0, 0, 0, 0, 0, 0, 100)]
    scenario = textbook({"contracts": {"mine": {**STATED, term: STATED[term] * 1.01}}})
    contract = compile_contract("mine", scenario.contracts["mine"], {})
    arrays = {"conversations": np.array([[month["conversations"] for month in months]])}
    found = invoice(contract, arrays, lambda quantity: np.array([quantity.center])).total[0]
    stated = trial_values(textbook({"contracts": {"mine": STATED}}), Random(0), "center").contracts["mine"]
    assert found != pytest.approx(invoices(stated, months, {}), rel=1e-9)


def test_another_tiering_shows_as_a_difference() -> None:
    """Negative control: the comparison fails where the same tiers are priced the other way."""
    tiers = [{"up_to": 10.0, "rate": 1.0}, {"rate": 0.5}]
    read = {}
    for tiering in ("graduated", "volume"):
        table = {"type": "per_conversation", "tiers": tiers, "tiering": tiering}
        scenario = textbook({"contracts": {"mine": table}})
        read[tiering] = trial_values(scenario, Random(0), "center").contracts["mine"]
        contract = compile_contract("mine", scenario.contracts["mine"], {})
        found = invoice(contract, {"conversations": np.array([[10.0, 11.0]])}, lambda each: np.array([each.center]))
        assert found.total[0] == pytest.approx(
            invoices(read[tiering], [{"conversations": 10.0}, {"conversations": 11.0}], {})
        )
    assert invoices(read["volume"], [{"conversations": 11.0}], {}) == [5.5]
    assert invoices(read["graduated"], [{"conversations": 11.0}], {}) == [10.5]
