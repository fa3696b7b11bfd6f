"""What a person who knows pandas and not the tool typed first: each mistake is answered with what to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import simulator as cx
from tests.explore.texts import refuse_simulations

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "scenarios" / "minimal.toml"

MISTAKES: dict[str, tuple[Callable[[cx.Run], object], str]] = {
    "a file that is not there": (lambda run: cx.load("nowhere.toml"), "there is no such file"),
    "a folder": (lambda run: cx.load(ROOT / "scenarios"), "is a folder"),
    "changes that are no table": (lambda run: run.scenario.changed("volume.per_month=5"), "changes are a table of values"),
    "a wrong path of a change": (lambda run: run.scenario.changed({"volume.per_mnth": 5}), "--> changes: volume.per_mnth=5"),
    "another cost": (lambda run: run.summary_of("people"), "write 'invoice' or 'cost_to_serve'"),
    "a slip for a key of the base": (lambda run: run.with_contract("x", base="resolution", pirce=0.7), "did you mean 'price'"),
    "a clause as a term": (lambda run: run.with_contract("x", base="resolution", silence=48), "definition={'silence': 48}"),
    "a definition of a contract without one": (
        lambda run: run.with_contract("x", base="conversation", definition="assumed_24h"), "it bills no resolutions"),
    "clauses in the place of several definitions": (
        lambda run: run.with_contract("x", base="resolution", definitions={"silence": 48}), "for one, definition="),
    "a name in the place of several definitions": (
        lambda run: run.with_contract("x", base="resolution", definitions="verified_72h"), "definition='verified_72h'"),
    "contracts in a list": (lambda run: run.with_contracts(["x"]), "give contracts by name"),
    "a percentile for a level": (lambda run: run.quantile(90), "as 0.9 for P90, not 90"),
    "a text for a level": (lambda run: run.quantile("0.9"), "as 0.9 for P90, not '0.9'"),
    "axes in an array": (lambda run: run.plot.strip(Figure().subplots(1, 2)), "one of them, as ax=axes[0]; not ndarray"),
    "a folder that is not there": (lambda run: run.plot.strip().save("nowhere/a.png"), "there is no folder nowhere"),
    "a slip for a public name": (lambda run: cx.laod, "did you mean 'load'?"),
    "no workers": (lambda run: cx.simulate(run.scenario, 4, workers=0), "workers must be 1 or more, not 0"),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_a_first_mistake_is_answered_with_what_to_write(
    run: cx.Run, what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refuse_simulations(monkeypatch)
    monkeypatch.chdir(tmp_path)
    call, says = MISTAKES[what]
    with pytest.raises((cx.SimulatorError, ValueError, AttributeError)) as caught:
        call(run)
    assert says in str(caught.value), str(caught.value)


def test_a_scenario_may_be_named_by_its_path_and_numbers_stand_in_their_place() -> None:
    named = cx.simulate(MINIMAL, 8, 3, workers=1)
    assert named.totals.equals(cx.simulate(cx.load(str(MINIMAL)), trials=8, seed=3, workers=1).totals)


@pytest.mark.parametrize("values", [range(24, 96, 24), np.array([24, 48, 72]), pd.Series([24, 48, 72]), (24, 48, 72)])
def test_choices_are_taken_as_any_row_of_values(run: cx.Run, values: object) -> None:
    assert run.grid("resolution", silence=values).axes == {"silence": (24, 48, 72)}


def test_what_is_alone_has_its_columns_where_nothing_is(run: cx.Run) -> None:
    found = run.grid("resolution", return_window_hours=[24, 72]).alone
    assert found.empty and {"clause", "choice", "mean", "difference", "equal_bill_price"} <= set(found.columns)


def test_the_comparison_has_what_decides(run: cx.Run) -> None:
    table = run.comparison
    assert list(table.index) == list(run.verdict.ranking)
    assert table["p90"].to_dict() == pytest.approx(run.quantile(0.9).to_dict())
    dear = table.loc["resolution"]
    cheaper = run.with_contract("tied", base="resolution", price=float(dear["tie_price"]))
    assert cheaper.summary.loc["tied", "mean"] == pytest.approx(run.summary.loc["conversation", "mean"], rel=1e-6)
    assert np.isnan(table.loc["conversation", "cheaper_than_recommended"])
    assert dear["cheaper_than_recommended"] == run.paired("resolution", "conversation").share_cheaper


def test_a_contract_of_several_prices_has_a_factor_in_the_comparison(run: cx.Run) -> None:
    charges = [
        {"kind": "flat", "meter": "conversations", "rate": 0.25},
        {"kind": "flat", "meter": "messages", "rate": 0.05},
    ]
    two = run.with_contract("two", type="hybrid", charges=charges)
    row = two.comparison.loc["two"]
    assert np.isnan(row["price"]) and np.isnan(row["tie_price"])
    times = float(row["tie_factor"])
    tied = two.with_contract(
        "tied", type="hybrid", charges=[{**each, "rate": each["rate"] * times} for each in charges]
    )  # type: ignore[operator]
    best = two.verdict.recommended
    assert tied.summary.loc["tied", "mean"] == pytest.approx(two.summary.loc[best, "mean"], rel=1e-6)
