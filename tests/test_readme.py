"""The README's commands and examples work as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.scenario import parse_scenario
from tests.readme import CHART, README, ROOT, block, real_run, shown

TEXT = README.read_text(encoding="utf-8")
OUTSIDE = TEXT.replace(shown(TEXT), "")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", OUTSIDE, re.DOTALL)


COMMANDS = [line[2:] for text in blocks("console") for line in text.splitlines() if line.startswith("$ simulate")]


def test_the_readme_has_its_two_commands() -> None:
    found = re.findall(r"<!-- setup:(\w+) -->\n```console\n(.*?)\n```\n<!-- /setup -->", TEXT, re.DOTALL)
    assert [name for name, _ in found] == ["run", "test"]
    assert all("\n" not in command for _, command in found)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_readme_run(command: str, tmp_path: Path) -> None:
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    arguments = command.split()[1:]
    done = subprocess.run([sys.executable, "-m", "simulator", *arguments], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_number_examples_are_read_where_they_stand() -> None:
    numbers, definition = blocks("toml")
    per_month, escalate, cost = numbers.strip().splitlines()
    text = (ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8")
    text = text.replace("volume.per_month = 2_000", f"volume.{per_month}").replace("escalate = 0.3", escalate)
    scenario = parse_scenario(f"{text}\n[people]\n{cost}\n{definition}", "example")
    assert scenario.contracts["offer"].definition == "ours"
    assert not scenario.people.cost_per_hour.fixed and not scenario.levels["any"].escalate.fixed
    assert scenario.volume.per_month is not None and not scenario.volume.per_month.fixed


def test_links_of_the_readme_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / target).exists(), target


@pytest.mark.slow
def test_transcript_and_chart_are_those_of_a_run(tmp_path: Path) -> None:
    assert shown(TEXT) == block(real_run(tmp_path / "run"))
    drawn = (tmp_path / "run" / "charts" / "1-interval-strip.svg").read_text(encoding="utf-8")
    assert re.findall(r"<title>(.*?)</title>", drawn) == re.findall(
        r"<title>(.*?)</title>", CHART.read_text(encoding="utf-8")
    )
