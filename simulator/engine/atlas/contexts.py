"""Definitions with memory: what they bill for every kind of conversation in every state its case can be in.

Before a contact a case is in a *state*: which definitions have met their conditions in it, and in which interval of
hours the previous contact lies. States and their bills come from the definitions' own SQL, run on small cases that
stand for them; nothing of the rules is written here. Two states are one where no kind of this or a later contact is
billed differently, and two kinds are one *group* where no state tells them apart, so that few of both are left.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from simulator.definitions import Biller, Definition
from simulator.definitions.compile import ORIGINAL_BASE, compile_clauses
from simulator.engine.atlas.bills import Atlas, Kind, Place, kinds_at, origin_of, rows_of
from simulator.engine.atlas.kinds import TO_AI, Leaf
from simulator.errors import DefinitionError
from simulator.law import ENDS
from simulator.records import ORIGINS

Index = NDArray[np.intp]
Units = NDArray[np.int8]

Row = tuple[int, int]
"""A conversation of a case that stands for a state: its contact from 0, and which of the distinct rows it is."""
Back = tuple[int, int]
"""Those who return to the AI: sort, and interval of hours."""
_KEY: Final = ("case_id", "contact", "origin")
MOST_BILLS: Final = 50_000_000
"""Definitions times states times distinct rows of a contact that are billed at most."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What happens at one contact, or to duplicates, whose state is what their original counted for.

    Attributes:
        group: the group of each kind, in the axes of Atlas.units.
        units: 0 or 1, shape (definition, state, group).
        following: the state at the next contact, shape (state, group); -1 where the case ends.
        original: places in Memory.end_of of conversations as originals of duplicates, shape (state, group).
        examples: one kind of each group.
    """

    group: Index
    units: Units
    following: Index
    original: Index
    examples: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """All that definitions with memory need.

    Attributes:
        definitions: their names.
        contacts: by contact number.
        duplicates: all duplicates.
        end_of, state_of: of each sort of original: the kind of its end, and the state in which it puts its duplicate.
    """

    definitions: tuple[str, ...]
    contacts: tuple[Stage, ...]
    duplicates: Stage
    end_of: Index
    state_of: Index

    @property
    def copying(self) -> bool:
        """Whether what duplicates are billed depends on their originals."""
        return len(self.duplicates.units[0]) > 1


@dataclass(frozen=True, slots=True)
class _Looks:
    """The kinds of one contact, and what the definitions see of them.

    Attributes:
        contact: from 0, the last for duplicates.
        seen: distinct rows, without the key.
        row: the distinct row of each kind.
    """

    contact: int
    kinds: tuple[Kind, ...]
    places: tuple[Place, ...]
    seen: pa.Table
    row: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Sorts:
    """The kinds of one contact sorted by which conditions they meet, whatever came before them.

    Attributes:
        of_kind: the sort of each kind.
        rows: a distinct row of each sort.
        back: those who return to the AI, each with a distinct row.
    """

    of_kind: tuple[int, ...]
    rows: tuple[int, ...]
    back: Mapping[Back, int]


@dataclass(frozen=True, slots=True)
class _Reached:
    """The states before one contact, none merged, and what conversations do in them.

    Attributes:
        cases: one that stands for each state.
        units, bases: of each sort after the case, shape (definition, state, sort).
        following: for each state the state at the next contact.
    """

    sorts: _Sorts
    cases: tuple[tuple[Row, ...], ...]
    units: Units
    bases: Units
    following: tuple[Mapping[Back, int], ...]


def make_memory(atlas: Atlas, definitions: Mapping[str, Definition]) -> Memory | None:
    """Return what definitions with memory bill in every state, None where there are none.

    Args:
        atlas: of all definitions.
        definitions: likewise.
    """
    chosen = {name: definition for name, definition in definitions.items() if definition.memory}
    return _Maker(atlas, chosen).memory() if chosen else None


class _Maker:
    """Bills cases that stand for states, contact by contact."""

    def __init__(self, atlas: Atlas, definitions: Mapping[str, Definition]) -> None:
        self.atlas, self.definitions = atlas, definitions
        self.biller = Biller(definitions)
        self.base_biller = Biller({name: _base_only(definition) for name, definition in definitions.items()})
        self.columns = tuple(dict.fromkeys((*self.biller.columns, *self.base_biller.columns)))
        self.timed, self.base_timed = (
            any("hours_since_previous" in definition.memory for definition in biller.definitions.values())
            for biller in (self.biller, self.base_biller)
        )
        self.remembers, self.copies = self._reading("billed_before"), self._reading(ORIGINAL_BASE)
        self.looks = [self._look(contact) for contact in range(atlas.contacts + 1)]

    def memory(self) -> Memory:
        """Return what is billed in every state."""
        reached = self._reach()
        duplicates, state_of = self._duplicates(reached)
        stages: list[Stage] = []
        merged: Sequence[int] = ()
        for contact in reversed(range(self.atlas.contacts)):
            stage, merged = self._stage(self.looks[contact], reached[contact], merged, state_of)
            stages.insert(0, stage)
        ends = len(ENDS) if duplicates.units.shape[1] > 1 else 1
        sorts = np.arange(duplicates.units.shape[1] * ends)
        return Memory(tuple(self.definitions), tuple(stages), duplicates, sorts % ends, sorts // ends)

    def _reading(self, column: str) -> Units:
        read = [column in definition.memory for definition in self.definitions.values()]
        return np.array(read, dtype=np.int8)[:, None]

    def _look(self, contact: int) -> _Looks:
        found = kinds_at(contact, self.atlas.contacts, self.atlas.hours, scored="csat" in self.columns)
        kinds, places = (tuple(part) for part in zip(*found, strict=True))
        count = len(kinds)
        rows = rows_of(kinds, [1] * count, [ORIGINS[0]] * count, range(count), (*_KEY, *self.columns)).drop([*_KEY])
        row = _numbered(list(zip(*rows.to_pydict().values(), strict=True)))
        return _Looks(contact, kinds, places, rows.take(_firsts(row)), tuple(row))

    def _interval(self, place: Place) -> int:
        """Return the interval of hours to the return, where some definition asks for the hours since the one before."""
        return place[1] if self.timed and isinstance(place[1], int) else 0

    def _sort(self, looks: _Looks, bases: Units) -> _Sorts:
        """Sort the kinds of a contact.

        Args:
            bases: of distinct rows, shape (definition, case, row).
        """
        of_row = _numbered([bases[:, :, row].tobytes() for row in range(looks.seen.num_rows)])
        back: dict[Back, int] = {}
        for kind, place, row in zip(looks.kinds, looks.places, looks.row, strict=True):
            if kind.leaf.fate == TO_AI:
                back.setdefault((of_row[row], self._interval(place)), row)
        return _Sorts(tuple(of_row[row] for row in looks.row), tuple(_firsts(of_row)), back)

    def _reach(self) -> list[_Reached]:
        """Follow the states from contact to contact."""
        found: list[_Reached] = []
        cases: list[tuple[Row, ...]] = [()]
        met, before = np.zeros((len(self.definitions), 1), dtype=np.int8), [0]
        for contact, looks in enumerate(self.looks[:-1]):
            self._refuse_explosion(len(cases), looks.seen.num_rows)
            asked = _numbered(before if self.base_timed else [0] * len(cases))
            unlike = [cases[place] for place in _firsts(asked)]
            bases = self._bill(self.base_biller, unlike, looks, range(looks.seen.num_rows))
            sorts = self._sort(looks, bases)
            bases = bases[:, asked][:, :, list(sorts.rows)]
            units = self._bill(self.biller, cases, looks, sorts.rows)
            now = (met[:, :, None] | bases) * self.remembers[:, None]
            moves = [(state, back) for state in range(len(cases)) for back in sorts.back]
            number = _numbered([(now[:, state, sort].tobytes(), interval) for state, (sort, interval) in moves])
            following: list[dict[Back, int]] = [{} for _ in cases]
            for (state, back), after in zip(moves, number, strict=True):
                following[state][back] = after
            found.append(_Reached(sorts, tuple(cases), units, bases, tuple(following)))
            if moves:
                firsts = [moves[place] for place in _firsts(number)]
                met = np.stack([now[:, state, sort] for state, (sort, _) in firsts], axis=1)
                cases = [(*cases[state], (contact, sorts.back[back])) for state, back in firsts]
                before = [interval for _, (_, interval) in firsts]
        return found

    def _refuse_explosion(self, states: int, rows: int) -> None:
        """Refuse definitions that together tell more states apart than can be billed."""
        if len(self.definitions) * states * rows > MOST_BILLS:
            raise DefinitionError(
                f"{len(self.definitions)} definitions look at what came before in a case "
                f"({', '.join(self.definitions)}) and tell {states:,} states of a case apart, too many for the fast "
                "engine: leave some out of the scenario, or use simulate run --engine ledger"
            )

    def _bill(
        self, biller: Biller, cases: Sequence[tuple[Row, ...]], last: _Looks, rows: Sequence[int], copied: bool = False
    ) -> Units:
        """Bill distinct rows as the last conversation of every case, shape (definition, case, row).

        Args:
            cases: what came before.
            copied: they are duplicates of the last conversation of their case.
        """
        wide = np.arange(len(cases) * len(rows)).reshape(len(cases), len(rows))
        numbers = np.array([case[-1][0] + 1 if copied else last.contact + 1 for case in cases])
        origin = origin_of(last.contact, self.atlas.contacts)
        ends = last.seen.take(np.tile(np.array(rows), len(cases)))
        parts = [_keyed(ends, wide.ravel(), np.repeat(numbers, len(rows)), origin)]
        for contact in range(max(map(len, cases))):
            reaching = [place for place, case in enumerate(cases) if len(case) > contact]
            before = np.repeat([cases[place][contact][1] for place in reaching], len(rows))
            number = np.full(len(before), contact + 1)
            origin = origin_of(contact, self.atlas.contacts)
            parts.append(_keyed(self.looks[contact].seen.take(before), wide[reaching].ravel(), number, origin))
        units = biller.units(pa.concat_tables(parts))
        return np.stack([each[: wide.size].reshape(wide.shape) for each in units.values()])

    def _duplicates(self, reached: Sequence[_Reached]) -> tuple[Stage, dict[bytes, int]]:
        """Bill duplicates after every sort of original; return also the state that an original's bases put them in."""
        originals: dict[bytes, tuple[Row, ...]] = {}
        for contact, at in enumerate(reached):
            for case, bases in zip(at.cases, self._copied(at), strict=True):
                for row, met in zip(at.sorts.rows, bases, strict=True):
                    originals.setdefault(met.tobytes(), (*case, (contact, row)))
        looks, cases = self.looks[-1], [*originals.values()]
        sorts = self._sort(looks, self._bill(self.base_biller, cases[:1], looks, range(looks.seen.num_rows), True))
        units = self._bill(self.biller, cases, looks, sorts.rows, True)
        merged = _numbered([units[:, place].tobytes() for place in range(len(cases))])
        units = units[:, _firsts(merged)]
        counted = zip(looks.kinds, sorts.of_kind, strict=True)
        group = _numbered([_counted(kind, units[:, :, sort]) for kind, sort in counted])
        chosen = [sorts.of_kind[kind] for kind in _firsts(group)]
        ending = np.full((units.shape[1], len(chosen)), -1)
        return self._made(looks, group, units[:, :, chosen], ending, ending), dict(zip(originals, merged, strict=True))

    def _copied(self, at: _Reached) -> Units:
        """Return what duplicates look at in their originals, shape (state, sort, definition)."""
        return np.ascontiguousarray((at.bases * self.copies[:, None]).transpose(1, 2, 0))

    def _stage(
        self, looks: _Looks, at: _Reached, merged: Sequence[int], state_of: Mapping[bytes, int]
    ) -> tuple[Stage, list[int]]:
        """Merge the states of a contact and group its kinds; return also the merged state of each state.

        Args:
            merged: the merged state of each state of the next contact.
            state_of: state that an original's bases put its duplicate in.
        """
        puts = np.array([[state_of[met.tobytes()] for met in bases] for bases in self._copied(at)])
        backs = {back: place for place, back in enumerate(at.sorts.back)}
        goes = np.array([[merged[following[back]] for back in backs] for following in at.following], dtype=np.intp)
        states = range(len(at.cases))
        same = _numbered([(at.units[:, at_].tobytes(), puts[at_].tobytes(), goes[at_].tobytes()) for at_ in states])
        firsts = _firsts(same)
        spawning = len({*state_of.values()}) > 1
        units, puts, goes = at.units[:, firsts], puts[firsts], goes[firsts]
        after = np.full((len(firsts), len(looks.kinds)), -1)
        keys: list[Hashable] = []
        for number, (kind, sort) in enumerate(zip(looks.kinds, at.sorts.of_kind, strict=True)):
            if kind.leaf.fate == TO_AI:
                after[:, number] = goes[:, backs[sort, self._interval(looks.places[number])]]
            spawns = (kind.leaf.end, puts[:, sort].tobytes()) if spawning else None
            keys.append((_counted(kind, units[:, :, sort]), after[:, number].tobytes(), spawns))
        group = _numbered(keys)
        chosen = _firsts(group)
        sorts = [at.sorts.of_kind[kind] for kind in chosen]
        ends = np.array([looks.kinds[kind].leaf.end for kind in chosen])
        original = puts[:, sorts] * len(ENDS) + ends if spawning else puts[:, sorts]
        return self._made(looks, group, units[:, :, sorts], after[:, chosen], original), same

    def _made(self, looks: _Looks, group: Sequence[int], units: Units, following: Index, original: Index) -> Stage:
        """Spread the groups over the axes of the atlas."""
        found = np.zeros(self.atlas.units[looks.contact][next(iter(self.definitions))].shape, dtype=np.intp)
        for place, number in zip(looks.places, group, strict=True):
            found[place] = number
        examples = tuple(looks.kinds[kind].leaf for kind in _firsts(group))
        return Stage(found, units, following, original, examples)


def _base_only(definition: Definition) -> Definition:
    """Return a definition that counts what meets a definition's conditions, whatever else is in its case."""
    spec = definition.spec
    alone: dict[str, str | None] = {"at_most": "conversation", "duplicates": "billed"}
    if spec.returns == "merge":
        alone |= {"returns": "bill_again", "return_window_hours": None}
    return compile_clauses(definition.name, spec.model_copy(update=alone))


def _numbered(keys: Sequence[Hashable]) -> list[int]:
    """Return numbers from 0, the same for the same keys, in order of their first places."""
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def _firsts(numbers: Sequence[int]) -> list[int]:
    """Return the first place of each number."""
    first: dict[int, int] = {}
    for place, number in enumerate(numbers):
        first.setdefault(number, place)
    return [*first.values()]


def _keyed(rows: pa.Table, case: Index, number: Index, origin: str) -> pa.Table:
    """Return rows with their key: case, contact and origin."""
    key = pa.table(
        {
            "case_id": pa.array(case, pa.int64()),
            "contact": pa.array(number, pa.int16()),
            "origin": pa.array([origin] * len(case), pa.string()),
        }
    )
    for name in rows.column_names:
        key = key.append_column(name, rows.column(name))
    return key


def _counted(kind: Kind, units: Units) -> Hashable:
    """Return what is billed of a kind, and where anything is, by whom it is solved."""
    return units.tobytes(), (kind.leaf.solved, kind.leaf.human) if units.any() else None
