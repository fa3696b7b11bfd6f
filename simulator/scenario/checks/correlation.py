"""Correlations a scenario states: known names, each pair once, and together positive definite."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from simulator.errors import Problem
from simulator.scenario.key_paths import Path
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import DRIVER_ORDER
from simulator.scenario.stated.sources import quantities

Pairs = Mapping[tuple[int, int], float]
_SMALLEST_PIVOT: Final = 1e-9


def check_drivers_correlation(scenario: Scenario) -> list[Problem]:
    """Correlated drivers exist, no pair stands twice, and the matrix is positive definite."""
    problems: list[Problem] = []
    pairs: dict[tuple[int, int], float] = {}
    places: dict[tuple[int, int], Path] = {}
    for first, row in scenario.drivers.correlation.items():
        for second, rho in row.items():
            path = ("drivers", "correlation", first, second)
            problem = _driver_problem(path, first, second, rho)
            if problem is None:
                low, high = sorted((DRIVER_ORDER.index(first), DRIVER_ORDER.index(second)))
                if (low, high) in pairs:
                    problem = Problem(
                        path, f"the correlation of {second} and {first} stands twice", "keep one of the two"
                    )
                pairs[low, high], places[low, high] = rho, path
            problems += [problem] if problem else []
    return problems or _definite_problem(pairs, places, DRIVER_ORDER)


def _driver_problem(path: Path, first: str, second: str, rho: float) -> Problem | None:
    for name in (first, second):
        if name not in DRIVER_ORDER:
            key = path[:3] if name == first else path
            reason = (
                "mix has a series per intent and is not correlated" if name == "mix" else suggest(name, DRIVER_ORDER)
            )
            return Problem(key, f"unknown driver '{name}' in drivers.correlation", reason)
    if first == second:
        return Problem(path, f"the correlation of {first} with itself is 1; remove it")
    if not -1 < rho < 1:
        return Problem(path, f"drivers.correlation.{first}.{second}: must lie between -1 and 1, not {rho:g}")
    return None


def check_unknowns_correlation(scenario: Scenario) -> list[Problem]:
    """Correlated unknowns are numbers given as intervals, no pair stands twice, the matrix is positive definite."""
    if not scenario.correlations:
        return []
    known = {quantity.name: quantity.fixed for quantity in quantities(scenario)}
    names = [name for name, fixed in known.items() if not fixed]
    problems: list[Problem] = []
    pairs: dict[tuple[int, int], float] = {}
    places: dict[tuple[int, int], Path] = {}
    for index, correlation in enumerate(scenario.correlations):
        path: Path = ("correlations", index)
        problem = _unknown_problem((*path, "between"), correlation.between, known, names)
        if problem is None:
            low, high = sorted(names.index(name) for name in correlation.between)
            if (low, high) in pairs:
                problem = Problem(
                    path, f"the correlation of {' and '.join(correlation.between)} stands twice", "keep one of the two"
                )
            pairs[low, high], places[low, high] = correlation.rho, path
        problems += [problem] if problem else []
    return problems or _definite_problem(pairs, places, names)


def _unknown_problem(
    path: Path, between: tuple[str, str], known: Mapping[str, bool], names: list[str]
) -> Problem | None:
    for name in between:
        if name in names:
            continue
        if name in known:
            return Problem(
                path,
                f"'{name}' is a fixed number and cannot be correlated",
                f"give it as an interval; {suggest(name, names, 'intervals here')}",
            )
        return Problem(path, f"no number is named '{name}'", suggest(name, names, "intervals here"))
    if between[0] == between[1]:
        return Problem(path, f"the correlation of {between[0]} with itself is 1; remove it")
    return None


def _definite_problem(
    pairs: Pairs, places: Mapping[tuple[int, int], Path], names: tuple[str, ...] | list[str]
) -> list[Problem]:
    used = sorted({index for pair in pairs for index in pair})
    if is_positive_definite(pairs, used):
        return []
    pair = _at_fault(pairs, used)
    first, second = names[pair[0]], names[pair[1]]
    rest = {other: rho for other, rho in pairs.items() if other != pair}
    message = f"these correlations cannot hold together: {first} and {second} at {pairs[pair]:g} contradicts the others"
    if not is_positive_definite(rest, used):
        return [Problem(places[pair], message, "bring the correlations nearer to 0")]
    low, high = (_edge(rest, pair, used, sign) for sign in (-1.0, 1.0))
    return [Problem(places[pair], message, f"with the others as they are it must lie between {low:.2f} and {high:.2f}")]


def is_positive_definite(pairs: Pairs, used: list[int]) -> bool:
    """Return whether the matrix of correlations is positive definite, by Cholesky decomposition."""
    rows: list[list[float]] = []
    for position, index in enumerate(used):
        row: list[float] = []
        for other in range(position):
            rho = pairs.get((used[other], index), 0.0)
            row.append((rho - math.fsum(a * b for a, b in zip(row, rows[other], strict=False))) / rows[other][other])
        pivot = 1.0 - math.fsum(value * value for value in row)
        if not pivot > _SMALLEST_PIVOT:
            return False
        rows.append([*row, math.sqrt(pivot)])
    return True


def _at_fault(pairs: Pairs, used: list[int]) -> tuple[int, int]:
    """Return the pair whose removal mends the matrix, the last written of several; else the strongest pair."""
    for pair in reversed(list(pairs)):
        if is_positive_definite({other: rho for other, rho in pairs.items() if other != pair}, used):
            return pair
    return max(pairs, key=lambda each: abs(pairs[each]))


def _edge(rest: Pairs, pair: tuple[int, int], used: list[int], sign: float) -> float:
    """Return how far a pair's correlation can go, rounded towards what is allowed."""
    inside, outside = 0.0, sign
    for _ in range(40):
        middle = (inside + outside) / 2
        if is_positive_definite({**rest, pair: middle}, used):
            inside = middle
        else:
            outside = middle
    return math.trunc(inside * 100) / 100
