"""Claims 1, 2, 3 and 10: where each part holds, where it flips, and that it flips where its condition says."""

from __future__ import annotations

import pytest

from simulator import risk
from simulator.decisions.claims.billed_twice import duplicate_work_is_billed_twice
from simulator.decisions.claims.complex_mixes import complex_mixes_are_punished
from simulator.decisions.claims.definition_moves import definition_moves_the_bill, vendor_turns_the_dial
from simulator.decisions.claims.prepared import STRICT
from tests.decisions.claims.made import ground, part_of, value

NOBODY = "{ confirmed = 0, silent_solved = 0, silent_unsolved = 0, abandoned = 0, partial = 0, escalated = 0 }"
SURE = (
    "intents.everything.confirm=1",
    "intents.everything.action=1",
    "outcomes.confirm_log_odds=0",
    "outcomes.solve_log_odds=0",
    f"returns.probability={NOBODY}",
    f"duplicates.probability={NOBODY}",
    "levels.any.solve=1",
    "levels.hard.solve=1",
)
"""All that is answered is solved, confirmed and ends in an action, and nobody comes back."""


def test_definitions_move_the_bill_unless_every_outcome_meets_all_of_them() -> None:
    usual = part_of(definition_moves_the_bill(ground()), "definitions_differ")
    assert usual.verdict == "holds" and value(usual) < 0.9
    assert usual.flips["price_factor"] == pytest.approx(1 / value(usual))
    same = part_of(definition_moves_the_bill(ground(*SURE)), "definitions_differ")
    assert same.verdict == "fails" and value(same) == pytest.approx(1)


def test_a_stricter_definition_bills_less_until_its_price_is_raised() -> None:
    found = ground()
    part = part_of(definition_moves_the_bill(found), "stricter_grows")
    assert part.verdict == "fails"
    bill = risk.mean(found.units(STRICT)) * part.flips["price"]
    assert bill == pytest.approx(risk.mean(found.futures.invoice("resolution")))


def test_complexity_makes_resolutions_cheaper_and_handoffs_dearer() -> None:
    usual = part_of(complex_mixes_are_punished(ground()), "complexity_raises")
    assert usual.verdict == "fails" and value(usual) < -0.01
    assert usual.flips["handoff_price"] > 0 and usual.beside["per_solved_case"] > 0
    handed = ground('contracts.resolution.definition="handed"', 'contracts.confirmed.definition="handed"',
                    'contracts.action.definition="handed"')  # fmt: skip
    dearer = part_of(complex_mixes_are_punished(handed), "complexity_raises")
    assert dearer.verdict == "holds" and "handoff_price" not in dearer.flips


def test_what_a_conversation_costs_flips_at_the_price_and_at_the_fee() -> None:
    def judged(*overrides: str) -> str:
        return part_of(complex_mixes_are_punished(ground(*overrides)), "dearer_when_complex").verdict

    dear = part_of(complex_mixes_are_punished(ground("contracts.resolution.price=1.4")), "dearer_when_complex")
    assert dear.verdict == "holds" and "platform_fee" not in dear.flips
    tie = dear.flips["price"]
    assert judged(f"contracts.resolution.price={1.05 * tie:.4f}") == "holds"
    cheap = f"contracts.resolution.price={0.9 * tie:.4f}"
    low = part_of(complex_mixes_are_punished(ground(cheap)), "dearer_when_complex")
    assert low.verdict == "fails"
    fee = low.flips["platform_fee"]
    assert judged(cheap, f"contracts.resolution.platform_fee={0.5 * fee:.2f}") == "fails"
    assert judged(cheap, f"contracts.resolution.platform_fee={1.5 * fee:.2f}") == "holds"


def test_duplicate_work_is_two_units_unless_a_case_is_at_most_one() -> None:
    usual = duplicate_work_is_billed_twice(ground())
    assert usual.verdict == "holds"
    assert [value(each) for each in usual.parts[1:]] == [2, 2]
    merged = duplicate_work_is_billed_twice(ground('contracts.resolution.definition="once"'))
    assert merged.verdict == "fails" and [value(each) for each in merged.parts[1:]] == [1, 1]
    assert value(merged.parts[0]) < 0.01


def test_a_definition_that_changes_moves_nothing_where_all_definitions_count_the_same() -> None:
    usual = part_of(vendor_turns_the_dial(ground()), "definition_changes")
    assert usual.verdict == "holds" and usual.beside["month"] == 7
    same = part_of(vendor_turns_the_dial(ground(*SURE)), "definition_changes")
    assert same.verdict == "fails" and value(same) == pytest.approx(0)


def test_a_judge_who_drifts_moves_nothing_where_all_is_solved() -> None:
    usual = part_of(vendor_turns_the_dial(ground()), "judge_drifts")
    assert usual.verdict == "holds"
    assert usual.flips["judge_points"] == pytest.approx(0.1 * 0.01 / value(usual))
    assert part_of(vendor_turns_the_dial(ground(*SURE)), "judge_drifts").verdict == "fails"
    assert part_of(vendor_turns_the_dial(ground()), "judge_unseen").verdict == "holds"


def test_without_a_contract_per_resolution_claims_say_what_to_add() -> None:
    tiers = "contracts.{}={{ type = 'per_conversation', price = 0.6 }}"
    alone = ground(*(tiers.format(name) for name in ("resolution", "confirmed", "action")))
    assert alone.looked.resolution is None
    for claim in (complex_mixes_are_punished(alone), duplicate_work_is_billed_twice(alone)):
        assert claim.verdict == "cannot be told"
        assert all("add one, as [contracts.resolution]" in each.missing for each in claim.parts)
