"""The key that an unknown key was probably meant to be: by its meaning in its table, then by its spelling.

Within the terms of a contract most keys are short words that resemble one another and mean different things: there a
spelling must be nearer than elsewhere, or `rate` would be taken for `guarantee` and `period` for `prepaid`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from simulator.scenario.hints import nearest
from simulator.scenario.positions import Path

_LIKE: Final = 0.6
_LIKE_IN_TERMS: Final = 0.75
"""Least likeness of two spellings, elsewhere and in a contract: pric and price have 0.89, month and amount 0.73."""
_MEANT: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "escalator": {
        "growth": ("cpi", "rate", "share", "percent", "increase", "annual_increase", "yearly_increase", "index",
                   "indexation", "inflation", "uplift"),
        "cap": ("max", "maximum", "ceiling"), "floor": ("min", "minimum"),
        "every_months": ("period", "frequency", "every", "interval"),
    },
    "sizes": {"units": ("size", "included", "up_to", "quantity", "volume"), "price": ("fee", "rate", "cost")},
    "plans": {"sizes": ("plans", "tiers", "steps"),
              "overage_rate": ("overage", "overage_price", "excess_price", "price", "rate")},
    "package": {"size": ("units", "quantity", "volume"), "price": ("rate", "cost", "fee")},
    "packs": {"amount": ("credits", "value", "balance", "worth"), "price": ("cost", "fee")},
    "guarantee": {"rate": ("target", "level", "resolution_rate")},
    "one_time_fees": {"amount": ("price", "fee", "cost", "value")},
    "discounts": {"share": ("rate", "percent", "percentage", "discount"), "amount": ("money", "value")},
    "free_units": {"units": ("amount", "quantity", "volume", "count")},
    "price_changes": {"factor": ("multiplier", "times")},
    "limit": {"units": ("size", "amount", "quantity", "volume", "max", "maximum", "cap")},
    "commitment": {"overage_rate": ("overage", "overage_price", "excess_price")},
}  # fmt: skip
"""What people call the keys of the tables within a contract, by table and key."""


def is_term(path: Path) -> bool:
    """Return whether a path lies in a contract or in the terms of today."""
    return (path[:1] == ("contracts",) and len(path) > 2) or (path[:2] == ("today", "terms") and len(path) > 2)


def is_within_term(path: Path) -> bool:
    """Return whether a path lies in a table within a contract."""
    return is_term(path) and len(path) > 3


def near_key(path: Path, known: Iterable[str]) -> str | None:
    """Return the known key that the last one of a path was meant to be, or None."""
    key, names = str(path[-1]), list(known)
    if not is_term(path):
        return nearest(key, names, _LIKE)
    table = next(str(part) for part in reversed(path[:-1]) if isinstance(part, str))
    asked = key.lower().replace("-", "_").replace(" ", "_")
    for name, words in _MEANT.get(table, {}).items() if is_within_term(path) else ():
        if asked in words and name in names:
            return name
    return nearest(key, names, _LIKE_IN_TERMS)
