"""Monthly totals as a buyer has them: CSV, or TOML with a row for each month and a claim of the vendor."""

from __future__ import annotations

import csv
import io
import itertools
import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simulator.audit.log.partial_months import FEWEST, LEAST_SHARE
from simulator.errors import Problem, ScenarioError
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.reading.file_text import read_text

VOLUMES: Final = ("tickets", "conversations", "cases")
PARTS: Final = ("handoffs", "reopened", "billed_resolutions", "minutes", "invoice")
COLUMNS: Final[Mapping[str, str]] = {
    "month": "as 2026-03",
    "tickets": "tickets that came in, also those that no AI saw; or conversations, or cases",
    "handoffs": "of them handed to a person",
    "reopened": "of them that came back: reopened, or a follow-up",
    "billed_resolutions": "resolutions that a vendor billed",
    "minutes": "minutes that people worked on them",
    "invoice": "amount of the month's invoice: the vendor's where resolutions are billed, else what the people cost",
    "partial": "yes for a first or last month that is not whole: it is left out",
}
"""What each column means."""
MOST_MONTHS: Final = 240
LARGEST: Final = 1e12
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a vendor says of its resolutions.

    Attributes:
        rate: billed resolutions over conversations, above 0 and below 1; None where only the definition is said.
        definition: by which they are counted; empty where it is not said.
    """

    rate: float | None
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of some months, one after the other.

    Attributes:
        file: its name alone, as sources of numbers tell it.
        unit: what the volume counts.
        months: as 2026-03, in order and without a gap.
        columns: numbers of each month; None where a cell is empty. The volume, under `unit`, has none of these.
        claim: of a TOML file.
        partial: months that are not whole, which are left out.
    """

    file: str
    unit: str
    months: tuple[str, ...]
    columns: Mapping[str, tuple[float | None, ...]]
    claim: Claim | None = None
    partial: tuple[str, ...] = ()

    @property
    def volume(self) -> list[float]:
        """The volume of each month."""
        return [float(each) for each in self.columns[self.unit] if each is not None]

    def pairs(self, name: str, over: str | None = None) -> list[tuple[float, float]]:
        """Return a column beside another, the volume without one, in the months that have both."""
        rows = zip(self.columns.get(name, ()), self.columns.get(over or self.unit, ()), strict=False)
        return [(each, base) for each, base in rows if each is not None and base is not None and base > 0]


def read_totals(path: Path) -> Totals:
    """Read a file of totals.

    Raises:
        ScenarioError: with every mistake, its line, value and fix.
    """
    try:
        text = read_text(path)
    except ScenarioError as error:
        fix = f"give a CSV or TOML file with the columns {', '.join(COLUMNS)}"
        raise ScenarioError(
            error.path, [Problem((), each.message, fix, each.line) for each in error.problems]
        ) from None
    return parse_totals(text, str(path))


def parse_totals(text: str, file: str) -> Totals:
    """Read the text of a file of totals; one whose name ends in .toml is TOML.

    Raises:
        ScenarioError: with every mistake, its line, value and fix.
    """
    problems: list[Problem] = []
    toml = file.lower().endswith(".toml")
    rows, claim = _toml_rows(text, file, problems) if toml else (list(_csv_rows(text, file)), None)
    unit = _unit(rows, problems)
    found = [_row(line, cells, unit, problems) for line, cells in rows]
    _refuse_gaps([(line, cells["month"]) for (line, _), cells in zip(rows, found, strict=True)], problems)
    whole = _whole([line for line, _ in rows], found, unit, problems)
    if problems:
        raise ScenarioError(file, problems)
    names = [name for name in (unit, *PARTS) if any(each[name] is not None for each in whole)]
    return Totals(
        Path(file).name,
        unit,
        tuple(each["month"] for each in whole),
        {name: tuple(each[name] for each in whole) for name in names},
        claim,
        tuple(each["month"] for each in found if each["partial"]),
    )


Row = tuple[int | None, Mapping[str, Any]]
"""The line of a month, and its cells by column."""


def _csv_rows(text: str, file: str) -> Iterator[Row]:
    """Yield the rows of a CSV, parted by commas or semicolons."""
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        head = [each.strip().lower() for each in next(reader, [])]
        for cells in reader:
            if any(each.strip() for each in cells):
                if len(cells) > len(head):
                    told = f"{len(cells)} cells under {len(head)} columns"
                    raise ScenarioError(
                        file, [Problem((), told, "quote numbers that hold the delimiter", reader.line_num)]
                    )
                yield reader.line_num, dict(zip(head, (each.strip() for each in cells), strict=False))
    except csv.Error as error:
        problem = Problem((), f"this is no CSV: {error}", "save it as CSV with a heading", reader.line_num)
        raise ScenarioError(file, [problem]) from None


def _toml_rows(text: str, file: str, problems: list[Problem]) -> tuple[list[Row], Claim | None]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(file, [Problem((), f"this is no TOML: {error}", "mend it, or give a CSV")]) from None
    for key in document:
        if key not in ("months", "claim"):
            problems.append(Problem((key,), f"unknown key '{key[:40]}'", suggest(key, ("months", "claim"))))
    months = document.get("months", [])
    if not isinstance(months, list) or not all(isinstance(each, dict) for each in months):
        raise ScenarioError(file, [Problem(("months",), "months must be tables", "write [[months]] for each of them")])
    lines = [at for at, line in enumerate(text.splitlines(), start=1) if line.strip() == "[[months]]"]
    placed = lines if len(lines) == len(months) else [None] * len(months)
    return list(zip(placed, months, strict=True)), _claim(document.get("claim"), problems)


def _claim(raw: Any, problems: list[Problem]) -> Claim | None:
    if raw is None:
        return None
    keys = ("resolution_rate", "definition")
    if not isinstance(raw, dict) or set(raw) - set(keys) or not isinstance(raw.get("definition", ""), str):
        problems.append(Problem(("claim",), "claim holds resolution_rate and definition", "as resolution_rate = 0.62"))
        return None
    rate = raw.get("resolution_rate")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate < 1:
        told = f"resolution_rate must be above 0 and below 1, not {str(rate)[:40]}"
        problems.append(Problem(("claim", "resolution_rate"), told, "write 62 % as 0.62"))
        return None
    return Claim(float(rate), raw.get("definition", ""))


def _unit(rows: Sequence[Row], problems: list[Problem]) -> str:
    """Return what the volume counts."""
    names = {name for _, cells in rows for name in cells}
    for name in sorted(names - set(COLUMNS) - set(VOLUMES)):
        problems.append(Problem((), f"unknown column '{name[:40]}'", suggest(name, (*COLUMNS, *VOLUMES[1:])), line=1))
    given = [name for name in VOLUMES if name in names]
    if not rows:
        problems.append(Problem((), "there is no month in it", f"the columns are {', '.join(COLUMNS)}"))
    elif len(given) != 1:
        told = f"{' and '.join(given)} count the same customers" if given else "no column counts what came in"
        problems.append(Problem((), told, f"give one of {', '.join(VOLUMES)}", line=1))
    return given[0] if given else VOLUMES[0]


def _row(line: int | None, cells: Mapping[str, Any], unit: str, problems: list[Problem]) -> dict[str, Any]:
    """Return the month and the numbers of a row; what is wrong with it is added to `problems`."""
    month = str(cells.get("month", ""))
    if not _MONTH.fullmatch(month):
        problems.append(Problem((), f"{month[:40]!r} is no month", "write it as 2026-03", line))
        month = ""
    found: dict[str, Any] = {"month": month, "partial": _partial(line, cells.get("partial", ""), problems)}
    for name in (unit, *PARTS):
        try:
            found[name] = _number(cells.get(name, ""))
        except ValueError:
            told = f"{name} of {month or 'this month'} is {str(cells[name])[:40]!r}, which is no number of at least 0"
            problems.append(Problem((), told, "write it with a point, as 1234.5, or leave it empty", line))
            found[name] = None
    if not found[unit] and unit in cells:
        problems.append(Problem((), f"{unit} of {month or 'this month'} must be above 0", "drop the month", line))
    for name in ("handoffs", "reopened", "billed_resolutions"):
        part, whole = found[name], found[unit]
        if part is not None and whole and part > whole:
            told = f"{name} of {month} are {part:,.10g}, more than its {whole:,.10g} {unit}"
            problems.append(Problem((), told, "count both over the same conversations", line))
    return found


def _partial(line: int | None, raw: Any, problems: list[Problem]) -> bool:
    """Return whether a row says that its month is not whole."""
    said = {True: True, False: False, "yes": True, "no": False, "": False}
    word = raw.strip().lower() if isinstance(raw, str) else raw
    if not isinstance(word, str | bool) or word not in said:
        problems.append(
            Problem((), f"partial is {str(raw)[:40]!r}", "write yes (in TOML true), or leave it empty", line)
        )
        return False
    return said[word]


def _whole(
    lines: Sequence[int | None], found: Sequence[dict[str, Any]], unit: str, problems: list[Problem]
) -> Sequence[dict[str, Any]]:
    """Return the months that are whole; a first or last one with far less than its neighbour must say that it is not.

    A month that is partial between others is refused, as months follow one another without a gap.
    """
    rows = list(zip(lines, found, strict=True))
    for line, each in rows[1:-1]:
        if each["partial"]:
            told = f"{each['month']} is partial between other months"
            problems.append(Problem((), told, "only the first and the last may be: give its whole numbers", line))
    kept = [(line, each) for line, each in rows if not each["partial"]]
    if found and not kept:
        problems.append(Problem((), "all months are partial", "give at least one whole month"))
    for (line, each), (_, beside) in (kept[:2], kept[:-3:-1]) if len(kept) > 1 else ():
        own, other = each[unit], beside[unit]
        if own and other and other >= FEWEST and own < LEAST_SHARE * other:
            fewer = f"under {LEAST_SHARE:.0%} of the {other:,.10g} in {beside['month']}"
            told = f"{unit} of {each['month']} are {own:,.10g}, {fewer}: is the month whole?"
            fix = "give the whole month, or say yes in its column partial (in TOML partial = true), which leaves it out"
            problems.append(Problem((), told, fix, line))
    return [each for _, each in kept]


def _number(raw: Any) -> float | None:
    """Return a number of a cell; None where it is empty.

    Raises:
        ValueError: for what is no number of at least 0.
    """
    if raw in ("", None):
        return None
    if isinstance(raw, str) and _NUMBER.fullmatch(raw) and len(raw) <= 30:
        raw = float(raw.replace(",", ""))
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= LARGEST or math.isnan(raw):
        raise ValueError(raw)
    return float(raw)


def _refuse_gaps(months: Sequence[tuple[int | None, str]], problems: list[Problem]) -> None:
    """Months follow one another: each once, without a gap."""
    if len(months) > MOST_MONTHS:
        problems.append(Problem((), f"{len(months)} months are more than {MOST_MONTHS}", "is this a file of totals?"))
    for (_, before), (line, month) in itertools.pairwise(months):
        if before and month and month != next_month(before):
            fix = "sort the rows, keep one row for a month, and add those that are missing"
            problems.append(Problem((), f"{month} does not follow {before}: {next_month(before)} does", fix, line))


def next_month(month: str) -> str:
    """Return the month after another, both as 2026-03."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def months_between(first: str, second: str) -> int:
    """Return how many months one month, as 2026-03, is after another; below 0 before it."""
    return 12 * (int(second[:4]) - int(first[:4])) + int(second[5:]) - int(first[5:])
