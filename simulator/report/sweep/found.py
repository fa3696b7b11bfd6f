"""A sweep as it was asked and found, and the row that its table has for each combination."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from simulator.report.summary.read import read_summary
from simulator.report.summary.summary import Summary

Value = float | bool | str
"""A value of a key as files have it: numbers and yes or no as they are, all else as text."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one combination.

    Attributes:
        scenario: the path of its file.
        values: by key, as they were typed.
        packed: its `summary.json`, compressed.
    """

    scenario: Path
    values: Mapping[str, str]
    packed: bytes

    @property
    def text(self) -> str:
        """The text of its `summary.json`."""
        return zlib.decompress(self.packed).decode()

    @property
    def summary(self) -> Summary:
        """Its `summary.json`."""
        return read_summary(self.text)


@dataclass(frozen=True)
class Sweep:
    """A sweep.

    Attributes:
        over: values of each key, as they were typed.
        paths: of the scenarios.
        texts: of the scenarios, as they were read.
        changes: `--set` options, for all.
        contracts: `--contract` options; empty for all contracts.
        found: every combination, scenario by scenario, the last key the fastest.
        command: the command line.
    """

    over: Mapping[str, tuple[str, ...]]
    paths: Sequence[Path]
    texts: Sequence[str]
    changes: Sequence[str]
    contracts: Sequence[str]
    engine: str
    found: Sequence[Found]
    command: str

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """What the table has of each combination."""
        return [{"combination": place, **row(each)} for place, each in enumerate(self.found, 1)]

    def typed(self, key: str) -> list[Value]:
        """Return the values of a key in all combinations, all of one type: numbers, yes or no, or text."""
        read = [value_of(each.values[key]) for each in self.found]
        if all(isinstance(value, bool) for value in read):
            return read
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in read):
            return [float(value) for value in read]
        return [
            value if isinstance(value, str) else each.values[key] for value, each in zip(read, self.found, strict=True)
        ]


def value_of(written: str) -> Value:
    """Return a value as files have it; what is no number, yes or no, or text stays as it was typed."""
    value = tomllib.loads(f"v = {written}")["v"]
    return value if isinstance(value, int | float | bool | str) else written


def row(found: Found) -> dict[str, Any]:
    """Return what the table has of a combination: amounts of what contracts are ranked by, over the whole horizon.

    `to_next` is the mean of the next contract's cost less that of the recommended one, on the same futures; None where
    there is no other contract.
    """
    summary = found.summary
    best, after = summary.best, next(iter(summary.paired), None)
    return {
        "scenario": found.scenario.as_posix(),
        "values": {key: value_of(value) for key, value in found.values.items()},
        "recommended": best.name,
        "recommended_title": best.title,
        "currency": summary.currency,
        "ranked_by": summary.ranked_by,
        "expected": best.cost(summary.ranked_by).mean,
        "p90": best.cost(summary.ranked_by).p90,
        "budget": None if summary.budget is None else summary.budget.amount,
        "chance_of_budgets": best.chance_of_budgets,
        "next": None if after is None else after.contract,
        "next_title": None if after is None else summary.contract(after.contract).title,
        "to_next": None if after is None else after.mean,
        "too_close_to_call": summary.too_close_to_call,
        "trials": summary.trials,
        "seed": summary.seed,
        "sample": None if summary.sampling is None else summary.sampling.sample,
    }
