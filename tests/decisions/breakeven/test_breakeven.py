"""Where two contracts cost the same: closed forms, and bills that cross more than once found by brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator import risk
from simulator.decisions.breakeven.axes import law_axis, monthly_cost, scaled
from simulator.decisions.breakeven.breakeven import breakeven, closest_rival, pair_of
from simulator.decisions.breakeven.held import held_at, number_named, usual_range
from simulator.decisions.breakeven.numbers import Breakeven, Name
from simulator.decisions.same_futures import SameFutures
from simulator.engine.repricing import KeptFutures
from simulator.engine.run import Run, simulate_all
from simulator.scenario import load_scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from tests.decisions.breakeven.scenarios import BENT, LINEAR, futures_of, simulated, written

TRIALS = 256
UNCERTAIN = "volume.per_month={mean=2000, sd=400}"
PAIR = ("resolution", "conversation")


@pytest.fixture(scope="module")
def linear() -> SameFutures:
    return futures_of(written(LINEAR, f"trials={TRIALS}", UNCERTAIN, "outcomes.solve_log_odds={mean=0, sd=0.4}"))


@pytest.fixture(scope="module")
def bent() -> SameFutures:
    return futures_of(written(BENT, f"trials={TRIALS}", UNCERTAIN))


def crossings(found: Breakeven, name: Name) -> list[float]:
    return [each.at.value for each in found.answer(name).crossings]


def test_the_price_of_a_linear_contract_is_the_closed_form(linear: SameFutures) -> None:
    """Fee + price x units = the other invoice, of means, and of single futures for the P90 of the difference."""
    found = breakeven(linear, PAIR)
    meters, months = linear.results.meters, linear.results.months
    units, other = meters["resolutions:assumed_24h"].sum(axis=1), 0.5 * meters["conversations"].sum(axis=1)
    price = (other.mean() - 150 * months) / units.mean()
    mean = found.answer("mean").crossings[0]
    assert mean.price is not None and mean.price.value == pytest.approx(price, rel=1e-9)
    assert crossings(found, "mean")[0] == pytest.approx(price / 0.99, rel=1e-9)
    p90 = (risk.quantile(other, 0.9) - 150 * months) / risk.quantile(units, 0.9)
    assert crossings(found, "p90") == pytest.approx([p90 / 0.99], rel=1e-9)
    single = np.sort((other - 150 * months) / units)[::-1]  # up to it, a future is cheaper
    assert crossings(found, "nine_in_ten") == pytest.approx([single[int(np.ceil(0.9 * TRIALS)) - 1] / 0.99], rel=1e-9)
    assert crossings(found, "other_nine_in_ten") == pytest.approx(
        [np.sort(single)[int(np.ceil(0.9 * TRIALS)) - 1] / 0.99], rel=1e-9
    )


def test_prices_are_those_at_which_the_verdict_says_that_contracts_tie(linear: SameFutures) -> None:
    best, rival = linear.forecast.verdict.ranking
    ties = linear.forecast.contracts[rival].ties
    assert ties is not None and ties.mean is not None and ties.p90 is not None and ties.nine_in_ten is not None
    found = breakeven(linear, (rival, best))
    for name, tie in (("mean", ties.mean), ("p90", ties.p90), ("nine_in_ten", ties.nine_in_ten)):
        assert crossings(found, name) == pytest.approx([tie.factor], rel=1e-9)  # type: ignore[arg-type]


def test_a_key_of_a_price_gives_what_the_price_gives(linear: SameFutures) -> None:
    by_key, by_price = breakeven(linear, PAIR, "contracts.resolution.price"), breakeven(linear, PAIR)
    assert by_key.method == "terms" and by_price.method == "prices"
    for name in ("mean", "p90", "nine_in_ten", "other_nine_in_ten"):
        prices = [each.price.value for each in by_price.answer(name).crossings if each.price]  # type: ignore[arg-type]
        assert crossings(by_key, name) == pytest.approx(prices, rel=1e-6)  # type: ignore[arg-type]


def test_the_volume_of_a_fee_is_the_closed_form(linear: SameFutures) -> None:
    """0.5 times all conversations is the fee and 0.99 times all units where they are factor times as many."""
    found = breakeven(linear, PAIR, "volume")
    meters = linear.results.meters
    units, other = meters["resolutions:assumed_24h"].sum(axis=1), meters["conversations"].sum(axis=1)
    each = 0.5 * other.mean() - 0.99 * units.mean()
    at = 150 * linear.results.months / each
    assert crossings(found, "mean") == pytest.approx([at] if 0.1 < at < 10 else [], rel=1e-9)


def billed(conversations: np.ndarray) -> np.ndarray:
    """Return what the bent contract costs less the linear one, by hand."""
    tiers = 0.3 * np.minimum(conversations, 2_500) + 0.9 * np.maximum(conversations - 2_500, 0)
    return (np.maximum(tiers, 500) - 0.4 * conversations).sum(axis=1)  # type: ignore[no-any-return]


def test_bills_that_cross_twice_are_found_as_by_brute_force(bent: SameFutures) -> None:
    """A minimum and a steep tier: the bent one is dearer at small and at large volumes, and cheaper between."""
    found = breakeven(bent, ("bent", "linear"), "volume")
    conversations = bent.results.meters["conversations"]
    scan = np.geomspace(0.1, 10, 4_001)
    for name, figure in (
        ("mean", lambda less: less.mean()),
        ("nine_in_ten", lambda less: risk.quantile(less, 0.9)),
        ("other_nine_in_ten", lambda less: -risk.quantile(-less, 0.9)),
    ):
        gaps = np.array([figure(billed(conversations * each)) for each in scan])
        changes = np.flatnonzero(np.diff(np.sign(gaps)))
        by_hand = [float((scan[place] + scan[place + 1]) / 2) for place in changes]
        assert len(by_hand) == 2
        assert crossings(found, name) == pytest.approx(by_hand, rel=2e-3)  # type: ignore[arg-type]
    (stretch,) = found.answer("mean").holds
    assert stretch.start is not None and stretch.end is not None
    assert [each.dearer_above for each in (stretch.start, stretch.end)] == [False, True]
    first, last = found.answer("other_nine_in_ten").holds
    assert first.start is None and last.end is None and first.end is not None and last.start is not None


def test_a_volume_is_what_a_run_of_that_volume_gives() -> None:
    """Expected conversations are exactly as many times as many."""
    scenario = written(BENT, "trials=64", UNCERTAIN)
    larger = written(BENT, "trials=64", "volume.per_month={mean=4000, sd=800}")
    small, large = simulate_all([Run(each, "expected") for each in (scenario, larger)])
    for name, contract in compile_terms(scenario).contracts.items():
        one, other = (monthly_cost(contract, each, "invoice") for each in (scaled(small, 2.0), large))
        assert one == pytest.approx(other, rel=1e-9), name
    assert not np.allclose(monthly_cost(compile_terms(scenario).contracts["bent"], small, "invoice"), one)


@pytest.mark.parametrize("key", ["outcomes.solve_log_odds", "volume.per_month", "intents.everything.confirm"])
def test_values_between_those_simulated_are_those_of_a_run(linear: SameFutures, key: str) -> None:
    number = number_named(key, linear.scenario)
    low, high = usual_range(number)
    axis = law_axis(linear, PAIR, number, (low, high))
    assert axis.method == "expected" and len(axis.simulated) == 7
    value = low + 0.37 * (high - low)
    assert value not in axis.simulated
    direct = simulated(held_at(linear.scenario, number, value))
    for cost, name in zip(axis.costs(value), PAIR, strict=True):
        contract = compile_terms(direct.scenario).contracts[name]
        assert cost.mean() == pytest.approx(monthly_cost(contract, direct, "invoice").sum(axis=1).mean(), rel=0.005)


def test_a_number_not_known_today_keeps_the_draws_of_all_others(linear: SameFutures) -> None:
    number = number_named("outcomes.solve_log_odds", linear.scenario)
    held = simulated(held_at(linear.scenario, number, 0.3))
    assert np.ptp(held.unknowns["outcomes.solve_log_odds"]) == 0
    assert np.array_equal(held.unknowns["volume.per_month"], linear.results.unknowns["volume.per_month"])


def test_the_break_even_of_a_number_agrees_with_the_futures_that_drew_it(linear: SameFutures) -> None:
    """A regression on the drawn values needs no simulation; it knows the value within its own error."""
    key = "outcomes.solve_log_odds"
    fee = written(LINEAR.replace("0.99", "0.76"), f"trials={TRIALS}", UNCERTAIN, f"{key}={{mean=0, sd=0.4}}")
    futures = futures_of(fee)
    (at,) = crossings(breakeven(futures, PAIR, key), "mean")
    less = futures.cost("resolution") - futures.cost("conversation")
    drawn = futures.results.unknowns[key]
    slope, start = np.polyfit(drawn, less, 1)
    error = np.std(less - slope * drawn - start) / math.sqrt(TRIALS) / abs(slope)
    assert abs(-start / slope - at) < 4 * error < 0.3
    shuffled = np.random.default_rng(1).permutation(drawn)
    assert abs(np.corrcoef(drawn, less)[0, 1]) > 0.5 > 0.25 > abs(np.corrcoef(shuffled, less)[0, 1])


def test_the_two_of_the_verdict_are_compared_where_none_are_named(linear: SameFutures) -> None:
    best, rival = linear.forecast.verdict.recommended, closest_rival(linear)
    assert rival is not None
    assert pair_of(linear, None, None) == (best, rival)
    assert pair_of(linear, rival, None) == (rival, best)
    assert pair_of(linear, None, best) == (rival, best)


def test_a_contract_against_itself_and_one_alone_are_refused(linear: SameFutures) -> None:
    with pytest.raises(ValueError, match="as much as itself"):
        pair_of(linear, "resolution", "resolution")
    alone = futures_of(written("[contracts]\nx = { type = 'per_conversation', price = 1 }", "trials=8"))
    with pytest.raises(ValueError, match="one contract alone"):
        pair_of(alone, None, None)


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("outcomes.solve_log_ods", "did you mean 'outcomes.solve_log_odds'"),
        ("contracts.resolution", "is no number; it has contracts.resolution.discount"),
        ("title", "there is no number 'title'"),
    ],
)
def test_a_key_that_is_no_number_is_answered_with_one(linear: SameFutures, key: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        breakeven(linear, PAIR, key)


def test_a_number_that_moves_neither_bill_has_no_break_even(linear: SameFutures) -> None:
    found = breakeven(linear, PAIR, "people.cost_per_hour", (10.0, 50.0))
    assert not any(each.crossings for each in found.answers)
    assert len({round(each.mean, 6) for each in found.points}) == 1


def test_a_contract_in_another_currency_is_compared_in_that_of_the_scenario() -> None:
    euros = (
        "exchange_rates.EUR = 1.25\n"
        + """
[contracts.dollars]
type = "per_conversation"
price = 0.50
[contracts.euros]
type = "per_conversation"
price = 0.36
currency = "EUR"
"""
    )
    scenario = load_text(euros)
    found = breakeven(futures_of(scenario), ("euros", "dollars"))
    (mean,) = found.answer("mean").crossings
    assert mean.at.value == pytest.approx(0.5 / (0.36 * 1.25), rel=1e-9)
    assert mean.price is not None and mean.price.value == pytest.approx(0.50, rel=1e-9)


def load_text(contracts: str):  # type: ignore[no-untyped-def]
    from tests.decisions.breakeven.scenarios import HEAD, parse_scenario

    rate, _, rest = contracts.partition("\n")
    return parse_scenario(f"{rate}\n{HEAD}{rest}", "euros.toml", ["trials=32"])


def test_with_the_shipped_minimal_scenario_the_example_of_the_page_holds() -> None:
    scenario = load_scenario("scenarios/minimal.toml", ["trials=64"])
    results = simulated(scenario)
    futures = SameFutures(results, KeptFutures(results), simulated)
    found = breakeven(futures, PAIR)
    meters = results.meters
    price = 0.5 * meters["conversations"].sum() / meters["resolutions:assumed_24h"].sum()
    mean = found.answer("mean").crossings[0]
    assert mean.price is not None and mean.price.value == pytest.approx(price, rel=1e-9)
