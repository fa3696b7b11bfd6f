"""The same rows as CSV, JSON lines, Parquet, a DuckDB file and a table of PostgreSQL give the same record."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from simulator.audit.log.log_reading import read_log
from simulator.audit.log.map_reading import read_map
from simulator.errors import DataError, ScenarioError
from simulator.scenario.reading.problems import render
from tests.audit.log.logs import plain_map, read_folder, row, write_csv
from tests.definitions.postgres_server import programs, server

ROWS = [
    row(9_007_199_254_740_993 + number, f"2026-10-0{number}T10:00:00Z", f"ü{number}", channel="chat; 'x'", turns=number)
    for number in range(1, 6)
]
COLUMNS = 'channel = "channel"\nturns = "turns"'


def expected(folder: Path) -> list[dict[str, Any]]:
    return read_folder(folder, plain_map(columns=COLUMNS), ROWS)


def of(read: str) -> str:
    return plain_map(columns=COLUMNS).replace("rows.csv", read)


def test_csv_is_read_as_written(tmp_path: Path) -> None:
    found = expected(tmp_path)
    assert [each["source_id"] for each in found] == [each["id"] for each in ROWS]
    assert [each["channel"] for each in found] == ["chat; 'x'"] * 5 and [each["turns"] for each in found] == [
        1,
        2,
        3,
        4,
        5,
    ]


def test_json_lines(tmp_path: Path) -> None:
    lines = [json.dumps({**each, "nested": {"list": [{"id": each["id"]}]}, "a.b": 1}) for each in ROWS]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert read_folder(tmp_path, of("rows.jsonl")) == expected(tmp_path)
    nested = of("rows.jsonl").replace('conversation_id = "id"', "conversation_id = '\"nested.list.0.id\"'")
    assert read_folder(tmp_path, nested) == expected(tmp_path)
    flat = of("rows.jsonl").replace('turns = "turns"', "turns = '\"a.b\"'")
    assert {each["turns"] for each in read_folder(tmp_path, flat)} == {1}


def test_a_key_that_no_line_has_is_unknown_and_one_of_a_late_line_is_not(tmp_path: Path) -> None:
    lines = [json.dumps(each) for each in ROWS] + [
        json.dumps({**ROWS[0], "id": f"d{n}", "customer": f"v{n}"}) for n in range(1_500)
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = of("rows.jsonl") + '[log.duplicates]\nwhen = "late"\n'
    with pytest.raises(ScenarioError) as caught:
        read_folder(tmp_path, text)
    assert "rows.jsonl has no column 'late'" in render(caught.value)
    path.write_text("\n".join([*lines, json.dumps({**ROWS[0], "id": "e", "late": "true"})]) + "\n", encoding="utf-8")
    assert len(read_folder(tmp_path, text)) == len(lines) + 1


def test_parquet_with_types(tmp_path: Path) -> None:
    times = [datetime.fromisoformat(each["opened"]) for each in ROWS]
    table = pa.table(
        {
            "id": [each["id"] for each in ROWS], "customer": [each["customer"] for each in ROWS],
            "opened": pa.array(times, pa.timestamp("us", tz="Europe/Berlin")), "channel": [each["channel"] for each in ROWS],
            "turns": pa.array([each["turns"] for each in ROWS], pa.int32()), "more": [{"depth": [1, 2]}] * 5,
        }
    )  # fmt: skip
    parquet.write_table(table, tmp_path / "rows.parquet")
    assert read_folder(tmp_path, of("rows.parquet")) == expected(tmp_path)
    nested = of("rows.parquet").replace('turns = "turns"', "turns = '\"more.depth.1\"'")
    assert {each["turns"] for each in read_folder(tmp_path, nested)} == {2}


def test_times_of_parquet_without_a_zone_need_one(tmp_path: Path) -> None:
    times = [datetime.fromisoformat(each["opened"]).astimezone(UTC).replace(tzinfo=None) for each in ROWS]
    parquet.write_table(
        pa.table({"id": ["a", "b", "c", "d", "e"], "customer": ["u"] * 5, "opened": times}), tmp_path / "r.parquet"
    )
    text = plain_map().replace("rows.csv", "r.parquet")
    with pytest.raises(DataError, match="opened_at has no time zone"):
        read_folder(tmp_path, text)
    assert len(read_folder(tmp_path, text.replace("[log]", '[log]\ntime_zone = "UTC"'))) == 5


def test_a_table_of_a_duckdb_file(tmp_path: Path) -> None:
    write_csv(tmp_path / "rows.csv", ROWS)
    with duckdb.connect(str(tmp_path / "logs.duckdb")) as connection:
        connection.execute("CREATE SCHEMA helpdesk")
        connection.execute(
            f"CREATE TABLE helpdesk.\"Rows\" AS FROM read_csv('{tmp_path / 'rows.csv'}', all_varchar = true)"
        )
    before = (tmp_path / "logs.duckdb").read_bytes()
    assert read_folder(tmp_path, of("duckdb:logs.duckdb#helpdesk.Rows")) == expected(tmp_path)
    assert (tmp_path / "logs.duckdb").read_bytes() == before
    with pytest.raises(DataError, match="cannot be read as duckdb"):
        read_folder(tmp_path, of("duckdb:logs.duckdb#helpdesk.Other"))


@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")
def test_a_table_of_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dbapi = pytest.importorskip("adbc_driver_postgresql.dbapi")

    text = of("postgres:LOGS_AT#public.rows")
    with pytest.raises(DataError, match="the environment variable LOGS_AT is not set"):
        read_folder(tmp_path, text)
    with server() as address:
        with dbapi.connect(address) as there, there.cursor() as cursor:
            cursor.execute("CREATE TABLE rows (id TEXT, customer TEXT, opened TIMESTAMPTZ, channel TEXT, turns INT)")
            for each in ROWS:
                cursor.execute("INSERT INTO rows VALUES ($1, $2, $3::text::timestamptz, $4, $5)", tuple(each.values()))
            there.commit()
        monkeypatch.setenv("LOGS_AT", address)
        assert read_folder(tmp_path, text) == expected(tmp_path)
        with pytest.raises(ScenarioError) as caught:
            read_folder(tmp_path, text.replace('turns = "turns"', 'turns = "turn"'))
        assert "did you mean 'turns'?" in render(caught.value) and address not in render(caught.value)


def test_files_of_a_pattern_are_read_in_the_order_of_their_names_and_told_one_by_one(tmp_path: Path) -> None:
    write_csv(tmp_path / "day-2.csv", [{**ROWS[1], "turns": 7}, ROWS[2]])
    write_csv(tmp_path / "day-1.csv", ROWS[:2])
    (tmp_path / "map.toml").write_text(
        of("day-*.csv").replace("[log]", '[log]\nkeep_last_by = { key = "id" }'), encoding="utf-8"
    )
    with read_log(read_map(tmp_path / "map.toml"), "") as read:
        turns = read.connection.execute("SELECT turns FROM record ORDER BY opened_at").fetchall()
        files = [(each.file, each.rows, each.sha256) for each in read.counted.files]
    assert [each[0] for each in turns] == [1, 7, 3]
    hashes = [hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("day-1.csv", "day-2.csv")]
    assert files == [("day-1.csv", 2, hashes[0]), ("day-2.csv", 2, hashes[1])]


@pytest.mark.parametrize(
    ("read", "content", "said"),
    [
        ("none.csv", None, "there is no file"),
        ("none*.csv", None, "no file is called"),
        ("rows.jsonl", '{"id": 1}\nnot json\n', "line 2: this is no JSON"),
        ("rows.jsonl", "[1]\n", "must be a JSON object"),
        ("rows.parquet", "no parquet", "cannot be read as parquet"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(read: str, content: str | None, said: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / read).write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_folder(tmp_path, of(read))


def test_a_joined_file_gives_columns_and_counts(tmp_path: Path) -> None:
    write_csv(tmp_path / "tickets.csv", [{"of": "c1", "requester": "x"}, {"of": "c2", "requester": "x"}])
    write_csv(
        tmp_path / "parts.csv",
        [{"of": "c1", "kind": "note"}, {"of": "c1", "kind": "reply"}, {"of": "c9", "kind": "note"}],
    )
    keys = """join = [
  { read = "tickets.csv", as = "tickets", key = "of" },
  { read = "parts.csv", as = "parts", key = "of", many = true, counts = { notes = "kind = 'note'" } },
]"""
    text = plain_map(keys=keys, columns='turns = "parts.notes"').replace('"customer"', '"tickets.requester"')
    found = read_folder(tmp_path, text, [row(number, f"2026-10-0{number}T10:00:00Z") for number in (1, 2, 3)])
    assert [each["turns"] for each in found] == [1, 0, 0]
    assert found[0]["case_id"] == found[1]["case_id"] != found[2]["case_id"]
    write_csv(tmp_path / "tickets.csv", [{"of": "c1", "requester": "x"}, {"of": "c1", "requester": "y"}])
    with pytest.raises(DataError, match="'tickets' has several rows for one key: 2 rows"):
        read_folder(tmp_path, text)
