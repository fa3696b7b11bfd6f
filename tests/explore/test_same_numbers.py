"""A run in Python has the numbers of the command for the same scenario, trials and seed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import simulator as cx
from simulator.explore.scenario import from_text
from simulator.report.summary.plain import as_json
from tests.explore import texts

TRIALS, SEED = 100, 11
AS_PRINTED = {"mean": "mean", "p10": "p10", "p50": "p50", "p80": "p80", "p90": "p90", "p95": "p95", "sd": "sd"}


def told_by_the_command(folder: Path, *arguments: object) -> dict[str, Any]:
    """Return what `python -m simulator ... --json` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *map(str, arguments), "--json", "--workers", "1"],
        capture_output=True, text=True, cwd=folder, timeout=300, check=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def same(mine: float, told: float) -> bool:
    """Whether a number is the one told, which has 12 significant digits."""
    return bool(np.isclose(mine, told, 1e-11, 0, equal_nan=True))


def other_numbers(run: cx.Run, told: dict[str, Any]) -> list[str]:
    """Return which figures of a run are not those that the command told."""
    found = []
    for contract in told["contracts"]:
        name, theirs, mine = contract["name"], contract["invoice"], run.summary.loc[contract["name"]]
        expected = {key: theirs[told_key] for key, told_key in AS_PRINTED.items()}
        expected |= dict(zip(("mean_ci_lower", "mean_ci_upper"), theirs["mean_interval"], strict=True))
        low, high = theirs["p90_interval"]
        expected |= {"p90_ci_lower": low, "p90_ci_upper": high if theirs["p90_interval_complete"] else np.nan}
        found += [f"{name} {key}" for key, value in expected.items() if not same(mine[key], value)]
        if not same(run.quantile(0.9)[name], theirs["p90"]):
            found.append(f"{name} quantile")
    verdict = (run.verdict.sentence, run.verdict.recommended, list(run.verdict.ranking), run.verdict.before_signing)
    if verdict != (told["sentence"], told["recommended"], told["ranking"], told["verdict"]["before_signing"]):
        found.append("verdict")
    if set(run.contracts) != {each["name"] for each in told["contracts"]}:
        found.append("contracts")
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("command")
    (folder / "uncertain.toml").write_text(texts.BUDGET)
    return told_by_the_command(folder, "uncertain.toml", "--trials", TRIALS, "--seed", SEED)


@pytest.fixture(scope="module")
def mine() -> cx.Run:
    return cx.simulate(from_text(texts.BUDGET), trials=TRIALS, seed=SEED, workers=1)


def test_run_has_the_numbers_of_the_command(mine: cx.Run, told: dict[str, Any]) -> None:
    assert other_numbers(mine, told) == []
    assert told["trials"] == TRIALS and told["seed"] == SEED


def test_run_of_another_seed_has_other_numbers(told: dict[str, Any]) -> None:
    other = cx.simulate(from_text(texts.BUDGET), trials=TRIALS, seed=SEED + 1, workers=1)
    assert {"conversation mean", "resolution p90", "resolution quantile"} <= set(other_numbers(other, told))


def test_numbers_are_those_of_the_summary_without_its_studies(mine: cx.Run, told: dict[str, Any]) -> None:
    same = [key for key in ("contracts", "paired", "budget", "notes", "status_quo", "human_work") if key in told]
    own = as_json(mine.numbers)
    for key in same:
        if key == "contracts":
            for one, other in zip(own[key], told[key], strict=True):
                assert one["invoice"] == other["invoice"] and one["cost_to_serve"] == other["cost_to_serve"]
        else:
            assert own[key] == told[key], key


@pytest.mark.slow
def test_seed_and_trials_of_the_file_hold_by_default(tmp_path: Path) -> None:
    text = texts.MINIMAL.replace("start =", "trials = 40\nseed = 9\nmonths = 2\nstart =")
    (tmp_path / "own.toml").write_text(text)
    run = cx.simulate(cx.load(tmp_path / "own.toml"), workers=1)
    assert other_numbers(run, told_by_the_command(tmp_path, "own.toml")) == []
    assert run.results.trials == 40 and run.scenario.spec.seed == 9


def test_one_and_two_workers_give_the_same_bits() -> None:
    one, two = (cx.simulate(from_text(texts.UNCERTAIN), trials=300, seed=3, workers=crew) for crew in (1, 2))
    assert np.array_equal(one.totals, two.totals) and np.array_equal(one.inputs, two.inputs)
    assert not np.array_equal(one.totals[::-1], two.totals)


@pytest.mark.slow
def test_further_contracts_of_one_and_two_workers_give_the_same_bits() -> None:
    runs = [cx.simulate(from_text(texts.UNCERTAIN), trials=300, seed=3, workers=crew) for crew in (1, 2)]
    one, two = (
        each.with_contract("late", base="resolution", definition={"base": "assumed_24h", "silence": 48})
        for each in runs
    )
    assert np.array_equal(one.totals, two.totals)
    grids = [each.grid("resolution", silence=[24, 72]).table for each in runs]
    assert np.array_equal(grids[0]["mean"], grids[1]["mean"])


def test_simulate_leaves_the_scenario_as_it_was(minimal: cx.Scenario) -> None:
    before = (minimal.text, minimal.changes, minimal.spec.trials)
    cx.simulate(minimal, trials=3, workers=1)
    assert (minimal.text, minimal.changes, minimal.spec.trials) == before


def test_scenario_of_a_run_can_be_simulated_with_other_trials(run: cx.Run) -> None:
    again = cx.simulate(run.scenario, trials=5, workers=1)
    assert again.results.trials == 5


def test_later_change_of_a_number_takes_the_place_of_the_earlier(minimal: cx.Scenario) -> None:
    twice = minimal.changed({"volume.per_month": 100}).changed({"volume.per_month": 300})
    assert twice.spec == minimal.changed({"volume.per_month": 300}).spec


@pytest.mark.slow
def test_changes_equal_the_option_set_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "minimal.toml").write_text(texts.MINIMAL)
    told = told_by_the_command(
        tmp_path, "minimal.toml", "--trials", 30, "--seed", 2, "--months", 2,
        "--set", "contracts.resolution.price=0.5", "--set", "volume.per_month={ p5 = 900, p95 = 1100 }",
    )  # fmt: skip
    changes = {"months": 2, "contracts.resolution.price": 0.5, "volume.per_month": {"p5": 900, "p95": 1100}}
    run = cx.simulate(cx.load(tmp_path / "minimal.toml", changes), trials=30, seed=2, workers=1)
    assert other_numbers(run, told) == []


@pytest.mark.slow
def test_run_of_the_broad_scenario_has_the_numbers_of_the_command(tmp_path: Path) -> None:
    path = texts.ROOT / "scenarios/broad_cx.toml"
    told = told_by_the_command(tmp_path, path, "--trials", 32, "--seed", 5)
    assert other_numbers(cx.simulate(cx.load(path), trials=32, seed=5, workers=1), told) == []
