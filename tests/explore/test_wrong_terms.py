"""Terms that cannot be: one error with all problems, each with its place and what mends it, and nothing half done."""

from __future__ import annotations

from typing import Any

import pytest

import simulator as cx
from simulator.explore import ScenarioProblems
from simulator.explore.scenario import from_text
from tests.explore import texts
from tests.explore.texts import refuse_simulations


@pytest.fixture(autouse=True)
def nothing_is_simulated(run: cx.Run, monkeypatch: pytest.MonkeyPatch) -> Any:
    """No wrong term starts a simulation, and the run stays as it is."""
    before = (run.contracts, run.scenario.added, run.scenario.changes, dict(run.scenario.written["contracts"]))
    meters = set(run.results.meters)
    refuse_simulations(monkeypatch)
    yield
    assert (run.contracts, run.scenario.added, run.scenario.changes, run.scenario.written["contracts"]) == before
    assert set(run.results.meters) == meters


@pytest.mark.parametrize("name", ["conversation", "resolution"])
def test_taken_name_is_refused(run: cx.Run, name: str) -> None:
    with pytest.raises(cx.ContractError, match=f"'{name}' already; give the new one another name"):
        run.with_contract(name, base="resolution", price=1)


def test_taken_name_of_an_added_contract_is_refused(run: cx.Run) -> None:
    mine = run.with_contract("new", base="resolution", price=1)
    with pytest.raises(cx.ContractError, match="'new' already"):
        mine.with_contract("new", base="resolution", price=1)
    assert "new" not in run.contracts


def test_unknown_base_is_refused_with_the_nearest(run: cx.Run) -> None:
    with pytest.raises(cx.ContractError, match=r"no contract 'resolutoin' .* did you mean 'resolution'"):
        run.with_contract("new", base="resolutoin", price=1)


def test_unknown_base_far_from_all_is_refused_with_the_names(run: cx.Run) -> None:
    with pytest.raises(cx.ContractError, match="there are: conversation, resolution"):
        run.with_contract("new", base="zzz", price=1)


@pytest.mark.parametrize(
    ("terms", "problems"),
    [
        ({"price": -1}, ["contracts.new.price: must be 0 or more"]),
        ({"price": "cheap"}, ["price: must be a number, not 'cheap'", "help: write a number without quotes"]),
        ({"prise": 1}, ["unknown key 'prise' in [contracts.new]", "did you mean 'price'?"]),
        ({"price": "x", "prise": 1, "platform_fee": -4},
         ["contracts.new.price", "unknown key 'prise'", "contracts.new.platform_fee", "3 problems"]),
        ({"price": {"p5": 2, "p95": 1}}, ["contracts.new.price"]),
        ({"definition": "verified_72"}, ["unknown definition 'verified_72'", "verified_72h"]),
        ({"definition": {"base": "assumed_24", "silence": -3, "foo": 1}},
         ["silence: must be hours above 0", "unknown key 'foo'", "'assumed_24', which does not exist", "3 problems",
          "did you mean 'assumed_24h'"]),
        ({"definition": {"returns": "void"}}, ["return_window_hours"]),
        ({"definition": {"predicate": "no_such_column = 1"}}, ["no_such_column"]),
    ],
)  # fmt: skip
def test_wrong_terms_are_all_told(run: cx.Run, terms: dict[str, Any], problems: list[str]) -> None:
    with pytest.raises(ScenarioProblems) as caught:
        run.with_contract("new", base="resolution", **terms)
    said = str(caught.value)
    assert [each for each in problems if each not in said] == []
    assert "with_contract('new')" in said and said.count("error: ") == len(caught.value.problems)
    assert isinstance(caught.value, cx.ScenarioError)


def test_all_problems_of_several_contracts_are_told_and_the_right_one_is_not_added(run: cx.Run) -> None:
    terms = {
        "fine": {"base": "resolution", "price": 1},
        "negative": {"base": "resolution", "price": -1},
        "nowhere": {"base": "resolution", "definition": "nowhere"},
    }
    with pytest.raises(ScenarioProblems) as caught:
        run.with_contracts(terms)
    said = str(caught.value)
    assert (
        "contracts.negative.price" in said and "unknown definition 'nowhere'" in said and "contracts.fine" not in said
    )


def test_contract_without_a_type_is_refused_with_the_types(run: cx.Run) -> None:
    with pytest.raises(ScenarioProblems, match=r"'type' is missing in \[contracts.new\](.|\n)*per_resolution"):
        run.with_contract("new", price=1)


def test_both_definition_and_definitions_are_refused(run: cx.Run) -> None:
    with pytest.raises(cx.ContractError, match="not both"):
        run.with_contract("new", base="resolution", definition="verified_72h", definitions=["verified_72h"])


@pytest.mark.parametrize("value", [None, object(), {1, 2}, 1j])
def test_value_that_no_file_can_write_is_refused(run: cx.Run, value: object) -> None:
    with pytest.raises(cx.ContractError, match="cannot be written in a scenario"):
        run.with_contract("new", base="resolution", price=value)


@pytest.mark.parametrize("name", ["", "<b>", "a\x1b[31m", "a\nb", "x" * 201])
def test_name_that_no_contract_may_have_is_refused(run: cx.Run, name: str) -> None:
    with pytest.raises(ScenarioProblems) as caught:
        run.with_contract(name, base="resolution", price=1)
    assert "cannot be used" in str(caught.value) and "\x1b" not in str(caught.value)


@pytest.mark.parametrize("contract", ["resolutoin", "", "<script>"])
def test_unknown_contract_is_refused_everywhere(run: cx.Run, contract: str) -> None:
    for ask in (
        lambda: run.quantile(0.5, contract),
        lambda: run.paired(contract, "resolution"),
        lambda: run.paired("resolution", contract),
        lambda: run.grid(contract, silence=[24]),
        lambda: run.by_definition(contract),
    ):
        with pytest.raises(cx.ContractError, match="there is no contract"):
            ask()


@pytest.mark.parametrize("level", [0, -0.1, 1.1, float("nan")])
def test_level_outside_its_range_is_refused(run: cx.Run, level: float) -> None:
    for contract in (None, "resolution"):
        with pytest.raises(ValueError, match="a level lies above 0 and at most at 1"):
            run.quantile(level, contract)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "said"),
    [({"trials": 0}, "trials"), ({"trials": 2.5}, "trials"), ({"trials": "many"}, "trials"), ({"seed": -1}, "seed")],
)
def test_wrong_options_of_simulate_are_refused(minimal: cx.Scenario, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioProblems, match=f"{said}: "):
        cx.simulate(minimal, workers=1, **options)


def test_wrong_number_of_workers_is_refused_in_words_of_the_user(minimal: cx.Scenario) -> None:
    with pytest.raises(ValueError) as caught:
        cx.simulate(minimal, trials=2, workers=-1)
    assert "workers" in str(caught.value) and "first_trial" not in str(caught.value)


def test_wrong_text_tells_every_problem_with_its_line() -> None:
    wrong = texts.MINIMAL.replace("escalate = 0.30", "escalate = 1.30").replace("price = 0.50", "price = -0.50")
    with pytest.raises(ScenarioProblems) as caught:
        from_text(wrong, "mine.toml")
    said = str(caught.value)
    assert "mine.toml:9" in said and "levels.any.escalate" in said and "contracts.conversation.price" in said
    assert caught.value._render_traceback_() == said.split("\n")


def test_file_that_is_not_there_is_told_in_words() -> None:
    with pytest.raises((ScenarioProblems, OSError)) as caught:
        cx.load("nowhere.toml")
    assert "nowhere.toml" in str(caught.value)


def test_wrong_changes_are_all_told(minimal: cx.Scenario) -> None:
    with pytest.raises(ScenarioProblems) as caught:
        minimal.changed({"volume.per_mont": 3, "contracts.resolution.price": -1})
    said = str(caught.value)
    assert "did you mean 'per_month'" in said and "contracts.resolution.price" in said and "2 problems" in said
    assert minimal.changes == ()
