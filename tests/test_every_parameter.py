"""A parameter that has no effect on any output is a bug; so is an output that no parameter can move.

The walk changes one written value at a time on the same random numbers; slow, with a sample in the quick suite.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import pytest

from simulator.parameters import Table
from simulator.scenario import Scenario, load_scenario
from tests.every_parameter import (
    FOLDER,
    SMALL,
    WITHOUT_EFFECT,
    Leaf,
    base_numbers,
    changed,
    is_echo,
    leaves,
    moved,
    numbers,
)

QUICK_EVERY = 20
"""Every so many leaves are walked in the quick suite too."""


def walked() -> Iterator[Any]:
    """Yield every leaf once: those of the other spellings only where they differ from the first file."""
    first = dict(leaves("everything"))
    for name in SMALL:
        chosen = [(p, v) for p, v in leaves(name) if name == "everything" or p not in first or first[p] != v]
        for place, (path, value) in enumerate(chosen):
            marks = [] if place % QUICK_EVERY == 0 else [pytest.mark.slow]
            yield pytest.param(name, path, value, id=f"{name}:{path}", marks=marks)


@pytest.mark.parametrize(("name", "path", "value"), list(walked()))
def test_a_parameter_moves_some_number_of_the_summary(name: str, path: str, value: Any) -> None:
    after = numbers(changed(name, path, value))
    assert [each for each in moved(base_numbers(name), after) if not is_echo(each)], f"{path} has no effect"


def test_the_same_scenario_moves_nothing() -> None:
    scenario = load_scenario(FOLDER / "everything.toml", SMALL["everything"])
    assert not moved(base_numbers("everything"), numbers(scenario))


@pytest.mark.parametrize(
    "key", ["title='Another'", "definitions.careful.note='another'", "sources.levels.as_of='2020-01'"]
)
def test_a_text_moves_nothing(key: str) -> None:
    after = numbers(load_scenario(FOLDER / "everything.toml", [*SMALL["everything"], key]))
    assert not moved(base_numbers("everything"), after)


# --- no parameter of the schema escapes the walk

def tables(annotation: Any) -> Iterator[type[Table]]:
    """Yield the tables that an annotation names, however wrapped."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from tables(get_args(annotation)[0])
    else:
        for each in get_args(annotation):
            yield from tables(each)


def schema(root: type[Table], found: set[type[Table]]) -> set[type[Table]]:
    """Return every table that can stand in a scenario."""
    if root not in found:
        found.add(root)
        for field in root.model_fields.values():
            for table in tables(field.annotation):
                schema(table, found)
    return found


def written(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the table and key of everything that a scenario's file says."""
    if isinstance(value, Table):
        for key in value.model_fields_set:
            yield type(value).__name__, key
        for key in type(value).model_fields:
            yield from written(getattr(value, key))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from written(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from written(inner)


def test_every_key_of_the_schema_is_written_in_one_of_the_files() -> None:
    found = {pair for name in SMALL for pair in written(load_scenario(FOLDER / f"{name}.toml"))}
    every = {(table.__name__, key) for table in schema(Scenario, set()) for key in table.model_fields}
    assert len(every) > 150
    assert not every - found


def test_what_is_not_walked_is_written_somewhere() -> None:
    keys = {key for name in SMALL for _, key in written(load_scenario(FOLDER / f"{name}.toml"))}
    assert set(WITHOUT_EFFECT) <= keys


# --- every number of the summary can be moved

LONG = (*SMALL["everything"], "months=13")
MOVERS = (
    "volume.per_month.mean=40",
    "budget.amount=2_000",
    "contracts.careful.yearly_minimum=900",
)


def unmoved(overrides: tuple[str, ...]) -> dict[Leaf, float | None]:
    """Return the numbers of a long run that none of the overrides moves."""
    path = FOLDER / "everything.toml"
    before = numbers(load_scenario(path, LONG))
    for override in overrides:
        after = numbers(load_scenario(path, [*LONG, override]))
        for each in moved(before, after) | (before.keys() - after.keys()):
            before.pop(each, None)
    return before
