"""Amounts and shares as people read them in a sentence, with as many digits as their comparison needs.

Two amounts that differ never look the same side by side, and rounding never turns their order: every amount is rounded
to a step of its own size (which keeps the order), and all get more digits until those that differ look different.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from types import MappingProxyType
from typing import Final

from simulator.money import Currency, Unit, currency, format_money, format_rate, round_decimals

MOST_EXTRA_DIGITS: Final = 12
MOST_DECIMALS: Final = 3
"""Decimals a table column may need to keep its amounts apart; what differs less looks the same there."""
MOST_CHARACTERS: Final = 9
SAME: Final = 1e-9
"""Relative difference up to which two figures are the same."""
_EXACT_DIGITS: Final = 12
"""Significant digits of an amount that is rounded one way, so that the last bits of a sum move nothing."""
_SIZES: Final[Mapping[Unit, float]] = MappingProxyType({"": 1.0, "K": 1e3, "M": 1e6, "B": 1e9})


def figures(amounts: Sequence[float], code: str, more: int = 0) -> list[str]:
    """Return amounts of money as text, about three digits each: $394K, $1.23M, $0.50.

    Args:
        amounts: amounts that stand in one comparison, in the currency's units.
        code: ISO code of the currency.
        more: digits beyond three, where amounts are known so well.
    """
    of = currency(code)
    for extra in range(more, MOST_EXTRA_DIGITS + 1):
        rounded = [_round(amount, _decimals(amount, of, extra)) for amount in amounts]
        if _visible(amounts, rounded):
            break
    return [_money(value, _decimals(float(value), of, extra), of) for value in rounded]


def rounded_up(amount: float, code: str) -> float:
    """Return an amount rounded up to the digits that `figures` shows of it: $16,369 becomes $17,000."""
    step = Decimal(1).scaleb(-_decimals(amount, currency(code)))
    return float((Decimal(f"{amount:.{_EXACT_DIGITS}g}") / step).to_integral_value(ROUND_CEILING) * step)


def changes(amounts: Sequence[float], code: str) -> list[str]:
    """Return differences of money as text, with a sign: +$45K, -$12K, $0."""
    return [f"+{text}" if amount > 0 else text for amount, text in zip(amounts, figures(amounts, code), strict=True)]


def percents(shares: Sequence[float], against: Sequence[float] = ()) -> list[str]:
    """Return shares in percent, as "62 %", with more digits where one would look like another or like a bound.

    Args:
        against: shares that are not shown but that the shown ones must not look like if they differ, for example 0.1.
    """
    every = [*shares, *against]
    for decimals in range(MOST_EXTRA_DIGITS + 1):
        rounded = [_round(100 * share, decimals) for share in every]
        if _visible(every, rounded):
            break
    return [f"{value:,f} %" for value in rounded[: len(shares)]]


def rate(price: float, code: str) -> str:
    """Return a unit price with all its digits: $0.50, $0.0035."""
    return format_rate(price, currency(code))


def short_rate(price: float, code: str) -> str:
    """Return a unit price with at most four significant digits: $0.5127."""
    return format_rate(round_decimals(Decimal(f"{price:.4g}"), 12), currency(code))


def price_at_most(price: float, code: str, above: float = 0.0) -> str:
    """Return a unit price rounded down to three digits, so that what holds up to it holds up to what is told.

    Args:
        above: a lower price that it must not look like; it gets more digits where it would.
    """
    for digits in range(3, MOST_EXTRA_DIGITS):
        rounded = _one_way(price, digits, ROUND_FLOOR)
        if not price > above or rounded > Decimal(repr(above)):
            break
    return format_rate(rounded, currency(code))


def price_at_least(price: float, code: str, below: float = math.inf) -> str:
    """Return a unit price rounded up as `price_at_most` rounds down, so that what holds from it on holds from there.

    Args:
        below: a higher price that it must not look like.
    """
    for digits in range(3, MOST_EXTRA_DIGITS):
        rounded = _one_way(price, digits, ROUND_CEILING)
        if not price < below or rounded < Decimal(repr(below)):
            break
    return format_rate(rounded, currency(code))


def _one_way(price: float, digits: int, rounding: str) -> Decimal:
    exact = Decimal(f"{price:.{_EXACT_DIGITS}g}")
    step = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return (exact / step).to_integral_value(rounding) * step


def about(price: float, code: str) -> str:
    """Return a unit price that is not certain: about $0.5127."""
    return f"about {short_rate(price, code)}"


def count(number: float) -> str:
    """Return a number of units in few characters: 853, 8,512, 85K, 1.23M."""
    if abs(number) < 9_999.5:
        return f"{_round(number, 0):,f}"
    if abs(number) < 999_500:
        return f"{_round(number / 1e3, 0):,f}K"
    size, unit = (number / 1e6, "M") if abs(number) < 999.5e6 else (number / 1e9, "B")
    return f"{_round(size, 2 if abs(size) < 9.995 else 0):,f}{unit}"


def factor(number: float) -> str:
    """Return a factor with three digits, with more where it would look like 1 and is not."""
    for digits in range(3, MOST_EXTRA_DIGITS):
        text = f"{number:.{digits}g}"
        if float(text) != 1 or math.isclose(number, 1, rel_tol=SAME):
            break
    return text


_DECIMALS_OF_UNIT: Final[Mapping[Unit, int]] = MappingProxyType({"B": 2, "M": 2, "K": 1})
"""Decimals of a column in a unit; what needs more is written in the next smaller one."""
_BEYOND_SUFFIXES: Final = 1e18
_SUFFIXES: Final = ((1e15, "Q"), (1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))


@dataclass(frozen=True, slots=True)
class Scale:
    """One unit and one number of decimals for all amounts of a table.

    Attributes:
        heading: the unit as a heading names it, as in "$K".
    """

    of: Currency
    unit: Unit
    decimals: int = 0

    @property
    def heading(self) -> str:
        return f"{self.of.symbol.strip()}{self.unit}"

    @property
    def last(self) -> float:
        """One of the last digit shown."""
        return _SIZES[self.unit] * 10.0**-self.decimals

    @property
    def coarser(self) -> Iterator[Scale]:
        """Its whole units and those of the larger units, for a table without room."""
        units = list(_SIZES)
        yield from (Scale(self.of, unit) for unit in units[units.index(self.unit) :])

    def text(self, amount: float | None) -> str:
        """Return an amount without symbol and unit; "<1" for less than half of the last digit, "n/a" for None."""
        if not amount:
            return "n/a" if amount is None else "0"
        size = _SIZES[self.unit]
        last = 10.0**-self.decimals
        if 0 < amount < last * size / 2:
            return f"<{last:.{self.decimals}f}"
        return f"{_round(amount / size, self.decimals):,f}"


def compact(amount: float, code: str) -> str:
    """Return an amount with three significant digits in few characters: $40.0, $394K, $1.23B, $1.23e+30."""
    of = currency(code)
    if abs(amount) >= _BEYOND_SUFFIXES:
        return f"{'-' if amount < 0 else ''}{of.symbol}{abs(amount):.2e}"
    value = abs(float(f"{amount:.3g}"))
    sign = "-" if amount < 0 and value > 0 else ""
    size, suffix = next(((size, suffix) for size, suffix in _SUFFIXES if value >= size), (1.0, ""))
    digits = value / size
    most = of.minor_units if suffix == "" else 2 if digits < 10 else 1
    decimals = 0 if digits >= 100 else most
    return f"{sign}{of.symbol}{_round(digits, decimals):,f}{suffix}"


def scale_for(amounts: Sequence[float], code: str, ranked: Sequence[float] | None = None) -> Scale:
    """Return the scale of a table from its main amounts: as few digits as keep ranked amounts that differ different.

    Where the smallest positive amount would vanish beside the largest, in a unit so small that it does not.

    Args:
        ranked: the amounts whose differences must show; all of them without it.
    """
    of = currency(code)
    largest = max((abs(amount) for amount in amounts), default=0.0)
    unit: Unit = next((name for name, size in _SIZES.items() if largest < 99_999.5 * size), "B")
    sizes = [amount / _SIZES[unit] for amount in amounts]
    compared = sizes if ranked is None else [amount / _SIZES[unit] for amount in ranked]
    for decimals in range(MOST_DECIMALS + 1):
        if _visible(compared, [_round(amount, decimals) for amount in compared]):
            break
    small = any(0 < abs(amount) < 0.5 * 10.0**-decimals for amount in sizes)
    wide = len(f"{_round(max(sizes, default=0.0), decimals):,f}") > MOST_CHARACTERS
    return column_scale(amounts, code) if small or wide else Scale(of, unit, decimals)


def column_scale(amounts: Sequence[float], code: str) -> Scale:
    """Return the largest unit in which the smallest amount keeps its digits, with decimals for amounts that differ."""
    of = currency(code)
    unit, decimals = next(each for each in _units_of_columns(amounts, of) if _is_clear(amounts, of, *each))
    return Scale(of, unit, decimals)


def finer(scale: Scale, amounts: Sequence[float], more: int = 0) -> Scale:
    """Return the scale with decimals for three digits of the smallest positive amount, two decimals at most.

    Args:
        more: digits beyond three, where amounts are known so well.

    Whole units of the currency get its minor unit or nothing. With digits enough it stays.
    """
    smallest = min((amount for amount in amounts if amount > 0), default=0.0)
    if not smallest:
        return scale
    size = smallest / _SIZES[scale.unit]
    least = (places for places in range(2 + more) if size >= 10 ** (2 + more - places) - 0.5 * 10**-places)
    decimals = next(least, 2 + more)
    if decimals and scale.unit == "":
        decimals = scale.of.minor_units
    return replace(scale, decimals=max(decimals, scale.decimals))


def one_unit(amounts: Sequence[float | None], code: str, missing: str = "n/a") -> list[str]:
    """Return the amounts of a column as text, all in one unit with as many decimals: $394K above $1,230K.

    The unit is the largest in which the smallest amount keeps its digits; decimals are added for amounts that differ.

    Args:
        missing: what stands for an amount that is None.
    """
    scale = column_scale([amount for amount in amounts if amount is not None], code)
    return [
        missing if amount is None else format_money(amount, scale.of, scale.unit, scale.decimals) for amount in amounts
    ]


def one_unit_changes(amounts: Sequence[float | None], code: str, missing: str = "n/a") -> list[str]:
    """Return the differences of a column as text, with a sign and all in one unit: +$45K, -$1,230K, $0K."""
    texts = one_unit(amounts, code, missing)
    gains = [amount is not None and amount > 0 and any(each in "123456789" for each in text)
             for amount, text in zip(amounts, texts, strict=True)]  # fmt: skip
    return [f"+{text}" if gain else text for gain, text in zip(gains, texts, strict=True)]


def in_thousands(amounts: Sequence[float | None], code: str, missing: str = "n/a") -> list[str]:
    """Return amounts of a table as text, all in the unit of the largest: $357K above $1K, and no cents.

    What rounds to nothing has no sign. A largest amount below 100 of its unit has a decimal; one below a hundred of the
    currency has the currency's.
    """
    of = currency(code)
    largest = max((abs(amount) for amount in amounts if amount is not None), default=0.0)
    unit: Unit = next((name for name, size in _SIZES.items() if largest < 9_999.5 * size), "B")
    few = largest < 99.95 * _SIZES[unit]
    decimals = (of.minor_units if unit == "" else 1) if few else 0
    rounded = [None if amount is None else round(amount / _SIZES[unit], decimals) or 0.0 for amount in amounts]
    return [missing if each is None else format_money(each * _SIZES[unit], of, unit, decimals) for each in rounded]


def whole(amount: float, code: str) -> str:
    """Return an amount as `figures` does, from ten of the currency on without cents: $5,614, $15, $0.35."""
    (text,) = figures([amount], code)
    return format_money(amount, currency(code), "", 0) if 9.5 <= abs(amount) < 100 else text


def signed(scale: Scale, amount: float) -> str:
    """Return a difference in the unit and the decimals of a table, with its sign: +1,234, -0.5, 0."""
    sign = "+" if amount > 0 else "-" if amount < 0 else ""
    return f"{sign}{scale.text(abs(amount))}"


def whole_changes(amounts: Sequence[float], code: str) -> list[str]:
    """Return differences with a sign, all in one unit without decimals: +$848, -$71,257, $0.

    What rounds to nothing beside the others has no sign. Where all are below a hundred they have the currency's
    decimals.
    """
    of = currency(code)
    largest = max((abs(amount) for amount in amounts), default=0.0)
    unit: Unit = next((name for name, size in _SIZES.items() if largest < 999_999.5 * size), "B")
    decimals = of.minor_units if unit == "" and largest < 100 else 0
    texts = [format_money(abs(amount), of, unit, decimals) for amount in amounts]
    signs = ["" if not any(each in "123456789" for each in text) else "+" if amount > 0 else "-"
             for amount, text in zip(amounts, texts, strict=True)]  # fmt: skip
    return [f"{sign}{text}" for sign, text in zip(signs, texts, strict=True)]


def rough(amounts: Sequence[float], code: str) -> list[str]:
    """Return amounts of a table, each with three digits at most: $33.6K, $385, $44.

    Where all are below a hundred they have the currency's decimals, else none has.
    """
    of = currency(code)
    if max((abs(amount) for amount in amounts), default=0.0) < 100:
        return [format_money(amount, of, "", of.minor_units) for amount in amounts]
    return [
        compact(amount, code) if abs(amount) >= 999.5 else format_money(round_decimals(amount, 0), of, "", 0)
        for amount in amounts
    ]


def rough_changes(amounts: Sequence[float], code: str) -> list[str]:
    """Return differences of a table as `rough` does, with a sign: +$848, -$33.6K, $0."""
    sizes = rough([abs(amount) for amount in amounts], code)
    signs = ["" if not any(each in "123456789" for each in text) else "+" if amount > 0 else "-"
             for amount, text in zip(amounts, sizes, strict=True)]  # fmt: skip
    return [f"{sign}{text}" for sign, text in zip(signs, sizes, strict=True)]


def _units_of_columns(amounts: Sequence[float], of: Currency) -> Iterator[tuple[Unit, int]]:
    """Yield units with decimals as a column may have them, the shortest texts first."""
    largest = max((abs(amount) for amount in amounts), default=0.0)
    for unit, most in _DECIMALS_OF_UNIT.items():
        if largest >= 99_999.5 * _SIZES[unit] / 1e3:
            yield from ((unit, decimals) for decimals in range(most + 1))
    yield from (("", decimals) for decimals in dict.fromkeys((0, *range(of.minor_units, MOST_EXTRA_DIGITS + 1))))


def _is_clear(amounts: Sequence[float], of: Currency, unit: Unit, decimals: int) -> bool:
    """Whether the smallest amount keeps digits enough and amounts that differ look different, if digits can do that.

    In thousands and millions three digits are enough, and below one unit of the currency two. Amounts that differ may
    look the same with the most decimals of a unit, and from one unit of the currency on where what can be invoiced is
    the same. A billionth of another amount is what rounding left of 0.
    """
    if decimals == MOST_EXTRA_DIGITS:
        return True
    sizes = [amount / _SIZES[unit] for amount in amounts]
    largest = max(map(abs, sizes), default=0.0)
    smallest = min((abs(size) for size in sizes if abs(size) > SAME * largest), default=math.inf)
    digits, most = smallest >= 99.5 * 10.0**-decimals, decimals == _DECIMALS_OF_UNIT.get(unit)
    if unit == "" and decimals >= of.minor_units:
        digits = digits or largest >= 100 or smallest >= min(1.0, 9.5 * 10.0**-decimals)
        most = largest >= 1
    return digits and (most or _visible(sizes, [_round(size, decimals) for size in sizes]))


def _visible(amounts: Sequence[float], rounded: Sequence[Decimal]) -> bool:
    """Whether amounts that differ are rounded to values that differ, next in order by next."""
    pairs = sorted(zip(amounts, rounded, strict=True))
    return all(
        first[1] < second[1] or math.isclose(first[0], second[0], rel_tol=SAME)
        for first, second in itertools.pairwise(pairs)
    )


def _decimals(amount: float, of: Currency, extra: int = 0) -> int:
    """Decimals at which an amount shows some three digits and some extra ones; negative for thousands.

    The step grows with the size of the amount at powers of ten that are multiples of both steps, so order is kept.
    Whole thousands show four digits as they are: the first extra digit of others is none of theirs ($9,795, $28.0K).
    """
    size = abs(amount)
    if size == 0:
        return extra
    if size < 1:
        return max(of.minor_units, 1 - math.floor(math.log10(size))) + extra
    if size < 100:
        return of.minor_units + extra
    if 1e3 <= size < 1e4:
        return max(extra - 1, 0)
    return (0 if size < 1e3 else -3 if size < 1e6 else -4 if size < 1e8 else -6) + extra


def _round(amount: float, decimals: int) -> Decimal:
    return Decimal(f"{round_decimals(float(amount), decimals):f}")


def _money(value: Decimal, decimals: int, of: Currency) -> str:
    unit: Unit = "" if abs(value) < 10_000 else "K" if abs(value) < 1_000_000 else "M"
    return format_money(value, of, unit, max(decimals + {"": 0, "K": 3, "M": 6}[unit], 0))
