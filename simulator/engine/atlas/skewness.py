"""Skewness of the sums of a month, from third central moments of one conversation at a month's factor of 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.counts import divided
from simulator.engine.atlas.drawn_tokens import TokenLaw
from simulator.engine.atlas.lengths import PLACE, LengthMoments
from simulator.engine.atlas.tokens import CallLaw, call_law, direct_moments, mean_tokens, within

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Skewness:
    """Second and third central moments of one conversation.

    Attributes:
        names: of the sums.
        moments: by model: variance, then third central moment, of each sum, shape (trial, law, 2 * sums); the trial
            axis has length 1 where all trials have the same.
    """

    names: tuple[str, ...]
    moments: Sequence[Array]

    def of_month(self, counts: Array, model: int) -> dict[str, Array]:
        """Return the skewness of each sum, shape (month, trial).

        Args:
            counts: of the model's conversations, shape (level, end, channel, month, trial).
        """
        flat = counts.reshape(-1, *counts.shape[-2:])
        total = weigh(flat, self.moments[model])
        number = len(self.names)
        return {
            name: divided(total[number + place], np.maximum(total[place], 0.0) ** 1.5)
            for place, name in enumerate(self.names)
        }


def weigh(counts: Array, table: Array) -> Array:
    """Return sums over laws of counts times moments, shape (moment, month, trial).

    Args:
        counts: shape (law, month, trial).
        table: shape (trial, law, moment), or (1, law, moment) where all trials have the same.
    """
    laws, months, trials = counts.shape
    if len(table) == 1:
        return (np.ascontiguousarray(table[0].T) @ counts.reshape(laws, -1)).reshape(-1, months, trials)
    total = np.zeros((table.shape[2], months, trials))
    for law in range(laws):  # law by law: a product of matrices has other last digits for another number of months
        total += table[:, law].T[:, None] * counts[law]
    return total


def skewness(names: tuple[str, ...], moments: LengthMoments, law: TokenLaw, models: int) -> Skewness:
    """Return the moments of one conversation for each model."""
    return Skewness(names, [_of_model(names, moments, law, model) for model in range(models)])


def _of_model(names: tuple[str, ...], moments: LengthMoments, law: TokenLaw, model: int) -> Array:
    reference = np.ones((1, len(law.factor)))
    call = call_law(law, model, reference) if law.direct is None else None
    direct = direct_moments(law, model, reference) if law.direct is not None else {}
    laws = moments.masses.shape[1]
    left = moments.abandoned
    found = []
    for name in names:
        if name in direct:
            mean, variance, third = (each.reshape(-1, 1, 1) for each in direct[name])
        else:
            mean, variance, third = _given_turns(name, call, moments)
        masses = moments.masses
        center = (masses * mean).sum(axis=2, keepdims=True)
        gap = mean - center
        second = (masses * (gap**2 + variance)).sum(axis=2)
        cubed = (masses * (gap**3 + 3 * gap * variance + third)).sum(axis=2)
        if name in ("left_turns", "turns"):
            second, cubed = (np.where(left == (name == "left_turns"), each, 0.0) for each in (second, cubed))
        found.append((second, cubed))
    columns = [second for second, _ in found] + [third for _, third in found]
    wide = max(len(column) for column in columns)
    return np.stack([np.broadcast_to(column, (wide, laws)) for column in columns], axis=2)


def _given_turns(name: str, call: CallLaw | None, moments: LengthMoments) -> tuple[Array, Array, Array]:
    """Return mean, variance and third central moment given the turns, shapes (trial, 1, turns) or broadcasting."""
    zero = np.zeros((1, 1, 1))
    sums = moments.sums[:, None]

    def value(wanted: str) -> Array:
        return np.ones((1, 1, sums.shape[2])) if wanted == "one" else sums[..., PLACE[wanted]]

    if name in ("left_turns", "turns", "calls"):
        return value("calls" if name == "calls" else "turns"), zero, zero
    if name == "actions":
        mean = value("actions")
        variance = np.maximum(value("actions_twice") - mean**2, 0.0)
        return mean, variance, divided(variance * (2 * variance - mean), mean)
    assert call is not None, "tokens that are drawn directly have moments of their own"
    shaped = _by_trial(call)
    mean = mean_tokens(shaped, value)[name]
    return mean, within(shaped, value)[name, name], _third(name, shaped, value)


def _by_trial(call: CallLaw) -> CallLaw:
    """Return the law with its trials on the first of three axes."""
    return CallLaw(*(np.asarray(getattr(call, name)).reshape(-1, 1, 1) for name in CallLaw.__slots__))


def _third(name: str, call: CallLaw, value: Callable[[str], Array]) -> Array:
    """Return the third central moment of a kind of tokens given the turns.

    Whether calls miss the cache adds that of the mean prompts.
    """
    if name == "answer":
        return call.answer_third * value("calls")
    if name == "reasoning":
        return call.reasoning_third * value("calls")
    prompt = (
        call.per_turn_third * value("heard_thrice")
        + call.per_call_third * value("kept_thrice")
        + call.retrieved_third * value("calls")
    )
    if name == "input":
        return np.asarray(prompt)
    miss = call.miss
    mean = mean_tokens(call, value)["input"] / value("calls")
    return np.asarray(miss**3 * prompt + miss * (1 - miss) * (1 - 2 * miss) * value("calls") * mean**3)
