"""Which months may hold a prompt above its model's long-prompt threshold: a bound that lets the others cost nothing."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from simulator.engine.atlas.drawn_tokens import LEAST_CV, LengthLaw, TokenLaw
from simulator.engine.atlas.lengths import LengthMoments

Array = NDArray[np.float64]

NEVER: Final = 1e-9
"""Chance of a long prompt in a month below which there is none."""
MOST_SCORE: Final = 5.78
"""No normal score of atlas.normals is larger."""
_BINS: Final = 96
_TILTS: Final = 32
_ROUNDING: Final = 1e-4
"""Share of a prompt that single precision may hide over a walk."""


def may_be_long(
    law: TokenLaw, model: int, month_factor: Array, lengths: LengthMoments, number: Array
) -> NDArray[np.bool_]:
    """Return the months in which a prompt of the model may be longer than its threshold, shape (month, trial).

    The last prompt of the longest possible conversation is a constant and F times a sum of independent lengths x_i. By
    Chernoff's bound P(sum > t) <= exp(-s t + sum ln E[exp(s x_i)]) for every s; the best of a grid of s is taken. Times
    the number of prompts it must be at least NEVER.

    Args:
        month_factor: shape (month, trial).
        number: conversations of the model, shape (month, trial).
    """
    threshold = law.threshold[model]
    if law.direct is not None or not np.isfinite(threshold):
        return np.zeros(month_factor.shape, dtype=np.bool_)
    calls, own = lengths.tables.calls[:, -1].astype(np.float64), law.tokens_factor[:, model]
    parts: list[tuple[str, Array, Array]] = [
        ("customer", np.full(len(calls), float(lengths.masses.shape[2])), law.kept_share),
        ("answer", calls - 1, law.kept_share * law.answer_factor[:, model]),
        ("tool_result", calls - 1, law.kept_share),
        ("retrieved", np.ones(len(calls)), np.ones(len(own))),
    ]
    largest = np.max([_largest(law.lengths[name]) * share for name, _, share in parts], axis=0)
    tilt = np.geomspace(0.01, 60.0, _TILTS) / np.maximum(largest, 1e-12)[:, None]
    generating = sum(
        times[:, None] * _log_mean_exp(law.lengths[name], tilt * share[:, None]) for name, times, share in parts
    )
    beyond = threshold * (1 - _ROUNDING) - law.kept_share * law.fixed * own
    scale = np.maximum(law.factor * month_factor * own, 1e-12)
    exponent = np.full(scale.shape, -np.inf)
    for place in range(_TILTS):
        exponent = np.maximum(exponent, tilt[:, place] * beyond / scale - np.asarray(generating)[:, place])
    prompts = number * np.maximum(calls, 1.0)
    return np.asarray((prompts > 0) & ((beyond <= 0) | (np.log(np.maximum(prompts, 1.0)) - exponent > np.log(NEVER))))


def _log_mean_exp(length: LengthLaw, tilt: Array) -> Array:
    """Return ln E[exp(tilt x)] at a factor of 1, or more than that, shape (trial, tilt).

    Lognormal: the largest value of each bin of scores stands for the bin. Gamma: -k ln(1 - s theta).
    """
    if not length.cv.any():
        return np.asarray(tilt * length.mean[:, None])
    if length.gamma:
        reach = tilt * length.scale()[:, None]
        shape = 1 / np.maximum(length.cv, LEAST_CV)[:, None] ** 2
        return np.asarray(np.where(reach < 1, -shape * np.log1p(-np.minimum(reach, 0.999999)), np.inf))
    scores = np.linspace(-6.0, MOST_SCORE, _BINS + 1)
    mass = np.diff(ndtr(scores))
    mass[0] += ndtr(scores[0])
    sigma = np.sqrt(np.log1p(length.cv**2))
    sizes = length.scale()[:, None] * np.exp(sigma[:, None] * scores[1:])
    return np.asarray(np.log(np.exp(tilt[:, :, None] * sizes[:, None]) @ mass))


def _largest(length: LengthLaw) -> Array:
    """Return a length of the order of the largest at a factor of 1, shape (trial,)."""
    if not length.cv.any():
        return length.mean
    if length.gamma:
        return np.asarray(length.mean + 30 * length.scale())
    return np.asarray(length.scale() * np.exp(MOST_SCORE * np.sqrt(np.log1p(length.cv**2))))
