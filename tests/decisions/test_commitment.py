"""How much to commit: the newsvendor's answer to the step, minimums, the P90 optimum, regret, exit, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn, cast

import numpy as np
import pytest
from scipy import optimize, stats

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.commitment import Commitments, assumed_size, commitments, sizes_of
from simulator.decisions.commitment.committed_bills import biller
from simulator.decisions.same_futures import SameFutures
from simulator.engine.repricing import KeptFutures
from simulator.errors import ContractError
from simulator.scenario.schema import Scenario
from tests.synthetic import results, scenario

FUTURES = 4_000
USE = stats.lognorm(s=0.3, scale=10_000)
CONVERSATION: Mapping[str, Any] = {"type": "per_conversation", "price": 0.5}
PACK: Mapping[str, Any] = {
    "type": "hybrid",
    "title": "Pack",
    "platform_fee": 4_000,
    "charges": [{"kind": "included", "meter": "conversations", "included": 10_000, "overage_rate": 0.75}],
}
UNITS: Mapping[str, Any] = {
    "type": "per_conversation",
    "price": 0.4,
    "commitment": {"units": 9_000, "period": "month", "overage_rate": 0.6},
}
AMOUNT: Mapping[str, Any] = {
    "type": "per_conversation",
    "price": 0.5,
    "commitment": {"amount": 4_000, "period": "month", "overage_factor": 1.25},
}
CREDITS: Mapping[str, Any] = {
    "type": "per_conversation",
    "price": 0.5,
    "prepaid": {"packs": [{"amount": 4_000, "price": 3_000, "every_months": 1, "valid_months": 1}]},
}
MINIMUM: Mapping[str, Any] = {"type": "per_conversation", "title": "Minimum", "price": 0.4, "yearly_minimum": 48_000}


def refuse(_: Scenario) -> NoReturn:
    raise AssertionError("nothing is simulated again")


def on_use(use: Array, contracts: Mapping[str, Mapping[str, Any]], **changes: Any) -> SameFutures:
    """Return futures whose conversations are given, (trial, month)."""
    trials, months = use.shape
    of = scenario(contracts, trials=trials, months=months, sampling="random", **changes)
    made = results(of)
    meters = {**made.meters, "conversations": use}
    return SameFutures(replace(made, meters=meters), cast("KeptFutures", None), refuse)


def exact_use(months: int = 1) -> Array:
    """Return use of one law, a quantile a future, the same in each month."""
    places = (np.arange(FUTURES) + 0.5) / FUTURES
    return np.repeat(USE.ppf(places)[:, None], months, axis=1)


@pytest.mark.parametrize(
    ("terms", "quantile", "price"),
    [(PACK, 0.35 / 0.75, 1.0), (UNITS, 0.2 / 0.6, 1.0), (AMOUNT, 0.2, 0.5), (CREDITS, 0.25, 0.5)],
)
def test_the_best_commitment_is_the_newsvendors(terms: Mapping[str, Any], quantile: float, price: float) -> None:
    found = commitments(on_use(exact_use(), {"a": terms}), "a")
    assert found.quantile == pytest.approx(quantile)
    assert found.best.size == pytest.approx(USE.ppf(quantile) * price, abs=found.step)
    assert found.newsvendor == pytest.approx(USE.ppf(quantile) * price, rel=1e-3)
    assert found.best.mean.value <= min(point.mean for point in found.curve)


@pytest.mark.parametrize("discount", [0.05, 0.1, 0.3])
def test_an_assumed_commitment_is_what_use_stays_within_as_often_as_its_discount(discount: float) -> None:
    found = commitments(on_use(exact_use(12), {"a": CONVERSATION}), "a", discount)
    year = 12 * USE.ppf(discount)
    assert found.best.size == pytest.approx(year, abs=found.step)
    assert found.own.mean.value == pytest.approx(0.5 * exact_use(12).sum(axis=1).mean())
    within = np.minimum(12 * exact_use()[:, 0], found.best.size).mean()
    bill = 0.5 * (12 * exact_use()[:, 0].mean() - within) + 0.5 * (1 - discount) * found.best.size
    assert found.best.mean.value == pytest.approx(bill)


def test_a_commitment_pays_from_the_discount_that_is_its_unused_share() -> None:
    futures = on_use(exact_use(12), {"a": CONVERSATION})
    needed = commitments(futures, "a").levels[3].unused.value
    size = commitments(futures, "a").levels[3].size
    for more, pays in ((0.001, True), (-0.001, False)):
        of = assumed_size(futures.forecast.contracts["a"].contract, needed + more)
        bill = biller(of, futures.results)(size)
        assert bool(bill.mean() < futures.invoice("a").mean()) is pays


def test_the_search_finds_what_trying_every_size_finds() -> None:
    rng = np.random.default_rng(3)
    terms = {**PACK, "maximum_per_month": 9_000, "yearly_minimum": 40_000}
    futures = on_use(10_000 * rng.lognormal(0, 0.4, (200, 12)), {"a": terms})
    found = commitments(futures, "a")
    (size, _) = sizes_of(futures.forecast.contracts["a"].contract)
    bill = biller(size, futures.results)
    every = np.arange(0, 25_000, found.step)
    costs = [bill(each).mean() for each in every]
    assert found.best.mean.value == pytest.approx(min(costs))
    assert found.others == ("yearly_minimum",)


def test_p90_takes_the_p90_of_use_and_is_dearer() -> None:
    found = commitments(on_use(exact_use(), {"a": UNITS}), "a")
    assert found.best_p90.size == pytest.approx(USE.ppf(0.9), rel=0.01)
    assert found.premium.mean.value > 0
    assert found.premium.p90.value < 0


def test_a_minimum_buys_nothing_by_itself() -> None:
    futures = on_use(exact_use(12), {"a": MINIMUM, "b": CONVERSATION})
    found = commitments(futures, "a")
    assert (found.best.size, found.quantile) == (0.0, None)
    use = 12 * exact_use()[:, 0]
    assert found.own.mean.value == pytest.approx(np.maximum(0.4 * use, 48_000).mean())
    assert found.free == pytest.approx(0.4 * risk.quantile(use, 0.1))
    assert found.own.units == pytest.approx(120_000)


def test_one_walks_away_where_the_minimum_costs_as_much_as_the_contract_without() -> None:
    futures = on_use(exact_use(12), {"a": MINIMUM, "b": CONVERSATION})
    rival = commitments(futures, "a").rival
    assert rival is not None
    assert rival.walk_away is not None
    use = 12 * exact_use()[:, 0]
    assert np.maximum(0.4 * use, rival.walk_away.value).mean() == pytest.approx(0.5 * use.mean(), rel=1e-3)
    assert (rival.name, rival.same_unit) == ("b", True)


def test_regret_is_what_the_best_of_the_case_would_have_saved() -> None:
    found = commitments(on_use(exact_use(), {"a": UNITS}), "a")
    regrets = {each.case: each for each in found.regrets}
    for each in found.regrets:
        assert each.own.value >= -1e-9
        assert each.chosen.value >= -1e-9
    assert regrets["fifth_more"].best_size == pytest.approx(1.2 * found.best.size, abs=2 * found.step)
    assert regrets["fifth_less"].best_size == pytest.approx(0.8 * found.best.size, abs=2 * found.step)
    low = exact_use()[: FUTURES // 10, 0]
    best = regrets["lowest_tenth"].best_size
    least = (0.4 * np.maximum(best, low) + 0.6 * np.maximum(low - best, 0) - 0.4 * np.maximum(low - best, 0)).mean()
    assert regrets["lowest_tenth"].least == pytest.approx(least)


def test_stopping_owes_what_is_missing_of_the_year() -> None:
    found = commitments(on_use(exact_use(12), {"a": MINIMUM}), "a")
    used = 0.4 * 6 * exact_use()[:, 0]
    assert [each.month for each in found.exits] == [6, 12]
    assert found.exits[0].own.total == pytest.approx(np.maximum(48_000 - used, 0).mean())
    assert found.exits[0].chosen.total == 0
    assert found.exits[1].own.total == pytest.approx(np.maximum(48_000 - 2 * used, 0).mean() - (
        np.maximum(48_000 - 2 * used, 0).mean()), abs=1e-6)  # fmt: skip


def test_fees_are_owed_with_any_commitment_and_a_minimum_only_as_offered() -> None:
    found = commitments(on_use(exact_use(12), {"a": {**MINIMUM, "platform_fee": 1_000, "term_months": 12}}), "a")
    first = found.exits[0]
    assert (first.own.fees, first.chosen.fees) == (6_000, 6_000)
    assert first.chosen.commitment == 0 < first.own.commitment
    assert first.own.total == pytest.approx(first.own.fees + first.own.commitment)


def test_a_minimum_is_dear_from_the_fall_at_which_it_adds_one_percent() -> None:
    found = commitments(on_use(exact_use(12), {"a": {**MINIMUM, "yearly_minimum": 10_000}}), "a")
    use = 0.4 * 12 * exact_use()[:, 0]
    adds = [(np.maximum(10_000, (1 - fall / 100) * use) - (1 - fall / 100) * use).mean() for fall in range(100)]
    dear = next(fall for fall in range(100) if adds[fall] >= 0.01 * (1 - fall / 100) * use.mean())
    assert 50 < dear < 90
    assert found.dear_from is not None
    assert found.dear_from.share == dear / 100
    assert found.dear_from.adds == pytest.approx(adds[dear])


def test_a_minimum_below_the_fees_is_never_dear_and_a_high_one_is_already() -> None:
    low = {**MINIMUM, "platform_fee": 1_000, "yearly_minimum": 12_000}
    assert commitments(on_use(exact_use(12), {"a": low}), "a").dear_from is None
    high = commitments(on_use(exact_use(12), {"a": MINIMUM}), "a").dear_from
    assert high is not None
    assert high.share == 0
    assert commitments(on_use(exact_use(), {"a": UNITS}), "a").dear_from is None


def test_what_the_recommended_contract_commits_is_known() -> None:
    use = exact_use(12)
    other = commitments(on_use(use, {"a": {**MINIMUM, "price": 2.0}, "b": CONVERSATION}), "a")
    assert (other.recommended is not None, other.recommended_commits) == (True, False)
    both = commitments(on_use(use, {"a": {**MINIMUM, "price": 2.0}, "b": MINIMUM}), "a")
    assert (both.recommended is not None, both.recommended_commits) == (True, True)


def covers(of: Commitments, size: float) -> bool:
    low, high = of.best_size.low, of.best_size.high
    assert low is not None
    assert high is not None
    return low - of.step <= size <= high + of.step


def test_the_interval_of_the_best_size_covers_it_and_no_other() -> None:
    rng = np.random.default_rng(12)
    best, other = USE.ppf(0.35 / 0.75), USE.ppf(0.35 / 0.75 + 0.1)
    found = [
        commitments(on_use(USE.rvs((1_024, 1), random_state=rng), {"a": PACK}), "a") for _ in range(30)
    ]  # fmt: skip
    assert sum(covers(each, best) for each in found) >= 26
    assert sum(covers(each, other) for each in found) <= 10


def test_few_futures_give_no_interval_of_the_size() -> None:
    found = commitments(on_use(exact_use()[::50], {"a": PACK}), "a")
    assert found.best_size.low is None


@pytest.mark.parametrize("discount", [0.05, 0.1, 0.3])
def test_an_assumed_commitment_pays_up_to_the_size_of_which_its_discount_stays_unused(discount: float) -> None:
    """Of a size c, E max(1 - use / c, 0) is unused; with lognormal use that has a closed form by Black's formula."""
    futures = on_use(exact_use(12), {"b": CONVERSATION})
    found = commitments(futures, "b", discount)

    def unused(size: float) -> float:
        d = np.log(12 * 10_000 / size) / 0.3
        called = 12 * 10_000 * np.exp(0.3**2 / 2) * stats.norm.cdf(d + 0.3)
        return float(stats.norm.cdf(-d) - (12 * 10_000 * np.exp(0.3**2 / 2) - called) / size)

    size = optimize.brentq(lambda size: unused(size) - discount, 20_000, 900_000)
    assert found.pays_to is not None and found.pays_to.value == pytest.approx(size, rel=2e-3)
    assert found.pays_to.low is not None and found.pays_to.high is not None


def test_a_commitment_of_the_contract_has_no_size_up_to_which_a_discount_pays() -> None:
    futures = on_use(exact_use(), {"a": MINIMUM, "b": CONVERSATION, "c": {**PACK, "title": "Pack"}})
    assert commitments(futures, "a").pays_to is None
    assert commitments(futures, "b").binding == (("a", "Minimum"), ("c", "Pack"))
    assert commitments(futures, "a").binding == (("c", "Pack"),)


def test_a_fee_that_buys_less_than_it_costs_by_use_is_no_pack() -> None:
    futures = on_use(exact_use(), {"a": {**PACK, "platform_fee": 8_000}})
    assert sizes_of(futures.forecast.contracts["a"].contract) == ()


def test_money_of_a_commitment_is_in_the_scenarios_currency() -> None:
    terms = {**UNITS, "currency": "EUR"}
    futures = on_use(exact_use(), {"a": terms, "b": UNITS}, exchange_rates={"EUR": 1.25})
    euro, dollar = (commitments(futures, name) for name in ("a", "b"))
    assert euro.best.size == dollar.best.size
    assert euro.best.money == pytest.approx(1.25 * dollar.best.money)
    assert euro.best.mean.value == pytest.approx(1.25 * dollar.best.mean.value)


def test_what_cannot_be_asked_is_refused_with_what_to_do() -> None:
    switches = {"s": {"old": "b", "new": "a", "month": 2}}
    stops = {**CREDITS, "prepaid": {**CREDITS["prepaid"], "when_gone": "stop"}}
    contracts = {"a": MINIMUM, "b": CONVERSATION, "stops": stops}
    futures = on_use(exact_use(12), contracts, switches=switches)
    with pytest.raises(ContractError, match="ask about 'b' or 'a'"):
        commitments(futures, "s")
    with pytest.raises(ContractError, match="has a commitment of its own"):
        commitments(futures, "a", 0.1)
    with pytest.raises(ContractError, match="the AI stops when its credits are gone"):
        commitments(futures, "stops")
    idle = on_use(np.zeros((20, 12)), {"b": CONVERSATION})
    with pytest.raises(ContractError, match="nothing to commit"):
        commitments(idle, "b")
