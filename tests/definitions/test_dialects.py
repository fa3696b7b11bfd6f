"""Statements in other dialects: read back and run on DuckDB they count what the one text counts."""

from __future__ import annotations

import random
import re
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import sqlglot

from simulator.definitions import NAMED, Definition, DefinitionSpec, bill, compile_definition
from simulator.definitions.dialects import DIALECTS, DUCKDB, HOURS_APART, in_dialect
from simulator.definitions.statement import counting, statement
from tests.definitions.random_definitions import random_rows, random_spec
from tests.definitions.rows import conversation, table

OTHERS = [each for each in DIALECTS if each != DUCKDB]
SESSIONS = DefinitionSpec(predicate="hours_since_session_start = 0", duplicates="merged", at_most="case")
OWN = DefinitionSpec(predicate="turns / 2 > 1 and intent <> 'it''s lost' and coalesce(csat, 3) >= 3")


def definitions(seed: int, number: int) -> dict[str, Definition]:
    rng = random.Random(seed)
    specs = {f"d{place}": random_spec(rng) for place in range(number)}
    specs |= {"sessions": SESSIONS, "own": OWN, **NAMED}
    return {name: compile_definition(name, spec) for name, spec in specs.items()}


def count(sql: str, rows: pa.Table) -> int:
    connection = duckdb.connect(":memory:")
    connection.register("conversations", rows)
    (found,) = connection.execute(sql).fetchone() or (None,)
    assert isinstance(found, int)
    return found


def back(sql: str, dialect: str) -> str:
    """Return a statement as DuckDB reads it."""
    return sqlglot.transpile(sql, read=dialect, write=DUCKDB)[0]


@pytest.mark.parametrize("dialect", OTHERS)
@pytest.mark.parametrize("quote", [False, True])
def test_read_back_it_counts_what_the_one_text_counts(dialect: str, quote: bool) -> None:
    rows = table(*random_rows(random.Random(11), 200))
    every = definitions(12, 20)
    counted = bill(rows, every)
    found = {
        name: count(back(in_dialect(counting(each, "conversations"), dialect, quote=quote), dialect), rows)
        for name, each in every.items()
    }
    assert found == {name: int(units.sum()) for name, units in counted.items()}
    assert len(set(found.values())) > 10, "the definitions differ, so that a wrong text would show"


def test_the_statement_runs_as_it_is_printed() -> None:
    rows = table(*random_rows(random.Random(13), 200))
    for name, each in definitions(14, 20).items():
        assert count(statement(each, "conversations"), rows) == int(bill(rows, {name: each})[name].sum()), name


def test_a_statement_reads_a_file_too(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    rows = table(*random_rows(random.Random(15), 100))
    path = f"{tmp_path}/log.parquet"
    pq.write_table(rows, path)
    for name, each in definitions(16, 6).items():
        (found,) = duckdb.connect(":memory:").execute(statement(each, f"'{path}'")).fetchone() or (None,)
        assert found == int(bill(rows, {name: each})[name].sum()), name


@pytest.mark.parametrize("dialect", DIALECTS)
def test_joins_are_equalities_and_tables_stand_first(dialect: str) -> None:
    for spec in (SESSIONS, DefinitionSpec(returns="merge", return_window_hours=24, duplicates="merged")):
        text = in_dialect(counting(compile_definition("d", spec), "conversations"), dialect)
        assert text.startswith("WITH ") and text.count("WITH ") == 1
        assert not re.search(r"DISTINCT FROM|<=>", text) and HOURS_APART not in text.upper()
        assert ("RECURSIVE" in text) == (spec is SESSIONS or dialect == "none")


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "databricks", "redshift"])
def test_a_table_that_reads_itself_names_its_columns(dialect: str) -> None:
    text = in_dialect(counting(compile_definition("d", SESSIONS), "conversations"), dialect)
    assert re.search(r"sessions ?\(case_id, contact, channel, opened_at, place, hours_since_session_start\) AS", text)


@pytest.mark.parametrize("dialect", OTHERS)
def test_all_names_are_quoted_where_that_is_asked_for(dialect: str) -> None:
    text = in_dialect(counting(compile_definition("d", SESSIONS), "lake.conversations"), dialect, quote=True)
    tree = sqlglot.parse_one(text, read=dialect)
    names = list(tree.find_all(sqlglot.exp.Identifier))
    assert names and all(each.args["quoted"] for each in names)


def test_words_say_for_which_database_and_whether_it_was_run_there() -> None:
    definition = compile_definition("assumed_24h", NAMED["assumed_24h"])
    for name, each in DIALECTS.items():
        head = " ".join(line[3:] for line in statement(definition, "t", name).splitlines() if line.startswith("-- "))
        assert (each.title in head) == (name != DUCKDB)
        assert ("not run there" in head) is not each.run


def test_hours_between_two_conversations_are_hours() -> None:
    apart = (datetime(2027, 10, 31, 0, 50), datetime(2027, 10, 31, 1, 10))
    rows = table(conversation(opened_at=apart[0]), conversation(origin="duplicate", opened_at=apart[1]))
    joined = compile_definition(
        "d", DefinitionSpec(predicate="hours_since_session_start < 0.34 and origin = 'duplicate'")
    )
    for dialect in OTHERS:
        assert count(back(in_dialect(counting(joined, "conversations"), dialect), dialect), rows) == 1, dialect
