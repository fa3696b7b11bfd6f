"""Paths of keys: what they are, how a TOML key spells one, and how messages write one."""

from __future__ import annotations

import re
import string
import tomllib
from calendar import month_name
from collections.abc import Set
from typing import Final

Path = tuple[str | int, ...]
_KEY_PART: Final = r'[A-Za-z0-9_-]+|"(?:\\[^\n]|[^"\\\n])*"|\'[^\'\n]*\''
DOTTED_KEY: Final = re.compile(rf"(?:{_KEY_PART})(?:[ \t]*\.[ \t]*(?:{_KEY_PART}))*")
_PART: Final = re.compile(_KEY_PART)


def key_path(text: str) -> Path | None:
    """Return the path that a dotted key names, as written in TOML; None if it is not one whole key."""
    match = DOTTED_KEY.fullmatch(text.strip())
    return tuple(parts_of(match.group())) if match else None


def parts_of(key: str) -> list[str]:
    """Return the parts of a dotted key as written in TOML, without their quotes."""
    return [_plain(part) for part in _PART.findall(key)]


def _plain(part: str) -> str:
    if part[0] == "'":
        return part[1:-1]
    if part[0] != '"':
        return part
    if "\\" not in part:
        return part[1:-1]
    try:
        return str(tomllib.loads(f"k = {part}")["k"])
    except tomllib.TOMLDecodeError:
        return part[1:-1]


_ELEMENTS: Final = {
    "tiers": "tier", "charges": "charge", "season": "month", "rollout": "month", "forecast": "row",
    "correlations": "correlation", "intents": "intent", "if_solved": "score", "if_unsolved": "score",
}  # fmt: skip
"""What one element of a list is called."""
_BARE: Final = frozenset(f"{string.ascii_letters}{string.digits}_-")
"""Characters of a key that TOML writes without quotes."""


def dotted(path: Path) -> str:
    """Return a key path as it would be written in TOML, with quotes where they are needed."""
    return ".".join(str(part) if isinstance(part, int) or _is_bare(part) else f'"{part}"' for part in path)


def place_of(path: Path) -> str:
    """Return a key path for a message; lists count from 0 in keys and from 1 in words: tiers.1.rate (tier 2)."""
    ordinals = [_ordinal(path[place - 1], part) for place, part in enumerate(path) if place and isinstance(part, int)]
    return f"{dotted(path)} ({', '.join(ordinals)})" if ordinals else dotted(path)


def _ordinal(name: str | int, index: int) -> str:
    word = _ELEMENTS.get(str(name), "number")
    month = f": {month_name[index + 1]}" if name == "season" and index < 12 else ""
    return f"{word} {index + 1}{month}"


def _is_bare(part: str) -> bool:
    return part != "" and _BARE.issuperset(part)


def touches(path: Path, others: Set[Path]) -> bool:
    """Return whether a path is one of others, or lies above or below one."""
    return any(path[: len(other)] == other[: len(path)] for other in others)
