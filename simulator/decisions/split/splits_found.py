"""What is found about a split of the conversations between contracts."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.contracts import Tie
from simulator.decisions.split.split_parts import By
from simulator.decisions.worth import Estimate, Worth
from simulator.forecast.priced import Measure
from simulator.forecast.verdict import LEAST_DIFFERENCE, Figure


@dataclass(frozen=True, slots=True)
class PartFound:
    """A part of the conversations, and the contract that it is put under.

    Attributes:
        intent, channel: what it is; None does not choose.
        label: short name of the contract.
        share: of the handled conversations.
        conversations: handled over the horizon, on average.
        alone: mean bill of its contract for this part alone, over the horizon.
        single: that of the best single contract; None of one that cannot hold some parts only.
        to: title of the contract to which moving it costs least; None of a single contract.
        moving: what the whole costs more if it is moved there; None likewise.
        agreed: whether both halves of the futures put it under this contract.
    """

    intent: str | None
    channel: str | None
    contract: str
    title: str
    label: str
    share: float
    conversations: float
    alone: float
    single: float | None
    to: str | None
    moving: Estimate | None
    agreed: bool


@dataclass(frozen=True, slots=True)
class HeldFound:
    """What one contract of the split holds.

    Attributes:
        parts: how many.
        share: of the handled conversations.
        conversations: handled over the horizon, on average.
        bill: the true bill for these over the horizon, with fees and minimums.
    """

    contract: str
    title: str
    parts: int
    share: float
    conversations: float
    bill: Estimate


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A contract that cannot hold some conversations only, and why, in words."""

    contract: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Splits:
    """Which parts of the conversations to put under which contracts.

    Attributes:
        most: contracts that a split may have.
        vendor_cost: of each contract beyond the first, a year.
        years: that the horizon is long.
        measure: what is ranked: the invoice, or invoice and people's work.
        figure: by which the verdict's rule ranks.
        single: the contract that is best by itself.
        recommended: the verdict's contract.
        cost, single_cost: of the split and of the single contract, over the horizon.
        same_cost: the price of the single contract at which it would cost on average what the split does; None where
            there is none.
        held: the contracts of the split.
        same: cost of the split less that of the best single contract on the futures on which both were chosen.
        other: the same on the other half of the futures: what the choice is worth.
        kept, single_kept: share of the other futures in which the budgets are kept; None without a budget.
        agreed: share of the parts that both halves put under the same contract.
    """

    by: By
    most: int
    vendor_cost: float
    years: float
    measure: Measure
    figure: Figure
    single: str
    single_title: str
    recommended: str
    cost: Estimate
    single_cost: Estimate
    same_cost: Tie | None
    held: tuple[HeldFound, ...]
    parts: tuple[PartFound, ...]
    same: Worth
    other: Worth
    kept: float | None
    single_kept: float | None
    agreed: float
    left_out: tuple[LeftOut, ...]

    @property
    def gain(self) -> Estimate:
        """What the split costs less than the single contract on other futures, by the figure that ranks."""
        of = self.other.p90 if self.figure == "p90" else self.other.mean
        return Estimate(-of.value, None if of.high is None else -of.high, None if of.low is None else -of.low)

    @property
    def pays_up_to(self) -> float:
        """What each contract beyond the first may cost a year, `vendor_cost` in it, until the gain is gone."""
        return self.vendor_cost + self.gain.value / self.years / max(len(self.held) - 1, 1)

    @property
    def flattered(self) -> float:
        """What the gain looks larger on the futures on which the split was chosen, on average."""
        return self.other.mean.value - self.same.mean.value

    @property
    def pays(self) -> bool:
        """Whether a split costs less on futures on which it was not chosen, told apart and not too little."""
        return self.told and not self.little

    @property
    def told(self) -> bool:
        """Whether the gain on other futures is told apart from chance."""
        return len(self.held) > 1 and self.gain.value > 0 and (self.gain.low is None or self.gain.low > 0)

    @property
    def little(self) -> bool:
        """Whether the gain is less than what the verdict calls too close between two contracts."""
        return self.gain.value < LEAST_DIFFERENCE * abs(self.single_cost.value)
