"""Returns in the same thread: a conversation that was opened again is one row of an export and several contacts."""

from __future__ import annotations

from typing import Any

from simulator.audit.log.checks import counted, run_checks
from simulator.audit.log.log_map import LogMap
from simulator.audit.log.log_rows import Counted
from simulator.audit.log.times import Clock, time_sql


def make_parts(connection: Any, log: LogMap, found: Counted) -> None:
    """Make the table parts: n, part from 0, when each opens, and its last event where another part follows.

    Raises:
        DataError: times that cannot be read.
    """
    reopened = log.cases.reopened
    if reopened is None:
        found.remarks.append("who comes back in the same conversation is not seen: the map has no [log.cases] reopened")
        connection.execute(
            "CREATE TABLE parts AS SELECT n, CAST(0 AS BIGINT) AS part, opened_at AS part_opened, "
            "CAST(NULL AS TIMESTAMP) AS part_closed FROM typed"
        )
        return
    join = next(each for each in log.joins if each.name == reopened.join)
    table = f"join_{join.name}"
    time = time_sql(connection, table, "at of [log.cases.reopened]", reopened.at, Clock(log.time_zone, log.ambiguous))
    run_checks(connection, table, time.checks)
    connection.execute(
        "CREATE TABLE thread AS SELECT typed.n, event_at, "
        "SUM(CASE WHEN opens AND event_at > opened_at THEN 1 ELSE 0 END) OVER "
        "(PARTITION BY typed.n ORDER BY event_at, NOT opens ROWS UNBOUNDED PRECEDING) AS part FROM typed JOIN "
        f"(SELECT {join.key.sql} AS thread_key, {time.sql} AS event_at, COALESCE({reopened.when.sql}, FALSE) AS opens "
        f"FROM {table}) AS events ON events.thread_key = typed.thread_key WHERE event_at IS NOT NULL"
    )
    connection.execute(
        "CREATE TABLE parts AS SELECT typed.n, CAST(COALESCE(event.part, 0) AS BIGINT) AS part, "
        "CASE WHEN COALESCE(event.part, 0) = 0 THEN opened_at ELSE event.first_at END AS part_opened, "
        "CASE WHEN event.part < last.part THEN event.last_at END AS part_closed FROM typed "
        "LEFT JOIN (SELECT n, part, MIN(event_at) AS first_at, MAX(event_at) AS last_at FROM thread GROUP BY n, part "
        "UNION ALL SELECT n, 0, NULL, NULL FROM thread GROUP BY n HAVING MIN(part) > 0) AS event ON event.n = typed.n "
        "LEFT JOIN (SELECT n, MAX(part) AS part FROM thread GROUP BY n) AS last ON last.n = typed.n"
    )
    opened = int(connection.execute("SELECT COUNT(*) FROM parts WHERE part > 0").fetchall()[0][0])
    said = counted(opened, "return", "returns")
    found.remarks.append(
        f"{said} in the same thread: a row each, with the outcome and the amounts of the thread; the contact before it "
        f"is taken as {reopened.outcome}, with amounts of 0"
    )
