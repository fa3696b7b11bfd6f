"""Numbers as people type them on the command line, with the right spelling where theirs is not one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    Base: TypeAlias = click.ParamType[float]
else:
    Base = click.ParamType


class Number(Base):
    """A finite number, with _ between thousands if one likes; 10k, 99% and $0.99 are answered with what to write."""

    name = "number"

    def __init__(self, above: float | None = None) -> None:
        self.above = above

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number.

        Raises:
            click.BadParameter: with what was typed, and how it is written.
        """
        try:
            number = float(value)
        except ValueError:
            self.fail(f"{value!r} is not a number{_hint(str(value))}", param, ctx)
        if not math.isfinite(number):
            self.fail(f"must be a finite number, not {value!r}", param, ctx)
        if self.above is not None and number <= self.above:
            self.fail(f"must be above {self.above:g}, not {value}", param, ctx)
        return number

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return how help names the value."""
        return "NUMBER"


class Whole(click.IntRange):
    """A whole number in a range; 10k and 1,000 are answered with what to write."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number.

        Raises:
            click.BadParameter: with what was typed, and how it is written.
        """
        try:
            whole = int(value)
        except ValueError:
            self.fail(f"{value!r} is not a whole number{_hint(str(value))}", param, ctx)
        return int(super().convert(whole, param, ctx))


def _hint(text: str) -> str:
    from simulator.scenario.hints import read_number

    read = read_number(text)
    return f"; write {read[0]} ({read[1]})" if read and read[1] else f"; write {read[0]}" if read else ""
