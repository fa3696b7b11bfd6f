"""`simulate commitment` on the shipped scenarios: text, JSON, figure, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.scenarios.shipped import EACH_FILE

SCENARIOS = sorted(Path("scenarios").resolve().glob("*.toml"))
RETAIL = next(each for each in SCENARIOS if each.stem == "seasonal_retail")


@pytest.mark.parametrize("scenario", EACH_FILE)
def test_every_scenario_is_answered(command: Command, scenario: Path) -> None:
    code, out, err = command("commitment", scenario, "--trials", "256", "--workers", "1")
    assert (code, err) == (0, "")
    assert "from the number of futures" in " ".join(out.split())
    assert "nan" not in out.lower().split()


def test_json_and_a_figure(command: Command) -> None:
    code, out, _ = command(
        "commitment", RETAIL, "--trials", "64", "--contract", "pack", "--json", "--chart", "pack.svg", "--workers", "1"
    )
    block = json.loads(out)
    assert code == 0
    assert (block["contract"], block["kind"], block["own"]["size"]) == ("pack", "pack", 35_000)
    assert block["quantile"] == pytest.approx(0.35 / 0.75)
    assert Path("pack.svg").read_text().startswith("<?xml")


def test_a_discount_is_a_share_of_the_price(command: Command) -> None:
    plain = ("commitment", RETAIL, "--trials", "16", "--contract", "conversation", "--workers", "1")
    sizes = [json.loads(command(*plain, "--discount", each, "--json")[1])["best"]["size"] for each in ("0.2", "20%")]
    assert sizes[0] == sizes[1]
    code, _, err = command(*plain, "--discount", "120%")
    assert code == 2
    assert "no discount above 0 and below 100 %" in " ".join(err.split())


def test_what_it_cannot_answer_is_refused(command: Command) -> None:
    code, _, err = command("commitment", RETAIL, "--trials", "16", "--contract", "pack", "--discount", "10%")
    assert code == 2
    assert "has a commitment of its own" in " ".join(err.split())
    code, _, err = command("commitment", RETAIL, "--trials", "16", "--contract", "pak")
    assert (code, "did you mean 'pack'" in err) == (2, True)
