"""Readies processes for the engine: compiles its loops once on a machine, and says so; else reads the kept code.

The process that starts a run leaves all of this to the others, where there are some: it does not need the loops, and
numba and their code take 0.6 s of a core to load.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from simulator.engine.compiling.compiled import ENTRIES, compile_loops, digest, uncompiled
from simulator.engine.compiling.kept_code import code_folder, remove_unused
from simulator.engine.processes.crew import Crew
from simulator.engine.processes.pool import MOST_PREPARED

SECONDS: Final = 20
"""About how long it takes; measured by `python -m tests.benchmarks.engine_table`."""
MESSAGE: Final = f"compiling the engine, once on this machine: about {SECONDS} s"

_listeners: list[Callable[[str], None]] = []
"""Who is told what a run waits for, the last one; progress bars are."""


@contextmanager
def told(listener: Callable[[str], None]) -> Iterator[None]:
    """Let a listener be told what runs wait for meanwhile; it is told an empty text when the wait is over."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def prepare(workers: Crew, module: str) -> None:
    """Let some processes load a module and the kept code of the loops while the caller does something else."""
    for _ in range(min(workers.count, MOST_PREPARED) if workers.count > 1 else 0):
        workers.submit(_load, module)


def _load(module: str) -> None:
    importlib.import_module(module)
    if not uncompiled():
        compile_loops(ENTRIES)


def warm(workers: Crew) -> None:
    """Compile what no code is kept of, in two processes where there are several; processes read it then, in 0.2 s.

    Workers of other machines keep code of their own, and compile what they have not at their first piece of work.
    """
    if workers.here < min(workers.count, 2):
        return
    missing = workers.submit(uncompiled).result()
    if not missing:
        return
    _tell(MESSAGE)
    longest, *others = missing
    for part in [workers.submit(compile_loops, names) for names in ([longest], others)]:
        part.result()
    workers.submit(_remove_unused).result()
    _tell("")


def _remove_unused() -> None:
    folder = code_folder(digest())
    if folder is not None:
        remove_unused(folder)


def _tell(text: str) -> None:
    if _listeners:
        _listeners[-1](text)
