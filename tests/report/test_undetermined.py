"""A mean that the futures do not determine: said by one function, in every output; ordinary scenarios say nothing."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from simulator.engine.run import simulate
from simulator.forecast.forecast import Forecast, forecast
from simulator.report import brief, comparison
from simulator.report.answer.contracts import every
from simulator.report.blocks.summary import summary
from simulator.report.checks import checks
from simulator.report.conditions import condition
from simulator.report.page.details import intervals
from simulator.report.page.sections import sections
from simulator.report.questions import questions
from simulator.report.terminal import console
from simulator.report.words.figures import figures
from simulator.report.workbook.answer_sheet import _below
from simulator.scenario import parse_scenario
from tests.contracts.invoices.test_switch import MINIMAL

WIDE = "volume.per_month={ p5 = 1, p95 = 50_000 }"
SAID = "do not determine the expected invoice of"


@cache
def priced(*changes: str) -> Forecast:
    return forecast(simulate(parse_scenario(MINIMAL, "minimal.toml", ["months=3", *changes])))


@cache
def told(*changes: str) -> dict[str, Any]:
    return summary(priced(*changes))


def note(*changes: str) -> str:
    found = [each for each in told(*changes).notes if SAID in each]
    assert len(found) <= 1
    return found[0] if found else ""


@pytest.mark.parametrize("trials", [200, 2_000])
def test_the_note_of_a_wide_range(trials: int) -> None:
    """The law's mean is 47,267 a month (49,934 in tests/risk/test_risk.py, less what is cut at 1e9); the futures have
    drawn far less, or by chance far more."""
    text, numbers = note(WIDE, f"trials={trials}"), told(WIDE, f"trials={trials}")
    cost = next(each for each in numbers.contracts if each.name == numbers.recommended).invoice
    low, high = cost.mean_doubt.interval
    shown = figures([cost.mean, cost.p50, cost.p90, max(low, 0.0), high], "USD")
    assert text.startswith(f"these {trials:,} futures {SAID}") and shown[0] in text
    assert f"its 95 % interval runs from {shown[3]} to {shown[4]}" in text
    assert f"read P50 ({shown[1]}) and P90 ({shown[2]}) in its place" in text
    assert "the dearest 1 % of the futures carry" in text and cost.mean_doubt.carried_by_dearest > 0.25


def test_the_range_behind_it_is_named_with_both_means() -> None:
    """Where the draws' own interval does not hold the law's mean: of the first 100 futures of this seed it does not."""
    drawn = float(priced(WIDE, "trials=100").results.unknowns["volume.per_month"].mean())
    assert drawn < 0.8 * 47_267
    written = f"{float(f'{drawn:.3g}'):,.12g}"
    assert f"volume.per_month has a mean of 47,300 by its range and of {written} in these futures" in note(
        WIDE, "trials=100"
    )


@pytest.mark.parametrize(
    "changes", [("trials=60",), ("trials=400",), ("trials=400", "volume.per_month={ p5 = 200, p95 = 600 }")]
)
def test_ordinary_scenarios_get_no_note(changes: tuple[str, ...]) -> None:
    """Negative control, in every output."""
    numbers = told(*changes)
    assert note(*changes) == "" and all(each.invoice.mean_doubt is None for each in numbers.contracts)
    assert all(each.fine for each in checks(numbers) if "expected cost" in each.text)
    assert "not determined" not in str(every(numbers).rows)


def test_a_single_future_says_nothing_of_its_mean() -> None:
    assert note("trials=1") == "" and not [each for each in checks(told("trials=1")) if "expected cost" in each.text]


def test_every_output_says_it() -> None:
    numbers, text = told(WIDE, "trials=200"), note(WIDE, "trials=200")
    assert text in " ".join(" ".join(console.below(numbers, 100)).split()).replace("- ", "-")
    assert any(text[1:] in line for line in brief._facts(numbers))
    assert any(text[1:] in line for line in _below(numbers))
    assert text in numbers.notes  # summary.json, and the page's list of notes
    page = sections(numbers, questions(priced(WIDE, "trials=200")), {"sources": []})
    assert page["summary"].notes == numbers.notes
    shown = every(numbers)
    table = {row[0]: row[shown.columns.index("expected")] for row in shown.rows}
    assert all(text.endswith(" (not determined)") for title, text in table.items() if not title.startswith("Today"))
    assert [each.fine for each in checks(numbers) if "is not determined by these futures" in each.text] == [False]


def test_all_contracts_of_which_it_is_so_are_counted() -> None:
    names = [each.title for each in told(WIDE, "trials=200").contracts]
    assert len(names) == 2 and "; nor that of " in note(WIDE, "trials=200")


def test_a_condition_on_such_a_mean_says_so() -> None:
    contracts = priced(WIDE, "trials=200").scenario.contracts
    said = condition("mean > 1", contracts, budgets=0).words(told(WIDE, "trials=200"))
    assert said.endswith(", which these futures do not determine)")
    assert "determine" not in condition("p90 > 1", contracts, budgets=0).words(told(WIDE, "trials=200"))
    assert "determine" not in condition("mean > 1", contracts, budgets=0).words(told("trials=60"))


def test_the_interval_of_the_dearest_is_withheld_in_words() -> None:
    """60 futures are below 5,000."""
    numbers = told("trials=60")
    cost = numbers.contracts[0].invoice
    assert cost.cvar95 is not None and cost.cvar95_interval is None
    assert cost.cvar95_interval_missing.startswith("withheld, because from 60 futures it would be too narrow")
    rows = intervals(numbers).rows
    assert {row[2] for row in rows} == {"too narrow below 5,000 futures"}
    assert " to " in rows[0][1]


def test_a_comparison_says_it_of_the_scenario_that_it_is_so_of() -> None:
    """Expected costs stand in its table too, and their difference is of the same futures."""
    block = comparison.comparison(priced("trials=60"), priced(WIDE, "trials=60"), [], ("old.toml", "new.toml"))
    (said,) = block["notes"]
    assert said.startswith(f"new.toml: these 60 futures {SAID}")
    assert "Note: new.toml: these 60 futures do not determine" in comparison.text(block)
    assert comparison.comparison(priced("trials=60"), priced("trials=60"), [], ("a", "b"))["notes"] == []
