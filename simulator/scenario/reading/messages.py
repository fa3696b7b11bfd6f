"""What a problem says: the key, the value, what is allowed, and what was probably meant."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, get_origin

from simulator.errors import Problem
from simulator.quantities.distributions import LEAST, Quantity
from simulator.quantities.spelling import SPELLINGS_HELP, is_quantity_key
from simulator.scenario.key_paths import Path, place_of
from simulator.scenario.meant.contract_words import as_term, instead_of_table, is_slip
from simulator.scenario.meant.near_names import is_term, is_within_term, listed, near_key, nearest, suggest
from simulator.scenario.meant.two_readings import Written, both_readings
from simulator.scenario.meant.typed_numbers import of_money, read_for, write_as
from simulator.scenario.reading.counts import is_count, is_too_many
from simulator.scenario.reading.issues import Issue
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.families import LOMAX_IS, NO_MEAN
from simulator.scenario.schema.shapes import alternatives, annotation_at, at, keys, number_key, tables, tag_values


def about(issue: Issue, raw: dict[str, Any]) -> Problem:
    """Return an issue as a problem in words."""
    writer = _WRITERS.get(issue.type)
    if writer is not None:
        return writer(issue, raw)
    rule = _rule(issue)
    help_text = _count_help(issue, raw) or _term_help(issue, raw) or _help(issue)
    return Problem(issue.path, f"{place_of(issue.path) or 'the scenario'}: {rule}", help_text)


def shown(value: Any) -> str:
    """Return a value as it is written in TOML, cut to a readable length."""
    text = f'"{value}"' if isinstance(value, str) else value.text if isinstance(value, Written) else str(value)
    if isinstance(value, bool):
        text = text.lower()
    if isinstance(value, dict):
        text = "a table"
    if isinstance(value, list):
        text = f"a list of {len(value)}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def _rule(issue: Issue) -> str:
    """Return what is allowed and what was written."""
    if issue.type in ("value_error", "assertion_error"):
        return re.sub(r"^(Value|Assertion) error, ", "", issue.message)
    written = shown(issue.written)
    context = issue.context
    if isinstance(issue.written, float) and not math.isfinite(issue.written):
        return f"must be a finite number, not {written}"
    rules: dict[str, Callable[[], str]] = {
        "not_a_number": lambda: f"must be {issue.message}, not {written}",
        "not_a_flag": lambda: f"must be true or false, not {written}",
        "literal_error": lambda: f"must be {context['expected']}, not {written}",
        "greater_than": lambda: f"must be above {context['gt']:g}, not {written}",
        "greater_than_equal": lambda: f"must be {context['ge']:g} or more, not {written}",
        "less_than": lambda: f"must be below {context['lt']:g}, not {written}",
        "less_than_equal": lambda: f"must be at most {context['le']:g}, not {written}",
        "finite_number": lambda: f"must be a finite number, not {written}",
        "too_near_zero": lambda: f"must be at least {LEAST:g} in size, or 0 where that is allowed, not {written}",
        "wrong_length": lambda: f"must have {context['length']} values, not {len(issue.written)}",
        "too_short": lambda: _count(context["min_length"], len(issue.written), "at least"),
        "too_long": lambda: _count(context["max_length"], len(issue.written), "at most"),
        "string_too_short": lambda: "must not be empty",
        "string_too_long": lambda: f"must have at most {context['max_length']} characters, not {len(issue.written)}",
        "string_pattern_mismatch": lambda: _pattern(context["pattern"], written),
    }
    if issue.type in rules:
        return rules[issue.type]()
    return f"must be {_KINDS.get(issue.type, issue.message.lower())}, not {written}"


def _count(bound: int, actual: int, word: str) -> str:
    return f"must have {word} {bound} value{'s' if bound != 1 else ''}, not {actual}"


def _pattern(pattern: str, written: str) -> str:
    if pattern.startswith(r"^\d{4}-"):
        return f'must be a year and month as "2027-01", not {written}'
    return f"must match {pattern}, not {written}"


_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "int_parsing": "a whole number",
        "int_parsing_size": "a whole number",
        "float_type": "a number",
        "float_parsing": "a number",
        "string_type": "text in quotes",
        "bool_type": "true or false",
        "dict_type": "a table",
        "model_type": "a table",
        "model_attributes_type": "a table",
        "tuple_type": "a list",
        "list_type": "a list",
        "date_type": "a date",
    }
)


def _help(issue: Issue) -> str:
    """Return how to write what was probably meant, or ''."""
    value = issue.written
    if issue.type == "literal_error" and isinstance(value, str):
        expected = re.findall(r"'([^']*)'", str(issue.context["expected"]))
        if "lomax" in expected and re.match(r"pareto", value, re.IGNORECASE):
            return f'write "lomax": {LOMAX_IS}'
        if "review" in expected and value.lower() in ("note", "notes", "internal_note", "look"):
            return 'write "review": a look or a note is allowed, and no reply'
        near = nearest(value, expected)
        return f'did you mean "{near}"?' if near else ""
    if issue.type == "string_type" and isinstance(value, datetime.date) and issue.path[-1:] in (("start",), ("month",)):
        return f'write "{value:%Y-%m}"'
    if issue.type == "string_type" and not isinstance(value, dict | list):
        return f'write "{value}" in quotes'
    if isinstance(value, str) and _takes_a_number(issue):
        written = read_for(str(issue.path[-1]), value)
        if written is None and "must be hours" in issue.message:
            return "write hours without quotes: 24 for a day, 168 for a week"
        return write_as(written) if written else "write a number without quotes"
    if isinstance(value, float) and issue.type in ("int_from_float", "int_type") and abs(value) < _MOST_ROUNDED:
        return f"write {round(value)}"
    small = re.search(r"must be above 1 and .* not (\S+)$", issue.message) if issue.type == "value_error" else None
    if small is not None and float(small[1]) <= 1:
        return NO_MEAN
    if "share from 0 to 1" in issue.message and isinstance(value, int | float) and 2 <= value <= 100:
        return f"write {value / 100:.10g} for {value:g} %"
    if isinstance(value, list) and "must be a number, not [" in issue.message:
        return SPELLINGS_HELP
    return ""


_MOST_ROUNDED: Final = 1e12
"""No whole number of a scenario is larger: above it the nearest one is no help."""


def _count_help(issue: Issue, raw: dict[str, Any]) -> str:
    """Return both readings of a number that was written as text with three decimals, or ''."""
    text = issue.written.strip() if isinstance(issue.written, str) and _takes_a_number(issue) else ""
    readings = both_readings(text)
    if readings is None:
        return ""
    if is_too_many(issue.path, text, raw):
        return f"write {readings[0]} without quotes"
    small, large = readings if is_count(issue.path, text, raw) else tuple(reversed(of_money(text) or readings))
    return f"write {large}, or {small}, without quotes"


def _term_help(issue: Issue, raw: dict[str, Any]) -> str:
    """Return how a term of a contract is written that is a table, or prices by tier, or ''."""
    wants_table = issue.type in ("model_type", "model_attributes_type", "dict_type", "tuple_type")
    wants_number = issue.type == "value_error" and re.search(r"must be a number|cannot read", issue.message) is not None
    found = instead_of_table(issue.path, issue.written, raw) if wants_table or wants_number else None
    return found or ""


def _takes_a_number(issue: Issue) -> bool:
    wanted = re.search(r"must be (a (whole |finite )?number|hours)\b", _rule(issue))
    return wanted is not None or issue.path == ("budget",)


_MOST_KEYS: Final = 40
"""Keys listed where none is near: all of any table of the schema, but not all names of a long table of names."""


def _unknown_key(issue: Issue, raw: dict[str, Any]) -> Problem:
    parent, key = issue.path[:-1], str(issue.path[-1])
    where = f"[{place_of(parent)}]" if parent else "the scenario"
    written = at(raw, parent)
    known = keys(annotation_at(Scenario, parent, raw), written)
    free = [each for each in known if each not in written]
    said = None if is_slip(key, free) else as_term(issue.path, issue.written, raw)
    twin = near_key(issue.path, known) if is_term(issue.path) and near_key(issue.path, free) is None else None
    if said is None and twin is not None:
        said = f"'{twin}' is there already; keep one of the two, under that name"
    number = number_key(annotation_at(Scenario, parent, raw))
    if is_quantity_key(key) and Quantity in alternatives(annotation_at(Scenario, (*parent, number), raw)):
        said = f"what is known of the {number} stands in its own table: {number} = {{ p5 = 100, p95 = 150 }}"
    help_text = said or near_or_home(key, near_key(issue.path, free), parent, known)
    return Problem(issue.path, f"unknown key '{key}' in {where}", help_text)


def near_or_home(key: str, near: str | None, parent: Path, known: list[str]) -> str:
    """Return the nearest key, or where a key of this name belongs, or what is known here."""
    if near is not None:
        return f"did you mean '{near}'?"
    if is_within_term((*parent, key)):
        return listed(known, "known here", _MOST_KEYS)  # a key of another table has another meaning here
    if parent[:1] == ("sources",):
        return 'put the path in quotes: [sources."levels.simple"]'
    if parent and key in Scenario.model_fields:
        annotation = Scenario.model_fields[key].annotation
        is_table = tables(annotation, {}) or any(get_origin(each) is dict for each in alternatives(annotation))
        table = f", or as [{key}]" if is_table else ""
        return f"'{key}' is a key of the whole scenario: write it above the first [table]{table}"
    homes = [name for name in Scenario.model_fields if key in keys(Scenario.model_fields[name].annotation, {})]
    if homes:
        return f"'{key}' belongs in {' or '.join(f'[{home}]' for home in homes)}"
    if is_term((*parent, key)):
        return listed(known, "known here", _MOST_KEYS)
    return suggest(key, known, "known here", most=_MOST_KEYS)


def _missing(issue: Issue, raw: dict[str, Any]) -> Problem:
    parent, key = issue.path[:-1], str(issue.path[-1])
    where = f"[{place_of(parent)}]" if parent else "the scenario"
    meaning = ""
    annotation = annotation_at(Scenario, parent, raw)
    for table in tables(annotation, at(raw, parent)):
        meaning = table.model_fields[key].description or "" if key in table.model_fields else meaning
    return Problem(issue.path, f"'{key}' is missing in {where}", f"{key}: {meaning}" if meaning else "")


def _unknown_tag(issue: Issue, raw: dict[str, Any]) -> Problem:
    key = str(issue.context["discriminator"]).strip("'")
    expected = re.findall(r"'([^']*)'", str(issue.context["expected_tags"]))
    written = str(issue.context["tag"])
    near = nearest(written, expected)
    message = f'{place_of((*issue.path, key))}: must be {", ".join(expected[:-1])} or {expected[-1]}, not "{written}"'
    return Problem((*issue.path, key), message, f'did you mean "{near}"?' if near else "")


def _no_tag(issue: Issue, raw: dict[str, Any]) -> Problem:
    key = str(issue.context["discriminator"]).strip("'")
    written = at(raw, issue.path)
    typed = nearest(key, written) if isinstance(written, dict) else None
    if typed is not None:
        return Problem(
            (*issue.path, typed), f"unknown key '{typed}' in [{place_of(issue.path)}]", f"did you mean '{key}'?"
        )
    known = [str(name) for table in _tagged(issue.path, raw) for name in table]
    return Problem(issue.path, f"'{key}' is missing in [{place_of(issue.path)}]", f"one of {', '.join(known)}")


def _tagged(path: Path, raw: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tag_values(table) for table in tables(annotation_at(Scenario, path, raw), {})]


_WRITERS: Final[Mapping[str, Callable[[Issue, dict[str, Any]], Problem]]] = MappingProxyType(
    {
        "extra_forbidden": _unknown_key,
        "missing": _missing,
        "union_tag_invalid": _unknown_tag,
        "union_tag_not_found": _no_tag,
    }
)
