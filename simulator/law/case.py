"""One case with all its conversations, drawn. docs/model.md section 4.

What each section draws of a conversation stands in the file of the section; here they follow one another.
"""

from __future__ import annotations

import math

# isort: off
# fmt: off
from simulator.law import Matrix, Row
from simulator.law.attributes import action_chance, class_of, draw_judged
from simulator.law.counters import AFTER, CASE, ENDING, CasePlace, at_contact, uniforms
from simulator.law.drawn_columns import (
    CASE_CHANNEL, CASE_INTENT, CASE_LEVEL, CASE_NUMBER, COPY, NEW, RETURNED, ROW_ACTION, ROW_CLASS, ROW_CONTACT,
    ROW_DELAY, ROW_END, ROW_INTENT, ROW_LEVEL, ROW_MODEL, ROW_STRAIGHT, DrawnColumns, Opening, begin,
)
from simulator.law.duplicates import draw_duplicate
from simulator.law.levels import level_of
from simulator.law.odds import number_of
from simulator.law.outcomes import EndChances, EndOdds, contact_odds, end_of, moved_chances
from simulator.law.people import draw_work
from simulator.law.returns import draw_return
from simulator.law.slots import (
    LAW_ABANDON, LAW_ACTION, LAW_CHANNELS, LAW_CHANNEL_COUNT, LAW_CLASSES_OF, LAW_COMPLEXITY, LAW_CONFIRM,
    LAW_ESCALATE, LAW_ESCALATE_ODDS, LAW_INTENT_RETURN, LAW_LATER_ODDS, LAW_LEVEL_COUNT, LAW_MODELS, LAW_MODEL_COUNT,
    LAW_MODEL_ESCALATE_ODDS, LAW_MODEL_SOLVE_ODDS, LAW_PARTIAL_SHARE, LAW_SOLVE, LAW_SOLVE_ODDS, LAW_TAILS,
    LAW_TOKEN_FACTOR, MOVED_COMPLEXITY, MOVED_ESCALATE, MOVED_RETURN, MOVED_SOLVE, MOVED_TOKENS, FutureLaw,
)
from simulator.law.tokens import draw_tokens
from simulator.law.turns import draw_turns
# fmt: on
# isort: on


def move(law: Row, where: Row, effects: Row, intent: int, moved: Row) -> None:
    """Fill in what the drivers of a month move, for an intent."""
    moved[MOVED_COMPLEXITY] = law[where[LAW_COMPLEXITY]] * effects[MOVED_COMPLEXITY]
    moved[MOVED_ESCALATE] = law[where[LAW_ESCALATE_ODDS] + intent] * effects[MOVED_ESCALATE]
    moved[MOVED_SOLVE] = law[where[LAW_SOLVE_ODDS] + intent] * effects[MOVED_SOLVE]
    moved[MOVED_RETURN] = law[where[LAW_INTENT_RETURN] + intent] * effects[MOVED_RETURN]
    moved[MOVED_TOKENS] = law[where[LAW_TOKEN_FACTOR]] * effects[MOVED_TOKENS]


def open_case(of: FutureLaw, place: CasePlace, month: int, intent: int, cases: Matrix, case: int) -> None:
    """Draw the level and the channel of a case."""
    law, where = of.law, of.where
    levels, channels = where[LAW_LEVEL_COUNT], where[LAW_CHANNEL_COUNT]
    at = at_contact(month, 0, NEW)
    of_level, of_channel, _, _ = uniforms(place, at, CASE, 0)
    tails = where[LAW_TAILS] + intent * (levels - 1)
    _, _, number, _ = place
    cases[case, CASE_NUMBER] = number
    cases[case, CASE_INTENT] = intent
    cases[case, CASE_LEVEL] = level_of(of_level, law, tails, levels - 1, of.moved[MOVED_COMPLEXITY])
    cases[case, CASE_CHANNEL] = number_of(of_channel, law, where[LAW_CHANNELS] + intent * channels, channels)


def draw_case(of: FutureLaw, place: CasePlace, month: int, columns: DrawnColumns, case: int, row: int) -> int:
    """Draw the conversations of a case and return the next free row."""
    whole, real, channel = columns.whole, columns.real, columns.cases[case, CASE_CHANNEL]
    hours = 0.0
    contact = 1
    while True:
        origin = NEW if contact == 1 else RETURNED
        at = at_contact(month, contact, origin)
        begin(columns, case, row, Opening(channel, contact, origin, hours))
        returns, spawns = draw_conversation(of, place, at, columns, row)
        draw_return(of, place, at, returns, columns, row)
        draw_work(of, place, at, columns, row)
        original = row
        row = row + 1
        if draw_duplicate(of, place, at, spawns, columns, original):
            there = at_contact(month, contact, COPY)
            draw_conversation(of, place, there, columns, row)
            draw_work(of, place, there, columns, row)
            row = row + 1
        if whole[ROW_STRAIGHT, original] or math.isnan(real[ROW_DELAY, original]):
            return row
        hours = hours + real[ROW_DELAY, original]
        contact = contact + 1


def draw_conversation(of: FutureLaw, place: CasePlace, at: int, columns: DrawnColumns, row: int) -> tuple[float, float]:
    """Draw the model, the end, what is recorded, the turns and the tokens of a conversation; return as `draw_turns`."""
    law, where, whole = of.law, of.where, columns.whole
    intent, level, models = whole[ROW_INTENT, row], whole[ROW_LEVEL, row], where[LAW_MODEL_COUNT]
    of_model, escalates, leaves, solves = uniforms(place, at, ENDING, 0)
    is_partial, confirms, of_class, acts = uniforms(place, at, AFTER, 0)
    model = number_of(of_model, law, where[LAW_MODELS] + level * models, models)
    odds = end_odds(of, model, whole[ROW_CONTACT, row])
    end = end_of(
        EndChances(escalates, is_partial, leaves, solves, confirms), moved_chances(end_chances(of, intent, level), odds)
    )
    whole[ROW_MODEL, row] = model
    whole[ROW_END, row] = end
    whole[ROW_CLASS, row] = class_of(of_class, law, where[LAW_CLASSES_OF] + 3 * intent)
    whole[ROW_ACTION, row] = acts < action_chance(end, law[where[LAW_ACTION] + intent])
    draw_judged(of, place, at, columns, row)
    returns, spawns = draw_turns(of, place, at, columns, row)
    draw_tokens(of, place, at, columns, row)
    return returns, spawns


def end_chances(of: FutureLaw, intent: int, level: int) -> EndChances:
    """Return the chances of the ends before any odds."""
    law, where = of.law, of.where
    return EndChances(
        law[where[LAW_ESCALATE] + level],
        law[where[LAW_PARTIAL_SHARE] + level],
        law[where[LAW_ABANDON] + intent],
        law[where[LAW_SOLVE] + level],
        law[where[LAW_CONFIRM] + intent],
    )


def end_odds(of: FutureLaw, model: int, contact: int) -> EndOdds:
    """Return the odds of escalating and of solving at a model and a contact."""
    law, where, moved = of.law, of.where, of.moved
    of_model = EndOdds(law[where[LAW_MODEL_ESCALATE_ODDS] + model], law[where[LAW_MODEL_SOLVE_ODDS] + model])
    return contact_odds(
        EndOdds(moved[MOVED_ESCALATE], moved[MOVED_SOLVE]), of_model, law[where[LAW_LATER_ODDS]], contact
    )
