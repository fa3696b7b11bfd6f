"""An answer as it is told: one sentence, tables and notes, the same on a page, in a notebook and on a whole terminal.

A terminal shows one screen of it first: the first tables, the notes that a reader must not miss (`MustRead`), and the
answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from simulator.report.charts.base import Chart
from simulator.report.charts.form import FILE, Form
from simulator.report.summary.plain import as_json, safe
from simulator.report.terminal.text_columns import TextColumn, set_table
from simulator.report.words.terminal_text import in_lines, printable

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

SHORT_LINES: Final = 40
"""Lines of a short screen at most, where its first table and its answer leave room for more."""
SHORT_ROWS: Final = 18
"""Rows of its tables at most, together."""

P90: Final = "P90: nine of ten futures cost no more."
OFF: Final = "±"
OFF_SAID: Final = f"{OFF} is half of the 95 % interval, from the number of futures alone."
"""A mark that tables of several answers have, and what a short screen says of it."""
HOLDS: Final = f"{P90} Prices are the scenario's where nothing else is said"
"""What every answer says once where no commands are written."""


class MustRead(str):
    """A note that a reader must not miss: it stands on the short screen too. Everywhere else it is a note like others.

    It tells what is assumed, what is not measured, or what a mark in the first table means.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts.

    Attributes:
        columns: headings, the first that of the names; a line break parts the two lines of a long one.
        rows: as many texts each as there are columns.
        title: what stands above it.
        marked: number of the row that is marked with a star.
        texts: numbers of the columns that hold words and stand at the left.
        star: what the marked row is, as in "the counter-offer"; said below the table.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    marked: int | None = None
    texts: Collection[int] = ()
    star: str = ""

    @property
    def legend(self) -> str:
        """What the star is; nothing without one."""
        return f"* {self.star}" if self.star and self.marked is not None else ""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """The answer to a question.

    Attributes:
        question: as a heading.
        answer: one sentence that a person who negotiates can use.
        tables: the main one first.
        notes: what must be known to read the tables: what the intervals are, what was left out and why; those that a
            short screen shows too are `MustRead`.
        draw: makes the figure.
        under: what stands directly under the answer, or on a terminal above it, where it would make that long: its
            conditions; marked alike.
        price_key: of the contract's price, with which to ask again at another one; empty where there is none.
    """

    question: str
    answer: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    draw: Callable[[Form], Chart] | None = field(default=None, repr=False)
    under: tuple[str, ...] = ()
    price_key: str = ""

    def chart(self, form: Form = FILE) -> Chart:
        """Return the figure."""
        assert self.draw is not None, "every answer of a command has a figure"
        return self.draw(form)


def at_another(price_key: str) -> str:
    """Return what every answer says once where commands are written: what P90 is, how to ask at another price."""
    return f"{P90} At another price: --set {price_key}=..." if price_key else P90


def as_text(told: Told, scenario: Scenario, width: int, following: str = "", *, short: bool = False) -> str:
    """Return an answer for a terminal of some columns: its tables and notes, and the answer last.

    Args:
        following: a line below all, the next question.
        short: whether to keep it to one screen, with a line on what the whole has beside.
    """
    return as_text_of([scenario], told, width, following, short=short)


def as_text_of(
    scenarios: Sequence[Scenario], told: Told, width: int, following: str = "", *, short: bool = False
) -> str:
    """Return an answer about several scenarios as `as_text` does, with a line on each of them above it."""
    head = [*(_head(each) for each in scenarios), at_another(told.price_key)]
    if not short:
        return _laid_out(head, told, width, [following])
    tables = [each for each in told.tables if each.rows]
    screens = (
        _laid_out(head, _kept(told, shown), width, [_left_out(told, shown), following])
        for shown in _short_tables(tables)
    )
    first = next(screens)
    return next((each for each in screens if each.count("\n") < SHORT_LINES), first)


def _laid_out(head: Sequence[str], told: Told, width: int, last: Sequence[str]) -> str:
    """Return the parts of an answer as text, with a blank line between them."""
    parts = [
        _wrapped(head, width),
        *(_table_lines(table, width) for table in told.tables),
        _wrapped([*told.under, *told.notes], width),
        _wrapped([told.answer], width),
        _wrapped([each for each in last if each], width),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _kept(told: Told, tables: tuple[Table, ...]) -> Told:
    """Return an answer with some tables, and the notes alone that a reader must not miss."""
    under, notes = (tuple(filter(_is_kept, some)) for some in (told.under, told.notes))
    marked = any(OFF in text for table in tables for row in (table.columns, *table.rows) for text in row)
    off = (OFF_SAID,) if marked and not any(OFF in note for note in notes) else ()
    return replace(told, tables=tables, under=under, notes=(*notes, *off))


def _is_kept(note: str) -> bool:
    return isinstance(note, MustRead)


def _short_tables(tables: Sequence[Table]) -> Iterator[tuple[Table, ...]]:
    """Yield the tables of a short screen: the first one, and the first two where they have few rows together."""
    yield tuple(_cut(each) for each in tables[:1])
    if len(tables) > 1 and sum(len(each.rows) for each in tables[:2]) <= SHORT_ROWS:
        yield tuple(tables[:2])


def _cut(table: Table) -> Table:
    """Return the first rows of a long table, and how many more there are."""
    left = len(table.rows) - SHORT_ROWS
    if left <= 0:
        return table
    more = (f"... {left} more: --all", *[""] * (len(table.columns) - 1))
    marked = table.marked if table.marked is not None and table.marked < SHORT_ROWS else None
    return replace(table, rows=(*table.rows[:SHORT_ROWS], more), marked=marked)


def _left_out(told: Told, shown: Sequence[Table]) -> str:
    """Return what the whole answer has beside a short screen: "--all: 2 more tables and 8 notes."; else nothing."""
    tables = sum(bool(each.rows) for each in told.tables) - len(shown)
    notes = sum(not _is_kept(each) for each in (*told.under, *told.notes))
    counted = [
        f"{number} {'more ' * (place == 0)}{what}{'' if number == 1 else 's'}"
        for place, (number, what) in enumerate(each for each in ((tables, "table"), (notes, "note")) if each[0])
    ]
    return f"--all: {' and '.join(counted)}." if counted else ""


def as_block(told: Told, numbers: object, scenario: Scenario) -> dict[str, Any]:
    """Return an answer for `--json`: what was asked of which scenario, the sentence, and all numbers under their names.

    Args:
        numbers: a frozen class.
    """
    head = {
        "scenario": scenario.title,
        "currency": scenario.currency,
        "months": scenario.months,
        "trials": scenario.trials,
        "seed": scenario.seed,
        "question": told.question,
        "answer": told.answer,
    }
    return {**head, **as_json(safe(numbers))}


def _head(scenario: Scenario) -> str:
    months, trials = scenario.months, scenario.trials
    return (
        f"{scenario.title}, {months} month{'' if months == 1 else 's'} from {scenario.start}, {trials:,} "
        f"future{'' if trials == 1 else 's'}, seed {scenario.seed}"
    )


def _wrapped(texts: Collection[str], width: int) -> list[str]:
    return [line for text in texts for line in in_lines(printable(text), width)]


def _table_lines(table: Table, width: int) -> list[str]:
    if not table.rows:
        return []
    names, *cells = zip(*(tuple(map(printable, row)) for row in table.rows), strict=True)
    columns = [
        TextColumn(heading, _two_lines(heading), each, left=place in table.texts)
        for place, (heading, each) in enumerate(zip(table.columns[1:], cells, strict=True), start=1)
    ]
    lines = set_table(names, table.marked, columns, width)
    if not lines[0].strip():
        lines = lines[1:]
    above, below = (_wrapped([text] if text else [], width) for text in (table.title, table.legend))
    return [*above, *lines, *below]


def _two_lines(heading: str) -> tuple[str, str]:
    """Return a heading as two lines; one line stands directly above its column."""
    first, _, second = heading.partition("\n")
    return (first, second) if second else ("", first)
