"""Which contracts a reader compares: the recommended one, what speaks against it, and the best few others."""

from __future__ import annotations

from typing import Final

from simulator.report.summary.summary import Summary

OTHERS: Final = 2
"""So many others of the ranking are shown beside the recommended contract and its rivals."""


def compared(summary: Summary) -> list[str]:
    """Return the names of the contracts of a first look, in the order of the ranking."""
    named = {summary.recommended, *(rival.name for rival in summary.verdict.rivals)}
    others = [name for name in summary.ranking if name not in named][:OTHERS]
    return [name for name in summary.ranking if name in named or name in others]
