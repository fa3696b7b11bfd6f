"""The units of a contract: how many are billed, not solved, and billed again, and why there is no number."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.report.summary.distribution import Brief


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledAgainSample:
    """The sample from which it is known what is billed again.

    Attributes:
        conversations: drawn one by one.
        futures: that they are of.
    """

    conversations: int
    futures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Units over the horizon; means over the futures.

    Attributes:
        billed: number of units.
        per_conversation: units per handled conversation; None where no future has one.
        billed_solved: units billed for what was solved; None where the unit cannot be split by it.
        billed_not_solved_amount: what the units that were not solved cost; None as before.
        not_split_by: names of the units that cannot be split; None where they can.
        billed_again: units on cases that were billed before, from a sample; None where `billed_again_missing` says why.
        billed_again_error: standard error, from the size of the sample; None of a single future.
        billed_again_amount: what they cost at the average price of a unit in each future.
        billed_again_not_by: names of the units of which it cannot be told; None where it can.
    """

    billed: Brief
    per_conversation: Brief | None
    billed_solved: float | None
    billed_not_solved: float | None
    solved_not_billed: float | None
    billed_not_solved_by_ai: float | None
    billed_not_solved_amount: float | None
    not_split_by: tuple[str, ...] | None
    billed_again: float | None
    billed_again_error: float | None
    billed_again_amount: float | None
    billed_again_amount_error: float | None
    billed_again_not_by: tuple[str, ...] | None
    billed_again_missing: str | None
