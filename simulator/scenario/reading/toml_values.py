"""The values of a TOML text, numbers that two readers read differently with their text.

The standard parser stops at the first mistake. Where a mistake is one of those that people really make, it is mended in
memory and the text is parsed again, so that all mistakes come at once; nothing is ever run on a mended text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from typing import Any, Final

from simulator.errors import Problem
from simulator.scenario.meant.two_readings import read_float
from simulator.scenario.reading.positions import DEEPEST, scan
from simulator.scenario.reading.toml_mistakes import TOO_LONG, explain

_MOST_MENDED: Final = 25
_MOST_BITS: Final = 14_000
_MOST_CHARACTERS: Final = 1_500_000


def parse(text: str) -> tuple[dict[str, Any] | None, list[Problem], str]:
    """Return the values of a TOML text, its mistakes, and the text as it was read, with the same lines.

    The values are None where the text cannot be read at all. What was read is remembered, as Python sessions read one
    text again and again.
    """
    values, problems, read = _parsed(text)
    return deepcopy(values), list(problems), read


@lru_cache(maxsize=4)
def _parsed(text: str) -> tuple[dict[str, Any] | None, list[Problem], str]:
    deep = scan(text).too_deep
    if deep is not None:
        message = f"nested deeper than {DEEPEST} levels"
        return None, [Problem((), message, "a scenario needs at most 8", deep.line, deep.column)], text
    problems: list[Problem] = []
    lines = text.replace("\r\n", "\n").split("\n")
    for _ in range(max(1, min(_MOST_MENDED, _MOST_CHARACTERS // (len(text) + 1)))):
        try:
            return read_toml("\n".join(lines)), problems, "\n".join(lines)
        except (ValueError, RecursionError) as error:
            problem, mended = explain(str(error), lines)
            problems.append(problem)
            if mended is None or problem.line is None:
                break
            lines[problem.line - 1] = mended
    return None, problems, text


def read_toml(text: str) -> dict[str, Any]:
    """Return the values of a text, numbers that two readers read differently with their text.

    Raises:
        ValueError: where it is not TOML, or has a number that is too long to be written out.
    """
    values = tomllib.loads(text, parse_float=read_float)
    if any(number.bit_length() > _MOST_BITS for number in _whole_numbers(values)):
        raise ValueError(TOO_LONG)
    return values


def _whole_numbers(value: Any) -> Iterator[int]:
    if isinstance(value, int):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _whole_numbers(inner)
