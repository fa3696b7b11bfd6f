"""The statements of an annex, taken from its text and run on a record, against what `simulate recount` counts on it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from simulator.decisions.worked_cases import WORKED_CASES
from simulator.report.annex import Said
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario
from tests.cli.conftest import Command, command, hundred_columns  # noqa: F401
from tests.decisions.answers.test_answers_by_brute_force import rows_of
from tests.report.annex.test_counts import statements
from tests.report.annex.test_words import rows, schedule, text_of

ROOT = Path(__file__).parents[3]
DEFINITIONS = {
    "plain": 'extends = "assumed_24h"',
    "verified": 'extends = "verified_72h"',
    "credited": 'extends = "credited_on_return"',
    "merged": 'outcomes = ["confirmed", "silent"]\nsilence = 24\nreturns = "merge"\nreturn_window_hours = 72\n'
    'duplicates = "merged"\nat_most = "case"',
    "scored": 'outcomes = ["confirmed", "silent", "partial"]\nsilence = 48\nhuman_touch = "handoff"\nmin_csat = 3\n'
    "planned_handoffs = true",
}
"""Clauses without memory, with a verdict, with credits, with memory of the case, and with scores."""


def text() -> str:
    added = [
        f'[contracts.{name}]\ntype = "per_resolution"\nprice = 0.8\ndefinition = "{name}"\n[definitions.{name}]\n{each}'
        for name, each in DEFINITIONS.items()
    ]
    return "\n".join([(ROOT / "scenarios/broad_cx.toml").read_text(encoding="utf-8"), *added])


@pytest.fixture(scope="module")
def signed() -> Scenario:
    return parse_scenario(text(), "signed.toml")


def counted(sql: str, table: str) -> list[tuple[Any, ...]]:
    """Return the rows of a statement on a table of the record."""
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    source = "CAST(conversation_id AS VARCHAR) AS source_id"  # of a ledger, which has none
    connection.execute(f"CREATE VIEW conversations AS SELECT *, {source} FROM {table}")
    return connection.execute(sql).fetchall()


def test_the_statements_of_the_annex_count_what_the_recount_counts(command: Command, signed: Scenario) -> None:  # noqa: F811
    """Part A on the whole record, part B on its first month; each definition has a count of its own."""
    Path("signed.toml").write_text(text(), encoding="utf-8")
    few = ("--set", "volume.per_month=600", "--months", "2", "--trials", "1")
    assert command("ledger", "signed.toml", "-o", "record.parquet", *few)[0] == 0
    found = {}
    for name in DEFINITIONS:
        (whole,), (month,) = statements(text_of(signed, name, Said()))
        code, out, err = command("recount", "record.parquet", "--in", "signed.toml", "--contract", name, "--json")
        assert (code, err) == (0, "")
        told = json.loads(out)["units"]
        assert counted(whole, "'record.parquet'") == [(told["counted"],)]
        listed = counted(month, "'record.parquet'")
        code, out, _ = command(
            "recount", "record.parquet", "--in", "signed.toml", "--contract", name, "--month", signed.start, "--json"
        )
        assert code == 0 and len(listed) == json.loads(out)["units"]["counted"] > 100
        assert len({row[0] for row in listed}) == len(listed) < told["counted"]
        found[name] = told["counted"]
    assert len(set(found.values())) == len(found), "else a wrong text would not show"


@pytest.mark.parametrize("name", DEFINITIONS)
def test_worked_cases_have_the_units_that_the_statement_of_the_annex_counts(signed: Scenario, name: str) -> None:
    """Every case as rows made by hand, and the statement of schedule 1 run on it alone."""
    written = text_of(signed, name, Said())
    (sql,), _ = statements(written)
    told = {int(row[0]): int(row[2]) for row in rows(schedule(written, 2))}
    found = {case.number: int(counted(sql, values_of(rows_of(case)))[0][0]) for case in WORKED_CASES}
    assert told == found and set(found.values()) >= {0, 1}


def values_of(rows: list[dict[str, Any]]) -> str:
    """Return rows of one case as a table in SQL."""

    def literal(name: str, value: Any) -> str:
        kind = {"csat": "TINYINT", "returned_after_hours": "DOUBLE"}.get(name)
        plain = "NULL" if value is None else f"'{value}'" if isinstance(value, str) else str(value)
        return f"CAST({plain} AS {kind}) AS {name}" if kind else f"{plain} AS {name}"

    selects = [
        f"SELECT 1 AS case_id, {place} AS conversation_id, TIMESTAMP '2027-01-05' AS opened_at, "
        + ", ".join(literal(name, value) for name, value in row.items())
        for place, row in enumerate(rows)
    ]
    return f"({' UNION ALL '.join(selects)})"


CHANNELS = """
[contracts.by_channel]
type = "hybrid"
charges = [
  { kind = "flat", meter = "conversations", rate = 0.4, applies_to = { not_channels = ["voice"] } },
  { kind = "flat", meter = "conversations", rate = 1.1, applies_to = { channels = ["voice"] } },
  { kind = "flat", meter = "resolutions", definition = "assumed_24h", rate = 0.5, applies_to = { intents = ["return_refund"], channels = ["email"] } },
]
"""  # noqa: E501


def test_parts_by_channel_have_worked_cases_of_their_own() -> None:
    """One table for each part, every unit of which is what its statement counts on the case with that channel."""
    scenario = parse_scenario(text() + CHANNELS, "channels.toml")
    written = text_of(scenario, "by_channel", Said())
    tables = re.split(r"Cases with the intent (\S+) on the channel (\S+):", schedule(written, 2).replace("\\", ""))
    found = {(intent, channel): rows(table) for intent, channel, table in zip(*[iter(tables[1:])] * 3, strict=True)}
    assert list(found) == [("order_status", "chat"), ("order_status", "voice"), ("return_refund", "email")]
    counts, _ = statements(written)
    for (intent, channel), cases in found.items():
        place = {"intent": intent, "channel": channel, "turns": 1}
        for case, told in zip(WORKED_CASES, cases, strict=True):
            if case.key in ("greeting", "spam"):
                continue  # a customer who wrote nothing has no turn
            own = values_of([{**row, **place} for row in rows_of(case)])
            assert [float(each) for each in told[2:5]] == [float(counted(sql, own)[0][0] or 0) for sql in counts]
    first = {key: (cases[0][2:5], cases[0][5]) for key, cases in found.items()}
    assert list(first.values()) == [(["1", "0", "0"], "$0.40"), (["0", "1", "0"], "$1.10"), (["1", "0", "1"], "$0.90")]


def test_of_many_units_those_that_no_case_counts_are_named_and_tokens_are_whole() -> None:
    written = schedule(text_of(parse_scenario(text(), "tokens.toml"), "per_token", Said()), 2)
    assert "None of these cases counts for Unit E, Unit F, Unit G or Unit H." in written
    found = rows(written)
    assert {len(row) for row in found} == {2 + 4 + 1}
    assert all(re.fullmatch(r"[\d,]+", each) for row in found for each in row[2:6])
    assert any(row[2] != "0" for row in found)
