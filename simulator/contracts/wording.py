"""How messages name things: a name nobody knows, a number as people write it."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Final

_SHOWN: Final = 12


def unknown(kind: str, name: str, known: Collection[str]) -> str:
    """Return a message that carries the name, the nearest known one, and what is known (at most twelve)."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ";"
    listed = sorted(known)
    rest = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return f"unknown {kind} {name!r}{hint} known: {', '.join(listed[:_SHOWN]) or 'none'}{rest}"


def number(value: float) -> str:
    """Return a number with thousands and all its digits up to twelve: 1,000,000 and 0.99."""
    return f"{value:,.12g}"
