"""What it is worth to know before signing, of a run: the best question, its bounds, and what it needs."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulator.decisions.observed import observables
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.value import ValueOfKnowing, value_of_knowing
from simulator.engine.repricing import KeptFutures
from simulator.engine.run import Run, simulate_all
from simulator.scenario import load_scenario


@cache
def futures_of(name: str, trials: int = 256) -> SameFutures:
    (results,) = simulate_all([Run(load_scenario(f"scenarios/{name}.toml", [f"trials={trials}"]))])
    return SameFutures(results, KeptFutures(results), lambda _: results)


@cache
def narrow() -> ValueOfKnowing:
    return value_of_knowing(futures_of("narrow_actions"))


def test_the_share_that_customers_confirm_is_worth_most_where_the_rival_bills_it() -> None:
    found = narrow()
    assert (found.now, found.recommended) == ("conversation", "conversation")
    assert (found.countable[0].kind, found.countable[0].meter) == ("counted", "closed_by_customer")
    assert found.assumptions[0].name == "outcomes.confirm_log_odds"
    assert found.countable[0].known.instead == "resolution_closed" == found.pairs[0].against
    assert found.read == found.countable[0]


def test_nothing_is_worth_more_than_everything_and_reading_less_than_knowing() -> None:
    found = narrow()
    most = found.everything.worth.value
    each = [*found.countable, *found.assumptions, *found.pairs]
    assert all(0 <= one.known.worth.value <= most for one in each)
    assert all(0 <= one.worth.value <= most for one in found.learned)
    read = [one.worth.value for one in found.learned if one.conversations is not None]
    assert read == sorted(read) and read[-1] <= found.countable[0].known.worth.value * 1.02


def test_reading_costs_time_and_a_pilot_its_bill() -> None:
    found = value_of_knowing(futures_of("narrow_actions"), [120], minutes=5)
    (read,), pilots = ([one for one in found.learned if (one.months is None) == by] for by in (True, False))
    assert read.cost == pytest.approx(10 * found.per_hour)
    invoice = futures_of("narrow_actions").forecast.contracts["conversation"].invoice
    assert [one.months for one in pilots] == [1, 3]
    assert pilots[0].cost == pytest.approx(float(invoice[:, 0].mean()))


def test_volume_is_worth_nothing_between_prices_of_the_same_unit() -> None:
    found = {each.name: each.known.worth for each in narrow().assumptions}
    assert found["volume.per_month"].value == 0


def test_one_contract_is_no_choice() -> None:
    scenario = load_scenario("scenarios/minimal.toml", ["trials=64"])
    only = scenario.model_copy(update={"contracts": {"resolution": scenario.contracts["resolution"]}})
    (results,) = simulate_all([Run(only)])
    found = value_of_knowing(SameFutures(results, KeptFutures(results), lambda _: results))
    assert found.everything.worth.value == 0
    assert found.assumptions == found.countable == found.pairs == found.learned == () and found.unknowns is None


def test_few_futures_tell_of_everything_only() -> None:
    found = value_of_knowing(futures_of("narrow_actions", trials=32))
    assert found.everything.worth.value > 0
    assert found.assumptions == found.countable == () and found.unknowns is None


def test_what_can_be_counted_is_counted_by_hand() -> None:
    futures = futures_of("narrow_actions")
    meters = futures.results.meters
    seen = {each.key: each for each in observables(futures.forecast)}
    share = seen["counted:closed_by_customer"]
    by_hand = meters["resolutions:closed_by_customer"].sum(axis=1) / meters["conversations"].sum(axis=1)
    assert np.allclose(share.over(), by_hand)
    first = meters["resolutions:closed_by_customer"][:, 0] / meters["conversations"][:, 0]
    assert np.allclose(share.over(1), first)
    assert np.allclose(seen["volume:conversations"].over(), meters["conversations"].mean(axis=1))


def test_at_a_lower_price_knowing_everything_is_worth_what_the_least_bills_then_leave() -> None:
    """By hand: bills of a price per conversation at 90, 75 and 60 % of it, against the least of all in each future."""
    contracts = futures_of("narrow_actions").forecast.contracts
    own = contracts["conversation"].horizon("invoice")
    others = np.min([each.horizon("invoice") for name, each in contracts.items() if name != "conversation"], axis=0)
    for each in narrow().at_less:
        cost = (1 - each.less) * own
        assert each.known.worth.value == pytest.approx(float((cost - np.minimum(cost, others)).mean()))
    prices = [each.unit_price for each in narrow().at_less]
    rate = own.sum() / contracts["conversation"].units.sum()
    assert prices == pytest.approx([0.9 * rate, 0.75 * rate, 0.6 * rate])
