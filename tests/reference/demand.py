"""Section 3 of the law: expected cases, incidents, and tickets the AI never sees."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from random import Random
from types import SimpleNamespace

from tests.reference.chance import Z95, poisson
from tests.reference.drivers import Moves, Scores, moves
from tests.reference.rates import MonthLaw, per_case


@dataclass(slots=True)
class Demand:
    """The demand of one month of one trial.

    Attributes:
        month: 1 for the first.
        name: calendar month, as 2027-01.
        expected_cases: Lambda times share by intent, incident inside.
        cases: drawn cases by intent.
        expected_unseen, unseen: tickets the AI never sees.
    """

    month: int
    name: str
    incident: bool
    move: Moves
    expected_cases: dict[str, float]
    cases: dict[str, int]
    expected_unseen: float
    unseen: int


def calendar(start: str, month: int) -> tuple[int, int]:
    """Return year and calendar month (1 to 12) of the m-th month."""
    year, first = (int(part) for part in start.split("-"))
    later = first - 1 + month - 1
    return year + later // 12, later % 12 + 1


def stated_volume(values: SimpleNamespace, month: int, forecast_score: float) -> float:
    """Return what the scenario states for the m-th month, in the unit it is stated in."""
    volume, (year, number) = values.volume, calendar(values.start, month)
    if volume.forecast:
        row = next(row for row in volume.forecast if row.month == f"{year:04d}-{number:02d}")
        end = row.high if forecast_score >= 0 else row.low
        return row.base * (end / row.base) ** (abs(forecast_score) / Z95)
    season = 1.0
    if volume.season is not None:
        season = volume.season[number - 1] / (math.fsum(volume.season) / 12)
    return volume.per_month * (1 + volume.growth_per_year) ** ((month - 1) / 12) * season


def tickets_per_case(values: SimpleNamespace) -> tuple[float, float]:
    """Return a_r and b_r: conversations and tickets of a case with all shifts of the drivers at 0."""
    still = replace(moves(values, Scores()), complexity=0.0, escalation=0.0, solving=0.0, returning=0.0)
    conversations, straight = per_case(MonthLaw(values, 0, still))
    return conversations, conversations + straight


def draw_demand(
    values: SimpleNamespace,
    month: int,
    move: Moves,
    forecast_score: float,
    per_case: tuple[float, float],
    rng: Random,
) -> Demand:
    """Draw one month's incident, cases by intent, and tickets the AI never sees (per_case: tickets_per_case)."""
    a, b = per_case
    unit = {"cases": 1.0, "conversations": a, "tickets": b}[values.volume.unit]
    all_cases = stated_volume(values, month, forecast_score) / unit
    incident = rng.random() < values.incidents.probability
    rollout = values.volume.rollout[min(month, len(values.volume.rollout)) - 1]
    seen = values.volume.ai_share * rollout
    factors = intent_factors(values, move.shares, incident)
    expected = {name: all_cases * seen * move.demand * share * factors[name] for name, share in move.shares.items()}
    grown = incident_size(values) if incident else 1.0
    unseen = all_cases * (1 - seen) * move.demand * grown * b
    year, number = calendar(values.start, month)
    return Demand(
        month=month,
        name=f"{year:04d}-{number:02d}",
        incident=incident,
        move=move,
        expected_cases=expected,
        cases={name: poisson(rng, mean) for name, mean in expected.items()},
        expected_unseen=unseen,
        unseen=poisson(rng, unseen),
    )


def incident_size(values: SimpleNamespace) -> float:
    """Return what an incident multiplies demand by: not below 1 where it is tilted."""
    factor = float(values.incidents.factor)
    return max(factor, 1.0) if values.incidents.intents else factor


def intent_factors(values: SimpleNamespace, shares: dict[str, float], incident: bool) -> dict[str, float]:
    """Return what an incident multiplies each intent's expected cases by."""
    if not incident:
        return dict.fromkeys(shares, 1.0)
    named, factor = values.incidents.intents, incident_size(values)
    if not named:
        return dict.fromkeys(shares, factor)
    joint = math.fsum(shares[name] for name in named)
    return {name: 1 + (factor - 1) / joint if name in named else 1.0 for name in shares}
