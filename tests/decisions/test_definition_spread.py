"""A contract by every definition: bills by hand, and the share of the spread that is the definition's."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import risk
from simulator.contracts import invoice
from simulator.decisions.clauses import clause_study
from simulator.decisions.definition_spread import (
    DefinitionSpread,
    InPlace,
    definition_spread,
    share_of_definitions,
)
from simulator.decisions.same_futures import SameFutures
from simulator.forecast.bills import values_of
from simulator.forecast.forecast import forecast
from simulator.scenario.stated.compiled_terms import compile_terms
from tests.decisions.breakeven.scenarios import LINEAR, futures_of, simulated, written

UNCERTAIN = "volume.per_month={mean=2000, sd=400}"
OWN_TOO = """
[definitions.strict]
outcomes = ["confirmed"]
human_touch = "none"
title = "Strict"
"""


@pytest.fixture(scope="module")
def futures() -> SameFutures:
    return futures_of(written(LINEAR + OWN_TOO, "trials=1024", "months=3", UNCERTAIN))


@pytest.fixture(scope="module")
def found(futures: SameFutures) -> DefinitionSpread:
    return definition_spread(futures)


def test_the_own_definition_bills_what_the_run_bills(futures: SameFutures, found: DefinitionSpread) -> None:
    own = found.own
    assert (found.contract, own.kind, own.name) == ("resolution", "own", "assumed_24h")
    assert own.mean.value == pytest.approx(futures.cost("resolution").mean(), rel=1e-12)
    assert (own.less_own.value, own.dearer.value) == (0.0, 0.0)
    assert own.equal_factor == pytest.approx(1.0) and own.equal_p90 == pytest.approx(own.p90, rel=1e-9)


CLOSED = """
[contracts]
assumed = { type = "per_resolution", definition = "assumed_24h", price = 0.99 }
closed = { type = "per_resolution", definition = "closed_by_customer", price = 0.10 }
both = { type = "hybrid", charges = [
    { kind = "flat", meter = "resolutions", definition = "assumed_24h", rate = PRICE },
    { kind = "flat", meter = "resolutions", definition = "closed_by_customer", rate = PRICE },
] }
"""


@pytest.mark.parametrize(
    ("price", "asked", "in_place"), [("0.90", "closed", None), ("0.01", "assumed", InPlace(True, True))]
)
def test_the_recommended_contract_is_taken_if_its_definition_can_be_varied(
    price: str, asked: str, in_place: InPlace | None
) -> None:
    """Else the first that counts silence, with the reason; a contract that is named needs none."""
    futures = futures_of(written(CLOSED.replace("PRICE", price), "trials=64", "months=1"))
    found = definition_spread(futures)
    assert (found.contract, found.in_place) == (asked, in_place)
    assert definition_spread(futures, asked).in_place is None


def test_the_bill_by_another_definition_is_that_of_a_contract_with_it(found: DefinitionSpread) -> None:
    """Simulated anew from a scenario whose contract has the definition."""
    changed = LINEAR.replace('definition = "assumed_24h"', 'definition = "strict"')
    results = simulated(written(changed + OWN_TOO, "trials=1024", "months=3", UNCERTAIN))
    cost = forecast(results).contracts["resolution"].horizon("invoice")
    (strict,) = (each for each in found.named if each.name == "strict")
    assert strict.kind == "scenario" and strict.title == "Strict"
    assert strict.mean.value == pytest.approx(cost.mean(), rel=1e-12)
    assert strict.p90 == pytest.approx(risk.quantile(cost, 0.9), rel=1e-12)


def test_the_price_of_an_equal_bill_leaves_the_expected_bill(futures: SameFutures, found: DefinitionSpread) -> None:
    """Fee 150 a month + price x units is the own bill; its P90 is that of the bill at this price."""
    (strict,) = (each for each in found.named if each.name == "strict")
    fee = 150 * 3
    assert strict.equal_price == pytest.approx((found.own.mean.value - fee) / strict.units, rel=1e-9)
    study = clause_study(futures.scenario, "resolution", wide=True)
    assert study is not None
    units = futures.on(study.scenario).results.meters["resolutions:strict"].sum(axis=1)
    assert strict.equal_p90 == pytest.approx(fee + strict.equal_price * risk.quantile(units, 0.9), rel=1e-9)


def test_every_combination_of_five_clauses_is_billed(found: DefinitionSpread) -> None:
    assert len(found.grid) == 4 * 3 * 3 * 2 * 3 == found.over_grid.definitions
    assert len({each.clauses for each in found.grid}) == len(found.grid)
    assert all(len(each.clauses) == 5 for each in found.grid)
    (own,) = (each for each in found.grid if each.title == "as the contract has it")
    assert own.mean.value == found.own.mean.value
    assert {each.kind for each in found.named} == {"own", "scenario", "shipped", "vendor"}


def test_a_looser_definition_is_dearer_in_every_future(found: DefinitionSpread) -> None:
    one = max(found.named, key=lambda each: each.mean.value)
    assert one.dearer.value == 1.0 and one.less_own.told and one.less_own.value > 0
    (idle,) = (each for each in found.grid if each.title == "a person may take over")
    assert (idle.dearer.value, idle.less_own.value) == (0.0, 0.0)  # what is handed over counts by no outcome here
    (strict,) = (each for each in found.named if each.name == "strict")
    assert strict.dearer.value == 0.0 and strict.less_own.value < 0


def test_the_share_of_the_definition_is_that_of_known_variances() -> None:
    """Means 0 and 2 about a spread of 1: between 1, within 1. Without one of the two it is 1 or 0."""
    noise = np.array([-1.0, 1.0] * 8)
    assert share_of_definitions(np.stack([noise, 2 + noise])) == pytest.approx((0.5, 2.0))
    assert share_of_definitions(np.stack([noise, noise]))[0] == 0.0
    assert share_of_definitions(np.outer([1.0, 3.0], np.ones(4)))[0] == 1.0
    assert share_of_definitions(np.ones((2, 4)))[0] == 0.0


def test_the_spread_over_the_grid_is_of_its_bills(futures: SameFutures, found: DefinitionSpread) -> None:
    """Once more by hand: all bills in one array, the variance of them all, and that of the means."""
    study = clause_study(futures.scenario, "resolution", wide=True)
    assert study is not None
    results = futures.on(study.scenario).results
    contract = compile_terms(study.scenario).contracts["resolution"]
    costs = []
    for each in found.grid:
        meters = dict(results.meters) | {"resolutions:assumed_24h": results.meters[f"resolutions:{each.name}"]}
        costs.append(invoice(contract, meters, values_of(results)).total.sum(axis=1))
    every = np.stack(costs)
    spread = found.over_grid
    assert spread.of_definitions.value == pytest.approx(every.mean(axis=1).var() / every.var(), rel=1e-9)
    assert spread.deviation == pytest.approx(every.std(), rel=1e-9)
    assert (spread.lowest, spread.highest) == pytest.approx((every.mean(axis=1).min(), every.mean(axis=1).max()))


def test_the_interval_of_the_share_holds_that_of_other_futures(found: DefinitionSpread) -> None:
    """Of another seed; the interval is not so wide that it holds anything."""
    share = found.over_named.of_definitions
    assert share.low is not None and share.high is not None and share.high - share.low < 0.1
    other = futures_of(written(LINEAR + OWN_TOO, "trials=1024", "months=3", UNCERTAIN, "seed=77"))
    again = definition_spread(other).over_named.of_definitions
    assert again.low is not None and again.high is not None
    assert share.low <= again.high and again.low <= share.high
    assert not share.low <= share.value / 2 <= share.high


def test_a_contract_without_one_definition_is_refused(futures: SameFutures) -> None:
    with pytest.raises(ValueError, match="does not bill resolutions by one definition"):
        definition_spread(futures, "conversation")
    plain = futures_of(written("[contracts]\nx = { type = 'per_conversation', price = 1 }", "trials=8"))
    with pytest.raises(ValueError, match="no contract of the scenario bills resolutions"):
        definition_spread(plain)
