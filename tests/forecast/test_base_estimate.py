"""The base estimate against sums by hand: what is uncertain moves none of it."""

from __future__ import annotations

import pytest

from simulator.forecast.base_estimate import base_costs
from simulator.scenario import load_scenario
from tests.scenarios.shipped import FOLDER

PLAIN = ("returns.probability={ confirmed = 0, silent_solved = 0, silent_unsolved = 0, abandoned = 0, escalated = 0 }",)
UNCERTAIN = (
    "volume.per_month={ low = 1_500, mode = 2_000, high = 2_500 }",
    "drivers.demand={ cv = 0.3, persistence = 0.5 }",
    "drivers.escalation={ sd = 0.4 }",
    "incidents={ probability = 0.3, factor = { p5 = 1.2, p95 = 2.0 } }",
    "outcomes.escalate_log_odds={ mean = 0, sd = 0.5 }",
    "contracts.conversation.price={ low = 0.4, mode = 0.5, high = 0.6 }",
)
CONVERSATION = 12 * 2_000 * 0.50
RESOLUTION = 12 * 2_000 * (1 - 0.07) * (1 - 0.30) * 0.99
"""Who is not handed over and does not leave then is counted, as no customer comes back."""


def costs(*overrides: str) -> dict[str, float]:
    found = base_costs(load_scenario(FOLDER / "minimal.toml", (*PLAIN, *overrides)))
    assert found is not None
    return dict(found)


@pytest.mark.parametrize("overrides", [(), UNCERTAIN], ids=["certain", "uncertain"])
def test_base_estimate_is_the_sum_by_hand(overrides: tuple[str, ...]) -> None:
    expected = {"conversation": CONVERSATION, "resolution": RESOLUTION}
    assert costs(*overrides) == pytest.approx(expected, rel=1e-9)


def test_base_estimate_has_minimums_and_fees_of_the_middle() -> None:
    fees = ("contracts.conversation.platform_fee=100", "contracts.resolution.yearly_minimum=20_000")
    assert costs(*UNCERTAIN, *fees) == pytest.approx(
        {"conversation": CONVERSATION + 1_200, "resolution": 20_000}, rel=1e-9
    )


def test_base_estimate_counts_people_where_the_budget_does() -> None:
    """Nine minutes at the default hour of 45 are 6.75 for each conversation that is handed over."""
    found = costs("budget={ amount = 100_000, of = 'cost_to_serve' }")
    handed = 12 * 2_000 * 0.30 * 9 / 60 * 45
    assert found["conversation"] == pytest.approx(CONVERSATION + handed, rel=1e-9)


def test_another_middle_would_show() -> None:
    """Negative control: a skewed range has its middle elsewhere than its mode."""
    skewed = costs("volume.per_month={ low = 1_900, mode = 2_000, high = 4_000 }")
    assert skewed["conversation"] > 1.05 * CONVERSATION
