"""Clauses to SQL: one boolean expression for `base`, one for the unit, in two-valued logic.

base = outcome in the list AND touch within what is allowed (or a planned handoff) AND class AND provisos (proviso.py)
       AND NOT (silent AND returned_after_hours < H) AND NOT (void AND returned_after_hours < W)
unit = base AND NOT (merge AND billed_before AND hours_since_previous < W) AND NOT (one per case AND billed_before)
       AND NOT (duplicate AND duplicates merged AND original_base)

The memory columns come from the view (view.py): for a duplicate billed_before is FALSE and hours_since_previous empty,
for all other conversations original_base is FALSE.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulator.definitions.definition_words import in_words
from simulator.definitions.spec import DefinitionSpec, provisos_of
from simulator.definitions.text import SqlCondition, all_of, holds, indented, negated, number, one_of
from simulator.definitions.verifiability import Verifiability, verifiability
from simulator.records import CLASSES, MEMORY, TOUCHES

ORIGINAL_BASE: Final = "original_base"
"""Memory of a duplicate: whether its original's base held."""
MEMORY_COLUMNS: Final = (*(column.name for column in MEMORY), ORIGINAL_BASE)
_CASE: Final = ("case_id", "contact", "origin", "returned_after_hours")
_BEHIND_MEMORY: Final = {
    "billed_before": _CASE,
    "hours_since_previous": _CASE,
    "hours_since_session_start": (*_CASE, "channel", "opened_at"),
    ORIGINAL_BASE: _CASE,
}  # fmt: skip
"""Columns of the record from which the view makes each column of memory."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition of a resolution, compiled.

    Attributes:
        words: what counts, in plain words.
        spec: the clauses after `extends` was resolved.
        base_sql: condition on one conversation alone; never NULL.
        unit_sql: whether the conversation is a unit, over the view of one definition (view.py); never NULL.
        columns: columns of the record that a recount needs, those behind memory included.
        memory: columns of memory that base_sql or unit_sql read.
    """

    name: str
    title: str
    words: str
    spec: DefinitionSpec
    base_sql: str
    unit_sql: str
    columns: tuple[str, ...]
    memory: frozenset[str]
    verifiability: Verifiability


def compile_clauses(name: str, spec: DefinitionSpec) -> Definition:
    """Compile clauses that stand on their own (`extends` resolved) into a definition."""
    base = base_condition(spec)
    unit = unit_condition(spec, base)
    memory = unit.columns & frozenset(MEMORY_COLUMNS)
    behind = {column for remembered in memory for column in _BEHIND_MEMORY[remembered]}
    columns = tuple(sorted((unit.columns - memory) | behind))
    return Definition(
        name=name,
        title=spec.title or name.replace("_", " "),
        words=in_words(spec),
        spec=spec,
        base_sql=base.sql,
        unit_sql=unit.sql,
        columns=columns,
        memory=memory,
        verifiability=verifiability(columns),
    )


def base_condition(spec: DefinitionSpec) -> SqlCondition:
    """Return the condition on a conversation alone, without what came before it in its case."""
    if spec.predicate is not None:
        from simulator.definitions.predicate import compile_predicate

        return compile_predicate(spec.predicate)
    conditions = [_ended_well(spec)]
    if len(spec.classes) < len(CLASSES):
        conditions.append(one_of("class", spec.classes))
    conditions += [each for _, value, proviso in provisos_of(spec) for each in proviso.conditions(value)]
    if isinstance(spec.silence, float) and "silent" in spec.outcomes:
        early = holds(f"returned_after_hours < {number(spec.silence)}", "returned_after_hours")
        silent = one_of("outcome", ("silent",))
        conditions.append(negated(SqlCondition(f"{silent.sql} AND {early.sql}", silent.columns | early.columns)))
    if spec.returns == "void":
        conditions.append(negated(_within("returned_after_hours", spec.return_window_hours)))
    return all_of(conditions)


def _ended_well(spec: DefinitionSpec) -> SqlCondition:
    """Return outcome and touch, or a handoff designed by procedure where that counts."""
    ways = []
    if spec.counting_outcomes:
        ordinary = [one_of("outcome", spec.counting_outcomes)]
        if spec.human_touch != TOUCHES[-1]:
            ordinary.append(one_of("human_touch", TOUCHES[: TOUCHES.index(spec.human_touch) + 1]))
        ways.append(all_of(ordinary))
    if spec.planned_handoffs:
        ways.append(all_of((one_of("outcome", ("escalated",)), holds("handoff_planned", "handoff_planned"))))
    if len(ways) == 1:
        return ways[0]
    first, second = (indented(way.sql, 4) for way in ways)
    return SqlCondition(f"(\n  (\n{first}\n  )\n  OR (\n{second}\n  )\n)", ways[0].columns | ways[1].columns)


def unit_condition(
    spec: DefinitionSpec,
    base: SqlCondition,
    billed_before: str = "billed_before",
    original_base: str = ORIGINAL_BASE,
) -> SqlCondition:
    """Return whether a conversation is a unit.

    Args:
        spec: the clauses.
        base: the condition on a conversation alone.
        billed_before: name of the view's column; a view of several definitions has one for each.
        original_base: likewise.
    """
    conditions = []
    if spec.at_most == "case":
        conditions.append(SqlCondition(f"NOT {billed_before}", frozenset({"billed_before"})))
    elif spec.returns == "merge":
        conditions.append(_not_merged(spec, billed_before))
    if spec.duplicates == "merged":
        duplicate = one_of("origin", ("duplicate",))
        both = SqlCondition(f"{duplicate.sql} AND {original_base}", duplicate.columns | {ORIGINAL_BASE})
        conditions.append(negated(both))
    if not conditions:
        return base
    return all_of((SqlCondition(f"(\n{indented(base.sql)}\n)", base.columns), *conditions))


def _not_merged(spec: DefinitionSpec, billed_before: str) -> SqlCondition:
    """Return NOT (an earlier unit AND the previous contact within the window)."""
    if spec.return_window_hours == "ever":
        return SqlCondition(f"NOT {billed_before}", frozenset({"billed_before"}))
    inside = _within("hours_since_previous", spec.return_window_hours)
    return negated(SqlCondition(f"{billed_before} AND {inside.sql}", inside.columns | {"billed_before"}))


def _within(column: str, window: float | str | None) -> SqlCondition:
    if isinstance(window, float):
        return holds(f"{column} < {number(window)}", column)
    return SqlCondition(f"{column} IS NOT NULL", frozenset({column}))
