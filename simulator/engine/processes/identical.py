"""Whether the workers of a cluster give the results of this machine to the bit: their versions, sources and threads."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import simulator
from simulator.errors import SchedulerError

PACKAGES: Final = ("numpy", "numba", "llvmlite", "scipy", "duckdb", "genai-prices")
"""Packages whose versions decide the last bits of results."""
SOURCES: Final = (".py", ".toml", ".json")
"""Files of the package that do so too."""
MOST_NAMED: Final = 3
"""Workers that a message names."""


def refuse_threads(client: Any, address: str) -> None:
    """Refuse workers of several threads: Python would let one of them work at a time, and each needs its own memory.

    Raises:
        SchedulerError: with how workers of one thread are started.
    """
    found = {worker: threads for worker, threads in client.nthreads().items() if threads > 1}
    for worker, threads in list(found.items())[:1]:
        raise SchedulerError(
            f"the worker {worker} has {threads} threads, and a worker here has one; start as many processes in their "
            f"place: dask worker {address} --nworkers {threads} --nthreads 1"
        )


def refuse_other_versions(client: Any, address: str) -> None:
    """Refuse workers whose results could differ from those of this machine.

    Raises:
        SchedulerError: with what differs on which worker.
    """
    mine = about()
    found = client.run(about, on_error="return")
    wrong = {worker: each for worker, each in found.items() if each != mine}
    if not wrong:
        return
    told = [f"{worker} {difference(each, mine)}" for worker, each in list(wrong.items())[:MOST_NAMED]]
    more = f", and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
    raise SchedulerError(
        f"workers of {address} would not give the results of this machine: {'; '.join(told)}{more}. Install the same "
        "versions on all of them"
    )


def difference(theirs: Mapping[str, str] | BaseException, mine: Mapping[str, str]) -> str:
    """Return what a worker has that this machine has not, in words."""
    if isinstance(theirs, BaseException):
        if "simulator" in str(theirs) and ("No module" in str(theirs) or "attribute" in str(theirs)):
            return "has no simulator, or an older one"
        return f"cannot say its versions ({theirs})"
    apart = [name for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)]
    return ", ".join(f"has {name} {theirs.get(name, 'none')}, here {mine.get(name, 'none')}" for name in apart)


@cache
def about() -> dict[str, str]:
    """Return what the last bits of results depend on in this process, by name."""
    root = Path(simulator.__file__).parent
    sources = hashlib.sha256()
    for path in sorted(each for each in root.rglob("*") if each.suffix in SOURCES and each.is_file()):
        sources.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return {
        "simulator": simulator.__version__,
        "sources": sources.hexdigest()[:12],
        "python": ".".join(platform.python_version_tuple()[:2]),
        "processor": platform.machine(),
        **{name: version(name) for name in PACKAGES},
    }
