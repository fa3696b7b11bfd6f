"""Compiled copies of the law and of the engine's loops, made by numba, in one namespace and one cache.

A compiled function can call compiled functions only, and numba's cache does not notice an edit of a function that is
called from another file (numba issue 1833). So all functions of `SOURCES` are copied into one namespace, where each
name is its compiled copy, and the cache stands in a folder named after the digest of all their sources and of the
versions: an edited law is compiled anew, and an old one is never served. The plain functions stay as they are.

Nothing is compiled when this module is imported. A loop is compiled, or read from the cache, at its first call.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

SOURCES: Final = (
    "simulator.law",
    "simulator.law.counters",
    "simulator.law.quantiles",
    "simulator.law.arrivals",
    "simulator.law.odds",
    "simulator.law.levels",
    "simulator.law.models",
    "simulator.law.outcomes",
    "simulator.law.attributes",
    "simulator.law.delays",
    "simulator.law.duplicates",
    "simulator.law.returns",
    "simulator.law.people",
    "simulator.law.solved",
    "simulator.law.turns",
    "simulator.law.tokens",
    "simulator.law.calls",
    "simulator.law.columns",
    "simulator.law.slots",
    "simulator.law.conversation",
    "simulator.law.case",
)
"""Modules of plain functions that are compiled into each other."""
LOOPS: Final = (
    "simulator.engine.drawing_loops",
    "simulator.engine.billing_loops",
    "simulator.engine.totals_loops",
    "simulator.engine.expectations.cases",
    "simulator.engine.expectations.means",
    "simulator.engine.expectations.remembered",
    "simulator.engine.expectations.lengths",
)
"""Modules of loops over arrays, which call those of `SOURCES` and one another, and are called from Python by `loop`."""
FOLDER: Final = "cx-contract-simulator"


def loop(name: str) -> Callable[..., Any]:
    """Return the compiled copy of a loop.

    Args:
        name: of a function in one of `LOOPS`.
    """
    found: Callable[..., Any] = namespace()[name]
    return found


@cache
def namespace() -> Mapping[str, Any]:
    """Return the compiled copies by name, with the constants that they read.

    Raises:
        ValueError: two modules have different things under one name.
    """
    _set_cache_folder()
    import numba

    space: dict[str, Any] = {"__builtins__": __builtins__}
    for name, value in _things().items():
        if isinstance(value, FunctionType):
            copy = FunctionType(value.__code__, space, value.__name__)
            copy.__module__, copy.__qualname__ = value.__module__, value.__qualname__
            space[name] = _compiled(numba, copy)
        else:
            space[name] = value
    return space


def _things() -> dict[str, Any]:
    """Return the functions and constants of all modules by name."""
    found: dict[str, Any] = {}
    for module in (*SOURCES, *LOOPS):
        for name, value in vars(importlib.import_module(module)).items():
            if name.startswith("__") or (isinstance(value, ModuleType) and value.__name__.startswith("simulator")):
                continue
            if found.setdefault(name, value) is not value and found[name] != value:
                raise ValueError(f"{module} has another {name} than the modules before it: one name is one thing")
    return found


def _compiled(numba: ModuleType, function: FunctionType) -> Any:
    """Return a function compiled; no short cuts in arithmetic, so that machines agree."""
    inside = function.__module__ not in LOOPS
    options = {"cache": not inside, "forceinline": inside, "error_model": "numpy", "nogil": True}
    return numba.njit(function, no_cfunc_wrapper=True, **options)


def _set_cache_folder() -> None:
    """Tell numba where its cache stands, before anything is compiled."""
    import numba

    setattr(numba.config, "CACHE_DIR", str(cache_folder()))  # noqa: B010 (numba fills its settings in at run time)


@cache
def cache_folder() -> Path:
    """Return the folder of the cache, which exists and can be written: the user's, else a new one for this process.

    A folder for all users of a machine would let one of them put code where another runs it.
    """
    for home in _homes():
        folder = home / FOLDER / digest()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if os.access(folder, os.W_OK | os.X_OK) and _own(folder):
            return folder
    return Path(tempfile.mkdtemp(prefix=f"{FOLDER}-"))


def _own(folder: Path) -> bool:
    """Return whether a folder is this user's."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _homes() -> list[Path]:
    """Return where caches of users may stand, the best first; relative paths are not taken."""
    if sys.platform == "win32":
        named = [os.environ.get("LOCALAPPDATA")]
    elif sys.platform == "darwin":
        named = [os.path.expanduser("~/Library/Caches")]
    else:
        named = [os.environ.get("XDG_CACHE_HOME"), os.path.expanduser("~/.cache")]
    user = os.getuid() if hasattr(os, "getuid") else "user"
    named.append(os.path.join(tempfile.gettempdir(), f"{FOLDER}-{user}"))
    return [Path(each) for each in named if each and os.path.isabs(each)]


@cache
def digest() -> str:
    """Return the digest of all that decides what is compiled: sources, versions and the processor's kind."""
    import numba
    import numpy

    found = hashlib.sha256()
    for name in (*SOURCES, *LOOPS, __name__):
        found.update(Path(str(importlib.import_module(name).__file__)).read_bytes())
    for version in (platform.python_version(), numpy.__version__, numba.__version__, platform.machine()):
        found.update(version.encode())
    return found.hexdigest()[:24]
