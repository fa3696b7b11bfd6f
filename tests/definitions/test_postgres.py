"""The statements on PostgreSQL itself: what it counts, in any time zone, and for a whole year."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from simulator.definitions import Biller, Definition, DefinitionSpec, compile_definition
from simulator.definitions.dialects import in_dialect
from simulator.definitions.statement import counting
from simulator.engine.export import ledger
from simulator.report.annex import Said, annex
from simulator.report.annex.markdown import markdown
from simulator.scenario import load_scenario
from tests.audit.commands import run
from tests.audit.sample_record import EXPORTS
from tests.audit.sample_record import write as written_record
from tests.definitions.postgres_server import programs, server
from tests.definitions.random_definitions import random_spec
from tests.reference.clauses import units
from tests.report.annex.test_counts import statements
from tests.report.annex.test_words import rows, schedule
from tests.scenarios.shipped import FOLDER

driver = pytest.importorskip("adbc_driver_postgresql.dbapi", reason="the driver is not installed: extra [postgres]")
pytestmark = pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")

DEFINITIONS, LEDGERS = 200, 20
SESSIONS = DefinitionSpec(predicate="hours_since_session_start = 0", duplicates="merged", at_most="case")
MEMORY = DefinitionSpec(returns="merge", return_window_hours=72, duplicates="merged")


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    with server() as address, driver.connect(address) as made:
        yield made


@cache
def rows_of(number: int) -> pa.Table:
    """Return one ledger; each has other conversations."""
    scenario = load_scenario(FOLDER / "broad_cx.toml", [f"seed={number + 1}", "volume.per_month=120"])
    return pa.concat_tables(ledger(scenario, trials=1, months=1))


@cache
def definitions(count: int) -> dict[str, Definition]:
    rng = random.Random(5)
    specs = {f"d{place}": random_spec(rng) for place in range(count)} | {"sessions": SESSIONS}
    return {name: compile_definition(name, spec) for name, spec in specs.items()}


def stored(connection: Any, name: str, rows: pa.Table) -> None:
    with connection.cursor() as cursor:
        cursor.adbc_ingest(name, rows, mode="replace")
        cursor.execute(f"ANALYZE {name}")
    connection.commit()


def counted(connection: Any, definition: Definition, name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(in_dialect(counting(definition, name), "postgres"))
        (found,) = cursor.fetchone()
    return int(found)


def check(connection: Any, ledgers: int, specs: int) -> None:
    for number in range(ledgers):
        rows = rows_of(number)
        stored(connection, "conversations", rows)
        here = {name: int(each.sum()) for name, each in Biller(definitions(specs)).units(rows).items()}
        there = {name: counted(connection, each, "conversations") for name, each in definitions(specs).items()}
        assert there == here
        cases = [list(case) for _, case in groupby(rows.to_pylist(), key=lambda row: row["case_id"])]
        by_hand = {
            name: sum(unit for case in cases for unit in units(case, each.spec))
            for name, each in definitions(specs).items()
            if each.spec.predicate is None
        }
        assert by_hand == {name: there[name] for name in by_hand}
        assert len(set(there.values())) > specs / 4, "the definitions differ, so that a wrong text would show"


def test_it_counts_what_duckdb_and_the_clauses_count(connection: Any) -> None:
    check(connection, 2, 30)


@pytest.mark.slow
def test_it_counts_what_duckdb_and_the_clauses_count_on_many_ledgers(connection: Any) -> None:
    check(connection, LEDGERS, DEFINITIONS)


def test_another_clause_shows(connection: Any) -> None:
    stored(connection, "conversations", rows_of(0))
    one, other = (compile_definition("d", DefinitionSpec(silence=hours)) for hours in (24.0, 72.0))
    assert counted(connection, one, "conversations") > counted(connection, other, "conversations")


def test_hours_are_hours_in_any_time_zone_of_the_session(connection: Any) -> None:
    definition = compile_definition(
        "d", DefinitionSpec(predicate="hours_since_session_start < 0.34 and origin = 'duplicate'")
    )
    with connection.cursor() as cursor:
        cursor.execute("SET timezone = 'Europe/Berlin'")
        cursor.execute(
            "CREATE TEMPORARY TABLE zoned AS SELECT 1 AS case_id, 1 AS contact, origin, 'chat' AS channel, "
            "CAST(NULL AS DOUBLE PRECISION) AS returned_after_hours, CAST(opened_at AS TIMESTAMPTZ) AS opened_at "
            "FROM (VALUES ('new', '2027-10-31T00:50Z'), ('duplicate', '2027-10-31T01:10Z')) AS made(origin, opened_at)"
        )
        cursor.execute(
            "SELECT EXTRACT(EPOCH FROM (SELECT CAST(opened_at AS TIMESTAMP) FROM zoned WHERE origin = 'duplicate') "
            "- (SELECT CAST(opened_at AS TIMESTAMP) FROM zoned WHERE origin = 'new'))"
        )
        (naive,) = cursor.fetchone()
        assert float(naive) == -2400, "the control: without a zone the twenty minutes run backwards"
    assert counted(connection, definition, "zoned") == 1
    with connection.cursor() as cursor:
        cursor.execute("SET timezone = 'UTC'")


@pytest.mark.parametrize("contract", ["resolution_untouched", "split", "per_minute", "per_session"])
def test_the_statements_of_a_recount_count_what_it_counts(connection: Any, contract: str, tmp_path: Path) -> None:
    """For a month in Berlin, on a server whose session is in another zone."""
    rows, record = rows_of(1), tmp_path / "record.parquet"
    parquet.write_table(rows, record)
    stored(connection, "conversations", rows)
    _, text = run("recount", record, "--in", FOLDER / "broad_cx.toml", "--contract", contract, "--month", "2027-01",
                  "--time-zone", "Europe/Berlin", "--json", "-o", tmp_path / "out",
                  "--dialect", "postgres")  # fmt: skip
    statements = [each for each in (tmp_path / "out" / "count.sql").read_text().split("\n;\n") if each.strip()]
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SET timezone = 'Asia/Tokyo'")
        for each in statements:
            cursor.execute(each)
            found.append(float(cursor.fetchone()[0]))
        cursor.execute("SET timezone = 'UTC'")
    counted = [each["counted"] for each in json.loads(text)["meters"]]
    assert found == pytest.approx(counted) and min(counted) > 0


@pytest.mark.slow
@pytest.mark.parametrize("spec", [MEMORY, SESSIONS], ids=["memory", "sessions"])
def test_a_year_is_counted_as_on_duckdb(connection: Any, spec: DefinitionSpec) -> None:
    rows = pa.concat_tables(ledger(load_scenario(FOLDER / "broad_cx.toml"), trials=1, months=12))
    assert rows.num_rows > 700_000
    stored(connection, "year", rows)
    definition = compile_definition("d", spec)
    assert counted(connection, definition, "year") == int(Biller({"d": definition}).units(rows)["d"].sum())


def test_the_record_gets_into_postgres_as_the_page_says_and_the_annex_counts_there(tmp_path: Path) -> None:
    """The page's own lines on the sample's record; types are those of schedule 4, and part B lists the 17 units."""
    record = written_record(tmp_path / "record.parquet")
    text = (Path(__file__).parents[2] / "docs/sql.md").read_text(encoding="utf-8")
    lines = text.split("```python\n")[1].split("```")[0]
    annexed = markdown(annex(load_scenario(EXPORTS / "contract.toml"), "fin", Said(dialect="postgres")))
    with server() as address:
        exec(lines.replace("postgresql://user@host/database", address).replace("record.parquet", str(record)))
        with driver.connect(address) as made, made.cursor() as cursor:
            cursor.execute(
                "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'conversations'"
            )
            there = {name: kind.upper().removesuffix(" WITHOUT TIME ZONE") for name, kind in cursor.fetchall()}
            named = {row[0]: row[2] for row in rows(schedule(annexed, 4))}
            assert {name: there[name] for name in named} == named and len(there) == 35
            _, (month,) = statements(annexed)
            cursor.execute(month.rstrip().rstrip(";"))
            assert len({row[0] for row in cursor.fetchall()}) == 17
