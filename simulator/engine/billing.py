"""Units and amounts of own meters, by the table of kinds, and by SQL on rows where kinds do not have what is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.engine.columns import Columns
from simulator.engine.compiled import loop
from simulator.engine.kinds import Kinds
from simulator.engine.record import record
from simulator.engine.rows import Rows
from simulator.scenario.schema import Scenario

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Units:
    """What conversations count for.

    Attributes:
        definitions: their names, in the order of `units`: those billed by kind, then those billed on rows.
        meters: names of own meters, in the order of `amounts`, likewise.
        units: 0 or 1, shape (definition, conversation).
        amounts: at least 0, shape (meter, conversation).
    """

    definitions: tuple[str, ...]
    meters: tuple[str, ...]
    units: NDArray[np.uint8]
    amounts: Array


def bill_rows(kinds: Kinds, scenario: Scenario, rows: Rows, columns: Columns) -> Units:
    """Bill whole cases.

    Args:
        rows: case by case, each conversation with its duplicate behind it.
        columns: of the same rows.

    Raises:
        DefinitionError: an own meter is too large for a number.
    """
    rest, tables = kinds.rest, kinds.tables
    definitions, meters = (*kinds.definitions, *rest.definitions), (*kinds.meters, *rest.meters)
    units = np.zeros((len(definitions), len(rows)), np.uint8)
    amounts = np.zeros((len(meters), len(rows)))
    loop("bill_by_kind")(columns, tables, units, amounts)
    if rest.definitions or rest.meters:
        billed = rest.bill(record(rows, scenario, rest.columns))
        for place, name in enumerate(rest.definitions, start=len(kinds.definitions)):
            units[place] = billed.units[name]
        for place, name in enumerate(rest.meters, start=len(kinds.meters)):
            amounts[place] = billed.amounts[name]
    return Units(definitions, meters, units, amounts)
