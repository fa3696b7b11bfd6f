"""The table of kinds: what definitions and own meters say of every kind of conversation, asked of their SQL once.

A *reader* is a definition's base condition, a definition's unit given its base and what came before in the case, or
the amount of an own meter. Each has a table over the coordinates that it reads and no others:

    values[offset[reader] + sum over coordinates of stride[reader, coordinate] * code]

A reader that looks at what kinds do not have (tokens, actions, arithmetic with hours), or at too much at once, has no
table: `Kinds.rest` bills it on rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from simulator.arrays import Array, Index
from simulator.arrow import column, words
from simulator.definitions import Biller, Definition, OwnMeter, evaluated
from simulator.definitions.compile import ORIGINAL_BASE, base_condition, unit_condition
from simulator.definitions.text import SqlCondition
from simulator.engine.counting.hour_borders import borders_in, joined, within
from simulator.law import ABANDONED, ENDS, PARTIAL, SILENT_UNSOLVED
from simulator.records import CLASSES, ORIGINS, OUTCOMES, TOUCHES
from simulator.scenario.schema import Scenario

COORDINATES: Final = (
    "end",
    "planned",
    "review",
    "action",
    "judged",
    "class",
    "score",
    "delay",
    "contact",
    "origin",
    "intent",
    "channel",
    "level",
    "turns",
    "previous",
    "base",
    "billed_before",
    "original_base",
)
"""What tells kinds apart, in the order of `Tables.stride`. Codes count from 0: end in law.ENDS, class in
records.CLASSES, origin in records.ORIGINS; score 0 is no response; delay 0 is no return and 1 + j a return in interval
j between the borders; contact and turns are one less than the record's; previous is the delay of the contact before, 0
for the first one and for duplicates. base, billed_before and original_base are the definition's own, 0 or 1."""
MOST_VALUES: Final = 2_000_000
"""Values of a reader's table at most."""


class Tables(NamedTuple):
    """Values of all kinds, for compiled loops.

    Attributes:
        values: of all readers, shape (value,): conditions 0 or 1, amounts in the unit of the meter.
        offset: where the values of each reader begin, shape (reader,).
        stride: steps of the codes in `values`, shape (reader, coordinate); 0 where the reader does not look.
        borders: hours between the intervals of delays, sorted; a border belongs to the interval above it.
        base: reader of each definition's base, shape (definition,).
        unit: reader of each definition's unit, shape (definition,); -1 where it is the base.
        amount: reader of each own meter, shape (meter,).
    """

    values: Array
    offset: Index
    stride: Index
    borders: Array
    base: Index
    unit: Index
    amount: Index


@dataclass(frozen=True, slots=True)
class Kinds:
    """Tables, and whose they are.

    Attributes:
        definitions: names of those with tables, in the order of `Tables.base`.
        meters: names of own meters with tables, in the order of `Tables.amount`.
        rest: bills the others on rows; it may have none.
    """

    tables: Tables
    definitions: tuple[str, ...]
    meters: tuple[str, ...]
    rest: Biller


Codes = Mapping[str, Index]
Maker = Callable[[Codes, "_Names"], pa.Array]


@dataclass(frozen=True, slots=True)
class _Names:
    """What codes stand for: names of a scenario's categories, and hours within each interval."""

    intents: Sequence[str]
    channels: Sequence[str]
    levels: Sequence[str]
    hours: Array

    def sizes(self, scenario: Scenario) -> dict[str, int]:
        """Return the number of codes of each coordinate."""
        found = dict.fromkeys(COORDINATES, 2)
        delays = len(self.hours) + 1
        found |= {"end": len(ENDS), "class": len(CLASSES), "score": 6, "delay": delays, "previous": delays}
        found |= {"contact": scenario.returns.max_contacts, "origin": len(ORIGINS), "turns": scenario.turns.most}
        return found | {"intent": len(self.intents), "channel": len(self.channels), "level": len(self.levels)}


def _flag(coordinate: str) -> tuple[tuple[str, ...], Maker]:
    return (coordinate,), lambda codes, names: column(codes[coordinate] == 1)


def _hours(coordinate: str) -> tuple[tuple[str, ...], Maker]:
    def made(codes: Codes, names: _Names) -> pa.Array:
        cell = codes[coordinate]
        return column(names.hours[np.maximum(cell, 1) - 1], missing=cell == 0)

    return (coordinate,), made


def _touch(codes: Codes, names: _Names) -> pa.Array:
    review = np.where(codes["review"] == 1, TOUCHES.index("review"), 0)
    return words(np.where(codes["end"] >= PARTIAL, TOUCHES.index("handoff"), review), TOUCHES)


def _answered(codes: Codes, names: _Names) -> pa.Array:
    return column((codes["end"] <= SILENT_UNSOLVED) | (codes["end"] == PARTIAL))


def _replies(codes: Codes) -> Index:
    return np.where(codes["end"] == ABANDONED, 0, codes["turns"] + 1)


_OUTCOMES: Final = np.array([OUTCOMES.index(end.split("_")[0]) for end in ENDS])
_COLUMNS: Final[Mapping[str, tuple[tuple[str, ...], Maker]]] = {
    "contact": (("contact",), lambda codes, names: column((codes["contact"] + 1).astype(np.int16))),
    "origin": (("origin",), lambda codes, names: words(codes["origin"], ORIGINS)),
    "class": (("class",), lambda codes, names: words(codes["class"], CLASSES)),
    "intent": (("intent",), lambda codes, names: words(codes["intent"], names.intents)),
    "channel": (("channel",), lambda codes, names: words(codes["channel"], names.channels)),
    "complexity": (("level",), lambda codes, names: words(codes["level"], names.levels)),
    "outcome": (("end",), lambda codes, names: words(_OUTCOMES[codes["end"]], OUTCOMES)),
    "answered": (("end",), _answered),
    "human_touch": (("end", "review"), _touch),
    "handoff_planned": _flag("planned"),
    "action_completed": _flag("action"),
    "judged_resolved": _flag("judged"),
    "csat": (
        ("score",),
        lambda codes, names: column(codes["score"].astype(np.int8), missing=codes["score"] == 0),
    ),
    "returned_after_hours": _hours("delay"),
    "turns": (("turns",), lambda codes, names: column((codes["turns"] + 1).astype(np.int32))),
    "messages": (
        ("end", "turns"),
        lambda codes, names: column((codes["turns"] + 1 + _replies(codes)).astype(np.int32)),
    ),
    "ai_replies": (("end", "turns"), lambda codes, names: column(_replies(codes).astype(np.int32))),
    "hours_since_previous": _hours("previous"),
    "base": _flag("base"),
    "billed_before": _flag("billed_before"),
    ORIGINAL_BASE: _flag("original_base"),
}
"""Columns that kinds have, of the record and of memory: the coordinates behind each, and how it is made."""


@dataclass(frozen=True, slots=True)
class _Looks:
    """Columns whose coordinates kinds have: readers that look at the same columns have tables of one shape.

    Attributes:
        shape: number of codes of each coordinate that is looked at, in the order of `COORDINATES`.
    """

    columns: frozenset[str]
    shape: Mapping[str, int]

    @property
    def stride(self) -> list[int]:
        """Step of each of `COORDINATES` in a table, 0 where nobody looks."""
        sizes, places = list(self.shape.values()), {each: place for place, each in enumerate(self.shape)}
        return [math.prod(sizes[places[each] + 1 :]) if each in places else 0 for each in COORDINATES]

    def rows(self, names: _Names) -> pa.Table:
        """Return every kind that is told apart as a row with the columns."""
        number = np.arange(math.prod(self.shape.values()))
        places = np.unravel_index(number, tuple(self.shape.values())) if self.shape else ()
        codes: Codes = {each: np.asarray(place, np.int64) for each, place in zip(self.shape, places, strict=True)}
        made = {name: _COLUMNS[name][1](codes, names) for name in sorted(self.columns)}
        return pa.table({**made, "number": column(number)})


def make_kinds(scenario: Scenario, definitions: Mapping[str, Definition], meters: Mapping[str, OwnMeter]) -> Kinds:
    """Ask the SQL of definitions and own meters about every kind of conversation of a scenario.

    Args:
        definitions: that need no clock.
        meters: the scenario's own.
    """
    bases = {name: base_condition(each.spec) for name, each in definitions.items()}
    whole = SqlCondition("base", frozenset({"base"}))
    units = {name: unit_condition(each.spec, whole) for name, each in definitions.items()}
    amounts = {name: SqlCondition(each.sql, frozenset(each.columns)) for name, each in meters.items()}
    borders = joined(borders_in(each.sql) for found in (bases, units, amounts) for each in found.values())
    names = _Names(list(scenario.intents), list(scenario.channels), list(scenario.levels), np.array(within(borders)))
    asked = {("base", name): each for name, each in bases.items()}
    asked |= {("unit", name): each for name, each in units.items() if each.columns != whole.columns}
    asked |= {("amount", name): each for name, each in amounts.items()}
    told = _told(asked.values(), names, names.sizes(scenario))
    place = {each: at for at, each in enumerate(told)}
    number = {key: place[each] for key, each in asked.items() if each in told}
    missing = {name for what, name in asked if what != "amount" and (what, name) not in number}
    base = {name: number["base", name] for name in bases if name not in missing}
    amount = {name: number["amount", name] for name in amounts if ("amount", name) in number}
    unit = [number.get(("unit", name), -1) for name in base]
    tables = Tables(
        values=np.concatenate([np.zeros(0), *(values for values, _ in told.values())]),
        offset=np.cumsum([0, *(len(values) for values, _ in told.values())], dtype=np.int64)[:-1],
        stride=np.array([stride for _, stride in told.values()], np.int64).reshape(len(told), len(COORDINATES)),
        borders=np.array(borders, np.float64),
        base=np.array(list(base.values()), np.int64),
        unit=np.array(unit, np.int64),
        amount=np.array(list(amount.values()), np.int64),
    )
    rest = Biller(
        {name: each for name, each in definitions.items() if name not in base},
        {name: each for name, each in meters.items() if name not in amount},
    )
    return Kinds(tables, tuple(base), tuple(amount), rest)


def _told(
    asked: Iterable[SqlCondition], names: _Names, sizes: Mapping[str, int]
) -> dict[SqlCondition, tuple[Array, list[int]]]:
    """Return table and strides of conditions and amounts that have one; what is asked twice has the same.

    All that look at the same columns are asked in one query.
    """
    alike: dict[frozenset[str], list[SqlCondition]] = {}
    for each in dict.fromkeys(asked):
        if borders_in(each.sql) is not None:
            alike.setdefault(each.columns, []).append(each)
    found: dict[SqlCondition, tuple[Array, list[int]]] = {}
    for columns, conditions in alike.items():
        if looks := _looks(columns, sizes):
            values = evaluated(looks.rows(names), [each.sql for each in conditions])
            found |= {each: (own, looks.stride) for each, own in zip(conditions, values, strict=True)}
    return {each: (values, stride) for each, (values, stride) in found.items() if np.isfinite(values).all()}


def _looks(columns: frozenset[str], sizes: Mapping[str, int]) -> _Looks | None:
    """Return what kinds tell of columns, None where they do not have one, or too much at once."""
    if not columns <= set(_COLUMNS):
        return None
    looked = {each for column in columns for each in _COLUMNS[column][0]}
    shape: dict[str, int] = {each: sizes[each] for each in COORDINATES if each in looked}
    return _Looks(columns, shape) if math.prod(shape.values()) <= MOST_VALUES else None
