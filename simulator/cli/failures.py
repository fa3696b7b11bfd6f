"""Exit codes and what is said when something fails: one line a mistake for users, a saved traceback for bugs."""

from __future__ import annotations

import sys
import tempfile
import traceback
from typing import Final

import click

from simulator.errors import ScenarioError, SimulatorError

UNEXPECTED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130


def guarded(command: click.Command) -> int:
    """Run a command and return its exit code; every failure is said on stderr."""
    try:
        result = command.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was left behind", err=True)
        return INTERRUPTED
    except ScenarioError as error:
        from simulator.scenario.problems import render

        click.echo(render(error), err=True)
        return USAGE
    except SimulatorError as error:
        click.echo(f"error: {error}", err=True)
        return USAGE
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        if _was_interrupted(error):
            click.echo("interrupted; nothing was left behind", err=True)
            return INTERRUPTED
        click.echo(f"error: unexpected failure; the traceback is in {_saved_traceback()}", err=True)
        return UNEXPECTED
    return result if isinstance(result, int) else 0


def _was_interrupted(error: BaseException) -> bool:
    """Return whether Ctrl-C is behind an error: a library may wrap it in an error of its own."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, KeyboardInterrupt) or "Query interrupted" in str(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _saved_traceback() -> str:
    with tempfile.NamedTemporaryFile("w", prefix="simulate-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(traceback.format_exc())
    return file.name
