"""Commands as people run them, in this process: exit code and what is printed."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner

from simulator.cli import cli


def run(*words: Any) -> tuple[int, str]:
    """Return the exit code of a command and its output; what it raises is raised."""
    result = CliRunner().invoke(cli, [str(word) for word in words], standalone_mode=False, catch_exceptions=False)
    code = result.return_value if isinstance(result.return_value, int) else result.exit_code
    return code, result.stdout
