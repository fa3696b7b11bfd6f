"""One case with all its conversations, drawn. docs/model.md section 4.

In all functions `law` is a future's row of numbers and `where` says where they stand (law.slots); `table` and `tables`
are the quantiles of sizes (law.quantiles); `moved` is what the month's drivers move; `whole`, `real` and `cases` are
the columns of law.drawn_columns.
"""

from __future__ import annotations

import math

# isort: off
# fmt: off
from simulator.law import Matrix, Row
from simulator.law.drawn_columns import (
    CASE_CHANNEL, CASE_INTENT, CASE_LEVEL, CASE_NUMBER, COPY, NEW, RETURNED, ROW_DELAY, ROW_STRAIGHT,
)
from simulator.law.counters import CASE, CasePlace, at_contact, uniforms
from simulator.law.levels import level_of
from simulator.law.odds import number_of
from simulator.law.slots import (
    LAW_CHANNELS, LAW_CHANNEL_COUNT, LAW_COMPLEXITY, LAW_ESCALATE_ODDS, LAW_INTENT_RETURN, LAW_LEVEL_COUNT,
    LAW_SOLVE_ODDS, LAW_TAILS, LAW_TOKEN_FACTOR, MOVED_COMPLEXITY, MOVED_ESCALATE, MOVED_RETURN, MOVED_SOLVE,
    MOVED_TOKENS,
)
from simulator.law.conversation import begin, come_back, converse, duplicate, work
# fmt: on
# isort: on


def move(law: Row, where: Row, moves: Row, intent: int, moved: Row) -> None:
    """Fill in what the drivers of a month move, for an intent."""
    moved[MOVED_COMPLEXITY] = law[where[LAW_COMPLEXITY]] * moves[MOVED_COMPLEXITY]
    moved[MOVED_ESCALATE] = law[where[LAW_ESCALATE_ODDS] + intent] * moves[MOVED_ESCALATE]
    moved[MOVED_SOLVE] = law[where[LAW_SOLVE_ODDS] + intent] * moves[MOVED_SOLVE]
    moved[MOVED_RETURN] = law[where[LAW_INTENT_RETURN] + intent] * moves[MOVED_RETURN]
    moved[MOVED_TOKENS] = law[where[LAW_TOKEN_FACTOR]] * moves[MOVED_TOKENS]


def open_case(
    law: Row, where: Row, place: CasePlace, month: int, intent: int, moved: Row, cases: Matrix, case: int
) -> None:
    """Draw the level and the channel of a case: section 4."""
    levels, channels = where[LAW_LEVEL_COUNT], where[LAW_CHANNEL_COUNT]
    at = at_contact(month, 0, NEW)
    of_level, of_channel, _, _ = uniforms(place, at, CASE, 0)
    tails = where[LAW_TAILS] + intent * (levels - 1)
    _, _, number, _ = place
    cases[case, CASE_NUMBER] = number
    cases[case, CASE_INTENT] = intent
    cases[case, CASE_LEVEL] = level_of(of_level, law, tails, levels - 1, moved[MOVED_COMPLEXITY])
    cases[case, CASE_CHANNEL] = number_of(of_channel, law, where[LAW_CHANNELS] + intent * channels, channels)


def draw_case(
    law: Row,
    where: Row,
    table: Row,
    tables: Row,
    threshold: Row,
    moved: Row,
    place: CasePlace,
    month: int,
    cases: Matrix,
    case: int,
    whole: Matrix,
    real: Matrix,
    row: int,
) -> int:
    """Draw the conversations of a case and return the next free row: sections 4.4 and 4.5."""
    hours = 0.0
    contact = 1
    while True:
        origin = NEW if contact == 1 else RETURNED
        at = at_contact(month, contact, origin)
        begin(cases, case, cases[case, CASE_CHANNEL], contact, origin, hours, whole, real, row)
        returns, spawns = converse(law, where, table, tables, threshold, moved, place, at, whole, real, row)
        come_back(law, where, moved, place, at, returns, whole, real, row)
        work(law, where, table, tables, place, at, whole, real, row)
        original = row
        row = row + 1
        if duplicate(law, where, place, at, spawns, cases, case, whole, real, original):
            there = at_contact(month, contact, COPY)
            converse(law, where, table, tables, threshold, moved, place, there, whole, real, row)
            work(law, where, table, tables, place, there, whole, real, row)
            row = row + 1
        if whole[ROW_STRAIGHT, original] or math.isnan(real[ROW_DELAY, original]):
            return row
        hours = hours + real[ROW_DELAY, original]
        contact = contact + 1
