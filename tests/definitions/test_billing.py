"""The one SELECT: order of rows, any spelling of the columns, empty values, pickling, isolation of definitions."""

from __future__ import annotations

import math
import os
import pickle
import random
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from simulator.definitions import (
    NAMED,
    Biller,
    Definition,
    DefinitionSpec,
    bill,
    compile_definition,
    resolve_definitions,
    view_sql,
)
from simulator.errors import DefinitionError

from .random_definitions import random_rows, random_spec
from .rows import PLAIN, conversation, table

CATEGORIES = ("origin", "class", "channel", "outcome", "human_touch")


def _random_definitions(seed: int, number: int) -> dict[str, Definition]:
    rng = random.Random(seed)
    return {f"d{place}": compile_definition(f"d{place}", random_spec(rng)) for place in range(number)}


def _encoded(rows: pa.Table) -> pa.Table:
    for name in CATEGORIES:
        rows = rows.set_column(rows.column_names.index(name), name, rows.column(name).dictionary_encode())
    return rows


def test_units_follow_the_rows_into_any_order() -> None:
    rows = table(*random_rows(random.Random(1), 300))
    biller = Biller(_random_definitions(1, 8))
    counted = biller.units(rows)
    order = np.random.default_rng(2).permutation(rows.num_rows)
    shuffled = biller.units(rows.take(pa.array(order)))
    for name, units in counted.items():
        assert units.dtype == np.int8
        assert set(units.tolist()) <= {0, 1}
        assert shuffled[name].tolist() == units[order].tolist()


def test_units_are_the_same_together_and_alone() -> None:
    rows = table(*random_rows(random.Random(2), 300))
    definitions = _random_definitions(2, 8) | {
        "session": compile_definition(
            "session", DefinitionSpec(predicate="hours_since_session_start = 0", at_most="case")
        )
    }
    together = bill(rows, definitions)
    for name, definition in definitions.items():
        assert bill(rows, {name: definition})[name].tolist() == together[name].tolist(), name


def test_categories_may_be_strings_or_dictionaries_in_turn() -> None:
    rows = table(*random_rows(random.Random(3), 200))
    biller = Biller(_random_definitions(3, 4))
    first, second, third = (biller.units(spelled) for spelled in (rows, _encoded(rows), rows))
    for name in first:
        assert first[name].tolist() == second[name].tolist() == third[name].tolist()


def test_each_call_bills_the_rows_it_was_given() -> None:
    biller = Biller({"d": compile_definition("d", DefinitionSpec(at_most="case", duplicates="merged"))})
    for outcomes in (
        ("silent", "escalated"),
        ("escalated", "silent"),
        ("silent", "silent", "escalated"),
        ("escalated",),
    ):
        rows = table(*(conversation(case_id=number, outcome=ended) for number, ended in enumerate(outcomes)))
        assert biller.units(rows)["d"].tolist() == [int(ended == "silent") for ended in outcomes]


def test_text_of_the_definition_runs_as_it_stands() -> None:
    import duckdb

    rows = table(*random_rows(random.Random(4), 300))
    for name, definition in _random_definitions(4, 25).items():
        connection = duckdb.connect(":memory:")
        connection.register("conversations", rows)
        query = f"SELECT case_id, contact, origin, {definition.unit_sql} AS unit FROM ({view_sql([definition])})"
        answer = connection.execute(query).fetchall()
        assert all(unit is not None for *_, unit in answer)
        keys = zip(*(rows.column(key).to_pylist() for key in ("case_id", "contact", "origin")), strict=True)
        expected = dict(zip(keys, bill(rows, {name: definition})[name].tolist(), strict=True))
        assert {key: int(unit) for *key_list, unit in answer for key in [tuple(key_list)]} == expected


def test_no_text_is_ever_empty_even_where_every_value_is() -> None:
    import duckdb

    empty = dict.fromkeys(set(PLAIN) - {"case_id", "contact", "origin"})
    rows = table(conversation(**empty), conversation(case_id=2), conversation(case_id=2, contact=2, origin="return"))
    definitions = _random_definitions(5, 60)
    for text in ("not (turns > csat)", "turns / csat <> 2", "channel = outcome", "coalesce(csat, turns) in (1, 2)"):
        definitions[text] = compile_definition("own", DefinitionSpec(predicate=text, at_most="case"))
    connection = duckdb.connect(":memory:")
    connection.register("conversations", rows)
    for definition in definitions.values():
        query = f"SELECT {definition.unit_sql} FROM ({view_sql([definition])})"
        assert all(unit is not None for (unit,) in connection.execute(query).fetchall()), definition.unit_sql
    bare = connection.execute("SELECT turns > csat FROM conversations").fetchall()
    assert (None,) in bare, "negative control: the bare comparison is empty"


def test_adding_a_definition_changes_nobody_elses_units() -> None:
    rows = table(*random_rows(random.Random(6), 300))
    few = _random_definitions(6, 4)
    more = {"extra": compile_definition("extra", DefinitionSpec(at_most="case", duplicates="merged")), **few}
    before, after = bill(rows, few), bill(rows, more)
    for name in few:
        assert before[name].tobytes() == after[name].tobytes()


def test_only_the_columns_that_are_read_are_needed() -> None:
    definitions = {"closed": compile_definition("closed", NAMED["closed_by_customer"])}
    biller = Biller(definitions)
    assert biller.columns == ("case_id", "contact", "origin", "class", "outcome", "human_touch")
    rows = table(conversation(outcome="confirmed"), conversation(case_id=2))
    assert biller.units(rows.select(list(biller.columns)))["closed"].tolist() == [1, 0]
    with pytest.raises(DefinitionError, match="no column 'outcome'"):
        biller.units(rows.drop_columns(["outcome"]))


def test_nan_is_refused_and_null_is_not() -> None:
    definitions = {"d": compile_definition("d", NAMED["assumed_24h"])}
    rows = table(conversation())
    place = rows.column_names.index("returned_after_hours")
    broken = rows.set_column(place, "returned_after_hours", pa.array([math.nan]))
    with pytest.raises(DefinitionError, match="has NaN"):
        bill(broken, definitions)
    assert bill(rows, definitions)["d"].tolist() == [1]


@pytest.mark.parametrize("key", ["case_id", "contact", "origin"])
def test_an_empty_key_is_refused(key: str) -> None:
    definitions = {"d": compile_definition("d", NAMED["assumed_24h"])}
    rows = table(conversation(), conversation(case_id=2), conversation(case_id=3))
    place = rows.column_names.index(key)
    values = [None, *rows.column(key).to_pylist()[1:]]
    broken = rows.set_column(place, key, pa.array(values, type=rows.column(key).type))
    with pytest.raises(DefinitionError, match=f"column '{key}' is empty in 1 rows"):
        bill(broken, definitions)


def test_no_rows_and_no_definitions() -> None:
    rows = table(conversation())
    definitions = {"d": compile_definition("d", DefinitionSpec())}
    assert bill(rows.slice(0, 0), definitions)["d"].shape == (0,)
    assert bill(rows, {}) == {}


def test_biller_survives_pickling_after_use() -> None:
    rows = table(*random_rows(random.Random(7), 100))
    biller = Biller(resolve_definitions({}))
    first = biller.units(rows)
    second = pickle.loads(pickle.dumps(biller)).units(rows)
    assert {name: units.tolist() for name, units in first.items()} == {
        name: units.tolist() for name, units in second.items()
    }


FORKED = """
import os, signal
from simulator.definitions import Biller, resolve_definitions
from tests.definitions.rows import conversation, table
biller = Biller(resolve_definitions({}))
rows = table(conversation(outcome="confirmed"), conversation(case_id=2, outcome="escalated"))
before = biller.units(rows)["assumed_24h"].tolist()
child = os.fork()
if child == 0:
    signal.alarm(20)
    same = biller.units(rows)["assumed_24h"].tolist() == before == [1, 0]
    os._exit(7 if same else 8)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
assert biller.units(rows)["assumed_24h"].tolist() == before
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_biller_that_was_used_survives_a_fork() -> None:
    command = [sys.executable, "-W", "ignore", "-c", FORKED]
    done = subprocess.run(command, timeout=60, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
