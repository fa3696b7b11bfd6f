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
FEW = {f"SIMULATE_{command}_TRIALS": "64" for command in ("RUN", "COMPARE", "QUICK", "SWEEP")}
FEW |= {f"SIMULATE_{command}_TRIALS": "64" for command in ("BREAKEVEN", "DEFINITIONS")}
FEW |= {
    f"SIMULATE_{command}_WORKERS": "1"
    for command in ("RUN", "COMPARE", "QUICK", "SWEEP", "REPLAY", "LEVERS", "CONTRACT", "BREAKEVEN", "DEFINITIONS")
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
    found = [command for block in blocks("console", text) for command in commands(block)]
    return [command for command in found if command.startswith("simulate ")]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    for name in ("scenarios", "tests"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    arguments = shlex.split(command, comments=True)[1:]
    own_data.put(arguments, folder)
    process = [sys.executable, "-m", "simulator", *arguments]
    return subprocess.run(process, cwd=folder, capture_output=True, text=True, env={**os.environ, **FEW})


def test_the_readme_has_its_two_commands() -> None:
    found = re.findall(r"<!-- setup:(\w+) -->\n```console\n(.*?)\n```\n<!-- /setup -->", TEXT, re.DOTALL)
    assert [name for name, _ in found] == ["run", "test"]
    assert all("\n" not in command for _, command in found)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, marks=[pytest.mark.slow] if command.startswith("simulate verify") else [])
        for command in simulate_commands(TEXT)
    ],
)
def test_commands_of_the_readme_run(command: str, tmp_path: Path) -> None:
    if not command.startswith("simulate new"):
        run("simulate new my.toml", tmp_path)
    if "latest" in command:
        run("simulate my.toml --trials 3 --workers 1 -q", tmp_path)
    done = run(command, tmp_path)
    assert done.returncode in RIGHT.get(command.split()[1], [0]), done.stderr
    assert done.stdout


DOCS = [
    (path.name, command)
    for path in sorted((ROOT / "docs").glob("*.md"))
    for command in simulate_commands(path.read_text(encoding="utf-8"))
]


@pytest.mark.slow
@pytest.mark.parametrize(("page", "command"), DOCS, ids=[f"{page}: {command}" for page, command in DOCS])
def test_commands_of_the_docs_run(page: str, command: str, tmp_path: Path) -> None:
    done = run(command, tmp_path)
    assert done.returncode in RIGHT.get(command.split()[1], [0]), done.stderr


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
