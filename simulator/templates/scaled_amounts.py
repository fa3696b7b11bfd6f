"""Amounts of a template, found by their units and scaled: with the volume, or into another currency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.quantities.distributions import POSITIVE
from simulator.quantities.spelling import is_quantity_key, parse_quantity
from simulator.scenario.explained import reference
from simulator.scenario.meant.two_readings import plainly
from simulator.scenario.schema.shapes import TAGS


def headline(value: Any) -> float:
    """Return the number by which people call an uncertain input: its mean, its most likely value, or
    else its middle.
    """
    if not isinstance(value, Mapping):
        return float(value)
    named = [float(value[key]) for key in ("mean", "mode", "value") if key in value]
    return named[0] if named else parse_quantity(dict(value), POSITIVE).center


def of_units(node: Any, path: tuple[str, ...], units: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    """Yield the table and the key of each amount whose unit begins as one of these."""
    items = node.items() if isinstance(node, Mapping) else enumerate(node)
    for key, value in items:
        tag = _tag(value)
        inner = (*path, tag or str(key))
        if not tag and any(entry.unit.startswith(units) for entry in reference.find(inner)):
            yield node, key
        elif isinstance(value, Mapping | list):
            yield from of_units(value, inner, units)


def _tag(value: Any) -> str:
    """Return the type of a contract or the kind of a charge that a table says it is; nothing for a number's table."""
    if not isinstance(value, Mapping) or all(map(is_quantity_key, value)):
        return ""
    return next((str(value[key]) for key in TAGS if key in value), "")


def scaled(value: Any, times: float, digits: int = 12) -> Any:
    """Return a number, or what is known of one, times a factor."""
    import tomlkit

    def number(each: float) -> str:
        return plainly(reference.written(float(f"{each * times:.{digits}g}")))

    if not isinstance(value, Mapping):
        return tomlkit.value(number(value))
    parts = []
    for key, each in value.items():
        is_number = is_quantity_key(key) and isinstance(each, int | float)
        parts.append(f"{key} = {number(each) if is_number else tomlkit.item(each).as_string()}")
    return tomlkit.value(f"{{ {', '.join(parts)} }}")
