"""Other programs' lines do not reach the console; our own and a bug's traceback do."""

from __future__ import annotations

import subprocess
import sys

import pytest

NOISE = """
import logging, warnings, sys
logging.getLogger("sqlglot").warning("cannot translate")
logging.getLogger("matplotlib.font_manager").error("no font")
warnings.warn("overflow encountered", RuntimeWarning)
"""
COMMAND = f"""
import sys
from simulator.cli import cli
from simulator.__main__ import main

@cli.command("noise")
def noise():
    exec({NOISE!r})

sys.argv = ["simulate", "schema"]
cli.commands["schema"] = noise
type(cli).get_command = lambda self, context, name: noise
main()
"""
WORKER = f"""
from simulator.engine.processes.pool import Workers
if __name__ == "__main__":
    with Workers(2) as workers:
        workers.submit(exec, {NOISE!r}).result()
"""


def lines(code: str, *options: str) -> str:
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, check=True)
    return done.stderr


@pytest.mark.parametrize("code", [COMMAND, WORKER])
def test_logs_and_warnings_of_libraries_are_silent(code: str) -> None:
    assert lines(code) == ""


def test_the_check_sees_lines_where_nothing_is_done() -> None:
    told = lines(NOISE)
    assert "cannot translate" in told and "no font" in told and "overflow encountered" in told


def test_warnings_are_shown_to_who_asks_for_them() -> None:
    assert "overflow encountered" in lines(COMMAND, "-W", "default")
