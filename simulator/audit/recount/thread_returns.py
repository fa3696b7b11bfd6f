"""The conversation behind a difference: when the customer came back, or had been there before, or a copy's original."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from simulator.arrow import values_of

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from simulator.arrays import Flags

_HOUR: Final = 3_600_000_000
LATER: Final = "later conversation"
EARLIER: Final = "earlier conversation"
ORIGINAL: Final = "original"


@dataclass(frozen=True, slots=True)
class OtherContact:
    """The contact of a case that a clause on returns or duplicates looked at.

    Attributes:
        is_a: what it is to the conversation in question: "later conversation", "earlier conversation" or "original".
        row: of the record; None where it is known by its hours alone.
        opened: microseconds since 1970, UTC; of a return, when it came.
        same_thread: whether it has the same id in the vendor's system. A return that the record knows by its hours
            alone, and not by a row, is taken to be in the same thread.
    """

    is_a: str
    row: int | None
    opened: int
    same_thread: bool

    @property
    def at(self) -> datetime:
        """When it opened, UTC."""
        return datetime.fromtimestamp(self.opened / 1e6, UTC)

    def month(self, zone: ZoneInfo) -> str:
        """Return the month of the invoice that it falls into."""
        return f"{self.at.astimezone(zone):%Y-%m}"


class ThreadReturns:
    """Contacts of the cases in which differences are."""

    def __init__(self, table: pa.Table, groups: NDArray[np.int64], chosen: Flags) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        cases = values_of(table.column("case_id"))
        rows = np.flatnonzero(np.isin(cases, cases[chosen]))
        part = table.select(["case_id", "contact", "origin", "returned_after_hours", "opened_at"]).take(pa.array(rows))
        self._opened: dict[int, int] = {}
        self._hours: dict[int, float | None] = {}
        self._case: dict[int, tuple[int, int]] = {}
        self._row: dict[tuple[int, int], int] = {}
        self._groups = groups
        opened = pc.cast(part.column("opened_at"), pa.int64()).to_pylist()
        for row, each, moment in zip(rows.tolist(), part.to_pylist(), opened, strict=True):
            self._opened[row], self._hours[row] = moment, each["returned_after_hours"]
            self._case[row] = (each["case_id"], each["contact"])
            if each["origin"] != "duplicate":
                self._row[self._case[row]] = row

    def of(self, row: int, *, later: bool) -> OtherContact:
        """Return the next contact of a row where there is one and it is asked for, else the one before it."""
        case, contact = self._case[row]
        hours = self._hours[row]
        following, before = self._row.get((case, contact + 1)), self._row.get((case, contact - 1))
        if hours is not None and later:
            moment = self._opened[row] + round(hours * _HOUR)
            return OtherContact(LATER, following, moment, following is None or self._same_thread(following, row))
        other = before if before is not None else following
        what = EARLIER if before is not None else LATER
        moment = self._opened[row] if other is None else self._opened[other]
        return OtherContact(what, other, moment, other is not None and self._same_thread(other, row))

    def original(self, row: int) -> OtherContact | None:
        """Return the contact that a duplicate is a copy of; None where the record does not have it."""
        found = self._row.get(self._case[row])
        if found is None or found == row:
            return None
        return OtherContact(ORIGINAL, found, self._opened[found], self._same_thread(found, row))

    def _same_thread(self, one: int, other: int) -> bool:
        return bool(self._groups[one] == self._groups[other])
