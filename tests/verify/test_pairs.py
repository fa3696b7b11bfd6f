"""Putting two engines side by side: what is common, what is linear, and futures that are not the same."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.verify.pairs import Pair, Paired, paired
from simulator.verify.volume import with_run
from tests.synthetic import CONTRACTS
from tests.verify.engines import Fault, biased, dropped, engines, scenario

FLAT = CONTRACTS["conversation"]
BENT: dict[str, Any] = {
    "minimum": {**FLAT, "monthly_minimum": 450},
    "cap": {**FLAT, "maximum_per_month": 480},
    "included": {"type": "hybrid", "charges": [
        {"kind": "included", "meter": "conversations", "included": 950, "overage_rate": 1}]},
}  # fmt: skip


def side_by_side(faults: dict[str, Fault] | None = None, wide: int = 200, **changes: Any) -> Paired:
    plain, run = scenario(**changes), engines(faults)
    wider = with_run(plain, trials=wide, months=plain.months)
    return paired(run(plain, "ledger"), run(wider, "atlas"), run(wider, "expected"))


def found(of: Paired, key: str) -> Pair:
    return next(pair for pair in of.pairs if pair.key == key)


def test_paired_has_every_meter_invoice_and_cost() -> None:
    both = side_by_side()
    kinds = [pair.kind for pair in both.pairs]
    assert (kinds.count("meter"), kinds.count("invoice"), kinds.count("cost to serve")) == (12, 4, 4)
    assert both.left_out == () and both.missing == {}
    invoice = found(both, "invoice conversation")
    assert invoice.ledger.shape == invoice.atlas.shape == (120, 3) and invoice.wide.shape == (200, 3)
    assert invoice.ledger == pytest.approx(0.5 * found(both, "meter conversations").ledger)
    cost = found(both, "cost to serve conversation")
    assert cost.expected - invoice.expected == pytest.approx(found(both, "meter human_minutes").expected)
    assert (invoice.wide[:120] == invoice.atlas).all() and not (invoice.ledger == invoice.atlas).all()


@pytest.mark.parametrize("case", ["flat", *BENT])
def test_paired_calls_a_contract_linear_only_where_it_bends_nowhere(case: str) -> None:
    both = side_by_side(contracts={"a": {"flat": FLAT, **BENT}[case]}, volume={"per_month": 1000})
    assert found(both, "invoice a").linear == found(both, "cost to serve a").linear == (case == "flat")


def test_paired_minimum_far_below_the_invoice_is_linear() -> None:
    both = side_by_side(contracts={"a": {**FLAT, "monthly_minimum": 50}}, volume={"per_month": 1000})
    assert found(both, "invoice a").linear


def test_paired_names_meters_that_the_atlas_lacks() -> None:
    both = side_by_side({"atlas": dropped("silent")})
    assert both.left_out == ("silent",) and both.missing == {}
    assert "meter silent" not in [pair.key for pair in both.pairs]


def test_paired_leaves_a_contract_out_whose_meter_is_missing() -> None:
    both = side_by_side({"atlas": dropped("conversations")})
    assert both.missing == {"conversation": ("conversations",)} and both.left_out == ()
    assert "invoice conversation" not in [pair.key for pair in both.pairs]


def test_paired_equal_titles_get_their_names() -> None:
    both = side_by_side(contracts={"a": FLAT, "b": FLAT})
    assert found(both, "invoice a").title == "Per conversation (a)"


def test_paired_refuses_other_futures() -> None:
    plain, run = scenario(), engines()
    other = plain.model_copy(update={"seed": 6})
    with pytest.raises(ValueError, match="demand of the engine 'atlas' is not that of the ledger"):
        paired(run(plain, "ledger"), run(other, "atlas"), run(plain, "expected"))
    with pytest.raises(ValueError, match="futures differ"):
        paired(run(plain, "ledger"), run(plain, "atlas"), run(with_run(plain, trials=7, months=3), "expected"))


def test_paired_bias_shows_in_the_pair() -> None:
    both = side_by_side({"atlas": biased("cases", 1.0)})
    cases = found(both, "meter cases")
    assert cases.atlas.mean() > 1.8 * cases.ledger.mean()
