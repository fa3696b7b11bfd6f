"""What an average conversation of a run looks like; a number is None where nothing is there to divide by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Shares: TypeAlias = Mapping[str, float | None]
"""Shares of the logged conversations by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMeans:
    """Means per logged conversation; minutes are of people, `duration_minutes` of the conversation."""

    turns: float | None
    messages: float | None
    ai_replies: float | None
    actions: float | None
    calls: float | None
    human_minutes: float | None
    handoff_minutes: float | None
    review_minutes: float | None
    duration_minutes: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensByClass:
    """Mean tokens per logged conversation by the class that is billed."""

    input: float | None
    cached_input: float | None
    cache_write: float | None
    output: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationTokens(TokensByClass):
    """Mean tokens per logged conversation.

    Attributes:
        long_prompt: in calls with a long prompt; None under direct totals, where no call is simulated by itself.
        reasoning: of the output.
        by_model: by model.
    """

    long_prompt: float | None
    reasoning: float | None
    by_model: Mapping[str, TokensByClass]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationShares:
    """Shares of the logged conversations, which may overlap."""

    handoff_planned: float | None
    action_completed: float | None
    judged_resolved: float | None
    solved_by_ai: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """Returns of customers.

    Attributes:
        share: of the logged conversations.
        mean_hours: until the return.
        straight_to_human_share: of the returns.
    """

    share: float | None
    mean_hours: float | None
    straight_to_human_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """Second conversations on an open case.

    Attributes:
        share: of the logged conversations.
    """

    share: float | None
    mean_hours_after_opening: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """What customers answer when asked.

    Attributes:
        response_share: of the logged conversations.
        mean: of the answers, from 1 to 5.
    """

    response_share: float | None
    mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyVariation:
    """Coefficients of variation of single months over all futures."""

    cases: float | None
    conversations: float | None
    human_minutes: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Means over all futures and months.

    Attributes:
        conversations_logged: expected number over the horizon.
        handled_share: of the logged conversations.
        per_case: logged conversations per case.
        ends: shares by how a conversation ends.
        touch: shares that people touch.
        solved_case_share: of the cases.
        solved_case_share_by_ai: of the cases.
    """

    conversations_logged: float
    handled_share: float | None
    per_case: float | None
    means: ConversationMeans
    tokens: ConversationTokens
    ends: Shares
    touch: Shares
    classes: Shares
    channels: Shares
    levels: Shares
    intents: Shares
    models: Shares
    shares: ConversationShares
    returns: Returns
    duplicates: Duplicates
    csat: Satisfaction
    solved_case_share: float | None
    solved_case_share_by_ai: float | None
    monthly_cv: MonthlyVariation
