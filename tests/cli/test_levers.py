"""`simulate levers` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import cli

MINIMAL = str(Path(__file__).parents[2] / "scenarios" / "minimal.toml")
FEW = ("--trials", "32", "--workers", "1", "--set", "months=2")


def typed(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["levers", MINIMAL, *arguments])
    return done.exit_code, done.output


def test_all_levers_that_can_act_are_moved() -> None:
    code, shown = typed(*FEW, "--set", "tokens.cache.miss=0.2")
    assert code == 0 and shown.endswith("saving.\n")
    assert "compression from 0 to 0.3: " in shown and "cache from 0 to 0.5: " in shown
    assert shown.count("Not moved: ") == 3


def test_one_lever_to_a_setting_as_json_is_the_same_for_any_workers() -> None:
    code, shown = typed(*FEW, "--move", "compression=0.5", "--json")
    assert code == 0
    block = json.loads(shown)
    assert [(each["lever"], each["to"]) for each in block["levers"]] == [("compression", 0.5)]
    assert typed(*FEW[:2], "--workers", "2", *FEW[4:], "--move", "compression=0.5", "--json") == (0, shown)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("ruoting=0.5", "unknown lever 'ruoting'; did you mean 'routing'?"),
        ("compression", "'compression' is no LEVER=SETTING; write for example routing=0.3"),
        ("compression=50%", "the setting of compression must be a number, not '50%'"),
        ("compression=nan", "compression is a share from 0 to 1, not nan"),
        ("compression=2", "compression is a share from 0 to 1, not 2"),
        ("routing=0.5", "routing cannot be moved: there is one model only"),
    ],
)
def test_a_wrong_move_is_answered_before_anything_runs(written: str, says: str) -> None:
    code, shown = typed("--move", written)
    assert code == 2 and says in " ".join(shown.split())
