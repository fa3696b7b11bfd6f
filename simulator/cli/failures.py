"""Exit codes and what is said when something fails: one line a mistake for users, a saved traceback for bugs."""

from __future__ import annotations

import sys
import tempfile
import traceback
from typing import Final, NoReturn

import click

from simulator.errors import ScenarioError, SimulatorError, in_words

UNEXPECTED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130
TERMINATED: Final = 143


def guarded(command: click.Command) -> int:
    """Run a command and return its exit code; every failure is said on stderr."""
    try:
        result = command.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SystemExit as stop:  # click leaves this way where nobody reads the output any more; `terminate` does too
        return TERMINATED if stop.code == TERMINATED else 0
    except (click.Abort, KeyboardInterrupt):
        return _say("interrupted; nothing was left behind", INTERRUPTED)
    except ScenarioError as error:
        from simulator.scenario.problems import render

        return _say(render(error), USAGE)
    except (SimulatorError, OSError) as error:
        return _say(f"error: {_readable(in_words(error))}", USAGE)
    except MemoryError:
        return _say("error: not enough memory; simulate fewer cases a month or, for a ledger, fewer trials", UNEXPECTED)
    except Exception as error:
        if _was_interrupted(error):
            return _say("interrupted; nothing was left behind", INTERRUPTED)
        return _say(f"error: unexpected failure; the traceback is in {_saved_traceback()}", UNEXPECTED)
    return result if isinstance(result, int) else 0


def _say(message: str, code: int) -> int:
    """Write a message to stderr, where there is one, and return the exit code."""
    if sys.stderr is not None:
        click.echo(message, err=True)
    return code


def _readable(message: str) -> str:
    """Return a message in which nothing a user wrote moves the cursor or fills pages; its own lines stay."""
    from simulator.scenario.problems import printable, shortened

    return "\n".join(shortened(printable(line)) for line in message.split("\n"))


def terminate(number: int, frame: object) -> NoReturn:
    """Leave on SIGTERM as on Ctrl-C: workers stop, nothing half-written stays."""
    raise SystemExit(TERMINATED)


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
