"""Names and sources of a scenario's numbers: every quantity knows its dotted path and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from simulator.quantities.distributions import Quantity, Source
from simulator.quantities.parameters import Table
from simulator.scenario.key_paths import Path, dotted, key_path
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.scenario_table import SourceNote

_UNSTATED: Final = Source()
_WRITTEN: Final = Source(kind="judgement")
"""A number that somebody wrote without saying where it comes from."""


@dataclass(frozen=True, slots=True)
class StatedCorrelation:
    """A stated correlation with what stands behind it.

    Attributes:
        between: dotted names of two numbers, or names of two drivers.
        monthly: whether it is one of drivers, of their changes from month to month; else one of numbers not known
            today, of their normal scores.
    """

    between: tuple[str, str]
    rho: float
    source: Source
    monthly: bool


def stated_correlations(scenario: Scenario) -> list[StatedCorrelation]:
    """Return the correlations that a scenario states: of numbers, then of drivers, each as it is written.

    Its source is the note under `[sources]` with the longest matching path; without one it is a judgement.
    """
    notes = _notes(scenario)
    numbers = [
        StatedCorrelation(pair.between, pair.rho, _noted(("correlations", place, "rho"), notes), False)
        for place, pair in enumerate(scenario.correlations)
    ]
    drivers = [
        StatedCorrelation((first, second), rho, _noted(("drivers", "correlation", first, second), notes), True)
        for first, others in scenario.drivers.correlation.items()
        for second, rho in others.items()
    ]
    return [*numbers, *drivers]


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
    renamed: Scenario = _named(scenario, (), _notes(scenario), True)
    return renamed


def _notes(scenario: Scenario) -> dict[Path, SourceNote]:
    """Return the notes by path; all parts are texts, for a note names a place in a list by its number."""
    return {path: note for key, note in scenario.sources.items() if (path := key_path(key)) is not None}


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
    return _noted(path, notes)


def source_at(scenario: Scenario, path: Path) -> Source:
    """Return what the note under `[sources]` with the longest matching path says of a place; else a judgement."""
    return _noted(path, _notes(scenario))


def _noted(path: Path, notes: Mapping[Path, SourceNote]) -> Source:
    for length in range(len(path), 0, -1):
        note = notes.get(tuple(str(part) for part in path[:length]))
        if note is not None:
            return Source(kind=note.kind, source=note.source, as_of=note.as_of, owner=note.owner)
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
