"""Functions of one conversation's length that contracts may bill: blocks, and minutes by channel.

Minutes are turns times the seconds a turn takes on the conversation's channel, so that all that is needed are the turns
by groups of channels on which a turn takes as long. What blocks and allowances of minutes make of a conversation is a
function of its turns (or of its actions) that is not linear; a table holds its moments for each law of lengths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts.asked import Asked
from simulator.contracts.meters import MINUTE_SECONDS, MINUTES, Blocks, Layer
from simulator.engine.atlas.lengths import LINEAR, PLACE, LengthMoments, action_masses
from simulator.engine.atlas.singles import Lot

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

PAIRED: Final = (*LINEAR, "actions")
"""Lengths whose covariance with a piece is known: those that tokens are linear in, and the actions."""
MEAN, VARIANCE, THIRD, FIRST_PAIR = range(4)
"""Columns of a table: mean, variance, third central moment, then the covariances with PAIRED."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One amount of each conversation that is summed beside the usual lengths.

    Attributes:
        name: in results.
        stream: name of its scores; amounts of the same kind share them, so that they rise and fall together.
        base: meter of which it is made; empty for turns.
        part: the blocks, or the layer, that make it of the base; None for turns.
        table: moments by law, shape (trial or 1, law, column).
        low: least amount of a conversation by law, shape (trial or 1, law).
        whole: whether amounts are whole numbers.
    """

    name: str
    stream: str
    base: str
    part: Blocks | Layer | None
    table: Array
    low: Array
    whole: bool


@dataclass(frozen=True, slots=True)
class Pieces:
    """All that contracts ask of the lengths of conversations.

    Attributes:
        turns: one piece for each group of channels, empty where no minutes are asked.
        laws: laws of each group, shape (group, law).
        seconds: of a turn in each group, shape (group, trial).
        channel: the group of each law, shape (law,).
        others: blocks, and layers of minutes; before one with a cap comes the same without.
    """

    turns: tuple[Piece, ...]
    laws: Flags
    seconds: Array
    channel: NDArray[np.intp]
    others: tuple[Piece, ...]

    def of_lot(self, lot: Lot, trials: int) -> Iterator[tuple[str, Array]]:
        """Yield the sums of conversations drawn singly, by name of the piece, shape (trial,) each."""

        def total(values: Array) -> Array:
            return np.bincount(lot.trial, weights=values, minlength=trials).astype(np.float64)

        group = self.channel[lot.law]
        for number, piece in enumerate(self.turns):
            yield piece.name, total(np.where(group == number, lot.turns, 0.0))
        minutes = lot.turns * self.seconds[group, lot.trial] / MINUTE_SECONDS if self.turns else None
        for piece in self.others:
            sizes = minutes if piece.base == MINUTES else lot.sizes(piece.base)
            assert sizes is not None, "minutes are asked wherever a piece of them is"
            yield piece.name, total(sizes if piece.part is None else piece.part.billed(sizes))

    def minutes(self, turns: Sequence[Array]) -> Array:
        """Return minutes, given the turns of each group, shape (month, trial)."""
        return np.asarray(sum(s * t for s, t in zip(self.seconds, turns, strict=True)) / MINUTE_SECONDS)


def uncapped(layer: Layer) -> Layer:
    """Return what is above a layer's allowance, or above its cap where nothing is free."""
    return Layer(layer.base, layer.included or layer.cap or 0.0, None)


def make_pieces(asked: Asked, lengths: LengthMoments, seconds: Array, channels: Sequence[str]) -> Pieces | None:
    """Return the pieces of a block of trials, None where none is asked.

    Args:
        seconds: of a turn, shape (trial, channel).
        channels: names of the channels.
    """
    if not (asked.blocks or asked.minutes):
        return None
    groups = _groups(seconds) if asked.minutes else [list(range(len(channels)))]
    of_channel = np.array([next(g for g, each in enumerate(groups) if c in each) for c in range(len(channels))])
    channel = of_channel[np.arange(lengths.masses.shape[1]) % len(channels)]
    laws = channel == np.arange(len(groups))[:, None]
    slow = np.stack([seconds[:, each[0]] for each in groups])
    number = np.arange(1.0, lengths.masses.shape[2] + 1)
    turns: list[Piece] = []
    for place, own in enumerate(groups if asked.minutes else []):
        name = f"turns@{'|'.join(channels[each] for each in own)}"
        turns.append(_piece(name, "", None, np.where(laws[place, :, None], number, 0.0)[None], lengths))
    others = [
        _actions_piece(part, lengths)
        if part.base == "actions"
        else _piece(
            part.key,
            part.base,
            part,
            part.billed(_sizes(part.base, number, lengths, slow[channel])),
            lengths,
        )
        for part in _parts(asked)
    ]
    return Pieces(tuple(turns), laws, slow, channel, tuple(others))


def _parts(asked: Asked) -> list[Blocks | Layer]:
    """Return blocks and layers in the order in which they are drawn, each once."""
    layers = [layer for layer in asked.layers if layer.base == MINUTES]
    capped = [layer for layer in layers if layer.included and layer.cap is not None]
    return list(dict.fromkeys([*asked.blocks, *map(uncapped, layers), *capped]))


def _groups(seconds: Array) -> list[list[int]]:
    """Return the channels on which a turn takes as long in every trial, in groups."""
    found: dict[bytes, list[int]] = {}
    for channel, each in enumerate(seconds.T):
        found.setdefault(np.ascontiguousarray(each).tobytes(), []).append(channel)
    return list(found.values())


def _sizes(base: str, turns: Array, lengths: LengthMoments, seconds: Array) -> Array:
    """Return what conversations with each number of turns have of a meter, shape (trial or 1, law, turns).

    Args:
        seconds: of a turn by law, shape (law, trial).
    """
    if base == MINUTES:
        same = seconds[:, :1] if bool(np.all(seconds == seconds[:, :1])) else seconds
        return np.asarray(same.T[:, :, None] * turns / MINUTE_SECONDS)
    left = lengths.abandoned[:, None]
    replies = np.where(left, 0.0, turns)
    return np.asarray((turns + replies if base == "messages" else replies)[None])


def _piece(name: str, base: str, part: Blocks | Layer | None, values: Array, lengths: LengthMoments) -> Piece:
    """Return a piece that is a function of the turns, given its values, shape (trial or 1, law, turns)."""
    actions = lengths.sums[:, None, :, PLACE["actions"]]
    table = _table(lengths, (values, values**2, values**3), values * actions)
    return Piece(name, base or name, base, part, table, values.min(axis=2), isinstance(part, Blocks))


def _actions_piece(part: Blocks | Layer, lengths: LengthMoments) -> Piece:
    """Return blocks of actions: given the turns, actions have the law of that many calls."""
    masses, calls = action_masses(lengths.tables), lengths.tables.calls[:, 1:]
    number = np.arange(float(masses.shape[2]))
    made = part.billed(number)
    by_calls = masses @ np.stack([made, made**2, made**3, made * number], axis=1)
    given = by_calls[np.arange(len(calls))[:, None], calls]
    first, second, third, product = (given[:, None, :, column] for column in range(4))
    table = _table(lengths, (first, second, third), product)
    return Piece(part.key, "actions", "actions", part, table, np.zeros(table.shape[:2]), whole=True)


def _table(lengths: LengthMoments, powers: tuple[Array, Array, Array], with_actions: Array) -> Array:
    """Return the moments by law.

    Args:
        powers: E of the amount, of its square and its cube given the turns, shape (trial or 1, law or 1, turns).
        with_actions: E of the amount times the actions given the turns, likewise.
    """
    masses = lengths.masses
    first, second, third = ((masses * power).sum(axis=2) for power in powers)
    linear = [PLACE[name] for name in LINEAR]
    products = (masses * powers[0]) @ lengths.sums[:, :, linear] - first[:, :, None] * lengths.mean[:, :, linear]
    actions = (masses * with_actions).sum(axis=2) - first * lengths.mean[:, :, PLACE["actions"]]
    variance = np.maximum(second - first**2, 0.0)
    cubed = third - 3 * first * second + 2 * first**3
    return np.concatenate([np.stack([first, variance, cubed], axis=2), products, actions[:, :, None]], axis=2)
