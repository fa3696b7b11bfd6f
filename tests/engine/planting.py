"""Faults planted in the package of this process, and the compiled loops as plain Python that sees them.

A fault is another text in one file. Its module's functions are made anew from it, and take the place of the true ones
wherever those are known by name. What is compiled does not see that: `plain_loops` lets the engine run the loops as
plain functions instead, with numbers in lists, which plain Python reads faster than arrays.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from simulator.engine.compiling.compiled import LOOPS, SOURCES
from simulator.engine.draws import drawing, law_rows

ROOT = Path(__file__).parents[2]


def module_of(file: str) -> str:
    """Return the module of a file of the package."""
    return file.removesuffix(".py").replace("/", ".")


def plant(patch: pytest.MonkeyPatch, file: str, text: str, fault: str) -> None:
    """Plant a fault.

    Args:
        file: of the repository, as in simulator/law/turns.py.
        text: stands in the file once.
        fault: takes its place.
    """
    source, name = (ROOT / file).read_text(), module_of(file)
    assert source.count(text) == 1 and fault != text
    true, wrong = dict(vars(importlib.import_module(name))), {"__name__": name}
    exec(compile(source.replace(text, fault), file, "exec"), wrong)
    mine = {key for key, each in wrong.items() if callable(each) and getattr(each, "__module__", "") == name}
    mine = {key for key in mine if not isinstance(wrong[key], type)}
    for module in [each for key, each in sys.modules.items() if key.startswith(("simulator", "tests."))]:
        for key in mine:
            if vars(module).get(key) is true[key]:
                patch.setattr(module, key, wrong[key])


def plain_space() -> dict[str, Any]:
    """Return the law's functions and the loops that draw, as they are now, in one namespace as `compiled` makes it."""
    space: dict[str, Any] = {"__builtins__": __builtins__}
    for name in (*SOURCES, *LOOPS):
        for key, value in vars(importlib.import_module(name)).items():
            if isinstance(value, FunctionType):
                space[key] = FunctionType(value.__code__, space, key)
            elif not key.startswith("__"):
                space[key] = value
    return space


def plain_loops(patch: pytest.MonkeyPatch) -> None:
    """Let the engine draw by plain Python; its billing and sums stay compiled."""
    space = plain_space()
    space |= {name: _from_lists(space[name]) for name in ("draw_cases", "cases_before", "open_cases")}
    for module in (drawing, law_rows):
        patch.setattr(module, "loop", space.__getitem__)


def _from_lists(loop: Callable[..., Any]) -> Callable[..., Any]:
    """Return a loop that reads the law's numbers as lists, and words and cases as whole numbers of Python."""

    def drawn(*given: Any) -> Any:
        if loop.__name__ == "draw_cases":
            law, moves, month, *rest = given
            plain = type(law)(*(each.tolist() for each in law))
            return loop(plain, moves.tolist(), month._replace(keys=month.keys.astype(object)), *rest)
        keys, *rest = given
        if loop.__name__ == "open_cases":
            rest[2] = rest[2].astype(object)
        return loop(keys.astype(object), *rest)

    return drawn
