"""Row by row on the engine's own ledger: SQL and the scalar reference's reading of the clauses give equal units."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from simulator.definitions import NAMED, Biller, DefinitionSpec, compile_definition
from simulator.engine.draws.export import ledger
from simulator.scenario import load_scenario
from tests.definitions.random_definitions import random_spec
from tests.reference.clauses import units

EVERYTHING = Path(__file__).parent.parent / "scenario" / "everything.toml"


@cache
def table() -> pa.Table:
    return pa.concat_tables(ledger(load_scenario(EVERYTHING), trials=6, months=1))


@cache
def cases() -> tuple[list[dict[str, Any]], ...]:
    rows = table().to_pylist()
    return tuple(list(case) for _, case in groupby(rows, key=lambda row: row["case_id"]))


def by_hand(spec: DefinitionSpec) -> np.ndarray:
    return np.array([unit for case in cases() for unit in units(case, spec)])


def test_the_ledger_has_returns_and_duplicates_to_read() -> None:
    origins = table().column("origin").to_pylist()
    assert len(cases()) > 400 and min(map(origins.count, ("return", "duplicate"))) > 40


@pytest.mark.parametrize("part", range(5))
def test_random_definitions_bill_the_ledger_as_the_reference_does(part: int) -> None:
    rng = Random(91 + part)
    specs = {f"random_{number}": random_spec(rng) for number in range(100)}
    counted = Biller({name: compile_definition(name, spec) for name, spec in specs.items()}).units(table())
    assert [name for name, spec in specs.items() if (counted[name] != by_hand(spec)).any()] == []


def test_named_definitions_bill_the_ledger_as_the_reference_does() -> None:
    counted = Biller({name: compile_definition(name, spec) for name, spec in NAMED.items()}).units(table())
    for name, spec in NAMED.items():
        assert (counted[name] == by_hand(spec)).all(), name


def test_another_reading_of_one_clause_shows() -> None:
    spec = DefinitionSpec(silence=24.0)
    counted = Biller({"stated": compile_definition("stated", spec)}).units(table())["stated"]
    assert (counted != by_hand(spec.model_copy(update={"silence": 36.0}))).any()
