"""Values that the schema allows at a place: many wrong scenarios are then nearly right, and some right ones new."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, Final, Literal, get_args, get_origin

from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Table
from simulator.scenario.schema.shapes import alternatives, tables
from tests.fuzz import pools

_DEEPEST: Final = 4
_REFERRED: Final = ("levels", "intents", "channels", "models", "definitions", "contracts", "meters")


def field_value(random: Random, table: type[Table], key: str, values: Mapping[str, Any], depth: int = 0) -> Any:
    """Return a value for a key of a table; now and then one at the edge of what it may be."""
    field = table.model_fields[key]
    extra = field.json_schema_extra
    typical = extra.get("typical") if isinstance(extra, dict) else None
    return value_of(random, field.annotation, values, typical, depth)


def value_of(random: Random, annotation: Any, values: Mapping[str, Any], typical: Any = None, depth: int = 0) -> Any:
    """Return a value of an annotation; of an unknown one, anything."""
    choices = list(alternatives(annotation))
    if not choices or random.random() < 0.02:
        return pools.garbage(random)
    chosen = random.choice(choices)
    origin = get_origin(chosen)
    if chosen is bool:
        return random.random() < 0.5
    if chosen in (int, float, Quantity):
        return _number(random, chosen, typical)
    if origin is Literal:
        return random.choice(get_args(chosen))
    if origin in (tuple, list) and depth < _DEEPEST:
        inner = get_args(chosen)[0]
        return [value_of(random, inner, values, typical, depth + 1) for _ in range(random.choice((0, 1, 1, 2, 3, 12)))]
    if origin is dict and depth < _DEEPEST:
        inner = get_args(chosen)[1]
        return {name(random, values): value_of(random, inner, values, typical, depth + 1) for _ in range(2)}
    if isinstance(chosen, type) and issubclass(chosen, Table) and depth < _DEEPEST:
        return table_of(random, chosen, values, depth + 1)
    return name(random, values)


def table_of(random: Random, table: type[Table], values: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Return a table with its required keys, and some of the others."""
    chosen = [key for key, field in table.model_fields.items() if field.is_required() or random.random() < 0.12]
    return {key: field_value(random, table, key, values, depth) for key in chosen if random.random() < 0.97}


def name(random: Random, values: Mapping[str, Any]) -> str:
    """Return a name that something in the scenario has, or any text."""
    named = [values[key] for key in _REFERRED if isinstance(values.get(key), dict) and values[key]]
    if named and random.random() < 0.7:
        return str(random.choice(list(random.choice(named))))
    return pools.text(random)


def _number(random: Random, kind: Any, typical: Any) -> Any:
    if random.random() < 0.1:
        return pools.number(random)
    low, high = typical if isinstance(typical, list) else (0, 1)
    found = low + (high - low) * random.random()
    if kind is int:
        return round(found)
    if kind is Quantity and random.random() < 0.25:
        return (
            pools.quantity(random) if random.random() < 0.5 else {"p5": found * 0.8 + 1e-3, "p95": found * 1.1 + 2e-3}
        )
    return float(f"{found:.3g}")


def unwritten(table: Mapping[str, Any], annotation: Any) -> list[tuple[type[Table], str]]:
    """Return the keys that may stand in a written table and do not."""
    return [(each, key) for each in tables(annotation, table) for key in each.model_fields if key not in table]
