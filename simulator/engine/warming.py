"""Compiles the engine's loops once on a machine, before the processes of a run need them, and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from simulator.engine.compiled import compile_loops, digest, uncompiled
from simulator.engine.crew import Crew
from simulator.engine.kept_code import code_folder, remove_unused

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


def warm(workers: Crew) -> None:
    """Compile what no code is kept of: in this process, and half in another one of this machine where there are some.

    Processes that are started read it then, which takes 0.2 s. Workers of other machines have no part in it: they keep
    code of their own, and compile what they have not at their first piece of work.
    """
    missing = uncompiled()
    if not missing:
        return
    _tell(MESSAGE)
    longest, *others = missing
    if workers.count > 1 and workers.here > 1 and others:
        rest = workers.submit(compile_loops, others)
        compile_loops([longest])
        rest.result()
    else:
        compile_loops(missing)
    folder = code_folder(digest())
    if folder is not None:
        remove_unused(folder)
    _tell("")


def _tell(text: str) -> None:
    if _listeners:
        _listeners[-1](text)
