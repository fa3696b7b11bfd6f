"""The price at which a contract ties."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.contracts import Contract, invoice, scale_rates, tie_price, unit_label, unit_rate
from simulator.contracts.invoices.tie import Tie
from tests.contracts.tools import Array, contract, months, stated, token_meters

TWO_TRIALS = {"conversations": np.array([[100.0, 300.0], [200.0, 400.0]])}


def found(offer: Contract, target: float, meters: dict[str, Array]) -> Tie:
    """Return the tie after checking that the scaled contract costs the target."""
    trials = next(iter(meters.values())).shape[0]
    tie = tie_price(offer, target, meters, stated(trials))
    assert tie is not None
    total = invoice(scale_rates(offer, tie.factor), meters, stated(trials)).total
    assert total.sum(axis=1).mean() == pytest.approx(target, rel=1e-9)
    return tie


def test_tie_of_a_flat_price_by_hand() -> None:
    tie = found(contract(type="per_conversation", price=0.5), 400, TWO_TRIALS)
    assert tie.unit_price == pytest.approx(0.8, rel=1e-9)
    assert tie.factor == pytest.approx(1.6, rel=1e-9)
    assert tie.unit_label == "per handled conversation"


def test_tie_leaves_fees_as_they_are() -> None:
    # 100 of fees; 500 conversations on average have to bring 300.
    tie = found(contract(type="per_conversation", price=0.5, platform_fee=50), 400, TWO_TRIALS)
    assert tie.unit_price == pytest.approx(0.6, rel=1e-9)


def test_tie_is_a_price_before_discount() -> None:
    tie = found(contract(type="per_conversation", price=0.5, discount=0.2), 400, TWO_TRIALS)
    assert tie.unit_price == pytest.approx(1.0, rel=1e-9)


def test_tie_of_tiers_moves_all_tiers_and_names_the_first_paid_one() -> None:
    tiers = [{"up_to": 100, "rate": 0}, {"up_to": 200, "rate": 2.0}, {"rate": 1.0}]
    tie = found(contract(type="per_conversation", tiers=tiers), 600, TWO_TRIALS)
    # 0 + 300 in the first trial, 200 + 400 in the second... means: (0 + 300 + 200 + 400) / 2 = 450.
    assert tie.unit_price == pytest.approx(2.0 * 600 / 450, rel=1e-9)
    assert tie.unit_label == "per handled conversation in the first paid tier, all tiers in proportion"


def test_tie_of_all_units_tiers_moves_all_tiers() -> None:
    tiers = [{"up_to": 100, "rate": 0}, {"up_to": 200, "rate": 2.0}, {"rate": 1.0}]
    tie = found(contract(type="per_conversation", tiers=tiers, tiering="volume"), 1100, TWO_TRIALS)
    # 0 + 300 in the first trial, 400 + 400 in the second: mean 550.
    assert tie.unit_price == pytest.approx(2.0 * 1100 / 550, rel=1e-9)
    assert tie.unit_label == "per handled conversation in the first paid tier, all tiers in proportion"


def test_tie_of_flat_fees_by_tier_is_a_price_per_conversation() -> None:
    tiers = [{"up_to": 250, "rate": 0, "flat_fee": 100}, {"rate": 0, "flat_fee": 150}]
    offer = contract(type="per_conversation", tiers=tiers, tiering="volume", flat_fee_at_zero=False)
    tie = found(offer, 500, TWO_TRIALS)
    # 100 + 150 in both trials; 500 conversations on average.
    assert tie.factor == pytest.approx(2, rel=1e-9)
    assert tie.unit_price == pytest.approx(1, rel=1e-9)
    assert tie.unit_label == "for the usage of a handled conversation"
    assert unit_rate(offer) is None


def test_tie_of_a_layer_is_a_price_of_what_lies_in_it() -> None:
    charge = {"kind": "flat", "meter": "output_tokens", "rate": 0.001, "included_per_conversation": 500}
    offer = contract(type="hybrid", charges=[charge])
    tie = found(offer, 6, {"output_tokens[500:]": months(1000, 2000), "conversations": months(9, 9)})
    assert tie.unit_price == pytest.approx(0.002, rel=1e-9)
    assert tie.unit_label == "per output token (above 500 per conversation)"


def test_tie_of_an_overage_price() -> None:
    tie = found(contract(type="per_conversation", price=0.5, included=150), 300, TWO_TRIALS)
    # (0 + 150 + 50 + 250) / 2 = 225 units above.
    assert tie.unit_price == pytest.approx(300 / 225, rel=1e-9)
    assert tie.unit_label == "per handled conversation above the included 150"


def test_tie_of_tokens_is_a_price_per_conversation_without_fees() -> None:
    meters = token_meters("small", 200, output=1e6)
    tie = found(contract(type="per_token", markup=2, platform_fee=10), 30, meters)
    assert tie.factor == pytest.approx(5, rel=1e-9)
    assert tie.unit_price == pytest.approx(20 / 200, rel=1e-9)
    assert tie.unit_label == "for the tokens of a handled conversation"


def test_tie_of_several_charges_says_that_the_others_move() -> None:
    charges = [{"kind": "flat", "meter": "conversations", "rate": 0.5}, {"kind": "flat", "meter": "cases", "rate": 1}]
    meters = {"conversations": months(100), "cases": months(50)}
    tie = found(contract(type="hybrid", charges=charges), 200, meters)
    assert tie.unit_price == pytest.approx(1.0, rel=1e-9)
    assert tie.unit_label == "per handled conversation, other prices in proportion"


def test_tie_with_itself_is_today_even_under_a_binding_minimum() -> None:
    offer = contract(type="per_conversation", price=0.5, monthly_minimum=1000)
    assert found(offer, 2000, TWO_TRIALS).factor == 1.0


def test_tie_at_a_minimum_is_the_highest_price_that_ties() -> None:
    # In the dearest month 400 conversations reach the minimum of 1,000 at 2.50.
    offer = contract(type="per_conversation", price=10, monthly_minimum=1000)
    assert found(offer, 2000, TWO_TRIALS).unit_price == pytest.approx(2.5, rel=1e-6)


def test_tie_between_a_cap_and_a_minimum_is_the_highest_price_that_ties() -> None:
    # 400 conversations reach the cap of 1,000 at 2.50; 10 leave the minimum of 500 at 50.
    offer = contract(type="per_conversation", price=0.5, monthly_minimum=500, maximum_per_month=1000)
    assert found(offer, 1500, {"conversations": months(400, 10)}).unit_price == pytest.approx(50, rel=1e-6)


def test_tie_at_a_cap_is_the_lowest_price_that_ties() -> None:
    # In the cheapest month 100 conversations reach the cap of 1,000 at 10.
    offer = contract(type="per_conversation", price=0.5, maximum_per_month=1000)
    assert found(offer, 2000, TWO_TRIALS).unit_price == pytest.approx(10, rel=1e-6)


@pytest.mark.parametrize("target", [99, 2001 * 500])
def test_tie_is_none_below_the_fees_or_beyond_a_thousandfold(target: float) -> None:
    offer = contract(type="per_conversation", price=1, platform_fee=50)
    assert tie_price(offer, target, TWO_TRIALS, stated(2)) is None


def test_tie_is_none_where_nothing_is_used() -> None:
    assert tie_price(contract(type="per_conversation", price=1), 100, {"conversations": months(0)}, stated()) is None


def test_tie_of_tokens_without_conversations_has_no_unit_price() -> None:
    tie = tie_price(contract(type="per_token"), 4, token_meters("small", 0, output=1e6), stated())
    assert tie is not None
    assert tie.unit_price is None
    assert tie.factor == pytest.approx(2, rel=1e-9)


def test_scaled_rates_scale_usage_and_nothing_else() -> None:
    offer = contract(type="per_conversation", price=0.5, platform_fee=50)
    once, thrice = (invoice(each, TWO_TRIALS, stated(2)) for each in (offer, scale_rates(offer, 3)))
    assert thrice.usage == pytest.approx(3 * once.usage, rel=1e-12)
    assert (thrice.fees == once.fees).all()
    assert unit_rate(scale_rates(offer, 3)) == 1.5


def test_unit_rate_is_the_price_a_contract_names() -> None:
    assert unit_rate(contract(type="per_resolution", definition="a", price=0.99)) == 0.99
    assert unit_rate(contract(type="per_token")) is None
    assert unit_label(contract(type="per_resolution", definition="a", price=0.99)) == "per resolution"
