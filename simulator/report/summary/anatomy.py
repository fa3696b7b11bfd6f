"""What conversations of each intent are made of, from a sample drawn one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentAnatomy:
    """Means per conversation of one intent.

    Attributes:
        share: of all conversations.
        tokens: by part; the parts do not overlap.
        solved: share of its conversations that the AI solved.
        units: resolutions per conversation, by definition.
    """

    name: str
    share: float
    tokens: Mapping[str, float]
    solved: float
    units: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnatomyNumbers:
    """Intents by tokens per conversation, the heaviest first.

    Attributes:
        conversations: drawn.
    """

    conversations: int
    intents: tuple[IntentAnatomy, ...]
