"""The problems of a scenario: placed at the lines of its text, and told as an analyst reads them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from simulator.errors import Problem, ScenarioError
from simulator.scenario.key_paths import Path
from simulator.scenario.reading.positions import Positions
from simulator.scenario.texts import printable

_WIDEST = 120
_MOST_SHOWN: Final = 100
"""Problems that are printed: who has more mends the first ones and looks again."""
_LONGEST_WORD: Final = 80
_LONG_WORD: Final = re.compile(rf"(?=\S{{{_LONGEST_WORD + 1}}})(\S*?)(['\"]?[\])}}]?[.,;:]?)(?!\S)")
_LONGEST_MESSAGE: Final = 600
"""Letters of a word and of a message beyond which they are cut: all known keys of the largest table have room."""
_LONGEST_HELP: Final = 1_500
_LONGEST_PATH: Final = 300


def placed(problems: list[Problem], text: str, positions: Positions, origins: Mapping[Path, str]) -> list[Problem]:
    """Return the problems of a text with their places, in the order of the lines, one for each mistake.

    Args:
        positions: where each key stands.
        origins: what is said in the place of a line, by the path that did not come from the text.
    """
    lines = text.split("\n")
    unreadable = {problem.line for problem in problems if problem.line is not None}
    found: dict[Problem, None] = {}
    for problem in problems:
        option = next((o for path, o in origins.items() if path and problem.key[: len(path)] == path), "")
        known = replace(problem, text=option) if option and problem.line is None else problem
        located = locate(known, positions, lines)
        if problem.line is None and located.line in unreadable:
            continue  # what was written there could not be read: the first message says it
        found[located] = None
    return sorted(found, key=lambda problem: (problem.line is None, problem.line or 0, problem.column or 0))


def locate(problem: Problem, positions: Positions, lines: list[str]) -> Problem:
    """Return a problem with the line, the column and the line's text of its key."""
    if problem.line is not None or problem.text:
        return problem if problem.text or problem.line is None else _with_text(problem, lines)
    place = positions.nearest(problem.key)
    if place is None:
        return problem
    return _with_text(replace(problem, line=place.line, column=place.column), lines)


def shortened(text: str, most: int = _LONGEST_MESSAGE) -> str:
    """Return a message with the names and numbers in it cut to a readable length, and the middle left out of the rest.

    A message says first what is wrong and last what is allowed: both ends stay.
    """
    plain = _LONG_WORD.sub(lambda word: f"{word[1][: _LONGEST_WORD - 3]}...{word[2]}", text)
    return _middle_left_out(plain, most)


def _middle_left_out(text: str, most: int) -> str:
    half = most // 2 - 3
    return text if len(text) <= most else f"{text[:half].rstrip()} ... {text[-half:].lstrip()}"


def _with_text(problem: Problem, lines: list[str]) -> Problem:
    if problem.line is None or problem.line > len(lines):
        return problem
    return replace(problem, text=lines[problem.line - 1].rstrip("\r"))


def render(error: ScenarioError) -> str:
    """Return all problems as text: message, place, line, help, and how many there are."""
    path = _middle_left_out(printable(error.path), _LONGEST_PATH)
    blocks = [_block(problem, path) for problem in error.problems[:_MOST_SHOWN]]
    count = len(error.problems)
    first = f", of which the first {_MOST_SHOWN} are shown" if count > _MOST_SHOWN else ""
    last = f"{count} problem{'s' if count != 1 else ''} in {path}{first}; nothing was run."
    return "\n\n".join([*blocks, last])


def _block(problem: Problem, path: str) -> str:
    rows = [f"error: {shortened(printable(problem.message))}"]
    if problem.line is None:
        rows.append(f"  --> {shortened(printable(problem.text), _WIDEST) or path}")
        gutter = " "
    else:
        rows.append(f"  --> {path}:{problem.line}")
        number = f"{problem.line:>2}"
        gutter = " " * len(number)
        if problem.text:
            text, marks = _excerpt(problem)
            rows += [f"{number} | {text}".rstrip(), f"{gutter} | {marks}"]
    if problem.help:
        mark = f"{gutter} = help: "
        rows += textwrap.wrap(
            shortened(printable(problem.help), _LONGEST_HELP), _WIDEST, initial_indent=mark, subsequent_indent=" " * len(mark),
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    return "\n".join(rows)


def _excerpt(problem: Problem) -> tuple[str, str]:
    """Return the line and the marks under the key and its value, cut to a readable width around the key."""
    text, written = _shown_line(problem.text)
    start = min(max((problem.column or 1) - 1, 0), max(len(text) - 1, 0))
    if problem.column is None:
        start = len(text) - len(text.lstrip())
    end = max(written, start + 1)
    left = max(start - 20, 0) if len(text) > _WIDEST else 0
    shown = text[left : left + _WIDEST]
    return shown, " " * (start - left) + "^" * max(min(end - left, len(shown)) - (start - left), 1)


@lru_cache(maxsize=8)
def _shown_line(text: str) -> tuple[str, int]:
    """Return a line as it is shown and where its comment begins; a long line may have thousands of problems."""
    shown = printable(text)
    return shown, len(_without_comment(shown).rstrip())


def _without_comment(text: str) -> str:
    quote = ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#":
            return text[:index]
    return text
