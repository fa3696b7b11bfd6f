"""What a scenario asks of the loops, and its names: readers of the table of kinds, parts, sizes and sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from simulator.arrays import Array, Index
from simulator.contracts import meters_of, segments_of
from simulator.contracts.metering import meters as names
from simulator.contracts.metering.meters import OptionalMeters as AskedKeys
from simulator.contracts.metering.meters import optional_meters
from simulator.contracts.metering.segments import Segment
from simulator.engine.counting.conversation_kinds import COORDINATES, Kinds, Tables
from simulator.engine.expectations.case_history import DUPLICATED, NEW_CASE, RETURNED, CasePaths, unit_weight
from simulator.engine.expectations.lengths import (
    ACTIONS,
    CALLS,
    OF_ACTIONS,
    OF_MESSAGES,
    OF_MINUTES,
    OF_REPLIES,
    PLAIN_SIZES,
    REPLIES,
    SECONDS,
    TURNS_MADE,
    AskedShares,
    RequestedSizes,
)
from simulator.engine.expectations.means import ALL, SOLVED, SOLVED_BY_AI, Merged, ReaderColumns, Readers
from simulator.law import ENDS
from simulator.records import CLASSES
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import Terms

SPLITS: Final[Mapping[str, int]] = {"": ALL, "|solved": SOLVED, "|solved_by_ai": SOLVED_BY_AI}
"""Ends of the names of units, and which conversations they take."""
PLAIN: Final[Mapping[str, tuple[int, ...]]] = {
    "turns": (TURNS_MADE,),
    "messages": (TURNS_MADE, REPLIES),
    "ai_replies": (REPLIES,),
    "calls": (CALLS,),
    "actions": (ACTIONS,),
    "duration_seconds": (SECONDS,),
}
"""Meters that are sums of plain sizes."""
BASES: Final[Mapping[str, int]] = {
    "messages": OF_MESSAGES,
    "ai_replies": OF_REPLIES,
    "actions": OF_ACTIONS,
    names.MINUTES: OF_MINUTES,
}
TOKENS: Final = (names.INPUT_TOKENS, names.OUTPUT_TOKENS)
_STAGED: Final = tuple(COORDINATES.index(name) for name in ("contact", "origin", "level", "turns"))
_CONTACT, _DELAY, _CHANNEL, _LEVEL, _TURNS, _END = (
    COORDINATES.index(name) for name in ("contact", "delay", "channel", "level", "turns", "end")
)
_MEMORY: Final = tuple(COORDINATES.index(name) for name in ("previous", "billed_before"))


OF_CASES, OF_COPIES, OF_COPY_HOURS, OF_SESSIONS = range(4)
"""What is counted of contacts and duplicates, whatever they are like."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A meter of contacts and duplicates.

    Attributes:
        kind: OF_CASES and so on.
        part: row of Readers.parts.
        window: of sessions, place among those asked.
    """

    kind: int
    part: int
    window: int


@dataclass(frozen=True, slots=True)
class Requested:
    """All that a scenario asks of the loops, and the names of it.

    Attributes:
        column_of, copy_of, path_of: column of each meter among `columns`, `merged` and `paths`; a meter with one among
            `merged` is the sum of both.
        contacts: by name of the meter.
        size_names: place of each asked size by its key.
        share_of: the share of each part of which sizes or tokens are asked, None for the whole.
        parts: meters asked of each part.
        keys: what is asked of conversations beside what is always counted.
    """

    readers: Readers
    columns: ReaderColumns
    column_of: Mapping[str, int]
    merged: Merged
    copy_of: Mapping[str, int]
    paths: CasePaths
    path_of: Mapping[str, int]
    contacts: Mapping[str, Contact]
    sizes: RequestedSizes
    size_names: Mapping[str, int]
    shares: AskedShares
    share_of: Mapping[Segment | None, int]
    parts: Mapping[Segment, Sequence[str]]
    keys: AskedKeys


@dataclass(frozen=True, slots=True)
class _Reader:
    """A reader of the table, with the names of its columns by part and split."""

    row: int
    unit: int
    base: str
    splits: tuple[str, ...]


@dataclass(slots=True)
class _Sorted:
    """Columns of readers of one kind, in the order of the readers; readers with the same tables share theirs.

    Attributes:
        names: the meters of each part and split, by row and unit.
    """

    names: dict[tuple[int, int], dict[tuple[int, int], list[str]]] = field(default_factory=dict)

    def add(self, reader: _Reader, unit: int, parts: Mapping[Segment, Sequence[str]]) -> None:
        """Add the columns of a reader: of the whole, then of each part that asks for it."""
        asked = [(None, 0), *((part, 1 + at) for at, part in enumerate(parts) if reader.base in parts[part])]
        own = self.names.setdefault((reader.row, unit), {})
        for part, place in asked:
            for split in reader.splits:
                name = (reader.base if part is None else part.of(reader.base)) + split
                own.setdefault((place, SPLITS[split]), []).append(name)

    @property
    def first(self) -> Index:
        """Where the columns of each reader begin, and where the last one's end."""
        return np.cumsum([0, *map(len, self.names.values())])

    @property
    def part(self) -> Index:
        return _index(part for own in self.names.values() for part, _ in own)

    @property
    def which(self) -> Index:
        return _index(which for own in self.names.values() for _, which in own)

    @property
    def column_of(self) -> dict[str, int]:
        """The column of each meter."""
        columns = [names for own in self.names.values() for names in own.values()]
        return {name: column for column, names in enumerate(columns) for name in names}


def make_requested(scenario: Scenario, terms: Terms, kinds: Kinds, only: Collection[str] | None = None) -> Requested:
    """Return what a scenario asks of the loops.

    Args:
        only: meters of readers of the table of kinds, if nothing else is asked.
    """
    keys, parts = optional_meters(meters_of(terms.priced)), segments_of(terms.priced)
    tables = _with_plain(_trimmed(kinds.tables))
    readers = Readers(tables.values, tables.offset, tables.stride, _masks(scenario, parts))
    plain, merging, followed = _Sorted(), _Sorted(), _Sorted()
    for reader in _readers(kinds, _same(tables)):
        if only is not None and reader.base not in only:
            continue
        if tables.stride[reader.row, _STAGED].any() or not _counts_all_alike(readers, reader, parts):
            followed.add(reader, reader.unit, parts)
            continue
        plain.add(reader, -1, parts)
        if reader.unit >= 0:
            merging.add(reader, reader.unit, parts)
    sizes, size_names = _sizes(keys)
    shares, share_of = _shares(scenario, parts)
    return Requested(
        readers=readers,
        columns=ReaderColumns(_index(row for row, _ in plain.names), plain.first, plain.which, plain.part),
        column_of=plain.column_of,
        merged=_merged(readers, plain, merging),
        copy_of=merging.column_of,
        paths=_paths(scenario, tables, followed, parts),
        path_of=followed.column_of,
        contacts=_contacts(keys, parts) if only is None else {},
        sizes=sizes,
        size_names=size_names,
        shares=shares,
        share_of=share_of,
        parts=parts,
        keys=keys,
    )


def _index(values: Iterable[int]) -> Index:
    return np.array(list(values), dtype=np.int64)


_ENDED: Final = tuple(f"end:{name}" for name in ENDS)
_CLASSED: Final = tuple(f"class:{name}" for name in CLASSES)
_DESCRIBING: Final[Mapping[str, tuple[str, tuple[float, ...]]]] = {
    "rows": ("end", (1.0,) * 6),
    names.CONVERSATIONS: ("class", (1.0, 0.0, 0.0, 0.0)),
    "touch:review": ("review", (0.0, 1.0)),
    "touch:handoff": ("end", (0.0, 0.0, 0.0, 0.0, 1.0, 1.0)),
    "action_completed": ("action", (0.0, 1.0)),
    "judged_resolved": ("judged", (0.0, 1.0)),
    "handoff_planned": ("planned", (0.0, 1.0)),
    "csat_responses": ("score", (0.0, 1.0, 1.0, 1.0, 1.0, 1.0)),
    "csat_points": ("score", (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)),
    **{name: ("end", tuple(float(place == at) for at in range(6))) for place, name in enumerate(_ENDED)},
    **{name: ("class", tuple(float(place == at) for at in range(4))) for place, name in enumerate(_CLASSED)},
}
"""Meters that are sums over what kinds have, beside definitions and own meters: a coordinate, and a value by code."""


def _trimmed(tables: Tables) -> Tables:
    """Return tables of readers that look at nothing along which their values are all alike."""
    values, stride = [], np.zeros_like(tables.stride)
    for before, after, own in zip(tables.stride, stride, np.split(tables.values, tables.offset[1:]), strict=False):
        looked = np.flatnonzero(before)
        steps = before[looked]
        table = own.reshape([above // step for above, step in zip([len(own), *steps], steps, strict=False)])
        for axis in range(table.ndim):
            first = table.take([0], axis)
            table = first if (table == first).all() else table
        values.append(table.ravel())
        sizes = np.array(table.shape, dtype=np.int64)
        after[looked] = np.where(sizes > 1, np.cumprod([1, *sizes[:0:-1]])[: len(sizes)][::-1], 0)
    offset = np.cumsum([0, *map(len, values)], dtype=np.int64)[:-1]
    return tables._replace(values=np.concatenate([np.zeros(0), *values]), offset=offset, stride=stride)


def _with_plain(tables: Tables) -> Tables:
    """Return tables with those of `_DESCRIBING` and of returns after them."""
    described = {**_DESCRIBING, "returns": ("delay", (0.0, *[1.0] * (len(tables.borders) + 1)))}
    values, offset, stride = [tables.values], list(tables.offset), [*tables.stride]
    for coordinate, codes in described.values():
        offset.append(sum(map(len, values)))
        values.append(np.array(codes))
        stride.append(np.array([int(name == coordinate) for name in COORDINATES]))
    return tables._replace(
        values=np.concatenate(values),
        offset=_index(offset),
        stride=np.array(stride, dtype=np.int64).reshape(len(offset), len(COORDINATES)),
    )


def _same(tables: Tables) -> list[int]:
    """Return the first row with the same table for each row, and last -1 for the row -1."""
    seen: dict[tuple[bytes, bytes], int] = {}
    values = np.split(tables.values, tables.offset[1:])
    keys = [(stride.tobytes(), own.tobytes()) for stride, own in zip(tables.stride, values, strict=True)]
    return [*(seen.setdefault(key, row) for row, key in enumerate(keys)), -1]


def _readers(kinds: Kinds, same: Sequence[int]) -> list[_Reader]:
    """Return all readers: plain ones, definitions, own meters; `same` as by `_same`."""
    tables, every = kinds.tables, tuple(SPLITS)
    whole = ("rows", names.CONVERSATIONS)
    found = [
        _Reader(same[len(tables.offset) + place], -1, name, every if name in whole else ("",))
        for place, name in enumerate((*_DESCRIBING, "returns"))
    ]
    found += [
        _Reader(same[tables.base[place]], same[tables.unit[place]], names.resolutions(name), every)
        for place, name in enumerate(kinds.definitions)
    ]
    return found + [
        _Reader(same[tables.amount[place]], -1, names.own(name), ("",)) for place, name in enumerate(kinds.meters)
    ]


def _masks(scenario: Scenario, parts: Mapping[Segment, Sequence[str]]) -> Array:
    """Return which intents and channels each part holds, the whole first, shape (part, intent, channel)."""
    found = [np.ones((len(scenario.intents), len(scenario.channels)))]
    found += [
        np.outer(_held(part.intents, scenario.intents), _held(part.channels, scenario.channels)) for part in parts
    ]
    return np.array(found)


def _held(chosen: object, known: Iterable[str]) -> Array:
    return np.array([1.0 if chosen is None or chosen.holds(name) else 0.0 for name in known])  # type: ignore[attr-defined]


def _counts_all_alike(readers: Readers, reader: _Reader, parts: Mapping[Segment, Sequence[str]]) -> bool:
    """Return whether a reader counts its base once, but for duplicates of originals whose base holds."""
    if reader.unit < 0:
        return True
    by_channel = any(part.channels is not None and reader.base in bases for part, bases in parts.items())
    if by_channel or readers.stride[reader.row, _CHANNEL] or readers.stride[reader.unit, _MEMORY].any():
        return False
    return all(unit_weight(readers, reader.unit, origin, 0, 0, 0) == 1 for origin in (NEW_CASE, RETURNED, DUPLICATED))


def _merged(readers: Readers, plain: _Sorted, merging: _Sorted) -> Merged:
    """Return the columns of duplicates whose original's base holds."""
    places = {row: place for place, (row, _) in enumerate(plain.names)}
    weights = [unit_weight(readers, unit, DUPLICATED, 0, 0, 1) - 1.0 for _, unit in merging.names]
    return Merged(
        reader=_index(places[row] for row, _ in merging.names),
        weight=np.array(weights, dtype=np.float64),
        ends=_index(end for end in range(len(ENDS)) if any(_holds(readers, row, end) for row, _ in merging.names)),
        first=merging.first,
        which=merging.which,
        part=merging.part,
    )


def _holds(readers: Readers, row: int, end: int) -> bool:
    """Return whether a base may hold with an end; ends are the first axis of its values."""
    step, first = readers.stride[row, _END], readers.offset[row]
    last = first + step * (end + 1) if step else readers.offset[row + 1]
    return bool(readers.values[first + step * end : last].any())


def _paths(scenario: Scenario, tables: Tables, followed: _Sorted, parts: Mapping[Segment, Sequence[str]]) -> CasePaths:
    """Return the readers that are followed over the contacts, with what each needs to be told apart."""
    most, channels, levels = scenario.returns.max_contacts, len(scenario.channels), len(scenario.levels)
    by_channel = [False, *(part.channels is not None for part in parts)]
    stride = [tables.stride[row] for row, _ in followed.names]
    counts = [bool(each[_CONTACT]) for each in stride]
    apart = [
        any(each[[_DELAY, _CHANNEL, _TURNS]]) or any(by_channel[part] for part in followed.part[first:last])
        for each, first, last in zip(stride, followed.first, followed.first[1:], strict=False)
    ]
    return CasePaths(
        most=most,
        base=_index(row for row, _ in followed.names),
        unit=_index(unit for _, unit in followed.names),
        contacts=_index(most if each else min(most, 2) for each in counts),
        copies=_index(most if each else 1 for each in counts),
        channels=_index(channels if each else 1 for each in apart),
        levels=_index(levels if each[_LEVEL] or each[_TURNS] else 1 for each in stride),
        first=followed.first,
        which=followed.which,
        part=followed.part,
    )


def _contacts(asked: AskedKeys, parts: Mapping[Segment, Sequence[str]]) -> dict[str, Contact]:
    """Return what is asked of contacts by key: cases, duplicates and their hours, and sessions."""
    whole = {"cases": (OF_CASES, 0), "duplicates": (OF_COPIES, 0), "duplicate_hours": (OF_COPY_HOURS, 0)}
    whole |= {window.key: (OF_SESSIONS, place) for place, window in enumerate(asked.sessions)}
    found = {name: Contact(kind, 0, window) for name, (kind, window) in whole.items()}
    for place, (part, bases) in enumerate(parts.items(), start=1):
        found |= {part.of(name): Contact(whole[name][0], place, whole[name][1]) for name in bases if name in whole}
    return found


def _sizes(asked: AskedKeys) -> tuple[RequestedSizes, dict[str, int]]:
    """Return blocks, layers and minutes that are asked, and their keys."""
    found = [(each.key, BASES[each.base], each.size, 0.0, np.inf) for each in asked.blocks]
    found += [
        (each.key, BASES[each.base], 0.0, each.included, np.inf if each.cap is None else each.cap)
        for each in asked.layers
        if each.base in BASES
    ]
    if asked.minutes:
        found.append((names.MINUTES, OF_MINUTES, 0.0, 0.0, np.inf))
    keys = {key: PLAIN_SIZES + place for place, (key, *_) in enumerate(found)}
    numbers = [np.array([each[at] for each in found], dtype=np.float64) for at in (2, 3, 4)]
    return RequestedSizes(_index(each[1] for each in found), *numbers), keys


def _shares(
    scenario: Scenario, parts: Mapping[Segment, Sequence[str]]
) -> tuple[AskedShares, dict[Segment | None, int]]:
    """Return the parts of which sizes or tokens are asked."""
    ones = np.ones(len(scenario.intents))
    sets: dict[bytes, Array] = {ones.tobytes(): ones}
    of_set, channels = [0], [np.ones(len(scenario.channels))]
    places: dict[Segment | None, int] = {None: 0}
    for part, bases in parts.items():
        if any(_is_length(base) for base in bases):
            chosen = _held(part.intents, scenario.intents)
            sets.setdefault(chosen.tobytes(), chosen)
            places[part] = len(of_set)
            of_set.append(list(sets).index(chosen.tobytes()))
            channels.append(_held(part.channels, scenario.channels))
    return AskedShares(np.array(list(sets.values())), _index(of_set), np.array(channels)), places


def _is_length(base: str) -> bool:
    """Return whether a meter is a sum of sizes or tokens."""
    return names.base_of(base) in (*PLAIN, *BASES) or names.is_tokens(base)
