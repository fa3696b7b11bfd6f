"""Which assumptions a contract's cost hangs on, and what breaks it: tornado, shares, stresses, distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.sensitivities.indices import Indices, indices
from simulator.decisions.sensitivities.reverse import Reverse, reverse
from simulator.decisions.sensitivities.stresses import Stresses, stresses
from simulator.decisions.sensitivity import Tornado, tornado
from simulator.decisions.value.bill_and_choice import BillAndChoice, bill_and_choice
from simulator.decisions.worth import NINE_IN_TEN, Estimate, estimate, estimate_of_mean
from simulator.engine.processes.pool import Workers
from simulator.forecast.forecast import ranked_by

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures
    from simulator.engine.results import Results
    from simulator.forecast.priced import Measure

DRIVER = "driver:"
"""Begins the name of what differs from month to month, by its mean over the horizon."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a contract's cost over the horizon hangs on.

    Attributes:
        of: what of it: the invoice, or invoice and human work.
        recommended: name of the contract that the verdict takes.
        budget: of the horizon; None without one.
        tornado: what each input does to P90; None with fewer than 500 futures.
        indices: None with few futures, or where nothing varies.
        reverse: one for each thing that can happen.
        moves: which inputs move the bill and which the choice; None with one contract or too few futures.
        conversations_per_case: on average; None without cases.
    """

    contract: str
    of: Measure
    recommended: str
    budget: float | None
    mean: Estimate
    p90: Estimate
    tornado: Tornado | None
    indices: Indices | None
    stresses: Stresses
    reverse: tuple[Reverse, ...]
    moves: BillAndChoice | None
    conversations_per_case: float | None


def sensitivity(futures: SameFutures, contract: str) -> Sensitivity:
    """Return what a contract's cost hangs on; some thirty further runs of fewer futures are simulated."""
    cost, scenario = futures.cost(contract), futures.scenario
    cases, conversations = (float(futures.results.meters[name].sum()) for name in ("cases", "conversations"))
    interval = risk.quantile_interval(cost, NINE_IN_TEN, net=futures.net)
    with Workers(futures.workers) as crew:
        shares, stressed = indices(futures, contract, crew), stresses(futures, contract, crew)
        distances = reverse(futures, contract, crew)
    return Sensitivity(
        contract=contract,
        of=ranked_by(scenario),
        recommended=futures.forecast.verdict.recommended,
        budget=None if scenario.budget is None else scenario.budget.total,
        mean=estimate_of_mean(cost, futures.net),
        p90=estimate(risk.quantile(cost, NINE_IN_TEN), interval),
        tornado=tornado(inputs_of(futures.results), cost),
        indices=shares,
        stresses=stressed,
        reverse=distances,
        moves=bill_and_choice(futures, contract),
        conversations_per_case=conversations / cases if cases > 0 else None,
    )


def inputs_of(results: Results) -> dict[str, Array]:
    """Return unknown numbers, and what differs from month to month by its mean over the horizon, by name, (trial,)."""
    months = {f"{DRIVER}{name}": np.asarray(each.mean(axis=1)) for name, each in results.drivers.items()}
    return {**results.unknowns, **months}
