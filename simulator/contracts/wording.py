"""How messages name things: a name nobody knows, a number as people write it, the short name of a contract."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Annotated, Final

from pydantic import AfterValidator, Field

_SHOWN: Final = 12
LONGEST_LABEL: Final = 28
"""Characters of a label: what a name may take of a terminal of 80 columns beside six columns of numbers."""


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


def _says_something(label: str) -> str:
    if not label.strip():
        raise ValueError("must not be blank; give a short name of the contract, or leave it out for the title")
    return label.strip()


Label = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL), AfterValidator(_says_something)]
"""A short name of a contract, as an analyst may write it."""
