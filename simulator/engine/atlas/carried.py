"""That a case keeps its channel over its conversations: what this adds to the spread of minutes.

The numbers of conversations by channel are shared out contact by contact, as if each contact of a case chose its
channel anew. Where a turn takes longer on one channel than on another, that leaves out the covariance of the
conversations of one case: R (diag(p) - p p') for R ordered pairs of conversations of one case and shares p of the
channels. It is added as normal noise on the numbers by channel, level by level, which sums to 0 over the channels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.counts import Chance, Counts, divided
from simulator.engine.atlas.lengths import LengthMoments
from simulator.engine.atlas.pieces import MEAN, Piece
from simulator.engine.atlas.skewness import weigh

Array = NDArray[np.float64]


def pairs_of(contacts: Sequence[Counts], duplicates: Counts, same_channel: Array) -> Array:
    """Return the ordered pairs of conversations of one case that share its channel, by level, (level, month, trial).

    A case with k contacts has k (k - 1) of them. A duplicate that stays on the channel has two with each contact of
    its case, and two with another such duplicate.

    Args:
        same_channel: chance that a duplicate stays, shape (trial,).
    """
    reached = [counts.base.sum(axis=(0, 1)) for counts in contacts]
    copies = duplicates.base.sum(axis=(0, 1)) * same_channel
    every = np.add.reduce(reached)
    pairs = np.add.reduce([2 * place * number for place, number in enumerate(reached)])
    with_contacts = np.add.reduce([(2 * place + 1) * number for place, number in enumerate(reached)])
    rate = divided(copies, every)
    return np.asarray(pairs + 2 * rate * with_contacts + rate**2 * pairs)


def carried(chance: Chance, pairs: Array, numbers: Array, expected: Array) -> Array:
    """Return the noise on the numbers of conversations by level and channel, shape (level, channel, month, trial).

    Args:
        pairs: of `pairs_of`.
        numbers: conversations by level and channel, shape (level, channel, month, trial).
        expected: the same as expected.
    """
    share = divided(expected, expected.sum(axis=1)[:, None])
    levels, channels = share.shape[:2]
    scores = [chance.scores(f"carried.{channel}", 0, (levels, *pairs.shape[1:])) for channel in range(channels)]
    own = np.sqrt(share) * np.stack(scores, axis=1)
    noise = np.sqrt(pairs)[:, None] * (own - share * own.sum(axis=1)[:, None])
    present = np.sqrt(np.minimum(divided(numbers, expected), numbers))  # none where there is no conversation
    return chance.noise(noise * present)


def carried_by_piece(
    pieces: Sequence[Piece], noise: Array, by_channel: Array, mean_of: LengthMoments
) -> dict[str, Array]:
    """Return what noise on the numbers by level and channel adds to the sums of pieces, (month, trial) by name.

    Args:
        noise: shape (level, channel, month, trial).
        by_channel: conversations, shape (level, end, channel, month, trial), by whose ends an amount is averaged.
        mean_of: lengths whose laws are (level, end, channel), flattened.
    """
    share = divided(by_channel, by_channel.sum(axis=1)[:, None])
    weighed = (share * noise[:, None]).reshape(mean_of.masses.shape[1], *noise.shape[2:])
    return {piece.name: np.asarray(weigh(weighed, piece.table[:, :, MEAN : MEAN + 1])[0]) for piece in pieces}
