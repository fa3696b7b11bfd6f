"""The sheet of worked cases read back: a Markdown table or CSV, each row known by the number of its case."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from simulator.decisions.worked_cases import WORKED_CASES, WorkedCase
from simulator.errors import Problem, ScenarioError
from simulator.scenario.reading.file_text import read_text

COLUMNS: Final = {"no": "no.", "units": "units billed", "amount": "amount"}
"""Columns that are read, by the word that their heading begins with."""
FIX: Final = "`simulate contract SCENARIO --blank` prints the sheet as it is read"
_YES: Final = frozenset({"yes", "y", "x", "billed"})
_NO: Final = frozenset({"no", "n", "none", "not billed"})
_WHOLE: Final = re.compile(r"\d{1,6}", re.ASCII)
_UNITS: Final = re.compile(r"(\d{1,6})(?: ?units?)?", re.ASCII)
_AMOUNT: Final = re.compile(
    r"(?:[A-Z]{3} ?|[$€£] ?)?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?: ?[A-Z]{3})?", re.ASCII
)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor wrote beside a case.

    Attributes:
        line: of the file.
        least, most: units that the answer allows; `most` is None where it only says that the case is billed. Both are
            None where only an amount is written.
        amount: what the case is billed, in the currency of the sheet; None where nothing is written.
    """

    case: WorkedCase
    line: int
    least: int | None
    most: int | None
    amount: Decimal | None

    @property
    def said(self) -> str:
        """The answer in words: "yes", "no", "2 units", with the amount."""
        units = "" if self.least is None else "yes" if self.most is None else "no" if self.most == 0 else f"{self.most}"
        return ", ".join(each for each in (units, "" if self.amount is None else f"{self.amount:,f}") if each)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was read.

    Attributes:
        answers: in the order of the cases; rows without an answer are left out.
    """

    file: str
    answers: tuple[Answer, ...]


def read_sheet(path: Path) -> Sheet:
    """Read a sheet that a vendor filled in.

    Raises:
        ScenarioError: with every mistake, its line, and how to mend it.
    """
    try:
        text = read_text(path)
    except ScenarioError as error:
        raise ScenarioError(
            error.path, [Problem((), each.message, FIX, each.line) for each in error.problems]
        ) from None
    return parse_sheet(text, str(path))


def parse_sheet(text: str, file: str) -> Sheet:
    """Read the text of a sheet.

    Args:
        file: as messages name it.

    Raises:
        ScenarioError: with every mistake, its line, and how to mend it.
    """
    rows = list(_markdown_rows(text)) or list(_csv_rows(text, file))
    places = next((found for _, cells in rows if (found := _places(cells))), None)
    if places is None:
        raise ScenarioError(file, [Problem((), "there is no table with the columns 'no.' and 'units billed'", FIX)])
    head = next(at for at, (_, cells) in enumerate(rows) if _places(cells))
    problems: list[Problem] = []
    answers: dict[int, Answer] = {}
    for line, cells in rows[head + 1 :]:
        answer = _answer(line, cells, places, problems)
        if answer is None:
            continue
        before = answers.get(answer.case.number)
        if before is not None:
            problems.append(_twice(before, line))
        answers[answer.case.number] = answer
    if problems:
        raise ScenarioError(file, problems)
    return Sheet(file, tuple(answers[number] for number in sorted(answers) if answers[number].said))


def _twice(before: Answer, line: int) -> Problem:
    return Problem((), f"case {before.case.number} stands on line {before.line} already", "keep one of the rows", line)


def _markdown_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of each row of a Markdown table, the rule left out."""
    for line, row in enumerate(_LINE_END.split(text), start=1):
        if row.lstrip().startswith("|"):
            cells = [each.replace("\\|", "|").strip() for each in re.split(r"(?<!\\)\|", row.strip().strip("|"))]
            if not all(re.fullmatch(r":?-+:?", each) for each in cells):
                yield line, cells


def _csv_rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of each row of a CSV, parted by commas or semicolons."""
    first = next((row for row in _LINE_END.split(text) if row.strip()), "")
    reader = csv.reader(
        _LINE_END.sub("\n", text).splitlines(keepends=True), delimiter=";" if ";" in first else ",", strict=True
    )
    try:
        for cells in reader:
            yield reader.line_num, [each.strip() for each in cells]
    except csv.Error as error:
        raise ScenarioError(file, [Problem((), f"this is no CSV: {error}", FIX, reader.line_num)]) from None


def _places(cells: Sequence[str]) -> dict[str, int] | None:
    """Return where the columns that are read stand, of a heading; None for another row."""
    heads = [each.casefold() for each in cells]
    found = {
        key: next((at for at, head in enumerate(heads) if head.startswith(name.rstrip("."))), None)
        for key, name in COLUMNS.items()
    }
    if found["no"] is None or found["units"] is None:
        return None
    return {key: at for key, at in found.items() if at is not None}


def _answer(line: int, cells: Sequence[str], places: dict[str, int], problems: list[Problem]) -> Answer | None:
    """Return what a row answers; None for an empty row, and for one with a mistake, which is added to `problems`."""
    texts = {key: cells[at] if at < len(cells) else "" for key, at in places.items()}
    if not any(cells):
        return None
    case = _case_of(texts["no"])
    if case is None:
        numbers = f"1 to {max(each.number for each in WORKED_CASES)}"
        problems.append(Problem((), f"{texts['no'][:40]!r} is the number of no case; they are {numbers}", FIX, line))
        return None
    try:
        least, most = _units(texts["units"])
        return Answer(case, line, least, most, _amount(texts.get("amount", "")))
    except ValueError as error:
        problems.append(Problem((), f"case {case.number}: {error.args[0]}", error.args[1], line))
        return None


def _case_of(text: str) -> WorkedCase | None:
    number = int(text.rstrip(".")) if _WHOLE.fullmatch(text.rstrip(".")) else None
    return next((each for each in WORKED_CASES if each.number == number or each.key == text), None)


def _units(text: str) -> tuple[int | None, int | None]:
    """Return the least and the most units of a cell; both None where it is empty.

    Raises:
        ValueError: with the message and what to do, for another text.
    """
    word = text.casefold().strip(" .")
    if not word:
        return None, None
    if word in _YES:
        return 1, None
    if word in _NO:
        return 0, 0
    found = _UNITS.fullmatch(word)
    if found is None:
        raise ValueError(f"{text[:40]!r} is no answer", "write yes, no or how many units, or leave it empty")
    return int(found[1]), int(found[1])


def _amount(text: str) -> Decimal | None:
    """Return the amount of a cell; None where it is empty.

    Raises:
        ValueError: with the message and what to do, for another text.
    """
    if not text:
        return None
    found = _AMOUNT.fullmatch(text)
    try:
        if found is not None and len(text) <= 30:
            return Decimal(found[1].replace(",", ""))
    except InvalidOperation:
        pass
    raise ValueError(f"{text[:40]!r} is no amount", "write it with a point, as 0.99, or leave it empty")
