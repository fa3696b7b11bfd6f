"""From written values to a scenario, with one clear problem for each mistake.

pydantic finds the mistakes of one pass. Each is mended in memory (a key gets the name it was meant to have, a wrong
value is left out) and the rest is checked again, so that one mistake never hides another; a mended scenario is never run.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterator, Set
from dataclasses import replace
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticUndefined

from simulator.errors import Problem
from simulator.quantities.distributions import LEAST, Quantity
from simulator.quantities.parameters import WrongKey, domain_in
from simulator.quantities.spelling import percent_of
from simulator.scenario.key_paths import Path, touches
from simulator.scenario.meant.contract_words import meant
from simulator.scenario.meant.near_names import near_key
from simulator.scenario.reading.many_problems import MOST_OF_A_TABLE, MOST_TOLD, more_like_these
from simulator.scenario.reading.messages import Issue, about
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.shapes import alternatives, annotation_at, at, child, keys, tables, tag_values
from simulator.scenario.schema.token_tables import LEVELS

_MOST_PASSES: Final = 6
_WHOLE: Final = (int, int | None)
_NUMBERS: Final = (*_WHOLE, float, float | None)
_FLAGS: Final = (bool, bool | None)


def validate(raw: dict[str, Any]) -> tuple[Scenario | None, list[Problem], set[Path]]:
    """Return the scenario, its problems, and the paths that had to be mended (none if there is no problem).

    The scenario is None where so much is wrong that no further rule can be checked.
    """
    problems: list[Problem] = []
    mended: set[Path] = set()
    values = copy.deepcopy(raw)
    for _ in range(_MOST_PASSES):
        issues = [*_conversions(Scenario, values, ())]
        scenario: Scenario | None = None
        if not issues:
            try:
                return Scenario.model_validate(values, context=_names(values)), problems, mended
            except ValidationError as error:
                issues = _issues(error, values)
        fresh = [issue for issue in issues if not _follows_from(issue, mended)]
        told, rest = _first_of_each_table(fresh)
        problems += [about(issue, values) for issue in told]
        problems += [more_like_these(path, len(more)) for path, more in rest.items()]
        mended |= _left_out(values, rest)
        for issue in told if rest else issues:
            mended |= _mend(values, issue)
    return scenario, problems, mended


def _first_of_each_table(issues: list[Issue]) -> tuple[list[Issue], dict[Path, list[Issue]]]:
    """Return the issues to tell one by one, and by table or list those of which only the number is told."""
    by_table: dict[Path, list[Issue]] = {}
    for issue in issues:
        by_table.setdefault(tuple(part for part in issue.path[:-1] if isinstance(part, str)), []).append(issue)
    told = [issue for found in by_table.values() for issue in found[:MOST_OF_A_TABLE]]
    rest = {path: found[MOST_OF_A_TABLE:] for path, found in by_table.items() if len(found) > MOST_OF_A_TABLE}
    if len(told) > MOST_TOLD:
        rest = {(): [*told[MOST_TOLD:], *(issue for found in rest.values() for issue in found)]}
    return told[:MOST_TOLD], rest


def _left_out(values: dict[str, Any], rest: dict[Path, list[Issue]]) -> set[Path]:
    """Leave out what is wrong and not told one by one, and return its tables: nothing more is said of them."""
    for issue in (issue for issues in rest.values() for issue in issues):
        table = at(values, issue.path[:-1])
        if isinstance(table, dict):
            table.pop(issue.path[-1], None)
    return set(rest)


def _names(values: dict[str, Any]) -> dict[str, Any]:
    """Return the names of levels, which tell weights by level from the table of a number."""
    levels = values.get("levels")
    return {LEVELS: tuple(levels) if isinstance(levels, dict) else ()}


def _follows_from(issue: Issue, mended: Set[Path]) -> bool:
    """Return whether an issue may come from the mending of another: of its own key, or of one of the same rule."""
    return any(touches(path, mended) for path in issue.rule_of or (issue.path,))


def _conversions(annotation: Any, raw: Any, path: Path) -> Iterator[Issue]:
    """Yield where text or a flag stands for a number, which pydantic would quietly convert, and what is no number."""
    if isinstance(raw, int | float) and annotation is not None and not _is_a_number(raw):
        yield Issue(path, "a number", "too_near_zero" if abs(raw) < LEAST else "finite_number", raw)
    elif annotation in _NUMBERS and isinstance(raw, bool | str):
        yield Issue(path, "a whole number" if annotation in _WHOLE else "a number", "not_a_number", raw)
    elif annotation in _FLAGS and raw is not None and not isinstance(raw, bool):
        yield Issue(path, "true or false", "not_a_flag", raw)
    elif isinstance(raw, dict):
        for key, value in raw.items():
            yield from _conversions(child(annotation, key, raw), value, (*path, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            inner = Any if annotation is Any else child(annotation, index, raw)
            yield from _conversions(inner, value, (*path, index))


def _is_a_number(value: float) -> bool:
    """Return whether a number is finite as a float is, and either 0 or of a size that can be meant."""
    return value == 0 or LEAST <= abs(value) <= sys.float_info.max


def _issues(error: ValidationError, raw: dict[str, Any]) -> list[Issue]:
    """Return pydantic's errors as issues, one for each mistake."""
    branches: dict[Path, dict[str, list[Issue]]] = {}
    tags_at = cache(lambda path: _tags(path, raw))
    for detail in error.errors(include_url=False):
        path, site, branch = _written_path(detail, raw, tags_at)
        context = detail.get("ctx", {})
        issue = Issue(path, str(detail["msg"]), detail["type"], detail["input"], context)
        broken = context.get("error")
        if isinstance(broken, WrongKey):
            issue = replace(issue, path=(*path, broken.key), rule_of=tuple((*path, key) for key in broken.keys))
        branches.setdefault(site, {}).setdefault(branch, []).append(issue)
    issues = [issue for choices in branches.values() for issue in max(choices.values(), key=_fit)]
    issues = [split for issue in issues for split in _split(issue) if not _miscounted(issue)]
    issues = _with_lengths(issues, raw)
    strange = [issue for issue in issues if issue.type == "extra_forbidden"]
    return [
        issue
        for issue in issues
        if not (issue.type == "missing" and _renamed(issue, strange, raw)) and not _may_follow(issue, strange, raw)
    ]


def _with_lengths(issues: list[Issue], raw: Any) -> list[Issue]:
    """Return issues in which a list that is too short for its values is one mistake, not one for each missing value."""
    found: dict[Path, Issue] = {}
    for issue in issues:
        holder = at(raw, issue.path[:-1])
        if issue.type == "missing" and isinstance(holder, list):
            wanted = _length_of(annotation_at(Scenario, issue.path[:-1], raw))
            found[issue.path[:-1]] = Issue(issue.path[:-1], "", "wrong_length", holder, {"length": wanted})
    kept = [issue for issue in issues if issue.type != "missing" or issue.path[:-1] not in found]
    return [*kept, *found.values()]


def _length_of(annotation: Any) -> int:
    """Return how many values a list of fixed length has."""
    return next((len(get_args(each)) for each in alternatives(annotation) if get_origin(each) is tuple), 0)


def _miscounted(issue: Issue) -> bool:
    """Return whether a list is only short of the values that are themselves wrong."""
    return issue.type == "too_short" and len(issue.written) >= issue.context["min_length"]


def _written_path(detail: ErrorDetails, raw: Any, tags_at: Callable[[Path], tuple[str, ...]]) -> tuple[Path, Path, str]:
    """Return the path in the written text, and the place and name of the union's branch it went through."""
    path: Path = ()
    site: Path | None = None
    branch = ""
    told: Path | None = None
    location = detail["loc"]
    for number, part in enumerate(location):
        if path != told and part in tags_at(path):  # the kind of a table, which may also be one of its keys
            told = path
            continue
        inside = at(raw, (*path, part))
        known = isinstance(at(raw, path), dict | list) and (inside is not None)
        if known or (number == len(location) - 1 and detail["type"] == "missing"):
            path = (*path, part)
        elif site is None:
            site, branch = path, str(part)
    return path, path if site is None else site, branch


def _tags(path: Path, raw: Any) -> tuple[str, ...]:
    """Return by what the tables that may stand at a path are told apart, nothing where there is one."""
    found = tables(annotation_at(Scenario, path, raw), None) if isinstance(at(raw, path), dict) else []
    return tuple(tag for table in found for tag in tag_values(table)) if len(found) > 1 else ()


def _fit(issues: list[Issue]) -> tuple[int, bool, int]:
    """Return how well a union's branch fits what was written: errors deep inside say that the shape was right."""
    return max(len(issue.path) for issue in issues), issues[0].type == "value_error", -len(issues)


def _split(issue: Issue) -> Iterator[Issue]:
    """Yield one issue for each value of a number's table that is not a number."""
    wrong = (
        [
            key
            for key, value in issue.written.items()
            if (key in _PARTS or percent_of(key)) and isinstance(value, str | bool)
        ]
        if (isinstance(issue.written, dict) and issue.type == "value_error" and " must be a number" in issue.message)
        else []
    )
    if not wrong:
        yield issue
    for key in wrong:
        yield Issue((*issue.path, key), "a number", "not_a_number", issue.written[key])


_PARTS: Final = ("value", "low", "mode", "high", "mean", "sd", "successes", "trials")


def _renamed(missing: Issue, strange: list[Issue], raw: dict[str, Any]) -> bool:
    """Return whether a missing key is there under a wrong name."""
    table = missing.path[:-1]
    return any(issue.path[:-1] == table and _intended(issue.path, raw) == missing.path[-1] for issue in strange)


def _may_follow(issue: Issue, strange: list[Issue], raw: dict[str, Any]) -> bool:
    """Return whether a rule between the keys of a table may be broken only because one of them is misspelt."""
    table = issue.path[:-1] if issue.rule_of else issue.path
    misspelt = (each for each in strange if each.path[:-1] == table)
    return issue.type == "value_error" and any(
        _intended(each.path, raw) is not None or meant(each.path, each.written, raw) is not None for each in misspelt
    )


def _intended(path: Path, raw: dict[str, Any]) -> str | None:
    """Return the key that an unknown key was probably meant to be, if that is not written as well."""
    table = at(raw, path[:-1])
    known = keys(annotation_at(Scenario, path[:-1], raw), table)
    return near_key(path, [key for key in known if key not in table])


def _mend(raw: dict[str, Any], issue: Issue) -> set[Path]:
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
        intended = _intended(path, raw)
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
