"""Sheets that the product filled in by a known definition: it is among the consistent sets, and so is its bill."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict

import numpy as np
import pytest

from simulator.decisions.answers.answered_bills import answered_bills, unit_price
from simulator.decisions.answers.clause_grid import ClauseSet, clause_sets, set_of
from simulator.decisions.answers.consistency import Units, agreement, contradiction, units_by_set
from simulator.decisions.answers.sheet import Sheet, parse_sheet
from simulator.decisions.billed_cases import bill_worked_cases
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.worked_cases import WORKED_CASES
from simulator.definitions import NAMED, DefinitionSpec
from simulator.scenario.schema import Scenario
from tests.decisions.breakeven.scenarios import LINEAR, futures_of, simulated, written

RANDOM = 12


@pytest.fixture(scope="module")
def futures() -> SameFutures:
    return futures_of(written(LINEAR, "trials=64", "months=2"))


@pytest.fixture(scope="module")
def sets() -> list[ClauseSet]:
    return clause_sets(NAMED["assumed_24h"], [], ())


@pytest.fixture(scope="module")
def units(futures: SameFutures, sets: list[ClauseSet]) -> Units:
    return units_by_set(futures.scenario, sets)


def billed_by(scenario: Scenario, spec: DefinitionSpec) -> Scenario:
    """Return a scenario whose contract per resolution bills by a definition."""
    contract = scenario.contracts["resolution"].model_copy(update={"definition": "known"})
    return scenario.model_copy(
        update={"definitions": {"known": spec}, "contracts": {**scenario.contracts, "resolution": contract}}
    )


def filled(scenario: Scenario, spec: DefinitionSpec, leave: tuple[int, ...] = (), flip: int | None = None) -> Sheet:
    """Return the sheet as a vendor fills it in whose contract bills by a definition: units in turn with amounts."""
    average: dict[str, float] = defaultdict(lambda: 1_000.0)
    rows = ["no.,case,units billed,amount,clause"]
    for each in bill_worked_cases(billed_by(scenario, spec), average):
        bill, number = each.bills["resolution"], each.case.number
        if number in leave:
            continue
        if number == flip:
            rows.append(f"{number},,{'no' if bill.units else 'yes'},,")
        elif number % 3 == 0:
            rows.append(f"{number},,,{bill.amount:.2f},")
        else:
            rows.append(f"{number},,{bill.units:.0f},,")
    return parse_sheet("\n".join(rows), "filled.csv")


def chosen(sets: list[ClauseSet], number: int) -> ClauseSet:
    return random.Random(number).choice(sets)


def test_the_grid_has_every_definition_of_the_product_and_none_twice(sets: list[ClauseSet]) -> None:
    assert all(set_of(spec) in sets for spec in NAMED.values())
    assert len(set(sets)) == len(sets) > 1_000


@pytest.mark.parametrize("number", range(RANDOM))
def test_a_sheet_of_a_known_definition_is_consistent_with_it(
    futures: SameFutures, sets: list[ClauseSet], units: Units, number: int
) -> None:
    known = chosen(sets, number)
    sheet = filled(futures.scenario, known.spec)
    agreed = agreement(units, sheet.answers, unit_price(futures, "resolution")).all(axis=1)
    assert agreed[sets.index(known)]
    assert agreed.sum() < len(sets) / 3
    assert contradiction(agreement(units, sheet.answers, None), sheet.answers) is None


@pytest.mark.parametrize("number", range(RANDOM))
def test_a_flipped_answer_is_a_contradiction_or_leads_to_other_sets(
    futures: SameFutures, sets: list[ClauseSet], units: Units, number: int
) -> None:
    known, flip = chosen(sets, number), 1 + number % 21
    sheet = filled(futures.scenario, known.spec, flip=flip)
    agreed = agreement(units, sheet.answers, unit_price(futures, "resolution"))
    assert not agreed.all(axis=1)[sets.index(known)]
    found = contradiction(agreed, sheet.answers)
    assert (found is None) == agreed.all(axis=1).any()
    if found is not None:
        assert flip in {each.case.number for each in found.answers}
        assert flip in {each.case.number for each in found.amends}


def test_the_smallest_group_of_contradicting_answers_is_named(units: Units) -> None:
    """Against plain loops: silence that is right is not billed, and silence that is wrong is, as no clause tells."""
    sheet = parse_sheet("no.,case,units billed\n1,,1\n3,,no\n4,,yes\n17,,2\n", "f")
    agreed = agreement(units, sheet.answers, None)
    found = contradiction(agreed, sheet.answers)
    assert found is not None
    pairs = [
        (sheet.answers[first].case.number, sheet.answers[second].case.number)
        for first, second in itertools.combinations(range(4), 2)
        if not any(row[first] and row[second] for row in agreed.tolist())
    ]
    assert (3, 4) in pairs and len(pairs) == found.others + 1
    assert tuple(each.case.number for each in found.answers) == pairs[0]


def test_the_bill_lies_in_the_range_and_answers_narrow_it(futures: SameFutures) -> None:
    known = NAMED["credited_on_return"]
    truth = simulated(billed_by(futures.scenario, known))
    cost = futures_of(truth.scenario).invoice("resolution")
    whole = answered_bills(futures, filled(futures.scenario, known), "resolution")
    part = answered_bills(futures, filled(futures.scenario, known, leave=(7, 8, 16, 17)), "resolution")
    for found in (whole, part):
        assert found.lowest is not None and found.highest is not None
        assert found.lowest <= cost.mean() * (1 + 1e-9) and cost.mean() <= found.highest * (1 + 1e-9)
        assert found.own_mean == pytest.approx(futures.invoice("resolution").mean(), rel=1e-12)
    assert whole.consistent < part.consistent
    assert part.own_agrees is False and whole.disagreeing
    assert {each.number for each in part.next} <= {7, 8, 16, 17} and part.next


def test_the_next_answer_narrows_as_told(futures: SameFutures) -> None:
    """The range after the answer, over its outcomes, is what asking and reading the sheet again gives."""
    text = "no.,case,units billed\n1,,1\n3,,1\n9,,0\n14,,0\n16,,1\n17,,1\n19,,1\n"
    open_sheet = answered_bills(futures, parse_sheet(text, "f"), "resolution")
    first = open_sheet.next[0]
    widths, counts = [], []
    for answer in first.units:
        found = answered_bills(futures, parse_sheet(f"{text}{first.number},,{answer}\n", "f"), "resolution")
        assert found.lowest is not None and found.highest is not None
        widths.append(found.highest - found.lowest)
        counts.append(found.consistent)
    assert counts == list(first.units.values())
    assert np.average(widths, weights=counts) == pytest.approx(first.width, rel=1e-9)


def test_a_case_that_only_a_wider_clause_bills_has_sets_of_its_own(futures: SameFutures) -> None:
    usual = NAMED["assumed_24h"]
    assert "partial" not in usual.outcomes and "spam" not in usual.classes
    wider = {"outcomes": (*usual.outcomes, "partial"), "classes": (*usual.classes, "spam"), "human_touch": "handoff"}
    found = answered_bills(futures, filled(futures.scenario, usual.model_copy(update=wider)), "resolution")
    assert found.contradiction is None and found.consistent
    assert any("partial" in choice for each in found.clauses for choice in each.choices)


def test_an_amount_that_is_no_number_of_units_is_a_contradiction_by_itself(futures: SameFutures) -> None:
    found = answered_bills(
        futures, parse_sheet("no.,case,units billed,amount\n1,,1,0.99\n3,,,1.20\n", "f"), "resolution"
    )
    assert found.contradiction is not None
    assert [each.number for each in found.contradiction.answers] == [3]
    assert len(WORKED_CASES) == found.cases
