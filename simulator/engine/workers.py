"""Processes that work for a run: started once, for simulating and then for drawing; or none, and the caller does it."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import Final, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

ENVIRONMENT: Final[Mapping[str, str]] = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
}
"""What processes are started with, unless the user says otherwise: one thread of linear algebra, as more would only
get in each other's way; and glibc keeps freed memory for the next block, which saves a tenth of the time."""

MOST_PREPARED: Final = 4
"""Processes that are started before there is work for them."""


class Workers:
    """Some processes that share out work; a single one is the caller itself.

    Work must be a function of a module, and its arguments and answer must be picklable. Use it in a `with` block: its
    end waits for the processes, or stops them if an error or Ctrl-C ended it.

    Attributes:
        count: how many.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._others = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(count, context, _ignore_interrupt) if count > 1 else None

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start some work and return its future; where there are no processes it is done at once."""
        if self._pool is None:
            done: Future[T] = Future()
            done.set_result(work(*args, **kwargs))
            return done
        with _interrupt_held(), _environment():
            return self._pool.submit(work, *args, **kwargs)

    def prepare(self, *modules: str) -> None:
        """Let some processes import modules while the caller does something else."""
        if self._pool is not None:
            for _ in range(min(self.count, MOST_PREPARED)):
                self.submit(_load, modules)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is None:
            return
        if kind is None:
            self._pool.shutdown()
            return
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in set(multiprocessing.active_children()) - self._others:
            worker.terminate()


def _load(modules: tuple[str, ...]) -> None:
    for module in modules:
        importlib.import_module(module)


def _ignore_interrupt() -> None:
    """Leave Ctrl-C to the main process, which stops the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _environment() -> Iterator[None]:
    """Set variables of the environment that processes started meanwhile inherit."""
    new = [name for name in ENVIRONMENT if name not in os.environ]
    os.environ.update({name: ENVIRONMENT[name] for name in new})
    try:
        yield
    finally:
        for name in new:
            del os.environ[name]


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Hold Ctrl-C back for a moment; processes started meanwhile inherit that and leave it to the main one."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
