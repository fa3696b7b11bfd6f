"""What a recount says of its own footing: windows, edges of the record, lists, periods, lines and credits."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest

from simulator.audit.record_file import read_record
from simulator.errors import DataError
from tests.audit import sample_record
from tests.audit.commands import run

EXPORTS = sample_record.EXPORTS
CONTRACT, LINES, LIST = (
    EXPORTS / name for name in ("contract.toml", "vendor_invoice_lines.csv", "vendor_billed_resolutions.csv")
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_record.write(tmp_path_factory.mktemp("hashed") / "record.parquet", hashed=True)


@pytest.fixture
def record(made: Path, tmp_path: Path) -> Path:
    for each in (made, made.with_suffix(".json")):
        shutil.copy(each, tmp_path)
    return tmp_path / made.name


def facts(record: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    beside = record.with_suffix(".json")
    raw = json.loads(beside.read_text())
    change(raw)
    beside.write_text(json.dumps(raw))


def block(record: Path, *more: Any, scenario: Path = CONTRACT) -> dict[str, Any]:
    return dict(json.loads(run("recount", record, "--in", scenario, "--contract", "fin", *more, "--json")[1]))


def notes(record: Path, *more: Any, scenario: Path = CONTRACT) -> str:
    return "\n".join(block(record, *more, scenario=scenario)["cautions"])


def changed(path: Path, folder: Path, old: str, new: str) -> Path:
    text = path.read_text()
    assert old in text
    (folder / f"changed-{path.name}").write_text(text.replace(old, new))
    return folder / f"changed-{path.name}"


@pytest.mark.parametrize(
    ("window", "joined", "told"),
    [
        ('"ever"', 168.0, "without limit, but the record joins those of one customer and intent within 168 h"),
        ('"ever"', 168.0, "window_hours = 8760 under"),
        ("720", 168.0, "window_hours = 720 under"),
        ("168", 168.0, ""),
        ('"ever"', None, ""),
    ],
)
def test_a_definition_that_looks_further_than_the_record_joins_is_told(
    window: str, joined: float | None, told: str, record: Path, tmp_path: Path
) -> None:
    facts(record, lambda raw: raw.update(cases={**sample_record.CASES, "window_hours": joined}))
    own = changed(CONTRACT, tmp_path, 'return_window_hours = "ever"', f"return_window_hours = {window}")
    found = notes(record, "--month", "2026-10", scenario=own)
    assert (told in found) if told else ("Returns void" not in found)


def test_a_record_that_does_not_say_its_rule_is_not_judged(record: Path) -> None:
    facts(record, lambda raw: raw.pop("cases"))
    assert "Returns void" not in notes(record, "--month", "2026-10")


@pytest.mark.parametrize(
    "cases", [3, {"rule": "x"}, {"rule": "window", "window_hours": -1}, {"rule": "link", "same": 1}]
)
def test_a_rule_that_is_none_is_refused(cases: object, record: Path) -> None:
    facts(record, lambda raw: raw.update(cases=cases))
    with pytest.raises(DataError, match=r"record\.json: cases is"):
        read_record(record)


def test_a_record_that_begins_with_the_period_makes_unknown_ids_the_vendors_to_answer(record: Path) -> None:
    begins = "nothing before 2026-10-01"
    found = notes(record, "--month", "2026-10", "--list", LIST)
    assert begins in found and "looks unknown" in found
    without = notes(record, "--month", "2026-10")
    assert begins in without and "looks unknown" not in without
    assert "nothing before" not in notes(record, "--month", "2026-11"), "October is before it"


@pytest.mark.parametrize(
    "name", ["litellm_spend_logs.csv", "langfuse_observations.csv", "intercom_conversations.csv", "zendesk_tickets.csv"]
)
def test_an_export_or_calls_are_no_list(name: str, record: Path) -> None:
    with pytest.raises(DataError, match=f"{name} has the columns of an export or of calls"):
        block(record, "--invoice", LINES, "--list", EXPORTS / name)


def test_list_and_invoice_that_differ_are_told_in_their_direction(record: Path, tmp_path: Path) -> None:
    more, fewer = tmp_path / "more.csv", tmp_path / "fewer.csv"
    more.write_text(LIST.read_text() + "2154700000006,2026-10-12 00:00:00,assumed_resolution,7\n")
    fewer.write_text("".join(LIST.read_text().splitlines(keepends=True)[:-1]))
    assert "The list has 31 units and the invoice only 24" in notes(record, "--invoice", LINES, "--list", more)
    assert "The invoice has 24 units and the list only 23" in notes(record, "--invoice", LINES, "--list", fewer)
    assert "units" not in notes(record, "--invoice", LINES, "--list", LIST)


@pytest.mark.parametrize("end", ["2026-10-31", "2026-10-31T00:00:00Z"])
def test_an_end_that_is_the_last_day_of_a_month_has_that_day_in_it(end: str, record: Path, tmp_path: Path) -> None:
    invoice = changed(LINES, tmp_path, "2026-11-01", end)
    if "T" in end:
        invoice = changed(invoice, tmp_path, "2026-10-01,", "2026-10-01T00:00:00Z,")
    found = block(record, "--invoice", invoice)
    assert found["units"]["counted"] == 17 and "ends on 2026-10-31" in "".join(found["cautions"])
    assert "ends on" not in notes(record, "--invoice", LINES)


def test_rows_of_days_end_where_they_say(record: Path, tmp_path: Path) -> None:
    """A day before the last of the month ends on it, and has it not."""
    days = "".join(f"Outcomes,0.99,USD,2026-10-{day},2026-10-{day + 1}\n" for day in (29, 30))
    invoice = tmp_path / "days.csv"
    invoice.write_text(f"description,amount,currency,period_start,period_end\n{days}")
    found = block(record, "--invoice", invoice)
    assert found["period"].startswith("2026-10-29 to 2026-10-31 ") and "ends on" not in "".join(found["cautions"])


def test_a_line_of_units_under_another_name_is_taken_by_its_price_or_asked_for(record: Path, tmp_path: Path) -> None:
    usage = changed(LINES, tmp_path, "Fin AI Agent outcomes", "Usage October")
    found = block(record, "--invoice", usage, "--list", LIST)
    assert "'Usage October' is taken for them" in "".join(found["cautions"])
    assert (found["amounts"]["disputed"], found["amounts"]["other_lines"]) == ("7.92", "0.00")
    unclear = changed(usage, tmp_path, "Usage October,24,0.99", "Usage October,24,")
    with pytest.raises(DataError, match=r"no line of the invoice matches .* is it 'Usage October' \(line 2\)\?"):
        block(record, "--invoice", unclear, "--list", LIST)


def test_a_month_without_a_row_is_refused(record: Path) -> None:
    with pytest.raises(DataError, match=r"of the period 2026-12-01 .* opened from 2026-10-01 00:01:27 to 2026-11-07"):
        block(record, "--month", "2026-12", "--list", LIST)


def test_a_month_before_the_term_is_told(record: Path, tmp_path: Path) -> None:
    later = changed(CONTRACT, tmp_path, 'start = "2026-10"', 'start = "2027-01"')
    told = "2026-10 lies before the term, which begins in 2027-01"
    assert told in notes(record, "--month", "2026-10", scenario=later)
    assert "before the term" not in notes(record, "--month", "2026-10")


def test_a_credit_says_why_it_cannot_be_checked(record: Path, tmp_path: Path) -> None:
    assert "reopened' cannot be checked: September is not in the record" in notes(record, "--invoice", LINES)
    here = changed(LINES, tmp_path, "of September reopened", "reopened")
    assert "reopened' cannot be checked: no list says" in notes(record, "--invoice", here)


def test_what_is_disputed_later_open_and_not_billed_make_up_the_difference(record: Path) -> None:
    amounts = block(record, "--invoice", LINES, "--list", LIST)["amounts"]
    names = ("disputed", "credit_later", "open", "not_billed", "difference", "invoice")
    assert [amounts[name] for name in names] == ["7.92", "0.99", "0.00", "1.98", "6.93", "1040.79"]


def test_the_page_has_the_bridge_the_total_and_the_words_of_the_log(record: Path) -> None:
    _, text = run("recount", record, "--in", CONTRACT, "--contract", "fin", "--invoice", LINES, "--list", LIST)
    said = " ".join(text.split())
    for each in (
        "$7.92 disputed + $0.99 credits due later (1 on that of 2026-11) - $1.98 not billed = $6.93",
        "The vendor will set off $1.98 not billed.",
        "Total of the invoice: $1,040.79",
        "32 conversations in 29 cases, from 31 ids of the system",
        "2 ids on no list are hashed: log with --keep-ids",
        "(0.76 %), beyond the tolerance of 0 %",
    ):
        assert each in said
    assert len(text.splitlines()) <= 40 and max(map(len, text.splitlines())) <= 100


def test_every_clause_of_the_bounds_can_be_read_whole(record: Path) -> None:
    _, text = run("recount", record, "--in", CONTRACT, "--contract", "fin", "--invoice", LINES)
    assert "…" not in text
    assert 'human_touch = "handoff", outcomes = ["confirmed", "silent", "partial", "escalated"]' in " ".join(
        text.split()
    )


def test_claims_are_fit_to_be_sent(record: Path, tmp_path: Path) -> None:
    listed = changed(LIST, tmp_path, "conversation_id", "case_ref")
    run("recount", record, "--in", CONTRACT, "--contract", "fin", "--invoice", LINES, "--list", listed, "-o",
        tmp_path / "out")  # fmt: skip
    with (tmp_path / "out" / "claims.csv").open(newline="") as file:
        claims = {line["kind"]: line for line in csv.DictReader(file)}
    assert next(iter(claims["duplicate"])) == "case_ref" and "conversation_id" not in claims["duplicate"]
    other = ("other_is", "other_id", "other_opened_at")
    assert [claims["duplicate"][name] for name in other] == [
        "original", "2154700000019", "2026-10-09 10:40:14+00:00"
    ]  # fmt: skip
    later = claims["return elsewhere"]
    assert (later["other_is"], later["other_opened_at"]) == ("later conversation", "2026-10-07 10:16:13+00:00")
    assert later["opened_at"] == "2026-10-06 14:16:13+00:00", "and came back after 20 h"
    assert claims["returned"]["other_id"] == claims["returned"]["case_ref"] == "2154700000016"
    billing = ("invoice_id", "invoice_lines", "month", "time_zone")
    assert all(
        [each[name] for name in billing] == ["INV-2026-10-0042", "2", "2026-10", "UTC"] for each in claims.values()
    )
    assert [claims["class"][name] for name in other] == ["", "", ""]


def test_the_workbook_has_ids_where_they_are_kept(tmp_path: Path) -> None:
    record = sample_record.write(tmp_path / "kept.parquet")
    _, text = run("recount", record, "--in", CONTRACT, "--contract", "fin", "--invoice", LINES, "--list", LIST,
                  "-o", tmp_path / "out")  # fmt: skip
    sheet = openpyxl.load_workbook(tmp_path / "out" / "reconciliation.xlsx")["Rows"]
    ids = {str(row[0].value) for row in sheet.iter_rows(min_row=4) if row[0].value}
    assert len(ids) == 11 and all(each.startswith("2154") for each in ids) and "hashed" not in text


def test_a_record_without_what_stands_beside_it_says_which_file_is_missing(record: Path) -> None:
    record.with_suffix(".json").unlink()
    with pytest.raises(DataError, match=r"record\.json is not there, and it has the salt"):
        block(record, "--month", "2026-10", "--list", LIST)
    assert "record.json is not there" in notes(record, "--month", "2026-10")


@pytest.mark.parametrize("name", ["my-map.toml", "intercom_conversations.csv"])
def test_a_map_or_an_export_is_no_record_yet(name: str) -> None:
    with pytest.raises(DataError, match="with `simulate log` first"):
        block(EXPORTS / name)


def test_what_is_swapped_is_said_to_be(record: Path) -> None:
    with pytest.raises(DataError, match="--invoice and --list swapped"):
        block(record, "--invoice", LIST, "--list", LINES)
    with pytest.raises(DataError, match="--invoice and --list swapped"):
        block(record, "--list", LINES)
    with pytest.raises(
        click.UsageError, match=r"is a record and no scenario: write simulate recount .*record\.parquet"
    ):
        block(CONTRACT, scenario=record)
