"""What clauses are worth by hand, on each side of where they bind, and against the exact twin."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator import contracts
from simulator.arrays import Array
from simulator.contracts import Contract, invoice
from simulator.contracts.binding.all_clauses import clauses_of, has_clauses
from simulator.contracts.binding.price_clauses import PRICE_CLAUSES, AtContractedRate
from simulator.contracts.binding.settlement_clauses import NO_CLAUSE, SETTLEMENT_CLAUSES
from simulator.contracts.binding.sided_clauses import Effect, effects, sided_clauses
from simulator.contracts.exact.decimals import at_stated, exact
from simulator.contracts.exact.invoice import invoices
from simulator.contracts.invoices.switch import SwitchSpec
from simulator.contracts.prices.charge import Charge, ChargeAround
from simulator.contracts.settlement.settlement_terms import Settlement
from tests.contracts.exact import random_contracts as some
from tests.contracts.exact.test_tied import charge_types, hybrid, meters
from tests.contracts.tools import contract, months, stated

Table = dict[str, Any]


def found(offer: Contract, *units: float, meter: str = "conversations", **more: Array) -> list[tuple[Any, ...]]:
    """Return (kind, size, months reached, what it adds) of every clause of a contract on one meter."""
    use = {"conversations": months(*units), meter: months(*units), **more}
    return [
        (each.clause.kind, each.clause.size, effect.reached[0].nonzero()[0].tolist(), round(float(effect.adds[0]), 9))
        for each, effect in zip(sided_clauses(offer), effects(offer, use, stated()), strict=True)
    ]


def per(**terms: Any) -> Contract:
    return contract(type="per_conversation", **terms)


def listed(*charges: Table, **terms: Any) -> Contract:
    return contract(type="hybrid", charges=list(charges), **terms)


TIERS = [{"up_to": 10, "rate": 1.0}, {"up_to": 20, "rate": 0.5}, {"rate": 0.25}]


@pytest.mark.parametrize(
    ("terms", "units", "expected"),
    [
        # months of 99 and 100: only the first is lifted, by 1
        ({"price": 1.0, "monthly_minimum": 100}, (99, 100), [("monthly_minimum", 100, [0], 1)]),
        # months of 100 and 101: only the second is cut, by 1
        ({"price": 1.0, "maximum_per_month": 100}, (100, 101), [("monthly_maximum", 100, [1], -1)]),
        # two months owe 2 / 12 of 1,200; 150 were billed
        ({"price": 1.0, "yearly_minimum": 1_200}, (50, 100), [("yearly_minimum", 1200, [1], 50)]),
        ({"price": 1.0, "yearly_minimum": 1_200}, (100, 100), [("yearly_minimum", 1200, [], 0)]),
        # 11 conversations at 1, 1 and 0.5: the edge at 10 takes 0.5 off, that at 20 is not reached
        ({"tiers": TIERS}, (10, 11), [("tier", 10, [1], -0.5), ("tier", 20, [], 0)]),
        # all units of 21 at 0.25 in place of 0.5: 5.25 less; without the edge at 10 nothing above 20 moves
        (
            {"tiers": TIERS, "tiering": "volume"},
            (10, 21),
            [("tier", 10, [1], 0), ("tier", 20, [1], -5.25)],
        ),
        # 100 included at 2: used up where the 101st comes
        ({"price": 2.0, "included": 100}, (40, 100, 101), [("included", 100, [2], -480)]),
        # a limit of 40: 60 are wanted, 20 are not billed
        ({"price": 1.0, "limit": {"units": 40}}, (40, 60), [("limit", 40, [1], -20)]),
        # 30 free once: the second month uses them up
        ({"price": 1.0, "free_units": [{"units": 30, "span": "once"}]}, (20, 30), [("free_units", 30, [1], -30)]),
        # credits of 100 for 80: 60 are used and 40 left at the end
        ({"price": 1.0, "prepaid": {"packs": [{"amount": 100, "price": 80}]}}, (60,), [("prepaid", None, [0], 20)]),
        # 12 % more from month 3, where 100 are 112; the cap makes that 107
        (
            {"price": 1.0, "escalator": {"growth": 0.12, "every_months": 2, "cap": 0.07}},
            (100, 100, 100),
            [("escalator", 0.12, [2], 7), ("escalator_cap", 0.07, [2], -5)],
        ),
        (
            {"price": 1.0, "price_changes": [{"factor": 1.5, "from_month": 2}]},
            (100, 100),
            [("price_change", 1.5, [1], 50)],
        ),
    ],
)  # fmt: skip
def test_worth_by_hand(terms: Table, units: tuple[float, ...], expected: list[tuple[Any, ...]]) -> None:
    assert found(per(**terms), *units) == expected


def test_a_commitment_and_its_overage_are_told_apart() -> None:
    # 80 are lifted to 100; of 120, 20 lie beyond and cost half as much again
    offer = per(price=1.0, commitment={"amount": 100, "period": "month", "overage_factor": 1.5}, term_months=2)
    assert found(offer, 80, 120) == [("commitment", 100, [0], 20), ("commitment_overage", 1.5, [1], 10)]


def test_the_edge_beneath_a_fee_is_a_least_amount_at_the_contracted_rate() -> None:
    charge = {"kind": "included", "meter": "conversations", "included": 1_000, "fee": 500, "contracted_rate": True}
    # 600 at 0.50 would be 300: the fee adds 200; above 1,000 it adds nothing
    assert found(listed(charge), 600, 1_200) == [("included", 1_000, [1], 200)]


def test_an_edge_within_months_and_changes_is_read_in_these_months() -> None:
    charge = {"kind": "graduated", "meter": "conversations", "tiers": TIERS, "from_month": 2}
    offer = listed(charge, price_changes=[{"factor": 2.0, "from_month": 3}])
    kinds = found(offer, 50, 15, 15)
    assert kinds[0] == ("tier", 10, [1, 2], -2.5 - 5.0)
    assert kinds[2] == ("price_change", 2.0, [2], 12.5)


def test_seats_of_a_minimum_and_what_seats_include() -> None:
    quota = {"meter": "messages", "per_seat": 10, "overage_rate": 1.0}
    offer = contract(type="per_seat", price=20.0, productive_hours=100, minimum_seats=3, quota=quota)
    use = {"human_minutes": months(6_000, 24_000)}  # one seat, and four
    kinds = found(offer, 25, 45, meter="messages", **use)
    # 30 are included in 3 seats and 40 in 4: only 45 use them up. Without them 25 and 40 more are billed
    assert ("included_by_seat", 10, [1], -65) in kinds
    # two seats fewer save 40; they would include 20 messages fewer, of which 15 were used
    assert ("seats_minimum", 3, [0], 40 - 15) in kinds


def test_shares_of_a_charge_follow_it() -> None:
    tiers = {"kind": "graduated", "name": "use", "meter": "conversations", "tiers": [*TIERS[:1], {"rate": 0.5}]}
    offer = listed(tiers, {"kind": "percent", "of": ["use"], "share": 0.1})
    assert found(offer, 20) == [("tier", 10, [0], -5.5)]


def test_what_arithmetic_leaves_is_not_reached() -> None:
    # 0.1 and 0.2 come to a hair more than 0.3 in floats: the true-up of a commitment of 0.3 is less than nothing much
    offer = per(price=0.1, yearly_minimum=3.6, true_up="each_month")
    use = {"conversations": months(*[3.0] * 12)}
    (effect,) = effects(offer, use, stated())
    assert not effect.reached.any() and abs(effect.adds[0]) < 1e-12


def test_both_sides_of_a_change_of_vendor_have_their_clauses_in_their_months() -> None:
    old, new = per(price=1.0, monthly_minimum=100), per(price=1.0, maximum_per_month=50)
    offer = SwitchSpec(old="a", new="b", month=3).contract("change", old, new)
    got = found(offer, 90, 110, 90, 40)
    assert got[0] == ("monthly_minimum", 100, [0], 10)
    assert got[1] == ("monthly_maximum", 50, [2], -40)
    assert [each.side for each in sided_clauses(offer)] == ["old", "new"]


def test_worth_is_in_the_currency_of_the_scenario() -> None:
    from tests.contracts.exact.test_tied import abroad

    offer = abroad(per(price=1.0, monthly_minimum=100), 1.25)
    assert found(offer, 80) == [("monthly_minimum", 100, [0], 25)]


def idle(effect: Effect) -> bool:
    return not effect.acts.any()


@settings(max_examples=60, deadline=None)
@given(st.lists(some.CHARGES, min_size=1, max_size=2), some.settlements(), some.changes(), st.booleans(), meters())
def test_a_clause_that_never_acts_is_worth_exactly_nothing(
    charges: list[Table], terms: Table, changes: Table, quiet: bool, use: dict[str, Array]
) -> None:
    offer = hybrid(charges, **terms, **changes)
    few = {key: units * 0.0 if quiet else units for key, units in use.items()}
    for each, effect in zip(sided_clauses(offer), effects(offer, few, stated()), strict=True):
        assert effect.reached.shape == effect.acts.shape == few["messages"].shape
        if idle(effect):
            assert effect.adds[0] == 0.0, each.clause.kind


@settings(max_examples=60, deadline=None)
@given(st.lists(some.CHARGES, min_size=1, max_size=2), some.settlements(), some.changes(), meters())
def test_worth_agrees_with_the_exact_twin(
    charges: list[Table], terms: Table, changes: Table, use: dict[str, Array]
) -> None:
    assume("top_up" not in terms.get("prepaid", {}))  # whole packs jump where amounts differ by a billionth
    offer = hybrid(charges, **terms, **changes)
    with_all = _exact_total(offer, use)
    size = 1 + float(np.abs(invoice(offer, use, stated()).total).sum())
    for each, effect in zip(sided_clauses(offer), effects(offer, use, stated()), strict=True):
        if not any(_at_contracted_rate(charge) for charge in each.clause.without.charges):
            worth = float(with_all - _exact_total(each.clause.without, use))
            assert float(effect.adds[0]) == pytest.approx(worth, rel=1e-9, abs=1e-8 * size), each.clause.kind


def _exact_total(offer: Contract, use: dict[str, Array]) -> Any:
    exactly = {key: [exact(x) for x in units[0]] for key, units in use.items()}
    return sum(each.total for each in invoices(offer, exactly, at_stated))


def _at_contracted_rate(charge: Charge) -> bool:
    if isinstance(charge, ChargeAround):
        return _at_contracted_rate(charge.inner)
    return isinstance(charge, AtContractedRate) or any(map(_at_contracted_rate, getattr(charge, "charges", ())))


def test_every_charge_says_which_clauses_it_has() -> None:
    named = {each.__name__ for each in charge_types()} - {"Charge", "PerUnit", "Tiered", "ChargeAround"}
    known = {each.__name__ for each in PRICE_CLAUSES} | {"Probe", "AtContractedRate"}
    assert named == known, "name its clauses in PRICE_CLAUSES of simulator/contracts/binding/price_clauses.py"


def test_every_term_of_settlement_says_whether_it_is_a_clause() -> None:
    named = {each.name for each in fields(Settlement)}
    assert named == {*SETTLEMENT_CLAUSES, *NO_CLAUSE}, "see simulator/contracts/binding/settlement_clauses.py"
    assert not {*SETTLEMENT_CLAUSES} & {*NO_CLAUSE}


def test_a_contract_without_clauses_has_none() -> None:
    assert clauses_of(per(price=1.0, platform_fee=100, discount=0.1)) == ()
    assert not has_clauses(per(price=1.0))
    assert has_clauses(SwitchSpec(old="a", new="b", month=2).contract("c", per(price=1.0), per(tiers=TIERS)))


@pytest.mark.parametrize("name", [each.name for each in pkgutil.iter_modules(contracts.binding.__path__)])
def test_files_are_what_the_room_says_they_are(name: str) -> None:
    module = importlib.import_module(f"simulator.contracts.binding.{name}")
    assert module.__doc__ and f"`{name}`" in str(contracts.binding.__doc__)


def test_plans_packages_and_bounds_have_clauses() -> None:
    plans = {"kind": "plans", "meter": "conversations", "overage_rate": 0.5,
             "sizes": [{"units": 10, "price": 5}, {"units": 20, "price": 8}]}  # fmt: skip
    # 15 need the larger plan: 3 more than the smaller one; 22 are 2 beyond the largest
    assert found(listed(plans), 10, 15, 22) == [("plan", 10, [1, 2], 6), ("largest_plan", 20, [2], 1)]
    pack = {"kind": "package", "meter": "conversations", "size": 10, "price": 4, "at_least_one": True, "kept": True}
    # one package in the idle month; three are kept in the last one, which needs one
    assert found(listed(pack), 0, 25, 5) == [("package_at_zero", 10, [0], 4), ("kept_packages", 10, [2], 8)]
    bounded = {"kind": "flat", "meter": "conversations", "rate": 1.0, "minimum": 10, "maximum": 20}
    assert found(listed(bounded), 8, 15, 23) == [("charge_minimum", 10, [0], 2), ("charge_maximum", 20, [2], -3)]
