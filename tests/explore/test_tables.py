"""The tables of a run: their shapes and kinds, and their numbers by another way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

import simulator as cx
from simulator.explore import data_frames
from simulator.explore.scenario import from_text
from tests.explore import texts

LENGTH = 128
COLUMNS = ["mean", "mean_se", "mean_ci_lower", "mean_ci_upper", "sd", "p10", "p50", "p80", "p90", "p90_ci_lower",
           "p90_ci_upper", "p95"]  # fmt: skip


def test_totals_have_a_row_a_trial_and_a_column_a_contract(run: cx.Run) -> None:
    totals = run.totals
    assert totals.shape == (LENGTH, 2) and list(totals) == list(run.contracts) == ["conversation", "resolution"]
    assert totals.index.equals(pd.RangeIndex(LENGTH)) and totals.index.name == "trial"
    assert totals.columns.name == "contract" and set(map(str, totals.dtypes)) == {"float64"}


def test_total_is_units_times_price(run: cx.Run) -> None:
    meters = run.results.meters
    assert np.allclose(run.totals["conversation"], 0.50 * meters["conversations"].sum(axis=1), rtol=1e-12)
    assert np.allclose(run.totals["resolution"], 0.99 * meters["resolutions:assumed_24h"].sum(axis=1), rtol=1e-12)
    assert not np.allclose(run.totals["resolution"], 0.99 * meters["conversations"].sum(axis=1), rtol=1e-2)


def test_costs_to_serve_add_the_work_of_people(run: cx.Run) -> None:
    people = run.costs_to_serve - run.totals
    assert (people > 0).all(axis=None) and np.allclose(people["conversation"], people["resolution"])
    summary = run.summary_of("cost_to_serve")
    assert list(summary) == COLUMNS and np.allclose(summary["mean"], run.costs_to_serve.mean())
    assert (summary["mean"] > run.summary["mean"]).all()


def test_invoices_have_a_row_an_invoice(run: cx.Run) -> None:
    invoices = run.invoices
    assert list(invoices) == ["trial", "month", "contract", "invoice"] and len(invoices) == LENGTH * 12 * 2
    assert str(invoices["month"].dtype) == "period[M]" and isinstance(invoices["contract"].dtype, pd.CategoricalDtype)
    assert invoices["trial"].dtype == np.int64 and invoices["invoice"].dtype == np.float64
    assert list(invoices["contract"].cat.categories) == list(run.contracts)
    assert sorted(map(str, invoices["month"].unique())) == [f"2027-{month:02}" for month in range(1, 13)]
    assert not invoices.duplicated(["trial", "month", "contract"]).any()


def test_sums_of_invoices_are_the_totals(run: cx.Run) -> None:
    sums = run.invoices.groupby(["trial", "contract"], observed=True)["invoice"].sum().unstack()
    assert np.allclose(sums[list(run.contracts)], run.totals, rtol=1e-12)
    assert not np.allclose(sums[list(run.contracts)].iloc[::-1], run.totals, rtol=1e-6)


def test_invoice_of_a_month_stands_in_its_month(uncertain: cx.Run) -> None:
    for name, meter, price in (
        ("conversation", "conversations", 0.5),
        ("resolution", "resolutions:assumed_24h", 0.99),
    ):
        mine = uncertain.invoices[uncertain.invoices["contract"] == name].pivot(
            index="trial", columns="month", values="invoice"
        )
        assert np.allclose(mine, price * uncertain.results.meters[meter], rtol=1e-12, atol=1e-9)


def test_invoices_of_a_year_and_a_half_name_their_years() -> None:
    text = texts.MINIMAL.replace('start = "2027-01"', 'start = "2027-11"\nmonths = 3')
    invoices = cx.simulate(from_text(text), trials=2, workers=1).invoices
    assert list(map(str, invoices["month"].head(3))) == ["2027-11", "2027-12", "2028-01"]


def test_invoices_above_the_most_rows_are_refused(run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = LENGTH * 12 * 2
    monkeypatch.setattr(data_frames, "MOST_ROWS", rows)
    assert len(run.invoices) == rows
    monkeypatch.setattr(data_frames, "MOST_ROWS", rows - 1)
    with pytest.raises(
        cx.OutputError, match=r"3,072 rows .* more than 3,071: simulate fewer trials, or use run.totals"
    ):
        _ = run.invoices


def test_inputs_are_the_drawn_unknowns(uncertain: cx.Run) -> None:
    inputs, drawn = uncertain.inputs, uncertain.results.unknowns
    assert inputs.shape == (LENGTH, 2) and set(inputs) == set(drawn) == set(uncertain.scenario.unknowns.index)
    assert all(np.array_equal(inputs[name], drawn[name]) for name in drawn)
    assert inputs.index.name == "trial" and inputs.columns.name == "unknown"


def test_inputs_lie_in_their_domains_and_about_their_percentiles(uncertain: cx.Run) -> None:
    inputs, said = uncertain.inputs, uncertain.scenario.unknowns
    solve, volume = inputs["levels.any.solve"], inputs["volume.per_month"]
    assert solve.between(0, 1, inclusive="neither").all() and (volume > 0).all()
    for name in inputs:
        inside = inputs[name].between(said.loc[name, "p5"], said.loc[name, "p95"]).mean()
        assert 0.80 < inside < 0.98, f"{name}: nine in ten are between P5 and P95"
        assert 0.35 < (inputs[name] < said.loc[name, "p50"]).mean() < 0.65


def test_unknowns_are_told_with_the_percentiles_of_the_file(uncertain: cx.Run) -> None:
    said = uncertain.scenario.unknowns
    assert list(said) == ["p5", "p50", "p95", "kind", "source"] and said.index.name == "unknown"
    assert np.allclose(said.loc["volume.per_month", ["p5", "p95"]].astype(float), [1_500, 2_600], rtol=1e-6)
    assert np.allclose(said.loc["levels.any.solve", ["p5", "p95"]].astype(float), [0.65, 0.85], rtol=1e-6)


def test_inputs_of_a_scenario_without_unknowns_are_empty(run: cx.Run) -> None:
    assert run.inputs.shape == (LENGTH, 0) and run.scenario.unknowns.shape == (0, 5)


def test_rates_are_meters_over_handled_conversations(uncertain: cx.Run) -> None:
    sums = {name: meter.sum(axis=1) for name, meter in uncertain.results.meters.items()}
    rates, handled = uncertain.rates, sums["conversations"]
    expected = {
        "cases": sums["cases"],
        "conversations": handled,
        "solved_by_ai": sums["conversations|solved_by_ai"] / handled,
        "handed_over": sums["touch:handoff"] / handled,
        "returned": sums["returns"] / handled,
        "people_minutes": sums["human_minutes"] / handled,
        "output_tokens": sums["output_tokens"] / handled,
    }
    assert list(rates) == list(expected) and rates.shape == (LENGTH, 7)
    for name, values in expected.items():
        assert np.allclose(rates[name], values, rtol=1e-12), name
    shares = rates[["solved_by_ai", "handed_over", "returned"]]
    assert shares.ge(0).all(axis=None) and shares.le(1).all(axis=None)
    assert rates["handed_over"].mean() == pytest.approx(0.30, abs=0.03)


def test_rates_follow_what_is_drawn(uncertain: cx.Run) -> None:
    assert np.corrcoef(uncertain.rates["solved_by_ai"], uncertain.inputs["levels.any.solve"])[0, 1] > 0.9
    assert np.corrcoef(uncertain.rates["cases"], uncertain.inputs["volume.per_month"])[0, 1] > 0.9


def test_rates_without_conversations_are_not_numbers() -> None:
    empty = cx.simulate(from_text(texts.MINIMAL, changes={"volume.per_month": 1e-6}), trials=4, workers=1)
    assert empty.rates["solved_by_ai"].isna().all() and (empty.rates["cases"] == 0).all()
    assert (empty.totals == 0).all(axis=None) and repr(empty) and empty._repr_html_()


def test_summary_has_the_columns_that_are_documented(run: cx.Run) -> None:
    assert list(run.summary) == COLUMNS and list(run.summary.index) == list(run.contracts)
    assert run.summary.index.name == "contract" and set(map(str, run.summary.dtypes)) == {"float64"}
    for column in COLUMNS:
        assert column in (data_frames.summary_of.__doc__ or "")


def test_summary_by_hand(run: cx.Run) -> None:
    for name in run.contracts:
        cost, row = np.sort(run.totals[name].to_numpy()), run.summary.loc[name]
        error = cost.std(ddof=1) / np.sqrt(LENGTH)
        half = t.ppf(0.975, LENGTH - 1) * error
        assert np.allclose(row["mean"], cost.mean()) and np.allclose(row["sd"], cost.std(ddof=1))
        assert np.allclose(row["mean_se"], error) and not np.allclose(
            row["mean_se"], cost.std() / np.sqrt(LENGTH), rtol=1e-4
        )
        assert np.allclose(
            row[["mean_ci_lower", "mean_ci_upper"]].astype(float), [cost.mean() - half, cost.mean() + half]
        )
        for key, level in (("p10", 0.1), ("p50", 0.5), ("p80", 0.8), ("p90", 0.9), ("p95", 0.95)):
            assert row[key] == cost[int(np.ceil(level * LENGTH)) - 1] == run.quantile(level, name)
        assert row["p90_ci_lower"] < row["p90"] < row["p90_ci_upper"]


def test_quantile_is_an_amount_that_occurred() -> None:
    ten = cx.simulate(from_text(texts.MINIMAL), trials=10, workers=1)
    ordered = np.sort(ten.totals["resolution"])
    assert ten.quantile(0.9, "resolution") == ordered[8] and ten.quantile(1, "resolution") == ordered[9]
    assert ten.quantile(0.91, "resolution") == ordered[9] and ten.quantile(0.05, "resolution") == ordered[0]


def test_quantile_by_contract_is_a_series(run: cx.Run) -> None:
    found = run.quantile(0.9)
    assert list(found.index) == list(run.contracts) and found.name == "p90" and found.index.name == "contract"
    assert (found == run.summary["p90"]).all()


def test_single_future_has_no_spread_and_is_no_error(single: cx.Run) -> None:
    summary = single.summary
    empty = ["mean_se", "mean_ci_lower", "mean_ci_upper", "sd", "p90_ci_upper"]
    assert summary[empty].isna().all(axis=None)
    assert summary[["mean", "p10", "p50", "p90", "p95"]].eq(summary["mean"], axis=0).all(axis=None)
    assert single.totals.shape == (1, 2) and len(single.invoices) == 24 and single.rates.shape == (1, 7)


def test_single_future_is_shown_everywhere(single: cx.Run) -> None:
    pair = single.paired("conversation", "resolution")
    assert np.isnan(pair.mean_ci).all() and pair.share_cheaper + pair.share_dearer == 1
    shown = [single, single.scenario, single.verdict, pair, single.grid("resolution", silence=[24, 48])]
    assert all(repr(each) and each._repr_html_() for each in shown)
    assert "nan" not in "".join(map(repr, shown)).lower().replace("finance", "")
    assert single.with_contract("x", base="resolution", price=1).summary.shape == (3, 12)
    assert pair.summary.shape == (1, 8) and single.verdict.recommended in single.contracts


def test_single_future_is_drawn(single: cx.Run) -> None:
    two = single.grid("resolution", silence=[24, 48], return_window_hours=[0, 24])
    for plot in (single.plot.strip(), single.plot.s_curve(), single.plot.difference(), two.plot(), two.plot_cell(),
                 two.plot(silence=24)):  # fmt: skip
        assert plot.png[:4] == b"\x89PNG"


def test_catalogue_is_a_table_of_offers() -> None:
    from simulator.contracts.catalogue import offers

    table = cx.catalogue()
    assert list(table.index) == list(offers()) and table.index.name == "entry"
    assert list(table) == ["vendor", "title", "type", "definition", "price", "as_of", "evidence"]
    assert table["price"].dtype == np.float64 and table["price"].notna().any() and table["price"].isna().any()
    assert set(table["evidence"]) <= {"V1", "V2", "V3"} and table["vendor"].str.len().gt(0).all()
    for name, offer in offers().items():
        price = offer.contract.get("price")
        assert (
            (table.loc[name, "price"] == price)
            if isinstance(price, int | float)
            else np.isnan(table.loc[name, "price"])
        )
