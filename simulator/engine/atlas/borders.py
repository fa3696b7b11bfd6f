"""Hours at which the atlas tells returns apart: a fixed grid, and which of its borders some definitions look at.

Delays are split along a fixed binary tree over the grid. A border's ancestors are always split with it, so that a
definition with another window leaves the numbers of all others as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from simulator.definitions import Definition, OwnMeter
from simulator.errors import DefinitionError

if TYPE_CHECKING:
    from sqlglot import exp

GRID: Final = (1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 24.0, 36.0, 48.0, 72.0, 96.0, 120.0, 168.0, 240.0, 336.0, 720.0)
"""Hours that the atlas tells apart."""
_ORDER: Final = (24.0, 72.0, 8.0, 168.0, 48.0, 336.0, 4.0, 12.0, 120.0, 36.0, 96.0, 240.0, 720.0, 2.0, 6.0, 1.0)
"""The tree: each border splits the interval that the borders before it have left; the usual windows come first."""
HOURS: Final = ("returned_after_hours", "hours_since_previous")


def borders_of(
    definitions: Iterable[Definition], meters: Iterable[OwnMeter] = (), hours: Iterable[float] = ()
) -> tuple[float, ...]:
    """Return the borders that are looked at and their ancestors, in the order of the tree.

    Args:
        hours: further borders of the grid.

    Raises:
        DefinitionError: a definition or an own meter looks at hours that are not on the grid.
    """
    looks = [(f"definition {each.name!r}", _windows(each)) for each in definitions]
    looks += [(name := f"meter {each.name!r}", _own_windows(name, each.text)) for each in meters]
    wanted = {border for each in hours for border in (each, *_ancestors(each))}
    for what, windows in looks:
        for each in sorted(windows):
            if each not in GRID:
                raise DefinitionError(_off_the_grid(what, each))
            wanted |= {each, *_ancestors(each)}
    return tuple(border for border in _ORDER if border in wanted)


def parent(border: float) -> tuple[float | None, float | None]:
    """Return the borders between which a border splits, None where there is none."""
    before = _ORDER[: _ORDER.index(border)]
    below, above = [b for b in before if b < border], [b for b in before if b > border]
    return (max(below) if below else None), (min(above) if above else None)


def cells(borders: Sequence[float]) -> tuple[float, ...]:
    """Return hours in the middle of each interval that the borders leave, the shortest first."""
    edges = [0.0, *sorted(borders)]
    return (*((low + high) / 2 for low, high in pairwise(edges)), edges[-1] * 2 or 1.0)


def _ancestors(border: float) -> set[float]:
    found: set[float] = set()
    for edge in parent(border):
        if edge is not None:
            found |= {edge, *_ancestors(edge)}
    return found


def _off_the_grid(what: str, hours: float) -> str:
    below, above = [h for h in GRID if h < hours], [h for h in GRID if h > hours]
    nearest = " or ".join(f"{h:g}" for h in (*below[-1:], *above[:1]))
    return (
        f"{what} looks at {hours:g} hours, which the fast engine does not tell apart: "
        f"write {nearest}, or use simulate run --engine ledger, which is exact for any window"
    )


def _windows(definition: Definition) -> set[float]:
    """Return the hours that a definition compares with."""
    spec = definition.spec
    found = {float(hours) for hours in (spec.silence, spec.return_window_hours) if isinstance(hours, (int, float))}
    if spec.predicate is not None:
        found |= _own_windows(f"definition {definition.name!r}", spec.predicate)
    return {hours for hours in found if hours > 0}


def _own_windows(what: str, text: str) -> set[float]:
    """Return the hours that own SQL compares with."""
    if not any(column in text.lower() for column in HOURS):
        return set()
    return {hours for hours in _compared(what, text) if hours > 0}


def _compared(what: str, text: str) -> set[float]:
    """Return the numbers that own SQL compares hours with.

    Raises:
        DefinitionError: it does more with hours than compare them with numbers.
    """
    import sqlglot
    from sqlglot import exp

    found: set[float] = set()
    for column in sqlglot.parse_one(text, read="duckdb").find_all(exp.Column):
        if column.name.lower() not in HOURS:
            continue
        node: Any = column.parent
        while isinstance(node, exp.Paren):
            node = node.parent
        if isinstance(node, exp.Is):
            continue
        if not isinstance(node, (exp.Predicate, exp.Between, exp.In)):
            raise DefinitionError(
                f"{what} reckons with {column.name}, and the fast engine only compares hours "
                "with numbers: write it as a comparison, or use simulate run --engine ledger"
            )
        found |= {_number(what, other) for other in _others(node, column)}
    return found


def _others(node: exp.Expr, column: exp.Expr) -> list[exp.Expr]:
    """Return what a comparison holds beside a column."""
    from sqlglot import exp

    sides: list[Any] = [node.this, *(node.expressions or [])]
    sides += [node.args.get(key) for key in ("expression", "low", "high")]
    return [
        side for side in sides if isinstance(side, exp.Expression) and column not in list(side.find_all(exp.Column))
    ]


def _number(what: str, side: exp.Expr) -> float:
    from sqlglot import exp

    while isinstance(side, exp.Paren):
        side = side.this
    if isinstance(side, exp.Literal) and not side.is_string:
        return float(side.this)
    raise DefinitionError(
        f"{what} compares hours with {side.sql(dialect='duckdb')!r}, and the fast engine only "
        "with plain numbers: write a number, or use simulate run --engine ledger"
    )
