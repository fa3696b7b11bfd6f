"""The period of an invoice, and which conversations fall into it.

A period is half open, [start, end), and its days begin at midnight in the vendor's zone. A conversation belongs to it
by its opening, or by its finality: opening plus the hours of silence after which the definition counts it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.audit.recount.invoice_file import Edge, InvoiceLine
from simulator.definitions.spec import DefinitionSpec
from simulator.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulator.arrays import Flags

Basis = Literal["opened", "final"]
LAG_HOURS: Final = 72.0
"""Hours before the end of a period in which what happens may come on the next invoice."""
_MICROSECONDS: Final = 1_000_000
_HOUR: Final = 3_600 * _MICROSECONDS
LONGEST_DAYS: Final = 31
"""Days that lines of several periods may span together, as daily rows of a month do."""
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class BillingPeriod:
    """A period: microseconds since 1970 in UTC, half open.

    Attributes:
        zone: of the vendor, in which its days begin.
        basis: what puts a conversation into it.
        silence_hours: from opening to finality.
    """

    start: int
    end: int
    zone: ZoneInfo
    basis: Basis
    silence_hours: float

    @property
    def words(self) -> str:
        """The period as people write it."""
        first, last = (self._local(moment) for moment in (self.start, self.end))
        how = "opening" if self.basis == "opened" else f"finality ({self.silence_hours:g} h after opening)"
        return f"{first} to {last} (half open), {self.zone.key}, by {how}"

    def _local(self, moment: int) -> str:
        found = datetime.fromtimestamp(moment / _MICROSECONDS, UTC).astimezone(self.zone)
        return found.strftime("%Y-%m-%d" if found.time() == time() else "%Y-%m-%d %H:%M")

    @property
    def month(self) -> str:
        """Calendar month in which it starts, in the vendor's zone."""
        return self._local(self.start)[:7]

    def at(self, opened: NDArray[np.int64], basis: Basis) -> NDArray[np.int64]:
        """Return the moments that count, of conversations opened at others."""
        return opened if basis == "opened" else opened + round(self.silence_hours * _HOUR)

    @property
    def bounds(self) -> str:
        """The condition on opened_at, in UTC, that `holds` is, as a statement has it."""
        silence = 0 if self.basis == "opened" else round(self.silence_hours * _HOUR)
        first, after = (
            datetime.fromtimestamp((edge - silence) / _MICROSECONDS, UTC).replace(tzinfo=None).isoformat(sep=" ")
            for edge in (self.start, self.end)
        )
        return f"opened_at >= TIMESTAMP '{first}' AND opened_at < TIMESTAMP '{after}'"

    def holds(self, opened: NDArray[np.int64], basis: Basis | None = None) -> Flags:
        """Return which conversations fall into it."""
        moments = self.at(opened, basis or self.basis)
        return (moments >= self.start) & (moments < self.end)

    def lags(self, opened: NDArray[np.int64]) -> Flags:
        """Return which conversations become final in the last 72 hours, so that the invoice may not have them yet."""
        return self._within_lag(opened, self.end)

    def lagged(self, opened: NDArray[np.int64]) -> Flags:
        """Return which conversations became final in the 72 hours before it, so that it may have them late."""
        return self._within_lag(opened, self.start)

    def _within_lag(self, opened: NDArray[np.int64], edge: int) -> Flags:
        moments = self.at(opened, "final")
        return (moments >= edge - round(LAG_HOURS * _HOUR)) & (moments < edge)


def months_of_moments(opened: NDArray[np.int64], period: BillingPeriod | None) -> NDArray[np.str_]:
    """Return the calendar month of each conversation, as 2026-10, (conversation,): of opening in UTC without a period.

    With one, by its rule and in its zone.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    moments = opened if period is None else period.at(opened, period.basis)
    if period is not None and period.zone.key != "UTC":
        zoned = pa.array(moments, pa.timestamp("us", tz="UTC")).cast(pa.timestamp("us", tz=period.zone.key))
        moments = pc.local_timestamp(zoned).cast(pa.int64()).to_numpy()
    months: NDArray[np.str_] = moments.astype("datetime64[us]").astype("datetime64[M]").astype(str)
    return months


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name.

    Raises:
        DataError: there is none of the name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise DataError(f"there is no time zone {name[:60]!r}; write it as Europe/Berlin, or UTC") from None


def silence_hours(spec: DefinitionSpec) -> float:
    """Return the hours from opening to finality; 0 where silence counts at once or never."""
    return spec.silence if isinstance(spec.silence, float) else 0.0


def span_of(lines: Iterable[InvoiceLine]) -> tuple[Edge, Edge]:
    """Return from where to where lines go together: an invoice, or daily rows of usage."""
    edges = [(line.start, line.end) for line in lines]
    kinds = {type(edge) for pair in edges for edge in pair}
    if len(kinds) > 1:
        raise DataError("the invoice has periods in days and in moments; write all of them in one way")
    first, last = min(start for start, _ in edges), max(end for _, end in edges)
    if len(set(edges)) > 1 and (last - first).days > LONGEST_DAYS:
        raise DataError(f"the invoice has lines of several periods, from {first} to {last}; give the lines of one")
    return first, last


def month_span(month: str) -> tuple[date, date]:
    """Return the first day of a month, as 2026-10, and that of the next."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise DataError(f"{month[:20]!r} is no month; write it as 2026-10") from None
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, following


def billing_period(span: tuple[Edge, Edge], zone: ZoneInfo, basis: Basis, silence: float) -> BillingPeriod:
    """Return the period between two days of a zone, or two moments.

    Args:
        silence: hours from opening to finality.

    Raises:
        DataError: for years that no invoice has.
    """
    start, end = (_moment(edge, zone) for edge in span)
    return BillingPeriod(start, end, zone, basis, silence)


def _moment(edge: Edge, zone: ZoneInfo) -> int:
    day = edge.date() if isinstance(edge, datetime) else edge
    if not EARLIEST <= day <= LATEST:
        raise DataError(f"the invoice has a period at {day}, and no conversation can be of that time")
    found = edge if isinstance(edge, datetime) else datetime.combine(edge, time(), zone)
    return int(found.timestamp()) * _MICROSECONDS
