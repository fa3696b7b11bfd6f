"""`simulate catalogue`: what is printed can be pasted into a scenario, and is tried there before it is printed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.contracts.catalogue import offer, offers
from simulator.errors import ScenarioError
from simulator.report.catalogue import entry, pasted
from simulator.scenario import parse_scenario
from tests.cli.conftest import Command

MINIMAL = (Path(__file__).parents[2] / "scenarios" / "minimal.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", offers())
def test_what_is_printed_of_an_entry_is_the_entry_in_a_scenario(command: Command, name: str) -> None:
    code, out, err = command("catalogue", name)
    assert (code, err) == (0, "")
    printed = out[out.index(f"[contracts.{name}]") : out.index("\nWhere each number was read:")]
    tables = printed.partition("\nWhat ")[0]
    mine = parse_scenario(f"{MINIMAL}\n{tables}", "mine").contracts[name]
    same = parse_scenario(f'{MINIMAL}\n[contracts."{name}"]\ncontract = "catalogue:{name}"', "same").contracts[name]
    assert _values(mine) == _values(same)


def _values(contract: Any) -> Any:
    """Return what a contract says, without where its numbers come from."""
    return _plain(contract.model_dump(mode="python", exclude={"contract"}))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if key != "source"}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def test_an_entry_that_would_not_be_right_in_a_scenario_is_not_printed() -> None:
    wrong = replace(offer("intercom-fin"), contract={**offer("intercom-fin").contract, "price": -1})
    with pytest.raises(ScenarioError) as caught:
        entry(wrong)
    assert "price: must be 0 or more" in caught.value.problems[0].message
    quoted = replace(offer("intercom-fin"), title='A "title" of \\ marks')
    assert 'title = "A \\"title\\" of \\\\ marks"\n' in pasted(quoted)


def test_an_entry_is_shown_with_and_without_the_word_show(command: Command) -> None:
    assert command("catalogue", "show", "intercom-fin") == command("catalogue", "intercom-fin")
    code, out, _ = command("catalogue", "intercom-fin", "--json")
    assert code == 0 and json.loads(out)["name"] == "intercom-fin"


def test_a_mistyped_entry_is_answered_with_the_nearest(command: Command) -> None:
    code, out, err = command("catalogue", "interco")
    assert (code, out) == (2, "") and "did you mean 'intercom-fin'?" in err
