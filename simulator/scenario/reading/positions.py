"""Where each key of a TOML text stands: the standard parser gives values but no positions.

One pass, linear in the length of the text, without recursion. It accepts any text and never fails: in a text that is
not TOML the positions up to the mistake are right, which is all that a message needs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

from simulator.scenario.key_paths import DOTTED_KEY, Path, parts_of

DEEPEST: Final = 20
"""Nesting of tables, lists and dotted keys beyond which a text is refused before parsing."""

_SPACE: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BLANK: Final = re.compile(r"[ \t]*")
_REST: Final = re.compile(r"[^\n]*")
_SCALAR: Final = re.compile(r'"(?:\\[^\n]|[^"\\\n])*"|\'[^\'\n]*\'|[^\s,\[\]{}#=]+|=')
_LONG: Final = {
    '"""': re.compile(r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+"{3,5}'),
    "'''": re.compile(r"'''(?:[^']++|'(?!''))*+'{3,5}"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key or a list's element stands, line and column counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Positions:
    """Places of all keys of a text.

    Attributes:
        places: first place of each key path; elements of lists have their index in the path.
        again: key paths that are given a value more than once, with the later place.
        too_deep: place of the first key or bracket nested deeper than allowed; the scan stopped there.
    """

    places: dict[Path, Place]
    again: tuple[tuple[Path, Place], ...] = ()
    too_deep: Place | None = None

    def nearest(self, path: Path) -> Place | None:
        """Return the place of a path, or of the closest table around it; None for the whole file."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return None


@dataclass(slots=True)
class _Frame:
    """An open bracket: a list with the index of its element, or an inline table (index None)."""

    path: Path
    index: int | None


@dataclass(slots=True)
class _Scan:
    text: str
    at: int = 0
    table: Path = ()
    owner: Path | None = None
    open: list[_Frame] = field(default_factory=list)
    starts: dict[Path, int] = field(default_factory=dict)
    again: list[tuple[Path, int]] = field(default_factory=list)
    lists: dict[Path, int] = field(default_factory=dict)
    too_deep: int | None = None


def scan(text: str) -> Positions:
    """Return where every key of a text stands, in one linear pass."""
    state = _Scan(text)
    while state.too_deep is None:
        state.at = _end(_SPACE, state)
        if state.at >= len(text):
            break
        before = state.at
        if state.open:
            _inside(state)
        elif text[state.at] == "[":
            _header(state)
        else:
            _statement(state)
        if state.at == before:  # a character that no rule knows: the text is not TOML
            state.at += 1
    return _finish(state)


def _finish(state: _Scan) -> Positions:
    lines = [0, *(match.end() for match in re.finditer("\n", state.text))]

    def place(start: int) -> Place:
        line = bisect_right(lines, start)
        return Place(line, start - lines[line - 1] + 1)

    deep = None if state.too_deep is None else place(state.too_deep)
    again = tuple((path, place(start)) for path, start in state.again)
    return Positions({path: place(start) for path, start in state.starts.items()}, again, deep)


def _key_at(state: _Scan) -> tuple[list[str], int] | None:
    match = DOTTED_KEY.match(state.text, state.at)
    if match is None:
        return None
    parts = parts_of(match.group())
    if len(parts) > DEEPEST:
        state.too_deep = state.at
        return None
    return parts, match.end()


def _note(state: _Scan, path: Path, start: int, value: bool = False) -> None:
    """Keep the first place of a path; a second value for the same path is a mistake to report."""
    if len(path) > DEEPEST:
        state.too_deep = start
    elif path not in state.starts:
        state.starts[path] = start
    elif value:
        state.again.append((path, start))


def _end(pattern: re.Pattern[str], state: _Scan) -> int:
    match = pattern.match(state.text, state.at)
    return match.end() if match else state.at


def _header(state: _Scan) -> None:
    start, stop = state.at, _end(_REST, state)
    double = state.text.startswith("[[", start)
    state.at += 1 + double
    state.at = _end(_BLANK, state)
    key = _key_at(state)
    state.at = stop
    if key is None:
        return
    path: Path = ()
    for part in key[0][:-1]:
        path = (*path, part)
        _note(state, path, start)
        path = _element(state, path)
    path = (*path, key[0][-1])
    _note(state, path, start)
    if double:
        state.lists[path] = state.lists.get(path, -1) + 1
        _note(state, (*path, state.lists[path]), start)
    state.table = _element(state, path)


def _element(state: _Scan, path: Path) -> Path:
    return (*path, state.lists[path]) if path in state.lists else path


def _statement(state: _Scan) -> None:
    """Read `key = value` outside brackets, up to the end of the line or to an open bracket."""
    _assignment(state, state.table)
    if not state.open:
        state.at = _end(_REST, state)


def _assignment(state: _Scan, base: Path) -> None:
    start = state.at
    key = _key_at(state)
    if key is None:
        state.at = _scalar_end(state)
        return
    parts, state.at = key
    after = _end(_BLANK, state)
    if not state.text.startswith("=", after):
        return
    for length in range(1, len(parts)):
        _note(state, (*base, *parts[:length]), start)
    _note(state, (*base, *parts), start, value=True)
    state.at = after + 1
    state.at = _end(_BLANK, state)
    _value(state, (*base, *parts))


def _value(state: _Scan, path: Path) -> None:
    """Open a bracket, or pass a scalar."""
    opening = state.text[state.at : state.at + 1]
    if opening not in ("[", "{"):
        state.at = _scalar_end(state)
    elif len(path) >= DEEPEST or len(state.open) >= DEEPEST:
        state.too_deep = state.at
    else:
        state.open.append(_Frame(path, 0 if opening == "[" else None))
        state.at += 1


def _scalar_end(state: _Scan) -> int:
    long = _LONG.get(state.text[state.at : state.at + 3])
    if long is None:
        return _end(_SCALAR, state)
    match = long.match(state.text, state.at)
    return match.end() if match else len(state.text)


def _inside(state: _Scan) -> None:
    """Read what stands next inside a list or an inline table."""
    frame = state.open[-1]
    character = state.text[state.at]
    if character in "]}":
        state.at += 1
        state.open.pop()
        if not state.open:
            state.at = _end(_REST, state)
    elif character == ",":
        state.at += 1
        frame.index = None if frame.index is None else frame.index + 1
    elif frame.index is None:
        _assignment(state, frame.path)
    else:
        path = (*frame.path, frame.index)
        _note(state, path, state.at)
        _value(state, path)
