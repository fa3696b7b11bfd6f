"""Numbers as people type them on the command line, with the right spelling where theirs is not one."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    Base: TypeAlias = click.ParamType[float]
    Wholes: TypeAlias = click.ParamType[int]
else:
    Base = Wholes = click.ParamType


class Number(Base):
    """A finite number, with _ between thousands if one likes; 10k, 99% and $0.99 are answered with what to write."""

    name = "number"

    def __init__(self, above: float | None = None, *, counts: bool = False) -> None:
        self.above = above
        self.counts = counts

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number.

        Raises:
            click.BadParameter: with what was typed, and how it is written.
        """
        try:
            number = float(value)
        except ValueError:
            self.fail(f"{value!r} is not a number{_hint(str(value))}", param, ctx)
        if self.counts:
            self._refuse_two_readings(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"must be a finite number, not {value!r}", param, ctx)
        if self.above is not None and number <= self.above:
            self.fail(f"must be above {self.above:g}, not {value}", param, ctx)
        return number

    def _refuse_two_readings(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> None:
        """Ask back a count with exactly three decimals: 22.000 is twenty-two thousand for half the world."""
        from simulator.scenario.meant.two_readings import both_readings

        readings = both_readings(value) if isinstance(value, str) else None
        if readings is not None:
            number = float(value)
            message = f"{value} can be read as {number:g} and as {number * 1_000:,.0f}"
            self.fail(f"{message}; write {readings[1]}, or {readings[0]}", param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return how help names the value."""
        return "NUMBER"


class Amount(Number):
    """An amount of money as a number, or as answers print it: 60K, 1.5M."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the amount.

        Raises:
            click.BadParameter: with what was typed, and how it is written.
        """
        found = re.fullmatch(r"([-+]?\d[\d_]*(?:\.\d+)?)\s*([kKmM])", str(value).strip())
        number = float(found[1]) * (1_000 if found[2] in "kK" else 1_000_000) if found else value
        return super().convert(number, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return how help names the value."""
        return "AMOUNT"


class Percent(Base):
    """A share above 0 and below 1, as 0.5% or 0.005."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the share.

        Raises:
            click.BadParameter: with what was typed, and how it is written.
        """
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            self.fail(f"{value!r} is not a share; write 0.5%, or 0.005", param, ctx)
        if not 0 < share < 1:
            self.fail(f"must be above 0 and below 100 %, as 0.5% or 0.005, not {value}", param, ctx)
        return share

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return how help names the value."""
        return "PERCENT"


class Whole(Wholes):
    """A whole number in a range, with _ between thousands if one likes; 10k and 1,000 are answered with what to write.

    Attributes:
        least: the smallest that is allowed.
        most: the largest; None where there is none.
    """

    name = "whole number"

    def __init__(self, least: int, most: int | None = None) -> None:
        self.least = least
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number.

        Raises:
            click.BadParameter: with what was typed, and how it is written.
        """
        try:
            whole = int(value)
        except ValueError:
            self.fail(f"{value!r} is not a whole number{_whole_hint(str(value))}", param, ctx)
        if whole < self.least or (self.most is not None and whole > self.most):
            self.fail(f"must be {self._range}, not {value}", param, ctx)
        return whole

    @property
    def _range(self) -> str:
        return f"{self.least:,} or more" if self.most is None else f"from {self.least:,} to {self.most:,}"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return how help names the value."""
        return "NUMBER"


def _whole_hint(text: str) -> str:
    """Return how a whole number is written; 10.000 has two readings, and 1.5 has none."""
    from simulator.scenario.meant.two_readings import both_readings
    from simulator.scenario.meant.typed_numbers import read_number

    readings = both_readings(text)
    if readings is not None:
        return f"; write {readings[1]}" + (f", or {readings[0]}" if "." not in readings[0] else "")
    read = read_number(text)
    return _hint(text) if read and float(read[0]).is_integer() else ""


def _hint(text: str) -> str:
    from simulator.scenario.meant.typed_numbers import read_number

    read = read_number(text)
    return f"; write {read[0]} ({read[1]})" if read and read[1] else f"; write {read[0]}" if read else ""
