"""Invoices of whole contracts, by hand, line by line."""

from __future__ import annotations

import pytest

from simulator.contracts import TokenRates, invoice, model_cost
from simulator.contracts.rates.token_rates import LongPrompt
from tests.contracts.tools import MODELS, contract, months, stated, token_meters


def test_invoice_lines_by_hand() -> None:
    offer = contract(
        type="per_resolution",
        definition="assumed_24h",
        price=0.99,
        discount=0.1,
        platform_fee=500,
        monthly_minimum=1000,
        maximum_per_month=5000,
        yearly_minimum=30_000,
    )
    bill = invoice(offer, {"resolutions:assumed_24h": months(0, 1000, 10_000)}, stated())
    # usage 0, 990, 9,900; less 10 %: 0, 891, 8,910; with the fee: 500, 1,391, 9,410; minimum lifts to 1,000; the cap
    # cuts to 5,000; three months of 30,000 a year are 7,500, of which 7,391 were billed.
    expected = {
        "resolutions (assumed_24h)": [0, 990, 9900],
        "platform fee": [500, 500, 500],
        "discount": [0, -99, -990],
        "monthly minimum, true-up": [500, 0, 0],
        "above the monthly maximum": [0, 0, -4410],
        "yearly minimum, true-up": [0, 0, 109],
    }
    assert {label: line.tolist()[0] for label, line in bill.lines.items()} == {
        label: pytest.approx(line, rel=1e-9) for label, line in expected.items()
    }
    assert bill.usage.tolist() == [pytest.approx([0, 891, 8910], rel=1e-9)]
    assert bill.fees.tolist() == [[500, 500, 500]]
    assert bill.true_up.tolist() == [pytest.approx([500, 0, 109], rel=1e-9)]
    assert bill.cap.tolist() == [pytest.approx([0, 0, -4410], rel=1e-9)]
    assert bill.total.tolist() == [pytest.approx([1000, 1391, 5109], rel=1e-9)]
    assert sum(bill.lines.values()) == pytest.approx(bill.total, rel=1e-9)


def test_invoice_of_a_plain_price_has_one_line() -> None:
    bill = invoice(contract(type="per_conversation", price=0.5), {"conversations": months(7)}, stated())
    assert {label: line.tolist() for label, line in bill.lines.items()} == {"conversations": [[3.5]]}
    assert bill.total.tolist() == [[3.5]]


def test_invoice_of_included_conversations() -> None:
    offer = contract(type="per_conversation", price=0.5, included=1000, platform_fee=300)
    assert invoice(offer, {"conversations": months(999, 1000, 1001)}, stated()).total.tolist() == [[300, 300, 300.5]]


def test_invoice_of_tiers_is_the_published_example() -> None:
    # Redo: 253 resolutions cost 47.50 + 45.00 + 130.05 = 222.55.
    tiers = [{"up_to": 50, "rate": 0.95}, {"up_to": 100, "rate": 0.9}, {"rate": 0.85}]
    offer = contract(type="per_resolution", definition="redo", tiers=tiers)
    assert invoice(offer, {"resolutions:redo": months(253)}, stated()).total.tolist() == [
        [pytest.approx(222.55, rel=1e-9)]
    ]


def test_invoice_per_token_uses_the_scenarios_price_times_markup() -> None:
    offer = contract(type="per_token", markup=2, platform_fee=100)
    meters = token_meters("small", 10, input=4e6, cached_input=8e6, cache_write=2e6, output=1e6)
    # (4 + 2) * 0.25 + 8 * 0.025 + 1 * 2 = 3.7; twice, and the fee.
    assert invoice(offer, meters, stated()).total.tolist() == [[pytest.approx(107.4, rel=1e-9)]]


def test_invoice_per_token_prefers_own_rates() -> None:
    own = {"small": {"input": 1.0, "output": 10.0}}
    offer = contract(type="per_token", models=own, batch_share=0.5, batch_discount=0.5)
    meters = token_meters("small", 10, input=4e6, output=1e6)
    # 14 less half of half.
    assert invoice(offer, meters, stated()).total.tolist() == [[pytest.approx(10.5, rel=1e-9)]]


def test_invoice_of_a_hybrid_adds_its_charges() -> None:
    offer = contract(
        type="hybrid",
        platform_fee=50,
        charges=[
            {"kind": "flat", "meter": "conversations", "rate": 0.2},
            {
                "kind": "graduated",
                "meter": "resolutions",
                "definition": "assumed_24h",
                "tiers": [{"up_to": 10, "rate": 1.0, "flat_fee": 7}, {"rate": 0.5}],
                "flat_fee_at_zero": False,
            },
            {"kind": "included", "meter": "messages", "included": 100, "overage_rate": 0.01},
            {"kind": "tokens", "markup": 1.5},
            {"kind": "flat", "meter": "conversations", "rate": 0.1},
        ],
    )
    meters = {
        **token_meters("small", 100, output=1e6),
        "resolutions:assumed_24h": months(12),
        "messages": months(300),
    }
    bill = invoice(offer, meters, stated())
    assert {label: line[0, 0] for label, line in bill.lines.items()} == pytest.approx(
        {
            "conversations": 20,
            "resolutions (assumed_24h)": 18,
            "messages": 2,
            "tokens": 3,
            "conversations (2)": 10,
            "platform fee": 50,
        },
        rel=1e-9,
    )
    assert bill.total[0, 0] == pytest.approx(103, rel=1e-9)


def test_invoice_of_all_units_at_the_tier_of_the_total() -> None:
    # The documented example of an all-units price: 100 cost 210, 101 cost 101; less 10 %, and the fee.
    tiers = [{"up_to": 100, "rate": 2, "flat_fee": 10}, {"up_to": 200, "rate": 1}, {"rate": 0.5, "flat_fee": 50}]
    terms = {"type": "per_conversation", "tiers": tiers, "tiering": "volume", "discount": 0.1, "platform_fee": 7}
    bill = invoice(
        contract(**terms, flat_fee_at_zero=True), {"conversations": months(0, 1, 100, 101, 200, 210)}, stated()
    )
    assert bill.total.tolist() == [pytest.approx([9 + 7, 10.8 + 7, 189 + 7, 90.9 + 7, 180 + 7, 139.5 + 7], rel=1e-9)]
    never = invoice(contract(**terms, flat_fee_at_zero=False), {"conversations": months(0)}, stated())
    assert never.total.tolist() == [[7]]


def test_invoice_names_layers_in_plain_words() -> None:
    layer = {"included_per_conversation": 500_000, "cap_per_conversation": 2_000_000}
    charges = [
        {"kind": "flat", "meter": "output_tokens", "rate": 0.000_001, **layer},
        {"kind": "flat", "meter": "output_tokens", "rate": 0.000_002},
        {"kind": "flat", "meter": "output_tokens", "rate": 0.000_003, **layer},
    ]
    meters = {"output_tokens[500000:2000000]": months(3e6), "output_tokens": months(9e6)}
    bill = invoice(contract(type="hybrid", charges=charges), meters, stated())
    assert {label: line[0, 0] for label, line in bill.lines.items()} == pytest.approx(
        {
            "output tokens above 500,000 per conversation, at most 2,000,000": 3,
            "output tokens": 18,
            "output tokens above 500,000 per conversation, at most 2,000,000 (2)": 9,
        },
        rel=1e-9,
    )


def test_contract_remarks_on_each_charge_that_can_fall() -> None:
    falling = {"kind": "volume", "meter": "messages", "tiers": [{"up_to": 100, "rate": 2}, {"rate": 1}]}
    rising = {"kind": "volume", "meter": "actions", "tiers": [{"up_to": 100, "rate": 1}, {"rate": 2}]}
    offer = contract(type="hybrid", charges=[rising, falling], platform_fee=5)
    (remark,) = offer.remarks
    assert remark.startswith("more messages can cost less")
    assert remark.endswith("100 cost 200, just above that 100")
    assert contract(type="per_conversation", price=1).remarks == ()


def test_invoice_with_a_flat_fee_at_zero_bills_an_empty_month() -> None:
    tiers = [{"up_to": 10, "rate": 1.0, "flat_fee": 7}, {"rate": 0.5}]
    charged = contract(type="per_conversation", tiers=tiers, flat_fee_at_zero=True)
    free = contract(type="per_conversation", tiers=tiers, flat_fee_at_zero=False)
    meters = {"conversations": months(0, 1)}
    assert invoice(charged, meters, stated()).total.tolist() == [[7, 8]]
    assert invoice(free, meters, stated()).total.tolist() == [[0, 8]]


def test_invoice_names_a_meter_that_is_missing() -> None:
    with pytest.raises(KeyError, match="conversations"):
        invoice(contract(type="per_conversation", price=1), {"cases": months(1)}, stated())


def test_contract_names_what_it_needs() -> None:
    offer = contract(
        type="hybrid",
        charges=[
            {"kind": "flat", "meter": "resolutions", "definition": "a", "rate": 1},
            {"kind": "flat", "meter": "cases", "rate": 1},
            {"kind": "flat", "meter": "resolutions", "definition": "b", "rate": 1},
            {"kind": "flat", "meter": "resolutions", "definition": "a", "rate": 1},
        ],
    )
    assert offer.definitions == ("a", "b")
    assert offer.meters == ("resolutions:a", "cases", "resolutions:b")
    assert offer.unit == "resolutions:a"
    assert contract(type="per_token").unit == "conversations"


def test_model_cost_is_tokens_at_the_models_rates() -> None:
    models = {
        **MODELS,
        "large": TokenRates(
            input=3.0, output=15.0, long_prompt=LongPrompt(threshold_tokens=200_000, input=6.0, output=22.5)
        ),
    }
    meters = {
        **token_meters("small", 10, input=2e6, output=1e6),
        **token_meters("large", 10, input=1e6, long_input=5e5),
    }
    # 0.5 + 2, and 1.5 + 3.
    assert model_cost(meters, models, stated()).tolist() == [[pytest.approx(7.0, rel=1e-9)]]
