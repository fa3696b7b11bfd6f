"""Points of a map are what the verdict says of the changed scenario; boundaries are break-evens."""

from __future__ import annotations

import pytest

from simulator.decisions.breakeven.axes import scaled
from simulator.decisions.breakeven.breakeven import breakeven
from simulator.decisions.breakeven.held import held_at, number_named
from simulator.decisions.breakeven.verdict_map import billed_share, verdict_map
from simulator.decisions.same_futures import SameFutures
from simulator.forecast.forecast import forecast
from simulator.report.charts.form import FILE, NARROW
from simulator.report.studies.verdict_map import verdict_map_told
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
    assert table.marked is not None and len(table.rows) == 7 and len(table.columns) == 9
    cells = {cell.rstrip("~") for row in table.rows for cell in row[1:-1]}
    assert cells == {"A", "B"} and "A " in table.title and "B " in table.title
    for form in (FILE, NARROW):
        assert told.chart(form).title.endswith("of this map, and where the scenario is")


def test_one_parameter_twice_is_refused(bent: SameFutures) -> None:
    with pytest.raises(ValueError, match="two different parameters"):
        verdict_map(bent, "linear", "price", "price")
    with pytest.raises(ValueError, match="bills no resolutions"):
        verdict_map(bent, "linear", "price", "share")
