"""Where a deal lies, by hand: floors of one price per unit, ties, the middle, and what each side has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

from simulator import risk
from simulator.decisions.deal import MARGIN, Deal, deal
from simulator.decisions.deal.prices import PricePoint
from simulator.decisions.same_futures import SameFutures
from simulator.engine.repricing import KeptFutures
from simulator.engine.run import Run, simulate_all
from simulator.scenario import load_scenario
from tests.decisions.value.test_value import futures_of


def narrow(contract: str = "resolution_closed", margin: float = MARGIN, at: Sequence[float] = ()) -> Deal:
    return deal(futures_of("narrow_actions"), contract, margin, at)


def test_floors_of_one_price_are_percentiles_of_the_models_cost_per_unit() -> None:
    priced = futures_of("narrow_actions").forecast.contracts["resolution_closed"]
    per_unit = priced.model_cost.sum(axis=1) / priced.units.sum(axis=1)
    for point in narrow().floors:
        assert point.margin is not None and point.sure is not None and point.unit_price is not None
        assert point.unit_price == pytest.approx(risk.quantile(per_unit, point.sure) / (1 - point.margin), rel=1e-9)
    assert [(each.margin, each.sure) for each in narrow().floors] == [
        (0.0, 0.5), (0.0, 0.9), (0.2, 0.9), (0.4, 0.9), (0.6, 0.9),
    ]  # fmt: skip


def test_a_floor_is_kept_in_so_many_futures() -> None:
    priced = futures_of("narrow_actions").forecast.contracts["resolution_closed"]
    cost, usage = priced.model_cost.sum(axis=1), priced.horizon("invoice")
    for point in narrow().floors:
        assert point.margin is not None and point.sure is not None
        kept = np.mean(usage * point.factor * (1 + 1e-12) * (1 - point.margin) >= cost)
        assert kept >= point.sure and kept < point.sure + 0.02


def test_at_the_ceiling_the_buyer_saves_nothing_and_below_it_something() -> None:
    found = narrow()
    (top,) = (each for each in found.ceilings if each.kind == "ceiling" and each.other == found.alternative)
    assert found.alternative == found.recommended == "conversation"
    assert top.gains is not None and top.gains.value == 0
    forecast = futures_of("narrow_actions").forecast
    assert top.pays.value == pytest.approx(forecast.contracts["conversation"].horizon("invoice").mean())
    assert found.offer is not None and found.offer.gains is not None and found.offer.gains.value > 0
    lower = next(each for each in found.floors if each.margin == 0.6)
    assert found.offer.factor == pytest.approx((lower.factor + min(top.factor, 1)) / 2)


def test_a_cheaper_contract_that_breaks_the_budget_is_passed_over() -> None:
    futures = futures_of("broad_cx")
    found = deal(futures, "per_conversation")
    assert found.can_split and found.alternative is not None
    means = {name: priced.horizon("invoice").mean() for name, priced in futures.forecast.contracts.items()}
    others = {name for name, mean in means.items() if mean < means[found.alternative] and name != found.contract}
    assert {each.contract for each in found.passed_over} == others != set()
    for each in found.passed_over:
        kept = np.mean(futures.forecast.contracts[each.contract].horizon("invoice") <= 450_000)
        assert each.why == "budget" and each.chance == pytest.approx(kept) and kept < 0.9
        own = futures.forecast.contracts[found.contract].horizon("invoice").mean()
        assert each.factor == pytest.approx(means[each.contract] / own)


def test_without_a_budget_what_is_passed_over_has_a_higher_p90() -> None:
    found = deal(futures_of("minimal"), "resolution")
    for each in found.passed_over:
        assert each.why in ("p90", "ranked") and each.chance is None
    assert not found.can_split


def test_what_both_sides_have_is_the_invoice() -> None:
    found, cost = narrow(), futures_of("narrow_actions").forecast.contracts["resolution_closed"].model_cost

    def sums(point: PricePoint) -> float:
        return point.pays.value - point.keeps.value

    assert all(sums(each) == pytest.approx(float(cost.sum(axis=1).mean())) for each in (*found.floors, found.asked))


def test_the_recommended_contract_ties_with_the_next() -> None:
    found = narrow("conversation")
    assert found.alternative == futures_of("narrow_actions").forecast.ranking[1]


def test_a_price_of_ones_own_and_a_margin_that_leaves_no_room() -> None:
    (own,) = narrow(at=[1.25]).own
    assert own.unit_price == pytest.approx(1.25)
    assert narrow(margin=0.999).offer is None


def test_every_price_that_is_asked_for_is_looked_at() -> None:
    own = narrow(at=[1.25, 0.9, 1.25]).own
    assert [each.unit_price for each in own] == pytest.approx([1.25, 0.9])
    assert own[0].pays.value / own[1].pays.value == pytest.approx(1.25 / 0.9)


def test_a_tenth_and_a_quarter_less_than_listed_are_on_the_ladder() -> None:
    found = narrow()
    asked = found.asked
    assert [each.factor for each in found.below] == [0.75, 0.9]
    for each in found.below:
        assert each.pays.value == pytest.approx(each.factor * asked.pays.value)
        assert each.keeps.value == pytest.approx(asked.keeps.value - (1 - each.factor) * asked.pays.value)


@cache
def with_minimum(amount: float) -> Deal:
    """Return a deal on $0.45 a conversation, of broad_cx over a year, with a minimum for it."""
    minimum = f"contracts.per_conversation.yearly_minimum={amount}"
    (results,) = simulate_all([Run(load_scenario("scenarios/broad_cx.toml", ["trials=256", minimum]))])
    return deal(SameFutures(results, KeptFutures(results), lambda _: results), "per_conversation")


def test_a_minimum_decides_below_the_price_at_which_half_of_the_use_is_beyond_it() -> None:
    """Conversations that are handled are counted here: those of the futures in which 0.45 each come to more."""
    found = with_minimum(290_000)
    assert found.minimum is not None and found.minimum.unit_price is not None and found.owed == 290_000
    futures = futures_of("broad_cx")
    units = np.sort(futures.forecast.contracts["per_conversation"].units.sum(axis=1))[::-1]
    half = units[np.searchsorted(np.cumsum(units), units.sum() / 2)]
    assert found.minimum.unit_price == pytest.approx(290_000 / half, rel=1e-3)


def test_no_offer_is_made_below_a_price_at_which_a_minimum_decides() -> None:
    found = with_minimum(290_000)
    assert found.offer is not None and found.minimum is not None
    assert found.offer.factor == found.minimum.factor > found.floors[-1].factor
    assert [each.factor for each in found.below] == [0.9]
    assert with_minimum(400_000).offer is None and with_minimum(20_000).minimum is not None
    plain, low = deal(futures_of("broad_cx"), "per_conversation"), with_minimum(20_000)
    assert plain.minimum is None and plain.owed == 0
    assert plain.offer is not None and low.offer is not None and low.offer.factor == pytest.approx(plain.offer.factor)


def test_fees_that_pay_for_the_models_leave_a_floor_of_nothing() -> None:
    found = deal(futures_of("regulated_bank"), "hybrid")
    assert [each.factor for each in found.floors] == [0.0] * 5
    assert found.offer is not None


def test_the_vendor_carries_what_its_cost_adds() -> None:
    for each in narrow().carried:
        assert each.sd is not None and each.kept_sd is not None and each.elasticity is not None
    by = {each.contract: each for each in narrow().carried}
    assert by["resolution_closed"].elasticity is not None and by["resolution_closed"].elasticity.value > 0.9
    assert by["conversation"].elasticity is not None and by["conversation"].elasticity.value < 0
