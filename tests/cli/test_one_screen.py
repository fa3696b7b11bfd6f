"""One screen of each answer: at most 40 lines, the answer once, and what `--all` has beside."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from simulator.cli import cli
from tests.scenarios.shipped import EACH, FOLDER

MOST = 40
MARKS = {r"±\d": "± is half of the 95 % interval", r"[A-Z]!?~": "~ marks", r"\b[A-Z]~?!": "! marks", "noise": "Noise: "}
"""Marks in tables, and the beginning of the note that says what they mean."""
OTHERS = (
    ("value",),
    ("deal",),
    ("breakeven", "--over", "volume"),
    ("breakeven", "--map", "price,volume"),
    ("clauses",),
    ("definitions", "--compare"),
    ("sensitivity",),
    ("commitment",),
    ("claims",),
)


def typed(name: str, *words: str) -> str:
    command, *options = words
    done = CliRunner().invoke(
        cli,
        [command, str(FOLDER / f"{name}.toml"), "--trials", "256", "--workers", "1", *options],
        env={"COLUMNS": "100"},
    )
    assert done.exit_code == 0, done.output
    return done.output


def paragraphs(shown: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\n", shown)]


@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize("command", ["breakeven", "value"])
def test_an_answer_is_one_screen_on_every_scenario(command: str, name: str) -> None:
    check(typed(name, command))


@pytest.mark.parametrize("words", OTHERS, ids=" ".join)
def test_every_command_prints_one_screen(words: tuple[str, ...]) -> None:
    check(typed("minimal", *words))


def test_split_prints_one_screen() -> None:
    check(typed("narrow_actions", "split"))


def check(shown: str) -> None:
    lines = shown.splitlines()
    assert len(lines) <= MOST and max(map(len, lines)) <= 100
    *above, answer, last = paragraphs(shown)
    assert lines[1].startswith("P90: nine of ten futures cost no more. At another price: --set")
    assert re.search(r"--set contracts\.[\w.]+=\.\.\.", above[0]) and "NAME" not in above[0]
    more = r"--all: (\d+ more tables?)?( and )?(\d+ (more )?notes?)?\. "
    assert re.match(rf"({more})?(Next: simulate|All answers)", last)
    assert answer.endswith(".") and " ".join(shown.split()).count(answer) == 1
    for mark, means in MARKS.items():
        assert not re.search(mark, shown) or means in shown, f"{mark} is not explained"


def test_all_has_every_table_and_note_and_the_answer_once() -> None:
    short, whole = typed("seasonal_retail", "deal"), typed("seasonal_retail", "deal", "--all")
    assert "Who carries the spread" in whole and "Who carries the spread" not in short
    assert "swings by" in whole and "--all:" not in whole
    assert paragraphs(short)[-2] == paragraphs(whole)[-2]
    found = re.search(r"--all: (\d+) more tables? and (\d+) notes\.", short)
    assert found is not None and int(found[1]) == 1


@pytest.mark.parametrize("words", [("deal",), ("sensitivity",)], ids=" ".join)
def test_json_is_the_same_with_and_without_all(words: tuple[str, ...]) -> None:
    assert typed("minimal", *words, "--json") == typed("minimal", *words, "--json", "--all")
