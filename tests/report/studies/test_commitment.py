"""How much to commit, told: each kind of answer, its tables, notes and figure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from simulator.decisions.commitment import commitments
from simulator.report.charts.form import FILE, NARROW, WIDE
from simulator.report.studies.answers import commitment_study
from simulator.report.studies.commitment import commitment_told
from simulator.report.studies.commitment_words import plural
from simulator.report.studies.told import Told, as_block, as_text
from simulator.report.style import svg
from tests.decisions.test_commitment import AMOUNT, CONVERSATION, CREDITS, MINIMUM, PACK, UNITS, exact_use, on_use

CONTRACTS = {
    "pack": PACK,
    "units": UNITS,
    "amount": AMOUNT,
    "credits": CREDITS,
    "minimum": MINIMUM,
    "plain": {**CONVERSATION, "title": "Per conversation, plain"},
}


def told(name: str, discount: float | None = None, months: int = 12) -> Told:
    futures = on_use(exact_use(months)[::10], CONTRACTS)
    return commitment_told(commitments(futures, name, discount), futures.scenario)


def test_a_dear_overage_is_answered_by_units_and_money() -> None:
    answer = told("units").answer
    assert "commit to" in answer.lower()
    assert "conversations a month" in answer
    assert "$0.40 within the commitment, used or not, and $0.60 beyond it" in answer


def test_a_pack_that_is_nearly_right_is_said_to_be() -> None:
    assert told("pack").answer.startswith("The 10,000 conversations a month offered under Pack are about right")


def test_a_minimum_is_asked_for_low_with_where_to_walk_away() -> None:
    answer = told("minimum").answer
    assert answer.startswith("Ask for the lowest minimum under Minimum")
    assert "would add nothing in nine of ten futures" in answer
    assert 'cheaper on average than "Per conversation, plain"' in answer


def test_a_contract_without_a_commitment_says_so_first_and_up_to_what_one_would_pay() -> None:
    answer = told("plain").answer
    assert answer.startswith(
        '"Per conversation, plain" commits you to no use. If a commitment bought a discount of 10 % (assumed, because '
        "no offer names one), it would pay up to "
    )
    assert re.search(r"up to 1\d\d,\d00 conversations a year, and most at \d\d,\d00: the expected bill falls", answer)


def test_an_assumed_discount_is_said_to_be_assumed_and_a_given_one_is_not() -> None:
    given = told("plain", 0.15)
    assert "If a commitment bought a discount of 15 %, it would pay up to" in given.answer
    assert any("--discount" in note for note in given.notes)


def test_contracts_that_commit_are_named_in_one_note_with_how_to_ask() -> None:
    contracts = {"plain": CONVERSATION, "low": {**MINIMUM, "title": "Low"}, "pack": PACK}
    futures = on_use(exact_use(12)[::10], contracts)
    (note,) = (
        each for each in commitment_told(commitments(futures, "plain"), futures.scenario).notes if "commit you" in each
    )
    assert (
        note == "Low and Pack commit you to use: ask with --contract low or --contract pack how much to commit there."
    )
    alone = on_use(exact_use(12)[::10], {"plain": CONVERSATION})
    assert not any("commit you" in each for each in commitment_told(commitments(alone, "plain"), alone.scenario).notes)


def test_the_recommended_contract_is_asked_about_where_none_is_named_whether_it_commits_or_not() -> None:
    """The dear minimum is committed, and nobody would sign it; see the help of the command."""
    futures = on_use(exact_use(12)[::10], {"plain": CONVERSATION, "dear": DEAR})
    assert commitment_study(futures).numbers.contract == "plain"
    assert commitment_study(on_use(exact_use(12)[::10], {"b": CONVERSATION, "a": MINIMUM})).numbers.contract == "a"


def test_the_rule_says_in_which_share_of_the_periods_use_falls_short() -> None:
    (note,) = (each for each in told("units").notes if each.startswith("Where unused commitment is lost"))
    assert (
        "the best size is the one that use falls short of in 33 % of the months, because one within it costs 33 % less "
        "than one beyond it"
    ) in note


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_kind_has_whole_tables_notes_and_a_figure(name: str) -> None:
    found = told(name)
    for table in found.tables:
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert len(table.rows) <= 15
    assert any("from the number of futures alone" in note for note in found.notes)
    assert any("P90" in note for note in found.notes)
    for form in (FILE, WIDE, NARROW):
        drawn = found.chart(form)
        assert svg(drawn.figure, drawn.title, drawn.alt)
        assert drawn.table.rows


def test_the_p90_optimum_stands_with_its_premium_only() -> None:
    (note,) = (each for each in told("units").notes if each.startswith("The lowest P90"))
    assert "more on average" in note
    assert "no recommendation" in note.replace("\n", " ")


DEAR = {**MINIMUM, "title": "Dear", "price": 2.0, "platform_fee": 1_000, "yearly_minimum": 30_000, "term_months": 12}


def told_of(terms: Mapping[str, Any], **others: Mapping[str, Any]) -> Told:
    futures = on_use(exact_use(12)[::10], {"asked": terms, **others})
    return commitment_told(commitments(futures, "asked"), futures.scenario)


def test_a_recommended_contract_that_commits_nothing_is_said_first() -> None:
    found = told_of(DEAR, plain={**CONVERSATION, "title": "Plain"})
    assert found.answer.startswith(
        "Plain is recommended and commits you to no use. If you sign another all the same: ask for the lowest minimum"
    )
    assert "recommended" not in told_of(DEAR, low={**MINIMUM, "title": "Low"}).answer
    assert "recommended" not in told_of(MINIMUM, plain=CONVERSATION).answer


def test_a_minimum_that_adds_nothing_says_from_which_fall_of_the_volume_it_is_dear() -> None:
    answer = told_of({**MINIMUM, "yearly_minimum": 10_000}, plain=CONVERSATION).answer
    assert re.search(r"adds nothing .*dear only where the volume falls by \d\d % or more \(there it adds \$\d+", answer)
    fees = {**MINIMUM, "platform_fee": 1_000, "yearly_minimum": 12_000}
    assert "would add less than 1 % of the bill at any lower volume" in told_of(fees, dear=DEAR).answer


def test_what_is_owed_on_leaving_tells_fees_from_the_minimum() -> None:
    table = told_of(DEAR, plain=CONVERSATION).tables[-1]
    assert table.columns == ("", "fees", "minimums and\ncommitments", "in all")
    assert [row[0] for row in table.rows][::2] == ["As offered, after month 6", "Best on average, after month 6"]
    assert table.rows[2][1:] == ("$6,000", "$0", "$6,000")


def test_a_mean_above_p90_is_explained() -> None:
    assert any("the expected bill lies above it" in note for note in told("minimum").notes)
    spread = on_use(np.random.default_rng(4).lognormal(9.0, 1.0, (400, 12)), {"asked": PACK})
    found = commitment_told(commitments(spread, "asked"), spread.scenario)
    assert not any("the expected bill lies above it" in note for note in found.notes)


def test_amounts_beside_thousands_have_no_cents() -> None:
    for name in CONTRACTS:
        found = told(name)
        cells = [cell for table in found.tables for row in table.rows for cell in row[1:]]
        assert not [cell for cell in cells if re.search(r"\d\.\d\d", cell)], cells


def test_keys_are_never_told() -> None:
    futures = on_use(exact_use(12)[::20], {"some_key": MINIMUM, "other_key": CONVERSATION})
    found = commitment_told(commitments(futures, "some_key"), futures.scenario)
    text = as_text(found, futures.scenario, 100)
    assert "some_key" not in text
    assert "other_key" not in text


def test_json_has_the_curve_with_intervals() -> None:
    futures = on_use(exact_use(12)[::20], CONTRACTS)
    numbers = commitments(futures, "units")
    block = as_block(commitment_told(numbers, futures.scenario), numbers, futures.scenario)
    assert len(block["curve"]) > 20
    assert {"value", "low", "high"} == set(block["curve"][0]["against_mean"])
    assert block["best"]["units"] == numbers.best.size


def test_one_future_is_answered() -> None:
    futures = on_use(np.full((1, 2), 1_000.0), CONTRACTS)
    for name in CONTRACTS:
        assert commitment_told(commitments(futures, name), futures.scenario).answer


@pytest.mark.parametrize(
    ("unit", "many"),
    [
        ("handled conversation", "conversations"),
        ("AI reply", "AI replies"),
        ("conversation (on chat)", "conversations (on chat)"),
    ],
)
def test_units_in_the_plural(unit: str, many: str) -> None:
    assert plural(unit) == many
