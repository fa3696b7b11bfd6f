"""The combinations of a sweep: read from `--over`, and all checked before anything is simulated."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from simulator.cli.common.options import Engine
from simulator.cli.common.work import Work, work
from simulator.errors import Problem, ScenarioError
from simulator.scenario.key_paths import dotted, key_path
from simulator.scenario.reading.file_text import read_text
from simulator.scenario.reading.overrides import split_override
from simulator.scenario.reading.problems import shortened

MOST_COMBINATIONS: Final = 1_000
HINT: Final = "--over"
EXAMPLE: Final = "write for example --over contracts.NAME.price=0.79,0.89,0.99"
SAME: Final = ("seed", "trials")
"""Keys that all scenarios of a sweep share with the first, so that their futures are paired."""
_OPENING: Final = "[{"
_CLOSING: Final = "]}"


@dataclass(frozen=True, slots=True)
class VariedKey:
    """A key of the scenario that is varied.

    Attributes:
        key: as it is written in messages and files, with dots.
        written: as it was typed.
        values: as they were typed, each a value in TOML.
    """

    key: str
    written: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Combination:
    """One scenario with one value of every axis.

    Attributes:
        values: of the axes, in their order.
    """

    work: Work
    values: tuple[str, ...]


def read_axes(options: Sequence[str]) -> tuple[VariedKey, ...]:
    """Return the axes of `--over KEY=VALUE,VALUE...` options.

    Raises:
        click.BadParameter: for one that cannot be read, has an empty value or the same value twice, or a key that an
            earlier one has.
    """
    axes: dict[str, VariedKey] = {}
    for option in options:
        axis = _axis(option)
        if axis.key in axes:
            raise _wrong(f"{axis.key} is given twice: put all its values into one --over")
        axes[axis.key] = axis
    return tuple(axes.values())


def _axis(option: str) -> VariedKey:
    key, equals, text = split_override(option)
    path = key_path(key)
    if not equals or path is None:
        raise _wrong(f"{shortened(repr(option))} is no KEY=VALUE,VALUE; {EXAMPLE}")
    values = tuple(value.strip() for value in split_values(text))
    name = dotted(path)
    if "" in values:
        which = f"value {values.index('') + 1} of {len(values)}" if len(values) > 1 else "its value"
        raise _wrong(f"{name}: {which} is empty; {EXAMPLE}")
    twice = next((value for place, value in enumerate(values) if value in values[:place]), None)
    if twice is not None:
        raise _wrong(f"{name}: the value {shortened(twice)} is given twice")
    return VariedKey(name, key.strip(), values)


def split_values(text: str) -> list[str]:
    """Return the parts of a text between commas; those in quotes, lists and tables of TOML do not part it."""
    parts, start, depth, quote, place = [], 0, 0, "", 0
    while place < len(text):
        letter = text[place]
        if quote:
            place += 1 if letter == "\\" and quote == '"' else 0
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
        else:
            depth += (letter in _OPENING) - (letter in _CLOSING)
        place += 1
    return [*parts, text[start:]]


def combinations(
    paths: Sequence[Path], axes: Sequence[VariedKey], changes: Sequence[str], contracts: Sequence[str], engine: Engine
) -> tuple[list[Combination], list[ScenarioError]]:
    """Return every combination of every scenario, and what is wrong: an error for each scenario with all its problems.

    Seed and number of futures are those of the first scenario, unless an axis varies them.

    Args:
        changes: `--set` options, for all.

    Raises:
        click.UsageError: for nothing to vary, a scenario given twice, too many combinations, or a key that `--set` or
            `--trials` has too.
    """
    _refuse_none_or_twice(paths, axes)
    _refuse_too_many(paths, axes)
    _refuse_set_too(axes, changes)
    found: list[Combination] = []
    errors: list[ScenarioError] = []
    for path in paths:
        text, wrong = read_text(path), dict[tuple[str, int | None], Problem]()
        for values in itertools.product(*(axis.values for axis in axes)):
            chosen = [f"{axis.written}={value}" for axis, value in zip(axes, values, strict=True)]
            try:
                found.append(Combination(work(text, path, [*changes, *chosen], contracts, engine), values))
            except ScenarioError as error:
                for problem in error.problems:
                    wrong.setdefault((problem.message, problem.line), _as_typed(problem, axes))
        if wrong:
            errors.append(ScenarioError(str(path), list(wrong.values())))
    return list(_on_the_same_futures(found, axes)), errors


def _refuse_none_or_twice(paths: Sequence[Path], axes: Sequence[VariedKey]) -> None:
    if len(paths) == 1 and not axes:
        raise click.UsageError(f"nothing is varied; {EXAMPLE}, or give several scenarios")
    twice = next((path for place, path in enumerate(paths) if path.resolve() in map(Path.resolve, paths[:place])), None)
    if twice is not None:
        raise click.UsageError(f"the scenario {twice} is given twice")


def _refuse_set_too(axes: Sequence[VariedKey], changes: Sequence[str]) -> None:
    given = {dotted(path) for change in changes if (path := key_path(split_override(change)[0])) is not None}
    both = next((axis.key for axis in axes if axis.key in given), None)
    if both is not None:
        raise click.UsageError(f"{both} is given one value, by --set or an option of its own, and varied by --over")


def _refuse_too_many(paths: Sequence[Path], axes: Sequence[VariedKey]) -> None:
    count = len(paths) * math.prod(len(axis.values) for axis in axes)
    if count > MOST_COMBINATIONS:
        sizes = [len(paths), *(len(axis.values) for axis in axes)]
        factors = " x ".join(f"{size:,}" for size in sizes if size > 1)
        raise click.UsageError(
            f"these are {f'{factors} = ' if 'x' in factors else ''}{count:,} combinations, and a sweep has at most "
            f"{MOST_COMBINATIONS:,}; give fewer values, or make several sweeps"
        )


def _on_the_same_futures(found: Sequence[Combination], axes: Sequence[VariedKey]) -> Iterator[Combination]:
    """Yield combinations with the seed and the number of futures of the first, where no axis varies them."""
    shared = [key for key in SAME if key not in {axis.key for axis in axes}]
    for each in found:
        same = {key: getattr(found[0].work.scenario, key) for key in shared}
        scenario = each.work.scenario.model_copy(update=same)
        yield replace(each, work=replace(each.work, scenario=scenario))


def _as_typed(problem: Problem, axes: Sequence[VariedKey]) -> Problem:
    """Return a problem that names `--over` where `--set` of one of its keys is meant."""
    message, help_text, text = problem.message, problem.help, problem.text
    for axis in axes:
        for quote in ("", "'"):
            old, new = f"--set {quote}{axis.written}=", f"{HINT} {quote}{axis.written}="
            message, help_text, text = (each.replace(old, new) for each in (message, help_text, text))
    return replace(problem, message=message, help=help_text, text=text)


def _wrong(message: str) -> click.BadParameter:
    return click.BadParameter(message, param_hint=HINT)
