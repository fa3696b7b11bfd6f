"""`--precision`: more futures until P90 is known as well as asked, with the results of a run of as many futures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.forecast import precision
from tests.cli.conftest import Command

SCENARIO = Path(__file__).parents[2] / "scenarios" / "narrow_actions.toml"
CHOSEN = ("--no-report", "--workers", "1", "--contract", "resolution_closed", "--contract", "conversation")


def ran(command: Command, folder: Path, *arguments: str) -> dict[str, Any]:
    """Run the scenario and return its summary."""
    code, _, err = command("run", str(SCENARIO), "-q", "-o", str(folder), *CHOSEN, *arguments)
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    return found


@pytest.mark.slow
def test_more_futures_until_it_is_known(command: Command, tmp_path: Path) -> None:
    """From 1,024 futures on, twice as many each time; all numbers are those of a run of so many."""
    found = ran(command, tmp_path / "asked", "--trials", "1000", "--precision", "1%")
    asked, trials = found.pop("precision"), found["trials"]
    assert asked["enough"] and asked["reached"] <= asked["asked"] == 0.01 and trials > 1_024
    assert trials & (trials - 1) == 0
    plain = ran(command, tmp_path / "plain", "--trials", str(trials))
    assert plain.pop("precision") is None
    assert found == plain
    half = ran(command, tmp_path / "half", "--trials", str(trials // 2))
    widest = next(each for each in half["contracts"] if each["name"] == asked["widest"])["invoice"]
    assert (widest["p90_interval"][1] - widest["p90_interval"][0]) / 2 / widest["p90"] > 0.01, "half were too few"


def test_one_contract_alone_and_replay(command: Command, tmp_path: Path) -> None:
    found = ran(command, tmp_path / "one", "--trials", "1000", "--precision", "5%", "--precision-of", "conversation")
    assert found["precision"]["contracts"] == ["conversation"] and found["trials"] == 1_024
    manifest = json.loads((tmp_path / "one" / "manifest.json").read_text())
    assert manifest["precision"] == {"asked": 0.05, "of": "conversation"}
    code, out, _ = command("replay", str(tmp_path / "one"), "--check", "--workers", "1")
    assert code == 0 and "byte for byte" in out


def test_a_limit_that_is_reached_is_said(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "MOST_FUTURES", 2_048)
    code, out, _ = command("run", str(SCENARIO), "-q", *CHOSEN, "--trials", "64", "--precision", "0.01%")
    assert code == 0
    assert "not reached with 2,048 futures" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--precision", "0"), "must be above 0 and below 100 %"),
        (("--precision", "150%"), "must be above 0 and below 100 %"),
        (("--precision", "nan"), "must be above 0 and below 100 %"),
        (("--precision", "half"), "'half' is not a share; write 0.5%, or 0.005"),
        (("--precision-of", "all"), "give --precision too"),
        (("--precision", "1%", "--precision-of", "conversatio"), "there is no contract 'conversatio'; did you mean"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_simulated(
    command: Command, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    code, _, err = command("run", str(SCENARIO), "-o", str(tmp_path / "none"), *CHOSEN, *arguments)
    assert code == 2 and told in err
    assert not (tmp_path / "none").exists()
