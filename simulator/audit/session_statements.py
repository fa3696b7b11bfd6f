"""The statements that count sessions: a unit is the conversation that opens one."""

from __future__ import annotations

from typing import Final

from simulator.contracts.metering.meters import Sessions
from simulator.definitions import DefinitionSpec, compile_definition
from simulator.definitions.statement import LISTED, counting, listing
from simulator.definitions.text import indented, number

COLUMNS: Final = ("case_id", "contact", "origin", "opened_at", "channel", "returned_after_hours")
"""Columns of the record that say which conversations open a session."""
_OPENS: Final = compile_definition("session", DefinitionSpec(predicate="hours_since_session_start = 0"))
_BEFORE: Final = """SELECT *,
  LAG(returned_after_hours) OVER (
    PARTITION BY case_id, CASE WHEN origin = 'duplicate' THEN 1 ELSE 0 END ORDER BY contact
  ) AS hours_before,
  MAX(CASE WHEN origin <> 'duplicate' THEN channel END) OVER (PARTITION BY case_id, contact) AS original_channel
FROM {table}"""
"""The record with the hours since the conversation before, and with the channel of a duplicate's original."""


def sessions_counted(window: Sessions, table: str, only: str) -> str:
    """Return the query that counts sessions in a table, in the text that `in_dialect` reads.

    Args:
        only: a further condition on the conversation that opens one; cases are looked at whole all the same.
    """
    if window.anchor == "start":
        return counting(_OPENS, table, only, window.hours)
    return _from_the_last(window, table, "COUNT(*) AS units", only)


def sessions_listed(window: Sessions, table: str, only: str) -> str:
    """Return the query that lists the conversations that open a session; see `sessions_counted`."""
    if window.anchor == "start":
        return listing(_OPENS, table, only, window.hours)
    listed = _from_the_last(window, table, LISTED, only)
    return f"{listed}\nORDER BY opened_at, conversation_id"


def _from_the_last(window: Sessions, table: str, chosen: str, only: str) -> str:
    opens = (
        "CASE WHEN origin = 'duplicate' THEN channel <> original_channel\n"
        f"  ELSE hours_before IS NULL OR hours_before >= {number(window.hours)} END"
    )
    conditions = f"{opens}\nAND {only}" if only else opens
    record = indented(_BEFORE.format(table=table))
    return f"SELECT {chosen}\nFROM (\n{record}\n) AS record\nWHERE\n{indented(conditions)}"
