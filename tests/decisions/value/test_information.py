"""What knowing is worth: two-point futures by hand, a nested simulation as an oracle, and nothing where nothing is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from simulator.arrays import Array
from simulator.decisions.conditional_mean import FOLDS, polynomial, spline
from simulator.decisions.value.information import Choice, choice_of, everything, knowing, naive, pair
from simulator.futures.nets import nets_of

TRIALS = 4_096


def two_points() -> tuple[Choice, Array, Array]:
    """Two assumptions that are high or low, independent and in every fold alike.

    The first contract costs 100. The second costs 60 or 150 by the first assumption, and 10 more or less by the second.
    """
    pattern = np.arange(16 * FOLDS) // FOLDS
    first, second = (pattern % 2).astype(float), (pattern // 2 % 2).astype(float)
    costs = {"known": np.full(len(pattern), 100.0), "other": np.where(first > 0, 150.0, 60.0) + 20 * second - 10}
    return choice_of(costs, nets_of(len(pattern))), first, second


def test_two_points_by_hand() -> None:
    """Without knowing: the first, 100, against 105. Knowing all: 50 or 70 in half of the futures, so 20 saved on mean.

    Knowing the first assumption tells as much, because it decides in every future; the second decides nothing.
    """
    choice, first, second = two_points()
    assert choice.names[choice.first] == "known"
    assert everything(choice).worth.value == pytest.approx(20, abs=1e-9)
    assert everything(choice).changes == 0.5 and everything(choice).instead == "other"
    assert knowing(choice, spline(first)).worth.value == pytest.approx(20, abs=1e-6)
    assert knowing(choice, spline(second)).worth.value == pytest.approx(2.5, abs=1e-6), (
        "95 or 115 against 100: half of 5"
    )
    assert knowing(choice, polynomial([first, second])).worth.value == pytest.approx(20, abs=1e-6)
    assert pair(choice, "other", "known").worth.value == pytest.approx(20, abs=1e-9)


def drawn(trials: int, seed: int = 3) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal(trials), rng.standard_normal(trials), rng.standard_normal(trials)


def costs_of(x: Array, y: Array, noise: Array) -> dict[str, Array]:
    """Costs that are no line in x, and that y and noise move too."""
    return {"fixed": 1.5 + 0 * x, "square": x**2 + 0.5 * y + noise, "line": 1.6 + x - 0.3 * y * x}


def nested(inner: int = 20_000, outer: int = 400) -> float:
    """Return what knowing x is worth by a simulation within a simulation, of futures of its own."""
    rng = np.random.default_rng(8)
    xs = ndtri((np.arange(outer) + 0.5) / outer)
    y, noise = rng.standard_normal((2, inner))
    means = np.array([[cost.mean() for cost in costs_of(np.full(inner, x), y, noise).values()] for x in xs])
    return float(means.mean(axis=0).min() - means.min(axis=1).mean())


def test_knowing_a_part_is_what_a_nested_simulation_says() -> None:
    x, y, noise = drawn(TRIALS)
    found = knowing(choice_of(costs_of(x, y, noise), None), spline(x)).worth
    assert found.low is not None and found.high is not None
    assert found.low <= nested() <= found.high and found.high - found.low < 0.15


def test_knowing_is_worth_from_nothing_to_everything() -> None:
    x, y, noise = drawn(TRIALS)
    choice = choice_of(costs_of(x, y, noise), None)
    most = everything(choice).worth.value
    for terms in (spline(x), spline(y), spline(noise), polynomial([x, y, noise])):
        assert 0 <= knowing(choice, terms).worth.value <= most


def test_what_no_difference_hangs_on_is_worth_nothing() -> None:
    """The negative control: on the same futures as it was found, chance would be worth something."""
    rng = np.random.default_rng(11)
    trials, flattered = 256, []
    for _ in range(40):
        costs = {str(place): 10 + rng.standard_normal(trials) for place in range(6)}
        choice, unrelated = choice_of(costs, None), polynomial([rng.standard_normal(trials) for _ in range(4)])
        found = knowing(choice, unrelated).worth
        assert found.value <= 0.25 and not (found.told and found.low is not None and found.low > 0.1)
        flattered.append(naive(choice, unrelated))
    assert np.mean(flattered) > 0.1


def test_a_contract_that_never_costs_least_changes_nothing() -> None:
    x, y, noise = drawn(512)
    costs = costs_of(x, y, noise)
    with_dear = choice_of({**costs, "dear": 100.0 + x}, None)
    assert everything(with_dear).worth.value == everything(choice_of(costs, None)).worth.value


def test_equal_contracts_are_worth_no_question() -> None:
    x, y, noise = drawn(512)
    cost = costs_of(x, y, noise)["square"]
    found = everything(choice_of({"one": cost, "same": cost.copy()}, None))
    assert found.worth.value == 0 and found.changes == 0 and found.instead is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_intervals_hold_what_more_futures_say(seed: int) -> None:
    x, y, noise = drawn(400_000, seed=99)
    truth = knowing(choice_of(costs_of(x, y, noise), None), spline(x)).worth.value
    found = knowing(choice_of(costs_of(*drawn(TRIALS, seed)), None), spline(drawn(TRIALS, seed)[0])).worth
    assert found.low is not None and found.high is not None and found.low <= truth <= found.high
