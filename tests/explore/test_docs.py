"""The page about Python: every block runs, one after the other, and what the README shows runs too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def blocks(page: str) -> list[str]:
    """Return the blocks of Python of a page."""
    return re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_every_block_of_the_page_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    found = blocks("docs/python.md")
    assert len(found) >= 6
    for each in found:
        exec(compile(each, "docs/python.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "resolution less conversation, same future" in printed and "Plot('By return window and silence" in printed


def test_the_block_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = blocks("README.md")
    names: dict[str, Any] = {}
    exec(
        compile(
            block.replace("1024", "32").replace("broad_cx", "minimal").replace("_assumed", ""), "README.md", "exec"
        ),
        names,
    )
    assert names["run"].results.trials == 32
