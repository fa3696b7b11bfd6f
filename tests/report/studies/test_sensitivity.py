"""Which assumptions a cost hangs on, told: the sentence, the tables, the notes and the figure."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from simulator.decisions.sensitivities.stresses import Check
from simulator.decisions.sensitivities.whole_study import Sensitivity, sensitivity
from simulator.decisions.value.bill_and_choice import BillAndChoice
from simulator.decisions.worth import Estimate
from simulator.forecast.forecast import Forecast
from simulator.report.charts.form import FILE, NARROW, WIDE
from simulator.report.studies.sensitivity import sensitivity_told
from simulator.report.studies.sensitivity_rows import share_text
from simulator.report.studies.told import Told, as_text
from simulator.report.style import svg
from tests.decisions.sensitivities.running import futures_of
from tests.scenarios.shipped import FOLDER


@cache
def found(contract: str = "conversation", trials: int = 512) -> tuple[Sensitivity, Forecast]:
    futures = futures_of(FOLDER / "narrow_actions.toml", f"trials={trials}")
    return sensitivity(futures, contract), futures.forecast


def told(contract: str = "conversation", trials: int = 512) -> Told:
    return sensitivity_told(*found(contract, trials))


def test_the_answer_names_two_assumptions_with_shares_and_the_budget() -> None:
    answer = told().answer
    assert answer.startswith("Of how far the invoice under") and " carries " in answer
    assert "volume per month carries" in answer and "breaks the budget of $180K" in answer


def test_a_broken_budget_is_said_to_be() -> None:
    study, forecast = found()
    broken = replace(study.stresses.without, chance=0.5)
    answer = sensitivity_told(replace(study, stresses=replace(study.stresses, without=broken)), forecast).answer
    assert "the budget of $180K is kept in only 50 % of the futures even without a stress" in answer


def test_a_stress_that_breaks_the_budget_is_named() -> None:
    study, forecast = found()
    first, *rest = study.stresses.results
    worse = replace(first, judged=replace(first.judged, chance=0.2))
    answer = sensitivity_told(replace(study, stresses=replace(study.stresses, results=(worse, *rest))), forecast).answer
    assert 'is broken by "The AI is out in the busiest month" (kept in 20 % of the futures)' in answer


def test_wider_ranges_that_break_the_budget_are_a_stress_that_breaks_it() -> None:
    study, forecast = found()
    results = [
        replace(each, judged=replace(each.judged, chance=0.85 if each.key == "wider" else 1.0))
        for each in study.stresses.results
    ]
    answer = sensitivity_told(replace(study, stresses=replace(study.stresses, results=tuple(results))), forecast).answer
    assert 'broken by "All ranges twice as wide" (kept in 85 % of the futures) and by no other stress' in answer
    assert "no stress breaks" not in answer


def test_volume_is_told_in_conversations_too_and_what_breaking_a_budget_means() -> None:
    study, _ = found()
    assert study.conversations_per_case is not None and study.conversations_per_case > 1
    study, forecast = found()
    (kept,) = [each.kept for each in study.reverse if each.event == "budget"]
    assert kept is not None and kept == forecast.verdict.chance
    now = f"(now {100 * kept:.0f} %)"
    hold = rf"\([\d,]+ to [\d,]+ conversations\) it would hold in fewer than nine of ten futures {re.escape(now)}"
    assert re.search(rf"with volume per month moved from [\d,]+ to [\d,]+ cases a month {hold}", told().answer)
    assert "a chance of" not in told().answer and " sd" not in told().answer
    table = told().tables[2]
    assert table.title == f"Until the budget holds in fewer than nine of ten futures {now}"
    way = next(row for row in table.rows if row[0] == "Volume per month")
    assert re.fullmatch(r"\d\.\d\d", way[1]) and way[2].endswith("%")
    notes = " ".join(told().notes)
    assert "one chance in six" in notes and "which is not the chance that this happens" in notes
    assert not re.search(r"normal score|quadratic|pick-and-freeze|\bsd\b", notes)


def test_a_choice_that_is_close_is_in_the_answer() -> None:
    study, forecast = found()
    reverse = next(each for each in study.reverse if each.event == "cheapest")
    way = next(each for each in reverse.ways if each.alone is not None and each.against is not None)
    near = replace(reverse, ways=(replace(way, distance=0.02, closed=1.0),))
    changed = replace(study, reverse=(near,))
    other = forecast.contracts[str(way.against)].contract.label
    answer = sensitivity_told(changed, forecast).answer
    assert "The choice is close: " in answer and other.lower() in answer.lower() and " sd" not in answer
    far = replace(study, reverse=(replace(near, ways=(replace(way, distance=1.0, closed=1.0),)),))
    assert "The choice is close" not in sensitivity_told(far, forecast).answer
    (other_asked,) = [each for each in forecast.contracts if each != study.contract][:1]
    assert "The choice" not in sensitivity_told(replace(changed, recommended=other_asked), forecast).answer


def test_a_stress_under_which_another_contract_is_recommended_is_in_the_answer() -> None:
    study, forecast = found()
    first, *rest = study.stresses.results
    turned = replace(first, judged=replace(first.judged, recommended="resolution_closed"))
    kept = [replace(each, judged=replace(each.judged, recommended=study.recommended)) for each in rest]
    changed = replace(study, stresses=replace(study.stresses, results=(turned, *kept)), reverse=())
    text = 'resolution, closed" is recommended under "The AI is out in the busiest month".'
    assert text in sensitivity_told(changed, forecast).answer


def test_inputs_that_move_the_bill_and_not_the_choice_are_in_the_answer() -> None:
    assert (
        '"Volume per month" moves the bill but not which contract costs least on average; the choice hangs on'
        in told().answer
    )
    study, forecast = found()
    assert "moves the bill" not in sensitivity_told(replace(study, moves=BillAndChoice()), forecast).answer


def test_people_stand_beside_the_invoice_and_everything_says_what_it_leaves_out() -> None:
    stresses, notes = told().tables[1], " ".join(told().notes)
    assert stresses.columns[4] == "people's\nwork" and stresses.rows[0][4].startswith("+$")
    assert "at the minutes of a handover" in notes
    assert "at once; volume and all other uncertain inputs stay as they are" in notes
    study, forecast = found()
    covered = sensitivity_told(replace(study, of="cost_to_serve"), forecast).tables[1]
    assert "people's\nwork" not in covered.columns and "people's work" in covered.title


def test_a_figure_that_did_not_move_as_it_must_is_marked() -> None:
    study, forecast = found()
    first, *rest = study.stresses.results
    wrong = replace(first, checks=(Check("conversations", 100.0, 120.0, -1, False),))
    text = sensitivity_told(replace(study, stresses=replace(study.stresses, results=(wrong, *rest))), forecast)
    assert text.tables[1].rows[0][0].endswith("(UNEXPECTED)")
    assert any("UNEXPECTED: conversations 100 to 120, must fall" in note for note in text.notes)


def test_what_is_not_possible_is_told_with_what_to_do() -> None:
    notes = " ".join(told().notes)
    assert "ask with --contract about one that does" in notes and "95 % interval" in notes


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Estimate(0.79, 0.76, 0.82), "79 % (76 to 82)"),
        (Estimate(-0.004, -0.02, 0.012), "-0.4 % (-2.0 to 1.2)"),
        (Estimate(0.0001, 0.0, 0.0002), "below 0.1 %"),
        (Estimate(0.0, 0.0, 0.0), "0 %"),
        (None, ""),
    ],
)
def test_shares_as_text(share: Estimate | None, text: str) -> None:
    assert share_text(share) == text


@pytest.mark.parametrize("form", [FILE, WIDE, NARROW])
@pytest.mark.parametrize("trials", [512, 128])
def test_the_figure_in_every_form(form: object, trials: int) -> None:
    chart = told(trials=trials).chart(form)  # type: ignore[arg-type]
    assert svg(chart.figure, chart.title, chart.alt).startswith(b"<?xml") and chart.table.rows
    assert ("Tornado" in chart.alt) == (trials == 512)


def test_the_text_fits_a_terminal_of_eighty_columns() -> None:
    _, forecast = found()
    lines = as_text(told(), forecast.scenario, 80).splitlines()
    assert max(map(len, lines)) <= 80
