"""How well P90 is known, where a run was asked for a precision."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """What was asked, of which contracts, and what was reached.

    Attributes:
        asked: half the 95 % interval of P90 as a share of it, at most.
        reached: the largest such share of the contracts asked about; None where a P90 has no interval, or is 0.
        enough: whether it is as well known as asked.
        of: "recommended", "all", or the name of a contract.
        widest: name of the contract whose share `reached` is.
        contracts: names of the contracts asked about.
    """

    asked: float
    reached: float | None
    enough: bool
    of: str
    widest: str
    contracts: tuple[str, ...]
