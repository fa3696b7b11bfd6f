"""How much to commit: what a contract costs at every size of its commitment or pack, on the same futures.

`committed` says what of a contract is committed and makes the contract of another size; `committed_bills` bills it;
`commitments_found` says what is found, `size_search` finds it, and `falls` says when a minimum becomes dear.
"""

from simulator.decisions.commitment.commitments_found import (
    Commitments,
    Fall,
    Level,
    Owed,
    OwedParts,
    Point,
    Regret,
    Rival,
)
from simulator.decisions.commitment.committed import Size, assumed_size, sizes_of
from simulator.decisions.commitment.size_search import ASSUMED_DISCOUNT, commitments

__all__ = [
    "ASSUMED_DISCOUNT",
    "Commitments",
    "Fall",
    "Level",
    "Owed",
    "OwedParts",
    "Point",
    "Regret",
    "Rival",
    "Size",
    "assumed_size",
    "commitments",
    "sizes_of",
]
