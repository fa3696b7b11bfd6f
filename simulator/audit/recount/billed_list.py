"""The vendor's list of what it billed, from a CSV file: ids with a number of units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from simulator.audit.log.shipped_maps import shipped_map, shipped_names, shipped_text
from simulator.audit.recount.csv_rows import CsvRow, read_rows
from simulator.errors import DataError
from simulator.records import BY_NAME

ID_NAMES: Final = ("conversation_id", "source_id", "case_ref", "ticket_id", "session_id", "id")
QUANTITY_NAMES: Final = ("quantity", "billed_units", "units")
STATE_NAMES: Final = ("resolution_state", "resolution_tier", "state")
INVOICE_NAMES: Final = ("amount", "BilledCost")
"""Columns of an invoice that no list has."""
LONGEST_ID: Final = 200
_MOST_OF_AN_EXPORT: Final = 3
_MOST_OF_CALLS: Final = 2
"""Columns of an export, and of a log of calls, that a list of billed conversations may have beside its own."""
_FLOATED: Final = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d+|\d+\.0+", re.ASCII)


@dataclass(frozen=True, slots=True)
class BilledId:
    """What a list says of one id.

    Attributes:
        written: the id as the list has it.
        quantities: of its lines, in order.
        lines: of the file.
        state: the vendor's own word for the first of them, empty without.
        column: name of the list's column of ids.
    """

    written: str
    quantities: tuple[int, ...]
    lines: tuple[int, ...]
    state: str
    column: str = ID_NAMES[0]

    @property
    def units(self) -> int:
        """Units of all its lines."""
        return sum(self.quantities)

    @property
    def once(self) -> int:
        """Units if it stood there once, for one unit at most."""
        return min(self.quantities[0], 1)


def read_billed(path: Path) -> Mapping[str, BilledId]:
    """Return what a list bills, by id as it is written.

    Raises:
        DataError: there is no column of ids, an id is empty, too long or was a number in a spreadsheet, or a quantity
            is not whole; it is an invoice, an export or a log of calls.
    """
    rows = read_rows(path)
    name = _column(rows[0], ID_NAMES)
    if name is None:
        swapped = _column(rows[0], INVOICE_NAMES) is not None
        raise DataError(
            f"{path} is an invoice and no list: are --invoice and --list swapped?" if swapped
            else f"{path} has no column of ids; name one of its columns {', '.join(ID_NAMES)}"
        )  # fmt: skip
    _refuse_export(path, rows[0])
    quantity, state = _column(rows[0], QUANTITY_NAMES), _column(rows[0], STATE_NAMES)
    found: dict[str, list[tuple[int, int, str]]] = {}
    for row in rows:
        units = 1 if quantity is None else _whole(row, quantity)
        found.setdefault(_id(row, name), []).append((units, row.line, row.cells[state] if state else ""))
    return {
        key: BilledId(key, tuple(each[0] for each in lines), tuple(each[1] for each in lines), lines[0][2], name)
        for key, lines in found.items()
    }


def _column(row: CsvRow, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in row.cells), None)


def _refuse_export(path: Path, row: CsvRow) -> None:
    """Refuse a file with the columns that a shipped map reads: it has every conversation, or every call of a model."""
    asked = [each for each in row.cells if each not in {*ID_NAMES, *QUANTITY_NAMES, *STATE_NAMES, *BY_NAME}]
    for system in shipped_names():
        words = set(re.findall(r"[\w.]+", shipped_text(system)))
        found = [each for each in asked if each in words]
        if len(found) > (_MOST_OF_AN_EXPORT if "columns" in shipped_map(system) else _MOST_OF_CALLS):
            raise DataError(
                f"{path} has the columns of an export or of calls ({', '.join(found[:3])} and {len(found) - 3} more, "
                f"as {system} has them), and no list of what was billed has them; give the vendor's list, or its "
                "column of ids alone"
            )


def _id(row: CsvRow, name: str) -> str:
    text = row.cells[name]
    if not text or len(text) > LONGEST_ID:
        raise row.refused(name, f"every line needs the id of a conversation, of at most {LONGEST_ID} characters")
    if _FLOATED.fullmatch(text):
        raise row.refused(name, "a spreadsheet made a number of it and lost digits; export ids as text")
    return text


def _whole(row: CsvRow, column: str) -> int:
    value = row.number(column, Decimal(1))
    if value != value.to_integral_value() or abs(value) > 1_000_000:
        raise row.refused(column, "units of a conversation are a whole number")
    return int(value)
