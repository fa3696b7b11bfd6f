"""Regenerate what the README shows of real runs: `python -m tests.readme` writes transcripts, facts and the chart.

A transcript stands between markers and holds its own commands, each on a line that begins with "$ "; what they print
is written below them. A fact is a number in a sentence, between markers too. Tests compare both with new runs, and
refuse a number in a sentence that is neither marked nor known to be no measurement.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from simulator.scenario import load_scenario
from simulator.scenario.schema import Scenario

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
CHART = ROOT / "docs" / "broad_cx.svg"
STRIP = Path("outputs/broad_cx/latest/charts/1-interval-strip.svg")
SLOW: Final = ("broad_cx",)
"""Transcripts whose commands take more than a few seconds."""
_TRANSCRIPT: Final = r"(<!-- transcript:{name} -->\n).*?(<!-- /transcript -->)"
_FACT: Final = re.compile(r"(<!-- fact:(\w+) -->)(.*?)(<!-- /fact -->)", re.DOTALL)
_FOLDER: Final = re.compile(r"outputs/([\w.-]+)/\d{4}-\d{2}-\d{2}-[0-9a-f]{7}(-\d+)?")


def _broad() -> Scenario:
    return load_scenario(ROOT / "scenarios" / "broad_cx.toml")


def _written(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "scenarios" / name).read_text(encoding="utf-8"))


def _lines(name: str) -> str:
    return str(len((ROOT / "scenarios" / name).read_text(encoding="utf-8").splitlines()))


FACTS: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {
        "cases": lambda: f"{_written('broad_cx.toml')['volume']['per_month']['mean']:,}",
        "contracts": lambda: str(len(_broad().contracts)),
        "futures": lambda: f"{_broad().trials:,}",
        "months": lambda: str(_broad().months),
        "minimal_lines": lambda: _lines("minimal.toml"),
    }
)
"""Numbers in sentences of the README, worked out from what they are about."""


def transcript_names(text: str) -> list[str]:
    """Return the names of the transcripts, in order."""
    return re.findall(r"<!-- transcript:(\w+) -->", text)


def shown(text: str, name: str) -> str:
    """Return what stands between the markers of a transcript."""
    found = re.search(_TRANSCRIPT.format(name=name), text, re.DOTALL)
    assert found is not None, f"the README has no markers for the transcript {name}"
    return text[found.end(1) : found.start(2)]


def commands(block: str) -> list[str]:
    """Return the commands of a transcript."""
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


def replayed(block: str, folder: Path) -> str:
    """Run the commands of a transcript in a folder and return it anew, names of results folders cut."""
    if not (folder / "scenarios").exists():
        (folder / "scenarios").symlink_to(ROOT / "scenarios")
    parts = []
    for command in commands(block):
        words = shlex.split(command)
        assert words[0] == "simulate", f"a transcript runs simulate, not {words[0]}"
        done = subprocess.run(
            [sys.executable, "-m", "simulator", *words[1:]],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "COLUMNS": "100"},  # workers of a test run have a narrower one
        )
        printed = _FOLDER.sub(r"outputs/\1/...", done.stdout).rstrip()
        parts.append(f"$ {command}\n{printed}")
    return "```console\n" + "\n\n".join(parts) + "\n```\n"


def with_facts(text: str) -> str:
    """Return a text with every marked fact as it is now."""
    return _FACT.sub(lambda found: f"{found[1]}{FACTS[found[2]]()}{found[4]}", text)


def unmarked(text: str) -> str:
    """Return the sentences of a text: without code, marked parts, links and comments."""
    for name in transcript_names(text):
        text = text.replace(shown(text, name), "")
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    text = _FACT.sub("", text)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    return re.sub(r"`[^`]*`|\]\([^)]*\)", "", text)


def main() -> None:
    """Write the transcripts, the facts and the chart anew."""
    text = with_facts(README.read_text(encoding="utf-8"))
    for name in transcript_names(text):
        with tempfile.TemporaryDirectory() as place:
            new = replayed(shown(text, name), Path(place))
            pattern = re.compile(_TRANSCRIPT.format(name=name), re.DOTALL)
            text = pattern.sub(lambda found, new=new: found[1] + new + found[2], text)  # type: ignore[misc]
            if (Path(place) / STRIP).exists():
                shutil.copy(Path(place) / STRIP, CHART)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
