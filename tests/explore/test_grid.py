"""One contract by many definitions: what holds in every future, and the prices of equal bills."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import simulator as cx
from simulator.contracts.catalogue import offers
from simulator.definitions import NAMED
from simulator.explore import billed as grids
from simulator.explore.scenario import from_text
from tests.explore import texts
from tests.explore.texts import refuse_simulations

COLUMNS = ["units", "not_solved_share", "mean", "mean_se", "p10", "p50", "p90", "difference", "equal_bill_price",
           "equal_bill_factor", "countable_by_buyer"]  # fmt: skip
WINDOWS, SILENCES, TOUCHES = [0, 24, 72, 168], [24, 48, 168, "never"], ["none", "review", "handoff"]


def futures_with_more(fewer: grids.Cell, more: grids.Cell) -> int:
    """Return in how many futures what must bill fewer units or cost less does not."""
    wrong = (fewer.billed.units > more.billed.units) | (fewer.billed.cost > more.billed.cost)
    return int(np.count_nonzero(wrong))


def steps(grid: cx.Grid, key: str, order: Sequence[object]) -> list[int]:
    """Return the futures with more along a clause whose choices go from the laxest to the strictest."""
    found = []
    for cell in grid.cells:
        place = list(order).index(cell.clauses[key])
        if place + 1 < len(order):
            stricter = grid.cell(**{**cell.clauses, key: order[place + 1]})
            found.append(futures_with_more(stricter, cell))
    return found


def test_longer_return_window_never_bills_more(clauses: cx.Grid) -> None:
    found = steps(clauses, "return_window_hours", WINDOWS)
    assert len(found) == 3 * 12 and set(found) == {0}


def test_later_silence_never_bills_more(clauses: cx.Grid) -> None:
    found = steps(clauses, "silence", SILENCES)
    assert len(found) == 3 * 12 and set(found) == {0}


def test_less_human_touch_never_bills_more(clauses: cx.Grid) -> None:
    found = steps(clauses, "human_touch", TOUCHES[::-1])
    assert len(found) == 2 * 16 and set(found) == {0}


def test_touches_are_told_apart_where_people_review_and_take_over() -> None:
    text = texts.MINIMAL.replace("abandon = 0.07", "abandon = 0.07\nreview = 0.2")
    reviewed = cx.simulate(from_text(text), trials=64, seed=3, workers=1)
    grid = reviewed.grid("resolution", human_touch=TOUCHES, outcomes=[["confirmed", "silent", "escalated"]])
    assert steps(grid, "human_touch", TOUCHES[::-1]) == [0, 0]
    assert steps(grid, "human_touch", TOUCHES) == [64, 64]


@pytest.mark.parametrize(
    ("key", "wrong"), [("return_window_hours", WINDOWS[::-1]), ("silence", SILENCES[::-1])]
)  # fmt: skip
def test_the_wrong_order_is_found(clauses: cx.Grid, key: str, wrong: list[object]) -> None:
    found = steps(clauses, key, wrong)
    assert np.count_nonzero(found) > len(found) / 2 and max(found) == 128


def test_order_holds_in_uncertain_futures_too(uncertain: cx.Run) -> None:
    grid = uncertain.grid("resolution", return_window_hours=WINDOWS, silence=SILENCES)
    assert set(steps(grid, "return_window_hours", WINDOWS)) == set(steps(grid, "silence", SILENCES)) == {0}


def test_stricter_outcomes_never_bill_more(run: cx.Run) -> None:
    grid = run.grid(
        "resolution", outcomes=[["confirmed"], ["confirmed", "silent"], ["confirmed", "silent", "abandoned"]]
    )
    confirmed, usual, lax = grid.cells
    assert futures_with_more(confirmed, usual) == futures_with_more(usual, lax) == 0
    assert futures_with_more(usual, confirmed) > 0 and futures_with_more(lax, usual) > 0


def test_own_cell_is_the_contract_to_the_bit(run: cx.Run, uncertain: cx.Run, parts: cx.Run) -> None:
    for each in (run, uncertain, parts):
        grid = each.grid("resolution", return_window_hours=[0, 24], silence=[24, 48])
        own = each.totals["resolution"].to_numpy()
        assert np.array_equal(grid.own.billed.cost, own)
        assert np.array_equal(grid.cell(return_window_hours=0, silence=24).billed.cost, own)
        assert not np.array_equal(grid.cell(return_window_hours=24, silence=24).billed.cost, own)
        row = grid.table.iloc[0]
        assert row["difference"] == 0 and row["equal_bill_price"] == pytest.approx(0.99, abs=1e-9)


def test_cell_is_a_contract_by_that_definition_to_the_bit(run: cx.Run, clauses: cx.Grid) -> None:
    definition = {
        "base": "assumed_24h",
        "silence": 48,
        "returns": "void",
        "return_window_hours": 72,
        "human_touch": "none",
    }
    mine = run.with_contract("x", base="resolution", definition=definition)
    cell = clauses.cell(return_window_hours=72, silence=48, human_touch="none")
    assert np.array_equal(cell.billed.cost, mine.totals["x"])
    assert np.array_equal(cell.billed.units * 0.99, cell.billed.cost) or np.allclose(
        cell.billed.units * 0.99, cell.billed.cost
    )


def test_grid_leaves_the_run_as_it_was(run: cx.Run) -> None:
    before = (run.contracts, set(run.results.meters), run.scenario.added, run.totals.copy())
    run.grid("resolution", silence=[36])
    assert before[:3] == (run.contracts, set(run.results.meters), run.scenario.added)
    assert np.array_equal(before[3], run.totals)


def test_grid_needs_no_simulation(run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_simulations(monkeypatch)
    grid = run.grid("resolution", silence=[24, 48, 72], human_touch=TOUCHES)
    assert len(grid.cells) == 9


def test_equal_bill_price_leaves_the_expected_bill(run: cx.Run, clauses: cx.Grid) -> None:
    own = run.totals["resolution"].mean()
    chosen = [
        {"silence": 48, "returns": "void", "return_window_hours": 72, "human_touch": "none"},
        {"silence": "never", "returns": "void", "return_window_hours": 168, "human_touch": "handoff"},
    ]
    cells = [clauses.cell(**{key: value for key, value in each.items() if key != "returns"}) for each in chosen]
    mine = run.with_contracts(
        {
            f"x{place}": {"base": "resolution", "definition": each, "price": cells[place].billed.unit_price}
            for place, each in enumerate(chosen)
        }
    )
    at_own_price = [float(cell.billed.cost.mean()) for cell in cells]
    for place in range(len(chosen)):
        assert mine.totals[f"x{place}"].mean() == pytest.approx(own, rel=1e-6)
        assert at_own_price[place] != pytest.approx(own, rel=1e-2)


@pytest.mark.slow
def test_equal_bill_price_of_tiers_is_no_single_price() -> None:
    text = texts.MINIMAL + (
        'steps = { type = "per_resolution", definition = "assumed_24h", '
        "tiers = [{ up_to = 800, rate = 1.20 }, { rate = 0.80 }] }\n"
    )
    tiered = cx.simulate(from_text(text), trials=64, seed=3, workers=1)
    grid = tiered.grid("steps", silence=[24, 72])
    assert np.array_equal(grid.cells[0].billed.cost, tiered.totals["steps"])
    factor = grid.cells[1].billed.factor
    assert factor is not None and factor > 1
    scaled = [{"up_to": 800, "rate": 1.20 * factor}, {"rate": 0.80 * factor}]
    again = tiered.with_contract("x", base="steps", definition={"silence": 72}, tiers=scaled)
    assert again.totals["x"].mean() == pytest.approx(tiered.totals["steps"].mean(), rel=1e-6)


def test_table_has_the_chosen_clauses_and_the_figures(clauses: cx.Grid) -> None:
    table = clauses.table
    assert list(table) == ["return_window_hours", "silence", "human_touch", *COLUMNS] and len(table) == 48
    assert list(table["human_touch"][:4]) == ["none", "review", "handoff", "none"], "the last clause fastest"
    for row, cell in zip(table.to_dict("records"), clauses.cells, strict=True):
        cost = np.sort(cell.billed.cost)
        assert row["mean"] == pytest.approx(cost.mean()) and row["units"] == pytest.approx(cell.billed.units.mean())
        assert row["p90"] == cost[int(np.ceil(0.9 * len(cost))) - 1] and row["p10"] == cost[12]
        assert row["mean_se"] == pytest.approx(cost.std(ddof=1) / len(cost) ** 0.5)
        assert row["difference"] == pytest.approx((cell.billed.cost - clauses.own.billed.cost).mean(), abs=1e-9)
        assert row["not_solved_share"] == pytest.approx(cell.billed.not_solved.sum() / cell.billed.units.sum())
        assert 0 <= row["not_solved_share"] <= 1 and row["countable_by_buyer"] in (True, False)


def test_cell_finds_its_choice_and_the_first_by_default(clauses: cx.Grid) -> None:
    assert clauses.cell() is clauses.cells[0]
    cell = clauses.cell(silence="never", human_touch="review")
    assert cell.clauses == {"return_window_hours": 0, "silence": "never", "human_touch": "review"}
    assert clauses.cell(silence=np.int64(48)) is clauses.cell(silence=48.0) is clauses.cell(silence=48)
    assert len({id(clauses.cell(**each.clauses)) for each in clauses.cells}) == 48


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"silence": 25}, "no silence = 25; it has 24, 48, 168, 'never'"),
        ({"silense": 24}, "does not vary 'silense'; it has the clauses return_window_hours, silence, human_touch"),
        ({"outcomes": ["confirmed"]}, "does not vary 'outcomes'"),
    ],
)
def test_unknown_cell_is_refused(clauses: cx.Grid, chosen: dict[str, object], said: str) -> None:
    for ask in (clauses.cell, clauses.plot_cell):
        with pytest.raises(cx.ContractError, match=said):
            ask(**chosen)


def test_wrong_clauses_are_refused_before_anything_is_simulated(run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_simulations(monkeypatch)
    for given, said in (
        ({"silense": [24]}, "no definition has a clause 'silense'; did you mean 'silence'"),
        ({"silence": []}, "silence has no value to choose"),
        ({}, "name a clause and its values"),
        ({"silence": [-1, "soon"]}, r"(?s)hours above 0.*'soon'.*2 problems"),
        ({"human_touch": ["some"]}, "human_touch"),
        ({"returns": "void"}, "return_window_hours"),
    ):
        with pytest.raises((cx.ContractError, cx.ScenarioError), match=said):
            run.grid("resolution", **given)  # type: ignore[arg-type]


def test_contract_without_a_definition_is_refused(run: cx.Run, parts: cx.Run) -> None:
    with pytest.raises(
        cx.ContractError, match="'conversation' does not bill resolutions by one definition; these do: resolution"
    ):
        run.grid("conversation", silence=[24])
    with pytest.raises(cx.ContractError, match="'split' does not bill resolutions by one definition"):
        parts.grid("split", silence=[24])
    with pytest.raises(cx.ContractError, match="does not bill resolutions"):
        run.by_definition("conversation")


def test_contract_by_a_condition_in_sql_has_no_clauses(run: cx.Run) -> None:
    mine = run.with_contract("sql", base="resolution", definition={"predicate": "outcome = 'confirmed'"})
    with pytest.raises(cx.ContractError, match="'sql' bills by a condition in SQL"):
        mine.grid("sql", silence=[24])
    assert len(mine.by_definition("sql", ["assumed_24h"]).cells) == 1


def test_too_many_cells_are_refused(run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_simulations(monkeypatch)
    with pytest.raises(
        cx.ContractError, match=r"625 definitions at 128 trials and 12 months are too many .* at most 600"
    ):
        run.grid("resolution", silence=list(range(1, 26)), return_window_hours=list(range(1, 26)))
    monkeypatch.setattr(grids, "MOST_NUMBERS", 3 * 2 * 128 * 12)
    with pytest.raises(cx.ContractError, match=r"3 definitions at 128 trials .* at most 2, or simulate fewer trials"):
        run.grid("resolution", silence=[1, 2, 4])


def test_list_is_one_value_of_a_clause_that_is_a_list(run: cx.Run) -> None:
    one = run.grid("resolution", outcomes=["confirmed"])
    assert one.axes == {"outcomes": (["confirmed"],)} and one.table["outcomes"].to_list() == ["confirmed"]
    both = run.grid("resolution", outcomes=["confirmed", "silent"])
    assert len(both.cells) == 1 and np.array_equal(both.cells[0].billed.cost, run.totals["resolution"])
    two = run.grid("resolution", outcomes=[["confirmed"], ("confirmed", "silent")], requires=[[], ["judged_resolved"]])
    assert len(two.cells) == 4 and futures_with_more(two.cell(requires=["judged_resolved"]), two.cell(requires=[])) == 0
    assert two.cell(outcomes=("confirmed", "silent")) is two.cells[2]


def test_single_value_is_one_choice(run: cx.Run) -> None:
    grid = run.grid("resolution", silence="never", human_touch=np.array(["none", "review"]))
    assert grid.axes == {"silence": ("never",), "human_touch": ("none", "review")} and len(grid.cells) == 2


def test_choice_given_twice_is_one_or_refused(run: cx.Run) -> None:
    try:
        grid = run.grid("resolution", silence=[24, 24.0])
    except cx.ContractError as error:
        assert "silence" in str(error)
    else:
        assert len(grid.cells) == len(grid.axes["silence"])


def test_windows_may_have_any_hours(run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_simulations(monkeypatch)
    grid = run.grid("resolution", silence=[24, 29.5, 30, 37])
    assert steps(grid, "silence", [24, 29.5, 30, 37]) == [0, 0, 0]
    assert all(steps(grid, "silence", [37, 30, 29.5, 24]))  # the other order is told


def test_condition_that_the_engine_cannot_count_is_refused_before_it_is_simulated(
    run: cx.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_simulations(monkeypatch)
    with pytest.raises(cx.ScenarioError, match=r"reads actions.*no expected value"):
        run.by_definition("resolution", {"x": {"predicate": "actions > 1"}})
    with pytest.raises(cx.ScenarioError, match=r"(?s)reads actions.*reads input_tokens"):
        run.with_contract(
            "x", base="resolution", definitions=[{"predicate": "actions > 1"}, {"predicate": "input_tokens > 900"}]
        )


def test_extends_is_no_clause_to_vary(run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_simulations(monkeypatch)
    with pytest.raises(cx.ContractError):
        run.grid("resolution", extends=["verified_72h"])


def test_return_window_of_zero_bills_every_return_again(run: cx.Run) -> None:
    mine = run.with_contract("v", base="resolution", definition="credited_on_return")
    grid = mine.grid("v", return_window_hours=[0, 24, "ever"])
    assert np.array_equal(grid.cells[0].billed.cost, mine.totals["resolution"])
    assert np.array_equal(grid.cells[2].billed.cost, mine.totals["v"])
    assert not np.array_equal(mine.totals["v"], mine.totals["resolution"])
    assert grid.cells[0].definition.spec.returns == "bill_again" and grid.cells[1].definition.spec.returns == "void"


def test_returns_that_are_chosen_hold(run: cx.Run) -> None:
    grid = run.grid("resolution", returns=["void", "merge", "bill_again"], return_window_hours=72)
    void, merge, again = grid.cells
    assert [each.definition.spec.returns for each in grid.cells] == ["void", "merge", "bill_again"]
    assert futures_with_more(void, again) == futures_with_more(merge, again) == 0
    assert futures_with_more(again, void) > 0


def test_a_window_beside_returns_that_are_billed_again_is_refused(run: cx.Run) -> None:
    for clauses in ({"returns": ["void", "bill_again"], "return_window_hours": [24, 72]},
                    {"returns": "void", "return_window_hours": [0, 72]}):  # fmt: skip
        with pytest.raises(cx.ContractError, match="let return_window_hours have 0 for it"):
            run.grid("resolution", **clauses)


def mixed(definition: str, times: float = 1.0) -> dict[str, object]:
    """Return the terms of a contract with a price of a conversation and one of a resolution."""
    return {"type": "hybrid", "charges": [
        {"kind": "flat", "meter": "conversations", "rate": 0.25 * times},
        {"kind": "flat", "meter": "resolutions", "definition": definition, "rate": 0.35 * times},
    ]}  # fmt: skip


def test_a_contract_of_several_prices_has_a_factor_and_no_price(run: cx.Run) -> None:
    """The price of a conversation was once shown as the one at which the bills are equal."""
    two = run.with_contracts({"mixed": mixed("assumed_24h")})
    grid = two.by_definition("mixed", ["closed_by_customer"])
    row = grid.table.iloc[0]
    assert np.isnan(row["equal_bill_price"]) and row["equal_bill_factor"] > 1
    scaled = two.with_contracts({"scaled": mixed("closed_by_customer", float(row["equal_bill_factor"]))})
    assert scaled.summary.loc["scaled", "mean"] == pytest.approx(two.summary.loc["mixed", "mean"], rel=1e-6)
    assert "of prices" in grid.plot().alt and "same bill at $" not in grid.plot().alt


def test_catalogue_has_every_definition_of_the_offers(published: cx.Grid) -> None:
    expected = set(NAMED) | {name for offer in offers().values() for name in offer.definitions}
    names = [cell.name for cell in published.cells]
    assert set(names) == expected and len(names) == len(expected) > len(NAMED)
    assert list(published.table.index) == names and list(published.table) == ["title", *COLUMNS]
    assert published.table.index.name == "definition" and not published.axes


@pytest.mark.slow
def test_catalogue_has_the_own_definitions_of_the_scenario() -> None:
    short = cx.simulate(from_text(texts.HOSTILE, changes={"months": 1}), trials=4, workers=1)
    assert "odd" in {cell.name for cell in short.by_definition("resolution").cells}


def test_definition_of_the_catalogue_is_a_contract_by_it(run: cx.Run, published: cx.Grid) -> None:
    cells = {cell.name: cell for cell in published.cells}
    mine = run.with_contract("by", base="resolution", definitions={name: name for name in NAMED})
    for name in NAMED:
        assert np.array_equal(cells[name].billed.cost, mine.totals[f"by {name}"]), name
    fin = run.with_contract("fin", contract="catalogue:intercom-fin", price=0.99)
    assert np.array_equal(cells["intercom_fin"].billed.cost, fin.totals["fin"])
    assert np.array_equal(published.own.billed.cost, run.totals["resolution"])


def test_definitions_by_name_and_by_clauses(run: cx.Run) -> None:
    named = run.by_definition("resolution", ["verified_72h", "assumed_24h"])
    assert list(named.table.index) == ["verified_72h", "assumed_24h"]
    assert (
        run.by_definition("resolution", "verified_72h").table.loc["verified_72h", "mean"] == named.table["mean"].iloc[0]
    )
    own = run.by_definition(
        "resolution",
        {"Two days": {"base": "assumed_24h", "silence": 48}, "SQL": {"predicate": "outcome = 'confirmed'"}},
    )
    assert list(own.table.index) == ["Two days", "SQL"]
    assert own.table.loc["Two days", "mean"] == run.grid("resolution", silence=48).table["mean"].iloc[0]


def test_missing_definition_is_refused_with_the_nearest(run: cx.Run) -> None:
    with pytest.raises(cx.ContractError, match="no definition 'asumed_24h'; did you mean 'assumed_24h'"):
        run.by_definition("resolution", ["verified_72h", "asumed_24h"])
    with pytest.raises(cx.ContractError, match="no definition 'catalog'"):
        run.by_definition("resolution", "catalog")
    with pytest.raises(cx.ScenarioError, match="did you mean 'verified_72h'"):
        run.by_definition("resolution", {"mine": {"base": "verified_7h"}})


def test_definition_by_label_and_name_is_taken_or_refused(run: cx.Run) -> None:
    try:
        grid = run.by_definition("resolution", {"mine": "verified_72h"})  # type: ignore[dict-item]
    except cx.SimulatorError:
        return
    assert np.array_equal(
        grid.cells[0].billed.cost, run.by_definition("resolution", "verified_72h").cells[0].billed.cost
    )


def test_no_definition_at_all_is_refused(run: cx.Run) -> None:
    with pytest.raises(cx.ContractError):
        run.by_definition("resolution", [])


def test_own_title_of_a_definition_of_the_scenario_is_shown() -> None:
    text = texts.MINIMAL + '\n[definitions.mine]\ntitle = "Two days"\nextends = "assumed_24h"\nsilence = 48\n'
    grid = cx.simulate(from_text(text), trials=16, workers=1).by_definition("resolution", ["mine", "assumed_24h"])
    assert any("Two days" in name for name in grid.plot().data.index)


def test_definitions_of_one_title_are_all_drawn(run: cx.Run) -> None:
    same = {name: {"base": "assumed_24h", "silence": hours, "title": "Same"} for name, hours in (("a", 24), ("b", 48))}
    assert len(run.by_definition("resolution", same).plot().data) == 2


@pytest.mark.slow
def test_grid_of_the_broad_scenario_is_ordered() -> None:
    scenario = cx.load(texts.ROOT / "scenarios/broad_cx.toml", {"months": 2})
    broad = cx.simulate(scenario, trials=32, seed=5, workers=1)
    grid = broad.grid("resolution_assumed", return_window_hours=WINDOWS, silence=SILENCES)
    assert set(steps(grid, "return_window_hours", WINDOWS)) == set(steps(grid, "silence", SILENCES)) == {0}
    assert np.array_equal(grid.own.billed.cost, broad.totals["resolution_assumed"])
