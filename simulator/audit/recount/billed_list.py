"""The vendor's list of what it billed, from a CSV file: ids with a number of units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from simulator.audit.recount.csv_rows import CsvRow, read_rows
from simulator.errors import DataError

ID_NAMES: Final = ("conversation_id", "source_id", "case_ref", "ticket_id", "session_id", "id")
QUANTITY_NAMES: Final = ("quantity", "billed_units", "units")
STATE_NAMES: Final = ("resolution_state", "resolution_tier", "state")
LONGEST_ID: Final = 200
_FLOATED: Final = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d+|\d+\.0+", re.ASCII)


@dataclass(frozen=True, slots=True)
class BilledId:
    """What a list says of one id.

    Attributes:
        written: the id as the list has it.
        quantities: of its lines, in order.
        lines: of the file.
        state: the vendor's own word for the first of them, empty without.
    """

    written: str
    quantities: tuple[int, ...]
    lines: tuple[int, ...]
    state: str

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
            is not whole.
    """
    rows = read_rows(path)
    name = _column(rows[0], ID_NAMES)
    if name is None:
        raise DataError(f"{path} has no column of ids; name one of its columns {', '.join(ID_NAMES)}")
    quantity, state = _column(rows[0], QUANTITY_NAMES), _column(rows[0], STATE_NAMES)
    found: dict[str, list[tuple[int, int, str]]] = {}
    for row in rows:
        units = 1 if quantity is None else _whole(row, quantity)
        found.setdefault(_id(row, name), []).append((units, row.line, row.cells[state] if state else ""))
    return {
        key: BilledId(key, tuple(each[0] for each in lines), tuple(each[1] for each in lines), lines[0][2])
        for key, lines in found.items()
    }


def _column(row: CsvRow, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in row.cells), None)


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
