"""Processes that work for a run: started once, for simulating and then for drawing; or none, and the caller does it.

Each process has a pipe to itself and a thread of the caller that waits at its other end. So nothing is shared that a
process could hold when it is killed: its thread sees the end of the pipe, and all who wait for work are told. The pool
of the standard library has one queue for all, and before Python 3.12 a thread of it hangs when its readers are gone.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from multiprocessing.process import parent_process
from types import ModuleType, TracebackType
from typing import Any, Final, ParamSpec, Self, TypeAlias, TypeVar

from simulator.engine.compiling.kept_code import CHOSEN, cache_home
from simulator.errors import WorkerEnded
from simulator.runtime.garbage import leave_all, look_seldom
from simulator.runtime.interrupts import STOPPING, held
from simulator.runtime.quiet import silence_libraries

P = ParamSpec("P")
T = TypeVar("T")
Pipe: TypeAlias = "connection.Connection[Any, Any]"

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
EXIT_SECONDS: Final = 5.0
"""How long a process may take to end after it closed its pipe."""


class Workers:
    """Some processes that share out work; a single one is the caller itself.

    Work must be a function of a module, and its arguments and answer must be picklable. Use it in a `with` block: its
    end waits for the processes, or ends them at once if an error or Ctrl-C ended it.

    Attributes:
        count: how many.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = _Pool(count) if count > 1 else None

    @property
    def here(self) -> int:
        """How many processes of this machine work: all."""
        return self.count

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start some work and return its future; where there are no processes it is done at once.

        The future raises what the work raised, or WorkerEnded if its process was ended from outside.
        """
        if self._pool is None:
            done: Future[T] = Future()
            done.set_result(work(*args, **kwargs))
            return done
        future: Future[T] = Future()
        self._pool.add(_Task(future, (work, args, kwargs)))
        return future

    def prepare(self, *modules: str) -> None:
        """Let some processes import modules while the caller does something else."""
        if self._pool is not None:
            for _ in range(min(self.count, MOST_PREPARED)):
                self.submit(load, modules)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is None:
            return
        try:
            if kind is None:
                self._pool.close()
        finally:
            with held():
                self._pool.end()


@dataclass(frozen=True, slots=True)
class _Task:
    """Work, what it is called with, and who waits for it."""

    future: Future[Any]
    call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


@dataclass(slots=True)
class _Pool:
    """Processes, their threads in this one, and the tasks that wait for one of them; None among these ends a thread.

    Attributes:
        unanswered: tasks that were given and have no answer yet.
        broken: why no more work is done; None while it is.
    """

    count: int
    tasks: queue.SimpleQueue[_Task | None] = field(default_factory=queue.SimpleQueue)
    processes: list[SpawnProcess] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    unanswered: int = 0
    broken: WorkerEnded | None = None

    def add(self, task: _Task) -> None:
        """Give some work to the processes; one more is started where all are busy and there may be more."""
        with self.lock:
            self.unanswered += 1
            wanted = len(self.threads) < min(self.unanswered, self.count)
        if wanted and self.broken is None:
            self._start()
        self.tasks.put(task)
        if self.broken is not None:
            self._refuse_waiting(self.broken)

    def close(self) -> None:
        """Let the processes finish what was given, and wait for their end."""
        for _ in self.threads:
            self.tasks.put(None)
        for thread in self.threads:
            thread.join()
        for process in self.processes:
            process.join()

    def end(self) -> None:
        """End the processes now, those that still run; who waits for work is told."""
        self.broken = self.broken or WorkerEnded("the processes of this run were stopped")
        for process in self.processes:
            process.kill()
        self._refuse_waiting(self.broken)
        self.close()

    def _start(self) -> None:
        """Start a process and its thread; both leave Ctrl-C to the main thread of the caller.

        Raises:
            WorkerEnded: if the system gives no process or thread.
        """
        mine, others = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(others,))
        thread = threading.Thread(target=self._attend, args=(process, mine), daemon=True)
        with held(), stopping_blocked(), environment(), without_main(), others:
            try:
                process.start()
                self.processes.append(process)
                thread.start()
            except (OSError, RuntimeError) as error:
                mine.close()
                raise WorkerEnded(f"a process that works for the run cannot be started ({error})") from error
            self.threads.append(thread)

    def _attend(self, process: SpawnProcess, pipe: Pipe) -> None:
        """Hand tasks to a process one after another, until there are none or it has ended."""
        with pipe:
            while (task := self.tasks.get()) is not None:
                if not task.future.set_running_or_notify_cancel():
                    continue
                try:
                    value, error = _asked(pipe, task)
                except (EOFError, OSError):
                    self._break(process, task)
                    return
                with self.lock:
                    self.unanswered -= 1
                if error is None:
                    task.future.set_result(value)
                else:
                    task.future.set_exception(error)

    def _break(self, process: SpawnProcess, task: _Task) -> None:
        """Tell who waits for a process, and all who wait for work, that it has ended."""
        process.join(EXIT_SECONDS)
        process.kill()
        process.join()
        self.broken = self.broken or _ended(process.exitcode)
        task.future.set_exception(self.broken)
        self._refuse_waiting(self.broken)

    def _refuse_waiting(self, reason: WorkerEnded) -> None:
        """Tell all who wait for work that it is not done, and let every thread end that waits for some."""
        with suppress(queue.Empty):
            while True:
                task = self.tasks.get_nowait()
                if task is not None and task.future.set_running_or_notify_cancel():
                    task.future.set_exception(reason)
        for _ in self.threads:
            self.tasks.put(None)


def _asked(pipe: Pipe, task: _Task) -> tuple[Any, BaseException | None]:
    """Let a process do a task and return its value, or the error.

    Raises:
        EOFError, OSError: if the process has ended.
    """
    try:
        call = pickle.dumps(task.call, pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return None, error
    pipe.send_bytes(call)
    del call
    answer = pipe.recv_bytes()
    try:
        answered: tuple[Any, BaseException | None] = pickle.loads(answer)
    except Exception as error:
        return None, error
    return answered


def _ended(code: int | None) -> WorkerEnded:
    """Return the error of a process that ended without being asked to, by its exit code."""
    number = -(code or 0)
    known = number > 0 and number in set(signal.Signals)
    how = signal.Signals(number).name if known else f"exit code {code}"
    return WorkerEnded(f"a process that worked for the run ended before its work was done ({how})")


@contextmanager
def without_main() -> Iterator[None]:
    """Hide the caller's main module from a process that is started.

    A process would run it again, for functions that stand in it. Work is of modules of this package, and a script of a
    user that has no `if __name__ == "__main__":` would simulate again in each process, and start further ones.
    """
    main = sys.modules.get("__main__")
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        if main is not None:
            sys.modules["__main__"] = main


def _serve(pipe: Pipe) -> None:
    """Do what is asked for until the pipe ends; in a process of its own."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    silence_libraries()
    look_seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            pipe.send_bytes(_answer(pipe.recv_bytes()))
    leave_all()


def _answer(call: bytes) -> bytes:
    """Return the pickled value of a pickled call, and the error if there was one."""
    try:
        work, args, kwargs = pickle.loads(call)
        return pickle.dumps((work(*args, **kwargs), None), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:
        told = portable(error)
    return pickle.dumps((None, told), pickle.HIGHEST_PROTOCOL)


def portable(error: BaseException) -> BaseException:
    """Return an error that another process can read, with the traceback of this one as a note."""
    where = f"in a worker process:\n{''.join(traceback.format_exception(error))}"
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(where)
    return error


def _end_with_parent() -> None:
    """Wait for the end of the process that started this one, however it ends, and end too."""
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


def load(modules: tuple[str, ...]) -> None:
    """Import some modules."""
    for module in modules:
        importlib.import_module(module)


@contextmanager
def environment() -> Iterator[None]:
    """Set variables of the environment that processes started meanwhile inherit; all keep code in one place."""
    new = {name: value for name, value in ENVIRONMENT.items() if name not in os.environ}
    home, chosen = cache_home(), os.environ.get(CHOSEN)
    if home is not None:
        new[CHOSEN] = str(home)
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            del os.environ[name]
        if chosen is not None:
            os.environ[CHOSEN] = chosen


@contextmanager
def stopping_blocked() -> Iterator[None]:
    """Block the signals that stop a command; processes and threads started meanwhile keep that."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
