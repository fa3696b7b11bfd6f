"""The errors a user can meet. A bug keeps its traceback; these become one line a mistake.

SimulatorError
├── ScenarioError     a scenario that cannot be run: all its problems at once
├── DefinitionError   a definition of a resolution that cannot be compiled
├── ContractError     a contract whose terms contradict one another
├── DataError         files of your own data that cannot be read, or are not what they should be
├── OutputError       results that cannot be written where they were asked to go
├── WorkerEnded       a process of a run that ended before its work was done
├── SchedulerError    a scheduler of a cluster, or its workers, that cannot be used
└── OutOfMemory       a run that needs more memory than there is
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


class SimulatorError(Exception):
    """A mistake in what the user gave, with what to do about it."""


class DefinitionError(SimulatorError, ValueError):
    """A definition that cannot be compiled to SQL (a ValueError too: a scenario's validation collects it)."""


class ContractError(SimulatorError, ValueError):
    """Contradictory contract terms. A ValueError too, so that a scenario's validation collects it."""


class DataError(SimulatorError):
    """An export, a record, an invoice or a list of yours that cannot be read: the place, the values and what to do."""


class OutputError(SimulatorError):
    """Results that cannot be written."""


class WorkerEnded(SimulatorError):
    """A process that worked for a run ended before its work was done."""


class SchedulerError(SimulatorError):
    """A scheduler of a cluster, or its workers, that cannot be used."""


class OutOfMemory(SimulatorError):
    """A run that needs more memory than there is."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a scenario: where it stands, what is wrong, how to mend it."""

    key: tuple[str | int, ...]
    message: str
    help: str = ""
    line: int | None = None
    column: int | None = None
    text: str = ""


class ScenarioError(SimulatorError):
    """A scenario that cannot be run.

    Attributes:
        path: the file as the user named it.
        problems: every mistake found, in the order of the file's lines.
    """

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        super().__init__(f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in {path}")


_NUMBER: Final = re.compile(r"\[errno -?\d+\] ?", re.IGNORECASE)
"""How errors of the system begin, and how libraries quote them."""


def reason(error: OSError) -> str:
    """Return why the system refused something in words, without its number: "no space left on device"."""
    return _NUMBER.sub("", error.strerror or str(error)).lower()


def in_words(error: Exception) -> str:
    """Return what an error says; that of the system with the file and without its number."""
    if not isinstance(error, OSError):
        return str(error)
    return f"{reason(error)}: {error.filename}" if isinstance(error.filename, str) else reason(error)
