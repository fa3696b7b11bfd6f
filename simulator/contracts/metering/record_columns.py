"""Which columns of the record a meter counts from: hence who can recount it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.contracts.metering.meters import (
    CONVERSATIONS,
    INPUT_TOKENS,
    MINUTES,
    OUTPUT_TOKENS,
    SESSIONS,
    TICKETS,
    TURNS,
    base_of,
)
from simulator.contracts.metering.segments import Segment, segment_of

_TOKENS: Final = ("model", "input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens")
COLUMNS_OF: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        CONVERSATIONS: ("class", "turns"),
        "cases": ("case_id",),
        "messages": ("messages",),
        "ai_replies": ("ai_replies",),
        "actions": ("actions",),
        TURNS: ("turns",),
        MINUTES: ("duration_seconds",),
        TICKETS: ("conversation_id",),
        "unseen_tickets": ("conversation_id",),
        SESSIONS: ("case_id", "contact", "origin", "class", "opened_at", "channel", "turns"),
        INPUT_TOKENS: ("input_tokens",),
        OUTPUT_TOKENS: ("output_tokens",),
        "tokens": _TOKENS,
        "tokens_long": _TOKENS,
        "human_minutes": ("human_minutes",),
    }
)
"""Columns by meter, layers, blocks and segments apart; resolutions and own meters have those of their SQL."""


def columns_of(meter: str) -> tuple[str, ...]:
    """Return the columns of the record that a recount of a meter reads; none for those with SQL of their own.

    Those of a segment include intent or channel.
    """
    columns = COLUMNS_OF.get(base_of(meter).partition(":")[0], ())
    chosen = segment_of(meter)
    return columns if chosen is None else (*columns, *_chosen_by(chosen))


def _chosen_by(segment: Segment) -> tuple[str, ...]:
    pairs = ((segment.intents, "intent"), (segment.channels, "channel"))
    return tuple(column for chosen, column in pairs if chosen is not None)
