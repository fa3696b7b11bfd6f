"""The file of golden results, and what differs from it."""

from __future__ import annotations

import json
import lzma
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.golden.runs import Numbers

FILE: Final = Path(__file__).with_name("golden.json.xz")
RELATIVE: Final = 1e-9
"""Machines differ in the last bits of a sum, not here."""
DIGITS: Final = 11
"""Significant digits of the file: more would only make it longer."""
NOTHING: Final = 1e-12
"""Below it a number is 0."""

Golden = Mapping[str, Numbers | None]


@dataclass(frozen=True, slots=True)
class Moved:
    """A number that is not what the file has; None where one of both has none."""

    run: str
    path: str
    before: float | None
    after: float | None

    @property
    def by(self) -> float:
        """Relative difference; infinite where one of both is missing."""
        if self.before is None or self.after is None:
            return math.inf
        size = max(abs(self.before), abs(self.after))
        return abs(self.after - self.before) / size if size else 0.0


def moved(run: str, before: Numbers | None, after: Numbers | None) -> list[Moved]:
    """Return the numbers of a run that differ by more than a billionth, and those that only one of both has."""
    old, new = before or {}, after or {}
    pairs = [
        Moved(run, path, old.get(path), new.get(path)) for path in (*old, *(each for each in new if each not in old))
    ]
    return [each for each in pairs if _differs(each)]


def _differs(pair: Moved) -> bool:
    if pair.before is None or pair.after is None:
        return True
    return not math.isclose(pair.before, pair.after, rel_tol=RELATIVE, abs_tol=NOTHING)


def told(found: Iterable[Moved], most: int = 20) -> str:
    """Return the largest differences as text, one a line, and how many there are."""
    ordered = sorted(found, key=lambda each: -each.by)
    rows = [
        f"{each.run}: {each.path} was {each.before!r}, is {each.after!r} ({each.by:.2g})" for each in ordered[:most]
    ]
    return "\n".join([*rows, f"{len(ordered):,} numbers differ"])


def read(file: Path = FILE) -> Golden:
    """Return the golden results."""
    found: Golden = json.loads(lzma.decompress(file.read_bytes()))
    return found


def write(golden: Golden, file: Path = FILE) -> None:
    """Write golden results, packed: a tenth of their length as text."""
    rounded = {
        run: None if each is None else {path: float(f"{number:.{DIGITS}g}") for path, number in each.items()}
        for run, each in golden.items()
    }
    text = json.dumps(rounded, separators=(",", ":"))
    file.write_bytes(lzma.compress(text.encode(), preset=9))
