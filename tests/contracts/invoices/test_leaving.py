"""What is owed after stopping, computed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.contracts import Contract, exit_table, invoice, owed_if_stopped
from tests.contracts.tools import Array, contract, months, stated


def stopped(offer: Contract, meters: dict[str, Array], at: tuple[int, ...], trials: int = 1) -> dict[str, float | None]:
    bill = invoice(offer, meters, stated(trials))
    return owed_if_stopped(exit_table(bill, offer, meters, stated(trials)), at)


def owed(use: list[float], at: tuple[int, ...] = (6, 12), **terms: Any) -> dict[str, float | None]:
    offer = contract(type="per_conversation", price=1.0, **terms)
    meters = {"conversations": months(*use)}
    return stopped(offer, meters, at)


YEAR = [2_000.0] * 12


def test_nothing_is_owed_where_every_month_can_be_cancelled() -> None:
    assert owed(YEAR, platform_fee=1000, monthly_minimum=5000) == {"6": 0, "12": 0}


def test_fees_are_owed_to_the_end_of_the_term() -> None:
    assert owed(YEAR, platform_fee=1000, term_months=12) == {"6": 6_000, "12": 0}
    assert owed(YEAR, at=(11, 12), platform_fee=1000, term_months=12) == {"11": 1_000, "12": 0}
    assert owed(YEAR, platform_fee=1000, term_months=11) == {"6": 5_000, "12": 0}


def test_one_time_fees_are_owed_only_where_they_are_still_to_come() -> None:
    fees = [{"amount": 5_000}, {"amount": 700, "month": 9}]
    assert owed(YEAR, platform_fee=1000, term_months=12, one_time_fees=fees) == {"6": 6_700, "12": 0}
    assert owed(YEAR, at=(8, 9), platform_fee=1000, term_months=12, one_time_fees=fees) == {"8": 4_700, "9": 3_000}
    assert owed(YEAR, one_time_fees=fees) == {"6": 0, "12": 0}
    # A minimum does not count them: 12,000 of 30,000 billed by month 6, and the fee of month 9.
    assert owed(YEAR, yearly_minimum=30_000, one_time_fees=fees) == {"6": 18_700, "12": 0}


def test_seats_that_are_bought_are_owed_to_the_end_of_the_term() -> None:
    offer = contract(type="per_seat", price=10, seats=5, term_months=12)
    assert stopped(offer, {"conversations": months(*YEAR)}, (6, 12)) == {"6": 300, "12": 0}


def test_fees_are_owed_beyond_the_horizon() -> None:
    assert owed(YEAR, platform_fee=1000, term_months=36) == {"6": 30_000, "12": 24_000}


def test_monthly_minimum_includes_the_fee() -> None:
    assert owed(YEAR, platform_fee=1000, monthly_minimum=1500, term_months=12) == {"6": 9_000, "12": 0}


def test_yearly_minimum_is_owed_less_what_was_billed() -> None:
    # 12,000 of 30,000 billed by month 6.
    assert owed(YEAR, yearly_minimum=30_000) == {"6": 18_000, "12": 0}


def test_yearly_minimum_is_owed_less_what_the_fees_will_cover() -> None:
    # Billed 6 * 3,000; owed 6 * 1,000 of fees and 30,000 - 18,000 - 6,000 of true-up.
    assert owed(YEAR, platform_fee=1000, yearly_minimum=30_000) == {"6": 12_000, "12": 0}


def test_yearly_minimum_that_was_reached_leaves_only_the_fees() -> None:
    assert owed(YEAR, platform_fee=1000, yearly_minimum=10_000) == {"6": 6_000, "12": 0}


def test_later_years_of_the_term_are_owed_whole() -> None:
    # The rest of year 1 (18,000) and years 2 and 3; after month 12 only those.
    assert owed(YEAR, yearly_minimum=30_000, term_months=36) == {"6": 78_000, "12": 60_000}


def test_surplus_of_a_year_does_not_pay_for_the_next() -> None:
    assert owed([9_000.0] * 12, yearly_minimum=30_000, term_months=24) == {"6": 30_000, "12": 30_000}


def test_renewed_contract_year_is_owed_whole() -> None:
    # Month 18 lies in the second year: 12,000 of 30,000 billed in it.
    assert owed([2_000.0] * 24, at=(18, 24), yearly_minimum=30_000) == {"18": 18_000, "24": 0}


def test_true_up_already_billed_in_a_part_year_is_not_owed_again() -> None:
    # A horizon of 6 months bills 15,000 (half the minimum); the other half is owed.
    assert owed([2_000.0] * 6, at=(6,), yearly_minimum=30_000) == {"6": 15_000}


def test_true_up_each_month_owes_the_same_year() -> None:
    assert owed(YEAR, yearly_minimum=30_000, true_up="each_month") == {"6": 15_000, "12": 0}


def test_flat_fee_at_zero_is_owed_for_idle_months() -> None:
    tiers = [{"rate": 1.0, "flat_fee": 100}]
    offer = contract(type="per_conversation", tiers=tiers, flat_fee_at_zero=True, term_months=12, discount=0.5)
    meters = {"conversations": months(*YEAR)}
    assert stopped(offer, meters, (6,)) == {"6": pytest.approx(300, rel=1e-9)}


def test_month_beyond_the_horizon_is_not_known() -> None:
    assert owed([2_000.0] * 6, platform_fee=1000, term_months=12) == {"6": 6_000, "12": None}


def test_owed_is_the_mean_over_trials() -> None:
    import numpy as np

    offer = contract(type="per_conversation", price=1.0, yearly_minimum=30_000)
    use = {"conversations": np.array([[2_000.0] * 12, [4_000.0] * 12, [9_000.0] * 12])}
    assert stopped(offer, use, (6,), 3) == {"6": (18_000 + 6_000 + 0) / 3}


@pytest.mark.parametrize(("at_zero", "each"), [(True, 5.0), (False, 0.0)])
def test_tier_fee_at_zero_is_owed_to_the_end_of_the_term(at_zero: bool, each: float) -> None:
    charge = {
        "kind": "volume",
        "meter": "messages",
        "tiers": [{"up_to": 10, "rate": 1.0, "flat_fee": 5}, {"rate": 0.5}],
        "flat_fee_at_zero": at_zero,
        "included_per_conversation": 2,
    }
    offer = contract(type="hybrid", charges=[charge], term_months=12)
    meters = {"messages[2:]": months(*[40.0] * 8)}
    assert stopped(offer, meters, (6, 12)) == {
        "6": 6 * each,
        "12": None,
    }
