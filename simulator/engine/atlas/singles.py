"""Conversations drawn one by one, for months in which a sum of all of them is no approximation.

Few conversations or heavy tails make the sums of a month too skewed for the shifted gamma law; such months are drawn
conversation by conversation, with the tables and the walk of the model itself. Every month has streams of its own, and
its conversations come slice by slice, so that more months never change earlier ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.counts import Chance, Drawn
from simulator.engine.atlas.drawn_tokens import TokenLaw, Tokens, draw_tokens
from simulator.engine.atlas.lengths import LengthMoments
from simulator.streams import stream

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]

SLICE: Final = 100_000
"""Conversations drawn together at most."""
MATTERS: Final = 0.001
"""A sum whose standard deviation is a smaller share of its own mean, or of the whole it is part of, may keep the
shifted gamma law however skewed it is."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Some conversations of one model in one month, one entry a conversation.

    Attributes:
        trial: place in the block.
        law: place in the laws of lengths: level, end and channel, flattened.
        left: abandoned.
        tokens: None where they are not drawn.
    """

    trial: Index
    law: Index
    left: Flags
    turns: Index
    calls: Index
    actions: Index
    tokens: Tokens | None

    def sizes(self, base: str) -> Array:
        """Return what each conversation has of a meter that has sizes."""
        if base in ("input_tokens", "output_tokens"):
            assert self.tokens is not None, "tokens were not drawn"
            return self.tokens.input if base == "input_tokens" else self.tokens.output
        found = {
            "messages": self.turns * np.where(self.left, 1, 2),
            "ai_replies": np.where(self.left, 0, self.turns),
            "actions": self.actions,
        }
        return found[base].astype(np.float64)


def too_skewed(
    skewness: Mapping[str, Array], deviation: Mapping[str, Array], whole: Mapping[str, Array], most: float
) -> Flags:
    """Return the months of which some sum that matters is too skewed, shape (month, trial).

    Args:
        skewness, deviation: of each sum.
        whole: what each sum counts against: its own mean, or that of the whole it is part of.
        most: skewness up to which a sum is left.
    """
    months = [(np.abs(skewness[name]) > most) & (deviation[name] > MATTERS * whole[name]) for name in whole]
    return np.asarray(np.logical_or.reduce(months))


def draw_lots(
    chance: Chance,
    name: str,
    place: tuple[int, int],
    numbers: Array,
    lengths: LengthMoments,
    tokens: TokenLaw | None,
    month_factor: Array,
) -> Iterator[Lot]:
    """Yield the conversations of one model and month, a slice at a time.

    Args:
        name: of the streams.
        place: of the model, and month.
        numbers: conversations by law and trial, shape (law, trial).
        tokens: None to leave tokens undrawn.
        month_factor: the month's factor on lengths, shape (trial,).
    """
    assert isinstance(chance, Drawn), "conversations are drawn, not expected"
    flat = np.rint(numbers.T).astype(np.int64)
    cell = np.repeat(np.arange(flat.size), flat.ravel())
    for number, start in enumerate(range(0, len(cell), SLICE)):
        trial, law = np.divmod(cell[start : start + SLICE], flat.shape[1])

        def draws(quantity: str, number: int = number) -> np.random.Generator:
            return stream(chance.seed, f"atlas.{name}.{quantity}", chance.block, *place, number)

        tables = lengths.tables
        own = trial if len(lengths.masses) > 1 else np.zeros_like(trial)
        turns = 1 + tables.turns.draw(own * flat.shape[1] + law, draws("turns").random(len(trial)))
        calls = look_up(tables.calls, own, turns)
        actions = tables.actions.draw(own * (tables.most_calls + 1) + calls, draws("actions").random(len(trial)))
        model = np.full(len(trial), place[0])
        drawn = None if tokens is None else draw_tokens(tokens, month_factor, draws, trial, model, turns, calls)
        yield Lot(trial, law, lengths.abandoned[law], turns, calls, actions, drawn)


def lot_sums(lot: Lot, trials: int) -> dict[str, Array]:
    """Return what the conversations add up to by trial, by the names of handling.ModelSums, shape (trial,) each."""

    def total(values: NDArray[np.generic]) -> Array:
        return np.bincount(lot.trial, weights=values, minlength=trials).astype(np.float64)

    sums = {
        "left_turns": total(np.where(lot.left, lot.turns, 0)),
        "turns": total(np.where(lot.left, 0, lot.turns)),
        "calls": total(lot.calls),
        "actions": total(lot.actions),
    }
    if lot.tokens is not None:
        for name in ("input", "cached", "written", "output", "reasoning"):
            sums[name] = total(getattr(lot.tokens, name))
        if lot.tokens.long is not None:
            sums |= {f"long.{place}": total(part) for place, part in enumerate(lot.tokens.long)}
    return sums


def look_up(table: NDArray[Any], *places: Index | int) -> NDArray[Any]:
    """Return table[places] for arrays of places over its leading axes, as one flat look-up.

    Args:
        table: any shape whose leading axes are the places.
        places: one index per axis of the table.
    """
    flat: Index | int = 0
    for axis, place in enumerate(places):
        flat = flat * table.shape[axis] + place
    return table.ravel().take(flat)
