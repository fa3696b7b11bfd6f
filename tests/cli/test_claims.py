"""`simulate claims` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import cli
from simulator.cli.claims import EXAMPLES, example
from simulator.scenario import load_scenario
from tests.decisions.claims.made import SMALL
from tests.scenarios.shipped import EACH_FILE

FEW = ("--trials", "64", "--workers", "1")


def typed(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["claims", *arguments])
    return done.exit_code, done.output


def test_the_answer_stands_last_and_every_claim_has_a_row(tmp_path: Path) -> None:
    chart = tmp_path / "claims.svg"
    code, shown = typed(SMALL, *FEW, "--chart", str(chart))
    assert code == 0
    lines = shown.splitlines()
    assert lines[0].startswith("Small, 12 months from 2027-01, 64 futures")
    assert lines[-4].startswith("Of the ten claims, on Small ")
    assert shown.count("Of the ten claims") == 1 and "more notes." in lines[-2]
    rows = [line.split()[0] for line in lines if line[:4].strip().isdigit() and "  " in line[4:]]
    assert rows[:10] == [str(number) for number in range(1, 11)]
    assert chart.read_text(encoding="utf-8").count("<svg") == 1


def test_one_claim_is_told_with_its_parts_and_their_intervals() -> None:
    code, shown = typed(SMALL, *FEW, "--claim", "2")
    assert code == 0
    assert "Claim 2 (complexity is punished): on Small it " in shown
    assert "95 % interval" in shown and "\n  2.1 Small" in shown and "\n  2.2 Small" in shown
    assert "4.1" not in shown


def test_several_scenarios_stand_beside_one_another_in_json() -> None:
    code, shown = typed(SMALL, "scenarios/minimal.toml", *FEW, "--json")
    assert code == 0
    block = json.loads(shown)
    assert [each["scenario"] for each in block["scenarios"]] == ["Small", "Minimal"]
    for each in block["scenarios"]:
        assert [claim["number"] for claim in each["claims"]] == list(range(1, 11))
        for claim in each["claims"]:
            for part in claim["parts"]:
                assert part["missing"] or part["measure"]["value"] is not None, part["key"]


def test_the_same_for_any_workers_and_for_values_that_are_set() -> None:
    args = (SMALL, "--trials", "64", "--set", "contracts.resolution.price=1.4", "--json")
    assert typed(*args, "--workers", "1") == typed(*args, "--workers", "2")


@pytest.mark.parametrize(("number", "says"), [("0", "0 is not in the range 1<=x<=10"), ("x", "'x' is not a valid")])
def test_a_claim_that_there_is_not_is_refused(number: str, says: str) -> None:
    code, shown = typed(SMALL, "--claim", number)
    assert code == 2 and says in " ".join(shown.split())


def test_the_examples_are_those_of_the_package_where_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = [load_scenario(example(name)).title for name in EXAMPLES]
    monkeypatch.chdir(tmp_path)
    assert [load_scenario(example(name)).title for name in EXAMPLES] == here
    assert not example("broad_cx").is_relative_to(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("path", EACH_FILE)
def test_every_scenario_that_ships_is_judged(path: Path) -> None:
    code, shown = typed(str(path), "--trials", "256", "--workers", "2")
    assert code == 0 and "Of the ten claims" in shown
