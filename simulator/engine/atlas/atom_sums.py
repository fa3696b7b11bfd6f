"""Turns, messages, actions and tokens of the conversations in each atom, given those of all.

The sums of all conversations of a model are drawn before and without regard to parts. Each atom has so many of them, by
level and kind of end; what its own sums would be, mean and variance, says how the sums are shared out (shares.py).
Axes: atom first, then (month, trial).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import meters as names
from simulator.engine.atlas.counts import Chance, divided
from simulator.engine.atlas.handling import Handling, ModelSums, Moments, moments_of
from simulator.engine.atlas.joint import correlated_scores
from simulator.engine.atlas.prompts import may_be_long
from simulator.engine.atlas.shares import share_amounts, share_numbers
from simulator.engine.atlas.skewness import weigh
from simulator.engine.atlas.tabulated import tokens_long
from simulator.engine.atlas.tokens import direct_moments

Array = NDArray[np.float64]
Sums = dict[str, Array]
"""Sums of each atom, shape (atom, month, trial), by name."""

WALKED: Final = ("hit", "missed", "answer", "reasoning")
"""Tokens drawn call by call: prompts of calls read from the cache, of those that missed it, answers, reasoning."""
LONG_CALLS: Final = 3.0
"""Calls priced long of a conversation that has any, about: for the spread of their sums over the atoms."""


def by_channel(numbers: Array, whole: Array, means: Sequence[Array]) -> Array:
    """Share the numbers of each atom out over its channels as expected; where nothing is expected, as those of all.

    Args:
        numbers: shape (atom, model, level, end, month, trial).
        whole: of all, shape (model, level, end, channel, month, trial).
        means: what is expected of each atom, shape (model, channel, end, level, month, trial).

    Returns:
        Shape (atom, model, level, end, channel, month, trial).
    """
    expected = np.stack([each.transpose(0, 3, 2, 1, 4, 5) for each in means])
    shares = divided(expected, expected.sum(axis=4, keepdims=True))
    nowhere = (numbers > 0) & (shares.sum(axis=4) == 0)
    if nowhere.any():
        instead = divided(whole, whole.sum(axis=3, keepdims=True))
        shares = np.where(nowhere[:, :, :, :, None], instead[None], shares)
    return np.asarray(numbers[:, :, :, :, None] * shares)


@dataclass(frozen=True, slots=True)
class Groups:
    """One model's conversations in each atom, and the moments of their sums.

    Attributes:
        counts: shape (atom, level, end, channel, month, trial).
        whole: moments of the sums of all of them.
        each: moments of the sums of each atom.
    """

    model: Handling
    counts: Array
    whole: Moments
    each: Sequence[Moments]

    def stacked(self, value: Callable[[Moments], Array]) -> Array:
        """Return a value of every atom, shape (atom, month, trial)."""
        shape = self.counts.shape[-2:]
        return np.stack([np.broadcast_to(value(moments), shape) for moments in self.each])


def sums_by_atom(chance: Chance, model: Handling, counts: Array, drawn: ModelSums) -> Sums:
    """Share the sums of one model out over the atoms.

    Args:
        counts: shape (atom, level, end, channel, month, trial).
        drawn: of all conversations of the model.
    """
    groups = Groups(model, counts, moments_of(model, counts.sum(axis=0)), [moments_of(model, each) for each in counts])
    law, place, shape = model.tokens, model.place, (len(counts) - 1, *counts.shape[-2:])
    walked = WALKED if law.direct is None else ()
    order = ("left_turns", "turns", "actions", *walked)
    scores = [chance.scores(f"atoms.sums.{place}.{step}", 0, (len(order), *shape[1:])) for step in range(shape[0])]
    covariance = _with_hits(groups.whole)
    mixed = [correlated_scores(order, covariance, each)[0] for each in scores]

    def scores_of(name: str) -> Array:
        return np.stack([each[name] for each in mixed]) if mixed else np.zeros(shape)

    few, many = (groups.stacked(lambda each, at=at: each.sums.number[at]) for at in range(2))  # type: ignore[misc]
    found = {"actions": np.zeros(counts.shape[:1] + shape[1:])}
    for name, least in (("left_turns", few), ("turns", many), ("actions", np.zeros_like(few))):
        mean = np.maximum(groups.stacked(lambda each, name=name: each.mean[name]) - least, 0.0)  # type: ignore[misc]
        variance = groups.stacked(lambda each, name=name: np.maximum(each.covariance(name, name), 0.0))  # type: ignore[misc]
        total = np.maximum(getattr(drawn, name) - least.sum(axis=0), 0.0)
        key = f"atoms.{name}.{place}"
        found[name] = least + share_numbers(chance, key, total, mean, variance, scores_of(name))
    if law.direct is None:
        found |= _walked(chance, groups, drawn, scores_of)
    else:
        found |= _direct(chance, groups, drawn, shape)
    return found


def _with_hits(moments: Moments) -> Callable[[str, str], Array]:
    """Return covariances also of the prompts of calls read from the cache: all prompts less those that missed it."""

    def covariance(first: str, second: str) -> Array:
        if first == "hit":
            return covariance("input", second) - covariance("missed", second)
        if second == "hit":
            return covariance(first, "input") - covariance(first, "missed")
        return moments.covariance(first, second)

    return covariance


def _walked(chance: Chance, groups: Groups, drawn: ModelSums, scores_of: Callable[[str], Array]) -> Sums:
    """Share out tokens that are drawn call by call; the parts of a prompt apart, so that none exceeds the whole's."""
    law = groups.model.tokens
    share, write = law.cache[:, 0], law.cache[:, 3]
    apart = (share > 0) | (write > 0)
    hit = np.where(share > 0, divided(drawn.cached, share), drawn.input - divided(drawn.written, write))
    hit = np.clip(np.where(apart, hit, drawn.input), 0.0, drawn.input)
    totals = {"hit": hit, "missed": drawn.input - hit, "answer": drawn.output - drawn.reasoning}
    totals["reasoning"] = drawn.reasoning
    found = {}
    for name in WALKED:
        mean = groups.stacked(lambda each, name=name: _mean(each, name))  # type: ignore[misc]
        variance = groups.stacked(lambda each, name=name: np.maximum(_with_hits(each)(name, name), 0.0))  # type: ignore[misc]
        if name == "hit":
            mean = np.where(apart, mean, groups.stacked(lambda each: each.mean["input"]))
            variance = np.where(apart, variance, groups.stacked(lambda each: each.covariance("input", "input")))
        found[name] = share_amounts(chance, np.maximum(totals[name], 0.0), mean, variance, scores_of(name))
    return {
        "input": found["hit"] + found["missed"],
        "cached": drawn.cached * divided(found["hit"], totals["hit"]),
        "written": drawn.written * divided(found["missed"], totals["missed"]),
        "output": found["answer"] + found["reasoning"],
        "reasoning": found["reasoning"],
    }


def _mean(moments: Moments, name: str) -> Array:
    return np.asarray(moments.mean["input"] - moments.mean["missed"] if name == "hit" else moments.mean[name])


def _direct(chance: Chance, groups: Groups, drawn: ModelSums, shape: tuple[int, ...]) -> Sums:
    """Share out tokens that are drawn for the conversation as a whole: each has the same law."""
    model, law = groups.model, groups.model.tokens
    assert law.direct is not None
    moments = direct_moments(law, model.place, model.month_factor)
    number = groups.stacked(lambda each: each.sums.total("one"))
    found = {}
    for name, kind, total in (("input", "input", drawn.input), ("output", "answer", drawn.output)):
        mean, variance, _ = moments[kind]
        scores = chance.scores(f"atoms.tokens.{name}.{model.place}", 0, shape)
        found[name] = share_amounts(chance, total, number * mean, number * variance, scores)
    cached = law.direct[:, 0] * found["input"]
    written, reasoning = law.direct[:, 1] * (found["input"] - cached), law.direct[:, 2] * found["output"]
    return {**found, "cached": cached, "written": written, "reasoning": reasoning}


def token_meters(name: str, sums: Mapping[str, Array]) -> Sums:
    """Return the meters of a model's tokens by class, shape (atom, month, trial)."""
    plain = np.maximum(sums["input"] - sums["cached"] - sums["written"], 0.0)
    parts = (plain, sums["cached"], sums["written"], sums["output"])
    return {names.tokens(name, kind): part for kind, part in zip(names.TOKEN_CLASSES, parts, strict=True)}


def long_by_atom(
    chance: Chance, model: Handling, counts: Array, drawn: ModelSums, tokens: Sequence[Array]
) -> list[Array]:
    """Share out the tokens of calls priced long, by class, shape (atom, month, trial) each.

    No atom has more than its tokens of the class, nor leaves more to the others than they have.

    Args:
        counts: shape (atom, level, end, channel, month, trial).
        tokens: of each atom by class.
    """
    flat = counts.reshape(len(counts), -1, *counts.shape[-2:])
    table = tokens_long(model.tokens, model.place, model.lengths, model.month_factor)
    means = np.stack([np.einsum("tmr,ptmr->pmr", weigh(each, model.lengths.masses), table) for each in flat])
    possible = may_be_long(model.tokens, model.place, model.month_factor, model.lengths, flat.sum(axis=(0, 1)))
    means = _by_class(means.swapaxes(0, 1) * possible)
    threshold = model.tokens.threshold[model.place]
    scores = chance.scores(f"atoms.long.{model.place}", 0, (len(counts) - 1, *counts.shape[-2:]))
    found = []
    for whole, mean, own in zip(_by_class(np.stack(drawn.long)), means, tokens, strict=True):
        typical = np.where(means[0] + means[1] + means[2] > 0, LONG_CALLS * threshold, 0.0)
        size = divided(mean, (means[0] + means[1] + means[2])) * typical
        found.append(_within(share_amounts(chance, whole, mean, mean * size, scores), whole, own))
    return found


def _by_class(long: Array) -> Array:
    """Return prompt, cached, written and output as the classes of tokens, which do not overlap."""
    prompt, cached, written, output = long
    return np.stack([np.maximum(prompt - cached - written, 0.0), cached, written, output])


def _within(parts: Array, whole: Array, most: Array) -> Array:
    """Return parts of a whole cut to the most that each can have, what is cut given to the others in proportion."""
    kept = np.minimum(parts, most)
    room = most - kept
    return np.asarray(kept + room * np.minimum(divided(whole - kept.sum(axis=0), room.sum(axis=0)), 1.0))
