"""Mending values in memory, so that the mistake that is told hides no other; a mended scenario is never run."""

from __future__ import annotations

import copy
from typing import Any, Final, Literal, get_origin

from pydantic_core import PydanticUndefined

from simulator.distributions import Quantity
from simulator.parameters import domain_in
from simulator.scenario.key_paths import Path
from simulator.scenario.reading.issues import Issue, intended_key
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.shapes import alternatives, annotation_at, at, tables


def leave_out(values: dict[str, Any], rest: dict[Path, list[Issue]]) -> set[Path]:
    """Leave out what is wrong and not told one by one, and return its tables: nothing more is said of them."""
    for issue in (issue for issues in rest.values() for issue in issues):
        table = at(values, issue.path[:-1])
        if isinstance(table, dict):
            table.pop(issue.path[-1], None)
    return set(rest)


def mend(raw: dict[str, Any], issue: Issue) -> set[Path]:
    """Change the values so that an issue is gone, and return the paths that are no longer as written."""
    path = issue.path
    if not path:
        return {path}
    table, key = at(raw, path[:-1]), path[-1]
    if table is None or (
        issue.type == "extra_forbidden" and key not in table
    ):  # mending another issue of this pass has left it out
        return {path}
    if issue.type == "missing" and isinstance(table, dict):
        table[key] = _stand_in(annotation_at(Scenario, path, raw))
        return {path}
    if not isinstance(table, dict) or key not in table:
        return _drop(raw, path[:-1])
    if issue.type == "extra_forbidden":
        intended = intended_key(path, raw)
        value = table.pop(key)
        if intended is None:
            return {path}
        table[intended] = value
        return {path, (*path[:-1], intended)}
    if len(path) == 2 and path[0] in _NAMED:  # others may refer to it by its name
        table[key] = copy.deepcopy(_NAMED[path[0]])
    elif not issue.rule_of and _needed(path, raw):
        table[key] = _stand_in(annotation_at(Scenario, path, raw))
    else:
        del table[key]
    return {path}


_NAMED: Final[dict[str | int, dict[str, Any]]] = {
    "levels": {"escalate": 0.5, "solve": 0.5},
    "intents": {"share": 1, "levels": {}},
    "channels": {},
    "models": {"rates": {"input": 1, "output": 1}},
    "definitions": {},
}
"""The least that may stand under a name, by table of names."""


def _needed(path: Path, raw: dict[str, Any]) -> bool:
    """Return whether a table is wrong without a number: it has no default, or another key stands for it."""
    fields = [
        table.model_fields[path[-1]]
        for table in tables(annotation_at(Scenario, path[:-1], raw), at(raw, path[:-1]))
        if isinstance(path[-1], str) and path[-1] in table.model_fields
    ]
    return any(
        Quantity in alternatives(field.annotation) and field.get_default() in (None, PydanticUndefined)
        for field in fields
    )


def _drop(raw: dict[str, Any], path: Path) -> set[Path]:
    """Leave out the closest table around a path that stands under a name of its own."""
    for length in range(len(path), 0, -1):
        table = at(raw, path[: length - 1])
        if isinstance(table, dict):
            table.pop(path[length - 1], None)
            return {path[:length]}
    return {path}


def _stand_in(annotation: Any) -> Any:
    """Return a value of the right kind for what is missing."""
    for each in alternatives(annotation):
        if each in (Quantity, float):
            domain = domain_in(annotation)
            return next(each for each in (1.0, 2.0, 0.0) if domain is None or domain.problem(each) is None)
        if each is int:
            return 1
        if each is str:
            return "2027-01"
        if get_origin(each) is Literal:
            return each.__args__[0]
        if get_origin(each) is dict:
            return {}
    return {} if tables(annotation, {}) else None
