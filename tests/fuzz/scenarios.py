"""The scenarios that the fuzz starts from: those that ship and those of the tests, the small ones more often."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PATTERNS: Final = ("scenarios/*.toml", "tests/scenario/*.toml", "tests/scenario/wrong/base.toml",
                   "tests/oracles/*.toml", "tests/verify/*.toml")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Base:
    """A scenario as its file has it; the weight says how often it is drawn."""

    name: str
    values: Mapping[str, Any]
    weight: float


@cache
def bases() -> tuple[Base, ...]:
    """Return all scenarios to start from, by path; one of 1,000 bytes is drawn as often as two of 2,000."""
    found = []
    for path in sorted({path for pattern in PATTERNS for path in ROOT.glob(pattern)}):
        text = path.read_text(encoding="utf-8")
        found.append(Base(path.relative_to(ROOT).as_posix(), tomllib.loads(text), 1_000 / len(text)))
    return tuple(found)
