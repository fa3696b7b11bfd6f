"""What is billed, in plain words: the units of a contract without keys, and what one of them is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from simulator.contracts.metering.meters import base_of, definition_of, label_of

CLASS_NAMES: Final[Mapping[str, str]] = {
    "input": "prompt, fresh",
    "cached_input": "prompt, from cache",
    "cache_write": "prompt, written to cache",
    "output": "answer and reasoning",
}
"""What the classes of tokens are called in words."""
_COUNTS: Final[Mapping[str, str]] = {
    "conversations": (
        "A conversation about service counts once the customer has written, also if it is handed over, given up or "
        "wrongly answered, and again for a return or a second ticket. Greetings, spam and tests do not count."
    ),
    "cases": "A case counts once, with all its conversations.",
    "tickets": "Every ticket counts, also one that the AI never sees.",
    "messages": "Every message of a conversation counts, the customer's and the AI's.",
    "ai_replies": "Every reply of the AI counts, whether it solves anything or not.",
    "actions": "Every action that the AI takes in another system counts.",
    "minutes": "Minutes of a conversation count, as its record has them.",
    "tokens": "Every token that a model reads or writes counts, by its class, whether the case is solved or not.",
    "sessions": (
        "A session holds the conversations of one case that begin within its window; a later one opens the next."
    ),
}
"""What counts, by the base of a meter; a definition says itself what counts."""


def meter_words(meter: str, titles: Mapping[str, str]) -> str:
    """Return what is billed in words, as in 'resolutions ("Verified after 72 h")'.

    Args:
        titles: of definitions by name.
    """
    parts = meter.split("|")[0].split(":")
    if parts[0] in ("tokens", "tokens_long") and len(parts) > 2:
        long = ", in long prompts" if parts[0] == "tokens_long" else ""
        return f"tokens of {spaced(parts[1])} ({CLASS_NAMES.get(parts[2], spaced(parts[2]))}{long})"
    definition, label = definition_of(meter), label_of(meter)
    if definition is not None and definition in titles:
        label = label.replace(f"({definition})", f'("{titles[definition]}")', 1)
    return spaced(label)


def what_counts(meters: tuple[str, ...]) -> tuple[str, ...]:
    """Return a sentence on what counts for each kind of meter that has no definition to say it."""
    bases = (re.split(r"[:/|]", base_of(meter))[0].removesuffix("_long") for meter in meters)
    return tuple(_COUNTS[base] for base in dict.fromkeys(bases) if base in _COUNTS)


def label_words(label: str, titles: Mapping[str, str]) -> str:
    """Return the label of an invoice's line in words: definitions by title, names without underscores."""
    for name, title in titles.items():
        label = label.replace(f"({name})", f'("{title}")')
    return spaced(label)


def spaced(name: str) -> str:
    """Return a name that an analyst wrote as a key, as words."""
    return re.sub(r"(?<=\w)_(?=\w)", " ", name)
