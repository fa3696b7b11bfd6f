"""Mean tokens beyond an allowance, and in calls priced long, of conversations with a given number of turns.

Neither is linear in the month's factor on lengths F, and no closed form is known. A fixed keyed sample of conversations
is walked through by the ledger's own walk instead. Tokens of a conversation are a + F w with the same a and w in all
months, so that two walks give its tokens at every F exactly; for calls priced long the sample is walked on a fixed grid
of F, or once a month.

The means carry the sampling error of SHARED conversations for each number of turns where all trials have the same law
(about 0.3 % of a layer that a third of the conversations reach, less after the correction by the known mean), and of
OWN conversations for each trial and number of turns where they differ (about 3 % a trial, 0.2 % over a block). Each
number of turns is a stratum of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts.meters import INPUT_TOKENS, OUTPUT_TOKENS
from simulator.engine.atlas.drawn_tokens import LengthLaw, TokenLaw, Tokens, draw_tokens
from simulator.engine.atlas.lengths import PLACE, LengthMoments
from simulator.engine.atlas.tokens import call_law, mean_tokens
from simulator.streams import stream

Array = NDArray[np.float64]
Edges = Mapping[str, Sequence[float]]

SHARED: Final = 8_192
OWN: Final = 64
"""Conversations for each number of turns: where all trials have one law, and of each trial where they do not."""
SHARED_LONG: Final = 2_048
"""The same for calls priced long, on the grid."""
GRID_STEP: Final = 0.04
"""Step of the grid, in the logarithm of F."""
LEAST_FACTOR: Final = 1e-3
"""A smaller F counts as this one in calls priced long."""
_NO_MASS: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Sample:
    """A model's keyed sample of conversations.

    Attributes:
        law: of the sampled trials, their own factor on lengths set to 1.
        calls: by trial and number of turns, shape (trial, most + 1).
        turns: the largest number of turns that is at all likely.
        size: conversations of each trial and number of turns.
    """

    law: TokenLaw
    model: int
    calls: NDArray[np.int64]
    turns: int
    size: int

    def walk(self, factor: Array) -> Tokens:
        """Return the tokens at a factor of each trial, one entry a conversation: by turns, trial, conversation."""
        trials = len(factor)
        found = [self._part(factor, turns) for turns in range(1, self.turns + 1)]
        assert all(len(part.input) == trials * self.size for part in found)
        joined = {name: np.concatenate([getattr(part, name) for part in found]) for name in ("input", "output")}
        cached, written, reasoning = (
            np.concatenate([getattr(part, name) for part in found]) for name in ("cached", "written", "reasoning")
        )
        nothing = np.zeros((4, trials * self.size))
        long = np.concatenate([nothing if part.long is None else part.long for part in found], axis=1)
        return Tokens(joined["input"], cached, written, joined["output"], reasoning, long)

    def _part(self, factor: Array, turns: int) -> Tokens:
        def draws(name: str) -> np.random.Generator:
            return stream(0, f"atlas.tabulated.{name}", self.model, turns)

        trial = np.repeat(np.arange(len(factor)), self.size)
        calls = self.calls[np.minimum(trial, len(self.calls) - 1), turns]
        model = np.full(len(trial), self.model)
        return draw_tokens(self.law, factor, draws, trial, model, np.full(len(trial), turns), calls)


def make_sample(law: TokenLaw, model: int, lengths: LengthMoments, shared: int = SHARED) -> Sample:
    """Return the sample of a model: one trial for all where only F differs between trials."""
    likely = lengths.masses.max(axis=(0, 1)) > _NO_MASS
    turns = int(np.flatnonzero(likely).max()) + 1
    plain = replace(law, factor=np.ones_like(law.factor))
    calls = lengths.tables.calls
    if not (_same_for_all(law) and bool(np.all(calls == calls[:1]))):
        return Sample(plain, model, calls, turns, OWN)
    return Sample(_first_trial(plain), model, calls[:1], turns, shared)


def _same_for_all(law: TokenLaw) -> bool:
    parts = [law.fixed, law.kept_share, law.cache, law.tokens_factor, law.answer_factor, law.reasoning_factor]
    parts += [part for length in law.lengths.values() for part in (length.mean, length.cv)]
    return all(bool(np.all(part == part[:1])) for part in parts)


def _first_trial(law: TokenLaw) -> TokenLaw:
    names = ("factor", "fixed", "kept_share", "cache", "tokens_factor", "answer_factor", "reasoning_factor")
    lengths = {name: LengthLaw(each.mean[:1], each.cv[:1], each.gamma) for name, each in law.lengths.items()}
    return replace(law, lengths=lengths, **{name: getattr(law, name)[:1] for name in names})


def tokens_beyond(
    law: TokenLaw, model: int, lengths: LengthMoments, month_factor: Array, edges: Edges
) -> dict[str, Array]:
    """Return the mean tokens of a conversation beyond each edge, shape (edge, turns, month, trial) by meter.

    The sample's own mean is corrected by its deviation from the known one (a control variate).

    Args:
        edges: of input_tokens and output_tokens; 0 gives the known mean.
        month_factor: shape (month, trial).
    """
    sample = make_sample(law, model, lengths)
    without, whole = (sample.walk(np.full(len(sample.law.factor), factor)) for factor in (0.0, 1.0))
    factor = law.factor * month_factor
    known = _known_means(law, model, lengths, month_factor)
    found = {}
    for base, name in ((INPUT_TOKENS, "input"), (OUTPUT_TOKENS, "output")):
        if base not in edges:
            continue
        shape = (sample.turns, len(sample.law.factor), sample.size)
        constant = getattr(without, name).reshape(shape)
        growth = getattr(whole, name).reshape(shape) - constant
        table = np.zeros((len(edges[base]), lengths.masses.shape[2], *factor.shape))
        for turns in range(sample.turns):
            exact = known[base](turns)
            for place, edge in enumerate(edges[base]):
                table[place, turns] = _beyond(constant[turns], growth[turns], factor, edge, exact)
        found[base] = table
    return found


def _beyond(constant: Array, growth: Array, factor: Array, edge: float, exact: Array) -> Array:
    """Return the mean of max(a + F w - edge, 0), corrected by the known mean of a + F w, shape (month, trial).

    Args:
        constant, growth: a and w, shape (trial or 1, conversation).
        exact: the known mean.
    """
    if len(constant) > 1:
        sizes = constant + factor[:, :, None] * growth
        over = np.maximum(sizes - edge, 0.0)
        powers = (over, sizes, over * sizes, sizes**2)
        mean_over, mean, product, square = (each.mean(axis=2) for each in powers)
        return _corrected(mean_over, mean, product, square, exact)
    start, slope = constant[0], growth[0]
    crossing = np.divide(edge - start, slope, out=np.where(start > edge, -np.inf, np.inf), where=slope > 0)
    order = np.argsort(crossing, kind="stable")
    terms = (np.ones_like(start), start, slope, start**2, start * slope, slope**2)
    one, a, w, aa, aw, ww = (np.concatenate([[0.0], np.cumsum(each[order])]) / len(start) for each in terms)
    count = np.searchsorted(crossing[order], factor.ravel(), side="left").reshape(factor.shape)
    mean, square = a[-1] + factor * w[-1], aa[-1] + factor * (2 * aw[-1] + factor * ww[-1])
    reached = a[count] + factor * w[count]
    product = aa[count] + factor * (2 * aw[count] + factor * ww[count]) - edge * reached
    return _corrected(reached - edge * one[count], mean, product, square, exact)


def _corrected(over: Array, mean: Array, product: Array, square: Array, exact: Array) -> Array:
    """Return E[y] corrected by the deviation of E[x] from its known value times Cov(y, x) / Var(x).

    Args:
        over, mean, product, square: E[y], E[x], E[y x] and E[x^2] of the sample.
    """
    spread = square - mean**2
    slope = np.divide(product - over * mean, spread, out=np.zeros_like(spread), where=spread > 1e-9 * square)
    return np.asarray(np.maximum(over - np.clip(slope, 0.0, 1.0) * (mean - exact), 0.0))


def _known_means(
    law: TokenLaw, model: int, lengths: LengthMoments, month_factor: Array
) -> dict[str, Callable[[int], Array]]:
    """Return the exact mean tokens given the turns less 1, by meter, shape (month, trial) each."""
    call = call_law(law, model, month_factor)

    def means(turns: int) -> dict[str, Array]:
        return mean_tokens(
            call, lambda name: np.ones((1, 1)) if name == "one" else lengths.sums[None, :, turns, PLACE[name]]
        )

    def written(turns: int) -> Array:
        found = means(turns)
        return np.asarray(np.broadcast_to(found["answer"] + found["reasoning"], month_factor.shape))

    return {INPUT_TOKENS: lambda turns: means(turns)["input"], OUTPUT_TOKENS: written}


def tokens_long(law: TokenLaw, model: int, lengths: LengthMoments, month_factor: Array) -> Array:
    """Return mean prompt, cached, written and output tokens of calls priced long, shape (4, turns, month, trial)."""
    sample = make_sample(law, model, lengths, SHARED_LONG)
    factor = np.maximum(law.factor * month_factor, LEAST_FACTOR)
    most = lengths.masses.shape[2]
    table = np.zeros((4, most, *factor.shape))
    if len(sample.law.factor) > 1:
        for month, own in enumerate(factor):
            table[:, : sample.turns, month] = _long(sample, own)
        return table
    place = np.log(factor) / GRID_STEP
    below = np.floor(place).astype(np.int64)
    nodes = np.unique(below[..., None] + np.arange(-1, 3))
    values = np.stack([_long(sample, np.exp(np.array([node * GRID_STEP])))[:, :, 0] for node in nodes], axis=2)
    at = np.searchsorted(nodes, below)
    for step, weight in zip(range(-1, 3), _cubic(place - below), strict=True):
        table[:, : sample.turns] += values[:, :, at + step] * weight
    return np.asarray(np.maximum(table, 0.0))


def _long(sample: Sample, factor: Array) -> Array:
    """Return the means at one factor of each trial, shape (4, turns, trial)."""
    long = sample.walk(factor).long
    assert long is not None, "a walk of the sample has an entry for every call"
    return np.asarray(long.reshape(4, sample.turns, len(factor), sample.size).mean(axis=3))


def _cubic(share: Array) -> tuple[Array, Array, Array, Array]:
    """Return the weights of Lagrange's cubic through the nodes at -1, 0, 1 and 2."""
    x = share
    return (
        -x * (x - 1) * (x - 2) / 6,
        (x + 1) * (x - 1) * (x - 2) / 2,
        -(x + 1) * x * (x - 2) / 2,
        (x + 1) * x * (x - 1) / 6,
    )
