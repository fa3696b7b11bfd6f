"""The key that an unknown key was probably meant to be: by its meaning in its table, then by its spelling.

Within the terms of a contract most keys are short words that resemble one another and mean different things: there a
spelling must be nearer than elsewhere, or `rate` would be taken for `guarantee` and `period` for `prepaid`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Final

from simulator.scenario.key_paths import Path

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


ALSO_CALLED: Final = {
    **dict.fromkeys(
        (
            "fee",
            "monthly_fee",
            "fee_per_month",
            "base_fee",
            "fixed_fee",
            "license_fee",
            "subscription",
            "price_per_month",
        ),
        "platform_fee",
    ),
    **dict.fromkeys(("setup_fee", "set_up_fee", "setup_cost", "implementation_fee", "one_time_fee"), "one_time_fees"),
    **dict.fromkeys(("cap", "monthly_cap", "max_per_month", "monthly_maximum"), "maximum_per_month"),
    **dict.fromkeys(("hourly_cost", "hourly_rate", "cost_of_an_hour", "wage"), "cost_per_hour"),
    **dict.fromkeys(
        ("unit_price", "price_per_unit", "price_per_resolution", "price_per_conversation", "rate"), "price"
    ),
}
"""What people call a key whose own name is not near in spelling."""
_IN_TIERS: Final = {
    **dict.fromkeys(("price", "unit_price", "price_per_unit", "cost", "unit_cost"), "rate"),
    **dict.fromkeys(("to", "until", "max", "limit", "upper", "end", "threshold"), "up_to"),
}
"""The same in a table that has no price: a tier, or a charge at one rate."""


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


def nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """Return the known name most like the given one, or None if none is near.

    Args:
        likeness: the least that a name must have of another in common, from 0 to 1.
    """
    names = list(known)
    if len(name) > 200:
        return None
    asked = name.lower().replace("-", "_").replace(" ", "_")
    for called in (ALSO_CALLED.get(asked), _IN_TIERS.get(asked)):
        if called in names:
            return called
    folded = {each.lower().replace("-", "_").replace(" ", "_"): each for each in names}
    found = difflib.get_close_matches(asked, list(folded), n=1, cutoff=likeness)
    return folded[found[0]] if found else None


def suggest(name: str, known: Iterable[str], what: str = "known", most: int = 12) -> str:
    """Return "did you mean ...?", or what is known, at most so many names."""
    names = list(known)
    near = nearest(name, names)
    return listed(names, what, most) if near is None else f"did you mean '{near}'?"


def listed(names: list[str], what: str = "known", most: int = 12) -> str:
    """Return what is known, at most so many names."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{what}: {', '.join(names[:most]) or 'none'}{rest}"
