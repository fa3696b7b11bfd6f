"""Which conversations to put under which contracts: a search over true bills, counted on futures not chosen on.

`split_parts` names the parts and makes the engine count them, `part_bills` bills some of them, `ranks` ranks costs as
the verdict does, `split_search` searches, `cross_fit` counts the gain, and `splits_found` says what is found.
"""

from simulator.decisions.split.cross_fit import MOST, refuse_no_split, splits
from simulator.decisions.split.split_parts import By, Part, as_asked, counted_scenario, parts_of
from simulator.decisions.split.splits_found import HeldFound, LeftOut, PartFound, Splits

__all__ = [
    "MOST",
    "By",
    "HeldFound",
    "LeftOut",
    "Part",
    "PartFound",
    "Splits",
    "as_asked",
    "counted_scenario",
    "parts_of",
    "refuse_no_split",
    "splits",
]
