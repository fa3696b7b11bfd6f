"""Which keys may stand where in a scenario, read from the declared tables."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Table
from simulator.quantities.spelling import QUANTITY_KEYS, is_quantity_key
from simulator.scenario.key_paths import Path

TAGS: Final = ("type", "kind")
"""Keys that say which of several tables a table is."""


def alternatives(annotation: Any) -> tuple[Any, ...]:
    """Return what an annotation may be, without optional, annotated and union wrappers."""
    try:
        return _alternatives(annotation)
    except TypeError:  # metadata that cannot be looked up by its hash
        return tuple(_unwrapped(annotation))


@cache
def _alternatives(annotation: Any) -> tuple[Any, ...]:
    return tuple(_unwrapped(annotation))


def _unwrapped(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _unwrapped(get_args(annotation)[0])
    elif origin is Union or origin is types.UnionType:
        for member in get_args(annotation):
            yield from _unwrapped(member)
    elif annotation is not type(None):
        yield annotation


def tables(annotation: Any, raw: Any) -> list[type[Table]]:
    """Return the tables an annotation may be; where the written `type` or `kind` says which one, only that."""
    found = [each for each in alternatives(annotation) if isinstance(each, type) and issubclass(each, Table)]
    if len(found) > 1 and isinstance(raw, Mapping):
        return [table for table in found if _is_named(table, raw)] or found
    return found


@cache
def tag_values(table: type[Table]) -> tuple[str, ...]:
    """Return the values of `type` or `kind` by which a table is told from the others of its union."""
    for tag in TAGS:
        field = table.model_fields.get(tag)
        if field is not None and get_origin(field.annotation) is Literal:
            return get_args(field.annotation)
    return ()


def _is_named(table: type[Table], raw: Mapping[str, Any]) -> bool:
    values = tag_values(table)
    return bool(values) and any(raw.get(tag) in values for tag in TAGS)


def child(annotation: Any, part: str | int, raw: Any) -> Any:
    """Return the annotation of what stands under a key or an index, or None if nothing may stand there."""
    if isinstance(part, str):
        for table in tables(annotation, raw):
            if part in table.model_fields:
                return table.model_fields[part].annotation
    for each in alternatives(annotation):
        origin = get_origin(each)
        if origin is dict and isinstance(part, str):
            return get_args(each)[1]
        if origin in (tuple, list) and isinstance(part, int):
            return get_args(each)[0]
        if each is Quantity and is_quantity_key(part):
            return Any
    return None


def annotation_at(root: type[Table], path: Path, raw: Any) -> Any:
    """Return the annotation at a path of a written scenario, or None if the schema has no such place."""
    annotation: Any = root
    for part in path:
        annotation = child(annotation, part, raw)
        if annotation is None:
            return None
        raw = at(raw, (part,))
    return annotation


def number_key(annotation: Any) -> str:
    """Return the key that a plain number stands for where a table may stand, as the mean of a length; else ""."""
    return next((table.number_key for table in tables(annotation, None) if table.number_key), "")


def keys(annotation: Any, raw: Any) -> list[str]:
    """Return the keys that may stand in a table; for a table of names, the names that are written."""
    found: list[str] = []
    for table in tables(annotation, raw):
        found += [name for name in table.model_fields if name not in found]
    for each in alternatives(annotation):
        if each is Quantity:
            found += sorted(QUANTITY_KEYS)
        elif get_origin(each) is dict and isinstance(raw, Mapping):
            found += [name for name in raw if name not in found]
    return found


def takes(annotation: Any, raw: Any, key: Any) -> bool:
    """Return whether a key may stand in a table: one of `keys`, or any percentile in the table of a number."""
    return key in keys(annotation, raw) or (Quantity in alternatives(annotation) and is_quantity_key(key))


def names_numbers(annotation: Any, within: bool = False) -> bool:
    """Return whether only a table of numbers by name may stand somewhere, as that of exchange rates.

    Args:
        within: whether a number may stand there as well, because it is in such a table.
    """
    found = list(alternatives(annotation))
    return bool(found) and all(
        (within and each in (Quantity, float))
        or (get_origin(each) is dict and names_numbers(get_args(each)[1], within=True))
        for each in found
    )


def at(raw: Any, path: Path) -> Any:
    """Return the written value at a path, or None."""
    for part in path:
        if isinstance(raw, Mapping):
            raw = raw.get(part)
        elif isinstance(raw, list | tuple) and isinstance(part, int):
            raw = raw[part] if 0 <= part < len(raw) else None
        else:
            return None
    return raw
