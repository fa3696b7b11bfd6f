"""Values given beside the file: `--set key.path=value`, the value written as in TOML."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from typing import Any

from simulator.errors import Problem
from simulator.scenario.key_paths import Path, dotted, key_path
from simulator.scenario.meant.contract_words import as_term, is_slip
from simulator.scenario.meant.near_names import listed, near_key
from simulator.scenario.meant.typed_numbers import read_for
from simulator.scenario.reading.currency_codes import coded_path
from simulator.scenario.reading.positions import DEEPEST, scan
from simulator.scenario.reading.toml_values import read_toml
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.shapes import annotation_at, at, keys, names_numbers, number_key, takes

_MOST_CHARACTERS = 10_000


def apply(raw: dict[str, Any], overrides: Iterable[str]) -> tuple[dict[str, Any], dict[Path, str], list[Problem]]:
    """Return the values with overrides set, which option set which path, and what is wrong with the options."""
    values = copy.deepcopy(raw)
    origins: dict[Path, str] = {}
    problems: list[Problem] = []
    for override in overrides:
        option = f"--set {override}"
        outcome = _parse(override, values)
        if isinstance(outcome, tuple):
            path, value = outcome
            if path in origins and at(values, path) != value:
                message = f"{dotted(path)}: set twice, by {origins[path]} and by {option}"
                problems.append(Problem((), message, "keep one of the two", text=option))
                continue
            _put(values, path, value)
            origins[path] = option
        else:
            problems.append(Problem((), outcome.message, outcome.help, text=option))
    return values, origins, problems


def _parse(override: str, raw: dict[str, Any]) -> tuple[Path, Any] | Problem:
    key, equals, text = split_override(override)
    path = key_path(key)
    if not equals or path is None or len(override) > _MOST_CHARACTERS or len(path) > DEEPEST:
        return Problem((), "an override is written key.path=value", "for example --set volume.per_month=60_000")
    path = _with_indices(raw, coded_path(path))
    unknown = _unknown(raw, path, text)
    if unknown is not None:
        return unknown
    if scan(f"v = {text}").too_deep is not None:
        return Problem((), f"{dotted(path)}: nested deeper than {DEEPEST} levels")
    try:
        value = read_toml(f"v = {text}")
    except (ValueError, RecursionError):
        return Problem((), f"{dotted(path)}: '{text.strip()}' is not a value in TOML", _written_help(key, text))
    if set(value) != {"v"}:
        return Problem((), f"{dotted(path)}: give one value", "write one --set for each key")
    return path, value["v"]


def split_override(override: str) -> tuple[str, str, str]:
    """Return key, equals sign and value of `key=value`, the sign empty where there is none outside of quotes."""
    match = re.match(r"""((?:[^"'=]|"[^"]*"|'[^']*')*)(=?)""", override)
    assert match is not None  # the pattern matches the empty text
    return match[1], match[2], override[match.end() :]


def _written_help(key: str, text: str) -> str:
    number = read_for(key.rpartition(".")[2], text)
    if number is not None and number[0] != text.strip():
        return f"write --set {key}={number[0]}; {number[1]}"
    return f"""text stands in quotes: --set '{key}="{text.strip()}"'"""


def _with_indices(raw: Any, path: Path) -> Path:
    """Return the path with numbers in the place of list elements."""
    found: Path = ()
    for part in path:
        is_list = isinstance(at(raw, found), list)
        found = (*found, int(part) if is_list and isinstance(part, str) and part.isdigit() else part)
    return found


def _unknown(raw: dict[str, Any], path: Path, text: str) -> Problem | None:
    """Return what is wrong with a path: each part must be a key of the schema, or a name that the scenario has.

    What is a number by a name, as exchange_rates.EUR, may be new: the rules of the scenario know which names there are.
    """
    for length in range(1, len(path) + 1):
        parent, part = path[: length - 1], path[length - 1]
        written = at(raw, parent)
        annotation = annotation_at(Scenario, parent, raw)
        if isinstance(written, list):
            if not isinstance(part, int) or part >= len(written):
                return Problem((), f"unknown key '{dotted(path[:length])}'", f"a number from 0 to {len(written) - 1}")
        elif not names_numbers(annotation) and not takes(
            annotation, written if isinstance(written, dict) else {}, part
        ):
            where = f"[{dotted(parent)}]" if parent else "the scenario"
            known = keys(annotation, written)
            asked = length == len(path) and not is_slip(str(part), known)
            help_text = as_term(path, _value_of(text), raw) if asked else None
            near = near_key(path[:length], known)
            help_text = help_text or (f"did you mean '{near}'?" if near else listed(known, "known here", most=40))
            return Problem((), f"unknown key '{part}' in {where}", help_text)
    return None


def _value_of(text: str) -> Any:
    """Return the value of an option, its text where it is none in TOML."""
    if scan(f"v = {text}").too_deep is not None:
        return text.strip()
    try:
        return read_toml(f"v = {text}")["v"]
    except (ValueError, RecursionError):
        return text.strip()


def _put(values: dict[str, Any], path: Path, value: Any) -> None:
    table: Any = values
    for index, part in enumerate(path[:-1]):
        inner = table.get(part) if isinstance(table, dict) else table[part]
        if not isinstance(inner, dict | list):
            key = number_key(annotation_at(Scenario, path[: index + 1], values))
            inner = {key: inner} if key and inner is not None else {}
            table[part] = inner
        table = inner
    table[path[-1]] = value
