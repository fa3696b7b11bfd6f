"""The row for today beside the contracts: what it costs, and what the AI saves in people's hours and seats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.forecast import Forecast, StatusQuo, divided, values_of
from simulator.report.figures import figures
from simulator.report.numbers import brief, distribution, horizon, paired_block
from simulator.report.over_time import by_month

Array = NDArray[np.float64]
Block = dict[str, Any]


def today_block(forecast: Forecast) -> Block | None:
    """Return the numbers of the row for today, None where the scenario has none.

    Of these `invoice_in_force` is None where people work alone; `savings` are people's hours of an average month,
    today's less those under the recommended contract, and the seats that give them at the stated productive hours:
    means, P10 and P90.
    """
    today = forecast.status_quo
    if today is None:
        return None
    cost, solved = horizon(today.cost), horizon(today.solved)
    in_force = today.in_force
    return {
        "title": today.title,
        "contract": None if in_force is None else in_force.contract.name,
        "cost": distribution(cost),
        "invoice_in_force": None if in_force is None else distribution(horizon(in_force.invoice.total)),
        "cost_per_case": distribution(divided(cost, horizon(forecast.results.meters["cases"]))),
        "cost_per_solved_case": distribution(divided(cost, solved)),
        "cases_solved": brief(solved),
        "recommended_less_today": paired_block(horizon(forecast.recommended.cost_to_serve), cost),
        "savings": _savings(forecast, today),
        "monthly": by_month(forecast, today.cost),
    }


def _savings(forecast: Forecast, today: StatusQuo) -> Block:
    results = forecast.results
    before = horizon(today.people_hours) / results.months
    saved = horizon(today.people_hours - forecast.recommended.people_hours) / results.months
    per_seat = values_of(results)(results.scenario.people.productive_hours)
    return {
        "hours_per_month_today": brief(before),
        "hours_per_month": brief(saved),
        "seats": brief(saved / per_seat),
        "productive_hours_per_seat": float(per_seat.mean()),
    }


def today_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return in one line what * changes against today: its cost, and people's hours and seats."""
    today = summary["status_quo"]
    if today is None:
        return []
    title = today["title"]
    name = f"today{title[5:]}" if title.startswith("Today") else title
    return [f"Against {name}, * {_cost(summary)}; {_work(today)}."]


def _cost(summary: Mapping[str, Any]) -> str:
    """What the recommended contract costs less or more than today, on average and from P10 to P90 of the difference."""
    gap = summary["status_quo"]["recommended_less_today"]
    if gap["mean"] == gap["p10"] == gap["p90"] == 0:
        return "costs the same in every future"
    less = gap["mean"] <= 0
    ends = (-gap["p90"], -gap["p10"]) if less else (gap["p10"], gap["p90"])
    mean, low, high = figures([abs(gap["mean"]), *ends], summary["currency"])
    return f"costs {mean} {'less' if less else 'more'} with human work (P10 to P90: {low} to {high})"


def _work(today: Mapping[str, Any]) -> str:
    saved, seats = today["savings"]["hours_per_month"], today["savings"]["seats"]
    if saved["mean"] == saved["p10"] == saved["p90"] == 0:
        return "people work the same hours"
    sign = 1 if saved["mean"] >= 0 else -1
    ends = sorted(sign * saved[end] for end in ("p10", "p90"))
    per_seat = today["savings"]["productive_hours_per_seat"]
    return (
        f"people work {_hours(sign * saved['mean'])} hours a month {'less' if sign > 0 else 'more'} "
        f"(P10 to P90: {_hours(ends[0])} to {_hours(ends[1])}), {_seats(sign * seats['mean'])} at "
        f"{per_seat:.4g} productive hours"
    )


def _hours(hours: float) -> str:
    return f"{hours:,.0f}" if abs(hours) >= 10 else f"{hours:.1f}"


def _seats(seats: float) -> str:
    shown = f"{seats:,.0f}" if seats >= 10 else f"{seats:.1f}"
    return f"{shown} seat{'' if shown == '1.0' else 's'}"
