from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.law import ABANDONED, CONFIRMED, ENDS, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED
from simulator.law.odds import shares
from simulator.law.outcomes import EndChances, EndOdds, contact_odds, ends, ends_by_model, ends_of_any_model, lever_odds
from tests.law.numbers import CHANCE, ODDS, WEIGHTS


def test_ends_by_hand() -> None:
    # 0.2 handed over, of these 0.3 partial; 0.08 leave; 0.72 answered, 0.504 solved, 0.2016 say so
    assert ends(1.0, EndChances(0.2, 0.3, 0.1, 0.7, 0.4)) == pytest.approx(
        (0.2016, 0.3024, 0.216, 0.08, 0.06, 0.14), rel=1e-14
    )
    assert ends(0.5, EndChances(0.0, 0.9, 0.0, 0.5, 0.0)) == pytest.approx((0.0, 0.25, 0.25, 0.0, 0.0, 0.0), rel=1e-15)
    assert ends(1.0, EndChances(0.2, 0.3, 0.1, 0.7, 0.5))[0] != pytest.approx(0.2016, rel=1e-9)


@pytest.mark.parametrize(
    ("chances", "end"),
    [
        ((1.0, 1.0, 0.5, 0.5, 0.5), PARTIAL), ((1.0, 0.0, 0.5, 0.5, 0.5), ESCALATED),
        ((0.0, 0.5, 1.0, 0.5, 0.5), ABANDONED), ((0.0, 0.5, 0.0, 0.0, 0.5), SILENT_UNSOLVED),
        ((0.0, 0.5, 0.0, 1.0, 1.0), CONFIRMED), ((0.0, 0.5, 0.0, 1.0, 0.0), SILENT_SOLVED),
    ],
)  # fmt: skip
def test_what_is_sure_ends_in_one_way(chances: tuple[float, ...], end: int) -> None:
    found = ends(1.0, EndChances(*chances))
    assert found == tuple(float(number == end) for number in range(6)), ENDS[end]


@given(CHANCE, CHANCE, CHANCE, CHANCE, CHANCE, CHANCE)
def test_the_six_ends_sum_to_the_share(
    share: float, escalate: float, partial: float, abandon: float, solve: float, confirm: float
) -> None:
    found = ends(share, EndChances(escalate, partial, abandon, solve, confirm))
    assert math.fsum(found) == pytest.approx(share, rel=1e-13, abs=1e-300)
    assert min(found) >= 0


def test_levers_by_hand() -> None:
    # shares: 4^0.5 = 2, 0.25^0.5 = 0.5, 9^0 = 1; factors: twice is one doubling, half is one halving
    assert lever_odds([0.5, 0.5, 0.0, 2.0, 0.5], [4.0, 0.25, 9.0, 1.5, 3.0]) == pytest.approx(2 * 0.5 * 1.5 / 3)
    assert lever_odds([1.0, 1.0, 1.0, 4.0, 8.0], [2.0, 3.0, 5.0, 1.1, 0.5]) == pytest.approx(30 * 1.21 / 8)
    assert lever_odds([1.0, 1.0, 1.0, 4.0, 8.0], [2.0, 3.0, 5.0, 1.1, 0.51]) != pytest.approx(30 * 1.21 / 8)


@given(st.lists(ODDS, min_size=5, max_size=5))
def test_levers_that_are_not_moved_do_nothing(odds: list[float]) -> None:
    assert lever_odds([0.0, 0.0, 0.0, 1.0, 1.0], odds) == 1.0
    assert lever_odds([0.3, 0.7, 1.0, 1.7, 0.2], [1.0] * 5) == 1.0


@given(st.lists(CHANCE, min_size=3, max_size=3), st.lists(st.floats(0.25, 4), min_size=2, max_size=2))
def test_levers_add_up_in_logarithms(shares_of: list[float], factors: list[float]) -> None:
    odds = [0.7, 1.4, 0.5, 1.2, 2.0]
    log = sum(x * math.log(w) for x, w in zip(shares_of, odds[:3], strict=True))
    log += sum(math.log2(x) * math.log(w) for x, w in zip(factors, odds[3:], strict=True))
    assert lever_odds([*shares_of, *factors], odds) == pytest.approx(math.exp(log), rel=1e-12)


def two_models(**changed: float) -> list[tuple[float, ...]]:
    given = {"escalate_odds": 1.5, "solve_odds": 2.0} | changed
    stated, odds = EndChances(0.2, 0.3, 0.1, 0.5, 0.4), EndOdds(given["escalate_odds"], given["solve_odds"])
    at_models = [contact_odds(odds, each, 3.0, 1) for each in (EndOdds(1.0, 2.0), EndOdds(2.0, 0.5))]
    return ends_by_model([0.25, 0.75], stated, at_models)


def test_all_odds_on_a_conversation_by_hand() -> None:
    """1.5 of the intent, 2 of the model, and 3 more on escalating at a return."""
    assert contact_odds(EndOdds(1.5, 0.5), EndOdds(2.0, 4.0), 3.0, 1) == EndOdds(3.0, 2.0)
    assert contact_odds(EndOdds(1.5, 0.5), EndOdds(2.0, 4.0), 3.0, 2) == EndOdds(9.0, 2.0)
    assert contact_odds(EndOdds(1.5, 0.5), EndOdds(2.0, 4.0), 3.0, 5) == EndOdds(9.0, 2.0)


def test_ends_by_model_by_hand() -> None:
    first, second = two_models()
    # odds of escalating 1/4 x 1.5 x (1, 2): 3/11 and 3/7; odds of solving 1 x 2 x (2, 1/2): 4/5 and 1/2
    assert first == pytest.approx(ends(0.25, EndChances(3 / 11, 0.3, 0.1, 0.8, 0.4)), rel=1e-14)
    assert second == pytest.approx(ends(0.75, EndChances(3 / 7, 0.3, 0.1, 0.5, 0.4)), rel=1e-14)
    for changed in ({"escalate_odds": 1.501}, {"solve_odds": 2.001}):
        assert two_models(**changed)[0] != pytest.approx(first, rel=1e-9)


def test_ends_of_any_model_are_their_sum() -> None:
    both = two_models()
    assert ends_of_any_model(both) == pytest.approx([one + other for one, other in zip(*both, strict=True)], rel=1e-15)
    assert ends_of_any_model(both[:1]) == both[0]
    assert ends_of_any_model(both[:1]) != pytest.approx(ends_of_any_model(both), rel=1e-3)


@given(WEIGHTS, CHANCE, ODDS, CHANCE, ODDS)
def test_ends_at_a_model_sum_to_its_chance(
    weights: list[float], escalate: float, escalate_odds: float, solve: float, solve_odds: float
) -> None:
    models = shares(weights)
    own = [EndOdds(1.0 + number, 1.0 + number) for number in range(len(models))]
    stated = EndChances(escalate, 0.3, 0.1, solve, 0.4)
    odds = [contact_odds(EndOdds(escalate_odds, solve_odds), each, 1.0, 1) for each in own]
    by_model = ends_by_model(models, stated, odds)
    assert [math.fsum(each) for each in by_model] == pytest.approx(models, rel=1e-13)
    assert math.fsum(ends_of_any_model(by_model)) == pytest.approx(1.0, rel=1e-13)
