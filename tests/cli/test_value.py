"""`simulate value` as it is typed, on every scenario that ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import cli
from tests.scenarios.shipped import EACH, FOLDER


def typed(name: str, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["value", str(FOLDER / f"{name}.toml"), "--workers", "1", *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize("name", EACH)
def test_every_shipped_scenario_has_an_answer(name: str, tmp_path: Path) -> None:
    picture = tmp_path / "value.svg"
    code, shown = typed(name, "--trials", "256", "--chart", str(picture))
    assert code == 0 and "before signing" in shown and "everything, months to come included" in shown
    assert picture.read_bytes().startswith(b"<?xml")


def test_json_has_all_numbers() -> None:
    code, shown = typed("narrow_actions", "--trials", "128", "--json", "--read", "30")
    block = json.loads(shown)
    assert code == 0 and block["question"] and block["answer"]
    assert block["everything"]["worth"]["value"] >= block["assumptions"][0]["known"]["worth"]["value"]
    assert [each["conversations"] for each in block["learned"]] == [30, None, None]


def test_too_many_conversations_are_refused() -> None:
    code, shown = typed("minimal", "--read", "1000000")
    assert code == 2 and "must be from 1 to 20,000, not 1000000" in shown
