"""Fiscal years, true-ups and the base estimate of the summary, each against sums over the futures themselves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from simulator.engine.run import simulate
from simulator.forecast.base_estimate import base_costs
from simulator.forecast.forecast import Forecast, forecast
from simulator.report.blocks.studies import Studies
from simulator.report.blocks.summary import summary
from simulator.report.files.trials import write_trials
from simulator.report.summary.summary import Summary
from simulator.scenario import load_scenario
from tests.scenarios.shipped import FOLDER

CENT = 0.01
PAIR = [("seasonal_retail", ""), ("broad_cx", "months=4")]


@cache
def ran(name: str, *overrides: str) -> tuple[Forecast, Summary]:
    scenario = load_scenario(FOLDER / f"{name}.toml", ("trials=192", *(each for each in overrides if each)))
    found = forecast(simulate(scenario))
    return found, summary(found, studies=Studies(base=base_costs(scenario)))


def by_year(found: Forecast, numbers: Summary, folder: Path) -> list[np.ndarray]:
    """Return the recommended contract's cost of each fiscal year, (trial,), from the file of all trials."""
    write_trials(found, folder / "trials.parquet")
    rows = pq.read_table(folder / "trials.parquet").to_pandas().astype({"month": str, "contract": str})
    rows = rows[rows["contract"] == numbers.recommended]
    return [
        rows[(rows["month"] >= year.first) & (rows["month"] <= year.last)]
        .groupby("trial")["invoice_minor_units"].sum().to_numpy() / 100
        for year in numbers.budget_years
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "override"), PAIR)
def test_years_are_sums_of_the_months_of_all_trials(name: str, override: str, tmp_path: Path) -> None:
    found, numbers = ran(name, override)
    for year, cost in zip(numbers.budget_years, by_year(found, numbers, tmp_path), strict=True):
        near = year.months * CENT
        assert len(cost) == 192
        assert year.mean == pytest.approx(cost.mean(), abs=near)
        assert year.p90 == pytest.approx(np.sort(cost)[int(np.ceil(0.9 * 192)) - 1], abs=near)
        assert year.p90_interval[0] <= year.p90 <= year.p90_interval[1]
        over = cost > year.budget
        assert year.chance_held == pytest.approx(1 - over.mean())
        expected = (cost[over] - year.budget).mean() if over.any() else None
        assert year.mean_overrun == (None if expected is None else pytest.approx(expected, abs=near))


def test_years_say_which_are_parts() -> None:
    _, numbers = ran("seasonal_retail")
    assert [(year.name, year.months, year.whole) for year in numbers.budget_years] == [
        ("FY2028", 7, False), ("FY2029", 5, False),
    ]  # fmt: skip
    assert [year.budget for year in numbers.budget_years] == [140_000, 125_000]
    _, whole = ran("minimal")
    (only,) = whole.budget_years
    assert only.whole and only.budget is None and only.chance_held is None and only.mean_overrun is None


def test_budget_of_the_horizon_is_that_of_a_single_year_and_of_no_part_of_two() -> None:
    assert [year.budget for year in ran("minimal", "budget=20_000")[1].budget_years] == [20_000]
    assert [year.budget for year in ran("minimal", "budget=20_000", "start='2027-07'")[1].budget_years] == [
        None, None,
    ]  # fmt: skip


def test_true_up_of_a_year_is_what_use_lacks_of_the_minimum() -> None:
    found, numbers = ran("seasonal_retail")
    (true_up,) = (each for each in numbers.true_ups if each.contract == "committed")
    lacks = np.maximum(210_000 - 0.46 * found.results.meters["conversations"].sum(axis=1), 0.0)
    assert (true_up.month, true_up.line) == ("2028-06", "yearly minimum, true-up")
    assert true_up.share == pytest.approx((lacks > 0).mean())
    assert true_up.mean == pytest.approx(lacks.mean())
    assert true_up.mean_where_billed == pytest.approx(lacks[lacks > 0].mean())


def test_contract_without_settlement_has_no_true_up() -> None:
    _, numbers = ran("seasonal_retail")
    assert {each.contract for each in numbers.true_ups} == {"committed"}


def test_base_estimate_stands_where_the_futures_say() -> None:
    found, numbers = ran("broad_cx", "months=4")
    block = numbers.base_estimate
    assert block is not None
    assert [each.contract for each in block.contracts] == list(found.contracts)
    for each in block.contracts:
        cost = found.contracts[each.contract].invoice.sum(axis=1)
        assert each.share_over == pytest.approx(sum(cost > each.amount) / 192)
        assert each.mean_more == pytest.approx(cost.mean() - each.amount)
    assert "is exceeded in" in block.sentence and block.of == "invoice"


def test_base_estimate_that_was_not_made_is_none() -> None:
    found, _ = ran("minimal")
    assert summary(found).base_estimate is None
