"""What an average conversation of a run looks like: the sanity check of every assumption about conversations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulator.contracts.metering.segments import is_whole
from simulator.report.words.summary_block import NewBlock

if TYPE_CHECKING:
    from simulator.contracts.metering.segments import is_whole
from simulator.engine.results import Results


def conversation_block(results: Results) -> NewBlock:
    """Return means per logged conversation and shares of conversations, over all trials and months; None for 0 / 0.

    Tokens in calls with a long prompt are None under direct totals, where no call is simulated by itself.
    """
    total = {name: value for name, value in results.sums.items() if is_whole(name)}
    rows = total["rows"]
    return {
        "conversations_logged": rows / results.trials,
        "handled_share": _ratio(total["conversations"], rows),
        "per_case": _ratio(rows, total["cases"]),
        "means": _means(total, rows),
        "tokens": _tokens(total, rows, results),
        "ends": _shares(total, "end:", rows),
        "touch": _shares(total, "touch:", rows),
        "classes": _shares(total, "class:", rows),
        "channels": _shares(total, "channel:", rows),
        "levels": _shares(total, "level:", rows),
        "intents": _shares(total, "intent:", rows),
        "models": _shares(total, "model:", rows),
        "shares": {
            name: _ratio(total[name], rows)
            for name in ("handoff_planned", "action_completed", "judged_resolved", "rows|solved_by_ai")
        },
        "returns": {
            "share": _ratio(total["returns"], rows),
            "mean_hours": _ratio(total["return_hours"], total["returns"]),
            "straight_to_human_share": _ratio(total["straight_returns"], total["returns"]),
        },
        "duplicates": {
            "share": _ratio(total["duplicates"], rows),
            "mean_hours_after_opening": _ratio(total["duplicate_hours"], total["duplicates"]),
        },
        "csat": {
            "response_share": _ratio(total["csat_responses"], rows),
            "mean": _ratio(total["csat_points"], total["csat_responses"]),
        },
        "solved_case_share": _ratio(total["cases_solved"], total["cases"]),
        "solved_case_share_by_ai": _ratio(total["cases_solved_by_ai"], total["cases"]),
        "monthly_cv": _monthly_cv(results),
    }


def _means(total: dict[str, float], rows: float) -> NewBlock:
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
    return {
        **{name: _ratio(total[name], rows) for name in names},
        "duration_minutes": _ratio(total["duration_seconds"] / 60, rows),
    }


def _tokens(total: dict[str, float], rows: float, results: Results) -> NewBlock:
    classes = ("input", "cached_input", "cache_write", "output")
    block: NewBlock = {
        kind: _ratio(sum(total.get(f"tokens:{model}:{kind}", 0.0) for model in results.scenario.models), rows)
        for kind in classes
    }
    long = sum(value for name, value in total.items() if name.startswith("tokens_long:"))
    block["long_prompt"] = None if results.scenario.tokens.form == "direct" else _ratio(long, rows)
    block["reasoning"] = _ratio(total["reasoning_tokens"], rows)
    block["by_model"] = {
        model: {kind: _ratio(total.get(f"tokens:{model}:{kind}", 0.0), rows) for kind in classes}
        for model in results.scenario.models
    }
    return block


def _shares(total: dict[str, float], prefix: str, rows: float) -> NewBlock:
    return {name.removeprefix(prefix): _ratio(value, rows) for name, value in total.items() if name.startswith(prefix)}


def _monthly_cv(results: Results) -> NewBlock:
    """Coefficient of variation of single months over all trials, of the meters that carry the risk."""
    block = {}
    for name in ("cases", "conversations", "human_minutes"):
        meter = results.meters[name]
        mean = float(meter.mean())
        spread = math.sqrt(np.mean([np.mean((month - mean) ** 2) for month in meter.T]))
        block[name] = spread / mean if mean > 0 else None
    return block


def _ratio(amount: float, by: float) -> float | None:
    return amount / by if by > 0 else None
