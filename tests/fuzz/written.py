"""Values as TOML text, one key a line, also those that no scenario should have: written right all the same."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_HEADERS: Final = 2
"""Levels of tables that get a line of their own; deeper ones stand inline."""


def written(values: Mapping[str, Any]) -> str:
    """Return a TOML text that reads as the values."""
    return "\n".join(_lines(values, ())) + "\n"


def _lines(values: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    tables = {key: each for key, each in values.items() if isinstance(each, dict) and len(path) < _HEADERS}
    yield from (f"{_key(key)} = {inline(each)}" for key, each in values.items() if key not in tables)
    for key, table in tables.items():
        yield ""
        yield f"[{'.'.join(map(_key, (*path, key)))}]"
        yield from _lines(table, (*path, key))


def inline(value: Any) -> str:
    """Return a value as it stands after an equals sign."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {inline(each)}' for key, each in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(inline, value))}]"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return repr(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    return f'"{"".join(map(_letter, text))}"'


def _letter(letter: str) -> str:
    if letter in _ESCAPED:
        return _ESCAPED[letter]
    control = ord(letter) < 32 or ord(letter) == 127
    return f"\\u{ord(letter):04x}" if control else letter
