"""Calendar months in contracts: "2028-01" for the number of a month that counts from the start of the horizon.

The one place that reads them. A contract's month 1 is the first month of the scenario, so that a calendar month is a
number as soon as the scenario's start is known; all rules then see numbers. Under a change of vendor the new contract's
month 1 is the month of the switch: a contract with calendar months cannot be the new one there.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic.fields import FieldInfo

from simulator.errors import Problem
from simulator.parameters import is_calendar
from simulator.scenario.key_paths import Path, place_of
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import MONTH_PATTERN
from simulator.scenario.schema.shapes import child, tables
from simulator.scenario.stated.months import month_names

_LATEST: Final = 120
_LEAST: Final = 2
"""A month that every key allows, for one that cannot be read: the rest of the scenario is still checked."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """Values with a number for every calendar month, and what is wrong with those that have none."""

    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _CalendarMonth:
    """A calendar month that stands for a number: the table that holds it, its key there, and its path."""

    table: dict[str, Any]
    key: str
    field: FieldInfo
    path: Path

    @property
    def text(self) -> str:
        return str(self.table[self.key])


def numbered(values: dict[str, Any]) -> Numbered:
    """Return the values of a scenario with calendar months of contracts as numbers."""
    if not any(_calendar_months(Scenario, values, ())):
        return Numbered(values)
    result = Numbered(copy.deepcopy(values))
    for each in list(_calendar_months(Scenario, result.values, ())):
        found = _number(each, values)
        if isinstance(found, Problem):
            result.problems.append(found)
            if each.field.is_required():
                each.table[each.key] = _LEAST
            else:
                del each.table[each.key]
        else:
            each.table[each.key] = found
    result.problems.extend(_shifted(values))
    return result


def _calendar_months(annotation: Any, raw: Any, path: Path) -> Iterator[_CalendarMonth]:
    """Yield every text that stands where the number of a month may be a calendar month."""
    if isinstance(raw, list):
        for place, inner in enumerate(raw):
            yield from _calendar_months(child(annotation, place, raw), inner, (*path, place))
    if not isinstance(raw, dict):
        return
    fields = {key: each for table in tables(annotation, raw) for key, each in table.model_fields.items()}
    for key, inner in raw.items():
        if key in fields and is_calendar(fields[key]) and isinstance(inner, str):
            yield _CalendarMonth(raw, key, fields[key], (*path, key))
        elif isinstance(inner, dict | list):
            yield from _calendar_months(child(annotation, key, raw), inner, (*path, key))


def _number(each: _CalendarMonth, values: dict[str, Any]) -> int | Problem:
    """Return the number of a month, or what is wrong with it."""
    place, text = place_of(each.path), each.text
    if re.fullmatch(MONTH_PATTERN, text) is None:
        message = f'{place}: must be the number of a month or a calendar month as "2028-01", not "{text[:40]}"'
        return Problem(each.path, message, "months count from 1, the first month of the scenario")
    start, months = values.get("start"), values.get("months", Scenario.model_fields["months"].default)
    if not isinstance(start, str) or re.fullmatch(MONTH_PATTERN, start) is None or not isinstance(months, int):
        return _LEAST  # what is wrong with start or months is said by its own rule
    last = min(max(months, _term(each.path, values)), _LATEST)
    known = month_names(start, last)
    if text in known:
        return known.index(text) + 1
    message = f"{place}: {text} lies outside the months of the contract, {known[0]} to {known[-1]}"
    if text < known[0]:
        return Problem(each.path, message, f"a contract starts with the scenario, in {start}: write {start} or later")
    end = each.path[-1] == "to_month"
    return Problem(each.path, message, "leave to_month out where it holds to the end" if end else
                   "lengthen months of the scenario or term_months of the contract, or remove it")  # fmt: skip


def _term(path: Path, values: dict[str, Any]) -> int:
    """Return the written term of the contract in which a path lies, 0 without one."""
    depth = 2 if path[0] in ("contracts", "today") else 0
    table: Any = values
    for part in path[:depth]:
        table = table.get(part) if isinstance(table, dict) else None
    term = table.get("term_months") if isinstance(table, dict) and depth else None
    return term if isinstance(term, int) else 0


def _shifted(values: dict[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each change of vendor whose new contract has calendar months."""
    dated = {str(each.path[1]): each for each in _calendar_months(Scenario, values, ()) if each.path[0] == "contracts"}
    switches = values.get("switches")
    for name, spec in switches.items() if isinstance(switches, dict) else ():
        new = spec.get("new") if isinstance(spec, dict) else None
        if new in dated:
            each = dated[new]
            message = (
                f"switches.{name}.new: contract '{new}' has a calendar month ({place_of(each.path)} = \"{each.text}\"), and "
                f"under a switch its months count from that of the switch"
            )
            yield Problem(("switches", name, "new"), message, "write the number of the month there")
