"""Decimals: where they come from, and how money is rounded. Rates are never rounded."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from simulator.quantities.distributions import Quantity

Values: TypeAlias = Callable[[Quantity], Decimal]
"""Gives the value of a quantity in the one trial."""
Mode = Literal["half_up", "half_down", "half_even", "up", "down", "ceiling", "floor"]
_MODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "half_up": decimal.ROUND_HALF_UP,
        "half_down": decimal.ROUND_HALF_DOWN,
        "half_even": decimal.ROUND_HALF_EVEN,
        "up": decimal.ROUND_UP,
        "down": decimal.ROUND_DOWN,
        "ceiling": decimal.ROUND_CEILING,
        "floor": decimal.ROUND_FLOOR,
    }
)
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
DIGITS: Final = 60
"""Significant digits of all arithmetic: shares such as 1/3 are cut only there."""
_NEAR: Final = Decimal("1e-9")
_CUT: Final = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Rounding:
    """How an amount is rounded, once a line.

    Half up is half away from zero: 0.005 is 0.01 and -0.005 is -0.01. Negative decimals round to tens, hundreds ...

    Attributes:
        decimals: of the smallest amount: 0 for yen, 2 for dollars, 3 for dinars.
    """

    decimals: int
    mode: Mode = "half_up"

    def of(self, amount: Decimal) -> Decimal:
        """Return the rounded amount; never a negative zero."""
        rounded = amount.quantize(Decimal(1).scaleb(-self.decimals), rounding=_MODES[self.mode])
        return rounded.copy_abs() if rounded.is_zero() else rounded


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts of one invoice: rounded once a line, or exact where there is no rounding."""

    rounding: Rounding | None = None

    def of(self, amount: Decimal) -> Decimal:
        """Return the amount of a line."""
        return amount if self.rounding is None else self.rounding.of(amount)


def exact(value: float) -> Decimal:
    """Return the shortest decimal that names a float: 0.99 is 0.99."""
    return Decimal(repr(float(value)))


def within(units: Decimal, bound: float) -> bool:
    """Return whether units lie at or below a bound: a share of them that is cut at the last digit does not pass it."""
    return units <= exact(bound) * (ONE + _CUT)


def at_stated(quantity: Quantity) -> Decimal:
    """Return a quantity's stated value."""
    return exact(quantity.center)


def whole(value: Decimal, how: str) -> Decimal:
    """Return a value as a whole number: up, down, or nearest with halves up.

    A value within a billionth of a whole number counts as that number, as meters are sums of floats.
    """
    nearest = value.to_integral_value(decimal.ROUND_HALF_UP)
    if abs(value - nearest) <= _NEAR * max(abs(nearest), ONE):
        return nearest
    ways = {"up": decimal.ROUND_CEILING, "down": decimal.ROUND_FLOOR, "nearest": decimal.ROUND_HALF_UP}
    return value.to_integral_value(ways[how])
