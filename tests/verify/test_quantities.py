"""Residuals: of meters by hand, of invoices as the slope of a contract, beside cases, and only of the same futures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.engine.results import Results
from simulator.verify.quantities import ComparedQuantity, missing, quantities
from tests.synthetic import CONTRACTS, results
from tests.verify.engines import engines, scenario

BEND = 970.0
TIERS = {"type": "per_conversation", "tiers": [{"up_to": BEND, "rate": 1.0}, {"rate": 0.4}]}


def side_by_side(**changes: Any) -> dict[str, ComparedQuantity]:
    of = scenario(**changes)
    run = engines()
    ledger, sampled, expected = run(of, "ledger"), run(of, "sampled"), run(of, "expected")
    assert sampled.sampling is not None
    return {each.key: each for each in quantities(ledger, sampled, expected, sampled.sampling.share)}


def test_quantities_are_all_meters_and_invoices() -> None:
    found = side_by_side()
    assert {"meter cases", "meter human_minutes", "invoice tokens"} <= set(found)
    assert sum(each.kind == "invoice" for each in found.values()) == len(CONTRACTS)
    assert found["invoice tokens"].title == "Per token"


def test_residuals_of_a_meter_are_what_was_drawn_less_what_is_expected() -> None:
    of, run = scenario(), engines()
    ledger, expected = run(of, "ledger"), run(of, "expected")
    meter = side_by_side()["meter solved"]
    assert meter.ledger is not None
    assert meter.ledger.residuals == pytest.approx(ledger.meters["solved"] - expected.meters["solved"])
    gaps = ledger.meters["cases"] / expected.meters["cases"] - 1
    assert meter.ledger.beside_cases == pytest.approx(meter.ledger.residuals - expected.meters["solved"] * gaps)
    assert meter.ledger.beside_cases.std() < 0.8 * meter.ledger.residuals.std()
    assert meter.ledger.occurs == of.trials * of.months


def test_cases_have_a_check_of_their_own_and_what_is_proportional_to_them_none_beside() -> None:
    found = side_by_side()
    cases, conversations = found["meter cases"].ledger, found["meter conversations"].ledger
    assert cases is not None and conversations is not None
    assert np.array_equal(cases.beside_cases, cases.residuals) and cases.residuals.any()
    assert conversations.residuals.any() and not conversations.beside_cases.any()


def test_residuals_of_an_invoice_are_the_price_of_its_meters() -> None:
    found = side_by_side()
    invoice, meter = found["invoice conversation"], found["meter conversations"]
    for mine, of in ((invoice.ledger, meter.ledger), (invoice.sampled, meter.sampled)):
        assert mine is not None and of is not None
        assert mine.residuals == pytest.approx(0.5 * of.residuals, rel=1e-4, abs=1e-3)
        assert not mine.beside_cases.any(), "they are proportional to cases"


def test_residuals_of_an_invoice_have_the_slope_at_what_is_expected() -> None:
    found = side_by_side(contracts={"tiers": TIERS})
    invoice, meter = found["invoice tiers"], found["meter conversations"]
    assert invoice.ledger is not None and meter.ledger is not None
    price = np.where(meter.expected < BEND, 1.0, 0.4)
    assert 0.2 < (meter.expected < BEND).mean() < 0.8
    assert invoice.ledger.residuals == pytest.approx(price * meter.ledger.residuals, rel=1e-3, abs=1e-3)


def test_an_invoice_that_does_not_vary_has_no_noise() -> None:
    fee = {"type": "per_conversation", "platform_fee": 100, "price": 0}
    invoice = side_by_side(contracts={"fee": fee})["invoice fee"]
    assert invoice.ledger is not None and not invoice.ledger.residuals.any() and invoice.ledger.occurs == 0


def test_rounding_is_no_residual() -> None:
    of, run = scenario(), engines()
    expected = run(of, "expected")
    near = replace(expected, meters={name: each * (1 + 1e-13) for name, each in expected.meters.items()})
    for each in quantities(near, None, expected, np.ones_like(expected.meters["cases"])):
        assert each.ledger is not None and each.sampled is None
        assert not each.ledger.residuals.any(), each.key


def test_only_the_same_futures_are_compared() -> None:
    of, run = scenario(), engines()
    ledger, expected = run(of, "ledger"), run(of, "expected")
    share = np.ones_like(ledger.meters["cases"])
    other = replace(expected, drivers={"demand": 1.01 * expected.drivers["demand"]})
    fewer = run(of.model_copy(update={"trials": 100}), "expected")
    for wrong, message in ((other, "demand of the engine 'expected' is not that"), (fewer, "futures differ")):
        with pytest.raises(ValueError, match=message):
            quantities(ledger, None, wrong, share)


def test_missing_names_what_some_engine_lacks() -> None:
    full = results()
    less = Results(full.scenario, {"cases": full.meters["cases"]}, {}, {})
    assert missing(full, full) == []
    assert set(missing(full, less)) == set(full.meters) - {"cases"} == set(missing(less, full))
