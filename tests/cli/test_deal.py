"""`simulate deal` as it is typed, on every scenario that ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import cli
from tests.scenarios.shipped import EACH, FOLDER


def typed(name: str, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["deal", str(FOLDER / f"{name}.toml"), "--workers", "1", *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize("name", EACH)
def test_every_shipped_scenario_has_an_answer(name: str, tmp_path: Path) -> None:
    picture = tmp_path / "deal.svg"
    code, shown = typed(name, "--trials", "256", "--chart", str(picture))
    assert code == 0 and "counter-offer, " in shown and "Walk away above" in " ".join(shown.split())
    assert picture.read_bytes().startswith(b"<?xml")


def test_json_has_all_numbers_and_every_price_of_ones_own() -> None:
    code, shown = typed(
        "minimal", "--trials", "32", "--json", "--contract", "resolution", "--price", "0.8", "--price", "0.7"
    )
    block = json.loads(shown)
    assert (
        code == 0 and [each["unit_price"] for each in block["own"]] == [0.8, 0.7] and block["contract"] == "resolution"
    )
    assert block["offer"]["gains"]["value"] > 0 and len(block["carried"]) == 2


def test_a_wrong_contract_is_answered_with_the_nearest() -> None:
    code, shown = typed("minimal", "--contract", "resolutions")
    assert code == 2 and "did you mean 'resolution'?" in shown
