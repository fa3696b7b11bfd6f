"""Blocks as plain values: numbers that a file can hold, and the dump of a block."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, TypeVar, cast

import numpy as np

DIGITS: Final = 12
"""Significant digits kept, so that the last bits of a sum do not change the file."""
T = TypeVar("T")


def safe(value: T) -> T:
    """Return a value, or a block of values, with NaN and infinities as None, and floats cut to 12 digits.

    Scalars of numpy become Python's. Blocks keep their class.
    """
    return cast(T, _safe(value))


def _safe(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        return (float(f"{value:.{DIGITS}g}") + 0.0) if math.isfinite(value) else None
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{each.name: _safe(getattr(value, each.name)) for each in fields(value)})
    if isinstance(value, Mapping):
        return {str(key): _safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_safe(item) for item in value)
    return value.item() if isinstance(value, np.generic) else value


def attributes(block: Any) -> dict[str, Any]:
    """Return the attributes of a block by name, for a block that has more of them."""
    return {each.name: getattr(block, each.name) for each in fields(block)}


def as_json(value: Any) -> Any:
    """Return a block as plain dictionaries, lists, numbers and texts, in the order of its attributes."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    return value
