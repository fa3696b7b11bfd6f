"""What each lever on tokens saves under the recommended contract, what it costs in human work, and who keeps it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """What a lever changes over the horizon, after less before on the same futures; money in the scenario's currency.

    Attributes:
        mean, p10, p90: over the futures.
        interval: 95 % of the mean, from the number of futures alone; None for fewer than two.
        share: mean over the mean before; None where that is 0.
    """

    mean: float
    p10: float
    p90: float
    interval: tuple[float, float] | None
    share: float | None


@dataclass(frozen=True, slots=True)
class LeverSaving:
    """One lever moved from its setting in the scenario.

    Attributes:
        lever: routing, compression, retrieval, cache or reasoning.
        words: what the move does.
        before, after: the setting.
        free: whether the scenario states no odds of it on solving or escalating, so that it costs no quality here.
        model_cost: what the models cost the vendor.
        invoice: of the recommended contract.
        cost_to_serve: invoice and human work: what the buyer pays in all.
        vendor_keeps, buyer_keeps: of the saved model cost, sum to 1; below 0 where the invoice moves by more than it.
            None where no model cost is saved.
        sentence: all of it in words.
    """

    lever: str
    words: str
    before: float
    after: float
    free: bool
    model_cost: Change
    human_work: Change
    cases_solved: Change
    invoice: Change
    cost_to_serve: Change
    vendor_keeps: float | None
    buyer_keeps: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Levers:
    """The levers of a scenario under the recommended contract.

    Attributes:
        contract: its key in the scenario.
        futures: on which they were moved, at expected values of conversations.
        note: how to read it.
    """

    contract: str
    futures: int
    levers: tuple[LeverSaving, ...]
    note: str
