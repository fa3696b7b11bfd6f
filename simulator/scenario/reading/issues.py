"""What pydantic, and what it would quietly convert, says of written values: one issue for each mistake."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simulator.distributions import LEAST
from simulator.parameters import WrongKey
from simulator.scenario.key_paths import Path
from simulator.scenario.meant.contract_words import as_term
from simulator.scenario.meant.near_names import near_key
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.shapes import alternatives, annotation_at, at, child, keys, tables, tag_values
from simulator.spelling import percent_of

_WHOLE: Final = (int, int | None)
_NUMBERS: Final = (*_WHOLE, float, float | None)
_FLAGS: Final = (bool, bool | None)
_PARTS: Final = ("value", "low", "mode", "high", "mean", "sd", "successes", "trials")
"""Keys of the table of a number, beside its percentiles."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One mistake as the validation reports it.

    Attributes:
        path: where it stands in the written text.
        written: the value that was written there.
        rule_of: paths of the keys of whose rule it is a breach; empty for what is wrong by itself.
    """

    path: Path
    message: str
    type: str
    written: Any
    context: Mapping[str, Any] = field(default_factory=dict)
    rule_of: tuple[Path, ...] = ()


def quiet_conversions(annotation: Any, raw: Any, path: Path) -> Iterator[Issue]:
    """Yield where text or a flag stands for a number, which pydantic would quietly convert, and what is no number."""
    if isinstance(raw, int | float) and annotation is not None and not _is_a_number(raw):
        yield Issue(path, "a number", "too_near_zero" if abs(raw) < LEAST else "finite_number", raw)
    elif annotation in _NUMBERS and isinstance(raw, bool | str):
        yield Issue(path, "a whole number" if annotation in _WHOLE else "a number", "not_a_number", raw)
    elif annotation in _FLAGS and raw is not None and not isinstance(raw, bool):
        yield Issue(path, "true or false", "not_a_flag", raw)
    elif isinstance(raw, dict):
        for key, value in raw.items():
            yield from quiet_conversions(child(annotation, key, raw), value, (*path, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            inner = Any if annotation is Any else child(annotation, index, raw)
            yield from quiet_conversions(inner, value, (*path, index))


def _is_a_number(value: float) -> bool:
    """Return whether a number is finite as a float is, and either 0 or of a size that can be meant."""
    return value == 0 or LEAST <= abs(value) <= sys.float_info.max


def issues_of(error: ValidationError, raw: dict[str, Any]) -> list[Issue]:
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


def _renamed(missing: Issue, strange: list[Issue], raw: dict[str, Any]) -> bool:
    """Return whether a missing key is there under a wrong name."""
    table = missing.path[:-1]
    return any(issue.path[:-1] == table and intended_key(issue.path, raw) == missing.path[-1] for issue in strange)


def _may_follow(issue: Issue, strange: list[Issue], raw: dict[str, Any]) -> bool:
    """Return whether a rule between the keys of a table may be broken only because one of them is misspelt."""
    table = issue.path[:-1] if issue.rule_of else issue.path
    misspelt = (each for each in strange if each.path[:-1] == table)
    return issue.type == "value_error" and any(
        intended_key(each.path, raw) is not None or as_term(each.path, each.written, raw) is not None
        for each in misspelt
    )


def intended_key(path: Path, raw: dict[str, Any]) -> str | None:
    """Return the key that an unknown key was probably meant to be, if that is not written as well."""
    table = at(raw, path[:-1])
    known = keys(annotation_at(Scenario, path[:-1], raw), table)
    return near_key(path, [key for key in known if key not in table])
