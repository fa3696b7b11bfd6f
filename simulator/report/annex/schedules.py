"""The schedules of an annex but for the worked cases: statements, terms of the price, columns, billing periods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from simulator.audit.unit_statements import TABLE
from simulator.contracts.metering.meters import own_of
from simulator.definitions.dialects import DIALECTS, in_dialect, type_in
from simulator.definitions.statement import statement
from simulator.records import SOURCE, Column, Holder
from simulator.report.annex.counted import Counted
from simulator.report.annex.document import Block, Clause, Code, Grid, Part, listed
from simulator.report.annex.subject import MEANINGS, Subject
from simulator.report.annex.terms_as_written import terms_as_written
from simulator.scenario.stated.months import month_names

HELD: Final[dict[Holder, str]] = {
    "buyer": "the Buyer",
    "both": "both",
    "vendor": "the Vendor",
    "vendor_or_logs": "the Vendor, who delivers its logs",
    "nobody": "nobody",
}
"""Who holds a column, in the third person."""
EXTREMES: Final = {"judged_resolved": ("TRUE", "FALSE"), "csat": ("5", "1")}
"""For each column that may be empty the value with which most counts, and that with which least does."""
NO_SCORE: Final = "csat"
"""The column whose empty values mean that there is none; unknown is it only where the whole of it is empty."""
_READERS: Final = {
    "customer_id": "number of the customer, given by whoever reads the Record",
    "case_id": "number of the Case, given by whoever reads the Record",
    "conversation_id": "number of the Conversation in the Record, given by whoever reads it; no list has it",
}
"""What the reader's own numbers are: the ids of systems are replaced by them."""


def statements_of(of: Subject) -> tuple[str, ...]:
    """Return part A of schedule 1: for each unit the text that counts it in a whole table."""
    return tuple(_statement(of, unit) for unit in of.units)


def _statement(of: Subject, unit: Counted) -> str:
    if unit.definition is not None and unit.segment is None:
        return statement(unit.definition, TABLE, of.said.dialect)
    return in_dialect(unit.text, of.said.dialect) + "\n;\n"


def statements(of: Subject) -> Part:
    """Return schedule 1."""
    first, after = _bounds(of, 1)
    title = DIALECTS[of.said.dialect].title
    blocks: list[Block] = [
        Clause(f"The Record is the table {TABLE}. The text is written for {title}."),
        Clause(
            "Part A counts in the whole of a table, with all Billing Periods that are in it; no invoice is compared "
            f"with it, but with part B.{' Both read Cases whole.' if of.of_cases else ''}"
        ),
    ]
    for unit, text in zip(of.units, statements_of(of), strict=True):
        blocks += [Clause(f"Part A, {unit.name}: {unit.label}."), Code(text)]
    blocks.append(
        Clause(
            "Part B lists what counts in one Billing Period, on the same conditions; its number of rows, or the sum of "
            f"its column units, is the count, and what it has of one {SOURCE.name} is what counts of that. "
            f"The bounds are those of month {of.scenario.start}"
            f"{'' if of.said.time_zone else ' if the Time Zone is UTC'}; Schedule 5 has the others."
        )
    )
    bounds = f"opened_at >= TIMESTAMP '{first}' AND opened_at < TIMESTAMP '{after}'"
    for unit in of.units:
        text = in_dialect(unit.within(bounds), of.said.dialect)
        blocks += [Clause(f"Part B, {unit.name}."), Code(f"{text}\n;\n")]
    return Part("S1", "Statements", (*blocks, *_both_ways(of)))


def has_extremes(of: Subject) -> bool:
    """Return whether one value of each column that may be empty counts for most and one for least, in all rows.

    An own condition may ask for either value, and where both returns and duplicates merge, an original that counts may
    take the unit of its duplicate and have none itself.
    """
    plain = all(
        each.spec.predicate is None and not (each.spec.duplicates == "merged" and "billed_before" in each.memory)
        for each in of.definitions
    )
    return bool(of.unknowable) and plain and not any(own_of(unit.meter) for unit in of.units)


def _both_ways(of: Subject) -> Iterator[Block]:
    """Yield part C: the rows of the record with what is empty filled in, for the highest and the lowest count."""
    if not has_extremes(of):
        return
    yield Clause(
        "Part C gives the rows of the Record with its Unknown Values filled in. Parts A and B, run on them in the "
        f"place of the table {TABLE}, give the highest and the lowest count (clause 8)."
    )
    for place, name in enumerate(("highest", "lowest")):
        filled = {each.name: _filled(each.name, EXTREMES[each.name][place]) for each in of.unknowable}
        chosen = [f"{filled[each.name]} AS {each.name}" if each.name in filled else each.name for each in of.columns]
        listed_columns = ",\n".join(f"  {each}" for each in chosen)
        text = in_dialect(f"SELECT\n{listed_columns}\nFROM {TABLE}", of.said.dialect)
        yield Clause(f"Part C, {name} count.")
        yield Code(f"{text}\n;\n")


def _filled(name: str, value: str) -> str:
    """Return a column with a value in the place of what is unknown."""
    if name == NO_SCORE:
        return f"CASE WHEN (SELECT COUNT({name}) FROM {TABLE}) = 0 THEN {value} ELSE {name} END"
    return f"COALESCE({name}, {value})"


def _bounds(of: Subject, place: int) -> tuple[str, str]:
    """Return the first instants of a billing period, counted from 1, and of the next, in UTC."""
    names = month_names(of.scenario.start, place + 1)
    zone = of.said.time_zone or ZoneInfo("UTC")
    first, after = (_in_utc(name, zone) for name in names[-2:])
    return first, after


def _in_utc(month: str, zone: ZoneInfo) -> str:
    year, number_of_month = map(int, month.split("-"))
    return datetime(year, number_of_month, 1, tzinfo=zone).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def terms(of: Subject) -> Part:
    """Return schedule 3."""
    bound = of.contract.settlement.term_months
    rows = tuple(terms_as_written(of))
    blocks: list[Block] = [
        Clause(f"All terms of the price as the Buyer's scenario states them, amounts in {of.currency}:"),
        Grid(("term", "what it is", "value"), rows, (1.6, 3.2, 1.8)),
        Clause(
            f"Months are counted from {of.scenario.start}, month 1. "
            + (f"The Buyer is bound for {bound} months." if bound > 1 else "The Buyer may cancel every month.")
        ),
        Clause("A term that is not in this schedule is not agreed; nothing else is charged for use."),
    ]
    return Part("S3", "Terms of the price", tuple(blocks))


def columns(of: Subject) -> Part:
    """Return schedule 4."""
    rows = tuple(
        (column.name, _meaning(column), type_in(column.sql, of.said.dialect), HELD[column.held_by])
        for column in of.columns
    )
    blocks: list[Block] = [
        Clause(
            "The Record has a row for every Conversation, billed or not, and these columns, their types as "
            f"{DIALECTS[of.said.dialect].title} calls them:"
        ),
        Grid(("column", "meaning", "type", "held by"), rows, (1.5, 3.2, 1.1, 1.2)),
        Clause(
            f"{SOURCE.name} is the id by which both parties know a Conversation. Where a thread is opened again it "
            "stands in several rows; where it may not be shown, a hash of it stands there, and the List of Units is "
            "hashed in the same way. In a table without such a column, as a simulated one, conversation_id is its own "
            f"{SOURCE.name}."
        ),
    ]
    for column in of.columns:
        if column.name in MEANINGS:
            points = tuple(f"{value}: {words}" for value, words in MEANINGS[column.name].items())
            blocks.append(Clause(f"Values of {column.name}:", points))
    if any(each.memory for each in of.definitions):
        remembered = sorted({name for each in of.definitions for name in each.memory})
        blocks.append(
            Clause(f"The Statement derives {listed(remembered)} from these columns; they are not part of the Record.")
        )
    return Part("S4", "Columns of the Record", tuple(blocks))


def _meaning(column: Column) -> str:
    meaning = _READERS.get(column.name, column.meaning)
    return f"{meaning[:1].upper()}{meaning[1:]}"


def periods(of: Subject) -> Part:
    """Return schedule 5."""
    if of.said.time_zone is None:
        text = (
            f"The bounds in UTC follow from the Time Zone ({of.zone}) and are written here before signature, one row "
            "for each Billing Period."
        )
        return Part("S5", "Bounds of the Billing Periods", (Clause(text),))
    names = month_names(of.scenario.start, of.months)
    rows = tuple((str(place), name, *_bounds(of, place)) for place, name in enumerate(names, start=1))
    blocks = (
        Clause(
            f"Bounds in UTC of the Billing Periods, months in {of.zone}; the first bound belongs to the period, the "
            "second does not. Later periods follow by the same rule."
        ),
        Grid(("no.", "month", "from, UTC", "until before, UTC"), rows, (0.5, 1.0, 1.6, 1.6)),
    )
    return Part("S5", "Bounds of the Billing Periods", blocks)
