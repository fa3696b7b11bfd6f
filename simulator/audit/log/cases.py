"""Which conversations are one case: originals of duplicates, contacts of a thread, and the rule of the map.

Every rule becomes a pointer from a conversation to an earlier one, or to itself; following pointers to their end gives
the case. So a chain of links, of windows and of duplicates is resolved in the same way.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from simulator.arrays import Index
from simulator.audit.log.checks import Check, counted, run_checks
from simulator.audit.log.log_map import LogMap
from simulator.audit.log.log_rows import Counted
from simulator.audit.log.threads import make_parts
from simulator.errors import DataError

MOST_CONTACTS: Final = 1_000
"""Contacts of one case above which it is no customer's problem but a shared address or a test."""
SEVERAL_DUPLICATES: Final = "another duplicate of the same contact"


def make_contacts(connection: Any, log: LogMap, found: Counted) -> None:
    """Make the table contacts: n and part of a conversation, root (its case), contact, origin, opened_at, part_closed.

    The table typed has n from 1 in the order of opened_at. A duplicate has the contact of its original.

    Raises:
        DataError: a rule that does not end, or a case of more than 1,000 contacts.
    """
    total = int(connection.execute("SELECT COUNT(*) FROM typed").fetchall()[0][0])
    originals = _originals(connection, log, total, found)
    is_duplicate = originals != np.arange(total)
    _register(connection, "original", originals)
    make_parts(connection, log, found)
    parents = _parents(connection, log, total, found)
    roots = _ends(np.where(is_duplicate, originals, parents), "the links of [log.cases]")
    _register(connection, "root", roots)
    connection.execute(_CONTACTS)
    connection.execute(_WITH_DUPLICATES)
    _drop_further_duplicates(connection, found)
    _check_contacts(connection)


def _register(connection: Any, name: str, pointers: Index) -> None:
    """Make a table of pointers: n and what it points to, both from 1."""
    import pyarrow as pa

    given = pa.table({"n": np.arange(len(pointers), dtype=np.int64) + 1, "target": pointers + 1})
    connection.register("given_pointers", given)
    connection.execute(f"CREATE TABLE pointer_{name} AS SELECT * FROM given_pointers")
    connection.unregister("given_pointers")


def _pointers(connection: Any, sql: str, total: int) -> Index:
    """Return for each row what it points to, itself where the query has nothing; numbers from 0."""
    pairs = connection.execute(sql).fetchnumpy()
    start, target = pairs.values()
    found = np.arange(total, dtype=np.int64)
    found[np.asarray(start, dtype=np.int64) - 1] = np.asarray(target, dtype=np.int64) - 1
    return found


def _ends(pointers: Index, what: str) -> Index:
    """Return where the pointers of each row end.

    Raises:
        DataError: they go round in a circle.
    """
    ends = pointers
    for _ in range(max(len(pointers), 2).bit_length() + 1):  # each step doubles how far a pointer is followed
        following = ends[ends]
        if (following == ends).all():
            break
        ends = following
    if (pointers[ends] != ends).any():
        raise DataError(f"{what} go round in a circle\n  fix: map the id of the conversation before, not of one after")
    return ends


def _originals(connection: Any, log: LogMap, total: int, found: Counted) -> Index:
    rule, itself = log.duplicates, np.arange(total, dtype=np.int64)
    pointers = itself
    if rule.when is not None:
        pointers = _pointers(connection, _BEFORE, total)
    if rule.merged is not None:
        merged = _pointers(connection, _MERGED, total)
        pointers = np.where(merged != itself, merged, pointers)
    marked = int(connection.execute("SELECT COUNT(*) FROM typed WHERE is_duplicate").fetchall()[0][0])
    alone = marked - int((pointers != itself).sum())
    if alone > 0:
        said = counted(alone, "duplicate has", "duplicates have")
        found.remarks.append(f"{said} no original in the log, and stay as they are")
    return _ends(pointers, "merged conversations")


_BEFORE: Final = """SELECT later.n AS n, earlier.n AS target
FROM (SELECT n, customer_key FROM typed WHERE is_duplicate AND customer_key IS NOT NULL) AS later
ASOF JOIN (SELECT n, customer_key FROM typed WHERE NOT is_duplicate AND customer_key IS NOT NULL) AS earlier
ON later.customer_key = earlier.customer_key AND later.n > earlier.n"""
_MERGED: Final = """SELECT copy.n AS n, MIN(given.n) AS target FROM (
  SELECT n, UNNEST(TRY_CAST(TRY_CAST(merged AS JSON) AS VARCHAR[])) AS merged_id FROM typed WHERE merged IS NOT NULL
) AS given JOIN typed AS copy ON copy.conversation_key = given.merged_id WHERE copy.n <> given.n GROUP BY copy.n"""


def _parents(connection: Any, log: LogMap, total: int, found: Counted) -> Index:
    """Return which conversation each one continues by the rule of the map, itself where it opens a case."""
    if log.cases.column is not None:
        first = "SELECT n, MIN(n) OVER (PARTITION BY case_key) AS target FROM typed WHERE case_key IS NOT NULL"
        return _pointers(connection, first, total)
    windowed = np.arange(total, dtype=np.int64)
    if log.cases.window_hours is not None:
        windowed = _pointers(connection, _windowed(log), total)
    if log.cases.link is None:
        return windowed
    linked = _linked(connection, total, found)
    return np.where(linked != np.arange(total), linked, windowed)


def _linked(connection: Any, total: int, found: Counted) -> Index:
    """Return which conversation each one names as the one before, itself where it names none of the log."""
    unknown = connection.execute(
        "SELECT COUNT(*) FROM typed WHERE case_key IS NOT NULL AND case_key NOT IN (SELECT conversation_key FROM typed)"
    ).fetchall()[0][0]
    if unknown:
        said = counted(unknown, "conversation continues", "conversations continue")
        found.remarks.append(f"{said} one that is not in the log: the link is not used")
    linked = "SELECT later.n AS n, earlier.n AS target FROM typed AS later JOIN typed AS earlier "
    return _pointers(connection, f"{linked}ON earlier.conversation_key = later.case_key", total)


def _windowed(log: LogMap) -> str:
    hours = log.cases.window_hours
    return (
        "SELECT n, before AS target FROM (SELECT n, part, part_opened, LAG(n) OVER contacts AS before, "
        f"LAG(part_opened) OVER contacts AS last_opened FROM ({same_customer()}) "
        f"WINDOW contacts AS (PARTITION BY {', '.join(partition(log.cases.same))} ORDER BY part_opened, n, part)) "
        "WHERE part = 0 AND before IS NOT NULL "
        f"AND DATE_DIFF('microsecond', last_opened, part_opened) <= {hours!r} * 3.6e9"
    )


def same_customer() -> str:
    """Return a SELECT of all contacts but duplicates that have a customer, with what tells their cases."""
    return (
        "SELECT parts.n, parts.part, parts.part_opened, typed.* EXCLUDE (n) FROM parts JOIN typed ON typed.n = parts.n "
        "JOIN pointer_original AS original ON original.n = parts.n "
        "WHERE original.target = parts.n AND typed.customer_key IS NOT NULL"
    )


def partition(same: tuple[str, ...]) -> list[str]:
    """Return the columns of typed that contacts of a case share."""
    return ["customer_key" if name == "customer_id" else name for name in same]


_CONTACTS: Final = """CREATE TABLE contacts AS
SELECT parts.n, parts.part, root.target AS root, parts.part_opened AS opened_at, parts.part_closed,
  FALSE AS is_duplicate,
  ROW_NUMBER() OVER case_order AS contact,
  DATE_DIFF('microsecond', parts.part_opened, LEAD(parts.part_opened) OVER case_order) / 3.6e9 AS returned_after_hours,
  FIRST_VALUE(parts.part_opened) OVER case_order AS case_opened
FROM parts JOIN pointer_root AS root ON root.n = parts.n JOIN pointer_original AS original ON original.n = parts.n
WHERE original.target = parts.n
WINDOW case_order AS (PARTITION BY root.target ORDER BY parts.part_opened, parts.n, parts.part)"""
_WITH_DUPLICATES: Final = """INSERT INTO contacts
SELECT copy.n, 0, mine.root, copy.opened_at, NULL, TRUE,
  ARG_MAX(mine.contact, (mine.opened_at <= copy.opened_at, CASE WHEN mine.opened_at <= copy.opened_at THEN mine.contact
    ELSE -mine.contact END)), NULL, ANY_VALUE(mine.case_opened)
FROM typed AS copy JOIN pointer_original AS original ON original.n = copy.n
JOIN contacts AS mine ON mine.n = original.target
WHERE original.target <> copy.n GROUP BY copy.n, mine.root, copy.opened_at"""


def _drop_further_duplicates(connection: Any, found: Counted) -> None:
    """Leave out all but the first duplicate of a contact, as (case_id, contact, origin) is the record's key."""
    before = connection.execute("SELECT COUNT(*) FROM contacts").fetchall()[0][0]
    connection.execute(
        "DELETE FROM contacts WHERE is_duplicate AND n NOT IN "
        "(SELECT MIN(n) FROM contacts WHERE is_duplicate GROUP BY root, contact)"
    )
    found.drop(SEVERAL_DUPLICATES, before - connection.execute("SELECT COUNT(*) FROM contacts").fetchall()[0][0])


def _check_contacts(connection: Any) -> None:
    connection.execute(
        'CREATE VIEW contact_rows AS SELECT typed."file", typed."row", contacts.contact FROM contacts '
        "JOIN typed ON typed.n = contacts.n"
    )
    fix = (
        "is the customer a shared address or a test? leave it out with `where`, or make it empty with nullif(..., ...)"
    )
    many = Check(f"a case has more than {MOST_CONTACTS:,} contacts", f"contact > {MOST_CONTACTS}", "contact", fix)
    run_checks(connection, "contact_rows", [many])
