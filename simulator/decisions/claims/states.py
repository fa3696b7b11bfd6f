"""The same futures in another state of the world: cases more complex, more of them solved, a judge who drifts.

Both are expected values (engine `expected`) of the same draws, so a difference has no noise of single conversations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.decisions.deal.elasticity import Shifted
from simulator.decisions.levers import Move, moved, usual_moves, with_cases_of
from simulator.engine.refusals import refusals
from simulator.engine.run import Run, simulate_all

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.quantities.distributions import Quantity
    from simulator.scenario.schema import Scenario

MOST_FUTURES: Final = 256
"""Futures of these states: differences on the same futures, without the noise of conversations, need few."""
DOUBLED: Final = float(np.log(2.0))
"""What is added to the log odds of complexity, so that its odds double."""
SOLVED_MORE: Final = 0.1
"""What is added to the log odds of solving."""
JUDGE_DRIFT: Final = 0.1
"""By how much the share of unsolved conversations falls that the judge does not find resolved."""
QUESTIONED: Final = ("routing", "compression", "retrieval")
"""The levers of which the argument speaks."""


@dataclass(frozen=True, eq=False)
class States:
    """Expected meters of the first futures in each state.

    Attributes:
        usual: as the scenario is.
        complex: the odds of a more complex case doubled.
        solving: some more cases solved.
        drifted: the vendor's judge finds more of the unsolved resolved.
        moves, levered: the levers that can be moved, and the state with each moved by a usual step.
    """

    usual: Results
    complex: Results
    solving: Results
    drifted: Results
    moves: tuple[Move, ...]
    levered: tuple[Results, ...]


def states_of(scenario: Scenario, contracts: Sequence[str]) -> States | None:
    """Return the states of a scenario's first futures; None where a definition has no expected value in closed form.

    Args:
        contracts: those that will be priced on them.
    """
    kept = {name: each for name, each in scenario.contracts.items() if name in contracts}
    bare = scenario.model_copy(
        update={"contracts": kept, "switches": {}, "today": None, "trials": min(MOST_FUTURES, scenario.trials)}
    )
    if refusals(bare, "expected"):
        return None
    moves = tuple(move for move in usual_moves(bare) if move.lever in QUESTIONED)
    made = [bare, more_complex(bare), solving_more(bare), judge_drifted(bare), *(moved(bare, move) for move in moves)]
    usual, *others = simulate_all([Run(each, "expected") for each in made], workers=1)
    found = [with_cases_of(usual, each) for each in others]
    return States(usual, found[0], found[1], found[2], moves, tuple(found[3:]))


def more_complex(scenario: Scenario, log_odds: float = DOUBLED) -> Scenario:
    """Return the scenario with higher odds that a case is of a more complex level."""
    return _outcome_shifted(scenario, "complexity_log_odds", log_odds)


def solving_more(scenario: Scenario, log_odds: float = SOLVED_MORE) -> Scenario:
    """Return the scenario with higher odds that the AI solves what it answers."""
    return _outcome_shifted(scenario, "solve_log_odds", log_odds)


def judge_drifted(scenario: Scenario, points: float = JUDGE_DRIFT) -> Scenario:
    """Return the scenario with a judge who finds more of the unsolved conversations resolved."""
    judge = scenario.judge.model_copy(update={"specificity": _shifted(scenario.judge.specificity, -points)})
    return scenario.model_copy(update={"judge": judge})


def _outcome_shifted(scenario: Scenario, name: str, by: float) -> Scenario:
    quantity = _shifted(getattr(scenario.outcomes, name), by)
    return scenario.model_copy(update={"outcomes": scenario.outcomes.model_copy(update={name: quantity})})


def _shifted(quantity: Quantity, by: float) -> Quantity:
    return replace(quantity, law=Shifted(quantity.law, by))
