"""The README's commands, transcripts, examples and numbers are those of real runs; so are the docs' commands."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from simulator.scenario import parse_scenario
from tests import own_data
from tests.cli.conftest import Command, command  # noqa: F401
from tests.readme import (
    CHART,
    README,
    ROOT,
    SLOW,
    STRIP,
    commands,
    replayed,
    shown,
    transcript_names,
    unmarked,
    with_facts,
)

TEXT = README.read_text(encoding="utf-8")
QUICK = [name for name in transcript_names(TEXT) if name not in SLOW]
FEW = {f"SIMULATE_{name}_TRIALS": "64" for name in ("RUN", "COMPARE", "QUICK", "SWEEP")}
FEW |= {f"SIMULATE_{name}_TRIALS": "64" for name in ("BREAKEVEN", "DEFINITIONS")}
FEW |= {
    f"SIMULATE_{name}_WORKERS": "1"
    for name in [
        "RUN",
        "COMPARE",
        "QUICK",
        "SWEEP",
        "REPLAY",
        "LEVERS",
        "CONTRACT",
        "BREAKEVEN",
        "DEFINITIONS",
        "CLAUSES",
        "COMMITMENT",
        "SPLIT",
        "SENSITIVITY",
        "VALUE",
        "DEAL",
        "CLAIMS",
        "ANSWERS",
    ]
}
FEW |= {"SIMULATE_RUN_NO_REPORT": "1", "SIMULATE_VERIFY_CASES": "2000000", "SIMULATE_VERIFY_TRIALS": "100"}
"""Few futures, one process and no charts for the commands that are only to work."""
NO_MEASUREMENT = {"P10", "P50", "P90", "3.11", "M6", "M12", "6", "12", "1", "3", "x0.96"}
"""Numbers in sentences that are no result: names of percentiles and columns, a version, exit codes, an example."""

RIGHT = {"recount": [0, 3]}
"""Exit codes that are no error, where others than 0 are: 3 where money is in dispute."""


def outside(text: str) -> str:
    for name in transcript_names(text):
        text = text.replace(shown(text, name), "")
    return text


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", outside(text), re.DOTALL)


def simulate_commands(text: str) -> list[str]:
    found = [each for block in blocks("console", text) for each in commands(block)]
    return [each for each in found if each.startswith("simulate ")]


def arguments_of(words: str, folder: Path) -> list[str]:
    """Return the arguments of a command, with what it reads put into the folder."""
    for name in ("scenarios", "tests"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    arguments = shlex.split(words, comments=True)[1:]
    own_data.put(arguments, folder)
    return arguments


def run(words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    process = [sys.executable, "-m", "simulator", *arguments_of(words, folder)]
    return subprocess.run(process, cwd=folder, capture_output=True, text=True, env={**os.environ, **FEW})


def test_the_readme_has_its_two_commands() -> None:
    found = re.findall(r"<!-- setup:(\w+) -->\n```console\n(.*?)\n```\n<!-- /setup -->", TEXT, re.DOTALL)
    assert [name for name, _ in found] == ["run", "test"]
    assert all("\n" not in each for _, each in found)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(words, marks=[pytest.mark.slow] if words.startswith("simulate verify") else [])
        for words in simulate_commands(TEXT)
    ],
)
def test_commands_of_the_readme_run(
    words: str,
    command: Command,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In this process, which has imported and compiled; with a quarter of the futures where a command says how many."""
    for name, value in FEW.items():
        monkeypatch.setenv(name, value)
    if not words.startswith("simulate new"):
        command("new", "my.toml")
    if "latest" in words:
        command("my.toml", "--trials", "3", "--workers", "1", "-q")
    code, out, err = command(*arguments_of(words.replace("--trials 256", "--trials 64"), tmp_path))
    assert code in RIGHT.get(words.split()[1], [0]), err
    assert out


DOCS = [
    (path.name, words)
    for path in sorted((ROOT / "docs").glob("*.md"))
    for words in simulate_commands(path.read_text(encoding="utf-8"))
]


@pytest.mark.slow
@pytest.mark.parametrize(("page", "words"), DOCS, ids=[f"{page}: {words}" for page, words in DOCS])
def test_commands_of_the_docs_run(page: str, words: str, tmp_path: Path) -> None:
    done = run(words, tmp_path)
    assert done.returncode in RIGHT.get(words.split()[1], [0]), done.stderr


def test_numbers_in_sentences_are_marked_or_measure_nothing() -> None:
    found = re.findall(r"[A-Za-z]*\d[\d.,_]*\d|[A-Za-z]*\d", unmarked(TEXT))
    assert set(found) <= NO_MEASUREMENT


def test_a_number_that_nobody_marked_would_be_seen() -> None:
    wrong = TEXT + "\nA run takes 17 seconds, and <!-- fact:contracts -->9<!-- /fact --> contracts are compared.\n"
    found = set(re.findall(r"[A-Za-z]*\d[\d.,_]*\d|[A-Za-z]*\d", unmarked(wrong)))
    assert found - NO_MEASUREMENT == {"17"}


def test_marked_facts_are_those_of_the_scenarios() -> None:
    assert with_facts(TEXT) == TEXT, "run: python -m tests.readme"
    assert with_facts("<!-- fact:contracts -->0<!-- /fact -->") != "<!-- fact:contracts -->0<!-- /fact -->"


@pytest.mark.parametrize("name", QUICK)
def test_short_transcripts_are_those_of_a_run(name: str, tmp_path: Path) -> None:
    assert shown(TEXT, name) == replayed(shown(TEXT, name), tmp_path), "run: python -m tests.readme"


def test_number_examples_are_read_where_they_stand() -> None:
    numbers, definition, *more = blocks("toml", TEXT)
    per_month, escalate, cost = numbers.strip().splitlines()
    text = (ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8")
    text = text.replace("volume.per_month = 2_000", f"volume.{per_month}").replace("escalate = 0.3", escalate)
    scenario = parse_scenario(f"{text}\n[people]\n{cost}\n{definition}", "example")
    for each in more:
        assert tomllib.loads(each), "an example that is not TOML"
    assert scenario.contracts["offer"].definition == "ours"
    assert not scenario.people.cost_per_hour.fixed and not scenario.levels["any"].escalate.fixed
    assert scenario.volume.per_month is not None and not scenario.volume.per_month.fixed


def test_links_of_the_readme_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / target).exists(), target


@pytest.mark.slow
def test_the_long_transcript_and_the_chart_are_those_of_a_run(tmp_path: Path) -> None:
    (name,) = SLOW
    assert shown(TEXT, name) == replayed(shown(TEXT, name), tmp_path)
    titles = re.compile(r"<title>(.*?)</title>")
    drawn = (tmp_path / STRIP).read_text(encoding="utf-8")
    assert titles.findall(drawn) == titles.findall(CHART.read_text(encoding="utf-8"))
