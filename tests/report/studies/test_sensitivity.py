"""Which assumptions a cost hangs on, told: the sentence, the tables, the notes and the figure."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from simulator.decisions.sensitivities.stresses import Check
from simulator.decisions.sensitivities.whole_study import Sensitivity, sensitivity
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
