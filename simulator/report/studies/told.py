"""An answer as it is told: one sentence, tables and notes, the same on a terminal, on a page and in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from simulator.report.charts.base import Chart
from simulator.report.charts.form import FILE, Form
from simulator.report.summary.plain import as_json, safe
from simulator.report.terminal.text_columns import TextColumn, set_table
from simulator.report.words.terminal_text import in_lines, printable

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

SCREEN: Final = 24
"""Lines of a terminal: a longer text ends with the answer, because its beginning has left the screen."""

HOLDS: Final = "P90: nine of ten futures cost no more. Prices are the scenario's where nothing else is said"
AT_ANOTHER: Final = f"{HOLDS}; ask again at another with --set contracts.NAME.price=..."
"""What every answer says once, below its scenario; the second where commands are written."""


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
        notes: what must be known to read the tables: what the intervals are, what was left out and why.
        draw: makes the figure.
        under: what stands directly under the answer, where it would make that long: its conditions.
    """

    question: str
    answer: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    draw: Callable[[Form], Chart] | None = field(default=None, repr=False)
    under: tuple[str, ...] = ()

    def chart(self, form: Form = FILE) -> Chart:
        """Return the figure."""
        assert self.draw is not None, "every answer of a command has a figure"
        return self.draw(form)


def as_text(told: Told, scenario: Scenario, width: int, following: str = "") -> str:
    """Return an answer for a terminal of some columns: the answer first, and last too where the text is long.

    Args:
        following: a line below all, the next question.
    """
    return as_text_of([scenario], told, width, following)


def as_text_of(scenarios: Sequence[Scenario], told: Told, width: int, following: str = "") -> str:
    """Return an answer about several scenarios as `as_text` does, with a line on each of them above it."""
    parts = [_wrapped([*(_head(each) for each in scenarios), AT_ANOTHER], width), _wrapped([told.answer], width)]
    parts += [_wrapped(told.under, width)]
    parts += [_table_lines(table, width) for table in told.tables]
    parts += [_wrapped(told.notes, width)]
    lines = "\n\n".join("\n".join(part) for part in parts if part).splitlines()
    if len(lines) > SCREEN:
        lines += ["", *_wrapped([told.answer], width)]
    if following:
        lines += ["", *_wrapped([following], width)]
    return "\n".join(lines)


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
