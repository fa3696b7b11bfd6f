"""Clauses 6 to 9 of an annex carried out on the sample exports, against the planted differences and the recount."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from simulator.audit.recount import kinds
from simulator.report.annex import Said, annex
from simulator.report.annex.markdown import markdown
from simulator.report.annex.reasons import EVIDENCE
from simulator.scenario import load_scenario
from simulator.scenario.schema import Scenario
from tests.audit.commands import run
from tests.audit.sample_record import EXPORTS, read, write
from tests.report.annex.test_counts import filled, statements
from tests.report.annex.test_words import minimal, rows, schedule, text_of

CONTRACT = EXPORTS / "contract.toml"


@pytest.fixture(scope="module")
def signed() -> Scenario:
    return load_scenario(CONTRACT)


@pytest.fixture(scope="module")
def written(signed: Scenario) -> str:
    return markdown(annex(signed, "fin", Said()))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("record") / "record.parquet")


def found(sql: str, table: pa.Table) -> list[tuple[Any, ...]]:
    connection = duckdb.connect(":memory:")
    connection.register("conversations", table)
    return connection.execute(sql).fetchall()


def test_clause_7_gives_the_planted_differences(written: str, record: Path) -> None:
    """Units of part B summed by source_id, joined in full with the list's; a thread opened again has two rows."""
    table, (_, (month,)) = parquet.read_table(record), statements(written)
    names = [line.strip() for line in month.split("SELECT ")[-1].split("FROM")[0].split(",")]
    assert names == ["source_id", "conversation_id", "opened_at"]
    counted = Counter(row[0] for row in found(month, table))
    billed: Counter[str] = Counter()
    for line in read("vendor_billed_resolutions.csv"):
        billed[line["conversation_id"]] += int(line["quantity"])
    differ = {key: (billed[key], counted[key]) for key in billed | counted if billed[key] != counted[key]}
    planted = read("expected_differences.csv")
    assert differ == {
        each["conversation_id"]: (int(each["billed_by_vendor"]), int(each["counted_by_us"])) for each in planted
    }
    assert len(differ) == 11 and len(set(table["source_id"].to_pylist())) < table.num_rows
    by_number = Counter(str(row[1]) for row in found(month, table))
    assert not set(by_number) & set(billed), "the numbers of the record join nothing, which the clause no longer asks"


def test_clauses_on_lists_name_the_id_that_lists_have(written: str) -> None:
    sections = re.split(r"^## ", written, flags=re.MULTILINE)
    records, recount, disputes = (
        next(each for each in sections if each.startswith(mark)) for mark in ("6. ", "7. ", "9. ")
    )
    assert "conversation_id" not in records + disputes and "source_id" in records and "source_id" in disputes
    assert "summed by source_id" in recount and "a source_id may stand there several times" in recount
    (line,) = [row for row in rows(schedule(written, 4)) if row[0] == "source_id"]
    assert line[2] == "VARCHAR" and "opened again" in line[1]


def open_units(record: Path, folder: Path) -> list[int]:
    code, told = run(
        "recount", record, "--in", CONTRACT, "--contract", "fin", "--month", "2026-10", "--json", "-o", folder
    )
    assert code in (0, 3)
    units = json.loads(told)["units"]
    return [units[name] for name in ("counted_with_unknown_as_false", "counted", "counted_with_unknown_as_true")]


def annexed_units(written: str, table: pa.Table) -> list[int]:
    """Return the lowest count, the plain one and the highest of October, by parts B and C."""
    _, (month,) = statements(written)
    parts = [filled(written, "lowest"), "SELECT * FROM conversations", filled(written, "highest")]
    return [len(found(month.replace("FROM conversations", f"FROM ({part})"), table)) for part in parts]


@pytest.mark.parametrize("scores", ["some", "none"])
def test_unknown_scores_are_those_of_the_recount(scores: str, written: str, record: Path, tmp_path: Path) -> None:
    """A conversation without a score is not unknown, unless the log has no score at all."""
    table = parquet.read_table(record)
    if scores == "none":
        place = table.column_names.index("csat")
        table = table.set_column(place, "csat", pa.nulls(table.num_rows, pa.int8()))
    parquet.write_table(table, tmp_path / "record.parquet")
    told = open_units(tmp_path / "record.parquet", tmp_path / "out")
    assert annexed_units(written, table) == told
    assert (told == [17, 17, 17]) is (scores == "some") and (told[0] < told[2]) is (scores == "none")
    assert "An empty csat means that the customer gave no score" in written


def reasons(text: str) -> list[tuple[str, str]]:
    """Return name and words of the reasons of clause 9.3."""
    section = text.split("**9.3**")[1].split("**9.4**")[0]
    return re.findall(r"^- \([a-z]+\) ([a-z ]+): (.*)$", section, re.MULTILINE)


def test_reasons_are_the_kinds_of_the_recount_in_its_order(written: str) -> None:
    told = reasons(written)
    assert [name for name, _ in told] == [kind for kind in kinds.ORDER if kind in dict(told)]
    planted = {each["kind"] for each in read("expected_differences.csv")}
    assert planted <= set(dict(told)), "every planted difference has a reason"
    for kind, words in told:
        assert words.startswith(kinds.OVER[kind]) and "Evidence is" in words
        assert ("Not disputed" in words) is (kind in kinds.NO_DISPUTE)
    assert set(EVIDENCE) == set(kinds.ORDER)


def test_reasons_are_those_that_the_contract_can_have() -> None:
    """A conversation is counted without clauses; a score that nobody asks for is a reason not to bill alone."""
    plain, resolved = (dict(reasons(text_of(minimal(), name))) for name in ("conversation", "resolution"))
    assert list(plain) == [kinds.DOUBLE, kinds.UNKNOWN, kinds.PERIOD, kinds.UNEXPLAINED]
    assert resolved[kinds.GATE] == f"{kinds.UNDER[kinds.GATE]}. Not disputed."
    assert kinds.NO_ANSWER in resolved and kinds.LATE in resolved


def test_what_was_not_billed_is_disputed_by_nobody(written: str) -> None:
    clause = written.split("**7.3**")[1].split("\n\n")[0]
    assert "What is a Unit and was not billed is disputed by nobody" in clause and "set it off" in clause
    assert all(kind in clause for kind in kinds.NO_DISPUTE)


@pytest.mark.parametrize(
    ("dialect", "score", "hours", "text"),
    [("duckdb", "TINYINT", "DOUBLE", "VARCHAR"), ("postgres", "SMALLINT", "DOUBLE PRECISION", "TEXT"),
     ("bigquery", "INT64", "FLOAT64", "STRING"), ("redshift", "SMALLINT", "DOUBLE PRECISION", "VARCHAR(MAX)")],
)  # fmt: skip
def test_types_are_those_of_the_dialect(signed: Scenario, dialect: str, score: str, hours: str, text: str) -> None:
    told = {row[0]: row[2] for row in rows(schedule(markdown(annex(signed, "fin", Said(dialect=dialect))), 4))}
    assert (told["csat"], told["returned_after_hours"], told["source_id"]) == (score, hours, text)


def test_part_a_says_that_it_counts_all_months(written: str) -> None:
    (whole,), _ = statements(written)
    assert "the whole table with all of its months" in whole and "no invoice is compared with it" in written
