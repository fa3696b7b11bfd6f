"""Hours that compiled SQL compares with: the borders of the intervals within which it cannot tell delays apart.

An interval holds its lower border. `hours < 24` has the border 24 alone; a comparison that looks at the border itself
(`hours <= 24`, `hours = 24`) has the next number too, so that 24 is an interval of its own, and no delay is misjudged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sqlglot import exp

HOURS: Final = ("returned_after_hours", "hours_since_previous")
"""Columns of hours."""


_CLAUSE: Final = re.compile(
    rf"COALESCE\((?:{'|'.join(HOURS)}) (?:<|>=) (\d+(?:\.\d+)?), FALSE\)|\((?:{'|'.join(HOURS)}) IS (?:NOT )?NULL\)"
)
"""How clauses of definitions are written in SQL: they are read without a parser, which takes a while to load."""


@lru_cache(maxsize=4096)
def borders_in(sql: str) -> frozenset[float] | None:
    """Return the borders at which an expression looks; None if it does more with hours than compare with numbers."""
    rest = _CLAUSE.sub("", sql)
    if not any(column in rest for column in HOURS):
        return frozenset(float(found[1]) for found in _CLAUSE.finditer(sql) if found[1])
    import sqlglot
    from sqlglot import exp

    found: set[float] = set()
    for column in sqlglot.parse_one(sql, read="duckdb").find_all(exp.Column):
        if column.name not in HOURS:
            continue
        looked = _looked_at(column)
        if looked is None:
            return None
        found |= looked
    return frozenset(found)


def _looked_at(column: exp.Column) -> set[float] | None:
    """Return the borders of the comparison in which a column stands."""
    from sqlglot import exp

    node: Any = column.parent
    if isinstance(node, exp.Is):
        return set()
    if not isinstance(node, (exp.Predicate, exp.Between, exp.In)):
        return None
    sides = [node.this, *(node.expressions or [])]
    sides += [each for key in ("expression", "low", "high") if (each := node.args.get(key)) is not None]
    others = [side for side in sides if side is not column]
    if any(not isinstance(side, exp.Literal) or side.is_string for side in others):
        return None
    numbers = {float(side.this) for side in others}
    if node.this is column and isinstance(node, (exp.LT, exp.GTE)):
        return numbers
    return {border for each in numbers for border in (each, math.nextafter(each, math.inf))}


def within(borders: Sequence[float]) -> list[float]:
    """Return hours within each interval that sorted borders leave, the lowest first; one more than borders."""
    return [borders[0] - 1.0, *borders] if borders else [1.0]


def joined(found: Iterable[frozenset[float] | None]) -> tuple[float, ...]:
    """Return all borders, sorted."""
    return tuple(sorted({border for each in found if each is not None for border in each}))
