from __future__ import annotations

from pathlib import Path

import pytest

from simulator.errors import ScenarioError
from simulator.scenario import Scenario, parse_scenario, render
from simulator.scenario.reading.overrides import apply

BASE = (Path(__file__).parents[1] / "wrong" / "base.toml").read_text(encoding="utf-8")


def load(*overrides: str) -> Scenario:
    return parse_scenario(BASE, "base.toml", overrides)


def test_override_replaces_a_value() -> None:
    scenario = load("volume.per_month=2_000", "months=6", 'contracts.resolution.title="New"', "budget.amount=9")
    assert scenario.volume.per_month is not None
    assert scenario.volume.per_month.center == 2000
    assert scenario.months == 6
    assert scenario.contracts["resolution"].title == "New"
    assert scenario.budget is not None
    assert scenario.budget.amount == 9


def test_override_reaches_lists_quoted_names_and_what_the_file_leaves_out() -> None:
    scenario = load(
        "contracts.tiers.tiers.1.rate=0.55", 'levels."simple".turns=4', "people.cost_per_hour={mean=40,sd=5}"
    )
    assert scenario.contracts["tiers"].tiers[1].rate.center == 0.55
    assert scenario.levels["simple"].turns.center == 4
    assert not scenario.people.cost_per_hour.fixed


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("volume.per_mont=1", "did you mean 'per_month'?"),
        ("contracts.resolutoin.price=1", "did you mean 'resolution'?"),
        ("people.cost_per_hours=1", "did you mean 'cost_per_hour'?"),
        ("contracts.tiers.tiers.7.rate=1", "a number from 0 to 2"),
        ("title=Base case", """--set 'title="Base case"'"""),
        ("volume.per_month=10k", "--set volume.per_month=10_000"),
        ("volume.per_month=0,5", "--set volume.per_month=0.5"),
        ("volume.per_month", "key.path=value"),
        ("=3", "key.path=value"),
        ("months=3\ntrials=4", "write one --set for each key"),
        ("months=" + "[" * 5000, "nested deeper"),
        ("levels.simple.solve=1.5", "a share from 0 to 1, not 1.5"),
        ('contracts.resolution.definition="nothing"', "unknown definition 'nothing'"),
    ],
)
def test_wrong_override_names_the_option(override: str, says: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        load(override)
    (problem,) = raised.value.problems
    assert says in f"{problem.message} {problem.help}", render(raised.value)
    assert problem.text == f"--set {override}"
    assert problem.line is None
    assert "--> --set" in render(raised.value)


def test_override_mends_a_mistake_of_the_file() -> None:
    text = BASE.replace("per_month = 1_000", "per_month = -5")
    assert parse_scenario(text, "x", ["volume.per_month=5"]).title == "Base"


def test_key_set_twice_is_refused_unless_both_say_the_same() -> None:
    with pytest.raises(ScenarioError) as raised:
        load("months=5", "months=6")
    (problem,) = raised.value.problems
    assert problem.message == "months: set twice, by --set months=5 and by --set months=6"
    assert load("months=6", "months=6").months == 6


def test_any_percentile_of_a_number_can_be_changed() -> None:
    stated = {"levels": {"any": {"escalate": {"p2.5": 0.1, "p80": 0.4}}}}
    values, _, problems = apply(stated, ["levels.any.escalate.p80=0.5", 'levels.any.escalate."p2.5"=0.2'])
    assert problems == [] and values["levels"]["any"]["escalate"] == {"p2.5": 0.2, "p80": 0.5}
    (problem,) = apply(stated, ["levels.any.escalate.p101=0.5"])[2]
    assert "unknown key 'p101'" in problem.message
