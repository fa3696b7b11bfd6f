"""What meters see of the conversations of a slice: numbers that are summed, and flags that say of which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array, Flags, Index
from simulator.contracts.metering import meters as names
from simulator.contracts.metering.meters import Blocks, Layer
from simulator.contracts.metering.segments import Chosen, Segment
from simulator.engine.compiling.compiled import loop
from simulator.engine.counting.declared_meters import Flag
from simulator.engine.draws.rows import Rows, Subjects
from simulator.law.drawn_columns import COPY, NEW
from simulator.records import CLASSES
from simulator.scenario.schema import Scenario


def _plain(prompt: Array, cached: Array, written: Array) -> Array:
    """Return prompt tokens that are neither read from the cache nor written to it."""
    found = np.empty(len(prompt))
    loop("fill_plain")(prompt, cached, written, found)
    return found


def _long(place: int) -> Callable[[Rows], Array]:
    """Return what reads input, cached, written or output of the calls priced long."""
    return lambda rows: rows.tokens.long[place]


def _case_has(flags: Flags, rows: Rows) -> Flags:
    """Return flags on the first conversation of each case of which any conversation is flagged."""
    found = np.zeros(len(rows), np.int8)
    loop("mark_cases")(rows.origin, flags.view(np.int8), found)
    return found.view(np.bool_)


VALUES: Final[Mapping[str, Callable[[Rows], NDArray[Any]]]] = {
    "hours": lambda rows: rows.hours,
    "delay": lambda rows: rows.delay_hours,
    "turns": lambda rows: rows.turns,
    "calls": lambda rows: rows.calls,
    "duration_seconds": lambda rows: rows.duration_seconds,
    "handoff_minutes": lambda rows: rows.handoff_minutes,
    "review_minutes": lambda rows: rows.review_minutes,
    "human_minutes": lambda rows: rows.human_minutes,
    "score": lambda rows: rows.score,
    "messages": lambda rows: rows.turns + rows.ai_replies,
    "ai_replies": lambda rows: rows.ai_replies,
    "actions": lambda rows: rows.actions,
    names.INPUT_TOKENS: lambda rows: rows.tokens.input,
    names.OUTPUT_TOKENS: lambda rows: rows.tokens.output,
    names.MINUTES: lambda rows: rows.duration_seconds / names.MINUTE_SECONDS,
    "plain": lambda rows: _plain(rows.tokens.input, rows.tokens.cached, rows.tokens.written),
    "cached": lambda rows: rows.tokens.cached,
    "written": lambda rows: rows.tokens.written,
    "reasoning": lambda rows: rows.tokens.reasoning,
    "long_plain": lambda rows: _plain(*(_long(place)(rows) for place in range(3))),
    "long_cached": _long(1),
    "long_written": _long(2),
    "long_output": _long(3),
}
"""Numbers of conversations, by name; delay is NaN where nobody returned."""
FLAGS: Final[Mapping[str, Callable[[Rows], Flags]]] = {
    "opens": lambda rows: rows.origin == NEW,
    "case_solved": lambda rows: _case_has(rows.solved | rows.human_solved, rows),
    "case_solved_by_ai": lambda rows: _case_has(rows.solved, rows),
    "solved": lambda rows: rows.solved | rows.human_solved,
    "solved_by_ai": lambda rows: rows.solved,
    "returned": lambda rows: ~np.isnan(rows.delay_hours),
    "straight": lambda rows: rows.straight,
    "duplicate": lambda rows: rows.origin == COPY,
    "responded": lambda rows: rows.score > 0,
    "review": lambda rows: rows.review,
    "handed_over": lambda rows: rows.handed_over,
    "action": lambda rows: rows.action,
    "judged": lambda rows: rows.judged,
    "planned": lambda rows: rows.planned,
    "handled": lambda rows: (rows.service_class == CLASSES.index("service")) & (rows.turns >= 1),
}
"""What can hold of conversations, by name; the first three can hold of the first conversation of a case only."""
GROUPS: Final[Mapping[str, Callable[[Rows], Index]]] = {
    "end": lambda rows: rows.end,
    "class": lambda rows: rows.service_class,
    "intent": lambda rows: rows.who.intent,
    "channel": lambda rows: rows.who.channel,
    "level": lambda rows: rows.who.level,
    "model": lambda rows: rows.model,
}
"""Codes by which conversations are counted, by the name of the group (declared_meters.groups)."""


@dataclass(frozen=True, slots=True)
class MeterValues:
    """Values and flags of the conversations of a slice, each made once, when it is first asked for.

    Attributes:
        cuts: layers and blocks by their keys.
        values, flags: those that are known: of own meters, units and sessions to begin with, then all that were made.
    """

    rows: Rows
    scenario: Scenario
    cuts: Mapping[str, Layer | Blocks]
    values: dict[str, NDArray[Any]]
    flags: dict[tuple[Flag, ...], Flags]

    def value(self, name: str) -> NDArray[Any]:
        """Return numbers of the conversations."""
        if name not in self.values:
            cut = self.cuts.get(name)
            self.values[name] = VALUES[name](self.rows) if cut is None else cut.billed(self.value(cut.base))
        return self.values[name]

    def holds(self, wanted: tuple[Flag, ...]) -> Flags:
        """Return of which conversations all flags hold, at least one."""
        if wanted not in self.flags:
            *others, last = wanted
            self.flags[wanted] = self.holds((*others,)) & self.holds((last,)) if others else self._flag(last)
        return self.flags[wanted]

    def _flag(self, flag: Flag) -> Flags:
        if isinstance(flag, Segment):
            return belongs(flag, self.rows.who, self.scenario)
        if isinstance(flag, tuple):
            group, code = flag
            return np.asarray(GROUPS[group](self.rows) == code)
        return FLAGS[flag](self.rows)


def belongs(part: Segment, who: Subjects, scenario: Scenario) -> Flags:
    """Return which conversations (or cases) are in a part, by their own intent and channel."""

    def among(chosen: Chosen | None, names: Sequence[str], codes: Index) -> Flags:
        if chosen is None:
            return np.ones(len(codes), dtype=np.bool_)
        return np.array([chosen.holds(name) for name in names])[codes]

    by_intent = among(part.intents, list(scenario.intents), who.intent)
    return by_intent & among(part.channels, list(scenario.channels), who.channel)
