"""Compiled copies of the law and of the engine's loops, made by numba, in one namespace.

A compiled function can call compiled functions only, and numba does not notice an edit of a function that is called
from another file (numba issue 1833). So all functions of `SOURCES` are copied into one namespace, where each name is
its compiled copy, and code is kept (compiling.kept_code) under the digest of all their sources, constants and versions:
an edited law is compiled anew, and an old one is never served. The plain functions stay as they are.

Nothing is compiled when this module is imported. A loop is compiled, or read where code is kept, at its first call; a
run does it for all of them before its processes start, see `processes.warming`.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import platform
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import version
from types import FunctionType, ModuleType
from typing import Any, Final

from simulator.engine.compiling.kept_code import CHOSEN, KeptCode, code_folder

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
    "simulator.law.turns",
    "simulator.law.tokens",
    "simulator.law.drawn_columns",
    "simulator.law.slots",
    "simulator.law.case",
)
"""Modules of plain functions that are compiled into each other."""
LOOPS: Final = (
    "simulator.engine.draws.drawing_loops",
    "simulator.engine.counting.billing_loops",
    "simulator.engine.counting.totals_loops",
    "simulator.engine.expectations.contact_chain",
    "simulator.engine.expectations.means",
    "simulator.engine.expectations.case_history",
    "simulator.engine.expectations.lengths",
)
"""Modules of loops over arrays, which call those of `SOURCES` and one another."""
CHAIN: Final = (
    "ChainLaw[DriverEffects[f2 f2 f2 f2 f2] CaseLaw[f3 f1 f3] EndingLaw[f3 f2 f2 f2 f1 f2 f2 f2 f2 f2 f2] "
    "Coming[f2 f2 f2 f2 f2 f1 i1]]"
)
CHANCES: Final = "Chances[f2 f4 f5 f3 f1 f1 f1]"
ATTRIBUTES: Final = "AttributeLaw[f3 f2 f2 f2 f2 f1 f3]"
CONSTANTS: Final = "FutureConstants[float float f1 f2 f2 f4]"
READERS: Final = "Readers[f1 i1 i2 f3]"
PATHS: Final = "CasePaths[int i1 i1 i1 i1 i1 i1 i1 i1 i1]"
WORKSPACE: Final = f"Workspace[f8 f7 f2 f2 f7 {CHANCES}]"
"""Types of what several loops are given, written as in `ENTRIES`."""
ENTRIES: Final[Mapping[str, tuple[str, ...]]] = {
    "begin_lengths": ("TurnLaw[f2 f2 f2 f1 f1 f1 f1 f2 int] f2 f2",),
    "cases_before": ("i2 f2 int int i2",),
    "draw_cases": ("LawRows[f2 i1 i2 f1 f1] f2 Opened[i2 i2 int int] int int DrawnColumns[i2 i2 f2]",),
    "open_cases": ("i2 int int i2 f1",),
    "fill_delays": ("f1 f1 s2",),
    "look_up": (
        "f1 int i1 s2 b1",
        "f1 int i1 s2 f1",
    ),
    "remember": ("f1 int i1 s2 b1",),
    "mark_cases": ("i1 b1 b1",),
    "mark_sessions": ("i1 i1 f1 bool float b1",),
    "fill_plain": ("f1 f1 f1 f1",),
    "count_where": ("i1 b1 f1",),
    "count_by": ("i1 i1 f2",),
    "sum_all": (
        "i1 f1 f1",
        "i1 i1 f1",
    ),
    "sum_where": (
        "i1 f1 b1 f1",
        "i1 i1 b1 f1",
    ),
    "sum_by": ("i1 i1 f1 f2",),
    "expect_cases": (f"f3 {CHAIN} ChainCounts[f2 f2 f1 f2 f2 f2 f2] {CHANCES} Made[f5 f4 f4 f6 f7 f3 f3]",),
    "fill_lengths": ("TurnLaw[f2 f2 f2 f1 f1 f1 f1 f2 int] int RequestedSizes[i1 f1 f1 f1] f4 f4",),
    "add_lengths": ("f7 int i1 f4 AskedShares[f2 i1 f2] f6",),
    "fill_paths": (f"{ATTRIBUTES} int {CONSTANTS} {READERS} {PATHS} {WORKSPACE}",),
    "expect_paths": (f"f3 {CHAIN} i1 {PATHS} {WORKSPACE} f3",),
    "fill_columns": (
        f"{ATTRIBUTES} int {CONSTANTS} {READERS} KindColumns[ReaderColumns[i1 i1 i1 i1] Merged[i1 f1 i1 i1 i1 i1]] "
        "KindMeans[f4 f5]",
    ),
    "add_columns": ("f3 i1 f2 f3",),
}
"""Loops that are called from Python, with the types of all their calls; all else becomes part of them. An array is a
letter (floats, ints, short and byte whole numbers) and its number of axes; a named tuple has the types of its fields in
brackets. A call with other types would be compiled in the middle of a run, in every process: a test refuses it."""


def loop(name: str) -> Callable[..., Any]:
    """Return the compiled copy of a loop.

    Args:
        name: one of `ENTRIES`; what is part of a loop cannot be called from Python.

    Raises:
        KeyError: it is not one of them.
    """
    if name not in ENTRIES:
        raise KeyError(f"{name} is no loop that can be called from Python: state the types of its calls in ENTRIES")
    found: Callable[..., Any] = namespace()[name]
    return found


def uncompiled() -> list[str]:
    """Return the loops of which no code is kept for some of their types, those that take longest first.

    There is none where the user wants plain functions (NUMBA_DISABLE_JIT).
    """
    from numba.core.registry import cpu_target

    if _numba().config.DISABLE_JIT:
        return []
    kept = {name: KeptCode(name, code_folder(digest())) for name in ENTRIES}
    target = cpu_target.target_context
    missing = [name for name in ENTRIES if not all(kept[name].has(each, target) for each in types_of(name))]
    return sorted(missing, key=lambda name: -max(map(len, ENTRIES[name])))


def compile_loops(names: Iterable[str]) -> None:
    """Compile some loops for the types of all their calls, or read what is kept."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            for types in types_of(name):
                namespace()[name].compile(types)


def types_of(name: str) -> list[tuple[Any, ...]]:
    """Return the types of all calls of a loop."""
    return [tuple(_types(each)) for each in ENTRIES[name]]


def _types(letters: str) -> list[Any]:
    """Return numba's types for letters such as "f2 int ReaderColumns[i1 i1]"."""
    types = _numba().types
    plain = {"int": types.int64, "float": types.float64, "bool": types.boolean}
    items = {"f": types.float64, "i": types.int64, "s": types.int32, "b": types.int8}
    found = []
    for word, fields in _words(letters):
        if fields:
            found.append(_named(types, _types(fields), _things()[word]))
        elif word in plain:
            found.append(plain[word])
        else:
            found.append(types.Array(items[word[0]], int(word[1:]), "C"))
    return found


def _words(letters: str) -> Iterator[tuple[str, str]]:
    """Yield the words of such letters, each with what stands in its brackets, which may hold brackets too."""
    rest = letters
    while rest:
        word = re.match(r"\w+", rest)
        assert word is not None, rest
        end = word.end()
        if rest[end : end + 1] == "[":
            depth, end = 1, end + 1
            while depth:
                depth, end = depth + {"[": 1, "]": -1}.get(rest[end], 0), end + 1
        yield word[0], rest[word.end() + 1 : end - 1]
        rest = rest[end:].lstrip()


def _named(types: Any, fields: list[Any], of: type) -> Any:
    """Return the type of a named tuple; numba has another one where all fields are alike.

    Raises:
        ValueError: there are not as many types as it has fields.
    """
    names = getattr(of, "_fields", ())
    if len(fields) != len(names):
        raise ValueError(
            f"{of.__name__} has {len(names)} fields ({', '.join(names)}) and {len(fields)} types: write one letter for "
            "each field, in their order, in ENTRIES or above it, in simulator/engine/compiling/compiled.py"
        )
    if len(set(fields)) == 1:
        return types.NamedUniTuple(fields[0], len(fields), of)
    return types.NamedTuple(fields, of)


@cache
def namespace() -> Mapping[str, Any]:
    """Return the compiled copies by name, with the constants that they read.

    Raises:
        ValueError: two modules have different things under one name.
    """
    space: dict[str, Any] = {"__builtins__": __builtins__}
    for name, value in _things().items():
        if isinstance(value, FunctionType):
            copy = FunctionType(value.__code__, space, value.__name__)
            copy.__module__, copy.__qualname__ = value.__module__, value.__qualname__
            space[name] = _entry(copy) if name in ENTRIES else _part(copy)
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
                raise ValueError(
                    f"{module}.{name} is another than that of the modules before it: one name is one thing"
                )
    return found


def _numba() -> Any:
    """Return the library, which is imported where something is compiled; its settings have no types."""
    import numba

    return numba


def _entry(function: FunctionType) -> Any:
    """Return a loop compiled, its code kept; where the user wants plain functions, wrapped so that words wrap around.

    No short cuts in arithmetic, so that machines agree.
    """
    if _numba().config.DISABLE_JIT:
        return _plain(function)
    compiled = _numba().njit(function, error_model="numpy", nogil=True, no_cfunc_wrapper=True)
    compiled._cache = KeptCode(function.__name__, code_folder(digest()))
    return compiled


def _plain(function: FunctionType) -> Callable[..., Any]:
    """Return a loop of plain functions; NumPy does not tell that words wrap around, as the law means them to."""
    import numpy as np

    def called(*arguments: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*arguments)

    return called


def _part(function: FunctionType) -> Any:
    """Return a function that becomes part of loops.

    numba would compile it anew for every constant that it is called with, which takes three times as long and gains
    nothing, as the constant is known again once the function stands in its caller.
    """
    if _numba().config.DISABLE_JIT:
        return function
    compiled = _numba().njit(
        function, forceinline=True, error_model="numpy", nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=True
    )
    template = compiled.get_call_template

    def of_types(args: Iterable[Any], kws: Mapping[str, Any]) -> Any:
        unliteral = _numba().types.unliteral
        return template([unliteral(each) for each in args], {key: unliteral(each) for key, each in kws.items()})

    compiled.get_call_template = of_types
    return compiled


@cache
def digest() -> str:
    """Return the digest of all that decides what is compiled: sources, constants, versions and settings of numba."""
    import numpy

    found = hashlib.sha256()
    for name in (*SOURCES, *LOOPS, __name__, KeptCode.__module__):
        found.update(_source(name))
    constants = {name: value for name, value in _things().items() if isinstance(value, int | float | str | tuple)}
    settings = {key: value for key, value in os.environ.items() if key.startswith("NUMBA_") and key != CHOSEN}
    versions = (platform.python_version(), numpy.__version__, _numba().__version__, version("llvmlite"))
    found.update(repr((constants, sorted(settings.items()), versions, platform.machine())).encode())
    return found.hexdigest()[:24]


def _source(module: str) -> bytes:
    """Return the source of a module, from a folder or an archive."""
    spec = importlib.import_module(module).__spec__
    assert spec is not None and spec.origin is not None
    loader: Any = spec.loader
    source: bytes = loader.get_data(spec.origin)
    return source
