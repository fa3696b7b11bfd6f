"""Compiled functions that are parts of loops, made so that Python can call them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numba

from simulator.engine.compiling.compiled import namespace


@cache
def part(name: str) -> Callable[..., Any]:
    """Return a compiled function of the law or of a loop, wrapped: compiled functions alone can call it as it is."""
    own = namespace()[name]
    found: Callable[..., Any] = numba.njit(lambda *given: own(*given))
    return found
