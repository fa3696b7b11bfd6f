"""Sums of pieces of conversations, drawn beside the usual sums of a month, which they leave as they are.

Means, variances and covariances with all usual sums are exact. Pieces of one meter share a score, and none depends on
which others are asked. The turns of groups of channels add up to all turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr

from simulator.contracts.meters import MINUTES, Layer
from simulator.engine.atlas.counts import Chance, divided
from simulator.engine.atlas.joint import MOST_SKEWNESS, Covariance, bent, correlated_scores
from simulator.engine.atlas.pieces import FIRST_PAIR, MEAN, PAIRED, THIRD, VARIANCE, Piece, Pieces, uncapped
from simulator.engine.atlas.quantiles import LOWEST, poisson_counts
from simulator.engine.atlas.skewness import weigh

Array = NDArray[np.float64]
MOST_OVERDISPERSED = 1.5
"""Variance over mean up to which a rare whole number has the law of Poisson; beyond, that of a gamma amount."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The sums of a model that are drawn whatever is asked.

    Attributes:
        names: in the order of their scores.
        covariance: of two of them, or of one and a length, by name.
        scores: independent standard normal scores, shape (sum, month, trial).
        plain: the sums as drawn, by meter.
        turns: of all conversations.
    """

    names: Sequence[str]
    covariance: Callable[[Covariance], Covariance]
    scores: Array
    plain: Mapping[str, Array]
    turns: Array


class Weighed:
    """The moments of pieces, summed over the conversations of one model."""

    def __init__(self, pieces: Pieces, counts: Array, left: NDArray[np.bool_]) -> None:
        self.pieces, self.counts = pieces, counts
        self.every = {piece.name: piece for piece in (*pieces.turns, *pieces.others)}
        self.sums = {
            name: (weigh(counts[left], piece.table[:, left]), weigh(counts[~left], piece.table[:, ~left]))
            for name, piece in self.every.items()
        }
        self.groups = {piece.name: laws for piece, laws in zip(pieces.turns, pieces.laws, strict=False)}

    def total(self, name: str, column: int) -> Array:
        """Return a moment of a piece summed over all conversations, shape (month, trial)."""
        left, kept = self.sums[name]
        return np.asarray(left[column] + kept[column])

    def low(self, piece: Piece) -> Array:
        """Return the least that a piece can be, shape (month, trial)."""
        return np.asarray(weigh(self.counts, piece.low[:, :, None])[0])

    def pair(self, first: str, second: str) -> Array:
        """Return the covariance of a piece with a length, a usual sum of turns, or the turns of a group."""
        if first not in self.every or (first in self.groups and second in self.every):
            first, second = second, first
        if first == second:
            return self.total(first, VARIANCE)
        turns = FIRST_PAIR + PAIRED.index("turns")
        if second in self.groups:
            laws = self.groups[second]
            if first in self.groups:
                return np.zeros(self.counts.shape[1:])
            return np.asarray(weigh(self.counts[laws], self.every[first].table[:, laws, turns : turns + 1])[0])
        if second in ("left_turns", "turns"):
            return np.asarray(self.sums[first][int(second == "turns")][turns])
        return self.total(first, FIRST_PAIR + PAIRED.index(second))


def draw_pieces(chance: Chance, place: int, weighed: Weighed, usual: Usual, pair: Covariance) -> dict[str, Array]:
    """Return the sums of all pieces of one model by name, shape (month, trial) each.

    Args:
        place: of the model.
        pair: covariance of two lengths, for what is not a piece.
    """
    pieces, counts = weighed.pieces, weighed.counts
    shape = counts.shape[1:]
    rest = int(np.argmax([counts[laws].sum() for laws in pieces.laws]))
    groups = [piece for number, piece in enumerate(pieces.turns) if number != rest]

    def either(first: str, second: str) -> Array:
        return weighed.pair(first, second) if {first, second} & weighed.every.keys() else pair(first, second)

    drawn = (*groups, *pieces.others)
    own = [chance.scores(f"pieces.{piece.stream}.{place}", 0, (1, *shape)) for piece in drawn]
    mixed, _ = correlated_scores(
        (*usual.names, *(piece.name for piece in groups)),
        usual.covariance(either),
        np.concatenate([usual.scores, *own]),
        apart=[piece.name for piece in pieces.others],
    )
    found = _turns(chance, weighed, groups, mixed, usual.turns)
    if pieces.turns:
        found[pieces.turns[rest].name] = usual.turns - sum(found.values())
    minutes = pieces.minutes([found[piece.name] for piece in pieces.turns]) if pieces.turns else None
    for piece in pieces.others:
        plain = usual.plain[piece.base] if piece.base != MINUTES or minutes is None else minutes
        bounds = bounds_of(piece, plain, counts.sum(axis=0), found)
        found[piece.name] = _amount(chance, weighed, piece, mixed[piece.name], bounds)
    return found


def _turns(
    chance: Chance, weighed: Weighed, groups: Sequence[Piece], mixed: Mapping[str, Array], turns: Array
) -> dict[str, Array]:
    """Return the turns of all groups of channels but one, which leave it one turn a conversation at least."""
    found: dict[str, Array] = {}
    spare = turns - weighed.counts.sum(axis=0)
    for piece in groups:
        low = weighed.low(piece)
        found[piece.name] = _amount(chance, weighed, piece, mixed[piece.name], (low, low + spare))
        spare = spare - (found[piece.name] - low)
    return found


def bounds_of(piece: Piece, plain: Array, number: Array, found: Mapping[str, Array]) -> tuple[Array, Array]:
    """Return the least and the most that a piece can be beside the plain sum of its meter.

    Args:
        number: of conversations.
        found: pieces before it, among them the layer without the cap that it has.
    """
    assert piece.part is not None, "turns have bounds of their own"
    if isinstance(piece.part, Layer):
        if piece.part.cap is not None:
            return np.zeros_like(plain), found[uncapped(piece.part).key]
        return np.maximum(plain - piece.part.included * number, 0.0), plain
    size = piece.part.size
    spare = number * (1 - 1 / size) if size == round(size) and piece.base != MINUTES else number
    return np.ceil(plain / size - 1e-9), np.floor(plain / size + spare + 1e-9)


def _amount(chance: Chance, weighed: Weighed, piece: Piece, score: Array, bounds: tuple[Array, Array]) -> Array:
    """Return the amount at a score: a shifted gamma law, or what is left above the least where that is rare."""
    mean = weighed.total(piece.name, MEAN)
    if not chance.draws:
        return mean
    variance, third = weighed.total(piece.name, VARIANCE), weighed.total(piece.name, THIRD)
    skewness = divided(third, variance**1.5)
    amount = mean + np.sqrt(variance) * bent(score, skewness)
    rare = (skewness > MOST_SKEWNESS) & (variance > 0)
    if rare.any():
        low = weighed.low(piece)[rare]
        amount[rare] = low + _rare(np.maximum(mean[rare] - low, 0.0), variance[rare], score[rare], whole=piece.whole)
    if piece.whole:
        amount = np.rint(amount)
    return np.asarray(np.minimum(np.maximum(amount, bounds[0]), bounds[1]))


def _rare(mean: Array, variance: Array, score: Array, *, whole: bool) -> Array:
    """Return quantiles of a Poisson number of these means, or of gamma amounts where they spread more."""
    shape = divided(mean**2, variance)
    amount = gammaincinv(np.maximum(shape, 1e-9), ndtr(score)) * divided(variance, mean)
    if not whole:
        return np.asarray(amount)
    counted = poisson_counts(mean, np.clip(ndtr(score), LOWEST, 1 - LOWEST).astype(np.float32))
    return np.asarray(np.where(variance > MOST_OVERDISPERSED * mean, amount, counted))
