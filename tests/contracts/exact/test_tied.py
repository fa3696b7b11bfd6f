"""The pricing of arrays and the exact twin agree to 1e-9, over random contracts; every charge has an exact price."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, localcontext
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, assume, find, given, reject, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

import simulator.contracts as contracts
from simulator.contracts import Contract, invoice
from simulator.contracts.contract import Exchange
from simulator.contracts.exact.charges import CHARGES
from simulator.contracts.exact.decimals import DIGITS, Rounding, at_stated, exact
from simulator.contracts.exact.invoice import invoices
from simulator.contracts.exact.prices import PRICES
from simulator.contracts.invoices.switch import SwitchSpec
from simulator.contracts.prices import BY_KIND
from simulator.errors import ContractError
from simulator.quantities.distributions import POSITIVE, fixed
from tests.contracts.tools import MODELS, Array, contract, mistakes, stated

from . import random_contracts as some

CLASSES = ("input", "cached_input", "cache_write", "output")
KEYS = (
    *some.METERS, "resolutions:a", "resolutions:strict", "human_minutes",
    *(f"tokens:{name}:{each}" for name in MODELS for each in CLASSES),
)  # fmt: skip


@st.composite
def meters(draw: st.DrawFn) -> dict[str, Array]:
    """Draw whole units of every meter for one trial of up to 15 months; some months are idle."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    months, most = draw(st.integers(1, 15)), draw(st.sampled_from([3, 100, 5_000]))
    return {key: rng.integers(0, most, (1, months)) * (rng.random((1, months)) < 0.8).astype(float) for key in KEYS}


def agree(offer: Contract, use: dict[str, Array]) -> None:
    """Assert that both routes bill the same in every month, and that exact lines sum to their total."""
    fast = invoice(offer, use, stated())
    slow = invoices(offer, {key: [exact(x) for x in units[0]] for key, units in use.items()}, at_stated)
    size = max(float(np.abs(line).max()) for line in fast.lines.values()) if fast.lines else 0.0
    assert [float(each.due) for each in slow] == pytest.approx(fast.total[0].tolist(), rel=1e-9, abs=1e-9 * (1 + size))
    if fast.served is not None:
        assert [float(each.served) for each in slow] == pytest.approx(fast.served[0].tolist(), rel=1e-9, abs=1e-9)
    with localcontext() as context:
        context.prec = DIGITS
        assert all(sum(line.amount for line in each.lines) == each.total for each in slow)


def hybrid(charges: list[dict[str, Any]], **terms: Any) -> Contract:
    table = {"type": "hybrid", "charges": charges, **terms}
    assume(not mistakes(**table))
    try:
        return contract(**table)
    except ContractError:  # such as credits drawn down by an all-units price
        reject()


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.lists(some.CHARGES, min_size=1, max_size=3), some.composed()), some.changes(), meters())
def test_charges_agree(charges: list[dict[str, Any]], changes: dict[str, Any], use: dict[str, Array]) -> None:
    fees = [{"amount": 99.5, "month": 2}]
    agree(hybrid(charges, platform_fee=12.34, one_time_fees=fees, **changes), use)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 90).map(float), st.sampled_from(["month", "year", "once"]), st.booleans(), meters())
def test_use_that_seats_include_agrees(per: float, span: str, needed: bool, use: dict[str, Array]) -> None:
    quota = {"meter": "messages", "per_seat": per, "span": span, "overage_rate": 0.3}
    seats = {"productive_hours": 3.7} if needed else {"seats": 7}
    agree(contract(type="per_seat", price=19.99, minimum_seats=2.0, quota=quota, **seats), use)


@settings(max_examples=100, deadline=None)
@given(st.lists(some.SMOOTH, min_size=1, max_size=3), some.settlements(), meters())
def test_settlements_agree(charges: list[dict[str, Any]], terms: dict[str, Any], use: dict[str, Array]) -> None:
    agree(hybrid(charges, **terms), use)


def abroad(offer: Contract, rate: float) -> Contract:
    """Return a contract with all its money in a currency of such a rate."""
    return replace(offer, exchange=Exchange("EUR", fixed(rate, POSITIVE)))


RATES_OF_EXCHANGE = st.integers(1, 20_000).map(lambda pence: pence / 10_000)


@settings(max_examples=50, deadline=None)
@given(st.lists(some.SMOOTH, min_size=1, max_size=3), some.settlements(), RATES_OF_EXCHANGE, meters())
def test_contracts_in_another_currency_agree(
    charges: list[dict[str, Any]], terms: dict[str, Any], rate: float, use: dict[str, Array]
) -> None:
    offer = hybrid(charges, **terms)
    agree(abroad(offer, rate), use)
    at_home, there = invoice(offer, use, stated()).total, invoice(abroad(offer, rate), use, stated()).total
    assert there == pytest.approx(at_home * rate, rel=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4_000).map(float), st.sampled_from(["month", "year", "once"]), st.floats(0.5, 1.5), meters())
def test_limits_agree(units: float, span: str, at: float, use: dict[str, Array]) -> None:
    agree(contract(type="per_conversation", price=0.7, limit={"units": units, "span": span, "at_share": at}), use)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(some.FLAT, some.EVEN_CREDITS), min_size=1, max_size=2), some.limits(), some.dates(), meters())
def test_limits_of_named_units_agree(
    charges: list[dict[str, Any]], limit: dict[str, Any], dates: dict[str, Any], use: dict[str, Array]
) -> None:
    agree(hybrid([charges[0], *({**each, **dates} for each in charges[1:])], limit=limit), use)


@settings(max_examples=40, deadline=None)
@given(some.SIZES, some.RATES, st.sampled_from(["month", "year", "once"]), some.EVEN_CREDITS, meters())
def test_plans_of_credits_agree(
    sizes: list[dict[str, Any]], over: float, held: str, card: dict[str, Any], use: dict[str, Array]
) -> None:
    plans = {"sizes": sizes, "overage_rate": over, "held": held}
    agree(hybrid([{"kind": "credits", "card": card["card"], "plans": plans}]), use)


@settings(max_examples=60, deadline=None)
@given(some.CREDITS, st.lists(some.free_credits(), min_size=1, max_size=2), meters())
def test_free_credits_agree(card: dict[str, Any], free: list[dict[str, Any]], use: dict[str, Array]) -> None:
    agree(hybrid([card], free_units=free), use)
    assert (
        invoice(hybrid([card], free_units=free), use, stated()).total
        <= invoice(hybrid([card]), use, stated()).total + 1e-9
    ).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 2), st.booleans(), meters())
def test_clawback_agrees(later: int, delay: bool, use: dict[str, Array]) -> None:
    terms: dict[str, Any] = {"clawback": {"definition": "strict", "after_months": later}}
    if delay:
        terms["delay"] = {"share": 0.1}
    agree(contract(type="per_resolution", definition="a", price=1.3, **terms), use)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3_000).map(float), some.RATES, some.RATES, st.sampled_from(["month", "year"]), meters())
def test_units_committed_agree(units: float, price: float, over: float, period: str, use: dict[str, Array]) -> None:
    assume(price > 0)
    commitment = {"units": units, "period": period, "overage_rate": over}
    agree(contract(type="per_conversation", price=price, commitment=commitment), use)


@settings(max_examples=30, deadline=None)
@given(st.lists(some.CHARGES, min_size=1, max_size=3), some.settlements(), meters(), st.sampled_from([0, 2, 3]))
def test_rounded_lines_sum_to_the_total(
    charges: list[dict[str, Any]], terms: dict[str, Any], use: dict[str, Array], decimals: int
) -> None:
    offer = hybrid(charges, **terms)
    found = invoices(
        offer, {key: [exact(x) for x in units[0]] for key, units in use.items()}, at_stated, Rounding(decimals)
    )
    unit = Decimal(1).scaleb(-decimals)
    for each in found:
        assert sum(line.amount for line in each.lines) == each.total
        assert all(line.amount == line.amount.quantize(unit) for line in each.lines)


@settings(max_examples=60, deadline=None)
@given(some.settlements(), some.settlements(), some.switches(), meters())
def test_switches_agree(
    old: dict[str, Any], new: dict[str, Any], switch: dict[str, Any], use: dict[str, Array]
) -> None:
    one, other = (hybrid([{"kind": "flat", "meter": "messages", "rate": 0.31}], **terms) for terms in (old, new))
    spec = SwitchSpec(old="a", new="b", fee=123.45, **switch)
    agree(spec.contract("change", one, other), use)
    agree(spec.contract("change", abroad(one, 1.0937), abroad(other, 0.0061)), use)


def test_agreement_finds_a_wrong_charge(monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.contracts.prices.flat import Flat

    monkeypatch.setattr(Flat, "price", lambda self, units, values: units * values(self.rate)[:, None] * (1 + 1e-8))
    with pytest.raises(AssertionError):
        agree(contract(type="per_conversation", price=1.0), {"conversations": np.array([[100.0]])})


def test_agreement_finds_a_wrong_settlement() -> None:
    offer = contract(type="per_conversation", price=1.0, monthly_minimum=1000)
    use = {"conversations": np.array([[100.0]])}
    other = contract(type="per_conversation", price=1.0, monthly_minimum=1000.001)
    assert float(invoice(offer, use, stated()).total[0, 0]) != pytest.approx(
        float(invoices(other, {"conversations": [Decimal(100)]}, at_stated)[0].total), rel=1e-9
    )


def charge_types() -> Iterator[type]:
    """Yield every class of the package that is a charge which can be billed."""
    for found in pkgutil.walk_packages(contracts.__path__, "simulator.contracts."):
        module = importlib.import_module(found.name)
        for each in vars(module).values():
            if isinstance(each, type) and each.__module__ == module.__name__ and hasattr(each, "rate_label"):
                yield each


BASES = {"Charge", "PerUnit", "Tiered", "ChargeAround", "Probe", "AtContractedRate"}
"""What other charges are made of, or what stands in their place where a clause is read; none is billed itself."""


def test_every_charge_has_an_exact_price() -> None:
    named = {each.__name__ for each in charge_types()} - BASES
    assert len(named) >= 9
    missing = sorted(named - {each.__name__ for each in (*PRICES, *CHARGES)})
    assert not missing, (
        f"no exact price of {missing}: add a price of units to PRICES in simulator/contracts/exact/prices.py, "
        "another charge to CHARGES in charges.py there"
    )
    assert named == {each.__name__ for each in (*PRICES, *CHARGES)}


def is_drawn(kind: str, charges: st.SearchStrategy[list[dict[str, Any]]]) -> bool:
    """Return whether one of many random lists of charges has the kind."""
    try:
        find(
            charges, lambda found: any(each["kind"] == kind for each in found), random=Random(1),
            settings=settings(max_examples=1_000, database=None, phases=[Phase.generate]),
        )  # fmt: skip
    except NoSuchExample:
        return False
    return True


@pytest.mark.parametrize("kind", BY_KIND)
def test_random_contracts_draw_every_kind(kind: str) -> None:
    assert is_drawn(kind, some.composed()), (
        f"the kind {kind!r} is drawn by no random contract: add it to CHARGES in "
        "tests/contracts/exact/random_contracts.py"
    )


def test_a_kind_that_is_never_drawn_is_found() -> None:
    """Negative control."""
    assert is_drawn("flat", st.lists(some.FLAT, min_size=1))
    assert not is_drawn("package", st.lists(some.FLAT, min_size=1))
