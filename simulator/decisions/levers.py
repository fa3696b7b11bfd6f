"""Who keeps the saving: each lever on tokens moved by itself, for the buyer and the vendor under every contract.

Base and moved run share all random numbers, and both are expected values (engine `expected`): conversations add no
noise to a difference. Both have the same cases, also where the volume is stated in conversations or tickets, of which a
lever that solves less makes more for each case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.arrays import Array
from simulator.engine.refusals import refusals
from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import Forecast, forecast
from simulator.quantities.parameters import known

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario


LEVERS: Final = ("routing", "compression", "retrieval", "cache", "reasoning")
SHARES: Final = ("routing", "compression", "cache")
"""Levers set between 0 (off) and 1; the others are factors, 1 as it is."""
_STEPS: Final[Mapping[str, float]] = MappingProxyType(
    {"routing": 0.3, "compression": 0.3, "retrieval": 0.5, "cache": 0.5, "reasoning": 0.5}
)
"""What a move adds to a share, at most up to 1, or multiplies a factor by, where nobody says how far to move."""
STUDY_TRIALS: Final = 64
"""Futures of `lever_study`: differences on the same futures, without noise from single conversations, need few."""


@dataclass(frozen=True, slots=True)
class Move:
    """One lever moved from its setting in the scenario to another.

    Attributes:
        free: whether the lever has no odds on solving or escalating, so that its saving costs no quality.
    """

    lever: str
    before: float
    after: float
    free: bool


@dataclass(frozen=True, slots=True)
class ContractChange:
    """What a move changes under one contract over the horizon, arrays (trial,): after less before.

    Attributes:
        cost_to_serve: invoice and human work: what the buyer pays in all.
        margin: invoice less the vendor's model cost.
        invoice_before: what the change of the invoice compares with.
    """

    name: str
    invoice: Array
    cost_to_serve: Array
    margin: Array
    invoice_before: Array


@dataclass(frozen=True, slots=True)
class LeverEffect:
    """What a move changes over the horizon, arrays (trial,): after less before.

    Attributes:
        model_cost_before, cases_solved_before, human_work_before: what the changes compare with.
    """

    move: Move
    model_cost: Array
    cases_solved: Array
    human_work: Array
    model_cost_before: Array
    cases_solved_before: Array
    human_work_before: Array
    contracts: tuple[ContractChange, ...]


def why_not(lever: str, scenario: Scenario) -> str:
    """Return why a lever can do nothing to the tokens of a scenario; empty where it can."""
    tokens = scenario.tokens
    if lever == "routing":
        return "there is one model only" if len(scenario.models) == 1 else ""
    if tokens.form == "direct":
        return "tokens are given as totals"
    misses = max(tokens.cache.miss.center, tokens.cache.miss_first.center)
    nothing = {
        "retrieval": (tokens.retrieved.mean.center, "no passages are retrieved"),
        "reasoning": (tokens.reasoning.mean.center, "the models do not reason"),
        "cache": (min(tokens.cache.share.center, misses), "no call misses the cache, or nothing is read from it"),
    }
    amount, reason = nothing.get(lever, (1.0, ""))
    return reason if amount == 0 else ""


def usual_moves(scenario: Scenario) -> tuple[Move, ...]:
    """Return a move of every lever that can do something, by a usual step."""
    return tuple(
        move_to(lever, _stepped(lever, scenario), scenario) for lever in LEVERS if not why_not(lever, scenario)
    )


def move_to(lever: str, setting: float, scenario: Scenario) -> Move:
    """Return the move of a lever to a setting.

    Raises:
        ValueError: for a setting that the lever does not have, or a lever that can do nothing.
    """
    reason = why_not(lever, scenario)
    if reason:
        raise ValueError(f"{lever} cannot be moved: {reason}")
    if lever in SHARES and not 0 <= setting <= 1:
        raise ValueError(f"{lever} is a share from 0 to 1, not {setting:g}")
    if lever not in SHARES and not 0 < setting <= 100:
        raise ValueError(f"{lever} is a factor above 0 (1 as it is, 0.5 half) and at most 100, not {setting:g}")
    table = getattr(scenario.levers, lever)
    free = all(odds.fixed and odds.center == 1 for odds in (table.solve_odds, table.escalate_odds))
    return Move(lever, float(table.setting.center), setting, free)


def _stepped(lever: str, scenario: Scenario) -> float:
    now = float(getattr(scenario.levers, lever).setting.center)
    return min(now + _STEPS[lever], 1.0) if lever in SHARES else now * _STEPS[lever]


def moved(scenario: Scenario, move: Move) -> Scenario:
    """Return the scenario with one lever at its new setting."""
    table = getattr(scenario.levers, move.lever)
    setting = known(move.after, "share" if move.lever in SHARES else "positive").named(table.setting.name)
    levers = scenario.levers.model_copy(update={move.lever: table.model_copy(update={"setting": setting})})
    return scenario.model_copy(update={"levers": levers})


def lever_runs(scenario: Scenario, moves: Sequence[Move]) -> list[Run]:
    """Return the runs that the moves need: the scenario as it is, then each move by itself."""
    return [Run(each, "expected") for each in (scenario, *(moved(scenario, move) for move in moves))]


def changes(moves: Sequence[Move], results: Sequence[Results]) -> list[LeverEffect]:
    """Return what each move changes.

    Args:
        results: of `lever_runs`, in their order.
    """
    base = results[0]
    before = forecast(base)
    return [
        _change(move, before, forecast(with_cases_of(base, each)))
        for move, each in zip(moves, results[1:], strict=True)
    ]


def lever_study(scenario: Scenario, contract: str) -> list[LeverEffect]:
    """Return what every lever changes by a usual step under one contract, on few futures.

    There are none where no lever can move, or where only the ledger can bill a definition: it has no expected values.
    """
    moves = usual_moves(scenario)
    if not moves or refusals(scenario, "expected"):
        return []
    contracts = {name: each for name, each in scenario.contracts.items() if name == contract}
    bare = {"contracts": contracts, "switches": {}, "today": None, "trials": min(STUDY_TRIALS, scenario.trials)}
    if contract in scenario.switches:
        bare |= {"contracts": scenario.contracts, "switches": {contract: scenario.switches[contract]}}
    found = changes(moves, simulate_all(lever_runs(scenario.model_copy(update=bare), moves), workers=1))
    return [replace(each, contracts=tuple(on for on in each.contracts if on.name == contract)) for each in found]


def with_cases_of(base: Results, other: Results) -> Results:
    """Return conditional means for the cases of another run: all are proportional to the month's expected cases."""
    wanted, has = base.meters["cases"], other.meters["cases"]
    factor = np.divide(wanted, has, out=np.ones_like(has), where=has > 0)
    return replace(other, meters={name: meter * factor for name, meter in other.meters.items()})


def _change(move: Move, before: Forecast, after: Forecast) -> LeverEffect:
    def solved(of: Forecast) -> Array:
        return _horizon(of.results.meters["cases_solved"])

    return LeverEffect(
        move=move,
        model_cost=_horizon(after.model_cost - before.model_cost),
        cases_solved=solved(after) - solved(before),
        human_work=_horizon(after.human_work - before.human_work),
        model_cost_before=_horizon(before.model_cost),
        cases_solved_before=solved(before),
        human_work_before=_horizon(before.human_work),
        contracts=tuple(_contract_change(name, before, after) for name in before.contracts),
    )


def _contract_change(name: str, before: Forecast, after: Forecast) -> ContractChange:
    old, new = before.contracts[name], after.contracts[name]
    invoice = _horizon(new.invoice - old.invoice)
    return ContractChange(
        name=name,
        invoice=invoice,
        cost_to_serve=_horizon(new.cost_to_serve - old.cost_to_serve),
        margin=invoice - _horizon(new.model_cost - old.model_cost),
        invoice_before=_horizon(old.invoice),
    )


def _horizon(amounts: Array) -> Array:
    return np.asarray(amounts.sum(axis=1))
