"""A synthetic ledger: the whole record of every conversation, with ids and timestamps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import numpy as np
import pyarrow as pa

from simulator.arrays import Array, Index
from simulator.arrow import column, words
from simulator.engine.draws.drawing import openings
from simulator.engine.draws.record_table import CLOCKLESS, record
from simulator.engine.draws.rows import Rows
from simulator.engine.ledger import Group, draw_month, make_plan, prepare_group
from simulator.records import BY_NAME
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.months import month_names, months_of

MICROSECONDS_PER_HOUR: Final = 3_600_000_000
_TIME: Final = pa.timestamp("us")
"""Times hold UTC and carry no zone, as in the record: a database in another zone then counts the same hours."""


def ledger(scenario: Scenario, *, trials: int, months: int) -> Iterator[pa.Table]:
    """Yield the conversations of some trials' first months as tables, in the order of cases.

    Columns: trial (from 0), then all of records.COLUMNS. case_id and conversation_id count from 1 over the whole
    ledger, so that (case_id, contact, origin) is a key. The conversations are those that the ledger engine bills; the
    default engine draws a sample of them.

    Args:
        trials: how many trials, from the first.
        months: how many months, from the first; not more than the scenario has.

    Raises:
        ValueError: if the scenario has fewer months.
    """
    if not 1 <= months <= scenario.months:
        raise ValueError(f"the scenario has {scenario.months} months, not {months}")
    plan = make_plan(scenario)
    cases = conversations = 0
    for first in range(0, trials, plan.group_trials):
        group = prepare_group(plan, first)
        for month in range(months):
            for rows in draw_month(plan, group, month):
                opened = openings(group.drawing, rows, month)
                kept = np.flatnonzero(rows.who.trial < trials - first)
                shown = kept[_order(rows, kept)]
                numbers = np.zeros(len(rows), dtype=np.int64)
                numbers[shown] = np.arange(len(shown)) + conversations + 1
                yield _table(plan.scenario, group, rows, month, opened, (rows.who.case + cases + 1, numbers)).take(
                    column(shown)
                )
                cases += int(np.count_nonzero(rows.cases.trial < trials - first))
                conversations += len(shown)


def _order(rows: Rows, kept: Index) -> Index:
    return np.lexsort((rows.origin[kept], rows.contact[kept], rows.who.case[kept]))


def _table(
    scenario: Scenario,
    group: Group,
    rows: Rows,
    month: int,
    opened: Array,
    numbers: tuple[Index, Index],
) -> pa.Table:
    """Return all columns of a slice, with the numbers of its cases and conversations."""
    start, hours = month_span(scenario.start, month)
    begin = start + np.rint((opened[rows.who.case] * hours + rows.hours) * MICROSECONDS_PER_HOUR).astype(np.int64)
    columns = dict(zip(CLOCKLESS, record(rows, scenario, CLOCKLESS).columns, strict=True))
    case = column(numbers[0])
    columns |= {
        "trial": column(rows.who.trial + group.first),
        "case_id": case,
        "customer_id": case,
        "conversation_id": column(numbers[1]),
        "opened_at": _time(begin),
        "closed_at": _time(begin + np.rint(rows.duration_seconds * 1e6).astype(np.int64)),
        "billing_month": words(np.zeros(len(rows), np.int16), [months_of(scenario)[month]]).dictionary_decode(),
    }
    return pa.table({name: columns[name] for name in ("trial", *BY_NAME)})


def _time(microseconds: Index) -> pa.Array:
    """Return times since 1970, UTC, as a column."""
    return column(microseconds).cast(_TIME)


def month_span(start: str, month: int) -> tuple[int, int]:
    """Return when a month begins (microseconds since 1970, UTC) and how many hours it has."""
    begin, end = (datetime.strptime(m, "%Y-%m").replace(tzinfo=UTC) for m in month_names(start, month + 2)[month:])
    return int(begin.timestamp()) * 1_000_000, int((end - begin).total_seconds() // 3600)
