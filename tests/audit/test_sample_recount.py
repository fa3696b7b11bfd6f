"""The recount of the sample exports: exactly the differences that were planted there, on the page and in files."""

from __future__ import annotations

import csv
import io
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from simulator.audit.record_file import read_record
from tests.audit import sample_record
from tests.audit.commands import run

EXPORTS = sample_record.EXPORTS


@pytest.fixture(params=[False, True], ids=["ids kept", "ids hashed"])
def record(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return sample_record.write(tmp_path / "record.parquet", hashed=request.param)


def options(record: Path, *more: object) -> list[object]:
    return ["recount", record, "--in", EXPORTS / "contract.toml", "--contract", "fin",
            "--invoice", EXPORTS / "vendor_invoice_lines.csv", *more]  # fmt: skip


def with_list(record: Path, *more: object) -> list[object]:
    return options(record, "--list", EXPORTS / "vendor_billed_resolutions.csv", *more)


def expected() -> dict[str, tuple[int, int, str]]:
    """Return what the sample's list and record have by id: units billed and counted, and the kind."""
    return {
        line["conversation_id"]: (int(line["billed_by_vendor"]), int(line["counted_by_us"]), line["kind"])
        for line in sample_record.read("expected_differences.csv")
    }


def differences(record: Path, block: dict[str, Any]) -> dict[str, tuple[int, int, str]]:
    """Return the same as the recount tells it; of what is on no list it tells the record's id."""
    read = read_record(record)
    written = {read.hashed(key): key for key in expected()}
    return {
        written.get(each["id"], each["id"]): (each["billed"], each["counted"], each["kind"])
        for each in block["differences"]
    }


def test_the_sample_has_exactly_its_eleven_differences(record: Path) -> None:
    code, text = run(*with_list(record, "--json"))
    block = json.loads(text)
    assert code == 3
    assert (block["units"]["list"], block["units"]["invoice"], block["units"]["counted"]) == (24, "24", 17)
    found = differences(record, block)
    assert found == expected() and len(found) == 11
    assert sum(billed > counted for billed, counted, _ in found.values()) == 9


@pytest.mark.parametrize("keep", [["--keep-ids"], []], ids=["ids kept", "ids hashed"])
def test_from_the_exports_to_the_differences_with_two_commands(keep: list[str], tmp_path: Path) -> None:
    """Exports of conversations, parts and calls in; the eleven differences out, each of one unit at 0.99."""
    for path in EXPORTS.iterdir():
        shutil.copy(path, tmp_path)
    record, out = tmp_path / "record.parquet", tmp_path / "out"
    code, told = run("log", tmp_path / "my-map.toml", "-o", record, *keep)
    assert code == 0 and "33 conversations in 29 cases" in told
    code, text = run(*with_list(record, "--json", "-o", out))
    block = json.loads(text)
    assert code == 3 and differences(record, block) == expected()
    kinds = {(each["kind"], each["rows"], each["units"], each["amount"]) for each in block["by_kind"]}
    assert kinds == {
        (kind, 1, billed - counted, str(Decimal("0.99") * (billed - counted)))
        for billed, counted, kind in expected().values()
    }
    with (out / "claims.csv").open(newline="") as file:
        claimed = {line["conversation_id"]: line["amount"] for line in csv.DictReader(file)}
    disputed = {
        key for key, (billed, counted, kind) in expected().items() if billed > counted and kind != "late return"
    }
    assert claimed == dict.fromkeys(disputed, "0.99")


def test_another_record_does_not_have_the_eleven_differences(tmp_path: Path) -> None:
    """Negative control: without the parts nobody came back in a thread."""
    for path in EXPORTS.iterdir():
        shutil.copy(path, tmp_path)
    parts = tmp_path / "intercom_conversation_parts.csv"
    parts.write_text("".join(line for line in parts.read_text().splitlines(keepends=True) if ",open," not in line))
    record = tmp_path / "record.parquet"
    run("log", tmp_path / "my-map.toml", "-o", record, "--keep-ids")
    found = differences(record, json.loads(run(*with_list(record, "--json"))[1]))
    assert found != expected()
    assert {key for key in expected() if found.get(key) != expected()[key]} >= {"2154700000030"}


def test_its_money_adds_up_to_the_cent(record: Path) -> None:
    _, text = run(*with_list(record, "--json"))
    amounts = json.loads(text)["amounts"]
    assert (amounts["billed"], amounts["recounted"], amounts["difference"]) == ("23.76", "16.83", "6.93")
    assert (amounts["disputed"], amounts["credit_later"], amounts["other_lines"]) == ("7.92", "0.99", "0.00")


def test_a_tolerance_turns_the_exit_code(record: Path) -> None:
    """7.92 of 1,040.79 is 0.76 %."""
    assert run(*with_list(record, "--tolerance", "0.75%"))[0] == 3
    assert run(*with_list(record, "--tolerance", "0.77%"))[0] == 0


def test_the_page_is_one_screen_with_the_answer_last(record: Path) -> None:
    _, text = run(*with_list(record))
    lines = text.splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 100
    assert "Dispute $7.92. Expect $0.99 as a credit later." in " ".join(" ".join(lines[-4:]).split())
    assert "as seen on 2026-11-10 06:00 UTC" in " ".join(text.split())


def test_by_finality_the_last_evening_is_of_the_next_period(record: Path) -> None:
    _, text = run(*with_list(record, "--period", "final", "--json"))
    block = json.loads(text)
    assert block["units"]["counted"] == 16
    assert "period" not in {each["kind"] for each in block["differences"]}


def test_days_begin_in_the_zone_of_the_vendor(record: Path) -> None:
    """31 October 23:20 UTC is 1 November in Berlin."""
    _, text = run(*with_list(record, "--time-zone", "Europe/Berlin", "--json"))
    assert json.loads(text)["units"]["counted"] == 16


def test_without_a_list_clauses_bound_the_count_and_no_row_is_accused(record: Path, tmp_path: Path) -> None:
    code, text = run(*options(record, "--json", "-o", tmp_path / "out"))
    block = json.loads(text)
    assert code == 3 and block["differences"] == []
    assert [(each["kind"], each["units"], each["amount"]) for each in block["by_kind"]] == [
        ("without a list", 7, "6.93")
    ]
    bounds = {each["becomes"]: each["counted"] for each in block["bounds"]}
    assert bounds['duplicates = "billed"'] == bounds["planned_handoffs = true"] == bounds["min_csat = none"] == 18
    assert len((tmp_path / "out" / "claims.csv").read_text().splitlines()) == 1


def test_files_have_the_rows_to_dispute_with_clause_and_evidence(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(*with_list(record, "-o", out))
    assert {each.name for each in out.iterdir()} == {
        "claims.csv", "count.sql", "reconciliation.json", "reconciliation.xlsx"
    }  # fmt: skip
    claims = list(csv.DictReader(io.StringIO((out / "claims.csv").read_text())))
    assert len(claims) == 8 and sum(float(each["amount"]) for each in claims) == pytest.approx(7.92)
    touched = next(each for each in claims if each["kind"] == "human touch")
    assert (touched["conversation_id"], touched["clause"], touched["human_touch"]) == (
        "2154700000027", 'human_touch = "review"', "handoff"
    )  # fmt: skip
    book = openpyxl.load_workbook(out / "reconciliation.xlsx")
    assert book.sheetnames == ["Summary", "By kind", "Invoice", "Rows", "Credits due"]
    assert book["Rows"].max_row == 3 + 11 and book["Credits due"].max_row == 3 + 1
    assert book["Credits due"]["A4"].value == "2154700000030" and book["Credits due"]["G4"].value == "2026-11"


def test_a_folder_that_stands_is_not_overwritten(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("x")
    from simulator.errors import OutputError

    with pytest.raises(OutputError, match="nothing is overwritten"):
        run(*with_list(record, "-o", out))
    assert [each.name for each in out.iterdir()] == ["mine"]


def test_focus_columns_say_the_same(record: Path, tmp_path: Path) -> None:
    lines = sample_record.read("vendor_invoice_lines.csv")
    focus = tmp_path / "focus.csv"
    with focus.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["BilledCost", "BillingCurrency", "ChargeCategory", "ChargeDescription", "ChargePeriodStart",
                         "ChargePeriodEnd", "ListUnitPrice", "PricingQuantity"])  # fmt: skip
        for line in lines:
            category = "Credit" if line["description"].startswith("Credit") else "Usage"
            writer.writerow([line["amount"], "USD", category, line["description"], "2026-10-01T00:00:00Z",
                             "2026-11-01T00:00:00Z", line["unit_price"], line["quantity"]])  # fmt: skip
    own = json.loads(run(*with_list(record, "--json"))[1])
    words = [focus if word == EXPORTS / "vendor_invoice_lines.csv" else word for word in with_list(record, "--json")]
    found = json.loads(run(*words)[1])
    assert found == own


def test_what_no_charge_bills_is_not_in_the_contract(record: Path, tmp_path: Path) -> None:
    invoice = tmp_path / "invoice.csv"
    invoice.write_text(
        (EXPORTS / "vendor_invoice_lines.csv").read_text()
        + "INV,2026-10-01,2026-11-01,Premium onboarding webinar,1,300.00,300.00,USD\n"
    )
    _, text = run(
        "recount", record, "--in", EXPORTS / "contract.toml", "--contract", "fin", "--invoice", invoice, "--json"
    )
    block = json.loads(text)
    assert [each["is"] for each in block["lines"]] == ["units", "other charge", "credit", "not in the contract"]
    assert block["amounts"]["other_lines"] == "300.00"
