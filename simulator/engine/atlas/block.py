"""One block of trials of the atlas engine: expected counts, counts of kinds, and the meters that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import meters as names
from simulator.contracts.asked import Asked
from simulator.engine.atlas.asked import asked_meters, moved
from simulator.engine.atlas.atom_meters import Whole, parts_meters
from simulator.engine.atlas.atom_months import Apart, Counted
from simulator.engine.atlas.bills import OTHERS, Atlas
from simulator.engine.atlas.borders import GRID
from simulator.engine.atlas.carried import carried, carried_by_piece, pairs_of
from simulator.engine.atlas.contexts import Memory
from simulator.engine.atlas.counts import Chance, Counts, divided, draw_counts, share_out
from simulator.engine.atlas.dealt import memory_meters, memory_tables
from simulator.engine.atlas.drawn_tokens import TokenLaw
from simulator.engine.atlas.expected import ACTED, Expected
from simulator.engine.atlas.handling import Handling, ModelSums, draw_model
from simulator.engine.atlas.kinds import END_OF, NO_RETURN, SOLVED, STRAIGHT, TO_AI, Leaf
from simulator.engine.atlas.law import HandlingLaw, Law
from simulator.engine.atlas.layers import edges_of, layer_meters, least_actions
from simulator.engine.atlas.lengths import LengthMoments, by_law_of, idle_chance
from simulator.engine.atlas.passages import Passages
from simulator.engine.atlas.people import FULL, draw_minutes
from simulator.engine.atlas.pieces import Pieces, make_pieces
from simulator.engine.atlas.sessions import Numbers, SessionMeans, session_meters
from simulator.engine.atlas.skewness import Skewness
from simulator.engine.atlas.solved import solved_meters
from simulator.engine.atlas.tally import Kinds, split_kinds
from simulator.law import ENDS, ESCALATED, PARTIAL
from simulator.scenario.schema import Scenario

Array = NDArray[np.float64]
Flag = Callable[[Leaf], bool]

LEAF_METERS: Final[Mapping[str, Flag]] = {
    "rows": lambda leaf: True,
    names.CONVERSATIONS: lambda leaf: not leaf.other,
    "returns": lambda leaf: leaf.fate != NO_RETURN,
    "straight_returns": lambda leaf: leaf.fate == STRAIGHT,
    "touch:review": lambda leaf: leaf.mark and leaf.end != ESCALATED,
    "touch:handoff": lambda leaf: leaf.end in (PARTIAL, ESCALATED),
    "action_completed": lambda leaf: leaf.action,
    "judged_resolved": lambda leaf: leaf.judged,
    "handoff_planned": lambda leaf: leaf.mark and leaf.end == ESCALATED,
    "class:service": lambda leaf: not leaf.other,
    **{f"end:{name}": (lambda leaf, end=end: leaf.end == end) for end, name in enumerate(ENDS)},  # type: ignore[misc]
}
"""Meters that are sums over kinds that are always told apart."""


@dataclass(frozen=True, slots=True)
class Block:
    """The laws of a block of trials."""

    scenario: Scenario
    atlas: Atlas
    memory: Memory | None
    law: Law
    tokens: TokenLaw
    month_factor: Array
    lengths: LengthMoments
    skewness: Skewness
    asked: Asked
    sessions: SessionMeans | None = None


def block_meters(
    chance: Chance, block: Block, expected: Expected, passages: Passages | None, apart: Apart | None = None
) -> dict[str, Array]:
    """Return all meters of a block but those of tickets and of today's people, shape (month, trial) each."""
    contacts, duplicates = draw_counts(chance, expected, block.law)
    everything = [*contacts, duplicates]
    meters = dict(_leaf_meters(everything))
    meters["duplicates"] = duplicates.leaves.sum(axis=0)
    meters["cases"] = contacts[0].leaves.sum(axis=0)
    every_kind = []
    for number, (counts, means) in enumerate(zip(everything, [*expected.contacts, expected.duplicates], strict=True)):
        kinds = split_kinds(chance, block.atlas, block.memory, number, counts, means, block.law)
        every_kind.append(kinds)
        for name, amount in _unit_meters(block, number, counts, kinds):
            meters[name] = meters[name] + amount if name in meters else amount
    meters |= _own_meters(block.atlas, every_kind)
    if block.sessions is not None:
        numbers = _numbers(block.atlas, everything, every_kind)
        meters |= session_meters(chance, block.asked.sessions, GRID, block.sessions, numbers)
    tables: list[Array] = []
    if block.memory is not None and passages is not None:
        tables = memory_tables(chance, block.memory, every_kind, passages)
        meters |= memory_meters(block.memory, tables)
    meters |= solved_meters(chance, contacts, duplicates, expected, block.law.handling.human_solve)
    meters |= _parts(chance, block, expected, meters)
    if block.scenario.today is not None:
        meters["today_minutes"] = _today_minutes(chance, expected, contacts[0], block.law.handling)
    handled = _handling(chance, block, expected, everything)
    meters |= handled.meters
    if apart is not None:
        counted = Counted(every_kind, tables, handled.by_model.sum(axis=3))
        models = dict(zip(block.scenario.models, handled.models, strict=True))
        whole = Whole(counted, handled.by_model, models, handled.one_at_least, meters)
        routed = [_routed(block, each) for each in apart.expected]
        meters |= parts_meters(chance, apart, whole, routed, block.atlas, block.memory, block.law)
    return meters


def _leaf_meters(everything: Sequence[Counts]) -> Iterator[tuple[str, Array]]:
    """Yield the meters that are sums over the kinds of all contacts."""
    total = np.add.reduce([_times(_chosen(counts.of), counts.leaves) for counts in everything])
    yield from zip(_leaf_flags(), total, strict=True)


def _leaf_flags() -> dict[str, Flag]:
    units = ("rows", names.CONVERSATIONS)
    solved = {f"{unit}{suffix}": _both(LEAF_METERS[unit], flag) for unit in units for suffix, flag in SOLVED.items()}
    return {**LEAF_METERS, **solved}


@cache
def _chosen(leaves: tuple[Leaf, ...]) -> Array:
    """Return which kinds each meter sums, shape (meter, kind)."""
    return np.array([[flag(leaf) for leaf in leaves] for flag in _leaf_flags().values()], dtype=np.float64)


@cache
def _solved(leaves: tuple[Leaf, ...]) -> Array:
    """Return whether each kind is counted, is solved, is solved by the AI, shape (3, kind)."""
    return np.array([[flag(leaf) for leaf in leaves] for flag in SOLVED.values()], dtype=np.float64)


def _both(first: Flag, second: Flag) -> Flag:
    return lambda leaf: first(leaf) and second(leaf)


def _times(chosen: Array, numbers: Array) -> Array:
    """Return sums of chosen numbers, shape (meter, month, trial)."""
    return (chosen @ numbers.reshape(len(numbers), -1)).reshape(len(chosen), *numbers.shape[1:])


def _unit_meters(block: Block, contact: int, counts: Counts, kinds: Kinds) -> Iterator[tuple[str, Array]]:
    """Yield the units of each definition without memory, and those of them that are solved."""
    chosen, found = [], []
    for name in block.atlas.definitions:
        if block.memory is not None and name in block.memory.definitions:
            continue
        units = block.atlas.units[contact][name][kinds.leaf, kinds.interval, kinds.other, kinds.score]
        for suffix, solved in zip(SOLVED, _solved(counts.of), strict=True):
            chosen.append(units * solved[kinds.leaf])
            found.append(f"{names.resolutions(name)}{suffix}")
    if found:
        yield from zip(found, _times(np.array(chosen, dtype=np.float64), kinds.numbers), strict=True)


def _own_meters(atlas: Atlas, every_kind: Sequence[Kinds]) -> dict[str, Array]:
    """Return the scenario's own meters by their keys."""
    found: dict[str, Array] = {}
    for amounts, kinds in zip(atlas.amounts, every_kind, strict=False):
        for name, each in amounts.items():
            total = np.tensordot(_of_kinds(each, kinds), kinds.numbers, axes=1)
            found[names.own(name)] = found.get(names.own(name), 0.0) + total
    return found


def _of_kinds(table: NDArray[np.generic], kinds: Kinds) -> Array:
    return np.asarray(table[kinds.leaf, kinds.interval, kinds.other, kinds.score], dtype=np.float64)


def _numbers(atlas: Atlas, everything: Sequence[Counts], every_kind: Sequence[Kinds]) -> Numbers:
    """Return the numbers from which sessions are counted."""
    later = {
        hours: [
            np.tensordot(_of_kinds(atlas.comes_later(contact, hours), kinds), kinds.numbers, axes=1)
            for contact, kinds in enumerate(every_kind[:-2])
        ]
        for hours in atlas.later
    }
    first, *number, copies = (counts.leaves.sum(axis=0) for counts in everything)
    return Numbers(first, number, later, copies)


def _parts(chance: Chance, block: Block, expected: Expected, meters: Mapping[str, Array]) -> dict[str, Array]:
    """Return conversations by intent and class, whole numbers that add up to all, and what customers answer."""
    found: dict[str, Array] = {}
    intents = share_out(chance, "part.intent", 0, meters["rows"][None], expected.intents[:, None])[:, 0]
    found |= {f"intent:{name}": part for name, part in zip(block.scenario.intents, intents, strict=True)}
    others = share_out(
        chance, "part.class", 0, (meters["rows"] - meters["class:service"])[None], expected.classes[:, None]
    )
    found |= {f"class:{name}": part for name, part in zip(OTHERS, others[:, 0], strict=True)}
    attributes = block.law.attributes
    solved = meters["rows|solved_by_ai"]
    asked = np.stack([meters["rows"] - meters["end:abandoned"] - meters["end:escalated"] - solved, solved])
    answers = chance.binomial("csat.response", 0, asked, np.broadcast_to(attributes.response, asked.shape))
    scores = np.diff(attributes.scores, axis=2, prepend=0.0).transpose(2, 1, 0)[:, :, None]
    points = share_out(chance, "csat.score", 0, answers, np.broadcast_to(scores, (5, *answers.shape)))
    found["csat_responses"] = answers.sum(axis=0)
    found["csat_points"] = np.tensordot(np.arange(1.0, 6.0), points.sum(axis=1), axes=1)
    found["return_hours"] = meters["returns"] * divided(expected.return_hours, _returns(expected))
    found["duplicate_hours"] = meters["duplicates"] * divided(
        expected.duplicate_hours, expected.duplicates.base.sum(axis=(0, 1, 2))
    )
    return found


def _returns(expected: Expected) -> Array:
    return np.asarray(sum(contact.base[TO_AI:].sum(axis=(0, 1, 2)) for contact in expected.contacts))


@dataclass(frozen=True, slots=True)
class _Handled:
    """Turns, calls, actions, tokens and minutes, and what they were made of; see atom_meters.Whole."""

    meters: dict[str, Array]
    by_model: Array
    models: list[tuple[Handling, ModelSums]]
    one_at_least: Array


def _handling(chance: Chance, block: Block, expected: Expected, everything: Sequence[Counts]) -> _Handled:
    """Return turns, calls, actions, tokens and minutes."""
    by_model = _by_model(chance, block, expected, everything)
    scenario = block.scenario
    by_channel = by_model.sum(axis=0)
    found = {
        f"channel:{name}": by_channel[:, :, place].sum(axis=(0, 1)) for place, name in enumerate(scenario.channels)
    }
    found |= {f"level:{name}": by_channel[place].sum(axis=(0, 1)) for place, name in enumerate(scenario.levels)}
    found |= {f"model:{name}": by_model[place].sum(axis=(0, 1, 2)) for place, name in enumerate(scenario.models)}
    layers = [layer for layer in block.asked.layers if layer.base != names.MINUTES]
    edges = edges_of(layers)
    seconds = block.law.handling.seconds_per_turn
    pieces = make_pieces(block.asked, block.lengths, seconds, list(scenario.channels))
    shared = (block.lengths, block.tokens, block.month_factor, block.skewness, edges, pieces)
    laws = [Handling(place, *shared) for place in range(len(scenario.models))]
    sums = [draw_model(chance, law, numbers) for law, numbers in zip(laws, by_model, strict=True)]
    lengths, one_at_least = _length_meters(chance, block, by_channel, everything, sums)
    found |= lengths
    for model, drawn in zip(scenario.models, sums, strict=True):
        found |= _token_meters(model, drawn)
    for name, part in (
        ("reasoning_tokens", "reasoning"),
        (names.INPUT_TOKENS, "input"),
        (names.OUTPUT_TOKENS, "output"),
    ):
        found[name] = np.asarray(sum(getattr(drawn, part) for drawn in sums))
    beyond = {base: np.add.reduce([drawn.beyond[base] for drawn in sums]) for base in edges}
    if "actions" in beyond:
        beyond["actions"] = beyond["actions"] + least_actions(edges["actions"], one_at_least)
    if pieces is not None:
        amounts = {name: np.add.reduce([drawn.pieces[name] for drawn in sums]) for name in sums[0].pieces}
        if len(pieces.turns) > 1 and chance.draws:
            added = _carried(chance, block, expected, by_channel, everything, pieces)
            amounts = moved(pieces, amounts, added, by_channel.sum(axis=(0, 1, 2)))
        found |= asked_meters(block.asked, pieces, amounts, one_at_least)
    found |= layer_meters(layers, found, beyond)
    found |= _minutes(chance, expected, by_channel, everything, block.law.handling)
    return _Handled(found, by_model, list(zip(laws, sums, strict=True)), one_at_least)


def _carried(
    chance: Chance, block: Block, expected: Expected, by_channel: Array, everything: Sequence[Counts], pieces: Pieces
) -> dict[str, Array]:
    """Return what it adds to pieces that cases keep their channel."""
    pairs = pairs_of(everything[:-1], everything[-1], block.law.returns.same_channel)
    means = expected.rows.sum(axis=(0, 2)).swapaxes(0, 1)
    noise = carried(chance, pairs, by_channel.sum(axis=1), means)
    return carried_by_piece((*pieces.turns, *pieces.others), noise, by_channel, block.lengths)


def _by_model(chance: Chance, block: Block, expected: Expected, everything: Sequence[Counts]) -> Array:
    """Return conversations by model, level, end and channel, whole numbers that add up to the counts of kinds."""
    by_branch = np.add.reduce([counts.base.sum(axis=0) for counts in everything])
    numbers = np.stack([by_branch[np.equal(END_OF, end)].sum(axis=0) for end in range(len(ENDS))], axis=1)
    means = _routed(block, expected)
    models, channels, ends, levels, *shape = means.shape
    parts = means.swapaxes(2, 3).reshape(models * channels, levels * ends, *shape)
    shared = share_out(chance, "model", 0, numbers.reshape(levels * ends, *shape), parts)
    return shared.reshape(models, channels, levels, ends, *shape).transpose(0, 2, 3, 1, 4, 5)


def _routed(block: Block, expected: Expected) -> Array:
    """Return expected conversations by model, shape (model, channel, end, level, month, trial)."""
    routing = np.diff(block.law.outcomes.routing, axis=2, prepend=0.0).transpose(2, 1, 0)
    if len(expected.rows) < len(routing):
        return np.asarray(expected.rows * routing[:, None, None, :, None])
    return expected.rows


def _length_meters(
    chance: Chance, block: Block, by_channel: Array, everything: Sequence[Counts], sums: Sequence[ModelSums]
) -> tuple[dict[str, Array], Array]:
    """Return turns, messages, calls, actions and durations, and the actions completed without a call."""
    left, kept = (np.asarray(sum(getattr(drawn, name) for drawn in sums)) for name in ("left_turns", "turns"))
    turns = left + kept
    by_law = by_channel * by_law_of(block.lengths, by_channel, "turns")
    seconds = block.law.handling.seconds_per_turn.T[:, None]
    duration = (by_law.sum(axis=(0, 1)) * seconds).sum(axis=0)
    acted = np.add.reduce([counts.base[:, ACTED].sum(axis=0) for counts in everything])
    idle = idle_chance(block.lengths, by_channel)
    flat = acted.reshape(-1, *acted.shape[2:])
    one_at_least = chance.binomial("actions.least", 0, flat, idle.reshape(flat.shape)).sum(axis=0)
    meters = {
        "turns": turns,
        "messages": turns + kept,
        "ai_replies": kept,
        "calls": np.asarray(sum(drawn.calls for drawn in sums)),
        "actions": np.asarray(sum(drawn.actions for drawn in sums)) + one_at_least,
        "duration_seconds": duration * divided(turns, by_law.sum(axis=(0, 1, 2))),
    }
    return meters, one_at_least


def _token_meters(model: str, drawn: ModelSums) -> dict[str, Array]:
    plain = np.maximum(drawn.input - drawn.cached - drawn.written, 0.0)
    parts = (plain, drawn.cached, drawn.written, drawn.output)
    found = {names.tokens(model, kind): part for kind, part in zip(names.TOKEN_CLASSES, parts, strict=True)}
    if drawn.long:
        prompt, cached, written, output = drawn.long
        parts = (np.maximum(prompt - cached - written, 0.0), cached, written, output)
        found |= {names.tokens_long(model, kind): part for kind, part in zip(names.TOKEN_CLASSES, parts, strict=True)}
    return found


def _minutes(
    chance: Chance, expected: Expected, by_channel: Array, everything: Sequence[Counts], law: HandlingLaw
) -> dict[str, Array]:
    reviewed = np.add.reduce([counts.leaves[_flagged(counts, "touch:review")].sum(axis=0) for counts in everything])
    straight = np.add.reduce([counts.base[STRAIGHT].sum(axis=(0, 1)) for counts in everything[:-1]])
    minutes = draw_minutes(
        chance,
        law,
        by_channel,
        _over_channels(chance, "review", reviewed, expected.reviews),
        _over_channels(chance, "straight", straight, expected.straight),
    )
    return {
        "handoff_minutes": minutes.handoff,
        "review_minutes": minutes.review,
        "human_minutes": minutes.handoff + minutes.review + minutes.straight,
    }


def _today_minutes(chance: Chance, expected: Expected, first: Counts, law: HandlingLaw) -> Array:
    """Return people's minutes on all cases at their means by level and channel, before the factors of `today`."""
    cases = share_out(chance, "today.channel", 0, first.base.sum(axis=(0, 1)), expected.cases)
    minutes = law.minutes[:, FULL].transpose(2, 1, 0)[:, :, None]
    return np.asarray((cases * minutes).sum(axis=(0, 1)))


def _over_channels(chance: Chance, name: str, number: Array, means: Array) -> Array:
    """Share numbers out over levels and channels, shape (level, channel, month, trial)."""
    flat = means.swapaxes(0, 1).reshape(-1, 1, *number.shape)
    return share_out(chance, f"minutes.{name}", 0, number[None], flat).reshape(means.swapaxes(0, 1).shape)


def _flagged(counts: Counts, name: str) -> NDArray[np.bool_]:
    return np.asarray(_chosen(counts.of)[list(LEAF_METERS).index(name)] > 0)
