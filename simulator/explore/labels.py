"""Clauses of a definition and their choices in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def label_of(chosen: Mapping[str, Any]) -> str:
    """Return what is chosen of each clause in words: "return window 24 h, silence never"."""
    return ", ".join(f"{words_of(key)} {choice_text(key, value)}" for key, value in chosen.items())


def words_of(key: str) -> str:
    """Return a clause in words, without its unit."""
    return key.removesuffix("_hours").replace("_", " ")


def choice_text(key: str, value: Any) -> str:
    """Return a choice of a clause with its unit."""
    hours = key.endswith("_hours") or key == "silence"
    return f"{value:g} h" if hours and isinstance(value, int | float) else str(shown(value)).replace("_", " ")


def shown(value: Any) -> Any:
    """Return a choice as a cell of a table holds it: a list as text."""
    return ", ".join(map(str, value)) if isinstance(value, list) else value
