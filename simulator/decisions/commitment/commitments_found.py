"""What is found about the size of a commitment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.decisions.commitment.committed import Kind
from simulator.decisions.worth import Estimate, Worth

Case = Literal["lowest_tenth", "highest_tenth", "fifth_less", "fifth_more"]


@dataclass(frozen=True, slots=True)
class Level:
    """A size of the commitment, and what the contract then bills over the horizon, in the scenario's currency.

    Attributes:
        size: what is committed a period, in units or in the contract's money.
        units: the same in units; None where they have no single price.
        money: what it costs a period, used or not.
        place: share of the periods of all futures whose use stays within it.
        unused: share of it that is not used; for an assumed commitment also the discount from which it pays.
        mean, p90: of the invoice over the horizon.
        against: the invoice less that of the commitment as offered; of an assumed one, less that without it.
        fifth_less, fifth_more: mean invoice at 20 % less and more volume.
    """

    size: float
    units: float | None
    money: float
    place: float
    unused: Estimate
    mean: Estimate
    p90: Estimate
    against: Worth
    fifth_less: float
    fifth_more: float


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the cost curve; see `Level`."""

    size: float
    mean: float
    p90: float
    against_mean: Estimate
    against_p90: Estimate


@dataclass(frozen=True, slots=True)
class Regret:
    """What a commitment costs more than the one that would have been best, had the volume been known.

    Attributes:
        case: the tenth of the futures with the least or most use, or a fifth less or more volume in all of them.
        best_size: the commitment with the lowest mean in the case.
        least: that mean.
        own: regret of the commitment as offered; of an assumed one, of none.
        chosen: regret of the commitment with the lowest mean over all futures.
    """

    case: Case
    best_size: float
    least: float
    own: Estimate
    chosen: Estimate


@dataclass(frozen=True, slots=True)
class OwedParts:
    """Mean still owed, by what it is owed for; see `simulator.contracts.invoices.leaving.Owed`.

    Attributes:
        fees: to the end of the term, of any commitment.
        commitment: what minimums and commitments still ask for.
    """

    fees: float
    commitment: float
    other: float
    total: float


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed if use stops after a month: as offered (without an assumed commitment), and with the best one."""

    month: int
    own: OwedParts
    chosen: OwedParts


@dataclass(frozen=True, slots=True)
class Fall:
    """The least fall of the volume at which the commitment as offered is dear.

    Attributes:
        share: of the volume; 0 where it is dear already.
        adds: what it adds to the expected bill there.
    """

    share: float
    adds: float


@dataclass(frozen=True, slots=True)
class Rival:
    """A contract of the scenario without a commitment.

    Attributes:
        same_unit: whether it bills the same unit.
        best, own: invoice of the best size, and of the size as offered, less the rival's.
        walk_away: size up to which the contract costs no more on average; None where it costs more at every size or
            less at every size that was tried.
    """

    name: str
    title: str
    same_unit: bool
    best: Worth
    own: Worth
    walk_away: Estimate | None


@dataclass(frozen=True, slots=True)
class Commitments:
    """How much to commit under a contract.

    Attributes:
        recommended: title of the contract that the verdict takes, where that is another one.
        recommended_commits: whether that one commits its buyer to any use, as far as a size of it could be asked about.
        kind: of commitment; "assumed" where the contract has none.
        months: of a period.
        unit: what is committed, as in "handled conversation"; None for money.
        committed, beyond: what one of the size costs within and beyond the commitment, in the contract's currency.
        rate: units of the scenario's currency for one of the contract's.
        discount: that the assumed commitment buys.
        given: whether somebody gave that discount.
        own: as offered; with the assumed commitment, without it.
        best: with the lowest mean.
        best_size: the same with the sampling interval of its size.
        nearly: least and largest size whose mean is within 1 % of the lowest.
        best_p90: with the lowest P90.
        premium: invoice of that less the invoice of `best`.
        quantile: share of periods whose use stays within the best commitment by the newsvendor's rule; None where
            nothing is dearer beyond the commitment.
        newsvendor: the use at that share; None likewise.
        dear_from: fall of the volume from which the commitment as offered adds 1 % of the bill, where nothing is dearer
            beyond it; None likewise, and where no fall makes it dear.
        free: size that adds nothing in nine of ten futures, where nothing is dearer beyond the commitment; else None.
        levels: at the P10, P25, P50, P75 and P90 of use by period.
        step: sizes are tried in multiples of it.
        others: other commitments that the contract has, which stay as they are.
        pays_to: size up to which an assumed commitment costs no more on average than none; 0 where none pays, None for
            a commitment of the contract.
        binding: names and titles of the other contracts of the scenario that commit their buyer.
    """

    contract: str
    title: str
    recommended: str | None
    recommended_commits: bool
    kind: Kind
    months: int
    unit: str | None
    committed: float
    beyond: float
    rate: float
    discount: float | None
    given: bool
    own: Level
    best: Level
    best_size: Estimate
    nearly: tuple[float, float]
    best_p90: Level
    premium: Worth
    quantile: float | None
    newsvendor: float | None
    dear_from: Fall | None
    free: float | None
    levels: tuple[Level, ...]
    curve: tuple[Point, ...]
    regrets: tuple[Regret, ...]
    exits: tuple[Owed, ...]
    rival: Rival | None
    step: float
    others: tuple[Kind, ...]
    pays_to: Estimate | None
    binding: tuple[tuple[str, str], ...]
