"""Sentences of the report that were not so: each with the numbers that deny the old one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from simulator.cli.ledger import ledger as ledger_command
from simulator.engine.export import ledger
from simulator.engine.run import simulate
from simulator.forecast.forecast import forecast
from simulator.report.answer.budget import months_line
from simulator.report.blocks.over_time import neighbours
from simulator.report.blocks.summary import summary
from simulator.report.charts.difference import definition_difference
from simulator.report.charts.grid import _title, definition_grid
from simulator.report.charts.waterfall import _clauses_title, clauses_waterfall
from simulator.report.page.definitions import clauses
from simulator.report.terminal import console
from simulator.scenario import parse_scenario
from tests.contracts.invoices.test_switch import MINIMAL

from .made import made
from .studied import studied_summary


def grid(cells: list[list[float]]) -> str:
    """Return the title of a grid whose contract stands in the first row and column."""
    axes = [{"own": 0, "choices": ["billed again", "void"]}, {"own": 0, "choices": ["after 24 h", "never"]}]
    return _title(made({"currency": "USD"}), made({"title": "Offer", "axes": axes}), cells)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # The case of broad_cx: of the fall from 585 to 160 thousand silence alone brings 585 - 165 = 420 of 425.
        (
            [[585_000, 165_000], [560_000, 160_000]],
            'Offer: "never" alone moves P90 from $585K as offered down to $165K, with "void" to $160K, at',
        ),
        ([[585_000, 160_000], [560_000, 160_000]], 'Offer: "never" moves P90 from $585K as offered down to $160K, at'),
        ([[585_000, 570_000], [500_000, 500_000]], 'Offer: "void" moves P90 from $585K as offered down to $500K, at'),
        (
            [[585_000, 585_000], [585_000, 500_000]],
            'Offer: "void" and "never" move P90 from $585K as offered down to $500K together, neither of them',
        ),
        (
            [[500_000, 500_000], [500_000, 500_000]],
            "Offer: no return window and no rule on silence would lower its P90",
        ),
    ],
)
def test_the_grid_credits_each_clause_with_what_it_does(cells: list[list[float]], expected: str) -> None:
    """The old title named both clauses for the whole fall, whatever one of them did alone."""
    assert grid(cells).startswith(expected) and "these two clauses" not in grid(cells)


def test_charts_of_a_study_say_that_they_are_of_all_futures() -> None:
    """So its P90 as offered is that of the run, which stands on the same page."""
    numbers = studied_summary(trials=600)
    for draw in (definition_grid, definition_difference, clauses_waterfall):
        chart = draw(numbers)
        assert chart is not None and "in all 600 futures of this run" in chart.subtitle
    assert numbers.clauses is not None and numbers.clauses.trials == 600
    told = clauses(replace(numbers, recommended=numbers.clauses.contract), [])
    assert told is not None and told["futures"] == "all 600 futures"


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ((("a", 5_000.0), ("b", 100.0)), '"a" adds most to the expected invoice, +$5,000'),
        ((("a", -5_000.0), ("b", 100.0)), '"a" takes most off the expected invoice, -$5,000'),
        ((("a", 0.0), ("b", 0.0)), "none of its clauses changes the expected invoice"),
        ((), "is as strict as the strictest clauses compared"),
    ],
)
def test_the_bridge_says_add_only_of_what_adds(steps: tuple[tuple[str, float], ...], says: str) -> None:
    assert says in _clauses_title("Offer", steps, "USD")


def test_neighbours_by_hand() -> None:
    """Months 1 and 2 rise together (correlation 1), 3 falls where 2 rises (-1): on average 0; month 4 does not vary."""
    amounts = np.array([[1.0, 2, 6, 5], [2, 4, 4, 5], [3, 6, 2, 5]])
    assert neighbours(amounts) == pytest.approx(0)
    assert neighbours(amounts[:, :2]) == pytest.approx(1)
    assert neighbours(amounts[:, 2:]) is None and neighbours(amounts[:1]) is None and neighbours(amounts[:, :1]) is None


@pytest.mark.parametrize(("persistence", "low", "high"), [(0.9, 0.75, 1.0), (0.0, -0.2, 0.2)])
def test_months_go_together_where_they_do(persistence: float, low: float, high: float) -> None:
    """The old sentence, "a bad month is rarely followed by equally bad ones", stood on every page."""
    changes = ["trials=200", "months=6", "drivers.demand.cv=0.3", f"drivers.demand.persistence={persistence}",
               "volume.per_month=5000"]  # fmt: skip
    numbers = summary(forecast(simulate(parse_scenario(MINIMAL, "minimal.toml", changes))))
    found = numbers.monthly.neighbours[numbers.recommended]
    assert low < found < high
    assert f"a correlation of {found:.2f} with that of the next month" in months_line(numbers)


def months_of(fan: list[float], p90: float, follows: float | None) -> Any:
    found = {
        "recommended": "a",
        "ranked_by": "invoice",
        "precision": None,
        "currency": "USD",
        "contracts": [{"name": "a", "invoice": {"p90": p90}}],
        "monthly": {"contracts": {"a": {"p90": fan}}, "neighbours": {"a": follows}},
    }
    return made(found)


def test_months_may_sum_to_less_than_the_whole() -> None:
    """Each of three months costs $100 in a 25th of the futures of its own: P90 of each is 0, and of the whole $100 as
    12 % of the futures cost that; the old sentence said that the months' P90s always sum to more."""
    assert months_line(months_of([0.0, 0.0, 0.0], 100.0, -0.04)).startswith(
        "The P90s of the months sum to $0, the P90 of the whole is $100: percentiles do not add. Over the futures"
    )
    assert months_line(months_of([50.0, 60.0], 100.0, None)).endswith("percentiles do not add.")
    assert months_line(months_of([50.0], 50.0, None)) == ""


def test_a_single_fiscal_year_says_nothing_of_several() -> None:
    one = {"name": "FY27", "months": 12, "first": "2027-01", "budget": 100.0,
           "contracts": {"a": {"mean": 50.0, "p90": 80.0, "probability_over": 0, "crosses": {"p90": None}}},
           }  # fmt: skip
    numbers = {"recommended": "a", "currency": "USD", "fiscal_years": [one]}
    (single,) = console.fiscal_year_lines(made(numbers))
    (both,) = console.fiscal_year_lines(made({**numbers, "fiscal_years": [one, {**one, "name": "FY28"}]}))
    assert single.startswith("Fiscal year under *: FY27 ") and "add up" not in single
    assert both.startswith("Fiscal years under *: ") and both.endswith(
        "The P90s of the years do not add up to that of all months."
    )


def test_the_help_of_ledger_says_which_run_bills_its_rows() -> None:
    """They are those of the ledger engine, conversation by conversation; a default run has the same futures only."""
    text = " ".join(CliRunner().invoke(ledger_command, ["--help"]).output.split())
    assert (
        "`simulate run --engine ledger` bills these very conversations" in text and "a run of the scenario" not in text
    )
    scenario = parse_scenario(MINIMAL, "minimal.toml", ["trials=1", "months=1"])
    rows = sum(table.num_rows for table in ledger(scenario, trials=1, months=1))
    by_row, by_count = (simulate(scenario, engine=engine) for engine in ("ledger", "sampled"))
    assert by_row.meters["rows"].sum() == rows != by_count.meters["rows"].sum()
    assert all(np.array_equal(values, by_count.unknowns[name]) for name, values in by_row.unknowns.items())
