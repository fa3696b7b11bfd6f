"""The pages on one's own data: their commands run as they stand, and print what the pages say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Command, command, hundred_columns  # noqa: F401

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```console\n\$ simulate ([^\n]*)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", ["totals.md", "answers.md"])
def test_the_example_prints_what_the_page_says(command: Command, page: str) -> None:  # noqa: F811
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    ((words, printed),) = BLOCK.findall(text)
    given = [str(ROOT / word) if word.startswith(("tests/", "scenarios/")) else word for word in words.split()]
    code, out, err = command(*given, *(["--workers", "1"] if page == "answers.md" else []))
    assert (code, err) == (0, "")
    said = " ".join(out.split())
    quoted = [
        " ".join(each.lstrip("> ") for each in part.split("\n")) for part in re.findall(r"(?:^> .*\n?)+", text, re.M)
    ]
    for line in [*printed.splitlines(), *quoted]:
        assert " ".join(line.split()) in said
