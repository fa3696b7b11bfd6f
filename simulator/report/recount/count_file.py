"""`count.sql`: the recount as statements for the buyer's own database, in the period, with what the record counts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from simulator.audit.recount.recount_result import Recounted
from simulator.audit.unit_statements import UnitStatement
from simulator.definitions.dialects import in_dialect
from simulator.definitions.statement import WIDTH, remarks
from simulator.report.recount.recount_text import plain_units
from simulator.report.words.meter_words import meter_words
from simulator.report.words.terminal_text import printable


def count_sql(found: Recounted, dialect: str) -> str:
    """Return the statements of all that is counted, over a table `conversations` of the record.

    Args:
        dialect: key of DIALECTS.
    """
    bounds = "" if found.period is None else found.period.bounds
    return "\n".join(_statement(found, each, dialect, bounds) for each in found.statements)


def _statement(found: Recounted, unit: UnitStatement, dialect: str, bounds: str) -> str:
    lines = [f"-- {line}" for words in _words(found, unit, dialect) for line in textwrap.wrap(printable(words), WIDTH)]
    return "\n".join([*lines, in_dialect(unit.counting(bounds), dialect), ";"]) + "\n"


def _words(found: Recounted, unit: UnitStatement, dialect: str) -> Iterator[str]:
    period = "the whole record" if found.period is None else found.period.words
    yield f"{meter_words(unit.meter, {})}, {period}: {plain_units(found.meters[unit.meter])} in the record."
    yield from remarks(unit.definition, dialect)
