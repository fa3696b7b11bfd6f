"""What each unit of a resolution, a session or a sum over conversations is counted by: one statement over the record.

A unit of resolutions is counted by its definition's statement, the text that `simulate sql` prints. All others are
sums over conversations, each of which has an amount of its own. The annex prints these texts, and the recount runs
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.audit.session_statements import COLUMNS, sessions_counted, sessions_listed
from simulator.contracts.metering.meters import (
    CASES,
    CONVERSATIONS,
    INPUT_TOKENS,
    MINUTES,
    NEAR_A_BLOCK,
    OUTPUT_TOKENS,
    TURNS,
    Sessions,
    blocks_of,
    definition_of,
    layer_of,
    own_of,
    sessions_of,
)
from simulator.contracts.metering.record_columns import columns_of
from simulator.contracts.metering.segments import Chosen, Segment, segment_of, whole_of
from simulator.definitions import Definition
from simulator.definitions.statement import LISTED, counting, listing
from simulator.definitions.text import indented, number, one_of
from simulator.scenario.stated.compiled_terms import Terms

TABLE: Final = "conversations"
"""The table of the record in the statements."""
_SUMS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        CONVERSATIONS: ("1", "class = 'service' AND turns >= 1"),
        CASES: ("1", "origin = 'new'"),
        "messages": ("messages", ""),
        "ai_replies": ("ai_replies", ""),
        "actions": ("actions", ""),
        TURNS: ("turns", ""),
        INPUT_TOKENS: ("input_tokens", ""),
        OUTPUT_TOKENS: ("output_tokens", ""),
        MINUTES: ("duration_seconds / 60.0", ""),
        "human_minutes": ("human_minutes", ""),
    }
)
"""The amount of a conversation and the condition under which it counts, by meter."""
_TOKENS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "input": "input_tokens - cached_input_tokens - cache_write_tokens",
        "cached_input": "cached_input_tokens",
        "cache_write": "cache_write_tokens",
        "output": "output_tokens",
    }
)
"""The tokens of a conversation by class; they do not overlap."""


@dataclass(frozen=True, slots=True)
class UnitStatement:
    """A unit that a statement counts.

    Attributes:
        meter: its key.
        definition: of a resolution; None for what is summed.
        amount, condition: SQL of what a conversation adds, and of whether it adds anything; of what is summed.
        segment: the part of the conversations in which it is counted.
        columns: of the record that a count reads.
        sessions: the window of a session; None for what is none.
    """

    meter: str
    definition: Definition | None
    amount: str
    condition: str
    segment: Segment | None
    columns: tuple[str, ...]
    sessions: Sessions | None

    @property
    def is_sum(self) -> bool:
        """Whether each conversation has an amount of its own; all others count 0 or 1."""
        return self.definition is None and self.sessions is None and self.amount != "1"

    @property
    def text(self) -> str:
        """The query that counts it in a whole table, in the text that `in_dialect` reads."""
        return self.counting("")

    def counting(self, period: str) -> str:
        """Return the query that counts it, in the text that `in_dialect` reads.

        Args:
            period: condition on the opening of a conversation, empty for the whole table.
        """
        only = _all_of(period, _in_segment(self.segment))
        if self.definition is not None:
            return counting(self.definition, TABLE, only)
        if self.sessions is not None:
            return sessions_counted(self.sessions, TABLE, only)
        where = indented(_all_of(self._where(), period) or "TRUE")
        return f"SELECT COALESCE(SUM({self.amount}), 0) AS units\nFROM {TABLE}\nWHERE\n{where}"

    def within(self, period: str) -> str:
        """Return the query that lists what counts, one row a conversation, in the text that `in_dialect` reads.

        Args:
            period: condition on the opening of a conversation.
        """
        if self.definition is not None:
            return listing(self.definition, TABLE, _all_of(period, _in_segment(self.segment)))
        if self.sessions is not None:
            return sessions_listed(self.sessions, TABLE, _all_of(period, _in_segment(self.segment)))
        chosen = f"SELECT {LISTED}, {self.amount} AS units\nFROM {TABLE}"
        return f"{chosen}\nWHERE\n{indented(_all_of(self._where(), period))}\nORDER BY opened_at, conversation_id"

    def _where(self) -> str:
        adds = "" if self.amount == "1" else f"({self.amount}) <> 0"
        return _all_of(self.condition, _in_segment(self.segment), adds)


def unit_statement(meter: str, terms: Terms) -> UnitStatement | None:
    """Return what counts a meter in a record; None where no statement does, see `why_uncounted`."""
    definition = terms.definitions[found] if (found := definition_of(meter)) else None
    window, own = sessions_of(meter), own_of(meter)
    summed = ("1", "") if definition or window else _sum_of(meter, terms)
    if summed is None:
        return None
    columns = columns_of(meter)
    if definition is not None:
        columns = definition.columns
    elif window is not None:
        columns = COLUMNS
    elif own is not None:
        columns = terms.meters[own].columns
    part = segment_of(meter)
    every = tuple(dict.fromkeys((*columns, *_segment_columns(part))))
    return UnitStatement(meter, definition, *summed, part, every, window)


def _sum_of(meter: str, terms: Terms) -> tuple[str, str] | None:
    """Return the amount of one conversation, and the condition under which it counts."""
    whole, layer, block, own = whole_of(meter), layer_of(meter), blocks_of(meter), own_of(meter)
    if own is not None:
        return terms.meters[own].sql, ""
    if layer is not None and layer.base in _SUMS:
        above = f"GREATEST({_SUMS[layer.base][0]} - {number(layer.included)}, 0)"
        return above if layer.cap is None else f"LEAST({above}, {number(layer.cap)})", ""
    if block is not None and block.base in _SUMS:
        blocks = f"({_SUMS[block.base][0]}) / {number(block.size)}"
        return f"CEIL({blocks} - {NEAR_A_BLOCK:g} * GREATEST({blocks}, 1))", ""
    if whole in _SUMS:
        return _SUMS[whole]
    family, _, rest = whole.partition(":")
    model, _, kind = rest.rpartition(":")
    if family == "tokens" and kind in _TOKENS:
        return _TOKENS[kind], one_of("model", (model,)).sql
    return None


def why_uncounted(meter: str) -> str:
    """Return why no statement over the record counts a meter."""
    if whole_of(meter).startswith("tokens_long:"):
        return (
            "the record has tokens by conversation, not by call: a price for long prompts can be recounted in the "
            "gateway's log of calls only, so that an annex on conversations would not bind it"
        )
    return "the record has no rows for it: the AI never sees these tickets, so count them in the helpdesk"


def _all_of(*conditions: str) -> str:
    """Return conditions joined by AND, those that ask nothing left out."""
    return "\nAND ".join(each for each in conditions if each)


def _in_segment(segment: Segment | None) -> str:
    """Return the condition on intent and channel of a conversation."""
    if segment is None:
        return ""
    pairs = (("intent", segment.intents), ("channel", segment.channels))
    return " AND ".join(_among(column, chosen) for column, chosen in pairs if chosen is not None)


def _among(column: str, chosen: Chosen) -> str:
    inside = one_of(column, chosen.names).sql
    return f"NOT {inside}" if chosen.but else inside


def _segment_columns(segment: Segment | None) -> Iterator[str]:
    if segment is not None:
        pairs = ((segment.intents, "intent"), (segment.channels, "channel"))
        yield from (column for chosen, column in pairs if chosen is not None)
