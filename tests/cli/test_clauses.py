"""`simulate clauses` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import cli
from tests.scenarios.shipped import EACH_FILE

SCENARIOS = Path(__file__).parents[2] / "scenarios"
MINIMAL = SCENARIOS / "minimal.toml"
FEW = ("--trials", "64", "--workers", "1", "--set", "months=2")


def typed(scenario: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["clauses", str(scenario), *arguments])
    return done.exit_code, done.output


def test_the_answer_comes_once_and_last() -> None:
    code, shown = typed(MINIMAL, *FEW, "--contract", "resolution")
    assert code == 0
    assert "ask first for this under " in shown.split("\n\n")[-2] and shown.count("ask first for this under ") == 1


def test_json_has_every_number_of_every_change() -> None:
    code, shown = typed(MINIMAL, *FEW, "--contract", "resolution", "--json")
    block = json.loads(shown)
    assert code == 0 and block["contract"] == "resolution" and block["trials"] == 64
    assert len(block["changes"]) > 20
    assert set(block["changes"][0]) == {"change", "worth", "cut", "cut_on_average", "equal_bill"}
    together = block["together"]
    total = sum(each["p90"] for each in together["shares"])
    assert total == pytest.approx(together["worth"]["p90"]["value"], rel=1e-9)


def test_the_recommended_contract_is_asked_about_where_none_is_named() -> None:
    code, shown = typed(MINIMAL, *FEW, "--json")
    assert code == 0 and json.loads(shown)["contract"] == "conversation"


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_chart_is_drawn_into_a_file(tmp_path: Path, ending: str) -> None:
    place = tmp_path / f"clauses.{ending}"
    code, _ = typed(MINIMAL, *FEW, "--chart", str(place))
    assert code == 0 and place.stat().st_size > 5_000


def test_a_wrong_contract_is_answered_before_anything_runs() -> None:
    code, shown = typed(MINIMAL, "--contract", "resolutoin")
    assert code == 2 and "did you mean 'resolution'?" in shown


def test_a_contract_that_costs_nothing_has_no_term_to_bargain_for() -> None:
    code, shown = typed(MINIMAL, *FEW, "--set", "contracts.conversation.price=0", "--contract", "conversation")
    assert code == 0 and "beside its price moves the P90 of the invoice" in shown


def test_the_same_for_any_number_of_workers() -> None:
    one = typed(MINIMAL, *FEW, "--contract", "resolution", "--json")
    assert (
        typed(MINIMAL, "--trials", "64", "--workers", "2", "--set", "months=2", "--contract", "resolution", "--json")
        == one
    )


@pytest.mark.parametrize("scenario", EACH_FILE)
def test_every_shipped_scenario_has_an_answer(scenario: Path) -> None:
    code, shown = typed(scenario, "--trials", "256")
    assert code == 0 and "ask first for this under " in shown
