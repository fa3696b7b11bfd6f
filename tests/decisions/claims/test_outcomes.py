"""Claims 6, 7 and 8: where each part holds, where it flips, and elasticities by hand."""

from __future__ import annotations

import pytest

from simulator.decisions.claims.auditable_actions import auditable_actions_suit_resolutions
from simulator.decisions.claims.outcomes_and_savings import levers_save_for_whom, resolutions_align_cost_with_outcomes
from tests.decisions.claims.made import ground, part_of, value

NOBODY = "{ confirmed = 0, silent_solved = 0, silent_unsolved = 0, abandoned = 0, partial = 0, escalated = 0 }"


def test_an_action_stands_for_the_outcome_where_most_that_is_solved_ends_in_one() -> None:
    few = part_of(auditable_actions_suit_resolutions(ground()), "action_is_whole")
    assert few.verdict == "fails" and few.names == ()
    most = part_of(auditable_actions_suit_resolutions(ground("intents.everything.action=0.95")), "action_is_whole")
    assert most.verdict == "holds" and most.names == ("everything",)
    assert value(most) == pytest.approx(0.95, abs=0.02)


def test_an_action_costs_less_than_a_conversation_up_to_its_tie() -> None:
    dear = part_of(auditable_actions_suit_resolutions(ground("contracts.action.price=9")), "action_no_dearer")
    assert dear.verdict == "fails"
    for factor, verdict in ((0.97, "holds"), (1.03, "fails")):
        price = f"contracts.action.price={factor * dear.flips['price']:.4f}"
        assert part_of(auditable_actions_suit_resolutions(ground(price)), "action_no_dearer").verdict == verdict


def test_without_a_contract_by_an_action_its_price_cannot_be_told() -> None:
    without = ground('contracts.action.definition="assumed_24h"')
    missing = part_of(auditable_actions_suit_resolutions(without), "action_no_dearer")
    assert missing.verdict == "cannot be told" and "action_in_system_of_record" in missing.missing


def test_the_vendor_keeps_a_saving_that_costs_no_quality() -> None:
    free = levers_save_for_whom(ground())
    assert part_of(free, "vendor_keeps").verdict == "holds"
    assert value(part_of(free, "vendor_keeps")) == pytest.approx(1)
    assert part_of(free, "levers_save").verdict == "holds"
    assert part_of(free, "levers_cost_quality").verdict == "fails"


def test_the_vendor_loses_a_saving_that_costs_it_units() -> None:
    costly = levers_save_for_whom(
        ground(
            "levers.compression.solve_odds=0.3",
            *(f'contracts.{name}.definition="closed_by_customer"' for name in ("resolution", "action")),
        )
    )
    assert part_of(costly, "levers_cost_quality").verdict == "holds"
    assert part_of(costly, "vendor_keeps").verdict == "fails"


def test_elasticities_by_hand_where_nobody_comes_back() -> None:
    """What is confirmed is a fixed share of what is solved: 1. Silence counts either way, and conversations too: 0."""
    nobody = ground(f"returns.probability={NOBODY}", f"duplicates.probability={NOBODY}", "outcomes.confirm_log_odds=0")
    found = part_of(resolutions_align_cost_with_outcomes(nobody), "elasticity")
    assert found.beside["Per confirmation"] == pytest.approx(1, abs=1e-9)
    assert found.beside["conversations"] == pytest.approx(0, abs=1e-9)
    assert value(found) == pytest.approx(0, abs=1e-9)
    assert found.verdict == "fails" and "Per confirmation" in found.names


def test_the_invoice_follows_what_is_solved_where_only_a_confirmation_counts() -> None:
    confirmed = ground(*(f'contracts.{name}.definition="closed_by_customer"' for name in ("resolution", "action")))
    claim = resolutions_align_cost_with_outcomes(confirmed)
    assert part_of(claim, "elasticity").verdict == "holds"
    assert part_of(claim, "billed_unsolved").verdict == "holds"
    assert part_of(claim, "solved_unbilled").verdict == "fails"
    assumed = resolutions_align_cost_with_outcomes(ground())
    assert part_of(assumed, "elasticity").verdict == "fails"
    assert part_of(assumed, "elasticity").beside["conversations"] < 0
    assert part_of(assumed, "billed_unsolved").verdict == "fails"
    assert part_of(assumed, "solved_unbilled").verdict == "holds"
