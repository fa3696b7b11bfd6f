"""Levers moved by themselves: settings, the same cases, who keeps the saving, and the ledger engine as a witness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.decisions.levers import LeverEffect, changes, lever_runs, move_to, moved, usual_moves, why_not
from simulator.engine.run import simulate, simulate_all
from simulator.forecast.forecast import forecast
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.schema import Scenario

ROOT = Path(__file__).parents[2]
SHORT = ("trials=64", "months=2", "tokens.cache.miss=0.2")
MINIMAL = ROOT / "scenarios" / "minimal.toml"
LIST = "at_list = { type = 'per_token', markup = 1.4 }\n"


def minimal(*overrides: str) -> Scenario:
    last = {each.partition("=")[0]: each for each in (*SHORT, *overrides)}
    return parse_scenario(MINIMAL.read_text() + LIST, "minimal", list(last.values()))


def change(scenario: Scenario, lever: str, setting: float) -> LeverEffect:
    moves = [move_to(lever, setting, scenario)]
    return changes(moves, simulate_all(lever_runs(scenario, moves)))[0]


def test_usual_moves_are_of_the_levers_that_can_act() -> None:
    broad = load_scenario(ROOT / "scenarios" / "broad_cx.toml")
    assert [(move.lever, move.before, move.after) for move in usual_moves(broad)] == [
        ("routing", 0, 0.3), ("compression", 0, 0.3), ("retrieval", 1, 0.5), ("cache", 0, 0.5), ("reasoning", 1, 0.5),
    ]  # fmt: skip
    assert [move.lever for move in usual_moves(minimal())] == ["compression", "cache"]
    assert why_not("routing", minimal()) == "there is one model only"
    direct = load_scenario(ROOT / "tests" / "scenario" / "everything_direct.toml")
    assert [move.lever for move in usual_moves(direct)] == ["routing"]
    high = load_scenario(ROOT / "scenarios" / "broad_cx.toml", ["levers.routing.setting=0.8"])
    assert usual_moves(high)[0].after == 1, "a share ends at 1"


def test_a_move_changes_one_setting_and_nothing_else() -> None:
    scenario = minimal()
    after = moved(scenario, move_to("compression", 0.4, scenario))
    assert after.levers.compression.setting.center == 0.4
    assert after.levers.compression.setting.name == "levers.compression.setting"
    back = after.levers.model_copy(update={"compression": scenario.levers.compression})
    assert after.model_copy(update={"levers": back}) == scenario


@pytest.mark.parametrize(
    ("lever", "setting", "says"),
    [
        ("compression", 1.2, "a share from 0 to 1, not 1.2"),
        ("reasoning", 0.5, "the models do not reason"),
        ("routing", 0.5, "there is one model only"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(lever: str, setting: float, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        move_to(lever, setting, minimal())


def test_a_factor_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a factor above 0"):
        move_to("retrieval", 0, load_scenario(ROOT / "scenarios" / "broad_cx.toml"))


def test_who_keeps_a_saving_without_odds_is_exact() -> None:
    found = change(minimal(), "compression", 0.5)
    by_name = {each.name: each for each in found.contracts}
    assert np.all(found.model_cost < 0) and found.move.free
    assert np.all(found.cases_solved == 0) and np.all(found.human_work == 0)
    for name in ("conversation", "resolution"):
        assert np.all(by_name[name].invoice == 0)
        assert by_name[name].margin == pytest.approx(-found.model_cost), "the vendor keeps all of it"
    assert by_name["at_list"].invoice == pytest.approx(1.4 * found.model_cost)
    assert by_name["at_list"].margin == pytest.approx(0.4 * found.model_cost), "a margin on tokens shrinks with them"
    assert by_name["at_list"].cost_to_serve == pytest.approx(by_name["at_list"].invoice)


def test_a_lever_that_solves_less_costs_the_buyer_work_in_every_future() -> None:
    found = change(minimal("levers.compression.solve_odds=0.5"), "compression", 0.5)
    by_name = {each.name: each for each in found.contracts}
    assert not found.move.free
    assert np.all(found.cases_solved < 0) and np.all(found.human_work > 0)
    assert np.all(by_name["conversation"].invoice > 0), "who is not helped comes back"
    assert by_name["conversation"].cost_to_serve == pytest.approx(by_name["conversation"].invoice + found.human_work)


@pytest.mark.parametrize("unit", ["cases", "conversations", "tickets"])
def test_both_runs_have_the_same_cases(unit: str) -> None:
    of = (f"volume.unit='{unit}'", "levers.compression.solve_odds=0.1")
    in_cases = change(minimal("volume.unit='cases'", of[1]), "compression", 1.0)
    found = change(minimal(*of), "compression", 1.0)
    assert found.cases_solved.sum() / found.cases_solved_before.sum() == pytest.approx(
        in_cases.cases_solved.sum() / in_cases.cases_solved_before.sum(), rel=1e-6
    )


@pytest.mark.slow
@pytest.mark.parametrize(("setting", "agrees"), [(0.5, True), (0.6, False)])
def test_the_ledger_engine_finds_the_same_change(setting: float, agrees: bool) -> None:
    """Within 5 standard errors of the paired differences (false alarm under 1e-6); a setting of 0.6 lies outside."""
    scenario = minimal("levers.compression={ solve_odds = 0.4, escalate_odds = 1.5 }", "trials=100")
    before, after = (
        forecast(simulate(each, engine="ledger"))
        for each in (scenario, moved(scenario, move_to("compression", 0.5, scenario)))
    )
    found = change(scenario, "compression", setting)
    pairs = {
        "model cost": (after.model_cost - before.model_cost, found.model_cost),
        "human work": (after.human_work - before.human_work, found.human_work),
        "solved": (
            after.results.meters["cases_solved"] - before.results.meters["cases_solved"],
            found.cases_solved,
        ),
    }
    close = []
    for by_month, expected in pairs.values():
        difference = by_month.sum(axis=1)
        error = difference.std(ddof=1) / np.sqrt(len(difference))
        close.append(abs(difference.mean() - expected.mean()) < 5 * error)
    assert all(close) is agrees
