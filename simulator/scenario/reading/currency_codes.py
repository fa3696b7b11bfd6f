"""Codes of currencies under `exchange_rates`: written in any case or as a sign, kept as ISO 4217 has them.

The keys take their code before anything else reads the values, so that names of numbers, options set over the file and
all rules know one spelling; messages point to the line of the written one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from simulator.errors import Problem
from simulator.money import currency
from simulator.scenario.key_paths import Path, dotted, key_path
from simulator.scenario.reading.positions import Positions
from simulator.scenario.schema.shapes import at

KEY: Final = "exchange_rates"


@dataclass(frozen=True, slots=True)
class Coded:
    """Values whose exchange rates stand under codes.

    Attributes:
        written: how each code was written, where it was written otherwise.
    """

    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    written: Mapping[str, str] = field(default_factory=dict)

    def placed(self, positions: Positions) -> Positions:
        """Return the places of keys with those of the codes, where the written keys stand."""
        code_of = {key: code for code, key in self.written.items()}
        places = dict(positions.places)
        for path, place in positions.places.items():
            if len(path) > 1 and path[0] == KEY and path[1] in code_of:
                places[KEY, code_of[str(path[1])], *path[2:]] = place
        return replace(positions, places=places)


def coded(values: dict[str, Any]) -> Coded:
    """Return the values with each exchange rate, and each note on its source, under the code of its currency.

    A code that is given twice is a problem, and the first stands; what names no currency stays as it is written.
    """
    rates = values.get(KEY)
    if not isinstance(rates, dict) or all(_code(key) == key for key in rates):
        return Coded(values)
    kept: dict[str, Any] = {}
    first: dict[str, str] = {}
    problems = []
    for key, value in rates.items():
        code = _code(key)
        if code in kept:
            message = f"{KEY} gives {code} twice, as {first[code]} and as {key}"
            problems.append(Problem((KEY, key), message, "keep one of the two"))
            continue
        kept[code], first[code] = value, key
    written = {code: key for code, key in first.items() if code != key}
    return Coded({**values, KEY: kept, **_sources(values, written)}, problems, written)


def coded_path(path: Path) -> Path:
    """Return the path of an exchange rate, or of what stands in it, with the code of its currency; others as they are."""
    return (KEY, _code(str(path[1])), *path[2:]) if path[:1] == (KEY,) and len(path) > 1 else path


def once_a_code(problems: Iterable[Problem], values: Mapping[str, Any]) -> list[Problem]:
    """Return the problems with one for each text that names no currency: the first names the other places of it."""
    kept: list[Problem] = []
    first: dict[str, int] = {}
    also: dict[str, list[str]] = {}
    for problem in problems:
        text = _no_currency(problem, values)
        if text is None or text not in first:
            first |= {} if text is None else {text: len(kept)}
            kept.append(problem)
        else:
            also.setdefault(text, []).append(dotted(problem.key))
    for text, places in also.items():
        told = kept[first[text]]
        said = f"the same code stands at {', '.join(places)}"
        kept[first[text]] = replace(told, help=f"{told.help}; {said}" if told.help else said)
    return kept


def _no_currency(problem: Problem, values: Mapping[str, Any]) -> str | None:
    """Return the text that a problem is about where it is no currency's code; None for other problems."""
    key = problem.key
    if key[:1] == (KEY,) and len(key) == 2:
        text: Any = str(key[1])
    else:
        text = at(values, key) if key[-1:] == ("currency",) else None
    if not isinstance(text, str):
        return None
    try:
        currency(text)
    except ValueError:
        return text
    return None


def _code(key: str) -> str:
    try:
        return currency(key).code
    except ValueError:
        return key  # check_exchange says that there is no such currency


def _sources(values: Mapping[str, Any], written: Mapping[str, str]) -> dict[str, Any]:
    notes = values.get("sources")
    if not isinstance(notes, dict):
        return {}
    code_of: dict[Path, str] = {(KEY, key): code for code, key in written.items()}
    renamed = {}
    for key, note in notes.items():
        path = key_path(key) or ()
        code = code_of.get(path[:2])
        renamed[key if code is None else dotted((KEY, code, *path[2:]))] = note
    return {"sources": renamed}
