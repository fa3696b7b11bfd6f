"""Each difference between a vendor's list and the recount, with exactly one kind.

List and record are joined in full by id. An id whose units differ gets the first kind, in the order of `kinds.ORDER`,
that makes them equal: the definition is counted anew with that one clause changed. A kind is therefore an account of
the difference, and of an id that is not billed it is a guess at what the vendor's rule is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.audit.recount import kinds
from simulator.audit.recount.billed_list import BilledId
from simulator.audit.recount.billing_period import BillingPeriod
from simulator.audit.recount.clause_changes import Change
from simulator.audit.recount.difference_rows import EVIDENCE, ROW, Beside, Difference
from simulator.audit.recount.thread_returns import OtherContact, ThreadReturns
from simulator.audit.recount.unit_counts import UnitCounts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.arrays import Flags

_NAMES: Final = MappingProxyType({ROW: "conversation_id"})
_SEVERAL: Final = 2
CANNOT_SETTLE: Final = "the record does not hold what the clause asks, so that it cannot be settled"


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found about one id."""

    kind: str
    clause: str = ""
    why: str = ""
    row: int | None = None
    settled: bool = True
    credit_month: str = ""
    other: OtherContact | None = None


def differences(
    counts: UnitCounts, billed: Mapping[str, BilledId], period: BillingPeriod | None
) -> tuple[Difference, ...]:
    """Return every id whose units differ, those billed too much first, each in the order of kinds."""
    return tuple(_Join(counts, billed, period).found())


class _Join:
    """The full join of a list and a record."""

    def __init__(self, counts: UnitCounts, billed: Mapping[str, BilledId], period: BillingPeriod | None) -> None:
        self.counts, self.period = counts, period
        record = counts.record
        self.listed = {record.hashed(key): each for key, each in billed.items()}
        every = np.ones(len(counts.own), bool)
        self.inside = every if period is None else period.holds(counts.opened)
        other = "final" if period is not None and period.basis == "opened" else "opened"
        self.otherwise = every if period is None else period.holds(counts.opened, other)  # type: ignore[arg-type]
        self.every = every
        self.list_units = np.zeros(len(counts.ids), np.int64)
        self.known = counts.places(self.listed)
        for key, place in self.known.items():
            self.list_units[place] += self.listed[key].units
        self.own = self._by_id(counts.own)
        self.open_ends = self._by_id(counts.at_least), self._by_id(counts.at_most)
        self.changed = {change.definition.name: self._by_id(counts.changed[change.definition.name])
                        for change in counts.changes}  # fmt: skip
        self.by_other = counts.by_id(counts.own, self.otherwise)
        self.unequal = np.flatnonzero(self.list_units != self.own)
        rows_of = np.isin(counts.groups, self.unequal)
        self.rows = _rows_by_id(counts.groups, rows_of)
        self.returns = ThreadReturns(record.table, counts.groups, rows_of)

    def _by_id(self, units: NDArray[np.int8], rows: Flags | None = None) -> NDArray[np.int64]:
        return self.counts.by_id(units, self.inside if rows is None else rows)

    def found(self) -> Iterator[Difference]:
        """Yield the differences in their order."""
        made = [self._difference(int(place)) for place in self.unequal]
        made += [
            Difference(each.written, each.units, 0, kinds.UNKNOWN, "", kinds.OVER[kinds.UNKNOWN], True, {}, each.lines)
            for key, each in self.listed.items()
            if key not in self.known and each.units
        ]
        yield from sorted(
            made, key=lambda each: (each.billed < each.counted, kinds.ORDER.index(each.kind), each.written)
        )

    def _difference(self, place: int) -> Difference:
        key, billed, counted = str(self.counts.ids[place]), int(self.list_units[place]), int(self.own[place])
        listed = self.listed.get(key)
        over = billed > counted
        found = self._over(place, listed, billed) if over else self._under(place, billed)
        row = self._shown_row(place) if found.row is None else found.row
        why = found.why or (kinds.OVER if over else kinds.UNDER)[found.kind]
        return Difference(
            written=key if listed is None else listed.written,
            billed=billed,
            counted=counted,
            kind=found.kind,
            clause=found.clause,
            why=why,
            disputed=over and found.settled and found.kind not in kinds.NO_DISPUTE,
            evidence=self._evidence(row),
            lines=() if listed is None else listed.lines,
            credit_month=found.credit_month,
            beside=self._beside(found.other),
        )

    def _over(self, place: int, listed: BilledId | None, billed: int) -> _Found:
        if listed is not None and listed.units != listed.once and listed.once == self.own[place]:
            return _Found(kinds.DOUBLE)
        if self._is_late(place, billed):
            return _Found(kinds.TIMING)
        if self._other_period(place, billed):
            return _Found(kinds.PERIOD)
        if self._is_open(place, billed):
            return _Found(kinds.VERDICT, self._open_clause(), CANNOT_SETTLE, settled=False)
        change = self._change(place, billed, loosens=True)
        return self._several(place, listed, billed) if change is None else self._by_change(place, change)

    def _under(self, place: int, billed: int) -> _Found:
        if billed < 0:
            return _Found(kinds.DOUBLE)
        if self._other_period(place, billed):
            return _Found(kinds.PERIOD)
        if self.period is not None:
            rows = self.rows[place]
            if (self.period.lags(self.counts.opened[rows]) & (self.counts.own[rows] > 0)).any():
                return _Found(kinds.TIMING)
        if self._is_open(place, billed):
            return _Found(kinds.VERDICT, self._open_clause(), CANNOT_SETTLE, settled=False)
        change = self._change(place, billed, loosens=False)
        return self._several_tightened(place, billed) if change is None else self._by_change(place, change)

    def _several_tightened(self, place: int, billed: int) -> _Found:
        """Return that the conversations of a thread are not billed by several clauses, each by one; else unexplained.

        One conversation never needs several: whatever a clause voids is voided.
        """
        counts, rows = self.counts, self.rows[place]
        mine = rows[self.inside[rows] & (counts.own[rows] > 0)]
        voids = (
            next((change.kind for change in counts.changes
                  if not change.loosens and not counts.changed[change.definition.name][row]), None)
            for row in mine
        )  # fmt: skip
        found = [kind for kind in voids if kind is not None]
        if len(found) < len(mine) - billed:
            return _Found(kinds.UNEXPLAINED)
        needed = [kind for kind in kinds.ORDER if kind in found]
        if len(needed) < _SEVERAL:
            return _Found(kinds.UNEXPLAINED)
        return _Found(kinds.SEVERAL, " and ".join(needed), f"{kinds.UNDER[kinds.SEVERAL]}: {', '.join(needed)}")

    def _change(self, place: int, billed: int, *, loosens: bool) -> Change | None:
        """Return the first change that makes an id equal; of those that move its first conversation, if there are any.

        A thread is billed once, when its first conversation ends: what happened in a later one is looked at after.
        """
        equal = [
            change for change in self.counts.changes
            if change.loosens is loosens and self.changed[change.definition.name][place] == billed
        ]  # fmt: skip
        first = self._shown_row(place)
        moves = [each for each in equal if self.counts.changed[each.definition.name][first] != self.counts.own[first]]
        return next(iter([*moves, *equal]), None)

    def _is_late(self, place: int, billed: int) -> bool:
        """Return whether it is of the last hours of the period before, whose invoice may not have had it."""
        rows = self.rows[place]
        if self.period is None or (self.inside[rows] | self.otherwise[rows]).any():
            return False
        late = self.period.lagged(self.counts.opened[rows])
        return bool(late.any() and self.counts.own[rows][late].sum() == billed)

    def _other_period(self, place: int, billed: int) -> bool:
        """Return whether the other rule of the period, or another period, makes it equal."""
        if self.period is None:
            return False
        rows = self.rows[place]
        if self.by_other[place] == billed:
            return True
        inside = self.inside[rows] | self.otherwise[rows]
        return bool(not inside.any() and self.counts.own[rows].sum() == billed)

    def _by_change(self, place: int, change: Change) -> _Found:
        """Return the kind of a change; of one on returns, by where and when the customer came back."""
        rows = self.rows[place]
        units = self.counts.changed[change.definition.name][rows]
        moved = rows[(units != self.counts.own[rows]) & self.inside[rows]]
        row = int(moved[0]) if len(moved) else self._shown_row(place)
        if change.kind != kinds.RETURNED:
            original = self.returns.original(row) if change.kind == kinds.DUPLICATE else None
            return _Found(change.kind, change.clause, row=row, other=original)
        contact = self.returns.of(row, later=_voids(change))
        if self.period is not None and contact.opened >= self.period.end:
            month = contact.month(self.period.zone)
            return _Found(kinds.LATE, change.clause, row=row, credit_month=month, other=contact)
        kind = kinds.RETURNED if contact.same_thread else kinds.ELSEWHERE
        return _Found(kind, change.clause, row=row, other=contact)

    def _several(self, place: int, listed: BilledId | None, billed: int) -> _Found:
        """Return that several clauses make it equal together, and which of them are needed; else unexplained."""
        counts, rows = self.counts, self.rows[place]
        wanted = listed.once if listed is not None and listed.once != billed else billed
        if "all" not in counts.loosest:
            return _Found(kinds.UNEXPLAINED)
        here = self.inside[rows] if self.inside[rows].any() else self.every[rows]
        if int(counts.loosest["all"][rows][here].sum()) != wanted:
            return _Found(kinds.UNEXPLAINED)
        needed = [kinds.DOUBLE] if wanted != billed else []
        needed += [] if self.inside[rows].any() else [kinds.PERIOD]
        needed += [
            kind for kind in kinds.ORDER
            if kind in counts.loosest and int(counts.loosest[kind][rows][here].sum()) != wanted
        ]  # fmt: skip
        return _Found(kinds.SEVERAL, " and ".join(needed), f"needs several clauses: {', '.join(needed)}")

    def _is_open(self, place: int, billed: int) -> bool:
        """Return whether what the record does not hold may make it equal."""
        return any(end[place] == billed for end in self.open_ends)

    def _open_clause(self) -> str:
        open_columns = [name for name in ("judged_resolved", "csat") if name in self.counts.definition.columns]
        return ", ".join(open_columns)

    def _shown_row(self, place: int) -> int:
        rows = self.rows[place]
        inside = rows[self.inside[rows]]
        return int(inside[0] if len(inside) else rows[0])

    def _evidence(self, row: int) -> dict[str, Any]:
        table = self.counts.record.table
        found = {name: table.column(_NAMES.get(name, name))[row].as_py() for name in EVIDENCE}
        return {name: each.replace(tzinfo=UTC) if isinstance(each, datetime) else each for name, each in found.items()}

    def _beside(self, other: OtherContact | None) -> Beside | None:
        if other is None:
            return None
        key = "" if other.row is None else str(self.counts.ids[self.counts.groups[other.row]])
        listed = self.listed.get(key)
        return Beside(other.is_a, key if listed is None else listed.written, other.at)


def _voids(change: Change) -> bool:
    """Return whether a clause looks at the return after a conversation, and not at what came before it."""
    return "silence" in change.clause or change.definition.spec.returns == "void" or '"void"' in change.clause


def _rows_by_id(groups: NDArray[np.int64], chosen: Flags) -> dict[int, NDArray[np.int64]]:
    """Return the rows of each chosen id, in the order of the record."""
    rows = np.flatnonzero(chosen)
    order = rows[np.argsort(groups[rows], kind="stable")]
    if not len(order):
        return {}
    places, starts = np.unique(groups[order], return_index=True)
    ends = [*starts[1:].tolist(), len(order)]
    return {int(place): order[start:end] for place, start, end in zip(places, starts.tolist(), ends, strict=True)}
