"""docs/recount.md: its example is what the command prints, and its table has the kinds in their order."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from simulator.audit.recount.kinds import ORDER
from tests.audit import sample_record
from tests.audit.commands import run

PAGE = (Path(__file__).parents[2] / "docs" / "recount.md").read_text()


def test_the_example_is_what_the_command_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"```console\n\$ simulate ([^\n]+)\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    for path in sample_record.EXPORTS.iterdir():
        shutil.copy(path, tmp_path)
    sample_record.write(tmp_path / "record.parquet", hashed=True)
    monkeypatch.chdir(tmp_path)
    code, text = run(*found[1].split())
    assert (code, text) == (3, found[2])


def test_the_table_has_every_kind_in_order() -> None:
    assert tuple(re.findall(r"^\| ([a-z ]+) \|.*\|.*\|$", PAGE, re.MULTILINE)[1:]) == ORDER
