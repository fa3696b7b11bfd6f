"""`--decide`: every question answered in the report and in a file, refused where it cannot be, repeated to the byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.decisions.same_futures import SameFutures
from simulator.engine.repricing import KeptFutures
from simulator.engine.run import Run, simulate_all
from simulator.report.studies.every_study import QUESTIONS, every_study
from simulator.report.studies.made import drawn
from simulator.report.studies.told import as_block
from simulator.scenario import load_scenario
from tests.cli.conftest import Command

MINIMAL = Path("scenarios/minimal.toml").resolve()
FEW = ("--trials", "64", "--months", "2", "--workers", "1")


@pytest.fixture
def folder(command: Command, tmp_path: Path) -> Path:
    code, _, err = command(MINIMAL, *FEW, "--decide", "-q", "-o", "run")
    assert code == 0, err
    return tmp_path / "run"


def test_answers_are_those_of_the_commands(folder: Path) -> None:
    found = json.loads((folder / "decide.json").read_text())
    scenario = load_scenario(MINIMAL, ["trials=64", "months=2"])
    (results,) = simulate_all([Run(scenario)])
    kept = KeptFutures(results)
    answers = every_study(SameFutures(results, kept, lambda of: simulate_all([Run(of, sample=kept.sample)])[0]))
    assert set(found) == {*QUESTIONS, "left_out"} - set(answers.left_out)
    for each in answers.studies:
        assert found[each.command] == json.loads(json.dumps(as_block(each.told, each.numbers, scenario)))
    page = (folder / "report.html").read_text()
    assert all(f'id="decide-{drawn(each).key}"' in page for each in answers.studies)


def test_a_run_with_answers_is_repeated_to_the_byte(command: Command, folder: Path) -> None:
    code, out, err = command("replay", folder, "--check", "--workers", "1")
    assert (code, err) == (0, "") and "byte for byte" in out


def test_a_question_that_a_scenario_does_not_have_is_left_out_with_the_reason(command: Command, tmp_path: Path) -> None:
    code, _, err = command(MINIMAL, *FEW, "--contract", "conversation", "--decide", "-q", "-o", "one")
    assert code == 0, err
    left = json.loads((tmp_path / "one" / "decide.json").read_text())["left_out"]
    assert "one contract alone" in left["breakeven"]
    assert "one contract alone" in (tmp_path / "one" / "report.html").read_text()


@pytest.mark.parametrize("other", [("--no-report",), ("--engine", "ledger")])
def test_answers_need_a_report_of_the_default_engine(command: Command, tmp_path: Path, other: tuple[str, ...]) -> None:
    code, _, err = command(MINIMAL, *FEW, "--decide", *other, "-o", "never")
    assert code == 2 and f"leave out {' '.join(other)}" in err
    assert not (tmp_path / "never").exists()


def test_a_run_without_it_has_no_answers(command: Command, tmp_path: Path) -> None:
    assert command(MINIMAL, *FEW, "-q", "-o", "plain")[0] == 0
    assert not (tmp_path / "plain" / "decide.json").exists()
    assert 'id="decide"' not in (tmp_path / "plain" / "report.html").read_text()
