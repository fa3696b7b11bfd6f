"""The claims in words: numbers, verdicts and conditions, and a chart of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.decisions.claims import CLAIMS, Claims, ScenarioClaims, claims_on
from simulator.decisions.claims.rule import above, exactly, part, untold
from simulator.decisions.worth import Estimate
from simulator.report.charts.form import FILE, NARROW, WIDE
from simulator.report.studies.claim_words import SHORT, WORDS, interval_of, measured, rule_of, short_number
from simulator.report.studies.claims import claims_told, heading, listed
from simulator.report.studies.told import as_text
from simulator.report.style import svg
from simulator.scenario import load_scenario
from tests.decisions.claims.made import SMALL, ground


@pytest.fixture(scope="module")
def claims() -> Claims:
    return Claims((claims_on(ground().futures),))


@pytest.fixture
def both(claims: Claims) -> Claims:
    """Return the claims beside those of another scenario without a contract per conversation."""
    own: ScenarioClaims = claims.scenarios[0]
    none = untold("dearer_when_complex", "factor", above(1.0), "there is no contract")
    second = replace(own.claims[1], verdict="fails", parts=(own.claims[1].parts[0], none))
    return Claims((own, replace(own, scenario="Other, later", claims=(own.claims[0], second, *own.claims[2:]))))


def test_every_part_has_words_and_every_claim_a_short_name(claims: Claims) -> None:
    assert [each.number for each in claims.scenarios[0].claims] == list(SHORT)
    assert len(CLAIMS) == len(SHORT)
    assert {each.key for claim in claims.scenarios[0].claims for each in claim.parts} == set(WORDS)


def test_every_condition_of_a_part_is_told(claims: Claims) -> None:
    for claim in claims.scenarios[0].claims:
        for each in claim.parts:
            told = {condition.key for condition in WORDS[each.key].conditions}
            assert set(each.flips) <= told, f"{each.key}: a condition has no words"


def test_the_answer_counts_the_claims(claims: Claims) -> None:
    found = claims.scenarios[0]
    held = [each.number for each in found.claims if each.verdict == "holds"]
    text = claims_told(claims).answer
    assert text.startswith("Of the ten claims, on Small ")
    assert (f"{len(held)} hold" in text) if held else ("none holds" in text)


def test_a_condition_that_one_scenario_alone_has_stands_with_its_name(both: Claims) -> None:
    told = claims_told(both)
    (note,) = (each for each in told.notes if each.startswith("2  "))
    assert "(on Small)" in note and "because there is no contract." in note
    (cells,) = (row for row in told.tables[0].rows if "Complexity" in row[0])
    assert cells[2].startswith("fails, ")


def test_one_claim_has_a_row_for_each_part_and_scenario(both: Claims) -> None:
    told = claims_told(both, [2])
    assert [row[0] for row in told.tables[0].rows] == ["2.1 Small", "2.1 Other, later", "2.2 Small", "2.2 Other, later"]
    assert told.tables[0].rows[3][1:] == ("not known", "none", "above 1 times", "cannot be told")
    assert told.answer.startswith("Claim 2 (complexity is punished): on Small it ")


@pytest.mark.parametrize("width", [80, 100, 200])
def test_the_text_fits_a_terminal(claims: Claims, width: int) -> None:
    for only in ((), (2,), (8,)):
        text = as_text(claims_told(claims, only), load_scenario(SMALL), width)
        assert max(map(len, text.splitlines())) <= width


def test_the_chart_says_which_claims_hold_and_which_fail(both: Claims) -> None:
    chart = claims_told(both).chart()
    assert "on all 2 scenarios" in chart.title and "laim 2 fails" in chart.title
    assert len(chart.table.rows) == 10
    for form in (FILE, WIDE, NARROW):
        drawn = claims_told(both).chart(form)
        assert svg(drawn.figure, drawn.title, drawn.alt)


def test_numbers_are_told_in_their_form() -> None:
    assert measured(part("k", "factor", exactly(1.2), above(1.0)), "USD") == "1.2 times"
    assert short_number(part("k", "factor", exactly(1.2), above(1.0)), "USD") == "1.2x"
    falls = part("k", "change", Estimate(-0.085, -0.09, -0.08), above(0.01))
    assert (measured(falls, "USD"), interval_of(falls, "USD")) == ("-8.5 %", "-9.0 to -8.0 %")
    assert rule_of(falls, "USD") == "above 1 %"
    assert measured(part("k", "yes", exactly(1.0), above(0.5)), "USD") == "yes"
    assert rule_of(part("k", "yes", exactly(1.0), above(0.5)), "USD") == "yes"
    assert interval_of(part("k", "yes", exactly(1.0), above(0.5)), "USD") == "exact"
    assert measured(untold("k", "share", above(0.5), "why"), "USD") == "not known"


@pytest.mark.parametrize(
    ("margin", "bill"), [(-19.0, "20 times"), (0.0, "1 times"), (0.25, "0.75 times"), (-0.5, "1.5 times")]
)
def test_what_a_bill_falls_by_is_told_in_place_of_a_margin_below_nothing(margin: float, bill: str) -> None:
    """At 20 times the models' price a dollar saved takes 20 off the bill, and so 19 off the vendor's margin."""
    words = next(each for each in WORDS["vendor_keeps"].conditions if each.key == "tokens")
    assert words.words.format(words.told(margin, "USD")).startswith(f"Per token the bill falls by {bill} the saving")


def test_numbers_in_a_row_are_drawn_together() -> None:
    assert listed([1, 2, 4, 5, 6, 9]) == "1, 2, 4 to 6, 9"
    assert heading("Broad CX deployment") == "Broad CX\ndeployment" and heading("Bank") == "Bank"
