"""The command line, run in this process in an empty folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.cli import cli
from simulator.cli.common.failures import guarded

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def hundred_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give all texts the width of a pipe, also where a runner of tests says that it has 80 columns."""
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `simulate` with some arguments; gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def runner(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["simulate", *map(str, arguments)])
        code = guarded(cli)
        told = capsys.readouterr()
        return code, told.out, told.err

    return runner
