"""`simulate sensitivity` as it is typed, on every scenario that ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import cli
from tests.scenarios.shipped import EACH, FOLDER


def typed(name: str, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["sensitivity", str(FOLDER / f"{name}.toml"), "--workers", "1", *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize("name", EACH)
def test_every_shipped_scenario_has_an_answer(name: str, tmp_path: Path) -> None:
    picture = tmp_path / "sensitivity.svg"
    code, shown = typed(name, "--trials", "256", "--all", "--chart", str(picture))
    assert code == 0 and "What a stress adds" in shown and "UNEXPECTED)" not in shown
    assert picture.read_bytes().startswith(b"<?xml")


def test_json_has_all_numbers() -> None:
    code, shown = typed("narrow_actions", "--trials", "128", "--json")
    block = json.loads(shown)
    assert code == 0 and block["question"] and block["answer"]
    assert block["indices"]["groups"][0]["group"]["key"] == "volume.per_month"
    assert block["stresses"]["results"][0]["checks"][0]["as_expected"] is True
    assert {each["event"] for each in block["reverse"]} == {"budget", "cheapest"} and block["tornado"] is None


def test_a_contract_that_is_not_there_is_refused() -> None:
    code, shown = typed("minimal", "--contract", "conversatoin")
    assert code == 2 and "conversation" in shown
