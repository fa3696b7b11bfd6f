"""Atoms: the smallest groups of conversations of which all asked parts are unions, and what is expected of each.

Parts choose by intent and by channel. Intents that no part tells apart are one class, channels likewise; an atom is a
class of intents on a class of channels. Every conversation is in exactly one atom, so that atoms add up to the whole.
An atom's expectations are those of the law with its intents only, whose cases are those on its channels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.contracts.part import Part
from simulator.engine.atlas.law import Law
from simulator.engine.refusals import classes, refuse_many_groups

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Atom:
    """Conversations with some intents on some channels.

    Attributes:
        intents: places of its intents.
        channels: whether each channel is in it, shape (channel,).
        group: number of its class of intents.
    """

    intents: Index
    channels: NDArray[np.bool_]
    group: int


@dataclass(frozen=True, slots=True)
class Atoms:
    """The atoms of the asked parts.

    Attributes:
        parts: each asked part, with the meters asked of it.
        within: which atoms each part consists of, in the same order, shape (part, atom) of 0 and 1.
    """

    atoms: tuple[Atom, ...]
    parts: Mapping[Part, tuple[str, ...]]
    within: Array


def make_atoms(parts: Mapping[Part, tuple[str, ...]], intents: Sequence[str], channels: Sequence[str]) -> Atoms | None:
    """Return the atoms of the asked parts, None where none is asked.

    Args:
        parts: with the meters asked of each.
        intents, channels: names of the scenario.

    Raises:
        ContractError: if there are too many.
    """
    if not parts:
        return None
    refuse_many_groups(parts, intents, channels)
    by_intent = classes([each.intents for each in parts], intents)
    by_channel = classes([each.channels for each in parts], channels)
    found = [
        (Atom(np.array(mine), np.isin(np.arange(len(channels)), on), group), signature, other)
        for group, (signature, mine) in enumerate(by_intent.items())
        for other, on in by_channel.items()
    ]
    within = [[signature[place] and other[place] for _, signature, other in found] for place in range(len(parts))]
    return Atoms(tuple(atom for atom, _, _ in found), parts, np.array(within, dtype=np.float64))


def largest_by_intent(atoms: Atoms) -> int | None:
    """Return the place of the atom with the most intents; None where channels are told apart.

    What is expected of it is what the others leave of the whole. On some of the channels that does not hold: cases
    that change the channel are expected where they began.
    """
    if len({atom.group for atom in atoms.atoms}) < len(atoms.atoms):
        return None
    return max(range(len(atoms.atoms)), key=lambda place: len(atoms.atoms[place].intents))


def law_of(atom: Atom, law: Law) -> tuple[Law, Array]:
    """Return the law of an atom's conversations, and the share of each intent's cases on its channels, (trial, intent).

    All channels keep their places; those outside have no cases.
    """
    mine = atom.intents
    shares = np.diff(law.channels[:, mine], axis=2, prepend=0.0) * atom.channels
    weight = shares.sum(axis=2)
    own = np.divide(shares, weight[..., None], out=np.zeros_like(shares), where=weight[..., None] > 0)
    outcomes, attributes, returns = law.outcomes, law.attributes, law.returns
    return (
        replace(
            law,
            level_tails=law.level_tails[:, mine],
            channels=np.cumsum(own, axis=2),
            outcomes=replace(
                outcomes,
                escalate_logit=outcomes.escalate_logit[:, mine],
                solve_logit=outcomes.solve_logit[:, mine],
                abandon=outcomes.abandon[:, mine],
                confirm=outcomes.confirm[:, mine],
            ),
            attributes=replace(
                attributes,
                classes=attributes.classes[:, mine],
                planned=attributes.planned[:, mine],
                review=attributes.review[:, mine],
                action=attributes.action[:, mine],
            ),
            returns=replace(returns, return_logit=returns.return_logit[..., mine]),
        ),
        weight,
    )


def cases_of(atom: Atom, cases: Array, weight: Array) -> Array:
    """Return an atom's expected cases, shape (its intent, month, trial).

    Args:
        cases: of all intents, shape (intent, month, trial).
        weight: share of each of its intents' cases on its channels, shape (trial, its intent).
    """
    return np.ascontiguousarray(cases[atom.intents] * weight.T[:, None])
