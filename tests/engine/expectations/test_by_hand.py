"""Expected values of small cases that were worked out by hand."""

from __future__ import annotations

import math

import pytest

from simulator.engine.run import simulate
from simulator.law.sessions import sums_within
from tests.engine.expectations.compared import by_hand, one

_NOBODY_LEAVES = "intents.any.abandon=0", "intents.any.confirm=0"
_RETURNS = """
[returns]
max_contacts = 1
probability = { confirmed = 0, silent_solved = 0, silent_unsolved = 0.5, abandoned = 0, partial = 0, escalated = 0 }
straight_to_human = { confirmed = 0, silent_solved = 0, silent_unsolved = 0, abandoned = 0, partial = 0, escalated = 0 }
delay = { law = "weibull", scale_hours = 10, shape = 1 }

[duplicates]
probability = { confirmed = 0, silent_solved = 0, silent_unsolved = 0.4, abandoned = 0, partial = 0, escalated = 0 }
same_channel = 0.25

[people]
solve = 0.8
"""


@pytest.mark.parametrize("cases", [3, 10, 100])
def test_a_case_is_solved_by_any_of_its_conversations(cases: int) -> None:
    """A duplicate is solved with 0.35 + 0.3 x 0.8 = 0.59. Unsolved stay 0.35 (1 - 0.4 x 0.59)(0.5 + 0.5 x 0.2), and of
    those escalated 0.3 x 0.2: 0.22044 in all."""
    found = one(by_hand(_RETURNS, f"volume.per_month={cases}", *_NOBODY_LEAVES))
    assert found["cases_solved"] == pytest.approx(0.77956 * cases, rel=1e-13)
    assert found["cases_solved_by_ai"] == pytest.approx((1 - 0.3 - 0.35 * (1 - 0.4 * 0.35)) * cases, rel=1e-13)
    assert found["duplicates"] == pytest.approx(0.14 * cases, rel=1e-13)
    assert found["straight_returns"] == pytest.approx(0.175 * cases, rel=1e-13)
    assert found["rows|solved"] == pytest.approx((1.14 * (0.35 + 0.24) + 0.175 * 0.8) * cases, rel=1e-13)


@pytest.mark.parametrize(
    "cases", [pytest.param(3, marks=pytest.mark.slow), pytest.param(10, marks=pytest.mark.slow), 100]
)
def test_the_ledger_solves_as_many_cases(cases: int) -> None:
    trials = 60_000 // cases
    scenario = by_hand(_RETURNS, f"volume.per_month={cases}", f"trials={trials}", *_NOBODY_LEAVES)
    meters = simulate(scenario, engine="ledger").meters
    drawn, solved = meters["cases"].sum(), meters["cases_solved"].sum()
    error = math.sqrt(0.77956 * 0.22044 / drawn)
    assert abs(solved / drawn - 0.77956) < 4 * error
    assert abs(solved / drawn - 0.76) > 4 * error  # the control: two points less are seen


_ONCE = """
[definitions.once]
outcomes = ["confirmed", "silent"]
returns = "merge"
return_window_hours = 10
duplicates = "merged"

[contracts.once]
type = "per_resolution"
definition = "once"
price = 1
"""


def test_a_return_within_the_window_is_no_unit_of_its_own() -> None:
    """Of silent conversations, 0.7 of all, 0.35 are unsolved; half of these return, 1 - 1/e of them within 10 hours."""
    soon = 1 - math.exp(-1)
    found = one(by_hand(_RETURNS + _ONCE, "returns.max_contacts=2", *_NOBODY_LEAVES))
    returns = 0.35 * 0.5
    originals = 0.7 + returns * 0.7 * (1 - soon)
    copies = 0.35 * 0.4 * (1 + returns) * 0.7
    assert found["resolutions:once"] == pytest.approx(100 * originals, rel=1e-13), "an unsolved original counts"
    assert found["rows"] == pytest.approx(100 * (1 + returns) * 1.14, rel=1e-13)
    found = one(
        by_hand(_RETURNS + _ONCE, "returns.max_contacts=2", 'definitions.once.duplicates="billed"', *_NOBODY_LEAVES)
    )
    assert found["resolutions:once"] == pytest.approx(100 * (originals + copies), rel=1e-13)


_TALK = """
[turns]
most = 3
size = 2
factor = { silent_unsolved = 1, abandoned = 1, partial = 1, escalated = 1 }

[meters.talk]
sql = "case when turns >= 2 then messages else 0 end"

[definitions.long]
predicate = "turns = 3 and outcome = 'escalated'"

[contracts.talk]
type = "hybrid"
charges = [
  { kind = "flat", meter = "own:talk", rate = 1 },
  { kind = "flat", meter = "resolutions", definition = "long", rate = 1 },
  { kind = "flat", meter = "messages", rate = 1, block = 4 },
]
"""


def test_turns_have_a_negative_binomial_law() -> None:
    """A mean of 2 and a size of 2: P(1) = (1 + 1 / 2)^-2 = 4 / 9, P(2) = 4 / 9 x 2 / 3 = 8 / 27, and 7 / 27 are cut."""
    found = one(
        by_hand(_RETURNS + _TALK, "levels.any.turns=2", "duplicates.probability.silent_unsolved=0", *_NOBODY_LEAVES)
    )
    assert found["own:talk"] == pytest.approx(100 * (4 * 8 + 6 * 7) / 27, rel=1e-13)
    assert found["resolutions:long"] == pytest.approx(100 * 0.3 * 7 / 27, rel=1e-13)
    assert found["messages/4"] == pytest.approx(100 * (1 + 7 / 27), rel=1e-13)


def test_two_exponential_delays_have_a_gamma_law() -> None:
    for hours in (0.5, 3.0, 40.0):
        within = sums_within(True, 10.0, 1.0, hours, 4)
        x = hours / 10
        for number in range(4):
            exact = 1 - math.exp(-x) * sum(x**j / math.factorial(j) for j in range(number + 1))
            assert within[number] == pytest.approx(exact, abs=1e-13 if number < 2 else 1e-8)


def test_constant_delays_sum_to_their_multiples() -> None:
    assert sums_within(False, 8.0, 0.0, 24.0, 4) == (1.0, 1.0, 0.0, 0.0)


_ACTS = """
[intents.other]
share = 1
levels = { any = 1 }
channels = { long = 1 }
action = 0

[channels.short]
share = 1
turns = 0.1

[channels.long]
share = 1
turns = 1

[turns]
calls_per_turn = 1
actions_per_call = 0.5
actions_size = 1
"""


def test_a_completed_action_counts_as_one_where_no_call_made_one() -> None:
    """On the short channel a conversation has one call: 0.5 actions on average, none with chance (1 + 0.5)^-1."""
    changes = ("intents.any.action=1", "intents.any.channels={short=1}", "levels.any={escalate=0, solve=1, turns=10}")
    short = one(by_hand(_ACTS, *changes, "intents.other.share=0", "intents.any.abandon=0"))
    assert short["actions"] == pytest.approx(100 * (0.5 + 2 / 3), rel=1e-13)
    both = one(by_hand(_ACTS, *changes, "intents.any.abandon=0", "intents.other.abandon=0"))
    calls = both["calls"] - 50
    assert both["actions"] == pytest.approx(50 * (0.5 + 2 / 3) + calls * 0.5, rel=1e-6), (
        "of the other intent none is added"
    )
