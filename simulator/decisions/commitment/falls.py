"""From which fall of the volume on a commitment that buys nothing in the bill becomes dear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator import risk
from simulator.decisions.commitment.commitments_found import Fall
from simulator.decisions.commitment.committed_bills import as_offered, biller

if TYPE_CHECKING:
    from simulator.decisions.commitment.committed import Size
    from simulator.engine.results import Results

DEAR: Final = 0.01
"""Share of the expected bill that a commitment may add before it is called dear."""
WHOLE: Final = 100
"""Falls are tried in whole percents."""


def dear_from(size: Size, results: Results) -> Fall | None:
    """Return the least fall of the volume at which a commitment as offered adds 1 % of the expected bill or more.

    What a minimum adds only rises as volume falls, so the fall is found by halving. All that is billed by use is in
    proportion to volume; fees stay, and count towards a minimum.

    Returns:
        None where use beyond the commitment is dearer than within it, and where it adds less at any fall.
    """
    if size.trades or _adds(size, results, WHOLE - 1) is None:
        return None
    low, high = -1, WHOLE - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _adds(size, results, middle) is None else (low, middle)
    adds = _adds(size, results, high)
    assert adds is not None
    return Fall(high / WHOLE, adds)


def _adds(size: Size, results: Results, percent: int) -> float | None:
    """Return what the commitment adds on average at a volume lower by so many percent; None if it is not dear."""
    volume = 1.0 - percent / WHOLE
    without = risk.mean(biller(size, results, volume)(0.0))
    adds = risk.mean(as_offered(size.contract, results, volume)) - without
    return adds if adds > 0 and adds >= DEAR * without else None
