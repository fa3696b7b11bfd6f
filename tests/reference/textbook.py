"""Small scenarios whose laws are textbook laws: one intent, one level, one model, nothing switched on."""

from __future__ import annotations

from typing import Any

from simulator.scenario.schema import Scenario

PLAIN: dict[str, Any] = {
    "title": "textbook",
    "start": "2027-01",
    "months": 1,
    "volume": {"per_month": 200},
    "levels": {"only": {"escalate": 0.0, "solve": 1.0}},
    "intents": {"only": {"share": 1, "levels": {"only": 1}}},
    "models": {"only": {"rates": {"input": 1, "output": 2}}},
    "contracts": {"conversation": {"type": "per_conversation", "price": 0.5}},
}


def textbook(changes: dict[str, Any] | None = None) -> Scenario:
    """Return the plain scenario with some of its tables changed (tables are merged, other values replaced)."""
    scenario: Scenario = Scenario.model_validate(_merged(PLAIN, changes or {}))
    return scenario


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = _merged(result[key], value) if both else value
    return result
