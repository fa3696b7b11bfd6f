"""How much of an invoice's variance comes from what is not known today, from the months, and from single conversations.

Shares of the variance of the horizon's invoice by the law of total variance. Two futures that share their unknowns and
their months but not their conversations differ by conversations alone; two that share only their unknowns by
conversations and months: half the mean square of such differences is the variance of the parts that differ
(Saltelli et al., Global Sensitivity Analysis, ch. 4, "pick and freeze"). Always computed with the fast engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import invoice
from simulator.engine.results import Results
from simulator.engine.run import Run
from simulator.engine.seeds import Seeds
from simulator.forecast import values_of
from simulator.scenario.terms import compile_terms

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

Array = NDArray[np.float64]

PAIRS: Final = 512
"""Pairs of futures that share their unknowns, and pairs that share their unknowns and months; the least of futures for
which there is a split.
"""


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of the variance of one invoice over the horizon; they sum to 1, and all are 0 where nothing varies.

    Attributes:
        trial: from what is not known today and stays the same in all months of a future.
        month: from what differs from month to month.
        conversation: from which single conversations happen.
        error: standard error of the shares, about.
    """

    trial: float
    month: float
    conversation: float
    error: float


def variance_runs(scenario: Scenario) -> list[Run]:
    """Return the runs that the split needs beside the scenario's own futures: other months, and other conversations.

    None where the scenario has fewer than PAIRS futures: too few to tell.
    """
    if scenario.trials < PAIRS:
        return []
    seeds, pairs = Seeds.of(scenario), scenario.model_copy(update={"trials": PAIRS})
    others = replace(seeds, month=seeds.other, conversation=seeds.other), replace(seeds, conversation=seeds.other)
    return [Run(pairs, seeds=each) for each in others]


def variance_split(results: Results, others: Sequence[Results]) -> dict[str, Split]:
    """Return the split of each contract's invoice, by name.

    Args:
        results: of the scenario's own futures, by the fast engine.
        others: of `variance_runs`.
    """
    costs = [horizon_invoices(each) for each in (results, *others)]
    trial, month = _varies(results.unknowns), _varies(results.drivers)
    return {name: split_of(*(cost[name] for cost in costs), trial=trial, month=month) for name in costs[0]}


def _varies(values: Mapping[str, Array]) -> bool:
    """Whether any of some numbers differs between futures or months."""
    return any(np.ptp(each) > 0 for each in values.values())


def horizon_invoices(results: Results) -> dict[str, Array]:
    """Return the invoice of each contract over the horizon, shape (trial,)."""
    contracts = compile_terms(results.scenario).contracts
    values = values_of(results)
    return {name: invoice(each, results.meters, values).total.sum(axis=1) for name, each in contracts.items()}


def split_of(
    cost: Array, other_months: Array, other_conversations: Array, *, trial: bool = True, month: bool = True
) -> Split:
    """Return the shares of the variance of a cost.

    Args:
        cost: of all futures.
        other_months: of the first futures, with the same unknowns.
        other_conversations: of the first futures, with the same unknowns and months.
        trial: whether anything is not known today; where nothing is, its share is 0 and no estimate.
        month: the same of the months.
    """
    in_all = float(cost.var(ddof=1))
    if in_all <= 0:
        return Split(0.0, 0.0, 0.0, 0.0)
    months = _half_square(cost, other_months) / in_all if trial else 1.0
    conversations = min(_half_square(cost, other_conversations) / in_all, months, 1.0) if month else min(months, 1.0)
    months = min(max(months, conversations), 1.0)
    return Split(
        trial=1 - months,
        month=months - conversations,
        conversation=conversations,
        error=months * float(np.sqrt(2 / len(other_months))) if trial or month else 0.0,
    )


def _half_square(cost: Array, other: Array) -> float:
    """Return half the mean square of the difference of two costs of the same futures."""
    return float(np.mean((cost[: len(other)] - other) ** 2)) / 2


def as_block(split: Split) -> dict[str, float]:
    """Return a split as plain numbers by name."""
    return {name: getattr(split, name) for name in Split.__slots__}
