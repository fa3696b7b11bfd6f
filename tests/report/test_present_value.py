"""The present value of invoices: the convention by hand, where it is shown and where not, and what it never moves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from simulator.errors import ScenarioError
from simulator.forecast.forecast import forecast, present_value
from simulator.report.blocks.present_value import present_value_lines
from simulator.report.blocks.summary import summary
from simulator.report.page.sections import sections
from simulator.report.questions import questions
from simulator.report.terminal.console import below
from simulator.report.workbook import write_workbook
from simulator.scenario import parse_scenario
from simulator.scenario.stated.sources import named
from tests.report.test_over_time import FLAT, by_hand
from tests.synthetic import results, scenario

ONE_PERCENT_A_MONTH = 1.01**12 - 1
"""12.6825 % a year: an annuity has the textbook's factor at 1 % a month."""


def of_months(*amounts: float, rate: float) -> float:
    return float(present_value(np.array([amounts]), np.array([rate]))[0])


def test_each_month_is_paid_at_its_end_by_hand() -> None:
    """The annuity of 36 months at 1 % is (1 - 1.01^-36) / 0.01 = 30.107505.

    Paid at the beginning of each month it would be 1 % more, 30.408580, and in the middle 30.257667.
    """
    assert of_months(*[100.0] * 36, rate=ONE_PERCENT_A_MONTH) == pytest.approx(3010.7505, abs=1e-4)
    # 108 at the end of month 12 is 100 today at 8 %, and 116.64 at the end of month 24 too: 1.08^2 = 1.1664
    assert of_months(*[0.0] * 11, 108.0, rate=0.08) == pytest.approx(100)
    assert of_months(*[0.0] * 23, 116.64, rate=0.08) == pytest.approx(100)
    assert of_months(50.0, 60.0, rate=0.0) == 110


def numbers(rate: Any, months: int = 36, **changes: Any) -> dict[str, Any]:
    written = {} if rate is None else {"discount_rate": rate}
    return summary(forecast(by_hand(np.full((10, months), 200.0), **written, **changes)))


def test_every_contract_has_the_distribution() -> None:
    """200 conversations at 0.50 are 100 a month, the same in all futures."""
    told = numbers(ONE_PERCENT_A_MONTH)
    (block,) = told.contracts
    assert block.invoice.mean == 3600
    for figure in ("mean", "p10", "p50", "p90", "cvar95"):
        assert block.present_value.amount(figure) == pytest.approx(3010.7505, abs=1e-4)
    assert told.discounting.rate_per_year.mean == pytest.approx(0.126825, abs=1e-6)
    assert told.discounting.shown is True


def test_a_future_has_its_rate() -> None:
    of = named(scenario(FLAT, trials=2, months=13, discount_rate={"p5": 0.04, "p95": 0.2}))
    run = results(of)
    rates = {"discount_rate": np.array([0.0, ONE_PERCENT_A_MONTH])}
    meters = {**run.meters, "conversations": np.full((2, 13), 200.0)}
    told = summary(forecast(replace(run, meters=meters, unknowns={**run.unknowns, **rates})))
    # 1300, and 100 times (1 - 1.01^-13) / 0.01 = 12.133740: their mean is 1256.687
    assert told.contracts[0].present_value.mean == pytest.approx(1256.687, abs=1e-3)
    (line,) = present_value_lines(told)
    assert "at each future's yearly rate (6.34 % on average)" in line


@pytest.mark.parametrize(("rate", "months"), [(None, 36), (0.08, 12), (0.08, 1)])
def test_it_is_shown_only_where_the_scenario_says_a_rate_and_for_more_than_a_year(rate: Any, months: int) -> None:
    told = numbers(rate, months)
    assert told.contracts[0].present_value is None
    if rate is None:
        assert told.discounting is None and present_value_lines(told) == []
    else:
        assert present_value_lines(told) == ["Present value: none, as discount_rate acts on horizons over 12 months."]


def test_thirteen_months_are_more_than_a_year() -> None:
    assert numbers(0.08, 13).contracts[0].present_value is not None


def test_a_rate_moves_no_invoice_and_no_ranking() -> None:
    told, without = numbers(0.08), numbers(None)
    for key in ("ranking", "sentence", "monthly", "cumulative", "fiscal_years", "paired"):
        assert getattr(told, key) == getattr(without, key)
    assert told.contracts[0].invoice == without.contracts[0].invoice


def test_one_line_in_the_terminal_the_page_and_the_workbook(tmp_path: Path) -> None:
    run = forecast(by_hand(np.full((10, 36), 200.0), discount_rate=ONE_PERCENT_A_MONTH))
    told = summary(run)
    line = (
        "Present value of the invoice of * at 12.7 % a year, each month's invoice paid at the end of the month: "
        "expected $3,011, P90 $3,011."
    )
    assert line in " ".join(" ".join(below(told, 100)).split())
    page = sections(told, questions(run), {"sources": []})
    assert line.replace("*", "the recommended contract") in page["budget_lines"]
    write_workbook(tmp_path / "book.xlsx", run, told, questions(run), "0123abc")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    cells = [cell for row in book["Comparison"].iter_rows(values_only=True) for cell in row]
    assert line.replace("*", "the recommended contract") in cells
    rows = {row[1]: row[2] for row in book["Percentiles"].iter_rows(values_only=True)}
    assert rows["present value of the invoice"] == pytest.approx(3010.7505, abs=1e-4)


def test_another_contract_with_the_lower_present_value_is_named() -> None:
    """200 a month are 7,200 and worth 200 x 30.107505 = 6,021.50; 2 a month and 7,200 in month 36 are 7,272.

    The latter are worth 2 x 30.107505 + 7,200 x 1.01^-36 = 60.215 + 5,032.257 = 5,092.47: dearer, but paid later.
    """
    late = {
        "even": {"type": "per_conversation", "title": "Even", "price": 1.0},
        "late": {
            "type": "per_conversation",
            "title": "Late",
            "price": 0.01,
            "one_time_fees": [{"amount": 7_200, "month": 36}],
        },
    }
    of = scenario(late, trials=10, months=36, discount_rate=ONE_PERCENT_A_MONTH)
    run = results(of)
    told = summary(forecast(replace(run, meters={**run.meters, "conversations": np.full((10, 36), 200.0)})))
    assert told.recommended == "even"
    (text,) = present_value_lines(told)
    assert text.endswith("the lowest P90 of it has Late, $5,092.")


@pytest.mark.parametrize("rate", [8, -0.01, "8 %"])
def test_a_rate_is_a_share(rate: Any) -> None:
    text = (Path(__file__).parents[2] / "scenarios" / "minimal.toml").read_text(encoding="utf-8")
    written = f'"{rate}"' if isinstance(rate, str) else rate
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(f"discount_rate = {written}\n{text}", "rate")
    (problem,) = caught.value.problems
    assert problem.key == ("discount_rate",) and (rate != "8 %" or "0.08" in problem.help)
