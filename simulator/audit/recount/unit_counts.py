"""Units of a record by row, id and period: of a definition, of its changes, and of what the record leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.arrow import values_of
from simulator.audit.record_file import SOURCE_ID, Record
from simulator.audit.recount.billing_period import Basis, BillingPeriod
from simulator.audit.recount.clause_changes import Change, changes_of, without_clauses
from simulator.audit.recount.kinds import ORDER
from simulator.audit.recount.meter_units import missing
from simulator.definitions import Biller, Definition
from simulator.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from simulator.arrays import Flags

OPEN_COLUMNS: Final = ("judged_resolved", "csat")
"""Columns whose empty values leave a count open: any of the verdict, all of a score that the log does not have."""
LEAST_CSAT: Final = 1


@dataclass(frozen=True)
class UnitCounts:
    """Units of a record under one definition.

    Attributes:
        own: 0 or 1 per row, by the definition's text on the record as it is.
        at_least, at_most: the same, what is not known taken as false and as true.
        changed: units per row by the name of a change's definition.
        loosest: units per row without any clause, and without all but those of one kind.
        opened: microseconds since 1970, UTC, per row.
        groups: per row the number of its id; `ids` has the texts.
    """

    record: Record
    definition: Definition
    changes: tuple[Change, ...]
    own: NDArray[np.int8]
    at_least: NDArray[np.int8]
    at_most: NDArray[np.int8]
    changed: Mapping[str, NDArray[np.int8]]
    loosest: Mapping[str, NDArray[np.int8]]
    opened: NDArray[np.int64]
    groups: NDArray[np.int64]
    ids: NDArray[np.str_]

    def by_id(self, units: NDArray[np.int8], rows: Flags) -> NDArray[np.int64]:
        """Return the units of some rows by id, (id,)."""
        return np.bincount(self.groups, weights=units * rows, minlength=len(self.ids)).astype(np.int64)

    def total(self, units: NDArray[np.int8], period: BillingPeriod | None, basis: Basis | None = None) -> int:
        """Return the units of a period, or of the whole record."""
        rows = np.ones(len(units), bool) if period is None else period.holds(self.opened, basis)
        return int(units[rows].sum())

    def places(self, keys: Iterable[str]) -> Mapping[str, int]:
        """Return the numbers of those ids that the record has."""
        asked = np.array(list(keys), dtype=object)
        found = np.minimum(np.searchsorted(self.ids, asked), max(len(self.ids) - 1, 0))
        there = self.ids[found] == asked if len(self.ids) else np.zeros(len(asked), bool)
        return dict(zip(asked[there].tolist(), found[there].tolist(), strict=True))


def unit_counts(record: Record, definition: Definition) -> UnitCounts:
    """Return the units of a record by a definition's own text, and by each change of it.

    Raises:
        DataError: the record is empty in a column that the definition reads.
    """
    _refuse_empty(record, definition)
    changes = changes_of(definition, record.empty)
    loosest = {"all": without_clauses(definition), **{kind: without_clauses(definition, kind) for kind in ORDER}}
    asked = {definition.name: definition, **{each.definition.name: each.definition for each in changes}}
    asked |= {each.name: each for each in loosest.values() if each is not None and not set(each.columns) & record.empty}
    units = Biller(asked).units(record.table)
    own = units[definition.name]
    ends = [own if filled is record.table else Biller({definition.name: definition}).units(filled)[definition.name]
            for filled in (_known(record, definition, as_true=as_true) for as_true in (False, True))]  # fmt: skip
    ids, groups = np.unique(values_of(record.table.column(SOURCE_ID)), return_inverse=True)
    return UnitCounts(
        record=record,
        definition=definition,
        changes=changes,
        own=own,
        at_least=np.minimum.reduce([own, *ends]),
        at_most=np.maximum.reduce([own, *ends]),
        changed={each.definition.name: units[each.definition.name] for each in changes},
        loosest={key: units[each.name] for key, each in loosest.items() if each is not None and each.name in units},
        opened=microseconds(record.table),
        groups=groups.astype(np.int64),
        ids=ids,
    )


def microseconds(table: pa.Table) -> NDArray[np.int64]:
    """Return when each conversation opened, since 1970, UTC."""
    import pyarrow as pa

    opened: NDArray[np.int64] = values_of(table.column("opened_at").cast(pa.int64()))
    return opened


def _refuse_empty(record: Record, definition: Definition) -> None:
    """Refuse a definition that reads a column with empty values in which no value may be missing."""
    if why := missing(record, definition.columns):
        raise DataError(f"{record.path}: definition {definition.name!r} cannot be counted: {why}")


def _known(record: Record, definition: Definition, *, as_true: bool) -> pa.Table:
    """Return the rows with what is not known as false or as true; the table itself where all is known."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table, empty = record.table, record.empty
    for name in OPEN_COLUMNS:
        values = table.column(name)
        is_open = values.null_count and (name == "judged_resolved" or name in empty)
        if name not in definition.columns or not is_open:
            continue
        if name == "csat":
            filled = values if as_true else pa.array(np.full(len(values), LEAST_CSAT, np.int8))
        else:
            filled = pc.fill_null(values, as_true)
        table = table.set_column(table.column_names.index(name), name, filled)
    return table
