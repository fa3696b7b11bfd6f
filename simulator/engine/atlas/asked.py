"""Blocks and minutes of a month, from the pieces of all models' conversations."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulator.contracts.asked import Asked
from simulator.contracts.meters import MINUTES
from simulator.engine.atlas.lengthwise import bounds_of
from simulator.engine.atlas.pieces import Pieces, uncapped

Array = NDArray[np.float64]


def asked_meters(asked: Asked, pieces: Pieces, sums: Mapping[str, Array], one_at_least: Array) -> dict[str, Array]:
    """Return blocks, minutes and layers of minutes by their keys, shape (month, trial) each.

    Args:
        sums: of the pieces, over all models.
        one_at_least: conversations with a completed action and no call: they have one action, and begin one block.
    """
    found: dict[str, Array] = {}
    for blocks in asked.blocks:
        more = one_at_least * blocks.billed(np.ones(1)) if blocks.base == "actions" else 0.0
        found[blocks.key] = np.asarray(sums[blocks.key] + more)
    if pieces.turns:
        found[MINUTES] = pieces.minutes([sums[piece.name] for piece in pieces.turns])
    for layer in asked.layers:
        if layer.base == MINUTES:
            whole = sums[uncapped(layer).key]
            found[layer.key] = sums[layer.key] if layer.included else found[MINUTES] - whole
    return found


def moved(pieces: Pieces, sums: Mapping[str, Array], added: Mapping[str, Array], number: Array) -> dict[str, Array]:
    """Return the sums of pieces with more conversations on one channel and fewer on another.

    Where a channel's conversations are longer than another's this moves the sum of its turns too, which the plain meter
    of turns does not follow.

    Args:
        added: to each piece's sum.
        number: of conversations, shape (month, trial).
    """
    found = {name: np.asarray(amount) for name, amount in sums.items()}
    for piece in pieces.turns:
        found[piece.name] = np.maximum(sums[piece.name] + added[piece.name], 0.0)
    minutes = pieces.minutes([found[piece.name] for piece in pieces.turns])
    for piece in pieces.others:
        if piece.base == MINUTES:
            amount = sums[piece.name] + added[piece.name]
            least, most = bounds_of(piece, minutes, number, found)
            found[piece.name] = np.minimum(np.maximum(np.rint(amount) if piece.whole else amount, least), most)
    return found
