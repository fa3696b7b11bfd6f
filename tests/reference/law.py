"""Trials, months and cases of the reference: the whole law of docs/model.md, one case at a time.

    trial = simulate_trial(scenario, Random(7))
    columns = rows_as_columns(trial.rows())

`unknowns` and `drivers` fix the two upper levels of chance, so that the law of a case can be tested alone.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from types import SimpleNamespace
from typing import Any, Literal

from tests.reference.chance import pick
from tests.reference.conversation import MonthDraw, Row, conversation, delay_hours, straight_return
from tests.reference.demand import Demand, calendar, draw_demand, tickets_per_case
from tests.reference.drivers import Scores, draw_scores, moves, zero_scores
from tests.reference.rates import MonthLaw
from tests.reference.unknowns import Unknowns, trial_values

Drivers = Literal["random", "zero"] | Sequence[Scores]


@dataclass(slots=True)
class Case:
    """One customer's problem with its conversations in the order in which they were drawn."""

    intent: str
    level: str
    channel: str
    rows: list[Row]

    @property
    def solved_by_ai(self) -> bool:
        return any(row["solved"] for row in self.rows)

    @property
    def solved(self) -> bool:
        return any(row["solved"] or row["human_solved"] for row in self.rows)


@dataclass(slots=True)
class Month:
    """One month of one trial: what was expected, what was drawn, and every case that opened in it."""

    demand: Demand
    cases: list[Case] = field(default_factory=list)

    def rows(self) -> list[Row]:
        return [row for case in self.cases for row in case.rows]

    @property
    def tickets(self) -> int:
        """Conversations, straight returns, and tickets the AI never sees."""
        return self.demand.unseen + sum(1 + row["straight_return"] for case in self.cases for row in case.rows)


@dataclass(slots=True)
class Trial:
    """One possible future: the trial's numbers, the months' scores, the months."""

    values: SimpleNamespace
    scores: Sequence[Scores]
    months: list[Month]

    def rows(self) -> Iterator[Row]:
        for month in self.months:
            yield from month.rows()


def simulate_trial(
    scenario: Any,
    rng: Random,
    *,
    unknowns: Unknowns = "random",
    drivers: Drivers = "random",
    months: Iterable[int] | None = None,
    thresholds: Mapping[str, float | None] | None = None,
    count_only: bool = False,
) -> Trial:
    """Draw one trial.

    Args:
        unknowns: "random", "center" (z = 0 for every number), or scores by dotted name (others 0). The forecast's
            score is named "volume.forecast".
        drivers: "random", "zero" (all scores 0), or one Scores for each month of the horizon.
        months: the months to draw cases for, from 1; all without it. The scores are always drawn for all.
        thresholds: long-prompt threshold by model, None for none; read from the models' prices without it.
        count_only: draw the counts of cases but no case.
    """
    values = trial_values(scenario, rng, unknowns)
    scores = _scores(values, drivers, rng)
    forecast_score = _forecast_score(values, unknowns, rng)
    known = dict(thresholds) if thresholds is not None else long_prompt_thresholds(scenario)
    per_case = tickets_per_case(values)
    result, next_id = [], 1
    for number in months if months is not None else range(1, values.months + 1):
        demand = draw_demand(values, number, moves(values, scores[number - 1]), forecast_score, per_case, rng)
        month = Month(demand) if count_only else simulate_month(values, demand, known, rng, next_id)
        next_id += len(month.cases)
        result.append(month)
    return Trial(values, scores, result)


def _scores(values: SimpleNamespace, drivers: Drivers, rng: Random) -> Sequence[Scores]:
    if drivers == "random":
        return draw_scores(values, values.months, rng)
    return zero_scores(values.months) if isinstance(drivers, str) else drivers


def _forecast_score(values: SimpleNamespace, unknowns: Unknowns, rng: Random) -> float:
    if not values.volume.forecast or unknowns == "center":
        return 0.0
    return rng.gauss(0.0, 1.0) if isinstance(unknowns, str) else unknowns.get("volume.forecast", 0.0)


def long_prompt_thresholds(scenario: Any) -> dict[str, float | None]:
    """Return each model's long-prompt threshold, from its own rates or the public list."""
    found: dict[str, float | None] = {}
    for name, model in scenario.models.items():
        rates = model.rates
        if rates is None:
            from simulator.contracts.rates.price_list import list_price

            rates = list_price(model.price, date.fromisoformat(f"{scenario.start}-01"), model.token_kind)
        found[name] = rates.long_prompt.threshold_tokens if rates.long_prompt is not None else None
    return found


def simulate_month(
    values: SimpleNamespace,
    demand: Demand,
    thresholds: Mapping[str, float | None],
    rng: Random,
    first_case_id: int = 1,
) -> Month:
    """Draw every case of a month whose demand is known."""
    year, number = calendar(values.start, demand.month)
    draw = MonthDraw(
        MonthLaw(values, demand.month, demand.move), dict(thresholds), demand.name, datetime(year, number, 1), rng
    )
    month_hours = 24.0 * monthrange(year, number)[1]
    month = Month(demand)
    for intent, count in demand.cases.items():
        for _ in range(count):
            month.cases.append(
                simulate_case(draw, intent, first_case_id + len(month.cases), rng.random() * month_hours)
            )
    _number_conversations(month)
    return month


def _number_conversations(month: Month) -> None:
    """Give conversations ids that no other month of the trial has (a case has at most 20 conversations)."""
    for case in month.cases:
        for place, row in enumerate(case.rows):
            row["conversation_id"] = row["case_id"] * 32 + place


def simulate_case(draw: MonthDraw, intent: str, case_id: int, hours: float) -> Case:
    """Draw one case: its first contact, its returns with the AI, its duplicates.

    Args:
        hours: start of the case in hours after the start of the month.
    """
    law, rng, values = draw.law, draw.rng, draw.values
    level = law.level_names[pick(rng, law.levels(intent))]
    channel = law.channel_names[pick(rng, law.channels(intent))]
    case = Case(intent, level, channel, [])
    same = {"case_id": case_id, "intent": intent, "level": level}
    for contact in range(1, values.returns.max_contacts + 1):
        origin = "new" if contact == 1 else "return"
        row = conversation(draw, **same, channel=channel, contact=contact, origin=origin, hours=hours)
        case.rows.append(row)
        duplicate = _duplicate(draw, row, same)
        if duplicate is not None:
            case.rows.append(duplicate)
        if rng.random() >= law.returns(intent, level, row["end"]):
            break
        row["returned_after_hours"] = delay_hours(values.returns.delay, values.channels[channel], rng)
        hours += row["returned_after_hours"]
        last = contact == values.returns.max_contacts
        if last or rng.random() < getattr(values.returns.straight_to_human, row["end"]):
            straight_return(row, draw)
            break
    return case


def _duplicate(draw: MonthDraw, original: Row, same: dict[str, Any]) -> Row | None:
    """Draw the duplicate that a conversation spawns, or None."""
    rng, table = draw.rng, draw.values.duplicates
    if rng.random() >= getattr(table.probability, original["end"]):
        return None
    channel = original["channel"]
    if rng.random() >= table.same_channel:
        channel = draw.law.channel_names[pick(rng, draw.law.channels(original["intent"]))]
    later = delay_hours(table.delay, draw.values.channels[channel], rng)
    return conversation(
        draw,
        **same,
        channel=channel,
        contact=original["contact"],
        origin="duplicate",
        hours=original["hours"] + later,
    )


def rows_as_columns(rows: Iterable[Row], **constants: Any) -> dict[str, list[Any]]:
    """Return rows as one list per column.

    Columns: the record's, and calls, end (the six kinds), hours (start after the month's start), straight_return, long
    tokens; and one for each constant, for example trial=3.
    """
    columns: dict[str, list[Any]] = {}
    for row in rows:
        for name, value in {**row, **constants}.items():
            columns.setdefault(name, []).append(value)
    return columns


def cases_as_columns(cases: Iterable[Case], **constants: Any) -> dict[str, list[Any]]:
    """Return cases as one list per column: where they are, what they came to, how often the customer came."""
    return rows_as_columns(
        (
            {
                "intent": case.intent,
                "level": case.level,
                "channel": case.channel,
                "conversations": len(case.rows),
                "contacts": max(row["contact"] for row in case.rows),
                "straight_return": any(row["straight_return"] for row in case.rows),
                "solved": case.solved,
                "solved_by_ai": case.solved_by_ai,
                "human_minutes": sum(row["human_minutes"] for row in case.rows),
            }
            for case in cases
        ),
        **constants,
    )
