"""Months with far fewer conversations than their neighbours: most often an export that stopped."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from simulator.audit.log.log_map import LogMap
from simulator.errors import DataError

LEAST_SHARE: Final = 0.3
"""Share of its neighbours below which a month is partial."""
FEWEST: Final = 30
"""Conversations of the neighbours from which on a month is compared with them."""


def month_counts(connection: Any, table: str) -> dict[str, int]:
    """Return conversations by month of their opening, UTC, as 2026-10; months between with none have 0."""
    found = dict(
        connection.execute(
            f"SELECT STRFTIME(opened_at, '%Y-%m'), COUNT(*) FROM {table} GROUP BY 1 ORDER BY 1"
        ).fetchall()
    )
    first, last = min(found), max(found)
    month, counts = first, {}
    while month <= last:
        counts[month] = found.get(month, 0)
        year, number = map(int, month.split("-"))
        month = f"{year + number // 12:04d}-{number % 12 + 1:02d}"
    return counts


def check_months(connection: Any, log: LogMap, extracted_at: datetime) -> None:
    """Refuse a log with a partial month that the map does not name.

    Raises:
        DataError: with the month, its count and those of its neighbours.
    """
    counts = month_counts(connection, "typed")
    names = list(counts)
    wrong = []
    for place, month in enumerate(names):
        near = [counts[each] for each in (*names[max(place - 1, 0) : place], *names[place + 1 : place + 2])]
        expected = sum(near) / len(near) if near else 0.0
        if expected >= FEWEST and counts[month] < LEAST_SHARE * expected and month not in log.partial_months:
            wrong.append(
                f"  {month}: {counts[month]:,} conversations, its neighbours {' and '.join(f'{n:,}' for n in near)}"
            )
    if wrong:
        raise DataError(
            "\n".join(
                [
                    f"a month has under {100 * LEAST_SHARE:.0f} % of its neighbours, as of an export that stopped",
                    *wrong[:5],
                    f'  fix: export the whole month; or name it: partial_months = ["{wrong[0].split(":")[0].strip()}"]',
                ]
            )
        )
