"""How a bill follows true solving, by hand: 1 per confirmed resolution, 0 per conversation where nobody comes back."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.arrays import Array
from simulator.decisions.deal.elasticity import Shifted, elasticities, elasticity, solving_more
from simulator.engine.run import Run, simulate_all
from simulator.quantities.distributions import Normal
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.schema import Scenario

MINIMAL = "scenarios/minimal.toml"
CONTRACTS = """
[contracts.confirmed]
type = "per_resolution"
definition = "closed_by_customer"
price = 3
"""
NOBODY_RETURNS = [f"returns.probability.{end}=0" for end in
                  ("confirmed", "silent_solved", "silent_unsolved", "abandoned", "escalated")]  # fmt: skip


def minimal(*changes: str) -> Scenario:
    with open(MINIMAL, encoding="utf-8") as file:
        return parse_scenario(file.read() + CONTRACTS, "minimal", ["trials=32", *changes])


def test_by_hand_where_nobody_comes_back() -> None:
    """Cases are one conversation each: what is confirmed is a fixed share of what is solved."""
    found = elasticities(minimal(*NOBODY_RETURNS))
    assert found["confirmed"].value == pytest.approx(1, abs=1e-6)
    assert found["conversation"].value == pytest.approx(0, abs=1e-9)


def test_a_price_per_conversation_falls_slightly_as_fewer_come_back() -> None:
    found = elasticities(minimal())
    assert -0.5 < found["conversation"].value < -0.05
    assert 0.95 < found["confirmed"].value < 1.1


def test_the_run_of_all_conversations_says_the_same() -> None:
    """The oracle: the change of the sampled run, whose noise the same draws share."""
    scenario = minimal().model_copy(update={"trials": 64})
    lower, higher = (simulate_all([Run(solving_more(scenario, by))])[0] for by in (-0.3, 0.3))
    rises = {
        key: np.log(higher.meters[key].sum() / lower.meters[key].sum())
        for key in ("cases_solved_by_ai", "conversations", "resolutions:closed_by_customer")
    }
    found = elasticities(minimal())
    for name, key in (("conversation", "conversations"), ("confirmed", "resolutions:closed_by_customer")):
        assert found[name].value == pytest.approx(rises[key] / rises["cases_solved_by_ai"], abs=0.05)


def futures(rise: float, trials: int = 64) -> tuple[Array, Array]:
    bill = 100 + 10 * np.random.default_rng(1).standard_normal(trials)
    return bill, bill * (1 + rise)


def test_a_ratio_of_relative_changes_with_its_interval() -> None:
    found = elasticity(futures(0.02), futures(0.02), None)
    assert found.value == pytest.approx(1) and found.low == pytest.approx(1) == found.high
    noisy = (futures(0)[0], futures(0)[0] + np.random.default_rng(2).standard_normal(64))
    unrelated = elasticity(noisy, futures(0.02), None)
    assert unrelated.low is not None and unrelated.high is not None
    assert unrelated.low < 0 < unrelated.high, "the negative control"


def test_a_law_is_moved_as_it_is() -> None:
    law = Shifted(Normal(1.0, 2.0), 0.5)
    assert law.center == 1.5 and not law.fixed
    assert np.allclose(law.at(np.array([-1.0, 0.0, 1.0])), [-0.5, 1.5, 3.5])


def test_the_same_futures_are_counted() -> None:
    scenario = load_scenario("scenarios/narrow_actions.toml", ["trials=16"])
    moved = solving_more(scenario, 0.25)
    assert moved.outcomes.solve_log_odds.center == pytest.approx(scenario.outcomes.solve_log_odds.center + 0.25)
    first, second = (simulate_all([Run(each, "expected")])[0] for each in (scenario, moved))
    drawn = {name: each for name, each in first.unknowns.items() if name != "outcomes.solve_log_odds"}
    assert all(np.array_equal(each, second.unknowns[name]) for name, each in drawn.items())
