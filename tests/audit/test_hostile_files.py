"""Files that somebody else wrote: each mistake is refused with file, line, value and what to do."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from simulator.audit.record_file import read_record
from simulator.audit.recount.billed_list import read_billed
from simulator.audit.recount.invoice_file import read_invoice
from simulator.errors import DataError
from simulator.report.recount.claims_file import safe
from tests.audit import sample_record
from tests.audit.commands import run

HEAD = "description,quantity,unit_price,amount,currency,period_start,period_end\n"
GOOD = "Outcomes,2,0.99,1.98,USD,2026-10-01,2026-11-01\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no rows"),
        (HEAD, "no rows"),
        (HEAD + GOOD.replace("1.98", "1,98"), "8 cells under 7 columns"),
        (HEAD + GOOD.replace("1.98", '"1,020.00"'), "amount is '1,020.00'"),
        (HEAD + GOOD.replace("1.98", "=1+1"), "amount is '=1\\+1'"),
        (HEAD + GOOD.replace("1.98", "NaN"), "amount is 'NaN'"),
        (HEAD + GOOD.replace("1.98", "1e99"), "amount is '1e99'"),
        (HEAD + GOOD.replace("USD", "$"), "currency is '\\$'"),
        (HEAD + GOOD + GOOD.replace("USD", "EUR"), "EUR and USD"),
        (HEAD + GOOD.replace("2026-11-01", "2026-10-01"), "period_end is '2026-10-01'"),
        (HEAD + GOOD.replace("2026-10-01", "01/10/2026"), "period_start is '01/10/2026'"),
        (HEAD + GOOD.replace("2026-10-01", "2026-10-01T08:00:00"), "needs its zone"),
        (HEAD.replace("amount", "quantity") + GOOD, "more than once"),
        (HEAD.replace("amount", "cost") + GOOD, "no column 'amount'"),
        (HEAD + '"Outcomes,2,0.99,1.98,USD,2026-10-01,2026-11-01\n', "no CSV file"),
    ],
)
def test_a_wrong_invoice_is_refused(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "invoice.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=told):
        read_invoice(path)


def test_a_right_invoice_is_read(tmp_path: Path) -> None:
    """Negative control of the refusals."""
    path = tmp_path / "invoice.csv"
    path.write_text(HEAD + GOOD)
    assert str(read_invoice(path)[0].amount) == "1.98"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name\nx\n", "no column of ids"),
        ("conversation_id,quantity\n,1\n", "line 2: conversation_id is ''"),
        ("conversation_id\n2.1547E+12\n", "spreadsheet"),
        ("conversation_id\n2154700000001.0\n", "spreadsheet"),
        ("conversation_id,quantity\n7,1.5\n", "quantity is '1.5'"),
        (f"conversation_id\n{'9' * 201}\n", "at most 200"),
    ],
)
def test_a_wrong_list_is_refused(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=told):
        read_billed(path)


def test_no_text_and_no_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"conversation_id\n\xff\xfe\n")
    with pytest.raises(DataError, match="no UTF-8"):
        read_billed(path)


def changed(made: list[dict[str, Any]], **values: Any) -> pa.Table:
    made[3].update(values)
    return sample_record.table(made)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"outcome": "routed_to_team"}, "'outcome' has 'routed_to_team' in 1 rows"),
        ({"contact": 0}, "numbered from 1"),
        ({"case_id": None}, "'case_id' is empty in 1 rows"),
        ({"case_id": 1, "contact": 1, "origin": "new"}, "1 keys stand in more than one row, as case_id 1"),
        ({"duration_seconds": float("nan")}, "NaN in 1 rows"),
        ({"source_id": None}, "'source_id' is empty in 1 rows"),
    ],
)
def test_a_wrong_record_is_refused(values: dict[str, Any], told: str, tmp_path: Path) -> None:
    path = tmp_path / "record.parquet"
    parquet.write_table(changed(sample_record.rows(tmp_path), **values), path)
    with pytest.raises(DataError, match=told):
        read_record(path)


def test_a_column_that_is_missing_or_of_another_type_is_named(tmp_path: Path) -> None:
    path, whole = tmp_path / "record.parquet", sample_record.table(sample_record.rows(tmp_path))
    parquet.write_table(whole.drop(["human_touch"]), path)
    with pytest.raises(DataError, match="no column 'human_touch'"):
        read_record(path)
    texts = pa.array([str(each) for each in whole.column("contact").to_pylist()])
    parquet.write_table(whole.set_column(whole.column_names.index("contact"), "contact", texts), path)
    with pytest.raises(DataError, match="'contact' is string"):
        read_record(path)
    path.write_bytes(b"PAR1 no parquet")
    with pytest.raises(DataError, match="no whole Parquet file"):
        read_record(path)


def test_a_time_with_a_zone_is_that_moment_in_utc(tmp_path: Path) -> None:
    path, whole = tmp_path / "record.parquet", sample_record.table(sample_record.rows(tmp_path))
    place = whole.column_names.index("opened_at")
    zoned = whole.column(place).cast(pa.timestamp("us", tz="UTC")).cast(pa.timestamp("us", tz="Europe/Berlin"))
    parquet.write_table(whole.set_column(place, "opened_at", zoned), path)
    assert read_record(path).table.column("opened_at").equals(whole.column("opened_at"))


@pytest.mark.parametrize("text", ["{", "[]", '{"salt": 3}', '{"extracted_at": "soon"}'])
def test_wrong_facts_beside_a_record_are_refused(text: str, tmp_path: Path) -> None:
    path = sample_record.write(tmp_path / "record.parquet")
    path.with_suffix(".json").write_text(text)
    with pytest.raises(DataError, match=r"record\.json"):
        read_record(path)


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_no_cell_of_claims_runs_as_a_formula(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([safe(text)])
    assert next(csv.reader(io.StringIO(out.getvalue())))[0] == f"'{text}"


def test_formulas_of_a_list_and_of_an_invoice_stay_texts_in_the_files(tmp_path: Path) -> None:
    record, out = sample_record.write(tmp_path / "record.parquet"), tmp_path / "out"
    invoice, listed = tmp_path / "invoice.csv", tmp_path / "list.csv"
    invoice.write_text(HEAD + GOOD + GOOD.replace("Outcomes", '"=HYPERLINK(""http://x"",""y"")"'))
    listed.write_text("conversation_id\n=cmd|' /C calc'!A0\n\x1b[31m2154700000001\n")
    _, page = run("recount", record, "--in", sample_record.EXPORTS / "contract.toml", "--contract", "fin",
                  "--invoice", invoice, "--list", listed, "-o", out)  # fmt: skip
    assert "\x1b" not in page
    claims = list(csv.DictReader(io.StringIO((out / "claims.csv").read_text())))
    assert "'=cmd|' /C calc'!A0" in {each["conversation_id"] for each in claims}
    book = openpyxl.load_workbook(out / "reconciliation.xlsx")
    cells = [cell for sheet in ("Rows", "Invoice") for row in book[sheet].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if str(cell.value).startswith("=")} == {"s"}


def test_plain_cells_stay_as_they_are() -> None:
    assert safe("\t=1") == "'\ufffd=1"
    assert [safe(each) for each in ("-0.99", 7, None, "abc")] == ["-0.99", 7, "", "abc"]
