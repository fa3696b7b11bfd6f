"""The statements that an annex prints, run as they stand, count what the engine bills on the same conversations."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import sqlglot

from simulator.definitions.dialects import DIALECTS, DUCKDB
from simulator.engine.export import ledger
from simulator.engine.run import Run, simulate_all
from simulator.report.annex import Said, annex
from simulator.report.annex.markdown import markdown
from simulator.report.annex.subject import subject
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario

ROOT = Path(__file__).parents[3]
BROAD = [
    "per_conversation", "resolution_assumed", "resolution_closed", "resolution_action", "resolution_untouched",
    "resolution_verified", "per_token", "per_action", "per_message", "per_minute", "per_seat", "split", "hybrid",
    "per_session", "from_the_last",
]  # fmt: skip
OTHERS = [
    "message",
    "action",
    "minute",
    "seat",
    "resolution",
    "own_keys",
    "conversation",
    "session",
    "planned",
    "mixed",
]
MONTHS = 2


FROM_THE_LAST = """
[contracts.from_the_last]
type = "per_session"
window = "inactivity"
window_hours = 12
price = 0.5
"""


@cache
def scenario(name: str) -> Scenario:
    path = ROOT / ("scenarios/broad_cx.toml" if name == "broad" else "tests/scenario/every_contract.toml")
    added = FROM_THE_LAST if name == "broad" else ""
    few = ["volume.per_month=400", f"months={MONTHS}", "trials=1"]
    return parse_scenario(path.read_text(encoding="utf-8") + added, name, few)


@cache
def conversations(name: str) -> pa.Table:
    """Return a ledger of one future, as `simulate ledger` writes it, times in UTC without a zone."""
    rows = pa.concat_tables(list(ledger(scenario(name), trials=1, months=MONTHS)))
    place = rows.column_names.index("opened_at")
    rows = rows.append_column("source_id", rows.column("conversation_id").cast(pa.string()))
    return rows.set_column(place, "opened_at", rows.column("opened_at").cast(pa.timestamp("us")))


@cache
def billed(name: str) -> dict[str, float]:
    """Return what the engine that draws every conversation bills of each meter, over all months."""
    (results,) = simulate_all([Run(scenario(name), "ledger")], workers=1)
    return {meter: float(np.sum(values)) for meter, values in results.meters.items()}


@cache
def text(file: str, name: str, dialect: str = DUCKDB) -> str:
    return markdown(annex(scenario(file), name, Said(dialect=dialect)))


def statements(text: str) -> tuple[list[str], list[str]]:
    """Return the statements of parts A and B of an annex in Markdown, in the order of its units."""
    found = re.findall(r"\*\*S1\.\d+\*\* Part ([AB]), [^\n]*\n\n```sql\n(.*?)\n```", text, re.DOTALL)
    return [sql for part, sql in found if part == "A"], [sql for part, sql in found if part == "B"]


def run(sql: str, rows: pa.Table) -> list[tuple[object, ...]]:
    connection = duckdb.connect(":memory:")
    connection.register("conversations", rows)
    return connection.execute(sql).fetchall()


def counted(sql: str, rows: pa.Table) -> float:
    ((found,),) = run(sql, rows)
    return float(str(found))


def each() -> Iterator[tuple[str, str]]:
    yield from (("broad", name) for name in BROAD)
    yield from (("every", name) for name in OTHERS)


@pytest.mark.parametrize(("file", "name"), list(each()))
def test_part_a_counts_what_the_engine_bills(file: str, name: str) -> None:
    units = subject(scenario(file), name, Said()).units
    counts, _ = statements(text(file, name))
    assert len(counts) == len(units) > 0
    for unit, sql in zip(units, counts, strict=True):
        expected, rows = billed(file)[unit.meter], conversations(file)
        rounding = 0.5 * rows.num_rows if "token" in unit.meter else 1e-6  # the record has whole tokens
        assert counted(sql, rows) == pytest.approx(expected, rel=1e-12, abs=rounding), unit.meter
        assert expected > 100 * rounding or expected == 0 or "token" not in unit.meter


def test_another_definitions_statement_counts_something_else() -> None:
    found = {}
    for name in ("resolution_assumed", "resolution_closed", "resolution_action", "resolution_verified"):
        (sql,), _ = statements(text("broad", name))
        found[name] = counted(sql, conversations("broad"))
    assert len(set(found.values())) == len(found), "else a wrong text would not show"
    (sql,), _ = statements(text("broad", "resolution_assumed"))
    assert counted(sql.replace("< 24", "< 240"), conversations("broad")) < found["resolution_assumed"]


def test_a_wrong_rule_for_sessions_would_be_seen() -> None:
    rows = conversations("broad")
    (sql,), _ = statements(text("broad", "from_the_last"))
    found = counted(sql, rows)
    for right, wrong in (("channel <> original_channel", "TRUE"), ("hours_before >= 12", "hours_before >= 1")):
        assert right in sql and counted(sql.replace(right, wrong), rows) != found


@pytest.mark.parametrize(
    ("file", "name"), [("broad", "hybrid"), ("broad", "per_minute"), ("every", "own_keys"), ("every", "session")]
)
def test_part_b_lists_one_month_and_the_months_sum_to_the_whole(file: str, name: str) -> None:
    rows = conversations(file)
    counts, lists = statements(text(file, name))
    start = f"{scenario(file).start}-01 00:00:00"
    for whole, listed in zip(counts, lists, strict=True):
        bounds = re.findall(r"TIMESTAMP '([^']+)'", listed)
        assert bounds[0] == start and len(bounds) == 2
        first = run(listed, rows)
        after = run(listed.replace(bounds[1], "2100-01-01 00:00:00").replace(bounds[0], bounds[1]), rows)
        everything = run(listed.replace(bounds[1], "2100-01-01 00:00:00"), rows)
        assert sorted(map(str, [*first, *after])) == sorted(map(str, everything))
        assert all(str(row[2]) < bounds[1] for row in first) and all(str(row[2]) >= bounds[1] for row in after)
        assert (first and after) or counted(whole, rows) < 10
        amounts = [float(str(row[3])) if len(row) > 3 else 1.0 for row in everything]
        assert sum(amounts) == pytest.approx(counted(whole, rows))


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != DUCKDB])
@pytest.mark.parametrize("name", ["resolution_untouched", "split", "per_minute", "hybrid", "per_session"])
def test_in_another_dialect_both_parts_read_back_find_the_same(dialect: str, name: str) -> None:
    rows = conversations("broad")
    plain = statements(text("broad", name))
    other = statements(text("broad", name, dialect))
    for ours, theirs in zip([*plain[0], *plain[1]], [*other[0], *other[1]], strict=True):
        back = sqlglot.transpile(theirs, read=dialect, write=DUCKDB)[0]
        assert [tuple(map(str, row)) for row in run(back, rows)] == [tuple(map(str, row)) for row in run(ours, rows)]


def filled(written: str, which: str) -> str:
    """Return the query of part C for the highest or the lowest count."""
    (sql,) = re.findall(rf"Part C, {which} count\.\n\n```sql\n(.*?)\n;\n```", written, re.DOTALL)
    return str(sql)


@pytest.mark.parametrize("dialect", [DUCKDB, "postgres"])
def test_part_c_counts_unknown_verdicts_both_ways(dialect: str) -> None:
    written, rows = text("broad", "resolution_verified"), conversations("broad")
    (sql,), _ = statements(written)
    verdicts = rows.column("judged_resolved").to_pylist()
    hidden = [None if place % 3 == 0 else verdict for place, verdict in enumerate(verdicts)]
    place = rows.column_names.index("judged_resolved")
    with_gaps = rows.set_column(place, "judged_resolved", pa.array(hidden, type=pa.bool_()))
    parts = {
        which: sqlglot.transpile(
            filled(text("broad", "resolution_verified", dialect), which), read=dialect, write=DUCKDB
        )[0]
        for which in ("highest", "lowest")
    }
    most, least = (counted(sql.replace("FROM conversations", f"FROM ({parts[which]})"), with_gaps) for which in parts)
    plain = counted(sql, with_gaps)
    unknown = [
        row for row, verdict in zip(rows.to_pylist(), hidden, strict=True)
        if verdict is None and row["outcome"] in ("confirmed", "silent") and row["human_touch"] == "none"
        and row["class"] == "service"
        and not (row["outcome"] == "silent" and (row["returned_after_hours"] or 1e9) < 72)
    ]  # fmt: skip
    assert len(unknown) > 20 and most - least == len(unknown) and least <= plain <= most
    assert least < counted(sql, rows) < most, "the count with all verdicts lies between"


def test_an_own_condition_has_no_value_that_counts_for_most() -> None:
    added = (
        '[contracts.own_condition]\ntype = "per_resolution"\nprice = 1\ndefinition = "own_condition"\n'
        '[definitions.own_condition]\npredicate = "judged_resolved = false or csat = 3"\n'
    )
    path = ROOT / "scenarios/broad_cx.toml"
    own = parse_scenario(path.read_text(encoding="utf-8") + added, "own", ["trials=1"])
    assert "Part C" not in markdown(annex(own, "own_condition", Said()))
    assert "Part C" in text("broad", "resolution_verified") and "Part C" not in text("broad", "resolution_assumed")


def test_the_digest_is_that_of_the_text_which_is_printed() -> None:
    written = text("broad", "split")
    counts, _ = statements(written)
    told = re.findall(r"SHA-256 ([0-9a-f]{64})", written)
    assert told == [hashlib.sha256(f"{sql}\n".encode()).hexdigest() for sql in counts]


def test_a_definition_alone_is_the_text_of_simulate_sql() -> None:
    from simulator.definitions import NAMED, compile_definition
    from simulator.definitions.statement import statement

    (sql,), _ = statements(text("broad", "resolution_assumed", "postgres"))
    definition = compile_definition("assumed_24h", NAMED["assumed_24h"])
    assert f"{sql}\n" == statement(definition, "conversations", "postgres")
