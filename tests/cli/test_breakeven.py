"""`simulate breakeven` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import cli
from tests.scenarios.shipped import EACH_FILE

SCENARIOS = Path(__file__).parents[2] / "scenarios"
MINIMAL = SCENARIOS / "minimal.toml"
FEW = ("--trials", "256", "--workers", "1")


def typed(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["breakeven", *map(str, arguments)], env={"COLUMNS": "100"})
    return done.exit_code, done.output


@pytest.mark.parametrize("scenario", EACH_FILE)
def test_every_shipped_scenario_is_answered(scenario: Path) -> None:
    code, shown = typed(scenario, *FEW)
    assert code == 0, shown
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 100 and "nan" not in shown
    told = " ".join(shown.split())
    assert any(each in told for each in ("is cheaper than", "is dearer than", "costs the same as"))
    assert any(f"it is {each} at $" in told for each in ("listed", "assumed", "quoted"))


def test_the_answer_as_json_has_all_numbers_and_the_sentence() -> None:
    code, shown = typed(MINIMAL, *FEW, "--contract", "resolution", "--json")
    assert code == 0
    block = json.loads(shown)
    assert (block["contract"], block["against"], block["over"]) == ("resolution", "conversation", "price")
    assert [each["name"] for each in block["answers"]] == ["mean", "p90", "nine_in_ten", "other_nine_in_ten"]
    mean = block["answers"][0]["crossings"][0]
    assert mean["price"]["low"] < mean["price"]["value"] < mean["price"]["high"] < 0.99
    assert block["answer"].startswith('"Per resolution, assumed 24h" is cheaper than per conversation on average below')


@pytest.mark.parametrize("name", ["level.svg", "level.png"])
def test_the_figure_is_written(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    code, _ = typed(MINIMAL, *FEW, "--over", "outcomes.solve_log_odds", "--range", "-1", "1", "--chart", place)
    assert code == 0 and place.stat().st_size > 5_000


def test_the_volume_and_a_number_say_how_they_were_worked_out() -> None:
    code, shown = typed(MINIMAL, *FEW, "--over", "volume", "--all")
    assert code == 0 and "conversations a month" in shown and "The volume is varied on the same futures" in shown
    code, shown = typed(MINIMAL, *FEW, "--over", "outcomes.solve_log_odds", "--all")
    assert code == 0 and "7 values were simulated, in 256 futures" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--over", "outcomes.solve_log_ods"), "did you mean 'outcomes.solve_log_odds'"),
        (("--over", "contracts.resolution"), "is no number; it has"),
        (
            ("--over", "prise"),
            "did you mean 'price'? It may be price or volume, or a key as contracts.conversation.price",
        ),
        (("--over", "volum"), "did you mean 'volume'?"),
        (("--over", "xyzzy"), "write price or volume, or a key as volume.per_month"),
        (("--over", "outcomes.solve_log_odds", "--range", "1", "0"), "must have its lower end first"),
        (("--over", "intents.everything.confirm", "--range", "0", "2"), "must be a share from 0 to 1, not 2"),
        (("--over", "volume", "--range", "1", "2"), "a volume needs no range"),
        (("--contract", "resolution", "--against", "resolution"), "a contract costs as much as itself"),
        (("--contract", "resolutoin"), "did you mean 'resolution'"),
        (("--against", "resolutoin"), "did you mean 'resolution'"),
        (("--chart", "level.pdf"), "must end in .svg or .png"),
    ],
)
def test_what_is_wrong_is_answered_with_what_is_right(arguments: tuple[str, ...], says: str) -> None:
    code, shown = typed(MINIMAL, "--trials", "16", "--workers", "1", *arguments)
    assert code == 2 and says in " ".join(shown.replace("│", " ").split())


def test_contracts_are_named_by_title_too() -> None:
    code, shown = typed(MINIMAL, *FEW, "--contract", "per resolution, assumed 24h", "--against", "per conversation")
    assert code == 0 and '"Per resolution, assumed 24h" is cheaper than' in " ".join(shown.split())


@pytest.mark.parametrize("scenario", EACH_FILE)
def test_every_shipped_scenario_is_mapped(scenario: Path, tmp_path: Path) -> None:
    code, shown = typed(scenario, *FEW, "--map", "price,volume", "--chart", tmp_path / "map.svg")
    assert code == 0, shown
    assert "the verdict takes" in shown and "the scenario stands at" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 100 and (tmp_path / "map.svg").stat().st_size > 5_000


@pytest.mark.parametrize(
    ("two", "says"),
    [
        ("price", "is not two different parameters"),
        ("price,price", "is not two different parameters"),
        ("price,outcomes.solve_log_ods", "did you mean 'outcomes.solve_log_odds'"),
        ("price,share", "bills no resolutions"),
    ],
)
def test_a_wrong_map_is_answered_with_what_is_right(two: str, says: str) -> None:
    code, shown = typed(MINIMAL, "--trials", "16", "--workers", "1", "--contract", "conversation", "--map", two)
    assert code == 2 and says in " ".join(shown.replace("│", " ").split())
