"""A map of one's own to start from: the shipped map whole, with the keys that every log needs at its beginning."""

from __future__ import annotations

from typing import Final

from simulator.audit.log.shipped_maps import shipped_map, shipped_text

_HEAD: Final = """# Every key is here, so that each can be changed; with `system` alone the shipped map holds as it is.
# Expressions stand over the export's columns; columns with dots or blanks stand in double quotes.
"""
_ZONE: Final = (
    '# time_zone = "Europe/Berlin"         # of times without one; refused if there are any and it is not said\n'
)
_EXTRACTED: Final = "# extracted_at = 2026-11-10T06:00:00Z   # when the export was made: the end of observation\n"
_TOKENS_ONLY: Final = """# Calls belong to conversations: put the name of their system, or your own map, here.
[log]
system = "intercom"

"""


def own_map(system: str) -> str:
    """Return the text of a map that starts from the shipped one of a system."""
    text = shipped_text(system)
    if "columns" not in shipped_map(system):
        tokens = text[text.index("\n[log.tokens]\n") + 1 :].replace(
            "[log.tokens]\n", f'[log.tokens]\nsystem = "{system}"\n', 1
        )
        return _HEAD + _TOKENS_ONLY + tokens
    keys = _EXTRACTED if "time_zone" in shipped_map(system) else _ZONE + _EXTRACTED
    return _HEAD + text.replace("[log]\n", f'[log]\nsystem = "{system}"\n{keys}', 1)
