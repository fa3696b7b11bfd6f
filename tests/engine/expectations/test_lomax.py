"""Lomax lengths: expected beyond an edge where a conversation has one, refused where calls add them up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.engine.run import Run, simulate_all
from simulator.errors import ScenarioError
from simulator.law.sizes import LOMAX, mean_beyond
from simulator.scenario import load_scenario, parse_scenario

HEAVY = Path(__file__).parents[2] / "scenario" / "everything_heavy.toml"
DIRECT = """
title = "Heavy totals"
start = "2027-01"
months = 2
trials = 256
volume.per_month = 400
levels.only = { escalate = 0.2, solve = 0.7, turns = 3, handoff_minutes = 6, review_minutes = 2 }
channels.chat = { share = 1 }
intents.one = { share = 1, levels = { only = 1 }, confirm = 0.5 }
models.main = { rates = { input = 1, output = 10 } }
people = { cost_per_hour = 60 }
tokens.form = "direct"
tokens.factor = { mean = 1, sd = 0.2 }
tokens.direct.input = { mean = 4_000, family = "lomax", alpha = 2.5 }
tokens.direct.output = { mean = 500, family = "lomax", alpha = 3 }

[contracts.capped]
type = "hybrid"
charges = [
  { kind = "flat", meter = "output_tokens", rate = 0.0001, included_per_conversation = 300, cap_per_conversation = 90 },
  { kind = "flat", meter = "input_tokens", rate = 0.00001, cap_per_conversation = 9_000 },
]
"""


def test_the_mean_beyond_a_border_is_the_integral_of_the_chance_beyond() -> None:
    alpha, steps = 2.5, np.linspace(0, 4_000, 4_000_001)
    beyond = (1 + steps / (alpha - 1)) ** -alpha
    for border in (-0.5, 0.0, 0.3, 1.0, 7.0):
        kept = steps >= border
        by_hand = np.trapezoid(beyond[kept], steps[kept]) + max(-border, 0.0)
        assert mean_beyond(LOMAX, alpha, np.array([border]))[0] == pytest.approx(by_hand, rel=1e-4)


def test_layers_of_totals_have_the_means_of_the_ledger() -> None:
    scenario = parse_scenario(DIRECT, "heavy totals")
    drawn, expected = (simulate_all([Run(scenario, engine)])[0] for engine in ("ledger", "expected"))
    layers = [name for name in drawn.meters if name.startswith(("output_tokens[", "input_tokens["))]
    assert len(layers) == 2
    for name in layers:
        off = (drawn.meters[name] - expected.meters[name]).ravel()
        z = off.mean() / off.std(ddof=1) * len(off) ** 0.5
        assert abs(z) < 4.5
        shifted = off + 0.02 * expected.meters[name].ravel()  # the control: two percent more are seen
        assert abs(shifted.mean() / shifted.std(ddof=1) * len(off) ** 0.5) > 4.5


def test_sums_of_lomax_lengths_beyond_an_edge_are_refused_with_the_place() -> None:
    charge = "{ kind = 'flat', meter = 'output_tokens', rate = 0.0001, cap_per_conversation = 900 }"
    capped = f"contracts.conversation={{ type = 'hybrid', charges = [{charge}] }}"
    simulate_all([Run(load_scenario(HEAVY, ["trials=2"]), "expected")])
    with pytest.raises(ScenarioError) as raised:
        simulate_all([Run(load_scenario(HEAVY, ["trials=2", capped]), "expected")])
    told = [problem.message for problem in raised.value.problems]
    assert any('family = "lomax": sums of such lengths beyond an edge' in each for each in told)
