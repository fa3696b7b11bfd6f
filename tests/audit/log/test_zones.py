"""Local times of zones against the standard library's own, which knows the two moments of a time by its fold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.audit.log.zones import kind_sql, spans, to_utc

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "UTC")


def by_library(local: datetime, zone: str) -> list[datetime]:
    """Return the moments, UTC, at which clocks of a zone show a time: none, one or two."""
    found = []
    for fold in (0, 1):
        moment = local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
        if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local and moment not in found:
            found.append(moment)
    return [moment.replace(tzinfo=None) for moment in found]


def by_sql(local: datetime, zone: str, which: str) -> tuple[datetime | None, str]:
    column, around = f"TIMESTAMP '{local}'", spans(zone, local - timedelta(days=200), local + timedelta(days=200))
    row = duckdb.execute(f"SELECT {to_utc(column, around, which)}, {kind_sql(column, around)}").fetchall()[0]  # type: ignore[arg-type]
    return row[0], row[1]


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=25, deadline=None)
@given(minutes=st.integers(0, 4 * 525_600), data=st.data())
def test_a_time_is_once_twice_or_never_as_the_library_says(zone: str, minutes: int, data: st.DataObject) -> None:
    local = datetime(2024, 1, 1) + timedelta(minutes=minutes)
    changes = [span.start for span in spans(zone, datetime(2024, 1, 1), datetime(2028, 1, 1)) if span.kind != "once"]
    if changes and data.draw(st.booleans()):  # near a change, which a random time hardly ever meets
        local = data.draw(st.sampled_from(changes)) + timedelta(minutes=data.draw(st.integers(-90, 150)))
    moments = by_library(local, zone)
    value, kind = by_sql(local, zone, "earlier")
    assert kind == ("never", "once", "twice")[len(moments)]
    assert value == (min(moments) if moments else None)
    assert by_sql(local, zone, "later")[0] == (max(moments) if moments else None)
    assert by_sql(local, zone, "refuse")[0] == (moments[0] if len(moments) == 1 else None)


def test_berlin_has_each_kind() -> None:
    assert by_sql(datetime(2026, 10, 25, 2, 30), "Europe/Berlin", "refuse") == (None, "twice")
    assert by_sql(datetime(2026, 3, 29, 2, 0), "Europe/Berlin", "refuse") == (None, "never")
    assert by_sql(datetime(2026, 3, 29, 3, 0), "Europe/Berlin", "refuse")[0] == datetime(2026, 3, 29, 1, 0)
    assert by_sql(datetime(2026, 10, 25, 3, 0), "Europe/Berlin", "refuse")[0] == datetime(2026, 10, 25, 2, 0)
    assert by_sql(datetime(2026, 10, 25, 1, 59), "Europe/Berlin", "refuse")[0] == datetime(2026, 10, 24, 23, 59)
