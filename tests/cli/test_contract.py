"""`simulate contract` and `simulate catalogue` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import cli
from simulator.errors import ContractError

MINIMAL = str(Path(__file__).parents[2] / "scenarios" / "minimal.toml")
FEW = ["--trials", "64", "--workers", "1", "--set", "months=2"]


def printed(*arguments: str) -> str:
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_all_contracts_one_contract_blank_and_json() -> None:
    whole = printed("contract", MINIMAL, *FEW)
    assert whole.count("### 2. What edge cases bill") == 2
    assert whole.rstrip().endswith("Name, date, signature:")
    one = printed("contract", MINIMAL, "conversation", *FEW)
    assert one.count("### 2. What edge cases bill") == 1
    assert one.strip() in whole
    assert printed("contract", MINIMAL, "--blank", *FEW).startswith("## The same sheet, blank")
    (block,) = json.loads(printed("contract", MINIMAL, "conversation", "--json", *FEW))["contracts"]
    assert block["name"] == "conversation"


def test_an_unknown_contract_is_refused_before_anything_runs() -> None:
    done = CliRunner().invoke(cli, ["contract", MINIMAL, "conversatoin", *FEW])
    assert done.exit_code == 2
    assert "unknown contract 'conversatoin'; did you mean 'conversation'?" in done.output


def test_the_catalogue_lists_shows_and_suggests() -> None:
    assert printed("catalogue").startswith("entry")
    assert "Who can count it: " in printed("catalogue", "show", "intercom-fin")
    assert printed("catalogue", "show", "catalogue:redo") == printed("catalogue", "show", "redo")
    assert json.loads(printed("catalogue", "show", "redo", "--json"))["vendor"] == "Redo"
    assert len(json.loads(printed("catalogue", "--json"))) >= 15
    with pytest.raises(ContractError, match="did you mean 'redo'"):
        CliRunner().invoke(cli, ["catalogue", "show", "redoo"], catch_exceptions=False)
