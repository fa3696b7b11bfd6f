"""What a contract bills again, and what that costs, from shares that are given."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.contracts import Contract, invoice
from simulator.contracts.invoices.billed_units import BilledAgain, billed_again, rules_of, untold
from simulator.contracts.invoices.switch import SwitchSpec
from tests.contracts.invoices.test_billed_units import CHANGED, FIRST, SECOND, USE, row
from tests.contracts.tools import contract, stated

SHARES = {
    ("conversations",): {"conversations": 0.2},
    (FIRST,): {FIRST: 0.1},
    (SECOND,): {SECOND: 0.5},
}


def again_of(offer: Contract, meters: dict[str, np.ndarray] = USE, shares: dict = SHARES) -> BilledAgain | None:  # type: ignore[type-arg]
    bill = invoice(offer, meters, stated())
    return billed_again(offer, bill.usage.sum(axis=1), bill.served, meters, stated(), shares)


def test_one_price_by_hand() -> None:
    """400 conversations at 0.50, a fifth of them again: 80 units, $40; a platform fee is not of the unit."""
    found = again_of(contract(type="per_conversation", price=0.5, platform_fee=1_000))
    assert found is not None and found.units == pytest.approx([80]) and found.amount == pytest.approx([40])


def test_units_follow_the_definition_in_force() -> None:
    """80 and 82 units of which a tenth, 44 and 46 of which half: 16.2 + 45 = 61.2 units, at 1 each."""
    found = again_of(contract(**CHANGED))
    assert found is not None and found.units == pytest.approx([61.2]) and found.amount == pytest.approx([61.2])


def test_a_change_of_vendor_by_hand() -> None:
    """The old contract: 100 and 75 conversations, a fifth of them 35. The new one: a quarter of 82, then 84, a tenth of
    which is 10.45; then 46, half of them 23. Together 68.45 units; the old ones cost 0.5, the others 1: 50.95."""
    old, new = contract(type="per_conversation", price=0.5), contract(**CHANGED)
    offer = SwitchSpec(old="a", new="b", month=2, overlap_months=1, ramp=(0.25,)).contract("change", old, new)
    found = again_of(offer)
    assert set(rules_of(offer)) == {("conversations",), (FIRST,), (SECOND,)}
    assert found is not None and found.units == pytest.approx([68.45]) and found.amount == pytest.approx([50.95])


def test_units_of_two_meters_weigh_by_what_they_are_charged() -> None:
    """100 conversations at 1 of which a tenth, 50 resolutions at 4 of which two tenths: 20 units for 10 + 40 = 50."""
    one, rest = "conversations{intents=one}", f"{FIRST}{{not_intents=one}}"
    charges = [
        {"kind": "flat", "meter": "conversations", "rate": 1, "applies_to": {"intents": ["one"]}},
        {"kind": "flat", "meter": "resolutions", "definition": "assumed_24h", "rate": 4,
         "applies_to": {"not_intents": ["one"]}},
    ]  # fmt: skip
    meters = {"conversations": row(200), one: row(100), rest: row(50)}
    found = again_of(contract(type="hybrid", charges=charges), meters, {(one, rest): {one: 0.1, rest: 0.2}})
    assert found is not None and found.units == pytest.approx([20]) and found.amount == pytest.approx([50])


def test_the_price_is_the_average_of_each_future() -> None:
    """Tiers: futures of 100 and 300 units cost 100 and 200; a tenth of each again is 10 units for 10, 30 for 20."""
    tiers = [{"up_to": 100, "rate": 1}, {"rate": 0.5}]
    meters = {"conversations": np.array([[100.0], [300.0]])}
    offer = contract(type="per_conversation", tiers=tiers)
    usage = invoice(offer, meters, stated(2)).usage.sum(axis=1)
    found = billed_again(offer, usage, None, meters, stated(2), {("conversations",): {"conversations": 0.1}})
    assert found is not None and found.units == pytest.approx([10, 30]) and found.amount == pytest.approx([10, 20])


def test_a_limit_bills_again_only_what_is_served() -> None:
    """At most 50 conversations a month: 200 served of which a fifth, 40, at 0.50."""
    found = again_of(contract(type="per_conversation", price=0.5, limit={"units": 50}))
    assert found is not None and found.units == pytest.approx([40]) and found.amount == pytest.approx([20])


def test_no_number_without_a_share_or_without_a_unit_that_tells() -> None:
    offer = contract(type="per_session", window="start", window_hours=24, price=1)
    meters = {**USE, **{key: row(1, 1, 1, 1) for key in offer.meters}}
    assert untold(offer) == ("session",) and again_of(offer, meters) is None
    assert untold(contract(**CHANGED)) == () and again_of(contract(**CHANGED), USE, {(FIRST,): {FIRST: 0.1}}) is None


def test_a_future_without_units_bills_nothing_again() -> None:
    nothing = {key: 0 * units for key, units in USE.items()}
    found = again_of(contract(type="per_conversation", price=0.5), nothing)
    assert found is not None and found.units.tolist() == [0] and found.amount.tolist() == [0]
