"""Conversations drawn by the ledger, as kinds of the atlas: units of kinds against SQL on the rows, one by one.

The rows' attributes are turned into places of the atlas here and by nothing of the engine's; then each row's unit is
looked up, for definitions with memory while walking through its case.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import pyarrow as pa
import pytest

from simulator.definitions import NAMED, Definition, DefinitionSpec, bill, compile_definition
from simulator.engine.atlas.bills import Atlas, make_atlas
from simulator.engine.atlas.contexts import Memory, make_memory
from simulator.engine.atlas.kinds import BRANCHES, NO_RETURN, SOLVED, STRAIGHT, TO_AI
from simulator.engine.ledger import make_plan, prepare_group
from simulator.engine.record import CLOCKLESS, record
from simulator.engine.rows import Rows
from simulator.law import ENDS
from simulator.law.columns import COPY
from tests.definitions.random_definitions import random_clauses
from tests.engine.atlas.made import everything
from tests.engine.slices import changed, month_rows

CONTACTS = 3
MANY = (
    "volume.per_month={ mean = 600, sd = 60 }", "months=1", "outcomes.later_contact_escalate_odds=0.6",
    "returns.probability={ confirmed = 0.35, silent_solved = 0.4, silent_unsolved = 0.6, abandoned = 0.5, partial = 0.4, escalated = 0.4 }",  # noqa: E501
    "duplicates.probability={ confirmed = 0.3, silent_solved = 0.3, silent_unsolved = 0.3, abandoned = 0.3, partial = 0.3, escalated = 0.3 }",  # noqa: E501
)  # fmt: skip
"""Many returns and duplicates, so that rows have much before them."""
ROWS = 20_000


@cache
def drawn() -> tuple[Rows, pa.Table]:
    """Return rows of the ledger and their record."""
    scenario = everything(overrides=MANY)
    plan = make_plan(scenario)
    rows = month_rows(plan, prepare_group(plan, 0))
    assert len(rows) > ROWS and scenario.returns.max_contacts == CONTACTS
    return rows, record(rows, scenario, CLOCKLESS)


@dataclass(frozen=True, slots=True)
class Places:
    """Where rows stand in the atlas: contact, and places along the axes of Atlas.units."""

    contact: np.ndarray
    axes: np.ndarray
    number: np.ndarray


def places(atlas: Atlas, rows: Rows) -> Places:
    """Return where each row stands: contact, and (leaf, interval, class, score)."""
    contact = np.where(rows.origin == COPY, CONTACTS, rows.contact - 1)
    fate = np.where(np.isnan(rows.delay_hours), NO_RETURN, np.where(rows.straight, STRAIGHT, TO_AI))
    edges = np.array(sorted(atlas.borders))
    axes = np.zeros((len(rows), 4), dtype=int)
    returned = fate != NO_RETURN
    axes[returned, 1] = np.searchsorted(edges, rows.delay_hours[returned], side="right")
    axes[:, 2] = np.maximum(rows.service_class - 1, 0)
    axes[:, 3] = rows.score
    for at in range(CONTACTS + 1):
        leaf = {
            (x.fate, x.branch, x.other, x.mark, x.judged, x.human): place for place, x in enumerate(atlas.leaves(at))
        }
        for row in np.flatnonzero(contact == at):
            branch = BRANCHES.index((int(rows.end[row]), bool(rows.action[row])))
            mark, human = rows.review[row] or rows.planned[row], rows.human_solved[row] and not rows.solved[row]
            flags = (rows.service_class[row] > 0, mark, rows.judged[row], human)
            axes[row, 0] = leaf[(int(fate[row]), branch, *map(bool, flags))]
    return Places(contact, axes, np.arange(len(rows)))


def compiled(specs: dict[str, DefinitionSpec]) -> dict[str, Definition]:
    return {name: compile_definition(name, spec) for name, spec in specs.items()}


def units_of(atlas: Atlas, memory: Memory | None, rows: Rows) -> dict[str, np.ndarray]:
    """Return what the atlas bills for each row: alone, or along its case where a definition remembers."""
    where = places(atlas, rows)
    found = {name: np.zeros(len(rows), dtype=np.int8) for name in atlas.definitions}
    for name in set(found) - set(() if memory is None else memory.definitions):
        for at in range(CONTACTS + 1):
            here = where.contact == at
            found[name][here] = atlas.units[at][name][tuple(where.axes[here].T)]
    if memory is not None:
        for row, units in _along_cases(memory, rows, where):
            for name, unit in zip(memory.definitions, units, strict=True):
                found[name][row] = unit
    return found


def _along_cases(memory: Memory, rows: Rows, where: Places) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each row and its units by definition, following the states of its case."""
    order = np.lexsort((rows.origin == COPY, rows.contact, rows.who.case))
    state = sort = 0
    for row in order:
        if rows.origin[row] == COPY:
            stage, at = memory.duplicates, int(memory.state_of[sort]) if memory.copying else 0
        else:
            stage, at = memory.contacts[rows.contact[row] - 1], state if rows.contact[row] > 1 else 0
        group = stage.group[tuple(where.axes[row])]
        yield int(row), stage.units[:, at, group]
        if rows.origin[row] != COPY:
            state, sort = int(stage.following[at, group]), int(stage.original[at, group])


def random_ones(count: int, seed: int, **fixed: str) -> dict[str, Definition]:
    """Return random definitions, with some clauses the same for all; none has a window that the atlas refuses."""
    rng = random.Random(seed)
    clauses = [random_clauses(rng) | fixed for _ in range(count)]
    for each in clauses:
        if each["returns"] == "bill_again":
            each.pop("return_window_hours", None)
    return compiled({f"random_{number}": DefinitionSpec(**each) for number, each in enumerate(clauses)})


def forgetful(count: int, seed: int) -> dict[str, Definition]:
    """Return random definitions without memory, some of which void what returns."""
    plain = {"duplicates": "billed", "at_most": "conversation"}
    found = random_ones(count, seed, returns="bill_again", **plain)
    voiding = random_ones(count, seed + 1, returns="void", return_window_hours="ever", **plain)
    return found | {f"voiding_{name}": definition for name, definition in voiding.items()}


def remembering(count: int, seed: int) -> dict[str, Definition]:
    return {name: each for name, each in random_ones(count, seed).items() if each.memory}


def predicates() -> dict[str, Definition]:
    written = {
        "early": "returned_after_hours < 6 OR returned_after_hours > 240",
        "between": "returned_after_hours BETWEEN 4 AND 96 AND outcome <> 'abandoned'",
        "nothing": "returned_after_hours IS NULL AND csat IS NOT NULL",
        "classes": "class IN ('spam', 'greeting') OR (contact >= 2 AND origin = 'return')",
        "scores": "csat * 2 > 5 AND (judged_resolved OR action_completed) AND human_touch <> 'handoff'",
    }
    return compiled({name: DefinitionSpec(predicate=text) for name, text in written.items()})


CHOSEN = {
    "named": partial(compiled, {f"a_{name}": spec for name, spec in NAMED.items()}),
    "random without memory": partial(forgetful, 16, 1),
    "random with memory": partial(remembering, 10, 2),
    "predicates": predicates,
}
MORE = {
    "of every kind at once": partial(random_ones, 12, 3),
    "many without memory": partial(forgetful, 60, 5),
    **{f"more with memory, {seed}": partial(remembering, 10, seed) for seed in range(6, 12)},
}
"""Definitions with memory a few at a time: what tens of them remember together is too much for the atlas."""


@pytest.mark.parametrize("chosen", [*CHOSEN, *(pytest.param(name, marks=pytest.mark.slow) for name in MORE)])
def test_units_of_kinds_are_those_of_the_rows(chosen: str) -> None:
    """Per row, and so in sum by what was solved; all definitions of one kind stand in one atlas."""
    definitions = (CHOSEN | MORE)[chosen]()
    rows, table = drawn()
    atlas = make_atlas(definitions, CONTACTS)
    found, billed = units_of(atlas, make_memory(atlas, definitions), rows), bill(table, definitions)
    for name, units in billed.items():
        assert np.array_equal(found[name], units), name
    assert len(definitions) >= 5 and sum(0 < units.sum() < len(units) for units in billed.values()) >= 5


def test_definitions_with_memory_remember_something() -> None:
    """The check of the check: billed as if each row stood alone, nearly all of them differ from SQL."""
    definitions = CHOSEN["random with memory"]()
    rows, table = drawn()
    alone, billed = units_of(make_atlas(definitions, CONTACTS), None, rows), bill(table, definitions)
    differ = [name for name, units in billed.items() if not np.array_equal(alone[name], units)]
    assert len(differ) > len(definitions) / 2


@pytest.mark.parametrize("fault", ["an hour", "a contact", "a score", "a class", "a verdict"])
def test_the_comparison_sees_a_row_in_the_wrong_place(fault: str) -> None:
    """Negative control: kinds made of rows that are wrong in one attribute."""
    definitions = {**CHOSEN["named"](), **predicates()}
    rows, table = drawn()
    wrong = {
        "an hour": {"delay_hours": rows.delay_hours * 1.3},
        "a contact": {"contact": np.maximum(rows.contact - 1, 1)},
        "a score": {"score": np.where(rows.score > 0, 6 - rows.score, 0)},
        "a class": {"service_class": np.where(rows.service_class > 0, 4 - rows.service_class, 0)},
        "a verdict": {"judged": rows.judged ^ (rows.end < ENDS.index("abandoned"))},
    }[fault]
    found, billed = (
        units_of(make_atlas(definitions, CONTACTS), None, changed(rows, **wrong)),
        bill(table, definitions),
    )
    assert any(not np.array_equal(found[name], units) for name, units in billed.items())


def test_what_solved_means_is_the_same_for_kinds_and_rows() -> None:
    rows, _ = drawn()
    atlas = make_atlas(compiled({"any": DefinitionSpec()}), CONTACTS)
    where = places(atlas, rows)
    by_row = {
        "": np.ones(len(rows), dtype=bool),
        "|solved": rows.solved | rows.human_solved,
        "|solved_by_ai": rows.solved,
    }
    assert list(by_row) == list(SOLVED)
    for suffix, flag in SOLVED.items():
        table = [np.array([flag(leaf) for leaf in atlas.leaves(at)]) for at in range(CONTACTS + 1)]
        found = [table[at][leaf] for at, leaf in zip(where.contact, where.axes[:, 0], strict=True)]
        assert np.array_equal(found, by_row[suffix]), suffix


def test_most_kinds_are_among_the_rows() -> None:
    """The comparison reaches more than half of the kinds of every contact; the others are rare ones."""
    rows, _ = drawn()
    atlas = make_atlas(compiled({"any": DefinitionSpec()}), CONTACTS)
    where = places(atlas, rows)
    for at in range(CONTACTS + 1):
        seen = np.unique(where.axes[where.contact == at, 0])
        assert len(seen) > 0.6 * len(atlas.leaves(at))
