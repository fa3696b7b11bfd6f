"""Amounts of a table beside their sampling errors: one unit, few digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from simulator.decisions.worth import Estimate
from simulator.money import Unit, currency, format_money
from simulator.report.words.figures import Scale, signed

NOTHING: Final = 1e-9
"""Share of an amount below which its interval is what is left of sums."""


def scale_of(amounts: Sequence[float], code: str) -> Scale:
    """Return a scale of few digits, because an amount stands beside its interval in each of several columns."""
    largest = max(map(abs, amounts), default=0.0)
    unit: Unit = "M" if largest >= 1e7 else "K" if largest >= 1e4 else ""
    size = {"": 1.0, "K": 1e3, "M": 1e6}[unit]
    of = currency(code)
    return Scale(of, unit, int(largest < 100 * size) if unit else of.minor_units * (largest < 100))


def few_digits(amounts: Sequence[float], code: str) -> list[str]:
    """Return the amounts of a table as text in one unit, without cents beside hundreds: $446K above $52K."""
    scale = scale_of(amounts, code)
    return [
        format_money(amount, scale.of, scale.unit if amount else "", scale.decimals if amount else 0)
        for amount in amounts
    ]


def few_digit_changes(amounts: Sequence[float], code: str) -> list[str]:
    """Return differences as `few_digits` does, with a sign where one is seen: +$32K, -$4K, $0K."""
    texts = few_digits(amounts, code)
    seen = [any(each in "123456789" for each in text) for text in texts]
    return [f"+{text}" if amount > 0 and some else text.removeprefix("" if some else "-")
            for amount, text, some in zip(amounts, texts, seen, strict=True)]  # fmt: skip


def with_error(of: Estimate, scale: Scale) -> str:
    """Return an amount with half of its interval: +45.2 ±1.1; nothing where it is exactly 0.

    Half an interval below the last digit is told as one of it, so that it never looks smaller than it is.
    """
    if of.value == 0 and of.low == of.high == 0:
        return "nothing"
    text = signed(scale, of.value)
    if of.low is None or of.high is None or of.high - of.low <= NOTHING * abs(of.value):
        return text
    return f"{text} ±{scale.text(max((of.high - of.low) / 2, scale.last))}"
