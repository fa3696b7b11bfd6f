"""Row by row: the SQL that definitions compile to, and the reference's own reading of the clauses, give equal units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from simulator.definitions import NAMED, Biller, Definition, DefinitionSpec, compile_definition
from simulator.records import COLUMNS
from tests.definitions.random_definitions import HOURS, random_spec
from tests.reference.clauses import units
from tests.reference.law import simulate_trial
from tests.reference.rates import ENDS
from tests.reference.textbook import textbook

Rows = list[dict[str, Any]]
RANDOM_DEFINITIONS = 500

EVENTFUL = {
    "volume": {"per_month": 900},
    "levels": {"only": {"escalate": 0.3, "solve": 0.6, "partial": 0.4, "turns": 1.5}},
    "intents": {
        "only": {"abandon": 0.15, "confirm": 0.4, "action": 0.6, "review": 0.3, "planned_handoff": 0.5,
                 "greeting": 0.1, "spam": 0.1, "test": 0.05}
    },
    "csat": {"response": 0.6, "if_solved": [1, 1, 2, 3, 3], "if_unsolved": [3, 3, 2, 1, 1]},
    "returns": {
        "max_contacts": 4,
        "probability": dict.fromkeys(ENDS, 0.6),
        "straight_to_human": dict.fromkeys(ENDS, 0.15),
        "delay": {"median_hours": 20.0, "sigma": 1.5},
    },
    "duplicates": {"probability": dict.fromkeys(ENDS, 0.3)},
}  # fmt: skip


@cache
def cases() -> tuple[Rows, ...]:
    """Return cases with many returns, half of whose delays lie exactly on the edge of a window."""
    rng = Random(51)
    drawn = simulate_trial(textbook(EVENTFUL), rng).months[0].cases
    for case in drawn:
        for row in case.rows:
            if row["returned_after_hours"] is not None and rng.random() < 0.5:
                row["returned_after_hours"] = float(rng.choice(HOURS))
    return tuple(case.rows for case in drawn)


@cache
def table() -> pa.Table:
    names = [column.name for column in COLUMNS]
    return pa.table({name: [row[name] for case in cases() for row in case] for name in names})


def differences(compiled: Mapping[str, Definition], specs: Mapping[str, DefinitionSpec]) -> dict[str, int]:
    """Return in how many rows SQL and the reference differ, by definition, where they do."""
    by_sql = Biller(compiled).units(table())
    found = {}
    for name, spec in specs.items():
        by_hand = [unit for case in cases() for unit in units(case, spec)]
        wrong = sum(int(a) != b for a, b in zip(by_sql[name], by_hand, strict=True))
        if wrong:
            found[name] = wrong
    return found


def compiled(specs: Mapping[str, DefinitionSpec]) -> dict[str, Definition]:
    return {name: compile_definition(name, spec) for name, spec in specs.items()}


def test_named_definitions_bill_the_same_units_by_sql_and_by_hand() -> None:
    assert differences({name: compile_definition(name, spec) for name, spec in NAMED.items()}, NAMED) == {}


@pytest.mark.parametrize("part", range(10))
def test_random_definitions_bill_the_same_units_by_sql_and_by_hand(part: int) -> None:
    rng = Random(520 + part)
    specs = {f"random_{number}": random_spec(rng) for number in range(RANDOM_DEFINITIONS // 10)}
    found = differences(compiled(specs), specs)
    assert found == {}, (
        f"{len(found)} definitions count otherwise than the reference: a clause of simulator/definitions/spec.py must "
        f"be read in `counts` of tests/reference/clauses.py too; one of them is {specs[next(iter(found))]!r}"
    )


def undrawn(specs: Iterable[DefinitionSpec]) -> set[str]:
    """Return the clauses that have one value in all of some definitions."""
    written = [spec.model_dump() for spec in specs]
    clauses = set(DefinitionSpec.model_fields) - {"title", "note", "extends", "predicate"}
    return {name for name in clauses if len({repr(each[name]) for each in written}) == 1}


def test_random_definitions_draw_every_clause() -> None:
    rng = Random(519)
    specs = [random_spec(rng) for _ in range(200)]
    left = undrawn(specs)
    assert not left, (
        f"{sorted(left)} is drawn by no random definition: declare it with a Proviso in simulator/definitions/spec.py, "
        "or add it to `random_clauses` in tests/definitions/random_definitions.py"
    )
    assert undrawn(spec.model_copy(update={"min_csat": 3}) for spec in specs) == {"min_csat"}


def test_one_changed_clause_shows_as_a_difference() -> None:
    """Negative control: the comparison fails for each clause that is read otherwise."""
    base = DefinitionSpec(silence=24.0, returns="merge", return_window_hours=48.0, duplicates="merged")
    changes: list[dict[str, Any]] = [
        {"silence": 36.0}, {"return_window_hours": 36.0}, {"duplicates": "billed"}, {"at_most": "case"},
        {"returns": "void"}, {"human_touch": "none"}, {"min_csat": 2}, {"requires": ("action_completed",)},
        {"planned_handoffs": True}, {"outcomes": ("confirmed",)}, {"classes": ("service", "spam")},
    ]  # fmt: skip
    stated = {f"other_{place}": base for place in range(len(changes))}
    read = {f"other_{place}": base.model_copy(update=change) for place, change in enumerate(changes)}
    assert set(differences(compiled(stated), read)) == set(stated)
