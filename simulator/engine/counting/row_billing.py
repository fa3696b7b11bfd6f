"""Units and amounts of own meters, by the table of kinds, and by SQL on rows where kinds do not have what is read."""

from __future__ import annotations

import numpy as np

from simulator.definitions.counted_rows import CountedRows
from simulator.engine.compiling.compiled import loop
from simulator.engine.counting.billing_loops import OF_ROWS, Codes
from simulator.engine.counting.conversation_kinds import COORDINATES, Kinds
from simulator.engine.draws.record_table import record
from simulator.engine.draws.rows import Rows
from simulator.scenario.schema import Scenario


def codes_of(kinds: Kinds, rows: Rows) -> Codes:
    """Return the codes of whole cases, shape (coordinate, conversation), in the order of COORDINATES.

    Those that no reader looks at are not filled in.

    Args:
        rows: case by case, each conversation with its duplicate behind it.
    """
    codes = np.empty((OF_ROWS, len(rows)), np.int32)
    made = {
        "end": rows.end,
        "planned": rows.planned,
        "review": rows.review,
        "action": rows.action,
        "judged": rows.judged,
        "class": rows.service_class,
        "score": rows.score,
        "contact": rows.contact,
        "origin": rows.origin,
        "intent": rows.who.intent,
        "channel": rows.who.channel,
        "level": rows.who.level,
        "turns": rows.turns,
    }
    read = (kinds.tables.stride != 0).sum(axis=0) > 0
    for name, column in made.items():
        place = COORDINATES.index(name)
        if read[place] or name == "origin":
            codes[place] = column
    for name in ("contact", "turns"):
        codes[COORDINATES.index(name)] -= 1
    loop("fill_delays")(rows.delay_hours, kinds.tables.borders, codes)
    return codes


def bill_rows(kinds: Kinds, scenario: Scenario, rows: Rows, codes: Codes) -> CountedRows:
    """Return what each conversation of whole cases counts for.

    Args:
        codes: of the rows.

    Raises:
        DefinitionError: an own meter is too large for a number.
    """
    rest, tables = kinds.rest, kinds.tables
    look_up, remember = loop("look_up"), loop("remember")
    units = {name: np.empty(len(rows), np.int8) for name in kinds.definitions}
    amounts = {name: np.empty(len(rows)) for name in kinds.meters}
    of_readers = [*zip(tables.base, units.values(), strict=True), *zip(tables.amount, amounts.values(), strict=True)]
    for reader, found in of_readers:
        look_up(tables.values, tables.offset[reader], tables.stride[reader], codes, found)
    for reader, found in zip(tables.unit, units.values(), strict=True):
        if reader >= 0:
            remember(tables.values, tables.offset[reader], tables.stride[reader], codes, found)
    if not (rest.definitions or rest.meters):
        return CountedRows(units, amounts)
    billed = rest.bill(record(rows, scenario, rest.columns))
    return CountedRows({**units, **billed.units}, {**amounts, **billed.amounts})
