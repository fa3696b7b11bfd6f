"""By how much a contract's prices for use must change to tie with the recommended one, as every table writes it."""

from __future__ import annotations

from typing import Final

from simulator.report.summary.contract import ContractNumbers, TieAt
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import percents

MOST: Final = 9.99
"""The largest rise that is written out; beyond it no price will be negotiated."""


def tie_change(summary: Summary, block: ContractNumbers, tie: TieAt | None) -> str:
    """Return the change in percent, in one form for a whole column: "-4 %", "+1 %"; "never" at no price above zero.

    Edges: 0 is "0 %", a rise of 999 % is written out and one of 999.5 % is ">+999 %"; the recommended contract has "-".
    """
    if block.name == summary.recommended:
        return "-"
    if tie is None or tie.factor <= 0:
        return "never"
    change = tie.factor - 1
    if change > MOST:
        return f">+{100 * MOST:.0f} %"
    (text,) = percents([abs(change)], against=[0])
    return text if change == 0 else f"{'+' if change > 0 else '-'}{text}"
