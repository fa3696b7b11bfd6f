"""Numbers of two readings in what somebody wrote in words of their own: the help spells out both, thousands first.

A contract has no key `minimum`, so nothing asks `minimum = 5.000` back as a count. The help names the key that means it
and repeats the number: it must not take 5 for 5,000 in silence. Prices, shares and months keep their decimals, as they
do where their own key is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.scenario.meant.two_readings import Written, both_readings
from simulator.scenario.meant.typed_numbers import readings_of

_MEASURED: Final = frozenset(
    {
        "rate", "price", "prices", "cost", "factor", "factors", "share", "percent", "percentage", "pct", "growth", "cpi",
        "months", "term", "duration", "notice", "ramp", "escalator", "increase", "index", "indexation", "inflation",
        "uplift", "guarantee", "delay", "changes", "from", "until", "start", "end",
    }
)  # fmt: skip
"""Words of keys whose numbers are measured or name a month, not counted."""
_COUNTED: Final = frozenset({"units", "amount", "up", "to", "upto", "max", "maximum", "limit", "upper", "threshold",
                             "min", "minimum", "below", "through"})  # fmt: skip
"""Words of keys that count even within a table of prices: the bounds of its tiers."""
_TIERED: Final = frozenset({"tiers", "tier", "breaks", "brackets", "bands", "bounds"})
"""Words of keys whose bare numbers are the bounds of tiers, also those of `price_breaks`."""
_IN_KEY: Final = re.compile(r"(?<![\d.,_])[1-9]\d{0,2}\.\d{3}(?![\d.,_])")


@dataclass(slots=True)
class _Reader:
    """Replaces the numbers of two readings by one of the two, and keeps which were found."""

    large: bool
    found: dict[str, tuple[str, str]] = field(default_factory=dict)

    def read(self, value: Any, measured: bool) -> Any:
        """Return a value with numbers of one reading."""
        if isinstance(value, Mapping):
            priced = measured or any(str(key)[:1].isdigit() for key in value)
            return {self._key(str(key)): self.read(each, _is_measured(str(key), priced)) for key, each in value.items()}
        if isinstance(value, list):
            return [self.read(each, measured) for each in value]
        text = value.text if isinstance(value, Written) else value if isinstance(value, str) else ""
        readings = readings_of(text) if text else None
        if readings is None or (measured and not isinstance(value, Written)):
            return value
        if measured:
            return float(value)
        self.found[text] = readings
        return float(readings[self.large].replace("_", ""))

    def _key(self, key: str) -> str:
        return _IN_KEY.sub(lambda match: self._chosen(match[0]), key)

    def _chosen(self, text: str) -> str:
        readings = both_readings(text) or (text, text)
        self.found[text] = readings
        return readings[self.large].replace("_", "")


def _is_measured(key: str, within: bool) -> bool:
    words = set(re.split(r"[^a-z0-9]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", key).lower()))
    if words & _TIERED:
        return False
    return bool(words & _MEASURED) or (within and not words & _COUNTED)


def in_both_readings(key: str, value: Any, answer: Callable[[Any], str | None], measured: bool = False) -> str | None:
    """Return what is answered to a value, with both readings of each of its numbers that has two.

    Args:
        key: the key that was written.
        answer: returns the help for a value whose numbers have one reading.
        measured: whether the number itself is a price, a share or a time, whatever its key says.
    """
    large, small = _Reader(True), _Reader(False)
    measured = measured or _is_measured(key, False)
    first = answer(large.read(value, measured))
    second = answer(small.read(value, measured))
    if first is None or second is None or first == second:
        return first
    texts = list(large.found)
    smalls, larges = zip(*large.found.values(), strict=True)
    same = first
    for low, high in zip(smalls, larges, strict=True):
        same = re.sub(rf"(?<![\w.]){re.escape(high)}(?![\w.]*\d)", low, same)
    said = f"{_listed(texts)} can also be read as {_listed(list(smalls))}"
    if same == second:
        return f"{first}; {said}: then write {_listed(list(smalls))} for {_listed(list(larges))}"
    return f"{first}; {said}: then {second}"


def _listed(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
