"""Turns, calls, actions and tokens of a block of months, given how many conversations of each kind there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts.meters import INPUT_TOKENS, OUTPUT_TOKENS
from simulator.engine.atlas.counts import Chance, divided
from simulator.engine.atlas.direct import DirectTokens, draw_direct
from simulator.engine.atlas.drawn_tokens import TokenLaw
from simulator.engine.atlas.joint import MOST_SKEWNESS, Covariance, bent, correlated_scores
from simulator.engine.atlas.layers import (
    TOKEN_METERS,
    Month,
    add_lot,
    beyond_beside,
    expected_beyond,
    make_means,
)
from simulator.engine.atlas.lengths import PAIR_PLACE, PLACE, LengthMoments
from simulator.engine.atlas.lengthwise import Usual, Weighed, draw_pieces
from simulator.engine.atlas.pieces import Pieces
from simulator.engine.atlas.prompts import may_be_long
from simulator.engine.atlas.singles import draw_lots, lot_sums, too_skewed
from simulator.engine.atlas.skewness import Skewness, weigh
from simulator.engine.atlas.tabulated import Edges, tokens_long
from simulator.engine.atlas.tokens import TOKENS, between, call_law, mean_tokens, within

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

LENGTHS: Final = ("left_turns", "turns", "calls", "actions")
DRAWN: Final = (*LENGTHS, *TOKENS)
"""What is drawn for each model, in the order of the scores: turns of abandoned conversations, of all others, ..."""


@dataclass(slots=True)
class ModelSums:
    """What the conversations of one model add up to, shape (month, trial) each.

    Attributes:
        left_turns, turns: of abandoned conversations, and of all others.
        long: prompt, cached, written and output of the calls priced long; empty where no model prices them apart.
        beyond: what conversations have beyond the edges of layers, shape (edge, month, trial) by meter.
        pieces: sums of what is asked of lengths beside, by name.
    """

    left_turns: Array
    turns: Array
    calls: Array
    actions: Array
    input: Array
    cached: Array
    written: Array
    output: Array
    reasoning: Array
    long: list[Array]
    beyond: dict[str, Array]
    pieces: dict[str, Array]

    def plain(self) -> dict[str, Array]:
        """Return the sums that layers are parts of, by meter; actions without those that only completed ones add."""
        return {
            "messages": self.left_turns + 2 * self.turns,
            "ai_replies": self.turns,
            "actions": self.actions,
            INPUT_TOKENS: self.input,
            OUTPUT_TOKENS: self.output,
        }


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of moments of lengths over the conversations of one model.

    Attributes:
        left, kept: of abandoned conversations and of all others, shape (moment, month, trial); likewise of their
            covariances.
        number: conversations, likewise; first abandoned, then all others.
    """

    left: Array
    kept: Array
    left_pairs: Array
    kept_pairs: Array
    number: tuple[Array, Array]

    def total(self, name: str) -> Array:
        """Return a moment summed over all conversations; "one" counts them."""
        if name == "one":
            return self.number[0] + self.number[1]
        return np.asarray(self.left[PLACE[name]] + self.kept[PLACE[name]])

    def pair(self, first: str, second: str) -> Array:
        """Return a covariance summed over the conversations; "turns" are those of all that are not abandoned."""
        left = "left_turns" in (first, second)
        if left and "turns" in (first, second):
            return np.zeros_like(self.number[0])
        a, b = ("turns" if name == "left_turns" else name for name in (first, second))
        place = PAIR_PLACE[(a, b) if (a, b) in PAIR_PLACE else (b, a)]
        if left:
            return np.asarray(self.left_pairs[place])
        if "turns" in (first, second):
            return np.asarray(self.kept_pairs[place])
        return np.asarray(self.left_pairs[place] + self.kept_pairs[place])


def sums_of(counts: Array, moments: LengthMoments) -> Sums:
    """Return the sums over the conversations of one model.

    Args:
        counts: by level, end and channel, shape (level, end, channel, month, trial).
    """
    flat, chosen = counts.reshape(-1, *counts.shape[-2:]), moments.abandoned
    parts = []
    for mask in (chosen, ~chosen):
        numbers = np.ascontiguousarray(flat[mask])
        parts.append(
            (weigh(numbers, moments.mean[:, mask]), weigh(numbers, moments.covariance[:, mask]), numbers.sum(axis=0))
        )
    (left, left_pairs, few), (kept, kept_pairs, many) = parts
    return Sums(left, kept, left_pairs, kept_pairs, (few, many))


@dataclass(frozen=True, slots=True)
class Handling:
    """The laws of lengths and tokens of one model's conversations.

    Attributes:
        place: of the model.
        month_factor: on lengths, shape (month, trial).
        skew: of one conversation.
        edges: beyond which conversations are looked at for layers, by meter.
        pieces: what is asked of lengths beside, None for nothing.
    """

    place: int
    lengths: LengthMoments
    tokens: TokenLaw
    month_factor: Array
    skew: Skewness
    edges: Edges
    pieces: Pieces | None = None

    @property
    def prices_long(self) -> bool:
        """Whether any model prices long prompts, so that every model has their meters, as in the ledger."""
        return bool(np.isfinite(self.tokens.threshold).any())

    @property
    def length_edges(self) -> Edges:
        """Edges of what is drawn call by call."""
        direct = self.tokens.direct is not None
        return {base: each for base, each in self.edges.items() if not (direct and base in TOKEN_METERS)}


@dataclass(frozen=True, slots=True)
class Moments:
    """What the sums of one model's conversations have as mean and covariance, shape (month, trial) each.

    Attributes:
        sums: moments of lengths.
        mean: by name, of LENGTHS, and of TOKENS where these are drawn call by call.
        covariance_of: covariance of two of them, from those of lengths.
    """

    sums: Sums
    mean: Mapping[str, Array]
    covariance_of: Callable[[Covariance], Covariance]

    @property
    def covariance(self) -> Covariance:
        """Covariance of two sums, by name."""
        return self.covariance_of(self.sums.pair)


def moments_of(model: Handling, counts: Array) -> Moments:
    """Return the moments of the sums of one model.

    Args:
        counts: shape (level, end, channel, month, trial).
    """
    sums, law = sums_of(counts, model.lengths), model.tokens
    mean = {"left_turns": sums.left[PLACE["turns"]], "turns": sums.kept[PLACE["turns"]]}
    mean |= {name: sums.total(name) for name in ("calls", "actions")}
    inside, call = {}, None
    if law.direct is None:
        call = call_law(law, model.place, model.month_factor)
        mean |= mean_tokens(call, sums.total)
        inside = within(call, sums.total)

    def covariance_of(pair: Covariance) -> Covariance:
        def covariance(first: str, second: str) -> Array:
            if call is None or (first not in TOKENS and second not in TOKENS):
                return pair(first, second)
            own = inside.get((first, second), inside.get((second, first), 0.0))
            return between(call, pair, first, second) + own

        return covariance

    return Moments(sums, mean, covariance_of)


def draw_model(chance: Chance, model: Handling, counts: Array) -> ModelSums:
    """Draw the sums of one model.

    Args:
        counts: shape (level, end, channel, month, trial).
    """
    moments, law = moments_of(model, counts), model.tokens
    sums, mean = moments.sums, moments.mean
    names = DRAWN if law.direct is None else LENGTHS
    skewness = model.skew.of_month(counts, model.place)
    scores = chance.scores(f"sums.{model.place}", 0, (len(DRAWN), *model.month_factor.shape))
    mixed, deviation = correlated_scores(names, moments.covariance, scores)
    drawn = {name: mean[name] + chance.noise(deviation[name] * bent(mixed[name], skewness[name])) for name in names}
    direct = (
        draw_direct(chance, law, model.place, sums.total("one"), model.month_factor, model.edges)
        if law.direct is not None
        else None
    )
    found = _model_sums(chance, drawn, sums, law, direct)
    alone = _too_skewed(mean, deviation, skewness) & chance.draws
    flat = counts.reshape(-1, *counts.shape[-2:])
    if model.pieces is not None:
        weighed = Weighed(model.pieces, flat, model.lengths.abandoned)
        usual = Usual(names, moments.covariance_of, scores[: len(names)], found.plain(), found.left_turns + found.turns)
        found.pieces |= draw_pieces(chance, model.place, weighed, usual, sums.pair)
    _add_calls(chance, model, flat, alone, found)
    if direct is not None:
        found.beyond |= direct.beyond
    return found


def _too_skewed(mean: Mapping[str, Array], deviation: Mapping[str, Array], skewness: Mapping[str, Array]) -> Flags:
    """Return the months that must be drawn conversation by conversation; turns count as those of all conversations."""
    left, kept = deviation["left_turns"], deviation["turns"]
    third = left**3 * skewness["left_turns"] + kept**3 * skewness["turns"]
    both = np.sqrt(left**2 + kept**2)
    deviations = {**deviation, "turns": both}
    whole = {"turns": mean["left_turns"] + mean["turns"], "calls": mean["calls"], "actions": mean["actions"]}
    if "input" in mean:
        written = mean["answer"] + mean["reasoning"]
        whole |= {"input": mean["input"], "missed": mean["input"], "answer": written, "reasoning": written}
    return too_skewed({**skewness, "turns": divided(third, both**3)}, deviations, whole, MOST_SKEWNESS)


def _add_calls(chance: Chance, model: Handling, counts: Array, alone: Flags, found: ModelSums) -> None:
    """Draw some months conversation by conversation, and find calls priced long and what is beyond edges.

    Args:
        counts: shape (law, month, trial).
        alone: months that are too skewed for anything else, shape (month, trial).
        found: changed in place.
    """
    edges, shape = model.length_edges, alone.shape
    found.beyond |= {base: np.zeros((len(each), *shape)) for base, each in edges.items()}
    if model.prices_long:
        found.long.extend(np.zeros((4, *shape)))
        long = may_be_long(model.tokens, model.place, model.month_factor, model.lengths, counts.sum(axis=0))
        if not chance.draws and long.any():
            table = tokens_long(model.tokens, model.place, model.lengths, model.month_factor)
            numbers = weigh(counts, model.lengths.masses)
            found.long[:] = list(np.einsum("tmr,ptmr->pmr", numbers, table) * long)
        alone = (alone | long) & chance.draws
    if not chance.draws:
        if edges:
            means = make_means(model.tokens, model.place, model.lengths, model.month_factor, edges)
            found.beyond |= expected_beyond(means, counts)
        return
    _draw_singly(chance, model, counts, alone, found)
    if edges:
        others = Month(model.place, counts * ~alone, found.plain(), model.lengths, model.tokens, model.month_factor)
        for base, amounts in beyond_beside(chance, others, edges).items():
            found.beyond[base] += amounts


def _draw_singly(chance: Chance, model: Handling, counts: Array, alone: Flags, found: ModelSums) -> None:
    """Put the sums of conversations drawn one by one in the place of the sums of some months."""
    walked = model.tokens if model.tokens.direct is None else None
    edges, trials = model.length_edges, alone.shape[1]
    for month in np.flatnonzero(alone.any(axis=1)):
        place = (model.place, int(month))
        totals: dict[str, Array] = {}
        asked: dict[str, Array] = {}
        numbers = counts[:, month] * alone[month]
        factor = model.month_factor[month]
        for lot in draw_lots(chance, "singles", place, numbers, model.lengths, walked, factor):
            for name, amounts in lot_sums(lot, trials).items():
                totals[name] = totals.get(name, 0.0) + amounts
            add_lot(found.beyond, lot, int(month), edges)
            for name, amounts in model.pieces.of_lot(lot, trials) if model.pieces is not None else ():
                asked[name] = asked.get(name, 0.0) + amounts
        for name, amounts in asked.items():
            found.pieces[name][month, alone[month]] = amounts[alone[month]]
        for name, amounts in totals.items():
            kind, _, number = name.partition(".")
            target = found.long[int(number)] if number else getattr(found, kind)
            target[month, alone[month]] = amounts[alone[month]]


def _model_sums(
    chance: Chance, drawn: Mapping[str, Array], sums: Sums, law: TokenLaw, direct: DirectTokens | None
) -> ModelSums:
    """Return what was drawn within its bounds: at least one turn and one call each, cached tokens within the prompt."""
    few, many = sums.number
    if direct is None or law.direct is None:
        prompt, answer = (np.maximum(drawn[name], 0.0) for name in ("input", "answer"))
        share, write = law.cache[:, 0], law.cache[:, 3]
        missed = np.clip(drawn["missed"], 0.0, prompt)
        reasoning = np.maximum(drawn["reasoning"], 0.0)
        cached, written, output = share * (prompt - missed), write * missed, answer + reasoning
    else:
        prompt, output = direct.sums[INPUT_TOKENS], direct.sums[OUTPUT_TOKENS]
        cached = law.direct[:, 0] * prompt
        written, reasoning = law.direct[:, 1] * (prompt - cached), law.direct[:, 2] * output
    return ModelSums(
        left_turns=np.maximum(chance.whole(drawn["left_turns"]), few),
        turns=np.maximum(chance.whole(drawn["turns"]), many),
        calls=np.maximum(chance.whole(drawn["calls"]), few + many),
        actions=np.maximum(chance.whole(drawn["actions"]), 0.0),
        input=prompt,
        cached=cached,
        written=written,
        output=output,
        reasoning=reasoning,
        long=[],
        beyond={},
        pieces={},
    )
