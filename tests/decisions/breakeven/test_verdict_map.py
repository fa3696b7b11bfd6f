"""Points of a map are what the verdict says of the changed scenario; boundaries are break-evens."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from simulator.decisions.breakeven.axes import scaled
from simulator.decisions.breakeven.breakeven import breakeven
from simulator.decisions.breakeven.held import held_at, number_named
from simulator.decisions.breakeven.verdict_map import Row, billed_share, verdict_map
from simulator.decisions.same_futures import SameFutures
from simulator.forecast.forecast import forecast
from simulator.report.charts.form import FILE, NARROW
from simulator.report.studies.verdict_map import area_boxes, verdict_map_told
from simulator.report.style import svg
from tests.decisions.breakeven.scenarios import BENT, LINEAR, futures_of, simulated, written

UNCERTAIN = "volume.per_month={mean=2000, sd=400}"


@pytest.fixture(scope="module")
def linear() -> SameFutures:
    return futures_of(written(LINEAR, "trials=256", UNCERTAIN))


@pytest.fixture(scope="module")
def bent() -> SameFutures:
    return futures_of(written(BENT, "trials=256", UNCERTAIN))


def test_points_of_price_and_volume_are_verdicts_on_the_changed_scenario(bent: SameFutures) -> None:
    found = verdict_map(bent, "linear", "price", "volume")
    seen = set()
    for row in found.rows[::5]:
        for place in range(0, len(found.first.values), 8):
            number = number_named("contracts.linear.price", bent.scenario)
            changed = bent.on(held_at(bent.scenario, number, 0.4 * found.first.values[place]))
            direct = forecast(scaled(changed.results, row.at)).verdict
            assert (row.taken[place], row.close[place]) == (direct.recommended, direct.close is not None)
            seen.add(direct.recommended)
    assert seen == {"linear", "bent"}  # a map of one contract would prove nothing


def test_the_boundary_of_a_price_is_the_break_even_at_p90(linear: SameFutures) -> None:
    """Without a budget the lowest P90 is taken; the unit that can be recounted where P90s are too close to call."""
    found = verdict_map(linear, "resolution", "price", "volume")
    (level,) = breakeven(linear, ("resolution", "conversation")).answer("p90").crossings
    (change,) = found.here.changes
    assert change == pytest.approx(level.at.value, rel=0.02)
    assert found.here.taken[0] == "resolution" and found.here.taken[-1] == "conversation"


def test_a_share_billed_acts_as_a_price_where_there_is_no_fee(linear: SameFutures) -> None:
    plain = futures_of(written(LINEAR.replace(", platform_fee = 150", ""), "trials=128", UNCERTAIN))
    found = verdict_map(plain, "resolution", "price", "share")
    at = {row.at / found.second.here: row.changes[0] for row in found.rows if row.changes}
    products = [share * change for share, change in at.items()]
    assert len(products) > 3 and max(products) - min(products) < 0.02
    assert found.second.here == pytest.approx(billed_share(plain, "resolution"))


def test_a_number_of_the_law_is_simulated_at_its_values(linear: SameFutures) -> None:
    found = verdict_map(linear, "resolution", "price", "outcomes.solve_log_odds")
    assert (found.futures, found.simulated, len(found.rows)) == (128, 9, 9)
    row = found.rows[6]
    number = number_named("outcomes.solve_log_odds", linear.scenario)
    direct = forecast(simulated(held_at(linear.scenario, number, row.at)))
    ties = direct.contracts["resolution"].ties
    assert ties is not None and ties.p90 is not None and row.changes[0] == pytest.approx(ties.p90.factor, rel=0.05)
    changes = [row.changes[0] for row in found.rows if row.changes]
    assert changes == sorted(changes, reverse=True)  # the more is solved, the more is billed


def test_a_map_in_words_says_what_is_taken_where_the_scenario_stands(bent: SameFutures) -> None:
    told = verdict_map_told(verdict_map(bent, "linear", "price", "volume"), bent.forecast)
    assert told.answer.startswith("At ") and "the scenario stands at $0.40 per handled conversation" in told.answer
    (table,) = told.tables
    assert table.marked is not None and len(table.rows) == 11 and len(table.columns) == 9
    near = [row[0].split(" (")[1] for row in table.rows if " (" in row[0]]
    assert near == ["-20 %)", "-10 %)", "+10 %)", "+20 %)"]
    cells = {cell.rstrip("~") for row in table.rows for cell in row[1:-1]}
    assert cells == {"A", "B"} and "A " in table.title and "B " in table.title
    for form in (FILE, NARROW):
        assert told.chart(form).title.endswith("of this map, and where the scenario is")


def test_rows_near_the_scenario_are_a_tenth_and_a_fifth_off(bent: SameFutures) -> None:
    for over in ("volume", "price"):
        found = verdict_map(bent, "linear", "volume" if over == "price" else "price", over)
        values = found.second.values
        place = values.index(1.0)
        assert values[place - 2 : place + 3] == pytest.approx((0.8, 0.9, 1.0, 1.1, 1.2))
        assert list(values) == sorted(set(values)) and values[0] <= 0.5


def test_where_no_contract_keeps_the_budget_cells_are_marked_and_hatched() -> None:
    tight = written(BENT, "trials=256", UNCERTAIN, "budget=10_000")
    futures = futures_of(tight)
    found = verdict_map(futures, "linear", "price", "volume")
    for row in found.rows[::6]:
        for place in (0, 12, 24):
            number = number_named("contracts.linear.price", tight)
            changed = futures.on(held_at(tight, number, 0.4 * found.first.values[place]))
            rule = forecast(scaled(changed.results, row.at)).verdict.rule
            assert row.missed[place] == (rule == "budget_missed")
    flags = {flag for row in found.rows for flag in row.missed}
    assert flags == {True, False}
    told = verdict_map_told(found, futures.forecast)
    assert all(cell.endswith("!") for cell in told.tables[0].rows[-1][1:-1])
    assert any(note.startswith("! marks where no contract keeps the budget") for note in told.notes)
    assert b"<pattern" in svg(told.chart(FILE).figure, "", "")
    assert "hatched" in told.chart(FILE).subtitle


def test_a_row_without_a_change_says_at_which_prices_the_contract_is_taken(bent: SameFutures) -> None:
    found = verdict_map(bent, "linear", "price", "volume")
    row = replace(found.rows[0], taken=("bent",) * len(found.first.values), changes=())
    other = replace(found.rows[-1], taken=("linear",) * len(found.first.values), changes=())
    (table,) = verdict_map_told(replace(found, rows=(row, *found.rows[1:-1], other)), bent.forecast).tables
    own = re.search(r"([A-Z]) Per conversation", table.title)
    assert own is not None and table.columns[-1] == "changes at"
    assert table.rows[0][-1] == f"{own[1]} at no price" and table.rows[-1][-1] == f"{own[1]} at every price"


def test_the_price_at_which_a_map_changes_is_rounded_down(bent: SameFutures) -> None:
    """As the price above which to walk away is, so that both are the same figure."""
    found = verdict_map(bent, "linear", "price", "volume")
    told = verdict_map_told(replace(found, here=replace(found.here, changes=(1.1719,))), bent.forecast)
    assert 0.4 * 1.1719 > 0.4685 and "up to $0.468" in told.answer


def test_rectangles_of_a_map_cover_every_cell_once() -> None:
    taken = ("aab", "aab", "abb", "abb", "ccc")
    rows = [Row(float(at), tuple(row), (False,) * 3, (False,) * 3, ()) for at, row in enumerate(taken)]
    found = list(area_boxes(rows, [0, 1, 2, 3], [0, 1, 2, 3, 4, 5]))
    assert sorted(found) == [
        (("a", False), (0, 1, 2, 4)), (("a", False), (0, 2, 0, 2)), (("b", False), (1, 3, 2, 4)),
        (("b", False), (2, 3, 0, 2)), (("c", False), (0, 3, 4, 5)),
    ]  # fmt: skip


def test_the_file_of_a_map_is_small(bent: SameFutures) -> None:
    """Equal cells side by side are one rectangle: a cell each made 88 KB."""
    chart = verdict_map_told(verdict_map(bent, "linear", "price", "volume"), bent.forecast).chart(FILE)
    assert len(svg(chart.figure, chart.title, chart.alt)) < 22_000


def test_one_parameter_twice_is_refused(bent: SameFutures) -> None:
    with pytest.raises(ValueError, match="two different parameters"):
        verdict_map(bent, "linear", "price", "price")
    with pytest.raises(ValueError, match="bills no resolutions"):
        verdict_map(bent, "linear", "price", "share")
