"""What terms are worth, in words: the answer, what stands in which table, and a chart that says the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulator.decisions.clause_prices import (
    Change,
    ClausePrices,
    EqualBill,
    Given,
    Owed,
    Pair,
    PricedChange,
    Share,
    Together,
    Unmeasured,
)
from simulator.decisions.worth import Estimate, Worth
from simulator.report.charts.form import FILE, NARROW, WIDE
from simulator.report.studies.clauses import MOST_ASKED, clauses_told
from simulator.report.studies.told import MustRead, as_text
from simulator.report.words.draft_words import draft_words
from simulator.scenario import load_scenario

SCENARIO = load_scenario("scenarios/minimal.toml", ["trials=256"])


def estimate(value: float) -> Estimate:
    return Estimate(value, value - abs(value) / 10, value + abs(value) / 10)


def worth(value: float) -> Worth:
    return Worth(estimate(value / 2), estimate(value), estimate(2 * value))


def change(term: str, before: Any, after: Any, value: float, **more: Any) -> PricedChange:
    cut = None if value is None else value / 100_000
    return PricedChange(Change(term, before, after, **more), worth(value), cut, cut)


NEVER = replace(change("silence", 24.0, "never", 40_000), equal_bill=EqualBill(2.0, 1.98))
FEE = change("platform_fee", 1_000.0, None, 12_000)
PRICE = change("price", 1.0, 0.9, 50_000)
AT_ONCE = change("silence", 24.0, "at_once", -9_000)
RISE = change("escalator", None, 0.05, 0.0, added=True)
CAP = change("maximum_per_month", None, 9_000.0, 11_000, added=True)


def found(*changes: PricedChange, **more: Any) -> ClausePrices:
    values: dict[str, Any] = {
        "contract": "resolution", "title": "Per resolution", "currency": "USD", "with_people": False,
        "invoice": (80_000.0, 100_000.0, 120_000.0), "one_percent": worth(1_000), "changes": changes, "together": None,
    }  # fmt: skip
    return ClausePrices(**{**values, **more})


def together() -> Together:
    """Return the price, the first ask, the fee and the cap together."""
    adds = {(0, 1): 38_000, (0, 2): 12_000, (0, 3): 11_000, (1, 2): 6_000, (1, 3): 8_000, (2, 3): 7_000}
    nothing = Estimate(0.0, 0.0, 0.0)
    pairs = tuple(
        Pair(*places, worth(50_000), worth(value + 1_000), worth(value), nothing, 0.0) for places, value in adds.items()
    )
    shares = tuple(
        Share(place, estimate(value), 2 * value, value) for place, value in enumerate((45e3, 36e3, 9e3, 8e3))
    )
    return Together(worth(98_000), shares, pairs)


def test_the_answer_names_what_to_ask_for_and_what_to_keep_and_not_the_price_itself() -> None:
    told = clauses_told(found(PRICE, NEVER, FEE, RISE, AT_ONCE), SCENARIO)
    assert told.answer == (
        "Of usual steps, ask first for this under per resolution: silence never counts. It takes $40K ($36K to $44K) "
        "off the P90 of the invoice, $100K, as much as 40 % off the price; a vendor who wants the same invoice on "
        "average asks $1.98 a unit instead of $0.99 for it. Do not give this away for less than 9 % off the price: "
        "silence counts at once, which adds $9,000 to P90."
    )


def test_the_second_ask_is_the_one_that_adds_most_once_the_first_is_granted() -> None:
    """The fee is worth more alone; the cap adds more beside the first, and the price is what others are measured by."""
    answer = clauses_told(found(PRICE, NEVER, FEE, CAP, together=together()), SCENARIO).answer
    assert (
        "Once that is granted, ask next beside the price for this: cap of $9,000 a month (new), which then "
        "takes $4,000 more off on average and $8,000 more off P90"
    ) in answer
    assert "no platform fee" not in answer
    table = clauses_told(found(PRICE, NEVER, FEE, CAP, together=together()), SCENARIO).tables[-2]
    assert table.columns[1:3] == ("added to 2\n$K on average", "added to 2\nat P90")
    assert [row[2] for row in table.rows] == ["+39.0 ±3.9", "", "+6.0 ±0.6", "+8.0 ±0.8", ""]


def test_a_second_ask_that_adds_the_same_at_both_places_says_so_once() -> None:
    nearly = Worth(estimate(44_997.0), estimate(45_000.0), estimate(45_000.0))
    both = together()
    pairs = tuple(replace(pair, second_adds=nearly) for pair in both.pairs)
    answer = clauses_told(found(PRICE, NEVER, FEE, CAP, together=replace(both, pairs=pairs)), SCENARIO).answer
    assert "which then takes $45K more off, on average and at P90" in answer


def given(place: int, alone: bool, cheap: bool, beside: float, owed: Owed | None = None) -> Given:
    """Return a term that may be given, by its place among the changes, and what it adds once the asks are granted."""
    return Given(place, alone, cheap, worth(beside), owed)


LEAST = change("yearly_minimum", None, 50_000.0, -400, added=True)


def test_what_costs_less_than_one_percent_with_the_asks_granted_is_cheap_to_give() -> None:
    cheap = found(NEVER, AT_ONCE, LEAST, given=(given(2, True, True, -600),))
    assert clauses_told(cheap, SCENARIO).answer.endswith(
        "Cheap to give for it: minimum of $50K a year (new), which then adds $300 on average and $600 at P90."
    )
    both = found(PRICE, NEVER, FEE, CAP, LEAST, together=together(), given=(given(4, True, True, -600),))
    assert "Cheap to give for both: minimum of $50K" in clauses_told(both, SCENARIO).answer


def test_what_is_cheap_alone_and_dear_with_the_asks_granted_is_not_called_cheap() -> None:
    owed = Owed(6, 20_000.0, 31_000.0)
    told = clauses_told(found(NEVER, AT_ONCE, LEAST, given=(given(2, True, False, -9_000, owed),)), SCENARIO)
    assert "Cheap to give" not in told.answer and "minimum" not in told.answer
    assert told.under == (
        "Minimum of $50K a year (new), which you could give, adds $200 on average and $400 at P90 alone, once the ask "
        "below is granted $4,500 on average and $9,000 at P90. If use stops after month 6, $20K is still owed, once "
        "the ask below is granted $31K. At a lower price the same amount costs more: agree it as a share of the bill "
        "at the price agreed. simulate commitment --contract resolution says which discount such a size should bring.",
    )
    assert isinstance(told.under[0], MustRead)
    loose = clauses_told(found(NEVER, AT_ONCE, given=(given(1, True, False, -19_000),)), SCENARIO)
    assert loose.under == (
        "Silence counts at once is cheap alone only: it adds $4,500 on average and $9,000 at P90, once the ask below "
        "is granted $9,500 on average and $19K at P90.",
    )
    assert "give this away" not in loose.answer


def test_a_minimum_of_a_contract_that_commits_has_sizes_and_no_discount() -> None:
    told = clauses_told(found(NEVER, LEAST, given=(given(1, False, False, -9_000),), commits=True), SCENARIO)
    assert told.under[0].endswith("simulate commitment --contract resolution says what each size of it costs.")
    assert "is still owed" not in told.under[0]


def test_a_minimum_that_never_binds_is_given_for_nothing() -> None:
    none = change("yearly_minimum", None, 10.0, 0.0, added=True)
    told = clauses_told(found(NEVER, none, given=(given(1, True, True, 0.0),)), SCENARIO)
    assert told.answer.endswith("a year (new), which then costs nothing in any of these futures.")
    assert "which you could give, adds nothing, alone or once the ask below is granted. " in told.under[0]
    assert [row[:2] for row in told.tables[1].rows] == [("Added: minimum of $10.00 a year", "nothing")]
    assert not any("Worth nothing" in note for note in told.notes)
    assert told.tables[1].title.startswith("What you could be asked to give, and what it costs")


def test_what_acts_after_the_horizon_is_not_measured_and_never_worth_nothing() -> None:
    later = (
        Unmeasured(RISE.change, 13),
        Unmeasured(Change("price_changes", (15.0, 1.1), None), 15),
        Unmeasured(Change("definition_lock", None, (13.0, "silence"), added=True), 13),
    )
    (note,) = [each for each in clauses_told(found(NEVER, unmeasured=later), SCENARIO).notes if "Not measured" in each]
    within = f"{SCENARIO.months} months"
    assert f"price rises 5 % on each anniversary, because no anniversary falls within {within}" in note
    assert "no price change from month 15 (now 1.1 times), because it changes no invoice before month 15" in note
    assert f"silence counts sooner from month 13, because no renewal falls within {within}" in note


def test_an_interval_is_never_told_smaller_than_it_is() -> None:
    narrow = Estimate(40_000.0, 39_999.0, 40_001.0)
    told = clauses_told(found(replace(NEVER, worth=Worth(narrow, narrow, narrow))), SCENARIO)
    assert told.tables[0].rows[0][1] == "+40.0 ±0.1"
    assert "<" not in as_text(told, SCENARIO, 100)


def test_the_cap_that_is_asked_for_says_how_it_is_chosen() -> None:
    chosen = "the cap: 120 % of the average monthly invoice"
    assert chosen in " ".join(clauses_told(found(NEVER, CAP), SCENARIO).notes)
    assert chosen not in " ".join(clauses_told(found(NEVER), SCENARIO).notes)


def test_what_is_worth_exactly_nothing_is_named_and_in_no_table() -> None:
    told = clauses_told(found(NEVER, RISE), SCENARIO)
    assert any("Worth nothing in any of these futures: added: price rises 5 %" in note for note in told.notes)
    assert not any("anniversary" in row[0] for table in told.tables for row in table.rows)


def test_a_contract_of_which_nothing_matters_says_so() -> None:
    told = clauses_told(found(RISE, one_percent=worth(0.0)), SCENARIO)
    assert told.answer.startswith("No term of per resolution beside its price moves the P90")
    assert any("A price 1 % lower saves nothing at P90" in note for note in told.notes)
    assert told.chart().title == "No term beside the price lowers the P90 of the invoice"


def test_without_use_nothing_is_measured_by_its_price() -> None:
    fee = replace(FEE, cut=None, cut_on_average=None)
    told = clauses_told(found(fee, one_percent=None), SCENARIO)
    assert told.tables[0].rows[0][-1] == "n/a" and "off the price" not in told.answer


def test_more_than_all_of_the_price_is_no_percentage() -> None:
    told = clauses_told(found(replace(FEE, cut=1.4)), SCENARIO)
    assert "more than use without any price would" in told.answer and told.tables[0].rows[0][4] == "over 100 %"


def test_a_term_has_two_rows_at_most_and_the_table_few() -> None:
    windows = [change("returns", ("bill_again",), ("void", 24.0 * place), 9_000 - place) for place in range(1, 6)]
    fees = [change("platform_fee", 1_000.0 + place, None, 5_000 - place, of=f"charge {place}") for place in range(20)]
    told = clauses_told(found(*windows, *fees), SCENARIO)
    rows = told.tables[0].rows
    assert len(rows) == MOST_ASKED and sum("return" in row[0] for row in rows) == 2
    assert told.notes[-1].startswith("13 more changes are in --json.")


def test_terms_that_add_up_have_no_overlap_and_others_their_amount() -> None:
    pairs = (
        Pair(0, 1, worth(52_000), worth(12_000), worth(12_000), Estimate(0.0, 0.0, 0.0), 0.0),
        Pair(0, 2, worth(60_000), worth(20_000), worth(20_000), estimate(-3_000), -6_000.0),
        Pair(1, 2, worth(62_000), worth(50_000), worth(50_000), Estimate(0.0, 0.0, 0.0), 0.0),
    )
    shares = tuple(Share(place, estimate(value), 2 * value, value) for place, value in enumerate((18e3, 6e3, 23e3)))
    told = clauses_told(found(NEVER, FEE, PRICE, together=Together(worth(94_000), shares, pairs)), SCENARIO)
    assert told.tables[-1].rows == (("1", "none", "-3.0"), ("2", "", "none"))
    assert told.tables[-2].columns[1] == "added to 1\n$K on average"
    rows = told.tables[-2].rows
    assert [row[0] for row in rows] == ["1", "2", "3", "All"]
    assert rows[0][1:3] == ("", "") and rows[2][1:3] == ("+10.0 ±1.0", "+20.0 ±2.0")
    assert rows[-1][4] == "+94.0 ±9.4"


@pytest.mark.parametrize("width", [80, 100])
def test_the_best_terms_are_named_in_full_beside_their_numbers(width: int) -> None:
    title = "Action in the system of record, as both sides count it"
    rate = change("guarantee", None, 0.19, 10_000, added=True, unit=title)
    text = as_text(clauses_told(found(PRICE, NEVER, FEE, rate, together=together()), SCENARIO), SCENARIO, width)
    whole = f"(4) 19 % guaranteed ({title}), 2 % of the charges for use back for each point below it."
    assert whole in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= width


def test_rows_of_a_table_name_a_guarantee_and_an_open_definition_in_few_words() -> None:
    """A phrase with the definition in it would be cut in the middle."""
    rate = change("guarantee", None, 0.19, 10_000, added=True, unit="Action in the system of record")
    left = change("definition_lock", None, (7.0, "silence"), -10_000, added=True)
    told = clauses_told(found(PRICE, FEE, rate, left), SCENARIO)
    assert told.tables[0].rows[2][0] == "Added: 19 % guaranteed, or money back"
    assert told.tables[1].rows[0][0] == "Added: definition open from month 7"
    lines = as_text(told, SCENARIO, 100).splitlines()
    assert not [line for line in lines if "…" in line]


@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    told = clauses_told(found(PRICE, NEVER, FEE, RISE, AT_ONCE), SCENARIO)
    assert max(map(len, as_text(told, SCENARIO, width).splitlines())) <= width


@pytest.mark.parametrize("form", [FILE, WIDE, NARROW])
def test_the_chart_says_what_the_table_says(form: Any) -> None:
    drawn = clauses_told(found(PRICE, NEVER, FEE, AT_ONCE), SCENARIO).chart(form)
    assert drawn.title == "Worth most: silence never counts, $40K of a P90 of $100K"
    assert [row[0] for row in drawn.table.rows][:2] == ["10 % off all prices of use", "Silence never counts"]
    assert "Silence counts at once: -$9.0K" in drawn.alt


def test_an_amount_is_in_the_currency_of_the_contract() -> None:
    assert draft_words(FEE.change, "EUR") == "No platform fee (now €1,000 a month)"


def test_the_clause_that_a_renewal_loosens_is_named() -> None:
    left = Change("definition_lock", None, (13.0, "silence"), added=True)
    assert draft_words(left, "USD") == "Added: no lock: silence counts sooner from month 13"
