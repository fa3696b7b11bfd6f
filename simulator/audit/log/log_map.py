"""The map of a log: how the columns of exports become those of the record. Frozen, and read from TOML elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from simulator.audit.log.map_expressions import Expression
from simulator.records import BY_NAME

TimeForm = Literal["iso", "epoch_seconds", "epoch_milliseconds", "format"]
Convention = Literal["cache_inside", "cache_beside", "disjoint"]
Ambiguous = Literal["refuse", "earlier", "later"]

CONVENTIONS: Final = ("cache_inside", "cache_beside", "disjoint")
MADE: Final = ("case_id", "contact", "origin", "returned_after_hours", "billing_month")
"""Columns that the rule for cases makes."""
TOKENS: Final = (
    "model",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_tokens",
)
"""Columns that [log.tokens] fills; model can be mapped by itself too."""
MAPPED: Final = tuple(
    name
    for name, column in BY_NAME.items()
    if column.held_by != "nobody" and name not in MADE and (name not in TOKENS or name == "model")
)
"""Columns that a map may fill by an expression."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file or a table that is read.

    Attributes:
        kind: csv, parquet, jsonl, duckdb or postgres.
        place: file as the map names it, with * for many; the environment variable with the address of PostgreSQL.
        table: table of a database, as schema.table; empty for files.
        folder: folder of the map, from which files are looked for.
    """

    kind: Literal["csv", "parquet", "jsonl", "duckdb", "postgres"]
    place: str
    table: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Time:
    """A time as an export writes it.

    Attributes:
        form: iso (with or without a zone), seconds or milliseconds since 1970, or a format of its own.
        format: as strptime writes it, for the form "format".
        whole: what a whole number is where the form is iso and some rows have one: seconds or milliseconds since 1970.
    """

    form: TimeForm
    expression: Expression
    format: str = ""
    whole: TimeForm | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of an export in the record's unit.

    Attributes:
        divisor: what the export's number is divided by: 60 for minutes that an export writes in seconds.
        low, high: ends of what is possible, both included.
    """

    expression: Expression
    divisor: float = 1.0
    low: float | None = 0.0
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """A column whose values the map lists one by one; a value that is not listed is an error.

    Attributes:
        values: the record's value for each of the export's; None leaves the column empty. "" stands for no value.
    """

    expression: Expression
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Join:
    """A second file whose rows belong to conversations.

    Attributes:
        name: under which expressions read its columns, as parts.notes.
        key: the column that names the conversation.
        on: what it is equal to in the main file.
        many: whether several rows may belong to one conversation; then only counts can be read.
        counts: number of rows of a conversation for which a condition holds, by name.
    """

    name: str
    source: Source
    key: Expression
    on: Expression
    many: bool
    counts: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Reopened:
    """Returns in the same thread: rows of a joined file that open another contact of a conversation."""

    join: str
    when: Expression
    at: Time
    outcome: str = "silent"


@dataclass(frozen=True, slots=True)
class Cases:
    """Which conversations are one case: by a column, by a link to the one before, or by a window of hours.

    Link and window can stand together: the window is for conversations whose link is empty or leads out of the log.

    Attributes:
        column: the case's id.
        link: id of the conversation that this one continues.
        window_hours: most hours from the start of a contact to the start of the next.
        same: columns of the record that contacts of a case share, of the window's rule.
    """

    column: Expression | None = None
    link: Expression | None = None
    window_hours: float | None = None
    same: tuple[str, ...] = ("customer_id",)
    reopened: Reopened | None = None

    @property
    def told(self) -> dict[str, object]:
        """What stands beside a record, so that a definition is not asked for returns that the rule does not join.

        `window_hours` and `same` are null and empty where no window is in the rule; a link may have one beside it.
        """
        rule = "column" if self.column is not None else "link" if self.link is not None else "window"
        if self.window_hours is None:
            return {"rule": rule, "window_hours": None, "same": []}
        return {"rule": rule, "window_hours": float(self.window_hours), "same": list(self.same)}


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Which conversations are duplicates of another, and of which.

    Attributes:
        when: holds for a duplicate.
        merged: on the row of an original, a JSON list of its duplicates' ids; without it the original is the last
            conversation of the customer before the duplicate.
    """

    when: Expression | None = None
    merged: Expression | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """The calls of language models, and which tokens their numbers hold.

    Attributes:
        convention: one for all rows, or Values over a column.
        total: what input and output come to in the export; each row is checked against it.
    """

    source: Source
    key: Expression
    on: Expression
    convention: Convention | Values
    input: Expression
    output: Expression
    cached: Expression | None = None
    written: Expression | None = None
    reasoning: Expression | None = None
    total: Expression | None = None
    model: Expression | None = None
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class LastBy:
    """The last version of a row that an export writes several times; without an order the last in the file."""

    key: Expression
    order: Expression | None


@dataclass(frozen=True, slots=True)
class LogMap:
    """How the exports of a system become a record.

    Attributes:
        path: the map's file.
        time_zone: of times without a zone; None where no such time may come.
        extracted_at: end of observation, UTC without zone; None takes the last time in the log.
        columns: the record's columns by name.
        partial_months: months that are known to be partial, as 2026-11.
        note: what is to be known of the system, said on the page.
    """

    path: Path
    system: str
    source: Source
    columns: Mapping[str, Expression | Time | Amount | Values]
    cases: Cases
    time_zone: str | None = None
    ambiguous: Ambiguous = "refuse"
    extracted_at: datetime | None = None
    keep_last_by: LastBy | None = None
    where: Expression | None = None
    joins: tuple[Join, ...] = ()
    duplicates: Duplicates = field(default_factory=Duplicates)
    tokens: Tokens | None = None
    partial_months: tuple[str, ...] = ()
    note: str = ""

    def expressions(self) -> tuple[Expression, ...]:
        """Return every expression that reads the main file or a joined one by its name."""
        found = [_expression(each) for each in self.columns.values()]
        found += [each for each in (self.cases.column, self.cases.link) if each is not None]
        found += [each for each in (self.duplicates.when, self.duplicates.merged) if each is not None]
        return (*found, *self.early_expressions(), *(() if self.tokens is None else (self.tokens.on,)))

    def early_expressions(self) -> tuple[Expression, ...]:
        """Return the expressions that are read before files are joined."""
        last = self.keep_last_by
        kept = () if last is None else _given(last.key, last.order)
        return (*kept, *_given(self.where), *(join.on for join in self.joins))


def _given(*given: Expression | None) -> tuple[Expression, ...]:
    return tuple(each for each in given if each is not None)


def _expression(given: Expression | Time | Amount | Values) -> Expression:
    return given if isinstance(given, Expression) else given.expression
