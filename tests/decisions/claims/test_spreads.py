"""Claims 4, 5 and 9: where each part holds, where it flips, and conditions in closed form by hand."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import risk
from simulator.decisions.claims.spreads import (
    buyer_carries_the_spread,
    conversations_lie_between,
    equal_spread_factor,
    factor_to_spread,
    spread_to_reach,
    tokens_are_harder_to_forecast,
)
from tests.decisions.claims.made import ground, part_of, value


def test_tokens_spread_more_in_percent_unless_their_level_is_known() -> None:
    usual = part_of(tokens_are_harder_to_forecast(ground()), "tokens_in_percent")
    assert usual.verdict == "holds" and 0 < usual.flips["token_level"] < 0.3
    for times, verdict in ((1.4, "holds"), (0.5, "fails")):
        known = f"tokens.factor={{ mean = 1.0, sd = {times * usual.flips['token_level']:.4f} }}"
        assert part_of(tokens_are_harder_to_forecast(ground(known)), "tokens_in_percent").verdict == verdict


def test_the_spread_to_reach_by_hand() -> None:
    """A cost of 3 + 2 x, x = 1, 2, 3 with sd 1 and mean 2, has sd 2; for 1 the spread of x must be 1/2, 1/4 of 2."""
    x = np.array([1.0, 2.0, 3.0])
    assert spread_to_reach(3 + 2 * x, x, 1.0) == pytest.approx(1 / 4)
    assert spread_to_reach(np.array([1.0, 9.0, 1.0]), x, 1.0) is None


def test_tokens_spread_less_in_money_up_to_a_multiple_of_public_prices() -> None:
    found = ground()
    usual = part_of(tokens_are_harder_to_forecast(found), "tokens_in_money")
    assert usual.verdict == "fails"
    tokens = found.futures.forecast.model_cost.sum(axis=1)
    spread = risk.sd(usual.flips["price_multiple"] * tokens)
    assert spread == pytest.approx(risk.sd(found.futures.invoice("resolution")))
    cheap = f"contracts.resolution.price={0.8 * 0.99 / usual.flips['price_multiple']:.6f}"
    assert part_of(tokens_are_harder_to_forecast(ground(cheap)), "tokens_in_money").verdict == "holds"


def test_conversations_lie_below_the_others_unless_a_price_makes_them_spread() -> None:
    usual = part_of(conversations_lie_between(ground()), "between")
    assert usual.verdict == "fails"
    tiers = '{ type = "per_conversation", tiers = [{ up_to = 1500, rate = 0.13 }, { rate = 0.5 }] }'
    known = "outcomes.escalate_log_odds=0", "outcomes.solve_log_odds=0", "outcomes.confirm_log_odds=0"
    longer = ground(f"contracts.conversation={tiers}", "tokens.factor={ mean = 1.0, sd = 0.6 }", *known)
    between = part_of(conversations_lie_between(longer), "between")
    assert between.verdict == "holds"
    spreads = between.beside
    assert spreads["resolutions"] < spreads["conversations"] < spreads["tokens"]


def test_the_volume_explains_the_bill_unless_it_is_known() -> None:
    usual = part_of(conversations_lie_between(ground()), "from_volume")
    assert usual.verdict == "holds"
    known = ground("volume.per_month=2000", "drivers.demand={ cv = 0 }")
    assert part_of(conversations_lie_between(known), "from_volume").verdict == "fails"


def test_what_a_conversation_is_is_disputed_where_there_is_spam() -> None:
    assert part_of(conversations_lie_between(ground()), "undisputed").verdict == "holds"
    spam = part_of(conversations_lie_between(ground("intents.everything.spam=0.05")), "undisputed")
    assert spam.verdict == "fails" and value(spam) == pytest.approx(0.05, abs=0.01)


def test_the_factor_of_equal_spread_by_hand() -> None:
    """With C = 1, 3, 2 and I = 10, 30, 20 spreads are equal where k I - C is as wide as k I: k = 1 / 20."""
    cost = np.array([1.0, 3.0, 2.0])
    assert equal_spread_factor(10 * cost, cost) == pytest.approx(1 / 20)
    assert risk.sd(0.5 * cost - cost) == pytest.approx(risk.sd(0.5 * cost))
    assert equal_spread_factor(-cost, cost) is None


def test_the_factor_to_a_spread_by_hand() -> None:
    """Work falls by 1 where the invoice rises by 1: (k - 1)^2 = 4 at k = 3."""
    invoice = np.array([1.0, 2.0, 4.0])
    assert factor_to_spread(-invoice, invoice, 2 * invoice) == pytest.approx(3)
    assert factor_to_spread(5 * invoice, invoice, invoice) is None


def test_the_invoice_spreads_more_than_the_margin_down_to_a_price() -> None:
    usual = part_of(buyer_carries_the_spread(ground()), "more_than_margin")
    assert usual.verdict == "holds"
    cheap = f"contracts.resolution.price={0.5 * usual.flips['price']:.6f}"
    assert part_of(buyer_carries_the_spread(ground(cheap)), "more_than_margin").verdict == "fails"


def test_the_whole_cost_spreads_less_per_resolution_up_to_a_price() -> None:
    found = ground()
    usual = part_of(buyer_carries_the_spread(found), "more_in_all")
    assert usual.verdict != "holds"
    priced = found.futures.forecast.contracts
    factor = usual.flips["price"] / 0.99
    whole = factor * priced["resolution"].horizon("invoice") + priced["resolution"].human_work.sum(axis=1)
    assert risk.sd(whole) == pytest.approx(risk.sd(priced["conversation"].horizon("cost_to_serve")))
    dear = f"contracts.resolution.price={3 * usual.flips['price']:.4f}"
    assert part_of(buyer_carries_the_spread(ground(dear)), "more_in_all").verdict == "holds"
