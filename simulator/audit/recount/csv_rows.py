"""Rows of a CSV file that somebody else wrote: checked for form, with the line that each stands on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from simulator.errors import DataError, reason

LARGEST_BYTES: Final = 500_000_000
_NUMBER: Final = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,12})?", re.ASCII)
_DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row: the file, the line on which it ends, and its cells by column, without blanks around them."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def refused(self, column: str, rule: str) -> DataError:
        """Return the error that says what is wrong with a cell."""
        return DataError(f"{self.path}, line {self.line}: {column} is {self.cells[column][:60]!r}; {rule}")

    def number(self, column: str, default: Decimal | None = None) -> Decimal:
        """Return a cell as a number.

        Raises:
            DataError: it is none, or empty without a default.
        """
        text = self.cells.get(column, "")
        if not text and default is not None:
            return default
        if not _NUMBER.fullmatch(text):
            raise self.refused(column, "write a number with a point and without thousands, as 1020.50")
        return Decimal(text)


def read_rows(path: Path, needed: Sequence[str] = ()) -> list[CsvRow]:
    """Return the rows of a CSV file with a heading, separated by commas, semicolons or tabs.

    Raises:
        DataError: it cannot be read, is no UTF-8, is too large, has a heading twice or not, a row of another length,
            or no rows.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise DataError(f"{path} is larger than {LARGEST_BYTES // 1_000_000} MB; give the part of the period")
        text = path.read_text(encoding="utf-8-sig", errors="strict")
    except OSError as error:
        raise DataError(f"cannot read {path}: {reason(error)}") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no UTF-8 text (byte {error.start:,}); save it as CSV UTF-8") from None
    try:
        rows = list(_rows(path, text))
    except csv.Error as error:
        raise DataError(f"{path} is no CSV file: {error}") from None
    if not rows:
        raise DataError(f"{path} has no rows below its heading")
    missing = [name for name in needed if name not in rows[0].cells]
    if missing:
        raise DataError(f"{path} has no column {missing[0]!r}; it has {', '.join([*rows[0].cells][:20])[:200]}")
    return rows


def _rows(path: Path, text: str) -> Iterator[CsvRow]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    heading = [name.strip() for name in next(reader, [])]
    twice = sorted({name for name in heading if heading.count(name) > 1})
    if twice:
        raise DataError(f"{path} has the column {twice[0][:60]!r} more than once")
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heading):
            raise DataError(
                f"{path}, line {reader.line_num}: {len(cells)} cells under {len(heading)} columns; "
                "quote a text that has the separator in it"
            )
        yield CsvRow(path, reader.line_num, {name: cell.strip() for name, cell in zip(heading, cells, strict=True)})
