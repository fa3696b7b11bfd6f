"""Exit codes and what is said when something fails: one line a mistake for users, a saved traceback for bugs."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import click

from simulator.cli.common.suggestions import corrected
from simulator.errors import OutOfMemory, ScenarioError, SimulatorError, WorkerEnded, in_words
from simulator.runtime.interrupts import Stop

UNEXPECTED: Final = 1
USAGE: Final = 2
BEYOND: Final = 3
"""What was asked is answered, and the answer is one that a script should stop at."""


def guarded(command: click.Command, stop: Stop | None = None) -> int:
    """Run a command and return its exit code; every failure is said on stderr.

    Args:
        stop: the handler of the signals that stop it, where there is one.
    """
    stop = stop or Stop()
    try:
        result = command.main(standalone_mode=False)
    except SystemExit:  # click leaves this way where nobody reads the output any more
        return 0
    except BaseException as error:
        stop.finished = True  # the message is the last thing a command does
        return _explained(error, stop)
    return result if isinstance(result, int) else 0


def _explained(error: BaseException, stop: Stop) -> int:
    """Say on stderr why a command failed, and return its exit code."""
    interrupt = _interrupt(error)
    if interrupt is not None:
        return _say(stop.told(str(interrupt)), stop.exit_code)
    if isinstance(error, click.ClickException):
        corrected(error).show()
        return error.exit_code
    if isinstance(error, ScenarioError):
        from simulator.scenario.reading.problems import render

        return _say(render(error), USAGE)
    if isinstance(error, (WorkerEnded, OutOfMemory, MemoryError)):
        return _say(f"error: {str(error) or 'there is not enough memory'}", UNEXPECTED)
    if isinstance(error, (SimulatorError, OSError)):
        return _say(f"error: {_readable(in_words(error))}", USAGE)
    return _say(f"error: unexpected failure; the traceback is in {_saved_traceback(error)}", UNEXPECTED)


def _say(message: str, code: int) -> int:
    """Write a message to stderr, where it can be written, and return the exit code."""
    with suppress(OSError):
        click.echo(message, err=True)
    return code


def _readable(message: str) -> str:
    """Return a message in which nothing a user wrote moves the cursor or fills pages; its own lines stay."""
    from simulator.scenario.reading.problems import shortened
    from simulator.scenario.texts import printable

    return "\n".join(shortened(printable(line)) for line in message.split("\n"))


def _interrupt(error: BaseException) -> BaseException | None:
    """Return the interrupt behind an error: a library may wrap it in an error of its own, or lose it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, KeyboardInterrupt):
            return seen
        if isinstance(seen, click.Abort) or "Query interrupted" in str(seen):
            found = seen.__cause__ or seen.__context__
            return found if isinstance(found, KeyboardInterrupt) else KeyboardInterrupt()
        seen = seen.__cause__ or seen.__context__
    return None


def _saved_traceback(error: BaseException) -> str:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="simulate-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(error)))
    return file.name
