"""The atlas: every kind of conversation as a row of the record, billed once by the definitions' SQL.

What a definition's units are for a kind is read off that answer; counts of kinds are then all that a month needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from simulator.definitions import Biller, Definition
from simulator.definitions.predicate import compile_predicate
from simulator.engine.atlas.borders import borders_of, cells
from simulator.engine.atlas.kinds import NO_RETURN, STRAIGHT, TO_AI, Leaf, leaves_of
from simulator.errors import DefinitionError
from simulator.model.law import ABANDONED, ENDS, ESCALATED, PARTIAL
from simulator.records import BY_NAME, CLASSES, ORIGINS, OUTCOMES, TOUCHES

Units = NDArray[np.int8]
Place = tuple[int | slice, ...]
"""Where a kind stands along (leaf, interval, class, score)."""

SEEN: Final = frozenset(
    {
        "case_id",
        "contact",
        "origin",
        "class",
        "outcome",
        "answered",
        "human_touch",
        "handoff_planned",
        "action_completed",
        "judged_resolved",
        "csat",
        "returned_after_hours",
    }
)
"""Columns of the record that kinds have."""
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
    """

    definitions: tuple[str, ...]
    borders: tuple[float, ...]
    hours: tuple[float, ...]
    contacts: int
    units: tuple[Mapping[str, Units], ...]

    def leaves(self, contact: int) -> tuple[Leaf, ...]:
        """Return the kinds of a contact that are always told apart."""
        return leaves_of(fates_of(contact, self.contacts))


def make_atlas(definitions: Mapping[str, Definition], contacts: int, *, duplicates: bool = False) -> Atlas:
    """Bill every kind once.

    Args:
        definitions: those in use.
        contacts: conversations a case can have with the AI.
        duplicates: whether conversations can have duplicates, which are counted for all contacts together.

    Raises:
        DefinitionError: a definition looks at what kinds do not have.
    """
    for definition in definitions.values():
        _refuse_unseen(definition)
        if duplicates:
            _refuse_contact(definition)
    borders = borders_of(definitions.values())
    hours = cells(borders)
    biller = Biller(definitions)
    units = tuple(_units_of(biller, contact, contacts, hours) for contact in range(contacts + 1))
    return Atlas(tuple(definitions), borders, hours, contacts, units)


def _refuse_unseen(definition: Definition) -> None:
    unseen = sorted(set(definition.columns) - SEEN)
    if unseen:
        raise DefinitionError(
            f"definition {definition.name!r} reads {', '.join(unseen)}, which the fast engine does not tell apart: "
            "leave it out" + ("" if "opened_at" in unseen else ", or run with --engine ledger")
        )


def _refuse_contact(definition: Definition) -> None:
    """Refuse an own predicate on the contact number, which duplicates of several contacts do not share."""
    if definition.spec.predicate is None:
        return
    if "contact" in compile_predicate(definition.spec.predicate).columns:
        raise DefinitionError(
            f"definition {definition.name!r} reads contact, which the fast engine does not know of duplicates: "
            "leave it out, or run with --engine ledger"
        )


def _units_of(biller: Biller, contact: int, contacts: int, hours: tuple[float, ...]) -> dict[str, Units]:
    """Return the units of conversations that stand alone, by definition, shape (leaf, interval, class, score)."""
    found = list(kinds_at(contact, contacts, hours, scored="csat" in biller.columns))
    kinds = [kind for kind, _ in found]
    number = 1 if contact == contacts else contact + 1
    origins = [origin_of(contact, contacts)] * len(kinds)
    rows = rows_of(kinds, [number] * len(kinds), origins, range(len(kinds)), biller.columns)
    shape = (len(leaves_of(fates_of(contact, contacts))), len(hours), len(OTHERS), len(SCORES))
    units = {}
    for name, counted in biller.units(rows).items():
        units[name] = np.zeros(shape, dtype=np.int8)
        for (_, place), unit in zip(found, counted, strict=True):
            units[name][place] = unit
    return units


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
