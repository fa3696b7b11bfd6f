"""Who works for a run: processes of this machine, or a cluster of Dask distributed. Results are the same to the bit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import ParamSpec, Protocol, Self, TypeVar

from simulator.engine.processes.pool import Workers

P = ParamSpec("P")
T = TypeVar("T")


class Crew(Protocol):
    """What a run asks of those who work for it; used in a `with` block, at whose end they have finished or are stopped.

    Work must be a function of a module, and its arguments and answer must be picklable.
    """

    @property
    def count(self) -> int:
        """How many pieces of work are done at the same time; 1 is the caller itself."""

    @property
    def here(self) -> int:
        """How many processes of this machine work; 1 is the caller itself, as where all others are elsewhere."""

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start some work and return its future, which raises what the work raised."""

    def prepare(self, *modules: str) -> None:
        """Let processes import modules while the caller does something else."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def crew_of(scheduler: str | None, count: int) -> Crew:
    """Return who works for a run.

    Args:
        scheduler: the address of a scheduler of Dask distributed, "local" for a cluster of this machine's own
            processes, None for processes without Dask.
        count: processes of this machine, where they work.

    Raises:
        SchedulerError: if the scheduler cannot be used, with what to do about it.
    """
    if scheduler is None:
        return Workers(count)
    from simulator.engine.processes.cluster import LOCAL, cluster_at, local_cluster

    return local_cluster(count) if scheduler == LOCAL else cluster_at(scheduler)
