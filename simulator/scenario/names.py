"""Names and sources of a scenario's numbers: every quantity knows its dotted path and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from simulator.distributions import Quantity, Source
from simulator.parameters import Table
from simulator.scenario.positions import Path, key_path
from simulator.scenario.problems import dotted
from simulator.scenario.schema import Scenario, SourceNote

_UNSTATED: Final = Source()
_WRITTEN: Final = Source(kind="judgement")
"""A number that somebody wrote without saying where it comes from."""


def quantities(scenario: Scenario) -> Iterator[Quantity]:
    """Yield every quantity of a scenario, defaults included, in the order of the schema."""
    yield from (quantity for _, quantity in _walk(scenario, ()))


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, Quantity]]:
    if isinstance(value, Quantity):
        yield path, value
        return
    for part, inner in _parts(value):
        yield from _walk(inner, (*path, part))


def _parts(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Table):
        yield from ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, tuple | list):
        yield from enumerate(value)


def named(scenario: Scenario) -> Scenario:
    """Return the scenario with the path and the source of every quantity.

    A quantity's own source stands, and counted evidence is measured; otherwise the note under `[sources]` with the
    longest matching path; a number that was written without either is a judgement, one that was not is a default.
    """
    notes = {path: note for key, note in scenario.sources.items() if (path := key_path(key)) is not None}
    renamed: Scenario = _named(scenario, (), notes, True)
    return renamed


def _named(value: Any, path: Path, notes: Mapping[Path, SourceNote], written: bool) -> Any:
    if isinstance(value, Quantity):
        return replace(value, name=dotted(path), source=_source(value, path, notes, written))
    if isinstance(value, Table):
        fields = {
            str(part): _named(inner, (*path, part), notes, written and part in value.model_fields_set)
            for part, inner in _parts(value)
        }
        return type(value).model_construct(_fields_set=set(value.model_fields_set), **fields)
    if isinstance(value, Mapping):
        return {part: _named(inner, (*path, part), notes, written) for part, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(_named(inner, (*path, part), notes, written) for part, inner in enumerate(value))
    return value


def _source(quantity: Quantity, path: Path, notes: Mapping[Path, SourceNote], written: bool) -> Source:
    if quantity.source != _UNSTATED or not written:
        return quantity.source
    for length in range(len(path), 0, -1):
        note = notes.get(path[:length])
        if note is not None:
            return Source(kind=note.kind, source=note.source, as_of=note.as_of)
    return _WRITTEN


def exists(scenario: Scenario, path: Path) -> bool:
    """Return whether a path names a place of the scenario."""
    value: Any = scenario
    for part in path:
        inner = {str(name): each for name, each in _parts(value)}
        if str(part) not in inner:
            return False
        value = inner[str(part)]
    return True
