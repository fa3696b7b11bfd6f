"""The JSON Schema of a scenario: what an editor needs to complete keys, show their meaning and underline mistakes.

It is made from the same declarations as everything else. It says what one key may hold; rules between keys (a price or
tiers, weights that name levels) are checked by `simulate check` alone.
"""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from typing import Any, Final

from simulator.contracts.catalogue import PREFIX
from simulator.quantities.distributions import SOURCE_KINDS
from simulator.quantities.parameters import UNKNOWN_NUMBER
from simulator.quantities.spelling import KEY_MEANINGS, PERCENTILE, SPELLINGS
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import MONTH_PATTERN
from simulator.scenario.schema.token_tables import Length

Node = dict[str, Any]

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
COMMITTED: Final = Path(__file__).parents[1] / "scenario.schema.json"
"""The schema as it ships."""
_UNKNOWN: Final = "NumberNotKnownToday"


def schema_text() -> str:
    """Return the JSON Schema as text, the same for the same declarations."""
    return json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"


def scenario_schema() -> Node:
    """Return the JSON Schema of a scenario (draft 2020-12)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # defaults that are tables have no JSON form; they are left out below
        raw = Scenario.model_json_schema()
    clean: Node = _clean(raw)
    clean["$defs"][_UNKNOWN] = _unknown_number()
    clean["$defs"]["Length"] = _or_a_number(clean["$defs"]["Length"], Length.number_key)
    budget = clean["properties"]["budget"]
    amount = {"type": "number", "exclusiveMinimum": 0}
    years = {"type": "array", "items": amount, "minItems": 1}
    budget["anyOf"] = [amount, years, {"$ref": budget.pop("$ref")}]
    contracts = clean["properties"]["contracts"]
    contracts["additionalProperties"] = {"anyOf": [contracts["additionalProperties"], _from_the_catalogue()]}
    return {"$schema": DRAFT, "title": "Scenario of simulate", **clean}


def _or_a_number(table: Node, key: str) -> Node:
    """Return the schema of a table in whose place a plain number may stand, that of a key."""
    number = table["properties"][key]["anyOf"][0]
    return {"description": table.pop("description"), "anyOf": [dict(number), table]}


def _from_the_catalogue() -> Node:
    """Return the schema of a contract that starts from an entry: any key may be set over it, none must be."""
    entry = {"type": "string", "pattern": f"^{PREFIX}", "description": "entry of the catalogue to start from"}
    typed = {"not": {"required": ["type"]}}
    return {"type": "object", "required": ["contract"], "properties": {"contract": entry}, **typed}


def _unknown_number() -> Node:
    """Return the schema of the table in which what is known of a number is written."""
    number, numbers = {"type": "number"}, {"type": "array", "items": {"type": "number"}, "minItems": 1}
    typed: Node = {key: dict(number) for key in KEY_MEANINGS}
    typed |= {"choices": dict(numbers), "weights": dict(numbers), "kind": {"enum": list(SOURCE_KINDS)}}
    typed |= {key: {"type": "string"} for key in ("source", "as_of", "owner")}
    return {
        "type": "object",
        "description": UNKNOWN_NUMBER["description"],
        "additionalProperties": False,
        "properties": {key: {**typed[key], "description": meaning} for key, meaning in KEY_MEANINGS.items()},
        "patternProperties": {f"^{PERCENTILE}$": number},
        "anyOf": [*({"required": sorted(spelling)} for spelling in SPELLINGS), _percentiles()],
    }


def _percentiles() -> Node:
    """Return the schema of a table of percentiles, perhaps with a mode and a source."""
    beside = [key for key in KEY_MEANINGS if key in ("mode", "kind", "source", "as_of", "owner")]
    return {
        "propertyNames": {"pattern": f"^({PERCENTILE}|{'|'.join(beside)})$"},
        "minProperties": 2,
    }


def _clean(node: Any) -> Any:
    """Return a part of the schema without what an editor cannot use: titles made of names, nulls, inner defaults."""
    if isinstance(node, list):
        return [_clean(each) for each in node]
    if not isinstance(node, dict):
        return node
    if node == UNKNOWN_NUMBER:
        return {"$ref": f"#/$defs/{_UNKNOWN}"}
    kept = {key: _named(value) if key in ("properties", "$defs") else _clean(value) for key, value in node.items()}
    for key in ("title", "acts"):
        kept.pop(key, None)
    return _with_calendar(_described(_without_null(_with_plain_default(kept))))


def _with_calendar(node: Node) -> Node:
    """Let a calendar month stand for the number of a month."""
    if not node.pop("calendar", False):
        return node
    said: Node = {key: node.pop(key) for key in ("description", "default") if key in node}
    return {**said, "anyOf": [node, {"type": "string", "pattern": MONTH_PATTERN}]}


def _named(table: Node) -> Node:
    """Return a table of schemas by name: its keys are names and stay."""
    return {name: _clean(each) for name, each in table.items()}


def _with_plain_default(node: Node) -> Node:
    """Keep a default that TOML can write: a number, a text, a flag, or a list of them."""
    if "default" not in node:
        return node
    value = node["default"]
    if isinstance(value, dict) and isinstance(value.get("law"), dict):
        value = value["law"].get("value")
    plain = isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value))
    if plain or (isinstance(value, list) and all(isinstance(each, str | int | float) for each in value)):
        return {**node, "default": value}
    return {key: each for key, each in node.items() if key != "default"}


def _without_null(node: Node) -> Node:
    """Drop the alternative null, which TOML cannot write."""
    kinds = node.get("anyOf")
    if not isinstance(kinds, list) or {"type": "null"} not in kinds:
        return node
    rest = [each for each in kinds if each != {"type": "null"}]
    others = {key: each for key, each in node.items() if key != "anyOf"}
    return {**others, **rest[0]} if len(rest) == 1 and not set(rest[0]) & set(others) else {**others, "anyOf": rest}


def _described(node: Node) -> Node:
    """Add unit and typical range to the description, which is all that an editor shows."""
    unit, typical = node.pop("unit", ""), node.pop("typical", None)
    said = [unit] if unit else []
    said += [f"typically {typical[0]:g} to {typical[1]:g}"] if typical else []
    if said and "description" in node:
        node["description"] = f"{node['description']} ({'; '.join(said)})"
    return node
