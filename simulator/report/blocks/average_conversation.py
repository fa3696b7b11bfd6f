"""What an average conversation of a run looks like: the sanity check of every assumption about conversations."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from simulator.arrays import Array
from simulator.contracts.metering.meters import TOKEN_CLASSES, tokens
from simulator.contracts.metering.segments import is_whole
from simulator.report.summary.conversation import (
    Conversation,
    ConversationMeans,
    ConversationShares,
    ConversationTokens,
    Duplicates,
    MonthlyVariation,
    Returns,
    Satisfaction,
    Shares,
    TokensByClass,
)

if TYPE_CHECKING:
    from simulator.engine.results import Results


def conversation(results: Results) -> Conversation:
    """Return means per logged conversation and shares of conversations, over all trials and months; None for 0 / 0."""
    total = {name: value for name, value in results.sums.items() if is_whole(name)}
    rows = total["rows"]
    return Conversation(
        conversations_logged=rows / results.trials,
        handled_share=_ratio(total["conversations"], rows),
        per_case=_ratio(rows, total["cases"]),
        means=_means(total, rows),
        tokens=_tokens(total, rows, results),
        ends=_shares(total, "end:", rows),
        touch=_shares(total, "touch:", rows),
        classes=_shares(total, "class:", rows),
        channels=_shares(total, "channel:", rows),
        levels=_shares(total, "level:", rows),
        intents=_shares(total, "intent:", rows),
        models=_shares(total, "model:", rows),
        shares=ConversationShares(
            handoff_planned=_ratio(total["handoff_planned"], rows),
            action_completed=_ratio(total["action_completed"], rows),
            judged_resolved=_ratio(total["judged_resolved"], rows),
            solved_by_ai=_ratio(total["rows|solved_by_ai"], rows),
        ),
        returns=Returns(
            share=_ratio(total["returns"], rows),
            mean_hours=_ratio(total["return_hours"], total["returns"]),
            straight_to_human_share=_ratio(total["straight_returns"], total["returns"]),
        ),
        duplicates=Duplicates(
            share=_ratio(total["duplicates"], rows),
            mean_hours_after_opening=_ratio(total["duplicate_hours"], total["duplicates"]),
        ),
        csat=Satisfaction(
            response_share=_ratio(total["csat_responses"], rows),
            mean=_ratio(total["csat_points"], total["csat_responses"]),
        ),
        solved_case_share=_ratio(total["cases_solved"], total["cases"]),
        solved_case_share_by_ai=_ratio(total["cases_solved_by_ai"], total["cases"]),
        monthly_cv=_monthly_cv(results),
    )


def _means(total: dict[str, float], rows: float) -> ConversationMeans:
    names = (
        "turns",
        "messages",
        "ai_replies",
        "actions",
        "calls",
        "human_minutes",
        "handoff_minutes",
        "review_minutes",
    )
    return ConversationMeans(
        **{name: _ratio(total[name], rows) for name in names},
        duration_minutes=_ratio(total["duration_seconds"] / 60, rows),
    )


def _tokens(total: dict[str, float], rows: float, results: Results) -> ConversationTokens:
    long = sum(value for name, value in total.items() if name.startswith("tokens_long:"))
    return ConversationTokens(
        **_by_class(total, rows, results.scenario.models),
        long_prompt=None if results.scenario.tokens.form == "direct" else _ratio(long, rows),
        reasoning=_ratio(total["reasoning_tokens"], rows),
        by_model={model: TokensByClass(**_by_class(total, rows, [model])) for model in results.scenario.models},
    )


def _by_class(total: dict[str, float], rows: float, models: Iterable[str]) -> dict[str, float | None]:
    """Return the tokens per conversation of some models together."""
    return {kind: _ratio(sum(total.get(tokens(model, kind), 0.0) for model in models), rows) for kind in TOKEN_CLASSES}


def _shares(total: dict[str, float], prefix: str, rows: float) -> Shares:
    return {name.removeprefix(prefix): _ratio(value, rows) for name, value in total.items() if name.startswith(prefix)}


def _monthly_cv(results: Results) -> MonthlyVariation:
    """Coefficient of variation of single months over all trials, of the meters that carry the risk."""
    return MonthlyVariation(
        **{name: _variation(results.meters[name]) for name in ("cases", "conversations", "human_minutes")}
    )


def _variation(meter: Array) -> float | None:
    mean = float(meter.mean())
    spread = math.sqrt(np.mean([np.mean((month - mean) ** 2) for month in meter.T]))
    return spread / mean if mean > 0 else None


def _ratio(amount: float, by: float) -> float | None:
    return amount / by if by > 0 else None
