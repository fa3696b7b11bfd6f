"""Columns of exports that hold what people wrote: no map may read them, for ids, times and counts are enough."""

from __future__ import annotations

import re
from typing import Final

from simulator.errors import DefinitionError

_MESSAGE_TEXT: Final = frozenset(
    {
        "answer",
        "body",
        "comment",
        "comments",
        "content",
        "conversation_data",
        "conversations_data",
        "custom_summary",
        "description",
        "html_body",
        "inquiry",
        "inquiry_summary",
        "issue_description",
        "last_message",
        "message",
        "message_body",
        "message_text",
        "messages",
        "note_text",
        "notes",
        "plain_body",
        "plaintext_body",
        "question",
        "raw_message",
        "remark",
        "snippet",
        "subject",
        "summary",
        "text",
        "title_text",
        "transcript",
        "transcripts",
        "utterance",
        "variabletext",
        "verbatim",
    }
)
_LESS: Final = re.compile(r"^ssot__|__c$")
LONGEST_WORD: Final = 100
"""Letters of a category: a longer one, or one with a line end, is what somebody wrote."""


def refuse_message_text(name: str) -> None:
    """Refuse a column whose last name says that it holds what people wrote.

    Raises:
        DefinitionError: with what may be read instead.
    """
    last = _LESS.sub("", name.rsplit(".", 1)[-1].strip().lower()).replace(" ", "_").replace("-", "_")
    if last in _MESSAGE_TEXT or last == "automated_resolution_reasoning":
        raise DefinitionError(
            f"{name[:60]!r} holds what people wrote, and no message text can be mapped: "
            "use an id, a time, a state or a count"
        )
