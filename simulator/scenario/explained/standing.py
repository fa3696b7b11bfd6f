"""What a scenario says at a key: the line, its text, and where the number is said to come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.quantities.distributions import Quantity
from simulator.scenario.explained import reference
from simulator.scenario.explained.reference import NAME, Entry
from simulator.scenario.key_paths import Path, dotted
from simulator.scenario.reading.load import parse_scenario
from simulator.scenario.reading.positions import Place, scan
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.shapes import annotation_at, number_key
from simulator.scenario.stated.sources import quantities
from simulator.scenario.texts import printable

WIDEST: Final = 80
MOST: Final = 30
"""Places shown of a key with a name in it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A scenario, as it is written and as it was read."""

    path: str
    text: str
    places: dict[Path, Place]
    numbers: dict[str, Quantity]

    @classmethod
    def of(cls, text: str, path: str) -> Standing:
        """Read a scenario.

        Raises:
            ScenarioError: with all its problems, if it is not right.
        """
        scenario = parse_scenario(text, path)
        return cls(path, text, scan(text).places, {each.name: each for each in quantities(scenario)})


def standing(where: Standing, asked: tuple[str, ...], entry: Entry) -> Iterator[str]:
    """Yield the lines of a scenario that say something at a key, or that none does.

    Args:
        asked: the key as the user wrote it; names in it choose where the scenario has them, else all are shown.
    """
    chosen = tuple(part for part in asked if not part.isdigit())
    found = [path for path in where.places if _matches(path, chosen)]
    found = found or [path for path in where.places if _matches(path, entry.key)]
    if not found and entry.owner.number_key == entry.key[-1]:
        found = [
            path for path in where.places if _matches(path, entry.key[:-1]) and _number_of(where, path) is not None
        ]
    if not found:
        default = reference.default(entry)
        holds = f"the default {default} holds" if default else "nothing is said"
        yield f"{where.path} does not write it; {holds}."
        return
    lines = where.text.split("\n")
    yield f"in {where.path}:"
    for path in found[:MOST]:
        line = where.places[path].line
        yield f"  line {line:>4}  {_cut(' '.join(lines[line - 1].split()))}"
        told = [dotted(path), *_sources(where, path)] if len(found) > 1 else _sources(where, path)
        yield from (f"             {text}" for text in told)
    if len(found) > MOST:
        yield f"  and {len(found) - MOST} more"


def _matches(path: Path, key: tuple[str, ...]) -> bool:
    """Return whether a written path is of a key: any name where it has NAME, elements of lists left out."""
    names = [part for part in path if isinstance(part, str)]
    return len(names) == len(key) and all(part in (NAME, name) for name, part in zip(names, key, strict=True))


def _sources(where: Standing, path: Path) -> list[str]:
    quantity = where.numbers.get(dotted(path)) or _number_of(where, path)
    if quantity is None:
        return []
    source = quantity.source
    owner = source.owner and f"owner: {source.owner}"
    text = ", ".join(part for part in (source.kind, source.source, source.as_of, owner) if part)
    return [_cut(text)]


def _number_of(where: Standing, path: Path) -> Quantity | None:
    """Return the number that is written in the place of its table, as a length's mean; None for anything else."""
    key = number_key(annotation_at(Scenario, path, {}))
    whole = not any(other[: len(path)] == path and other != path for other in where.places)
    return where.numbers.get(dotted((*path, key))) if key and whole else None


def _cut(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= WIDEST else f"{shown[: WIDEST - 3]}..."
