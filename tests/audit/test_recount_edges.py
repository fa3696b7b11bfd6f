"""Edges of a recount: a plain ledger, verdicts that are not known, periods, tripwires, contracts it cannot count."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from simulator.audit.recount.billing_period import billing_period, month_span, silence_hours, zone_of
from simulator.audit.recount.watched import Watched
from simulator.definitions import NAMED
from simulator.errors import DataError
from tests.audit import sample_record
from tests.audit.commands import run

CONTRACT = sample_record.EXPORTS / "contract.toml"


def scenario(folder: Path, changes: str = "", without: str = "") -> Path:
    path = folder / "own.toml"
    path.write_text(CONTRACT.read_text().replace(without, "") + changes)
    return path


def counted(record: Path, own: Path, *more: Any) -> dict[str, Any]:
    return dict(json.loads(run("recount", record, "--in", own, "--contract", "fin", *more, "--json")[1]))


def changed(folder: Path, **columns: list[Any]) -> Path:
    table = sample_record.table(sample_record.rows(folder))
    for name, values in columns.items():
        place = table.column_names.index(name)
        table = table.set_column(place, name, pa.array(values, table.schema.field(name).type))
    parquet.write_table(table, folder / "record.parquet")
    return folder / "record.parquet"


def test_verdicts_that_are_not_known_make_an_interval(tmp_path: Path) -> None:
    """Of 17 that count, the first eight rows have a verdict of no, the others none."""
    own = scenario(tmp_path)
    own.write_text(own.read_text().replace('requires = ["answered"]', 'requires = ["answered", "judged_resolved"]'))
    whole = sample_record.table(sample_record.rows(tmp_path))
    verdicts: list[Any] = [False] * 8 + [None] * (whole.num_rows - 8)
    block = counted(changed(tmp_path, judged_resolved=verdicts), own, "--month", "2026-10")
    units = block["units"]
    known = counted(changed(tmp_path, judged_resolved=[False] * 8 + [True] * (whole.num_rows - 8)), own, "--month",
                    "2026-10")["units"]  # fmt: skip
    assert (units["counted"], units["counted_with_unknown_as_false"]) == (0, 0)
    assert units["counted_with_unknown_as_true"] == known["counted"] == known["counted_with_unknown_as_true"] > 0


def test_what_cannot_be_settled_is_not_disputed(tmp_path: Path) -> None:
    own = scenario(tmp_path)
    own.write_text(own.read_text().replace('requires = ["answered"]', 'requires = ["answered", "judged_resolved"]'))
    listed = sample_record.EXPORTS / "vendor_billed_resolutions.csv"
    record = sample_record.write(tmp_path / "record.parquet")
    block = counted(record, own, "--month", "2026-10", "--list", listed)
    open_rows = [each for each in block["differences"] if "cannot be settled" in each["why"]]
    assert len(open_rows) == 14 and not any(each["disputed"] for each in open_rows)


def test_a_column_that_the_definition_needs_and_nobody_filled_is_an_error(tmp_path: Path) -> None:
    whole = sample_record.table(sample_record.rows(tmp_path))
    record = changed(tmp_path, human_touch=[None] * whole.num_rows)
    with pytest.raises(DataError, match=r"'human_touch' .* in 33 of 33 rows; you hold it"):
        counted(record, scenario(tmp_path))


def test_the_files_of_ledger_are_read_without_ids_of_a_system(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.parquet"
    assert run("ledger", CONTRACT, "-o", ledger, "--set", "volume.per_month=300")[0] == 0
    rows = parquet.read_table(ledger).to_pylist()
    counts = {"confirmed": 0, "silent": 0}
    for row in rows:
        fine = row["class"] == "service" and row["answered"] and row["human_touch"] in ("none", "review")
        if fine and row["outcome"] in counts and row["returned_after_hours"] is None and row["csat"] is None:
            counts[row["outcome"]] += row["origin"] != "duplicate"
    assert counted(ledger, CONTRACT)["units"]["counted"] == sum(counts.values()) > 50


def test_a_ledger_of_several_futures_is_refused(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.parquet"
    run("ledger", CONTRACT, "-o", ledger, "--trials", "2", "--set", "volume.per_month=50")
    with pytest.raises(DataError, match="several futures"):
        counted(ledger, CONTRACT)


def micro(text: str) -> np.ndarray:
    return np.array([int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1e6)])


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-09-30T21:59:59", False), ("2026-09-30T22:00:00", True),
        ("2026-10-31T22:59:59", True), ("2026-10-31T23:00:00", False),
    ],
)  # fmt: skip
def test_a_period_is_half_open_in_the_zone_of_the_vendor(moment: str, inside: bool) -> None:
    """Berlin is two hours ahead of UTC at the start of October 2026 and one at its end."""
    period = billing_period(
        month_span("2026-10"), zone_of("Europe/Berlin"), "opened", silence_hours(NAMED["assumed_24h"])
    )
    assert bool(period.holds(micro(moment))[0]) is inside
    assert period.silence_hours == 24 and period.month == "2026-10"


def test_a_month_and_a_zone_that_are_none_are_refused() -> None:
    with pytest.raises(DataError, match="no month"):
        month_span("2026-13")
    with pytest.raises(DataError, match="no time zone"):
        zone_of("../etc/passwd")


def wire(folder: Path, quantity: str, comparison: str, threshold: float) -> Path:
    path = folder / "tripwires.toml"
    path.write_text(
        f'version = 1\n[[tripwires]]\nquantity = "{quantity}"\nwhat = "it"\ncomparison = "{comparison}"\n'
        f'threshold = {threshold}\ncontract_title = "A"\nagainst_title = "B"\n'
    )
    return path


@pytest.mark.parametrize(
    ("quantity", "comparison", "threshold", "state", "code"),
    [
        ("counted:outcome", "above", 0.70, "crossed", 3),
        ("counted:outcome", "above", 0.10, "held", 0),
        ("counted:outcome", "below", 0.10, "crossed", 3),
        ("volume:conversations", "below", 1, "crossed", 3),
        ("handed_over:touch:handoff", "below", 0.9, "held", 0),
        ("units:sessions", "above", 1, "not tested", 0),
        ("counted:nobody", "above", 1, "not tested", 0),
    ],
)
def test_tripwires_are_tested_on_the_record(
    quantity: str, comparison: str, threshold: float, state: str, code: int, tmp_path: Path
) -> None:
    record = sample_record.write(tmp_path / "record.parquet")
    path = wire(tmp_path, quantity, comparison, threshold)
    found, text = run("recount", record, "--in", CONTRACT, "--contract", "fin", "--tripwires", path, "--json")
    assert (found, json.loads(text)["tripwires"][0]["state"]) == (code, state)
    assert {"crossed": "Tripwire crossed", "held": "Tripwire holds", "not tested": "Tripwire not tested"}[state] in text


def test_at_its_threshold_a_tripwire_holds() -> None:
    assert (
        Watched("it", "above", 0.5, "A", "B", 0.5).state == Watched("it", "below", 0.5, "A", "B", 0.5).state == "held"
    )


@pytest.mark.parametrize("text", ["version = 2\n", "x =", "version = 1\n[[tripwires]]\nquantity = 3\n"])
def test_wrong_tripwires_are_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "tripwires.toml"
    path.write_text(text)
    record = sample_record.write(tmp_path / "record.parquet")
    with pytest.raises(DataError, match=r"tripwires\.toml"):
        run("recount", record, "--in", CONTRACT, "--contract", "fin", "--tripwires", path)


def test_another_currency_another_list_and_several_periods_are_refused(tmp_path: Path) -> None:
    record = sample_record.write(tmp_path / "record.parquet")
    lines = (sample_record.EXPORTS / "vendor_invoice_lines.csv").read_text()
    invoice, listed = tmp_path / "invoice.csv", tmp_path / "list.csv"
    invoice.write_text(lines.replace("USD", "EUR"))
    with pytest.raises(DataError, match="in EUR and contract 'fin' in USD"):
        counted(record, CONTRACT, "--invoice", invoice)
    invoice.write_text(lines + "I,2026-11-01,2026-12-01,Fin AI Agent outcomes,4,0.99,3.96,USD\n")
    with pytest.raises(DataError, match="several periods"):
        counted(record, CONTRACT, "--invoice", invoice)
    listed.write_text("conversation_id\n" + "\n".join(f"other{number}" for number in range(9)))
    with pytest.raises(DataError, match="no id of the list is in the record"):
        counted(record, CONTRACT, "--list", listed)


def test_a_whole_record_is_priced_month_by_month(tmp_path: Path) -> None:
    """Tiers begin anew in each month: 3 at 1.00 and the rest at 0.10, in two months of 17 and 1 units, and 12 seats."""
    own = scenario(tmp_path)
    flat = 'kind = "flat", meter = "resolutions", definition = "outcome", rate = 0.99'
    tiers = flat.replace("flat", "graduated").replace(
        "rate = 0.99", "tiers = [{ up_to = 3, rate = 1 }, { rate = 0.1 }]"
    )
    own.write_text(own.read_text().replace(flat, tiers))
    block = counted(sample_record.write(tmp_path / "record.parquet"), own)
    assert block["units"]["by_month"] == {"2026-10": 17, "2026-11": 1}
    assert block["amounts"]["recounted"] == "5.40"


def test_a_list_without_a_period_is_refused_where_the_record_has_several_months(tmp_path: Path) -> None:
    record = sample_record.write(tmp_path / "record.parquet")
    with pytest.raises(DataError, match="2 months, 2026-10 to 2026-11"):
        counted(record, CONTRACT, "--list", sample_record.EXPORTS / "vendor_billed_resolutions.csv")


def test_a_credit_for_another_month_does_not_move_the_period(tmp_path: Path) -> None:
    record = sample_record.write(tmp_path / "record.parquet")
    lines = (sample_record.EXPORTS / "vendor_invoice_lines.csv").read_text()
    invoice = tmp_path / "invoice.csv"
    invoice.write_text(lines.replace("2026-10-01,2026-11-01,Credit", "2026-09-01,2026-10-01,Credit"))
    assert counted(record, CONTRACT, "--invoice", invoice)["units"]["counted"] == 17


def test_another_price_than_the_contract_has_is_money_of_its_own(tmp_path: Path) -> None:
    record = sample_record.write(tmp_path / "record.parquet")
    lines = (sample_record.EXPORTS / "vendor_invoice_lines.csv").read_text()
    invoice = tmp_path / "invoice.csv"
    invoice.write_text(lines.replace("24,0.99,23.76", "24,1.09,26.16"))
    block = counted(record, CONTRACT, "--invoice", invoice, "--list",
                    sample_record.EXPORTS / "vendor_billed_resolutions.csv")  # fmt: skip
    kinds = {each["kind"]: Decimal(each["amount"]) for each in block["by_kind"]}
    assert kinds["price"] == Decimal("2.40")
    assert sum(kinds.values()) == Decimal("26.16") - Decimal("16.83")
