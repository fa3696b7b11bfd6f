"""Errors of every kind planted in a list that was made of the product's own ledger.

The list is that of the clauses in plain Python (`counts`), row by row, and not of the recount's SQL. Each kind is
planted by one change of one conversation: of the record where the vendor did not see something, or of the list.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from simulator.engine.export import ledger
from simulator.records import COLUMNS
from simulator.scenario import load_scenario
from tests.audit.sample_record import TYPES

START, END = datetime(2027, 1, 1), datetime(2027, 2, 1)
SCENARIO = Path(__file__).with_name("planted.toml")
Row = dict[str, Any]


def base() -> list[Row]:
    """Return the rows of a ledger of two months, with ids of a vendor's system; half of the returns in one thread."""
    tables = [*ledger(load_scenario(SCENARIO), trials=1, months=2)]
    rows: list[Row] = [row for table in tables for row in table.drop(["trial"]).to_pylist()]
    thread: dict[int, str] = {}
    for row in rows:
        row["opened_at"], row["closed_at"] = (row[name].replace(tzinfo=None) for name in ("opened_at", "closed_at"))
        own = f"V{row['conversation_id']:08}"
        row["source_id"] = thread[row["case_id"]] if row["contact"] > 1 and row["case_id"] % 2 else own
        thread.setdefault(row["case_id"], own)
        row["judged_resolved"], row["csat"] = (
            row["outcome"] in ("confirmed", "silent"),
            4 if row["case_id"] % 7 == 0 else None,
        )
    return rows


def counts(row: Row) -> bool:
    """Return whether the definition `strict` counts a row that is no duplicate, by its clauses in order."""
    if row["class"] != "service" or not row["answered"] or not row["judged_resolved"]:
        return False
    if row["human_touch"] not in ("none", "review") or row["outcome"] not in ("confirmed", "silent"):
        return False
    return row["returned_after_hours"] is None and (row["csat"] is None or row["csat"] >= 3)


@dataclass
class Planted:
    """A record, the vendor's list of ids, and the kind that was planted for each id."""

    rows: list[Row]
    listed: list[str]
    kinds: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path, price: Callable[[int], str]) -> tuple[Path, Path, Path]:
        """Write record, invoice and list, and return their paths; `price` gives the amount of a number of units."""
        record, invoice, billed = (folder / name for name in ("record.parquet", "invoice.csv", "billed.csv"))
        names = {column.name: TYPES[column.sql] for column in COLUMNS} | {"source_id": pa.string()}
        parquet.write_table(
            pa.table({name: pa.array([row.get(name) for row in self.rows], kind) for name, kind in names.items()}),
            record,
        )
        billed.write_text("conversation_id\n" + "".join(f"{each}\n" for each in self.listed))
        units = len(self.listed)
        invoice.write_text(
            "description,quantity,amount,currency,period_start,period_end\n"
            f"Resolutions,{units},{price(units)},USD,2027-01-01,2027-02-01\n"
        )
        return record, invoice, billed


def honest(rows: list[Row]) -> Planted:
    """Return the list that bills what the definition counts in January: by id, as often as it counts."""
    listed = [row["source_id"] for row in rows if START <= row["opened_at"] < END and counts(row)]
    return Planted(rows, listed)


def plant(rows: list[Row], share: float, seed: int) -> Planted:
    """Return a list with a share of errors of each of the fourteen kinds."""
    made = honest(rows)
    single = {row["case_id"] for row in rows} - {row["case_id"] for row in rows if row["contact"] > 1}
    free = [row for row in rows if row["case_id"] in single and counts(row)]
    here = [row for row in free if START + timedelta(days=3) <= row["opened_at"] < END - timedelta(days=6)]
    random.Random(seed).shuffle(here)
    each = max(1, round(share * len(made.listed)))
    take = iter(here)
    last = max(row["conversation_id"] for row in rows)
    numbers = iter(range(last + 1, last + 1_000_000))
    for kind, change in RECORD.items():
        for _ in range(each):
            row = next(take)
            made.rows += change(row, numbers)
            made.kinds[_billed_too_much(kind, row, made)] = kind
    _plant_in_list(made, (free, take), each)
    return made


def _billed_too_much(kind: str, row: Row, made: Planted) -> str:
    """Return the id that the list has too much; that of a duplicate is put on the list."""
    if kind != "duplicate":
        return str(row["source_id"])
    made.listed.append(made.rows[-1]["source_id"])
    return str(made.rows[-1]["source_id"])


def _plant_in_list(made: Planted, chosen: tuple[list[Row], Iterator[Row]], each: int) -> None:
    free, take = chosen
    for _ in range(each):
        again = next(take)["source_id"]
        made.listed.append(again)
        made.kinds[again] = "double line"
    for number in range(each):
        made.listed.append(f"X{number}")
        made.kinds[f"X{number}"] = "unknown id"
    later = [row["source_id"] for row in free if row["opened_at"] > END + timedelta(days=10)][:each]
    late = [row["source_id"] for row in free
            if END - timedelta(hours=95) <= row["opened_at"] < END - timedelta(hours=25)][:each]  # fmt: skip
    assert len(later) == len(late) == each
    made.listed += later
    made.listed = [key for key in made.listed if key not in set(late)]
    made.kinds |= dict.fromkeys(later, "period") | dict.fromkeys(late, "timing")


def _set(**values: Any) -> Callable[[Row, Iterator[int]], list[Row]]:
    def change(row: Row, numbers: Iterator[int]) -> list[Row]:
        row.update(values)
        return []

    return change


def _returned(hours: float, *, same: bool) -> Callable[[Row, Iterator[int]], list[Row]]:
    def change(row: Row, numbers: Iterator[int]) -> list[Row]:
        row["returned_after_hours"] = hours
        moment = row["opened_at"] + timedelta(hours=hours)
        return [_other(row, next(numbers), moment, same=same) | {"contact": 2, "origin": "return"}]

    return change


def _other(row: Row, number: int, moment: datetime, *, same: bool) -> Row:
    """Return another contact of a case, which a person ends."""
    return {
        **row, "conversation_id": number, "opened_at": moment, "closed_at": moment + timedelta(hours=1),
        "outcome": "escalated", "human_touch": "handoff", "judged_resolved": False, "returned_after_hours": None,
        "source_id": row["source_id"] if same else f"V{number:08}",
    }  # fmt: skip


def _duplicate(row: Row, numbers: Iterator[int]) -> list[Row]:
    number = next(numbers)
    return [{**row, "conversation_id": number, "origin": "duplicate", "source_id": f"V{number:08}"}]


RECORD: dict[str, Callable[[Row, Iterator[int]], list[Row]]] = {
    "class": _set(**{"class": "test"}),
    "duplicate": _duplicate,
    "planned handoff": _set(outcome="escalated", human_touch="handoff", handoff_planned=True),
    "human touch": _set(human_touch="handoff"),
    "returned": _returned(30.0, same=True),
    "late return": _returned(40.0 * 24, same=True),
    "return elsewhere": _returned(20.0, same=False),
    "no answer": _set(answered=False),
    "verdict": _set(judged_resolved=False),
    "below gate": _set(csat=1),
}
"""What happened in the record that the list does not know."""
