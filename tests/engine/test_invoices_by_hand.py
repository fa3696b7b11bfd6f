"""An invoice of every contract type and meter by hand, from conversations that are sure, in both engines.

Every conversation is a confirmed one of 3 turns (75 seconds at 25 each), 3 replies, 6 messages and one action. A case
returns after 14 hours, twice: conversations at 0, 14 and 28 hours, then a return straight to a person. Only how many
cases come is chance, so every invoice is the number of cases times what is written here.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from simulator.contracts.contract_types import TYPES
from simulator.contracts.metering.meters import OFFERED, blocks_of, layer_of, own_of, sessions_of
from simulator.contracts.metering.segments import segment_of
from simulator.engine.run import simulate
from simulator.forecast.forecast import forecast
from simulator.scenario import Scenario, parse_scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from tests.engine.by_hand import SURE

RETURNING = """
returns.probability = { confirmed = 1 }
returns.max_contacts = 3
returns.delay = { law = "lognormal", median_hours = 14, sigma = 1e-9 }
meters.answered = { sql = "answered" }
meters.soon = { sql = "case when returned_after_hours < 24 then 2 else 0 end" }
definitions.final = { silence = 24 }
"""


def charge(meter: str, rate: float = 1.0, **terms: Any) -> dict[str, Any]:
    return {"type": "hybrid", "charges": [{"kind": "flat", "meter": meter, "rate": rate, **terms}]}


BY_HAND: dict[str, tuple[dict[str, Any], float]] = {
    "per_conversation": ({"type": "per_conversation", "price": 0.5}, 3 * 0.5),
    "per_resolution - all": ({"type": "per_resolution", "definition": "closed_by_customer", "price": 2}, 3 * 2),
    "per_resolution - silent a day": ({"type": "per_resolution", "definition": "final", "price": 2}, 3 * 2),
    "per_session - from the start": (
        # 14 h joins the session of 0 h, 28 h opens another
        {"type": "per_session", "window": "start", "window_hours": 24, "price": 0.4}, 2 * 0.4,
    ),
    "per_session - short": ({"type": "per_session", "window": "start", "window_hours": 12, "price": 0.4}, 3 * 0.4),
    "per_session - inactivity": (
        {"type": "per_session", "window": "inactivity", "window_hours": 24, "price": 0.4}, 0.4,
    ),
    "per_message": ({"type": "per_message", "price": 0.01}, 18 * 0.01),
    "per_message - AI": ({"type": "per_message", "count": "ai", "price": 0.02}, 9 * 0.02),
    "per_message - customer": ({"type": "per_message", "count": "customer", "price": 0.03}, 9 * 0.03),
    "per_message - blocks": ({"type": "per_message", "block": 5, "price": 0.1}, 3 * 2 * 0.1),
    "per_message - blocks of replies": ({"type": "per_message", "count": "ai", "block": 3, "price": 0.1}, 3 * 0.1),
    "per_action": ({"type": "per_action", "price": 0.1}, 3 * 0.1),
    "per_action - credits": ({"type": "per_action", "credits": 20, "price": 0.005}, 3 * 20 * 0.005),
    "per_minute": ({"type": "per_minute", "price": 0.2}, 3 * 1.25 * 0.2),
    "per_minute - started": ({"type": "per_minute", "round_up_to_seconds": 60, "price": 0.2}, 3 * 2 * 0.2),
    "per_minute - steps of 20 s": ({"type": "per_minute", "round_up_to_seconds": 20, "price": 0.3}, 3 * 4 / 3 * 0.3),
    "per_token": ({"type": "per_token", "markup": 2}, 2 * 3 * (1310 * 1 + 175 * 10) / 1e6),
    "hybrid - cases": (charge("cases"), 1),
    "hybrid - tickets": (charge("tickets"), 4),
    "hybrid - unseen tickets": (charge("unseen_tickets"), 0),
    "hybrid - own condition": (charge("own:answered"), 3),
    "hybrid - own number": (charge("own:soon"), 3 * 2),
    "hybrid - prompts": (charge("input_tokens", 1e-3), 3 * 1310e-3),
    "hybrid - answers": (charge("output_tokens", 1e-3), 3 * 175e-3),
    "hybrid - answers above 100": (charge("output_tokens", 1e-3, included_per_conversation=100), 3 * 75e-3),
    "hybrid - messages up to 4": (charge("messages", cap_per_conversation=4), 3 * 4),
    "hybrid - two charges": (
        {"type": "hybrid", "charges": [
            {"kind": "flat", "meter": "conversations", "rate": 1},
            {"kind": "flat", "meter": "actions", "rate": 0.5},
        ]}, 3 * 1.5,
    ),
}  # fmt: skip
"""Each contract with what a case of it costs."""
SEATS: dict[str, tuple[dict[str, Any], float, float]] = {
    # a straight return takes a person 6 minutes: 0.1 hours a case
    "per_seat - by human work": (
        {"type": "per_seat", "productive_hours": 0.5, "minimum_seats": 2, "price": 30},
        0.1,
        0.5,
    ),
    "per_seat - bought": ({"type": "per_seat", "seats": 3, "price": 30}, 0.0, 1.0),
}
"""Each contract of seats with hours of human work a case, and hours a seat; those bought are three in any month."""


@cache
def scenario() -> Scenario:
    contracts = {name: table for name, (table, *_) in (BY_HAND | SEATS).items()}
    sure = SURE[: SURE.index("contracts.one")]
    text = "\n".join(f"contracts.{name!r} = {written(table)}" for name, table in contracts.items())
    return parse_scenario(
        f"{sure}\n{RETURNING}\n{text}",
        "by hand",
        ["channels.chat.seconds_per_turn=25", "intents.one.action=1", "trials=64"],
    )


def written(value: Any) -> str:
    """Return a value as TOML."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {written(each)}' for key, each in value.items())} }}"
    return f"[{', '.join(map(written, value))}]" if isinstance(value, list) else repr(value)


@cache
def invoices(engine: Any) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the cases and every contract's invoice, (trial, month)."""
    found = forecast(simulate(scenario(), engine=engine))
    return found.results.meters["cases"], {name: each.invoice for name, each in found.contracts.items()}


@pytest.mark.parametrize("engine", ["ledger", "sampled"])
@pytest.mark.parametrize("name", BY_HAND)
def test_an_invoice_is_what_its_cases_cost_by_hand(name: str, engine: str) -> None:
    cases, found = invoices(engine)
    assert found[name] == pytest.approx(cases * BY_HAND[name][1], rel=3e-6, abs=1e-9)


@pytest.mark.parametrize("engine", ["ledger", "sampled"])
@pytest.mark.parametrize("name", SEATS)
def test_seats_are_rounded_up_by_hand(name: str, engine: str) -> None:
    cases, found = invoices(engine)
    _, hours, per_seat = SEATS[name]
    least = 2 if hours else 3
    needed = np.maximum(np.ceil(cases * hours / per_seat - 1e-6), least)
    same = np.isclose(found[name], 30 * needed)
    edge = np.isclose(np.rint(cases * hours / per_seat), cases * hours / per_seat)
    assert same[~edge | (hours == 0)].all() and same.mean() > 0.5


def test_every_type_and_every_meter_has_an_invoice_by_hand() -> None:
    read = {meter for contract in compile_terms(scenario()).priced for meter in contract.meters}
    missing = set(TYPES) - {spec.type for spec in scenario().contracts.values()}
    assert not missing, f"no invoice by hand of {missing}: add one to BY_HAND in this file"
    plain = {meter.partition(":")[0] for meter in read if not layer_of(meter) and not blocks_of(meter)}
    assert set(OFFERED) | {"sessions", "turns", "tokens", "own", "human_minutes"} <= plain
    assert {each.anchor for meter in read if (each := sessions_of(meter))} == {"start", "inactivity"}
    assert {each.base for meter in read if (each := blocks_of(meter))} == {"messages", "ai_replies", "minutes"}
    assert {own_of(meter) for meter in read} - {None} == {"answered", "soon"}
    assert not any(segment_of(meter) for meter in read)  # parts by hand: tests/reference/test_price.py
