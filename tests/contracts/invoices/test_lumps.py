"""Which lines of an invoice make a month jump, and in which months, by hand."""

from __future__ import annotations

import numpy as np

from simulator.contracts import invoice
from simulator.contracts.invoices.lumps import lump_lines
from tests.contracts.tools import contract, months, stated


def lumps(units: tuple[float, ...], **terms: object) -> dict[str, list[float]]:
    offer = contract(type="per_conversation", price=1.0, **terms)
    bill = invoice(offer, {"conversations": months(*units)}, stated())
    return {label: line[0].tolist() for label, line in lump_lines(bill, offer).items()}


def test_true_up_stands_at_the_end_of_the_year() -> None:
    found = lumps((50.0,) * 12, yearly_minimum=1_000)
    assert found == {"yearly minimum, true-up": [0.0] * 11 + [400.0]}


def test_fees_owed_once_are_told_apart_and_monthly_ones_are_none() -> None:
    once = [{"amount": 30, "month": 1}, {"amount": 20, "month": 2}, {"name": "training", "amount": 10, "month": 2}]
    found = lumps((50.0, 50.0), one_time_fees=once, platform_fee=5)
    assert found == {"set-up": [30.0, 0.0], "set-up (2)": [0.0, 20.0], "training": [0.0, 10.0]}


def test_plain_price_has_none() -> None:
    assert lumps((50.0, 70.0), discount=0.1) == {}


def test_all_lumps_are_lines_of_the_invoice() -> None:
    offer = contract(type="per_conversation", price=1.0, monthly_minimum=60)
    bill = invoice(offer, {"conversations": months(50.0, 70.0)}, stated())
    (line,) = lump_lines(bill, offer).values()
    assert np.array_equal(line[0], [10.0, 0.0]) and any(line is each for each in bill.lines.values())
