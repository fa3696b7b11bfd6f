"""Service that stops at a limit: what people take over shows in human work, cases solved and model cost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.engine.run import simulate
from simulator.forecast.forecast import Forecast, forecast
from simulator.report.blocks.summary import summary
from simulator.report.terminal.console import below
from simulator.scenario import parse_scenario

SCENARIO = Path(__file__).parent.parent / "scenarios" / "minimal.toml"
STOPPED = """
stopped = { type = "per_conversation", price = 0.50, limit = { units = 800 } }
"""


@pytest.fixture(scope="module")
def priced() -> Forecast:
    text = SCENARIO.read_text().rstrip() + STOPPED
    return forecast(simulate(parse_scenario(text, "stopped", ["trials=40", "months=3"])))


def test_human_work_of_what_is_not_served(priced: Forecast) -> None:
    stopped, meters = priced.contracts["stopped"], priced.results.meters
    served = stopped.served
    assert served is not None and ((served > 0) & (served < 1)).any()
    assert stopped.invoice == pytest.approx(np.minimum(meters["conversations"], 800) * 0.5)
    # One level of 9 minutes and one channel: each conversation that goes to people costs 9 minutes at 45 an hour.
    over = np.maximum(meters["conversations"] - 800, 0)
    expected = served * priced.human_work + over * 9 * 45 / 60
    assert stopped.human_work == pytest.approx(expected, rel=1e-9)
    assert stopped.cost_to_serve == pytest.approx(stopped.invoice + expected, rel=1e-9)
    assert stopped.model_cost == pytest.approx(served * priced.model_cost)
    assert stopped.units == pytest.approx(np.minimum(meters["conversations"], 800))
    assert stopped.cases_solved == pytest.approx(
        served * meters["cases_solved"] + (1 - served) * meters["cases"] * priced.results.scenario.people.solve.center
    )


def test_other_contracts_have_the_common_human_work(priced: Forecast) -> None:
    plain = priced.contracts["conversation"]
    assert plain.served is None
    assert (plain.human_work == priced.human_work).all()


def test_summary_and_terminal_say_so(priced: Forecast) -> None:
    numbers = summary(priced)
    blocks = {block.name: block for block in numbers.contracts}
    assert blocks["conversation"].served_share is None
    assert 0.3 < blocks["stopped"].served_share < 0.6
    assert blocks["stopped"].human_work > blocks["conversation"].human_work
    assert any("go to people, who take what the AI does not serve" in note for note in numbers.notes)
    assert "under every contract where the AI serves all conversations" in " ".join(
        " ".join(below(numbers, 100)).split()
    )
    assert len(blocks["stopped"].exit_table) == 3
