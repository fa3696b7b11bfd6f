"""Counts written with exactly three decimals: 22.000 is twenty-two for TOML and twenty-two thousand for half the world.

TOML reads 22.0 and 22.000 alike, so the text of such a number is kept from parsing until it is known whether it stands
where something is counted: tickets, units, tokens, seats, futures. There it is asked back with both readings. Money
and durations are measured, not counted: a price of 1.250 stays what it is.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic.fields import FieldInfo

from simulator.errors import Problem
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import domain_of
from simulator.scenario.key_paths import Path, place_of
from simulator.scenario.meant.two_readings import Written, both_readings
from simulator.scenario.reading.many_problems import MOST_OF_A_TABLE, more_like_these
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.shapes import alternatives, at, child, number_key, tables

COUNTS: Final = frozenset(
    {
        "per month", "units", "units per month", "units per period", "units per conversation", "units per block",
        "units per seat and month", "tokens", "tokens per call", "credits", "credits per action", "seats", "cases",
    }
)  # fmt: skip
"""Units of what is counted, beside every whole number; means of a few messages, calls or contacts are measured."""
EVIDENCE: Final = ("successes", "trials")
"""Keys of the table of a share that count."""
_WEIGHT: Final = "weight"
_WHOLES: Final = (1.0, 100.0)
_NEAR: Final = 0.02
"""How near to 1 or to 100 weights sum that are meant as shares or percents."""


@dataclass(frozen=True, slots=True)
class CountedValues:
    """Values with plain numbers only, and the counts that must be asked back."""

    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)


def counted(values: dict[str, Any]) -> CountedValues:
    """Return the values of a scenario with plain numbers, and one problem for each count of two readings."""
    found = list(_written(values, ()))
    if not found:
        return CountedValues(values)
    result = CountedValues(copy.deepcopy(values))
    lists: Counter[Path] = Counter()
    strange: Counter[Path] = Counter()
    for path, number in found:
        group: Path = tuple(part for part in path if isinstance(part, str))
        table = group[:-1]
        if lists[group] < MOST_OF_A_TABLE and (strange[table] >= MOST_OF_A_TABLE or _is_misplaced(path, values)):
            strange[table] += 1
            continue  # the help for what is wrong here tells both readings
        asked = lists[group] >= MOST_OF_A_TABLE or is_count(path, number.text, values)
        lists[group] += asked
        if asked and lists[group] <= MOST_OF_A_TABLE:
            result.problems.append(_asked_back(path, number.text, values))
        at(result.values, path[:-1])[path[-1]] = round(number * 1_000) if asked else float(number)
    for group, count in lists.items():
        if count > MOST_OF_A_TABLE:
            result.problems.append(more_like_these(group, count - MOST_OF_A_TABLE))
    return result


def is_count(path: Path, text: str, values: Mapping[str, Any]) -> bool:
    """Return whether a number of two readings stands where something is counted, and both are allowed there."""
    declared, number_path = _declared(path, values)
    if declared is None or float(text) < 0 or path[-1] == "weights" or "weights" in path[len(number_path) :]:
        return False
    if path[len(number_path) :] and path[-1] in EVIDENCE:
        return True
    extra = declared.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    if unit == _WEIGHT:
        return not _shares(number_path, values)
    return (unit in COUNTS or _whole(declared)) and float(text) * 1_000 <= _most(declared)


def is_too_many(path: Path, text: str, values: Mapping[str, Any]) -> bool:
    """Return whether a number of two readings may stand at a path only if its point is a decimal point."""
    declared, _ = _declared(path, values)
    return declared is not None and float(text) * 1_000 > _most(declared)


def _is_misplaced(path: Path, values: Mapping[str, Any]) -> bool:
    """Return whether no number may stand at a path: the key is unknown, or takes a table or a list."""
    annotation: Any = Scenario
    raw: Any = values
    for part in path:
        annotation, raw = child(annotation, part, raw), at(raw, (part,))
        if annotation is Any:
            return False
        if annotation is None:
            return True
    return not number_key(annotation) and not any(each in (Quantity, float, int) for each in alternatives(annotation))


def _asked_back(path: Path, text: str, values: Mapping[str, Any]) -> Problem:
    small, large = both_readings(text) or ("", "")
    declared, _ = _declared(path, values)
    if declared is not None and _whole(declared) and float(text) % 1:
        return Problem(path, f"{place_of(path)}: must be a whole number, not {text}", f"write {large}")
    message = f"{place_of(path)}: {text} can be read as {float(text):g} and as {float(text) * 1_000:,.0f}"
    return Problem(path, message, f"write {large}, or {small}")


def _written(node: Any, path: Path) -> Iterator[tuple[Path, Written]]:
    if isinstance(node, Written):
        yield path, node
    elif isinstance(node, Mapping | list):
        for part, inner in node.items() if isinstance(node, Mapping) else enumerate(node):
            yield from _written(inner, (*path, part))


def _declared(path: Path, values: Mapping[str, Any]) -> tuple[FieldInfo | None, Path]:
    """Return the declaration that holds at a path, and the path of its number, without the keys of a number's table."""
    annotation: Any = Scenario
    raw: Any = values
    found: FieldInfo | None = None
    for place, part in enumerate(path):
        if Quantity in alternatives(annotation) and isinstance(raw, Mapping) and child(annotation, part, raw) is Any:
            return found, path[:place]
        for table in tables(annotation, raw):
            found = table.model_fields.get(str(part), found)
        annotation, raw = child(annotation, part, raw), at(raw, (part,))
    for table in tables(annotation, raw):
        found = table.model_fields.get(number_key(annotation), found)
    return found, path


def _whole(declared: FieldInfo) -> bool:
    return int in alternatives(declared.annotation)


def _most(declared: FieldInfo) -> float:
    """Return the largest number that a declaration allows."""
    domain = domain_of(declared)
    bounds = [
        float(bound) for each in declared.metadata for name in ("le", "lt") if (bound := getattr(each, name, None))
    ]
    return domain.high if domain is not None else min(bounds, default=float("inf"))


def _shares(path: Path, values: Mapping[str, Any]) -> bool:
    """Return whether the weights beside a weight sum to about 1 or 100, with decimals read as decimals."""
    named = at(values, path[:1])
    if path[0] in ("intents", "channels", "models") and len(path) == 3 and isinstance(named, Mapping):
        group = [at(each, path[2:]) for each in named.values()]
    else:
        beside = at(values, path[:-1])
        group = list(beside.values()) if isinstance(beside, Mapping) else list(beside)
    total = sum(float(each) for each in group if isinstance(each, int | float))
    return any(abs(total / whole - 1) <= _NEAR for whole in _WHOLES)
