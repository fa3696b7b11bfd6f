"""Tokens that are drawn for the conversation as a whole: their sums, and what conversations have beyond an edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts.meters import INPUT_TOKENS, OUTPUT_TOKENS
from simulator.engine.atlas.counts import Chance, Drawn
from simulator.engine.atlas.drawn_tokens import LEAST_CV, TokenLaw
from simulator.engine.atlas.matching import MOST, Beside, beside, groups_of, scaled, scaled_target, sets_of
from simulator.engine.atlas.severities import Severities, Total, draw_parts, excess, inverse, mean_below, mean_beyond
from simulator.engine.atlas.tabulated import Edges
from simulator.streams import stream

Array = NDArray[np.float64]

NAMES: Final = {INPUT_TOKENS: "input", OUTPUT_TOKENS: "output"}


@dataclass(frozen=True, slots=True)
class DirectTokens:
    """Sums of a model's tokens, shape (month, trial), and what is beyond the edges, shape (edge, month, trial)."""

    sums: dict[str, Array]
    beyond: dict[str, Array]


def severities_of(law: TokenLaw, place: int, name: str, number: Array, month_factor: Array) -> Severities:
    """Return the tokens of a model's conversations as amounts; arrays (month, trial), `name` input or output."""
    length = law.lengths[name]
    mean = length.mean * law.factor * month_factor * law.tokens_factor[:, place]
    spread = np.maximum(length.cv, LEAST_CV) if length.gamma else np.sqrt(np.log1p(length.cv**2))
    return Severities(number[None], mean[None], spread[None, None], length.gamma)


def draw_direct(
    chance: Chance, law: TokenLaw, place: int, number: Array, month_factor: Array, edges: Edges
) -> DirectTokens:
    """Draw the tokens of a model's conversations.

    Args:
        number: conversations of the model, shape (month, trial).
        edges: of input_tokens and output_tokens.
    """
    sums, found = {}, {}
    for base, name in NAMES.items():
        amounts = severities_of(law, place, name, number, month_factor)
        drawn = draw_parts(chance, f"tokens.{name}.{place}", amounts)
        sums[base] = drawn.total
        if base not in edges:
            continue
        if chance.draws:
            found[base] = _beside(chance, f"{name}.{place}", amounts, drawn, edges[base])
        else:
            found[base] = np.stack([number * excess(amounts, edge)[0] for edge in edges[base]])
    return DirectTokens(sums, found)


def _beside(chance: Chance, name: str, amounts: Severities, drawn: Total, edges: Sequence[float]) -> Array:
    """Return what conversations beside the drawn sums have beyond the edges.

    The largest of a heavy month are known one by one; those below them have what is left of the sum.
    """
    assert isinstance(chance, Drawn), "conversations are drawn, not expected"
    number = amounts.number[0] - drawn.above
    target = np.maximum(drawn.total - drawn.tail, 0.0)
    few = np.minimum(number, MOST)
    share = np.divide(few, number, out=np.ones_like(number), where=number > 0)
    found = np.zeros((len(edges), *number.shape))
    mean = mean_below(amounts, drawn.share)
    means = np.stack([mean_beyond(amounts, edge, drawn.share) for edge in edges])
    months, trials = number.shape
    for month in range(months):
        draws = stream(chance.seed, f"atlas.tokens.{name}.layers", chance.block, month)
        sets = _sets(draws, amounts, month, few[month], drawn.share[month])
        wanted = scaled_target(target[month], number[month] * mean[month], few[month] * mean[month], share[month])
        sums = beside(sets, groups_of(amounts.mean[0, month]), np.asarray(edges), wanted, share[month])
        found[:, month] = scaled(sums, number[month] * means[:, month], few[month] * means[:, month], share[month])
    at, trial = np.divmod(drawn.cell, trials)
    for place, edge in enumerate(edges):
        np.add.at(found[place], (at, trial), np.maximum(drawn.sizes - edge, 0.0))
    return np.asarray(np.maximum(found, 0.0))


def _sets(draws: np.random.Generator, amounts: Severities, month: int, number: Array, share: Array) -> Beside:
    """Return sets of independent amounts below the quantile of a share of them.

    Args:
        number: of a set, shape (trial,).
        share: drawn singly in this month, shape (trial,).
    """
    mean, spread = (
        np.broadcast_to(np.broadcast_to(each, (1, *amounts.number.shape[1:]))[0, month], share.shape)
        for each in (amounts.mean, amounts.spread)
    )

    def sizes(trial: NDArray[np.int64], shape: tuple[int, ...]) -> Array:
        center, width = mean[trial], spread[trial]
        if share.any():
            levels = share[trial] + (1 - draws.random(shape)) * (1 - share[trial])
            return inverse(center, width, levels, amounts.gamma)
        if amounts.gamma:
            shapes = 1 / np.maximum(width, LEAST_CV) ** 2
            return np.asarray(center / shapes * draws.standard_gamma(np.broadcast_to(shapes, shape)))
        return np.asarray(center * np.exp(width * draws.standard_normal(shape) - width**2 / 2))

    whole, times = number.astype(np.int64), sets_of(number)
    pair_trial = np.repeat(np.arange(len(whole)), whole)
    pair = sizes(pair_trial, (2, len(pair_trial)))
    trial = np.repeat(np.arange(len(whole)), whole * times)
    return Beside(trial, np.arange(len(trial)) % times[trial], sizes(trial, (len(trial),)), pair_trial, pair)
