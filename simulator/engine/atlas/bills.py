"""The atlas: every kind of conversation as a row of the record, billed once by the definitions' SQL.

What a definition's units are for a kind is read off that answer; counts of kinds are then all that a month needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from simulator.definitions import Biller, Definition, OwnMeter
from simulator.engine.atlas.borders import borders_of, cells
from simulator.engine.atlas.kinds import NO_RETURN, STRAIGHT, TO_AI, Leaf, leaves_of
from simulator.engine.refusals import own_sql, refuse_contact, refuse_unseen
from simulator.law import ABANDONED, ENDS, ESCALATED, PARTIAL
from simulator.records import BY_NAME, CLASSES, ORIGINS, OUTCOMES, TOUCHES

Units = NDArray[np.int8]
Amounts = NDArray[np.float64]
Place = tuple[int | slice, ...]
"""Where a kind stands along (leaf, interval, class, score)."""

SCORES: Final = (None, 1, 2, 3, 4, 5)
OTHERS: Final = CLASSES[1:]
"""Classes other than service."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of conversation, as far as definitions tell them apart.

    Attributes:
        hours: hours to the return, within the interval that it stands for; None without a return.
        service_class: a class of records.CLASSES.
        score: satisfaction, None without a response.
    """

    leaf: Leaf
    hours: float | None
    service_class: str
    score: int | None = None


def fates_of(contact: int, contacts: int) -> tuple[int, ...]:
    """Return the fates that conversations of a contact can have; duplicates have the number `contacts`."""
    if contact == contacts:
        return (NO_RETURN,)
    return (NO_RETURN, STRAIGHT) if contact == contacts - 1 else (NO_RETURN, TO_AI, STRAIGHT)


@dataclass(frozen=True, slots=True)
class Atlas:
    """What definitions bill for each kind.

    Attributes:
        definitions: names.
        borders: hours at which delays are split, in the order of the tree.
        hours: hours within each interval between the borders, the shortest first.
        contacts: contact numbers a case can have.
        units: for each contact (from 0), and last for duplicates: definition -> units of shape (leaf, interval, class,
            score), 0 or 1, for a conversation that stands alone in its case.
        amounts: likewise what a conversation adds to each own meter.
        later: hours of the grid at or after which returns to the AI are counted, for sessions.
    """

    definitions: tuple[str, ...]
    borders: tuple[float, ...]
    hours: tuple[float, ...]
    contacts: int
    units: tuple[Mapping[str, Units], ...]
    amounts: tuple[Mapping[str, Amounts], ...] = ()
    later: tuple[float, ...] = ()

    def looks(self, contact: int) -> list[NDArray[Any]]:
        """Return all that tells kinds of a contact apart, in the axes of `units`."""
        found: list[NDArray[Any]] = [*self.units[contact].values()]
        found += self.amounts[contact].values() if self.amounts else ()
        return [*found, *(self.comes_later(contact, hours) for hours in self.later)]

    def comes_later(self, contact: int, hours: float) -> Units:
        """Return which kinds return to the AI so many hours later or more, in the axes of `units`."""
        leaves = np.array([leaf.fate == TO_AI for leaf in self.leaves(contact)], dtype=np.int8)
        late = np.array([each > hours for each in self.hours], dtype=np.int8)
        return np.broadcast_to((leaves[:, None] * late)[:, :, None, None], self.shape(contact))

    def shape(self, contact: int) -> tuple[int, int, int, int]:
        """Return the axes of `units`."""
        return len(self.leaves(contact)), len(self.hours), len(OTHERS), len(SCORES)

    def leaves(self, contact: int) -> tuple[Leaf, ...]:
        """Return the kinds of a contact that are always told apart."""
        return leaves_of(fates_of(contact, self.contacts))


def make_atlas(
    definitions: Mapping[str, Definition],
    contacts: int,
    *,
    duplicates: bool = False,
    meters: Mapping[str, OwnMeter] | None = None,
    later: Sequence[float] = (),
) -> Atlas:
    """Bill every kind once.

    Args:
        definitions: those in use.
        meters: the scenario's own.
        later: hours of the grid at which sessions look.
        contacts: conversations a case can have with the AI.
        duplicates: whether conversations can have duplicates, which are counted for all contacts together.

    Raises:
        DefinitionError: a definition looks at what kinds do not have.
    """
    own = meters or {}
    for what, columns in _read(definitions, own):
        refuse_unseen(what, columns)
    for what, columns in own_sql(definitions, own).items() if duplicates else ():
        refuse_contact(what, columns)
    borders = borders_of(definitions.values(), own.values(), later)
    hours = cells(borders)
    biller = Biller(definitions, own)
    found = [_billed(biller, contact, contacts, hours) for contact in range(contacts + 1)]
    units, amounts = (tuple(each) for each in zip(*found, strict=True))
    return Atlas(tuple(definitions), borders, hours, contacts, units, amounts, tuple(later))


def _read(definitions: Mapping[str, Definition], meters: Mapping[str, OwnMeter]) -> list[tuple[str, tuple[str, ...]]]:
    """Return each definition and own meter, as messages name it, with the columns that it reads."""
    found = [(f"definition {name!r}", each.columns) for name, each in definitions.items()]
    return found + [(f"meter {name!r}", each.columns) for name, each in meters.items()]


def _billed(
    biller: Biller, contact: int, contacts: int, hours: tuple[float, ...]
) -> tuple[dict[str, Units], dict[str, Amounts]]:
    """Return units and amounts of conversations that stand alone, by name, shape (leaf, interval, class, score)."""
    found = list(kinds_at(contact, contacts, hours, scored="csat" in biller.columns))
    kinds = [kind for kind, _ in found]
    number = 1 if contact == contacts else contact + 1
    origins = [origin_of(contact, contacts)] * len(kinds)
    billed = biller.bill(rows_of(kinds, [number] * len(kinds), origins, range(len(kinds)), biller.columns))
    shape = (len(leaves_of(fates_of(contact, contacts))), len(hours), len(OTHERS), len(SCORES))
    places = [place for _, place in found]
    return (
        {name: _placed(each, places, shape) for name, each in billed.units.items()},
        {name: _placed(each, places, shape) for name, each in billed.amounts.items()},
    )


def _placed(values: NDArray[Any], places: Sequence[Place], shape: tuple[int, ...]) -> NDArray[Any]:
    """Spread values of kinds over their places."""
    found = np.zeros(shape, dtype=values.dtype)
    for place, value in zip(places, values, strict=True):
        found[place] = value
    return found


def origin_of(contact: int, contacts: int) -> str:
    """Return the origin of the conversations of a contact, from 0; duplicates have the number `contacts`."""
    return ORIGINS[2] if contact == contacts else ORIGINS[0] if contact == 0 else ORIGINS[1]


def kinds_at(contact: int, contacts: int, hours: Sequence[float], *, scored: bool) -> Iterator[tuple[Kind, Place]]:
    """Yield what definitions may tell apart at a contact, with its place in Atlas.units.

    Args:
        scored: whether scores of satisfaction are told apart.
    """
    everywhere = slice(None)
    for leaf_place, leaf in enumerate(leaves_of(fates_of(contact, contacts))):
        stays = leaf.fate == NO_RETURN
        delays = [(None, everywhere)] if stays else [(delay, place) for place, delay in enumerate(hours)]
        classes = [(name, place) for place, name in enumerate(OTHERS)] if leaf.other else [(CLASSES[0], everywhere)]
        asked = scored and leaf.may_respond
        scores = list(zip(SCORES, range(len(SCORES)), strict=True)) if asked else [(None, everywhere)]
        for delay, interval in delays:
            for name, of_class in classes:
                for score, of_score in scores:
                    yield Kind(leaf, delay, name, score), (leaf_place, interval, of_class, of_score)


def rows_of(
    kinds: Sequence[Kind],
    contact: Sequence[int],
    origin: Sequence[str],
    case: Sequence[int],
    columns: Sequence[str],
) -> pa.Table:
    """Return kinds as rows of the record, with the columns asked for."""
    outcome = [OUTCOMES[OUTCOMES.index(ENDS[kind.leaf.end].split("_")[0])] for kind in kinds]
    handed = [kind.leaf.end in (PARTIAL, ESCALATED) for kind in kinds]
    marked = [kind.leaf.mark and kind.leaf.end != ESCALATED for kind in kinds]
    touch = [TOUCHES[2] if h else TOUCHES[1] if r else TOUCHES[0] for h, r in zip(handed, marked, strict=True)]
    made: dict[str, pa.Array] = {
        "case_id": pa.array(case, pa.int64()),
        "contact": pa.array(contact, pa.int16()),
        "origin": pa.array(origin, pa.string()),
        "class": pa.array([kind.service_class for kind in kinds], pa.string()),
        "outcome": pa.array(outcome, pa.string()),
        "answered": pa.array([kind.leaf.end not in (ABANDONED, ESCALATED) for kind in kinds]),
        "human_touch": pa.array(touch, pa.string()),
        "handoff_planned": pa.array([kind.leaf.mark and kind.leaf.end == ESCALATED for kind in kinds]),
        "action_completed": pa.array([kind.leaf.action for kind in kinds]),
        "judged_resolved": pa.array([kind.leaf.judged for kind in kinds]),
        "csat": pa.array([kind.score for kind in kinds], pa.int8()),
        "returned_after_hours": pa.array([kind.hours for kind in kinds], pa.float64()),
    }
    return pa.table({column: made[column] for column in columns if column in BY_NAME})
