"""A run on Dask distributed: on a cluster that somebody runs, or on one of processes of this machine.

Work is a pure function, so that what a worker had when it was killed is given to another one: the scheduler does that,
up to `distributed.scheduler.allowed-failures` times (3) for a piece of work. Work that raised an error is not repeated,
for it would raise it again. A frozen dataclass among the arguments, as the plan of a run, is a task of its own: it goes
to each worker once, however many pieces of work it has, and the scheduler makes it again if its worker was killed.

A cluster of this machine listens on 127.0.0.1 only, and its processes know one another by certificates that are made
for the run: else every user of the machine could let them work. It has no dashboard, and answers no request by HTTP.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import signal
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, is_dataclass
from types import TracebackType
from typing import Any, Final, ParamSpec, Self, TypeVar

from simulator.engine.compiling.kept_code import CHOSEN, cache_home
from simulator.engine.processes.identical import about, difference, refuse_other_versions, refuse_threads
from simulator.engine.processes.pool import (
    ENVIRONMENT,
    MOST_PREPARED,
    environment,
    load,
    portable,
    stopping_blocked,
    without_main,
)
from simulator.errors import SchedulerError
from simulator.runtime.interrupts import held
from simulator.runtime.quiet import silence_libraries

P = ParamSpec("P")
T = TypeVar("T")

LOCAL: Final = "local"
"""In the place of an address: a cluster of processes of this machine, for this run."""
INSTALL: Final = "pip install -e '.[dask]'"
CONNECT_SECONDS: Final = 10
"""How long a scheduler may take to answer."""
ANSWER_TIMES: Final = 3
"""How many times that an answer is waited for: connecting tries all addresses of a name."""
WORKER_SECONDS: Final = 30
"""How long a scheduler without workers is given to get one."""
MOST_SHARED: Final = 16
"""Arguments that are kept for further work with them; one that was given up is sent again."""
LEAST_COUNT: Final = 2
"""Pieces of work at the same time, at least: a single one would be the caller's own."""

_one_at_a_time = threading.Lock()
"""Held by the work of a process; a worker of several threads that came later was not refused."""


class Cluster:
    """The workers of a scheduler; made by `local_cluster` and `cluster_at`."""

    def __init__(self, client: Any, where: str, here: int, closing: ExitStack, processes: Any = None) -> None:
        self._client, self._where, self._here, self._closing = client, where, here, closing
        self._processes = processes
        self._shared: OrderedDict[int, _Shared] = OrderedDict()
        self._waiting: set[Any] = set()

    @property
    def count(self) -> int:
        """How many pieces of work are done at the same time, at least two; workers may come and go."""
        try:
            threads: Iterable[int] = self._client.nthreads().values()
        except OSError as error:
            raise _told(error, self._where) from error
        return max(LEAST_COUNT, sum(threads))

    @property
    def here(self) -> int:
        """How many processes of this machine work; 1 is the caller itself, as where a cluster is elsewhere."""
        return self._here

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start some work and return its future.

        The future raises what the work raised, or SchedulerError if its workers ended one after the other, or the
        scheduler did.
        """
        outer: Future[T] = Future()
        try:
            shared = {place: self._sent_once(each) for place, each in enumerate(args) if _is_plan(each)}
            own = [None if place in shared else each for place, each in enumerate(args)]
            call = pickle.dumps((work, own, kwargs, tuple(shared)), pickle.HIGHEST_PROTOCOL)
            key = f"{getattr(work, '__name__', 'work').strip('_')}-{uuid.uuid4().hex}"
            given = self._client.submit(_served, about(), call, *shared.values(), key=key, pure=False)
        except Exception as error:
            outer.set_exception(_told(error, self._where))
            return outer
        self._waiting.add(given)
        given.add_done_callback(lambda done: self._pass_on(done, outer))
        return outer

    def prepare(self, *modules: str) -> None:
        """Let some workers import modules while the caller does something else."""
        for _ in range(min(self.count, MOST_PREPARED)):
            self.submit(load, modules)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with held():
            if kind is not None:
                with suppress(Exception):
                    self._client.cancel(list(self._waiting), force=True)
                _kill(self._processes)
            self._closing.close()

    def _sent_once(self, value: Any) -> Any:
        """Return the future of a value on the cluster, sent if that was not done yet."""
        known = self._shared.pop(id(value), None)
        if known is None or known.value is not value:
            content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
            key = f"plan-{hashlib.sha256(content).hexdigest()}"
            known = _Shared(value, self._client.submit(pickle.loads, content, key=key))
        self._shared[id(value)] = known
        if len(self._shared) > MOST_SHARED:
            self._shared.popitem(last=False)
        return known.future

    def _pass_on(self, done: Any, outer: Future[Any]) -> None:
        """Give what some work found to who waits for it; called in a thread of its own."""
        self._waiting.discard(done)
        try:
            value, error = done.result()
        except BaseException as failure:
            value, error = None, _told(failure, self._where)
        done.release()
        if error is None:
            outer.set_result(value)
        else:
            outer.set_exception(error)


@dataclass(frozen=True, slots=True)
class _Shared:
    """A value, which is kept so that no other gets its id, and its future on the cluster."""

    value: Any
    future: Any = field(repr=False)


def local_cluster(count: int) -> Cluster:
    """Start a cluster of some processes of this machine, of one thread each.

    Raises:
        SchedulerError: if Dask distributed is not installed, or the processes cannot be started.
    """
    library = _library()
    closing = ExitStack()
    try:
        with held(), stopping_blocked(), environment(), without_main(), _settings():
            security = library.Security.temporary()
            processes = library.LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
                security=security,
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )
            closing.callback(processes.close)
        client = library.Client(processes, set_as_default=False)
        closing.callback(client.close)
        return Cluster(client, "the cluster of this machine", max(count, LEAST_COUNT), closing, processes)
    except (OSError, ImportError, RuntimeError, TimeoutError) as error:
        closing.close()
        raise SchedulerError(f"a cluster of this machine cannot be started: {error}") from error
    except BaseException:
        closing.close()
        raise


def cluster_at(address: str) -> Cluster:
    """Connect to the scheduler at an address, such as tcp://10.0.0.5:8786.

    Raises:
        SchedulerError: if Dask distributed is not installed, the scheduler does not answer or has no workers, or a
            worker has other versions than this machine.
    """
    library = _library()
    with ExitStack() as closing:
        client = _connected(library, address)
        closing.callback(client.close)
        try:
            client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError as error:
            raise SchedulerError(
                f"the scheduler at {address} has no workers, and got none in {WORKER_SECONDS} s; start some, each with "
                f"the simulator installed: dask worker {address} --nthreads 1"
            ) from error
        refuse_threads(client, address)
        refuse_other_versions(client, address)
        return Cluster(client, address, 1, closing.pop_all())


def _connected(library: Any, address: str) -> Any:
    """Return the client of a scheduler.

    It connects in a thread of its own: where something else listens at the address, that waits for ever.

    Raises:
        SchedulerError: if it does not answer.
    """
    answer: Future[Any] = Future()

    def connect() -> None:
        try:
            answer.set_result(library.Client(address, timeout=CONNECT_SECONDS, set_as_default=False))
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=connect, daemon=True).start()
    try:
        return answer.result(ANSWER_TIMES * CONNECT_SECONDS)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        why = error if answer.done() else "what listens there does not answer as a scheduler of Dask does"
        raise SchedulerError(
            f"the scheduler at {address} cannot be reached: {why}; start one with dask scheduler, see that this "
            f"machine may connect to its port, or leave out --scheduler"
        ) from error


def _library() -> Any:
    """Return Dask distributed, which says nothing by itself.

    Raises:
        SchedulerError: if it is not installed, with how that is done.
    """
    try:
        import dask

        dask.config.set({"logging": {"distributed": "critical", "distributed.client": "critical"}})
        import distributed
    except ImportError as error:
        raise SchedulerError(f"--scheduler needs Dask distributed, which is not installed: {INSTALL}") from error
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return distributed


def _settings() -> Any:
    """Return the settings with which a cluster of this machine starts; processes that are started again have them."""
    import dask

    own = {**ENVIRONMENT, "DASK_LOGGING__DISTRIBUTED": "critical"}
    home = cache_home()
    return dask.config.set(
        {
            "distributed.scheduler.http.routes": [],
            "distributed.worker.http.routes": [],
            "distributed.nanny.pre-spawn-environ": own if home is None else {**own, CHOSEN: str(home)},
        }
    )


def _is_plan(value: object) -> bool:
    """Return whether a value is worth sending once: it cannot change, and may be large."""
    return is_dataclass(value) and not isinstance(value, type) and bool(_settings_of(value).frozen)


def _settings_of(value: Any) -> Any:
    return value.__dataclass_params__


def _kill(processes: Any) -> None:
    """End the processes of a cluster of this machine now; asked politely they finish what they do first."""
    for nanny in () if processes is None else processes.workers.values():
        nanny.auto_restart = False
        with suppress(OSError, AttributeError):
            os.kill(nanny.pid, signal.SIGKILL)


def _told(failure: BaseException, where: str) -> Exception:
    """Return what is told of work that has no answer; what the work itself raised is an answer."""
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    if isinstance(failure, KilledWorker):
        return SchedulerError(
            f"a piece of work on {where} was given up, as {failure.allowed_failures + 1} workers ended while they had "
            "it; if nobody ended them, their memory ran out"
        )
    if isinstance(failure, Exception) and not isinstance(failure, FutureCancelledError | OSError):
        return failure
    return SchedulerError(f"the connection to {where} was lost before the work was done")


def _served(expected: Mapping[str, str], call: bytes, *shared: Any) -> tuple[Any, BaseException | None]:
    """Do some work and return its value, or the error; in a worker.

    Args:
        expected: `about` of who asks; a worker that came later was not looked at yet.
    """
    if about() != expected:
        return None, SchedulerError(f"a worker {difference(about(), expected)}; install the same versions on it")
    silence_libraries()
    try:
        work, args, kwargs, places = pickle.loads(call)
        for place, value in zip(places, shared, strict=True):
            args[place] = value
        with _one_at_a_time:
            return work(*args, **kwargs), None
    except BaseException as error:
        return None, portable(error)
