"""The record of one conversation: every column once, with type, unit, meaning and who holds it.

The synthetic ledger, the table of kinds and a buyer's real log all have these columns; definitions, meters and
audits read nothing else. Key: (case_id, contact, origin). Timestamps are UTC. A conversation may be empty in a
column only where `nullable` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Holder = Literal["buyer", "both", "vendor", "nobody", "vendor_or_logs"]
Kind = Literal[
    "id",
    "count",
    "category",
    "boolean",
    "hours",
    "seconds",
    "minutes",
    "tokens",
    "timestamp",
    "month",
    "score",
]

ORIGINS: Final = ("new", "return", "duplicate")
CLASSES: Final = ("service", "greeting", "spam", "test")
OUTCOMES: Final = ("confirmed", "silent", "abandoned", "partial", "escalated")
TOUCHES: Final = ("none", "review", "handoff")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the record.

    Attributes:
        sql: DuckDB type of the column.
        held_by: who can show the value; `vendor_or_logs` is the vendor, or the buyer where the contract gives the logs.
        categories: the allowed values of a closed category, empty where the scenario names them.
        predicate: whether a definition may read it.
    """

    name: str
    kind: Kind
    sql: str
    held_by: Holder
    meaning: str
    nullable: bool = False
    categories: tuple[str, ...] = ()
    predicate: bool = True


COLUMNS: Final[tuple[Column, ...]] = (
    Column("customer_id", "id", "BIGINT", "buyer", "the customer; in the simulation one customer per case", predicate=False),
    Column("case_id", "id", "BIGINT", "buyer", "the customer's problem", predicate=False),
    Column("conversation_id", "id", "BIGINT", "buyer", "this interaction", predicate=False),
    Column("contact", "count", "SMALLINT", "buyer", "1 for the first conversation of a case, 2 for the first return; a duplicate has its original's number"),
    Column("origin", "category", "VARCHAR", "buyer", "new, a return on the same case, or a duplicate ticket", categories=ORIGINS),
    Column("class", "category", "VARCHAR", "buyer", "service, or a greeting, spam or a test", categories=CLASSES),
    Column("opened_at", "timestamp", "TIMESTAMP", "buyer", "start of the conversation, UTC", predicate=False),
    Column("closed_at", "timestamp", "TIMESTAMP", "buyer", "end of the conversation, UTC", predicate=False),
    Column("duration_seconds", "seconds", "DOUBLE", "buyer", "length of the conversation"),
    Column("intent", "category", "VARCHAR", "buyer", "what the customer wants"),
    Column("channel", "category", "VARCHAR", "buyer", "chat, email, voice ..."),
    Column("complexity", "category", "VARCHAR", "buyer", "level of the case, simple to expert"),
    Column("outcome", "category", "VARCHAR", "both", "how the conversation ended", categories=OUTCOMES),
    Column("answered", "boolean", "BOOLEAN", "both", "a substantive answer of the AI was given"),
    Column("solved", "boolean", "BOOLEAN", "nobody", "the AI in truth solved the problem", predicate=False),
    Column("human_solved", "boolean", "BOOLEAN", "nobody", "a person in truth solved it after this conversation, on its handoff or on a return straight to a person", predicate=False),
    Column("human_touch", "category", "VARCHAR", "buyer", "none, review (compliance) or handoff", categories=TOUCHES),
    Column("handoff_planned", "boolean", "BOOLEAN", "buyer", "the handoff was designed by procedure"),
    Column("action_completed", "boolean", "BOOLEAN", "buyer", "a write in the system of record was completed"),
    Column("judged_resolved", "boolean", "BOOLEAN", "vendor", "verdict of an automatic judge", nullable=True),
    Column("csat", "score", "TINYINT", "buyer", "satisfaction from 1 to 5, empty without a response", nullable=True),
    Column("returned_after_hours", "hours", "DOUBLE", "buyer", "hours from the start to the start of the customer's next contact on the case, empty if none", nullable=True),
    Column("billing_month", "month", "VARCHAR", "buyer", "month in which the case opened, as 2027-01", predicate=False),
    Column("turns", "count", "INTEGER", "both", "messages of the customer"),
    Column("messages", "count", "INTEGER", "both", "messages of both sides"),
    Column("ai_replies", "count", "INTEGER", "both", "messages of the AI"),
    Column("actions", "count", "INTEGER", "both", "completed tool calls"),
    Column("model", "category", "VARCHAR", "vendor", "language model that answered"),
    Column("input_tokens", "tokens", "BIGINT", "vendor_or_logs", "prompt tokens, cached ones included"),
    Column("cached_input_tokens", "tokens", "BIGINT", "vendor_or_logs", "prompt tokens read from cache, within input_tokens"),
    Column("cache_write_tokens", "tokens", "BIGINT", "vendor_or_logs", "prompt tokens written to cache, within input_tokens"),
    Column("output_tokens", "tokens", "BIGINT", "vendor_or_logs", "tokens written by the model, reasoning included"),
    Column("reasoning_tokens", "tokens", "BIGINT", "vendor_or_logs", "reasoning tokens, within output_tokens"),
    Column("human_minutes", "minutes", "DOUBLE", "buyer", "minutes of people: handoff, review and a straight return to a person"),
)  # fmt: skip

MEMORY: Final[tuple[Column, ...]] = (
    Column("billed_before", "boolean", "BOOLEAN", "buyer", "an earlier conversation of the case met the definition's conditions"),
    Column("hours_since_previous", "hours", "DOUBLE", "buyer", "hours since the start of the case's previous conversation, empty for the first", nullable=True),
    Column("hours_since_session_start", "hours", "DOUBLE", "buyer", "hours since the start of the 24 h session that the conversation joins, 0 if it opens one"),
)  # fmt: skip
"""What came just before in the case. A view derives these three columns from the others; a log does not store them."""

SOURCE: Final = Column(
    "source_id",
    "id",
    "VARCHAR",
    "both",
    "id of the conversation in the vendor's system; a thread that is opened again has it in a row for each contact",
    predicate=False,
)
"""The column that the record of a log has beside the others, and a ledger has not: lists of units are joined by it."""

BY_NAME: Final = {column.name: column for column in COLUMNS}
"""Each stored column of the record by its name."""
