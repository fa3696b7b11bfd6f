"""A corpus of wrong scenarios: the right lines, one message for each mistake, nothing slow."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import ScenarioError
from simulator.scenario import parse_scenario, render

HERE = Path(__file__).parent / "wrong"
BASE = (HERE / "base.toml").read_text(encoding="utf-8")
CASES: list[dict[str, Any]] = tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))["case"]


def wrong(case: dict[str, Any]) -> str:
    assert BASE.count(case["replace"]) == 1, f"{case['replace']!r} must stand once in base.toml"
    return BASE.replace(case["replace"], case["with"])


def problems_of(text: str) -> ScenarioError:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text, "wrong.toml")
    return raised.value


def test_base_is_right() -> None:
    assert parse_scenario(BASE, "base.toml").title == "Base"


def test_corpus_is_large_and_its_names_differ() -> None:
    assert len(CASES) >= 70
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_wrong_scenario_is_explained(case: dict[str, Any]) -> None:
    text = wrong(case)
    start = time.process_time()
    error = problems_of(text)
    assert time.process_time() - start < 20
    lines = text.split("\n")
    found = [(lines[problem.line - 1] if problem.line else "", problem) for problem in error.problems]
    assert len(found) == len(case["at"]), render(error)
    for (line, problem), at, says in zip(found, case["at"], case["says"], strict=True):
        assert line == at, render(error)
        assert says in f"{problem.message} {problem.help}", render(error)
        assert problem.text == at


def test_mistakes_of_all_kinds_are_listed_together_in_the_order_of_the_lines() -> None:
    text = BASE
    for old, new in (
        ("trials = 10", "trials = 10k"),  # not TOML
        ("per_month = 1_000", "per_mont = 1_000"),  # unknown key
        ("escalate = 0.1", "escalate = 1.5"),  # outside its domain
        ("{ simple = 80, complex = 20 }", "{ simple = 80, complx = 20 }"),  # names nothing
        ('definition = "mine"', 'definition = "mien"'),  # names nothing, in a contract
        ("price = 0.99", 'price = "$0.99"'),  # text for a number
    ):
        text = text.replace(old, new)
    error = problems_of(text)
    lines = [problem.line for problem in error.problems]
    assert lines == [5, 10, 17, 28, 64, 65], render(error)


def test_rendered_problem_has_place_line_marks_and_help() -> None:
    error = problems_of(BASE.replace("months = 3", "monts = 3  # a year?"))
    assert render(error).splitlines() == [
        "error: unknown key 'monts' in the scenario",
        "  --> wrong.toml:4",
        " 4 | monts = 3  # a year?",
        "   | ^^^^^^^^^",
        "   = help: did you mean 'months'?",
        "",
        "1 problem in wrong.toml; nothing was run.",
    ]


def test_control_characters_of_a_scenario_are_not_printed() -> None:
    error = problems_of(BASE.replace('unit = "cases"', 'unit = "\\u001b[2J"'))
    assert "\x1b" not in render(error)


def test_two_renamed_keys_do_not_hide_a_third_mistake() -> None:
    text = BASE.replace("per_month = 1_000", "per_mont = 1_000").replace("escalate = 0.5", "escalat = 0.5")
    text = text.replace("share = 60", "share = 90")
    assert [problem.line for problem in problems_of(text).problems] == [10, 22, 26]


@pytest.mark.parametrize(
    ("table", "entry", "says"),
    [
        ("intents", "share = 1\nlevels = { simple = 1 }", "intents: must have at most 500 values, not 503"),
        ("levels", "escalate = 0.1\nsolve = 0.9", "levels: must have at most 20 values, not 503"),
        ("contracts", 'type = "per_conversation"\nprice = 1', "contracts: must have at most 100 values, not 504"),
    ],
)
def test_too_many_tables_are_counted(table: str, entry: str, says: str) -> None:
    more = "".join(f"\n[{table}.more{number}]\n{entry}\n" for number in range(501))
    assert [problem.message for problem in problems_of(BASE + more).problems] == [says]


def test_month_without_cases_is_allowed() -> None:
    text = BASE.replace("per_month = 1_000", "per_month = 1_000\nseason = [12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]")
    season = parse_scenario(text, "x").volume.season
    assert season is not None
    assert [factor.center for factor in season] == [12, *[0] * 11]


@pytest.mark.parametrize("predicate", ["turns", "csat + 1", "csat > 'x'"])
def test_predicate_of_a_wrong_kind_gets_no_help_with_numbers(predicate: str) -> None:
    text = BASE.replace('extends = "assumed_24h"\nsilence = 48', f'predicate = "{predicate}"')
    (problem,) = problems_of(text).problems
    assert "a number" in problem.message
    assert problem.help == ""


@pytest.mark.parametrize(
    ("predicate", "says"),
    [("turns >", "missing after '>'"), ("a b c", "goes wrong at 'c'"), ("outcome = 'x", "is a quote"), ("(((", "3 of")],
)
def test_predicate_that_does_not_parse_is_explained_in_plain_words(predicate: str, says: str) -> None:
    text = BASE.replace('extends = "assumed_24h"\nsilence = 48', f'predicate = "{predicate}"')
    (problem,) = problems_of(text).problems
    assert says in problem.message
    assert "sqlglot" not in problem.message


def test_long_help_is_wrapped_and_lists_all_keys() -> None:
    error = problems_of(BASE.replace("share = 60", "share = 60\nwibblequx = 1"))
    rows = render(error).splitlines()
    assert max(map(len, rows)) <= 120
    for key in ("share", "planned_handoff", "greeting", "spam", "test"):
        assert any(f" {key}" in row for row in rows)


def test_number_of_ten_thousand_digits_is_refused_on_its_line() -> None:
    (problem,) = problems_of(BASE.replace("trials = 10", f"trials = {'1' * 10_000}")).problems
    assert problem.message == "a number of 10,000 digits is too long"
    assert problem.line == 5


def test_wrong_clause_does_not_hide_a_wrong_name_beside_it() -> None:
    text = BASE.replace('extends = "assumed_24h"\nsilence = 48', 'extends = "asumed_24h"\nsilence = "2 days"')
    assert [problem.line for problem in problems_of(text).problems] == [55, 56]
