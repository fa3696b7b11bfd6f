"""A scenario with some of its numbers changed, everything else as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Table

Change = Callable[[Quantity], Quantity]
"""What takes the place of a number; it returns the number itself to leave it."""
T = TypeVar("T", bound=Table)


def with_numbers(table: T, change: Change) -> T:
    """Return a table, such as a whole scenario, with every number of it changed; parts without a change are shared."""
    found: T = _changed(table, change)
    return found


def _changed(value: Any, change: Change) -> Any:
    if isinstance(value, Quantity):
        return change(value)
    if isinstance(value, Table):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        update = {name: new for name, old in fields.items() if (new := _changed(old, change)) is not old}
        return value.model_copy(update=update) if update else value
    if isinstance(value, Mapping):
        inner = {key: _changed(each, change) for key, each in value.items()}
        return inner if any(inner[key] is not value[key] for key in inner) else value
    if isinstance(value, tuple):
        parts = tuple(_changed(each, change) for each in value)
        return parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    return value
