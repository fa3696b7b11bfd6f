"""Texts of a scenario and of messages: no control character reaches a reader, and no name fills pages."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from simulator.errors import Problem, ScenarioError
from simulator.scenario import parse_scenario, render
from simulator.scenario.reading.problems import shortened
from simulator.scenario.texts import without_controls

BASE = (Path(__file__).parent / "wrong" / "base.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "letter", ["\x00", "\x07", "\x08", "\x0b", "\r", "\x1b", "\x1f", "\x7f", "\x85", "\x9b", "\x9f"]
)
def test_a_control_character_of_a_text_is_replaced(letter: str) -> None:
    assert without_controls({"title": f"a{letter}b", "list": [f"{letter}", 1]}) == {
        "title": "a\ufffdb",
        "list": ["\ufffd", 1],
    }


@pytest.mark.parametrize("letter", ["\n", "\t", " ", "é", "\u200d", "\u05d0", "\U0001f600"])
def test_other_characters_stay(letter: str) -> None:
    assert without_controls(f"a{letter}b") == f"a{letter}b"


def test_line_breaks_of_another_system_are_line_breaks() -> None:
    assert without_controls("a\r\nb") == "a\nb"


def test_texts_are_clean_wherever_a_scenario_has_one() -> None:
    text = BASE.replace('title = "Base"', 'title = "Ba\\u001b[31mse"').replace(
        "silence = 48", 'silence = 48\nnote = "seen\\u009bin \\u0007 a terminal"'
    )
    text += '[sources]\nvolume = { kind = "judgement", source = "our\\u001b[0m log" }\n'
    scenario = parse_scenario(text, "x.toml", ['contracts.conversation.title="by\\u001b[2J option"'])
    assert scenario.title == "Ba\ufffd[31mse"
    assert scenario.definitions["mine"].note == "seen\ufffdin \ufffd a terminal"
    assert scenario.sources["volume"].source == "our\ufffd[0m log"
    assert scenario.contracts["conversation"].title == "by\ufffd[2J option"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("x" * 80, "x" * 80),  # 80 letters are a name; of 81 there are 77 and three points
        ("x" * 81, "x" * 77 + "..."),
        (f"unknown key '{'y' * 500}' in [levels]", f"unknown key '{'y' * 76}...' in [levels]"),
        (f"no level {'é' * 90}, known", f"no level {'é' * 77}..., known"),
        ("a " * 299 + "bb", "a " * 299 + "bb"),
        ("ab " * 400 + "end", f"{('ab ' * 99)[:-1]} ... {'ab ' * 98}end"),
    ],
)
def test_long_words_and_messages_are_cut_where_they_can_be(text: str, short: str) -> None:
    assert shortened(text) == short and len(short) <= 600


LONG = {
    "key": ("escalate = 0.5", f"escalate = 0.5\n{'y' * 5_000} = 1"),
    "quoted key with blanks": ("escalate = 0.5", f'escalate = 0.5\n"{"a name " * 900}" = 1'),
    "level": ("{ simple = 80, complex = 20 }", f'{{ simple = 80, "{"z" * 5_000}" = 20 }}'),
    "definition": ('definition = "mine"', f'definition = "{"d" * 5_000}"'),
    "number as text": ("price = 0.99", f'price = "{"9" * 5_000}"'),
    "table of names": ("per_month = 1_000", f"per_month = {{ {'k' * 5_000} = 1 }}"),
    "whole number": ("trials = 10", f"trials = {'1' * 4_000}"),
}


@pytest.mark.parametrize("what", LONG)
def test_a_name_of_thousands_of_letters_is_cut_in_messages(what: str) -> None:
    old, new = LONG[what]
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(BASE.replace(old, new), "x.toml", [f"levels.{'q' * 5_000}.turns=1"])
    said = render(raised.value)
    assert max(map(len, said.split("\n"))) < 700 and max(map(len, said.split())) <= 121
    assert len(raised.value.problems) >= 2


def test_the_name_of_a_file_moves_no_cursor() -> None:
    said = render(ScenarioError("a\x1b[2J.toml", [Problem(("x",), "wrong", line=1)]))
    assert "\x1b" not in said and said.count("a\\x1b[2J.toml") == 2


def test_thousands_of_problems_on_one_long_line_are_rendered_in_seconds() -> None:
    line = f"charges = [{'{ kind = 1 }, ' * 7_000}]  # comment"
    problems = [Problem(("x",), "wrong", line=1, column=place, text=line) for place in range(1, 2_000)]
    start = time.process_time()
    said = render(ScenarioError("x.toml", problems))
    assert time.process_time() - start < 2 and said.count("error: wrong") == 100
    assert said.endswith("1999 problems in x.toml, of which the first 100 are shown; nothing was run.")


@pytest.mark.parametrize("name", ["'; DROP TABLE record; --", "a|b", "{}", "x=y", "a;channels=web"])
def test_a_name_that_would_read_as_the_key_of_a_part_is_refused_with_its_line(name: str) -> None:
    """Found by the fuzz, case 36433: the key of a part of a meter has these characters between names."""
    row = f'[contracts.some]\ntype = "per_conversation"\nprice = 1\napplies_to = {{ intents = ["{name}"] }}\n'
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(f"{BASE}\n{row}", "x.toml")
    (problem,) = raised.value.problems
    assert "nothing is named" in problem.message and problem.text.startswith("applies_to")
