"""What stands before, inside and around a price: units over spans, free units, bounds, composites, months; and laws."""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.contracts import invoice, tie_price
from simulator.contracts.metering.contract_months import Months, Span, increments, so_far
from simulator.contracts.prices.derived_charges import prices_of
from simulator.contracts.prices.price_changes import Escalator
from simulator.contracts.prices.tiers import VolumeTiers
from simulator.quantities.distributions import GROWTH, fixed
from tests.contracts.test_docs import EXAMPLES, read
from tests.contracts.tools import Array, contract, mistakes, months, stated, token_meters

YEAR = [100.0] * 12


def one(**charge: Any) -> dict[str, Any]:
    return {"type": "hybrid", "charges": [charge]}


def bills(table: dict[str, Any], **meters: Array) -> list[float]:
    return [float(each) for each in invoice(contract(**table), meters, stated()).total[0]]


def test_units_of_a_span_add_up_until_it_ends() -> None:
    units = months(*[1.0] * 14)
    assert so_far(units, "month").tolist() == units.tolist()
    assert so_far(units, "year")[0, [0, 11, 12, 13]].tolist() == [1, 12, 1, 2]
    assert so_far(units, "once")[0, [0, 11, 12, 13]].tolist() == [1, 12, 13, 14]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30), st.sampled_from(["month", "year", "once"]))
def test_steps_undo_what_adds_up(units: list[int], span: Span) -> None:
    array = months(*units)
    assert increments(so_far(array, span), span).tolist() == array.tolist()


def test_free_units_of_a_year_come_anew_with_month_13() -> None:
    table = one(kind="flat", meter="cases", rate=1, free={"units": 1150, "span": "year"})
    assert bills(table, cases=months(*YEAR, 100, 1100)) == [*[0] * 11, 50, 0, 50]


def test_included_units_of_a_year() -> None:
    table = {"type": "per_conversation", "price": 2, "included": 250, "count_over": "year"}
    assert bills(table, conversations=months(100, 100, 100, *[0] * 9, 251)) == [0, 0, 100, *[0] * 9, 2]
    packs = one(kind="included", meter="cases", included=250, pack={"size": 100, "price": 7}, count_over="year")
    # 250 free; the year's further units fill packs of 100: 1 in month 3, the 100th in month 4, the 101st in month 5.
    assert bills(packs, cases=months(100, 100, 51, 99, 1, 99)) == [0, 0, 7, 0, 7, 0]


def test_quota_of_seats_that_stays_for_the_year() -> None:
    quota = {"meter": "conversations", "per_seat": 10, "overage_rate": 1}
    table = {"type": "per_seat", "price": 0, "seats": 10, "quota": {**quota, "span": "year"}}
    used = months(0, 0, 300, 101, *[0] * 8, 101)
    assert bills(table, conversations=used) == [0, 0, 0, 1, *[0] * 8, 1]
    monthly = {**table, "quota": quota}
    assert bills(monthly, conversations=used) == [0, 0, 200, 1, *[0] * 8, 1]


def test_step_of_the_year_stays_once_it_is_reached() -> None:
    table = one(
        kind="stairstep", meter="cases", steps=[{"up_to": 100, "price": 10}, {"price": 30}], price_at_zero=False,
        count_over="year",
    )  # fmt: skip
    assert bills(table, cases=months(100, 1, 0, *[5] * 9, 100)) == [10, 30, 0, *[30] * 9, 10]


def test_charge_counts_only_what_is_used_in_its_months() -> None:
    table = one(kind="flat", meter="cases", rate=1, free={"units": 50, "span": "once"}, from_month=2, to_month=3)
    assert bills(table, cases=months(40, 40, 40, 40)) == [0, 0, 30, 0]


def test_minimum_of_a_charge_is_owed_in_its_months_only() -> None:
    table = one(kind="flat", meter="cases", rate=1, minimum=10, from_month=2, to_month=3)
    assert bills(table, cases=months(0, 0, 11, 0)) == [0, 10, 11, 0]


def test_amount_comes_off_before_the_share_and_never_below_zero() -> None:
    table = one(kind="flat", meter="cases", rate=1, discount_amount=20, discount_share=0.5)
    assert bills(table, cases=months(0, 20, 21, 100)) == [0, 0, 0.5, 40]


def test_highest_leaves_out_what_it_is_made_of() -> None:
    charges = [
        {"kind": "flat", "meter": "cases", "rate": 2, "name": "a"},
        {"kind": "flat", "meter": "messages", "rate": 1, "name": "b"},
        {"kind": "flat", "meter": "cases", "rate": 0.5},
        {"kind": "highest", "of": ["a", "b"], "maximum": 50},
    ]
    bill = invoice(
        contract(type="hybrid", charges=charges), {"cases": months(10, 30), "messages": months(25, 0)}, stated()
    )
    assert {label: line.tolist() for label, line in bill.lines.items()} == {
        "cases": [[5, 15]],
        "highest of a, b": [[25, 50]],
    }
    assert bill.total.tolist() == [[30, 65]]


def one_volume() -> dict[str, Any]:
    return {"kind": "volume", "meter": "cases", "tiers": [{"up_to": 5, "rate": 2}, {"rate": 1}]}


def test_volume_inside_of_others_is_found() -> None:
    charges = [
        {
            "kind": "volume",
            "meter": "cases",
            "tiers": [{"up_to": 5, "rate": 2}, {"rate": 1}],
            "name": "a",
            "minimum": 1,
        },
        {"kind": "highest", "of": ["a"]},
    ]
    offer = contract(type="hybrid", charges=charges, price_changes=[{"factor": 2}])
    assert [type(each) for charge in offer.usage for each in prices_of(charge)] == [VolumeTiers]
    assert offer.remarks[0].startswith("more cases can cost less")


def test_price_changes_act_on_what_they_say() -> None:
    terms = {"type": "per_conversation", "price": 1, "platform_fee": 10, "one_time_fees": [{"amount": 7}]}
    # 100 of usage and 10 of fee a month, doubled in month 1; the 7 once are not.
    for of, first in (("all", 227), ("usage", 217), ("fees", 127)):
        changes = [{"factor": 2, "of": of, "to_month": 1}]
        assert bills({**terms, "price_changes": changes}, conversations=months(100, 100)) == [first, 110]


def test_escalator_compounds_within_cap_and_floor() -> None:
    growth = fixed(0.05, GROWTH)
    assert Escalator(growth).factor(25, stated())[0, [11, 12, 23, 24]] == pytest.approx([1, 1.05, 1.05, 1.1025])
    index = np.array([-0.02, 0.01, 0.09])
    factor = Escalator(growth, cap=0.03, floor=0.0).factor(13, lambda quantity: index)
    assert factor[:, 12] == pytest.approx([1, 1.01, 1.03])


def test_months_hold_both_ends() -> None:
    assert Months(2, 3).hold(4).tolist() == [0, 1, 1, 0]
    assert Months(3).hold(4).tolist() == [0, 0, 1, 1]


def test_tokens_paid_to_the_cloud_stand_beside_the_vendors_terms() -> None:
    charges = [
        {"kind": "flat", "meter": "conversations", "rate": 1},
        {"kind": "tokens", "payee": "cloud", "committed_share": 0.4},
    ]
    offer = contract(
        type="hybrid", charges=charges, discount=0.5, monthly_minimum=80, price_changes=[{"factor": 2, "of": "usage"}]
    )
    bill = invoice(offer, token_meters("small", 50, output=1e6), stated())
    # 50 at 2 less half is 50, raised to 80; tokens of 2 less 40 %, as they are.
    assert bill.lines["tokens, paid to the cloud provider"].tolist() == [[pytest.approx(1.2)]]
    assert bill.total.tolist() == [[pytest.approx(81.2)]]
    assert offer.unit == "conversations"


def test_tie_price_scales_the_vendors_charges_alone() -> None:
    table: dict[str, Any] = {
        "type": "hybrid",
        "charges": [
            {"kind": "flat", "meter": "conversations", "rate": 1, "minimum": 10},
            {"kind": "tokens", "payee": "cloud"},
        ],
        "price_changes": [{"from_month": 2, "factor": 3}],
    }
    meters = {key: np.repeat(each, 2, axis=1) for key, each in token_meters("small", 5, output=1e6).items()}
    # 10 and 30 of the vendor, 2 and 2 of tokens.
    found = tie_price(contract(**table), 64, meters, stated())
    assert found is not None and found.factor == pytest.approx(1.5)


MONEY = ("rate", "price", "flat_fee", "overage_rate", "fee", "minimum", "maximum", "discount_amount", "amount",
         "monthly_minimum")  # fmt: skip


def scaled(value: Any, factor: float, key: str = "") -> Any:
    """Return a table with all its money multiplied; a factor or a share is none."""
    if isinstance(value, dict):
        return {name: scaled(each, factor, name) for name, each in value.items()}
    if isinstance(value, list):
        return [scaled(each, factor) for each in value]
    return value * factor if key in MONEY else value


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_scaling_all_money_scales_the_bill(example: str) -> None:
    table, meters, expected = read(example)
    for factor in (0.5, 3.0):
        bill = invoice(contract(**scaled(table, factor)), meters, stated()).total[0]
        assert bill == pytest.approx([factor * each for each in expected], rel=1e-9)
    assert scaled(tomllib.loads(example), 2.0) != tomllib.loads(example)


@st.composite
def rising_tiers(draw: st.DrawFn, falling: bool = False) -> list[dict[str, float]]:
    bounds = sorted(draw(st.sets(st.integers(1, 2000), max_size=4)))
    rates = draw(st.lists(st.integers(0, 100), min_size=len(bounds) + 1, max_size=len(bounds) + 1))
    rates = sorted(rates, reverse=True) if falling else rates
    tiers: list[dict[str, float]] = [
        {"up_to": float(bound), "rate": rate / 8} for bound, rate in zip(bounds, rates, strict=False)
    ]
    return [*tiers, {"rate": rates[-1] / 8}]


UNITS = st.lists(st.integers(0, 3000), min_size=1, max_size=12)


@given(rising_tiers(), UNITS)
@settings(max_examples=60)
def test_months_of_a_year_add_up_to_the_price_of_the_year(tiers: list[dict[str, float]], units: list[int]) -> None:
    over = bills(one(kind="graduated", meter="cases", tiers=tiers, count_over="year"), cases=months(*units))
    whole = bills(one(kind="graduated", meter="cases", tiers=tiers), cases=months(sum(units)))
    assert sum(over) == pytest.approx(whole[0], rel=1e-9, abs=1e-9)
    assert min(over) >= -1e-9


@given(rising_tiers(falling=True), UNITS)
@settings(max_examples=60)
def test_volume_is_at_most_graduated_where_rates_fall(tiers: list[dict[str, float]], units: list[int]) -> None:
    graduated = bills(one(kind="graduated", meter="cases", tiers=tiers), cases=months(*units))
    volume = bills(one(kind="volume", meter="cases", tiers=tiers), cases=months(*units))
    assert all(low <= high * (1 + 1e-12) for low, high in zip(volume, graduated, strict=True))


@given(UNITS, st.integers(1, 500), st.sampled_from(["month", "year", "once"]))
def test_free_units_are_never_more_than_given_and_never_less_than_used(units: list[int], free: int, span: Span) -> None:
    billed = bills(one(kind="flat", meter="cases", rate=1, free={"units": free, "span": span}), cases=months(*units))
    given_up = [used - each for used, each in zip(units, billed, strict=True)]
    assert all(0 <= each <= used for each, used in zip(given_up, units, strict=True))
    if span != "month":
        assert sum(given_up) == min(free, sum(units))
    else:
        assert given_up == [min(free, used) for used in units]


@given(UNITS, st.integers(0, 900), st.integers(0, 900))
def test_bounded_charge_lies_between_its_bounds(units: list[int], first: int, second: int) -> None:
    low, high = sorted((first, second + 1))
    found = bills(one(kind="flat", meter="cases", rate=0.5, minimum=low, maximum=high), cases=months(*units))
    assert all(low <= each <= high for each in found)


def tiered(**more: Any) -> dict[str, Any]:
    return one(kind="graduated", meter="cases", tiers=[{"rate": 1}], **more)


NAMED = {"kind": "flat", "meter": "cases", "rate": 1, "name": "a"}
SIMPLE = {"type": "per_conversation", "price": 1}
BY_A = {"type": "per_resolution", "definition": "a", "price": 1}
INCLUDED = {"kind": "included", "meter": "cases", "included": 10}
WRONG = [
    (tiered(minimum=20, maximum=10), "maximum", "minimum (20) must not exceed maximum (10)"),
    (tiered(discount_share=1.5), "discount_share", "a share from 0 to 1, not 1.5"),
    (tiered(discount_amount=-1), "discount_amount", "not -1"),
    (tiered(from_month=5, to_month=4), "to_month", "to_month (4) must not lie before from_month (5)"),
    (tiered(from_month=0), "from_month", "greater than or equal to 1"),
    (tiered(convert={"divide_by": 0}), "divide_by", "greater than 0"),
    (tiered(convert={"divide_by": 10, "round": "floor"}), "round", "'up', 'down' or 'nearest'"),
    (tiered(free={"units": 0}), "units", "greater than 0"),
    (tiered(free={"units": 5, "span": "week"}), "span", "'month', 'year' or 'once'"),
    (tiered(free={"units": 5, "span": "year", "all_or_nothing": True}), "all_or_nothing", "or span = 'year'"),
    (tiered(free={"units": 5, "all_or_nothing": True}, count_over="year"), "count_over", "all_or_nothing; remove one"),
    (tiered(count_over="week"), "count_over", "'month', 'year' or 'once'"),
    (one(kind="flat", meter="cases", rate=1, count_over="year"), "count_over", "Extra inputs"),
    ({**SIMPLE, "count_over": "year"}, "count_over", "give one, or remove it"),
    ({**SIMPLE, "included": 5, "free": {"units": 3}}, "included", "give included (5) or free, not both"),
    (one(kind="package", meter="cases", size=5, price=1, kept=True, count_over="year"), "count_over", "kept packages"),
    (one(**INCLUDED), "overage_rate", "say what further units cost"),
    (one(**INCLUDED, overage_rate=1, pack={"size": 5, "price": 1}), "overage_rate", "give pack or overage_rate (1)"),
    (one(**INCLUDED, contracted_rate=True), "contracted_rate", "fee / included: give the fee"),
    (one(**{**INCLUDED, "included": 0}, fee=5, contracted_rate=True), "contracted_rate", "included is 0"),
    (one(**INCLUDED, fee=5, overage_rate=1, count_over="year"), "count_over", "beside a monthly fee"),
    (one(kind="stairstep", meter="cases", steps=[{"up_to": 5, "price": 1}], price_at_zero=True), "steps", "be open"),
    (one(kind="stairstep", meter="cases", steps=[{"price": 1}]), "price_at_zero", "Field required"),
    (one(kind="graduated", meter="cases", tiers=[{"rate": 1, "package": 0}]), "package", "greater than 0"),
    (one(kind="credits", card=[], price=1), "card", "at least one meter"),
    (one(kind="credits", card=[{"meter": "actions", "credits": -1}], price=1), "credits", "greater than or equal to 0"),
    (one(kind="credits", card=[{"meter": "actions", "credits": 1, "per": 0}], price=1), "per", "greater than 0"),
    (one(kind="credits", card=[{"meter": "actions", "credits": 1}]), "tiers", "give a price, or tiers"),
    (one(kind="tokens", committed_share=0.5), "committed_share", 'say payee = "cloud"'),
    (one(kind="tokens", payee="us"), "payee", "'vendor' or 'cloud'"),
    ({"type": "hybrid", "charges": [NAMED, NAMED]}, "charges", "two charges are named 'a'"),
    ({"type": "hybrid", "charges": [NAMED, {"kind": "highest", "of": ["b"]}]}, "charges", "unknown charge before it"),
    ({"type": "hybrid", "charges": [{"kind": "percent", "of": ["a"], "share": 1}, NAMED]}, "charges", "charge 1 (per"),
    ({"type": "hybrid", "charges": [NAMED, {"kind": "highest", "of": ["a", "a"]}]}, "charges", "named twice"),
    ({**SIMPLE, "price_changes": [{"factor": -1}]}, "factor", "not -1"),
    ({**SIMPLE, "price_changes": [{"factor": 1, "of": "seats"}]}, "of", "'all', 'usage' or 'fees'"),
    ({**SIMPLE, "escalator": {"growth": 0.1, "floor": 0.2, "cap": 0.1}}, "cap", "floor (0.2) must not exceed cap"),
    ({**SIMPLE, "escalator": {"growth": -2}}, "growth", "not -2"),
    ({**BY_A, "definition_changes": [{"from_month": 1, "definition": "b"}]}, "from_month", "or equal to 2"),
    ({**BY_A, "definition_changes": [
        {"from_month": 9, "definition": "b"}, {"from_month": 9, "definition": "c"}]},
     "definition_changes", "9 stands after 9; sort"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "key", "part"), WRONG, ids=[f"{place}-{case[1]}" for place, case in enumerate(WRONG)]
)
def test_a_mistake_is_refused_once_at_its_key(table: dict[str, Any], key: str, part: str) -> None:
    found = mistakes(**table)
    assert [each[0] for each in found] == [key]
    assert part in found[0][1]
