"""What differs between two scenarios, in what they mean: a default that one of them writes out is no difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.quantities.distributions import Z95, Quantity
from simulator.quantities.parameters import Table
from simulator.scenario.explained.reference import written
from simulator.scenario.key_paths import Path, dotted
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.shapes import tag_values

APART: Final = ("title", "seed", "trials", "sources")
"""Keys that change no cost of a future: names, which futures are drawn, and where numbers are said to come from."""
NOTHING: Final = "-"
"""Stands where one of the two says nothing."""


@dataclass(frozen=True, slots=True)
class ChangedSetting:
    """One setting that differs."""

    key: str
    before: str
    after: str


def changes(before: Scenario, after: Scenario) -> list[ChangedSetting]:
    """Return what differs, in the order of the schema; what only one of them has is one change, not one a key."""
    return [each for each in _table(before, after, ()) if each.key.partition(".")[0] not in APART]


def _different(before: Any, after: Any, path: Path) -> Iterator[ChangedSetting]:
    if isinstance(before, Quantity) and isinstance(after, Quantity):
        if before.law != after.law:
            yield ChangedSetting(dotted(path), spelled(before), spelled(after))
    elif isinstance(before, Table) and isinstance(after, Table) and type(before) is type(after):
        yield from _table(before, after, path)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _names(before, after, path)
    elif isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _different(old, new, (*path, index))
    elif before != after:
        yield ChangedSetting(dotted(path), spelled(before), spelled(after))


def _table(before: Table, after: Table, path: Path) -> Iterator[ChangedSetting]:
    for name in type(before).model_fields:
        yield from _different(getattr(before, name), getattr(after, name), (*path, name))


def _names(before: Mapping[str, Any], after: Mapping[str, Any], path: Path) -> Iterator[ChangedSetting]:
    for name in [*before, *(name for name in after if name not in before)]:
        if name in before and name in after:
            yield from _different(before[name], after[name], (*path, name))
        else:
            old, new = (spelled(side[name]) if name in side else NOTHING for side in (before, after))
            yield ChangedSetting(dotted((*path, name)), old, new)


def spelled(value: Any) -> str:
    """Return a value in few words: a number, its P5 to P95 where it is uncertain, the type of a table."""
    if value is None:
        return NOTHING
    if isinstance(value, Quantity):
        return written(value) or _range(value)
    if isinstance(value, Table):
        tags = tag_values(type(value))
        said = [f"{name} = {spelled(getattr(value, name))}" for name in sorted(value.model_fields_set)]
        return tags[0] if len(tags) == 1 else ", ".join(said) or "all defaults"
    if isinstance(value, Mapping):
        return f"{len(value)} name{'' if len(value) == 1 else 's'}"
    return written(value) or (f"{len(value)} values" if isinstance(value, tuple) else str(value))


def _range(value: Quantity) -> str:
    import numpy as np

    low, high = (float(each) for each in value.law.at(np.array([-Z95, Z95])))
    return " to ".join(written(float(f"{end:.4g}")) for end in (low, high))
