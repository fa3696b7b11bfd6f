"""Discounts and free units: order, dates, both sides of every edge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contracts import invoice
from simulator.contracts.metering.contract_months import Months
from simulator.contracts.prices.priced_units import FreeUnits, after_free_units
from simulator.contracts.settlement.discounts import Discount, after_discounts
from tests.contracts.tools import Array, amount, contract, mistakes, months, share, stated

CONVERSATIONS = frozenset({"conversations"})


def left(lines: dict[str, Array], *discounts: Discount) -> dict[str, list[float]]:
    families = {label: frozenset({label}) for label in lines}
    return {label: line[0].tolist() for label, line in after_discounts(lines, families, discounts, stated()).items()}


def test_amounts_come_off_before_shares_whatever_their_order() -> None:
    discounts = (Discount(share=share(0.2)), Discount(amount=amount(10)), Discount(share=share(0.05)))
    assert left({"use": months(100)}, *discounts) == {"use": [pytest.approx(68.4, rel=1e-12)]}


# Published: shares compound (Meteroid, 10 % then 25 % of 10,000); an amount stops at nothing (Lago, Meteroid).
@pytest.mark.parametrize(
    ("discounts", "use", "expected"),
    [
        ((Discount(share=share(0.1)), Discount(share=share(0.25))), 10_000, 6_750),
        ((Discount(amount=amount(8_000)), Discount(amount=amount(5_000))), 10_000, 0),
        ((Discount(amount=amount(12)),), 6, 0),
        ((Discount(amount=amount(6)),), 6, 0),
        ((Discount(share=share(0.2)),), 300, 240),
        ((Discount(share=share(1.0)),), 300, 0),
    ],
)
def test_published_discounts(discounts: tuple[Discount, ...], use: float, expected: float) -> None:
    assert left({"use": months(use)}, *discounts) == {"use": [pytest.approx(expected, rel=1e-12)]}


def test_a_discount_holds_between_its_months() -> None:
    dated = Discount(share=share(0.5), months=Months(2, 3))
    assert left({"use": months(10, 10, 10, 10)}, dated) == {"use": [10, 5, 5, 10]}
    assert left({"use": months(10, 10, 10)}, Discount(amount=amount(4), months=Months(3))) == {"use": [10, 10, 6]}


def test_a_discount_of_a_meter_leaves_other_charges() -> None:
    lines = {"messages": months(100), "actions": months(50)}
    assert left(lines, Discount(share=share(0.5), meter="actions")) == {"messages": [100], "actions": [25]}


def test_an_amount_is_spread_in_proportion_before_shares_of_one_charge() -> None:
    lines = {"messages": months(100), "actions": months(50)}
    got = left(lines, Discount(amount=amount(30)), Discount(share=share(0.5), meter="actions"))
    assert got == {"messages": [pytest.approx(80)], "actions": [pytest.approx(20)]}


@pytest.mark.parametrize(
    ("span", "expected"),
    [("once", [0, 100, 300]), ("month", [0, 0, 0]), ("year", [0, 100, 300])],
)
def test_free_units_are_used_up_in_month_order(span: str, expected: list[float]) -> None:
    free = FreeUnits("conversations", amount(500), span)  # type: ignore[arg-type]
    assert after_free_units(months(300, 300, 300), free, stated())[0].tolist() == expected


def test_free_units_of_a_year_come_again_in_month_13() -> None:
    free = FreeUnits("conversations", amount(500), "year")
    use = after_free_units(months(*[100] * 14), free, stated())[0]
    assert use.tolist() == [0] * 5 + [100] * 7 + [0, 0]


def test_free_units_start_and_end() -> None:
    free = FreeUnits("conversations", amount(500), "once", Months(2, 3))
    assert after_free_units(months(300, 300, 100, 300), free, stated())[0].tolist() == [300, 0, 0, 300]


# OpenMeter: 110 free units shared by windows of 50, 75, 30 leave 0, 15, 30; 10 free and 5, 15 leave 0, 10.
@pytest.mark.parametrize(
    ("free", "use", "expected"),
    [(110, [50, 75, 30], [0, 15, 30]), (10, [5, 15], [0, 10]), (500, [300, 250, 100], [0, 50, 100])],
)
def test_published_usage_discounts(free: float, use: list[float], expected: list[float]) -> None:
    offer = contract(type="per_conversation", price=1.0, free_units=[{"units": free, "span": "once"}])
    assert invoice(offer, {"conversations": months(*use)}, stated()).total[0].tolist() == expected


def test_free_units_come_before_the_tiers() -> None:
    tiers = [{"up_to": 100, "rate": 2}, {"rate": 1}]
    offer = contract(type="per_conversation", tiers=tiers, free_units=[{"units": 50}])
    assert invoice(offer, {"conversations": months(170)}, stated()).total[0].tolist() == [220]


USE = st.lists(st.integers(0, 10**6).map(float), min_size=1, max_size=20)


@given(USE, st.integers(1, 10**6), st.sampled_from(["once", "month", "year"]))
def test_free_units_never_give_more_than_they_have(use: list[float], units: int, span: str) -> None:
    billed = after_free_units(months(*use), FreeUnits("x", amount(units), span), stated())[0]  # type: ignore[arg-type]
    free = np.array(use) - billed
    assert (free >= 0).all() and (billed >= 0).all()
    times = {"once": 1, "month": len(use), "year": -(-len(use) // 12)}[span]
    assert free.sum() <= units * times * (1 + 1e-12)


@given(USE, st.integers(1, 10**5), st.integers(0, 100))
def test_no_discount_makes_use_negative_or_larger(use: list[float], off: int, percent: int) -> None:
    got = left({"use": months(*use)}, Discount(amount=amount(off)), Discount(share=share(percent / 100)))["use"]
    assert all(0 <= each <= before * (1 + 1e-12) for each, before in zip(got, use, strict=True))


FLAT = {"type": "per_conversation", "price": 1.0}


@pytest.mark.parametrize(
    ("terms", "key", "part"),
    [
        ({"discounts": [{}]}, "share", "give the amount or the share"),
        ({"discounts": [{"amount": 5, "share": 0.1}]}, "share", "give amount (5) or share (0.1), not both"),
        (
            {"discounts": [{"share": 0.1, "from_month": 4, "to_month": 3}]},
            "to_month",
            "to_month (3) must not",
        ),
        ({"discounts": [{"share": 0.1, "meter": "resolution"}]}, "meter", "did you mean 'resolutions'?"),
        ({"discounts": [{"share": 1.1}]}, "share", "must be a share from 0 to 1"),
        ({"free_units": [{"units": 0}]}, "units", "must be above 0"),
        ({"free_units": [{"units": 5, "span": "week"}]}, "span", "'month', 'year' or 'once'"),
    ],
)
def test_mistakes_are_refused_at_their_key(terms: dict[str, object], key: str, part: str) -> None:
    found = mistakes(**FLAT, **terms)
    assert [each[0] for each in found] == [key]
    assert part in found[0][1]
