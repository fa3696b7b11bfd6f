"""Invoices by the contracts' own pricing equal those of the reference's plain loops, month by month."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

from simulator.contracts import compile_contract, invoice, model_cost
from simulator.contracts.contract_types import TYPES
from simulator.contracts.prices import BY_KIND
from simulator.scenario.stated import model_prices
from tests.reference.price import CLASSES, Meters, in_month, invoices, model_rates, token_cost
from tests.reference.textbook import textbook
from tests.reference.unknowns import trial_values

MODELS = {
    "only": {"rates": {"input": 2, "cached_input": 0.5, "cache_write": 2.5, "cache_write_1h": 4, "output": 10,
                       "batch": {"input": 0.9, "cache_write_1h": 1.7, "output": 6},
                       "long_prompt": {"threshold_tokens": 1000, "input": 4, "output": 20,
                                       "cache_write": 5, "cache_write_1h": 8, "batch": {"cached_input": 0.3}}},
             "one_hour_share": 0.3},
    "big": {"price": "openai:gpt-5-mini", "price_change_per_year": -0.35},
}  # fmt: skip
SIZED = ("messages", "ai_replies", "actions", "input_tokens", "output_tokens")
UNITS = ("conversations", "cases", *SIZED, "resolutions:assumed_24h", "resolutions:verified_72h")
COUNTED: dict[str, dict[str, Any]] = {
    "turns": {"meter": "turns"},
    "tickets": {"meter": "tickets"},
    "minutes": {"meter": "minutes"},
    "minutes/0.25": {"meter": "minutes", "block": 0.25},
    "messages/70": {"meter": "messages", "block": 70},
    "ai_replies/5": {"meter": "ai_replies", "block": 5},
    "sessions:start:24": {"meter": "sessions", "window": "start", "window_hours": 24},
    "sessions:inactivity:0.5": {"meter": "sessions", "window": "inactivity", "window_hours": 0.5},
}
"""Meters that are counted where a contract reads them, with their spelling."""
LAYERS = {
    "[4:]": {"included_per_conversation": 4},
    "[0:9.5]": {"cap_per_conversation": 9.5},
    "[4:1000000]": {"included_per_conversation": 4, "cap_per_conversation": 1_000_000},
}
"""Layers by how their key ends."""
MONTHS = 27
SEEDS = 600


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
    found = {"human_minutes": rng.choice([0.0, rng.uniform(0, 60_000)])}
    for part in ("", *PARTS):
        names = (*UNITS, *COUNTED, *layered)
        found |= {f"{name}{part}": float(rng.choice([0, rng.randint(0, 3000)])) for name in names}
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
        if rng.random() < 0.2:
            tier["maximum"] = rng.uniform(1, 300)
        if rng.random() < 0.3:
            tier["package"] = rng.choice([1, 70, 333.3])
    return {"tiers": tiers, **({"flat_fee_at_zero": rng.random() < 0.5} if "flat_fee" in tiers[0] else {})}


def random_tokens(rng: Random) -> dict[str, Any]:
    rates: dict[str, Any] = {name: rng.random() for name in ("input", "output")}
    rates |= rng.choice([{}, {"cache_write": 3, "cache_write_1h": 5}, {"batch": {"output": 0.1, "cache_write": 0.2}}])
    own = {"models": {"only": rates}} if rng.random() < 0.5 else {}
    discount = {"batch_discount": rng.random()} if rng.random() < 0.5 else {}
    return {"markup": rng.uniform(0, 3), "batch_share": rng.random(), **discount, **own}


def random_package(rng: Random) -> dict[str, Any]:
    package: dict[str, Any] = {"size": rng.choice([1, 0.1, 70, rng.uniform(1, 900)]), "price": rng.uniform(0, 50)}
    return package | rng.choice([{}, {"round": "down"}, {"round": "nearest", "at_least_one": True}, {"kept": True}])


def random_seats(rng: Random) -> dict[str, Any]:
    counted = rng.choice([{"seats": rng.uniform(0, 30)}, {"productive_hours": rng.uniform(50, 150)}])
    return counted | rng.choice([{}, {"minimum_seats": 5}])


def random_charge(rng: Random) -> dict[str, Any]:
    kind = rng.choice([*PRICED, "seats", "tokens", "credits"])
    if kind == "tokens":
        paid = rng.choice([{}, {"payee": "cloud"}, {"payee": "cloud", "committed_share": 0.4}])
        return {"kind": kind, **random_part(rng), **random_tokens(rng), **random_bounds(rng), **paid}
    if kind == "seats":
        return {"kind": kind, **random_seats(rng), "rate": rng.uniform(0, 100), **random_bounds(rng)}
    if kind == "credits":
        card = [{**random_meter(rng), "credits": rng.uniform(0, 30), **rng.choice([{}, {"per": 7}])} for _ in range(2)]
        return {"kind": kind, "card": card, **random_price(rng), **random_bounds(rng)}
    price, units = PRICED[kind](rng), random_units(rng)
    if kind == "included" and "count_over" in price:
        units.pop("free", None)  # refused, as both are units that cost nothing
    return {"kind": kind, **random_meter(rng), **price, **units, **random_bounds(rng)}


def random_included(rng: Random) -> dict[str, Any]:
    further: dict[str, Any] = rng.choice([{"overage_rate": rng.random()}, {"pack": random_package(rng)}])
    if rng.random() < 0.5:
        fee = {"fee": rng.uniform(0, 500)}
        return {"included": rng.uniform(1, 2000), **fee, **rng.choice([further, {"contracted_rate": True}])}
    over = {} if further.get("pack", {}).get("kept") else rng.choice([{}, {"count_over": "year"}])
    return {"included": rng.uniform(0, 2000), **further, **over}


def random_steps(rng: Random) -> dict[str, Any]:
    bounds = sorted(rng.sample(range(1, 3000), rng.randint(0, 3)))
    steps: list[dict[str, Any]] = [{"up_to": float(bound), "price": rng.uniform(0, 900)} for bound in bounds]
    return {"steps": [*steps, {"price": 700}], "price_at_zero": rng.random() < 0.5, **random_span(rng)}


def random_plans(rng: Random) -> dict[str, Any]:
    bounds = sorted(rng.sample(range(1, 3000), rng.randint(1, 3)))
    sizes = [{"units": float(bound), "price": rng.uniform(0, 900)} for bound in bounds]
    held = rng.choice([{}, {"held": "year"}, {"held": "once"}])
    return {"sizes": sizes, "overage_rate": rng.random(), **held}


def random_span(rng: Random) -> dict[str, Any]:
    return rng.choice([{}, {"count_over": "month"}, {"count_over": "year"}, {"count_over": "once"}])


def random_units(rng: Random) -> dict[str, Any]:
    convert = [{}, {"divide_by": 10}, {"divide_by": 1.5, "round": "up"}, {"divide_by": 3, "round": "nearest"}]
    free = [{}, {"units": 200}, {"units": 4000, "span": "year"}, {"units": 5000, "span": "once"}]
    return {key: chosen for key, options in (("convert", convert), ("free", free)) if (chosen := rng.choice(options))}


def random_bounds(rng: Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rng.random() < 0.4:
        found |= {"discount_amount": rng.uniform(0, 90), "discount_share": rng.random(), "minimum": 20, "maximum": 900}
        found = {key: value for key, value in found.items() if rng.random() < 0.6}
    if rng.random() < 0.2:
        found |= rng.choice([{"from_month": 5}, {"to_month": 14}, {"from_month": 3, "to_month": 20}])
    return found


PRICED: dict[str, Callable[[Random], dict[str, Any]]] = {
    "flat": lambda rng: {"rate": rng.random()},
    "included": random_included,
    "graduated": lambda rng: random_tiers(rng) | random_span(rng),
    "volume": lambda rng: random_tiers(rng) | random_span(rng),
    "stairstep": random_steps,
    "package": lambda rng: {**random_package(rng)},
    "plans": random_plans,
}
"""Kinds of charges on one meter, and what each says of its price."""


def random_price(rng: Random) -> dict[str, Any]:
    """Return the price of a simple type or of credits."""
    tiered = random_tiers(rng) | rng.choice([{}, {"tiering": "graduated"}, {"tiering": "volume"}]) | random_span(rng)
    package = {"package": random_package(rng)}
    included = rng.choice([{}, {"included": 500.0}])
    over = random_span(rng) if included and not package["package"].get("kept") else {}
    return rng.choice(
        [
            {"price": rng.random(), **included, **(over if included else {})},
            package | included | over,
            tiered,
            {"plans": random_plans(rng)},
        ]
    )


def random_charges(rng: Random) -> list[dict[str, Any]]:
    charges = [random_charge(rng) for _ in range(rng.randint(1, 4))]
    if len(charges) > 1 and rng.random() < 0.5 and not any("payee" in each for each in charges[:2]):
        charges[0]["name"], charges[1]["name"] = "one", "two"
        composite: dict[str, Any] = rng.choice([{"kind": "highest"}, {"kind": "percent", "share": rng.random()}])
        charges.insert(2, {**composite, "of": ["one", "two"], **random_bounds(rng)})
    return charges


def random_meter(rng: Random) -> dict[str, Any]:
    if rng.random() < 0.6:
        counted, part = rng.choice(list(COUNTED.values())), random_part(rng)
        return counted if counted["meter"] == "tickets" else counted | part  # tickets have no parts
    meter, _, definition = rng.choice(UNITS).partition(":")
    charge: dict[str, Any] = {"meter": meter, **({"definition": definition} if definition else {})}
    charge |= random_part(rng)
    return charge | (rng.choice(list(LAYERS.values())) if meter in SIZED and rng.random() < 0.7 else {})


def random_quota(rng: Random) -> dict[str, Any]:
    span = rng.choice([{}, {"span": "year"}])
    return {**random_meter(rng), "per_seat": 50, "overage_rate": rng.random(), **span}


def random_changes(rng: Random) -> dict[str, Any]:
    changes = [
        {"to_month": 3, "factor": 0.4, "of": "usage"}, {"from_month": 4, "to_month": 6, "factor": 0.7},
        {"from_month": 13, "factor": rng.uniform(1, 1.2), "of": rng.choice(["fees", "all"])},
    ]  # fmt: skip
    escalator = {"growth": rng.uniform(-0.1, 0.2), "of": rng.choice(["usage", "fees", "all"])}
    escalator |= rng.choice([{}, {"cap": 0.05}, {"floor": 0.0, "cap": 0.1}, {"every_months": 5}])
    return {"price_changes": changes[: rng.randint(0, 3)], **rng.choice([{}, {"escalator": escalator}])}


SIMPLE: dict[str, dict[str, Any]] = {
    "per_resolution": {"definition": "assumed_24h"},
    "per_conversation": {},
    "per_session": {"window": "start", "window_hours": 24},
    "per_message": {"count": "ai", "block": 5},
    "per_action": {"credits": 20.0},
    "per_minute": {"round_up_to_seconds": 15},
}
"""Types with a price per unit, with what they need beside it."""


def random_contract(rng: Random) -> dict[str, Any]:
    often = ["hybrid"] * len(SIMPLE)  # as often as all simple types: a further one leaves its charges no rarer
    contract: dict[str, Any] = {"type": rng.choice([*SIMPLE, "per_seat", "per_token", *often])}
    if contract["type"] == "hybrid":
        contract["charges"] = random_charges(rng)
    elif contract["type"] == "per_token":
        contract |= random_tokens(rng)
    elif contract["type"] == "per_seat":
        contract |= {"price": rng.uniform(0, 100), **random_seats(rng)}
        contract |= rng.choice([{}, {"quota": random_quota(rng)}, {"quota": random_quota(rng)}])
    else:
        contract |= SIMPLE[contract["type"]] | random_price(rng)
    if contract["type"] == "per_resolution" and rng.random() < 0.5:
        contract["definition_changes"] = [{"from_month": 7, "definition": "verified_72h"}]
    if contract["type"] not in ("hybrid", "per_seat"):
        contract |= random_part(rng)
    contract |= random_changes(rng)
    if rng.random() < 0.3:
        contract["one_time_fees"] = [{"amount": rng.uniform(0, 9000), "month": rng.randint(1, 40)} for _ in range(2)]
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
    tables = model_prices.model_rates(scenario)
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
        "'kind': 'package'",
        "'kind': 'seats'",
        "'package': {",
        "'plans': {",
        "'held': 'year'",
        "'quota': {",
        "'productive_hours'",
        "'one_time_fees'",
        *(f"'kind': '{kind}'" for kind in BY_KIND),
        *("'batch': {", "'cache_write_1h'", "'batch_discount'"),
        *("'convert'", "'free'", "'count_over': 'year'", "'kept'", "'pack'", "'contracted_rate'", "'maximum': 900"),
        *("'from_month': 5", "'escalator'", "'cap': 0.05", "'definition_changes'", "'committed_share'", "'per': 7"),
        *(f"'type': '{name}'" for name in TYPES),
        *(repr(x)[1:-1] for x in COUNTED.values()),
        *(repr(x)[1:-1] for x in LAYERS.values()),
        *(repr(x)[1:-1] for x in PARTS.values()),
    ]
    for part in wanted:
        assert sum(part in text for text in texts) >= 5, (
            f"random contracts hardly ever have {part}: a kind of charge is added to PRICED, a type to SIMPLE, both in "
            "this file, and how the reference prices it in tests/reference/charges.py"
        )


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
