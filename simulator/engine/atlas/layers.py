"""Layers of meters: what conversations have beyond an allowance, at most a cap.

Everything is made of one function for each meter: what all conversations have beyond an edge, E(d) = sum max(x - d,
0). E(0) is the plain meter, and the layer above a with cap c is E(a) - E(a + c). So layers that touch add up, and none
is more than its plain meter. All edges of a meter look at the same conversations: those of the month itself where it is
drawn conversation by conversation, else conversations drawn beside the known sums (engine.atlas.matching).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from simulator.contracts.meters import INPUT_TOKENS, OUTPUT_TOKENS, Layer
from simulator.engine.atlas.counts import Chance
from simulator.engine.atlas.drawn_tokens import TokenLaw
from simulator.engine.atlas.lengths import LengthMoments, action_masses
from simulator.engine.atlas.matching import Beside, beside, beyond, groups_of, part_of, scaled, scaled_target, sets_of
from simulator.engine.atlas.singles import Lot, draw_lots
from simulator.engine.atlas.skewness import weigh
from simulator.engine.atlas.tabulated import Edges, tokens_beyond

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Beyond = dict[str, Array]
"""What conversations have beyond each edge, shape (edge, month, trial) by meter."""

TOKEN_METERS = (INPUT_TOKENS, OUTPUT_TOKENS)


def edges_of(layers: Sequence[Layer]) -> dict[str, tuple[float, ...]]:
    """Return the edges above 0 that the layers need, by meter."""
    found: dict[str, set[float]] = {}
    for layer in layers:
        ends = {layer.included} | ({layer.included + layer.cap} if layer.cap is not None else set())
        found.setdefault(layer.base, set()).update(edge for edge in ends if edge > 0)
    return {base: tuple(sorted(edges)) for base, edges in found.items()}


def layer_meters(layers: Sequence[Layer], plain: Mapping[str, Array], found: Beyond) -> dict[str, Array]:
    """Return the layers by their keys, shape (month, trial).

    Args:
        plain: the plain meters.
        found: of all models, at the edges of edges_of(layers).
    """
    edges = edges_of(layers)

    def at(base: str, edge: float) -> Array:
        if edge == 0:
            return plain[base]
        return np.asarray(np.minimum(found[base][edges[base].index(edge)], plain[base]))

    meters = {}
    for layer in layers:
        amount = at(layer.base, layer.included)
        if layer.cap is not None:
            amount = np.maximum(amount - at(layer.base, layer.included + layer.cap), 0.0)
        meters[layer.key] = amount
    return meters


def least_actions(edges: Sequence[float], one_at_least: Array) -> Array:
    """Return what conversations with a completed action but no tool call have beyond each edge: they count one."""
    return np.stack([one_at_least * max(1.0 - edge, 0.0) for edge in edges])


@dataclass(frozen=True, slots=True)
class Means:
    """Mean sizes beyond edges, of given numbers of conversations of one model.

    Attributes:
        edges: by meter, the first of each is 0: the size itself.
        tokens: what the tokens have beyond them by number of turns; see tabulated.tokens_beyond.
    """

    lengths: LengthMoments
    edges: Edges
    tokens: Mapping[str, Array]

    def of(self, base: str, counts: Array) -> Array:
        """Return the expected sums, shape (edge, month, trial).

        Args:
            counts: conversations by law, shape (law, month, trial).
        """
        lengths, left = self.lengths, self.lengths.abandoned
        by_turns = partial(weigh, counts, lengths.masses) if base in (*TOKEN_METERS, "actions") else None
        if by_turns is None:
            kept = weigh(counts[~left], lengths.masses[:, ~left])
            few = weigh(counts[left], lengths.masses[:, left]) if base == "messages" else np.zeros_like(kept)
            turns = np.arange(1.0, len(kept) + 1)
            times = 2.0 if base == "messages" else 1.0
            return np.stack([_excess(times * turns, d, kept) + _excess(turns, d, few) for d in self.edges[base]])
        numbers = by_turns()
        if base == "actions":
            return np.stack([_weighted(_actions_beyond(lengths, d), numbers) for d in self.edges[base]])
        return np.asarray(np.einsum("tmr,etmr->emr", numbers, self.tokens[base]))


def _excess(sizes: Array, edge: float, numbers: Array) -> Array:
    return np.asarray(np.tensordot(np.maximum(sizes - edge, 0.0), numbers, axes=1))


def _weighted(by_turns: Array, numbers: Array) -> Array:
    """Return sums over turns; by_turns has shape (trial or 1, turns), numbers (turns, month, trial)."""
    return np.asarray((numbers * by_turns.T[:, None]).sum(axis=0))


def _actions_beyond(lengths: LengthMoments, edge: float) -> Array:
    """Return E[max(actions - edge, 0)] by trial and number of turns."""
    masses = action_masses(lengths.tables)
    by_calls = masses @ np.maximum(np.arange(masses.shape[2]) - edge, 0.0)
    return np.asarray(by_calls[np.arange(len(by_calls))[:, None], lengths.tables.calls[:, 1:]])


def make_means(law: TokenLaw, place: int, lengths: LengthMoments, month_factor: Array, edges: Edges) -> Means:
    """Return the means of one model; tokens that are drawn directly have their own (engine.atlas.direct)."""
    with_size = {base: (0.0, *each) for base, each in edges.items() if law.direct is None or base not in TOKEN_METERS}
    tabulated = any(base in TOKEN_METERS for base in with_size)
    tokens = tokens_beyond(law, place, lengths, month_factor, with_size) if tabulated else {}
    return Means(lengths, with_size, tokens)


def expected_beyond(means: Means, counts: Array) -> Beyond:
    """Return the expectations, shape (edge, month, trial)."""
    return {base: means.of(base, counts)[1:] for base in means.edges}


@dataclass(frozen=True, slots=True)
class Month:
    """One model's conversations for layers, and the sums that they must have.

    Attributes:
        counts: those of months that are not drawn singly, shape (law, month, trial).
        plain: the sum of each meter, shape (month, trial).
    """

    place: int
    counts: Array
    plain: Mapping[str, Array]
    lengths: LengthMoments
    law: TokenLaw
    month_factor: Array


def beyond_beside(chance: Chance, model: Month, edges: Edges) -> Beyond:
    """Return what conversations beside the drawn sums have beyond the edges; 0 in months without conversations."""
    parts = part_of(model.counts)
    number, few = model.counts.sum(axis=0), parts.sum(axis=0)
    share = np.divide(few, number, out=np.ones_like(number), where=number > 0)
    whole: dict[str, tuple[Array, Array]] = {}
    if (share < 1).any():
        means = make_means(model.law, model.place, model.lengths, model.month_factor, edges)
        whole = {base: (means.of(base, model.counts), means.of(base, parts)) for base in edges}
    found = {base: np.zeros((len(each), *number.shape)) for base, each in edges.items()}
    for month in np.flatnonzero(number.any(axis=1)):
        group = groups_of(model.law.factor * model.month_factor[month])
        sets = _sets(chance, model, parts[:, month], int(month), list(edges))
        for base, each in edges.items():
            at, own = np.asarray(each), share[month]
            if base in whole:
                mean, mean_of_part = (values[:, month] for values in whole[base])
                target = np.where(
                    own < 1,
                    scaled_target(model.plain[base][month], mean[0], mean_of_part[0], own),
                    model.plain[base][month],
                )
                sums = beside(sets[base], group, at, target, own)
                sums = np.where(own < 1, scaled(sums, mean[1:], mean_of_part[1:], own), sums)
            else:
                sums = beside(sets[base], group, at, model.plain[base][month], own)
            found[base][:, month] = np.maximum(_whole(base, at, sums), 0.0)
    return found


def _whole(base: str, edges: Array, sums: Array) -> Array:
    """Return whole numbers where nothing else is possible."""
    counted = (base not in TOKEN_METERS) & (edges == np.rint(edges))
    return np.asarray(np.where(np.asarray(counted)[:, None], np.rint(sums), sums))


def _sets(chance: Chance, model: Month, numbers: Array, month: int, bases: Sequence[str]) -> dict[str, Beside]:
    """Return sets of conversations by meter.

    Args:
        numbers: of a set, shape (law, trial).
    """
    tokens = model.law if any(base in TOKEN_METERS for base in bases) else None
    times = sets_of(numbers.sum(axis=0))
    drawn = []
    for name, count in (("layers.sets", times), ("layers.second", 1), ("layers.third", 1)):
        place = (model.place, month)
        lots = draw_lots(chance, name, place, numbers * count, model.lengths, tokens, model.month_factor[month])
        drawn.append(list(lots))
    trial, pair_trial = (np.concatenate([lot.trial for lot in lots]) for lots in drawn[:2])
    member = np.arange(len(trial)) % times[trial]
    return {
        base: Beside(
            trial, member, _joined(drawn[0], base), pair_trial, np.stack([_joined(lots, base) for lots in drawn[1:]])
        )
        for base in bases
    }


def _joined(lots: Sequence[Lot], base: str) -> Array:
    return np.concatenate([lot.sizes(base) for lot in lots])


def add_lot(found: Beyond, lot: Lot, month: int, edges: Edges) -> None:
    """Add what conversations drawn singly have beyond the edges."""
    for base, each in edges.items():
        found[base][:, month] += beyond(lot.trial, lot.sizes(base), np.asarray(each), found[base].shape[2])
