"""Meters of parts: those of their atoms, shared out from the meters of all conversations, which stay as they are.

A part is never more than the whole, and parts that divide it add up to it, in every month of every trial.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import meters as names
from simulator.engine.atlas.atom_months import (
    Apart,
    Asked,
    AtomMonths,
    Counted,
    atom_months,
    groups_asked,
    masses_by_contact,
)
from simulator.engine.atlas.atom_sums import by_channel, long_by_atom, sums_by_atom, token_meters
from simulator.engine.atlas.atoms import Atoms
from simulator.engine.atlas.bills import Atlas
from simulator.engine.atlas.contexts import Memory
from simulator.engine.atlas.counts import Chance, divided, share_out
from simulator.engine.atlas.expected import ACTED, Expected
from simulator.engine.atlas.handling import Handling, ModelSums
from simulator.engine.atlas.law import Law
from simulator.engine.atlas.lengths import idle_chance
from simulator.engine.parts import part_meters
from simulator.engine.refusals import SUMMED

Array = NDArray[np.float64]
ByAtom = dict[str, Array]
"""Meters of all atoms, shape (atom, month, trial), by key of the whole."""

TOGETHER: Final = 600_000
"""Numbers of kinds in atoms that are worked out together."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What was drawn of all conversations, that parts share.

    Attributes:
        by_model: numbers, shape (model, level, end, channel, month, trial).
        models: the laws of each model's sums, and the sums, by name of the model.
        one_at_least: actions completed without a tool call, shape (month, trial).
        meters: all meters, shape (month, trial).
    """

    counted: Counted
    by_model: Array
    models: Mapping[str, tuple[Handling, ModelSums]]
    one_at_least: Array
    meters: Mapping[str, Array]


def parts_meters(
    chance: Chance,
    apart: Apart,
    whole: Whole,
    routed: Sequence[Array],
    atlas: Atlas,
    memory: Memory | None,
    law: Law,
) -> dict[str, Array]:
    """Return the meters of all asked parts, shape (month, trial) each.

    Args:
        routed: expected conversations of each atom by model, shape (model, channel, end, level, month, trial).
    """
    asked = _asked(apart.atoms, memory)
    groups = groups_asked(asked, atlas, whole.counted.kinds)
    masses = masses_by_contact(apart, atlas, whole.counted.kinds)
    months = [
        atom_months(chance, each, apart, whole.counted, routed, asked, groups, masses, atlas, memory, law)
        for each in _some_months(whole, len(apart.atoms.atoms))
    ]
    found = {key: np.concatenate([each.units[key] for each in months], axis=1) for key in months[0].units}
    if asked.sums:
        found |= _sums(chance, whole, months, apart.expected, routed)
    return _of_parts(apart.atoms, found, whole.meters)


def _some_months(whole: Whole, atoms: int) -> Iterator[range]:
    """Yield months that are worked out together: more would not fit into a processor's cache, fewer cost more calls."""
    months, trials = whole.by_model.shape[-2:]
    kinds = max(len(each.numbers) for each in whole.counted.kinds)
    together = max(1, TOGETHER // (atoms * kinds * trials))
    for first in range(0, months, together):
        yield range(first, min(first + together, months))


def _asked(atoms: Atoms, memory: Memory | None) -> Asked:
    bases = {base for each in atoms.parts.values() for base in each}
    definitions = sorted({definition for base in bases if (definition := names.definition_of(base))})
    remembered = set(memory.definitions) if memory is not None else set()
    return Asked(
        tuple(name for name in definitions if name not in remembered),
        tuple(name for name in definitions if name in remembered),
        any(base.partition(":")[0] in SUMMED for base in bases),
    )


def _of_parts(atoms: Atoms, found: ByAtom, whole: Mapping[str, Array]) -> dict[str, Array]:
    """Add up the atoms of each part; the last digit of a sum may not carry it beyond the whole."""
    meters: dict[str, Array] = {}
    for (part, bases), within in zip(atoms.parts.items(), atoms.within, strict=True):
        mine = {name: each[within > 0].sum(axis=0) for name, each in found.items()}
        meters |= part_meters(part, bases, {name: np.minimum(each, whole[name]) for name, each in mine.items()})
    return meters


def _sums(
    chance: Chance, whole: Whole, months: Sequence[AtomMonths], means: Sequence[Expected], routed: Sequence[Array]
) -> ByAtom:
    """Return messages, replies, actions and tokens."""
    parts = [each.to_sum for each in months if each.to_sum is not None]
    models = np.concatenate([each.by_model for each in parts], axis=4)
    numbers = by_channel(models, whole.by_model, routed)
    drawn = [
        sums_by_atom(chance, model, numbers[:, place], sums)
        for place, (model, sums) in enumerate(whole.models.values())
    ]
    left, kept, actions, prompts, answers = (
        np.add.reduce([each[name] for each in drawn]) for name in ("left_turns", "turns", "actions", "input", "output")
    )
    acted = np.concatenate([each.acted for each in parts], axis=2)
    found = {
        "messages": left + 2 * kept,
        "ai_replies": kept,
        "actions": actions + _least(chance, whole, acted, means, numbers.sum(axis=1)),
        names.INPUT_TOKENS: prompts,
        names.OUTPUT_TOKENS: answers,
    }
    for place, (name, (model, sums)) in enumerate(whole.models.items()):
        tokens = token_meters(name, drawn[place])
        found |= tokens
        if sums.long:
            long = long_by_atom(chance, model, numbers[:, place], sums, list(tokens.values()))
            found |= {names.tokens_long(name, kind): each for kind, each in zip(names.TOKEN_CLASSES, long, strict=True)}
    return found


def _least(chance: Chance, whole: Whole, acted: Array, means: Sequence[Expected], numbers: Array) -> Array:
    """Share out the actions that conversations completed without a tool call, shape (atom, month, trial).

    Args:
        acted: conversations with a completed action, shape (atom, branch, month, trial).
        numbers: shape (atom, level, end, channel, month, trial).
    """
    lengths = next(iter(whole.models.values()))[0].lengths
    weights = []
    for mine, own, each in zip(acted, means, numbers, strict=True):
        by_level = np.add.reduce([part.base[:, ACTED].sum(axis=0) for part in (*own.contacts, own.duplicates)])
        idle = (by_level * idle_chance(lengths, each)).sum(axis=1)
        weights.append((mine * divided(idle, by_level.sum(axis=1))).sum(axis=0))
    return share_out(chance, "atoms.least", 0, whole.one_at_least[None], np.stack(weights)[:, None])[:, 0]
