"""Rows of the ledger case by case, each conversation with its duplicate behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.drawn_tokens import Tokens
from simulator.engine.ledger import Plan, draw_month, prepare_group
from simulator.engine.rows import Rows


def by_case(rows: Rows) -> Rows:
    """Return the same rows in the order of cases, contacts and origins."""
    return chosen(rows, np.lexsort((rows.origin, rows.contact, rows.who.case)))


def first_cases(rows: Rows, count: int) -> Rows:
    """Return the conversations of the first cases of rows that stand case by case."""
    return chosen(rows, np.flatnonzero(rows.who.case < count))


def chosen(rows: Rows, order: NDArray[np.int64]) -> Rows:
    """Return some rows, in another order; the cases stay as they are."""
    found = {each.name: getattr(rows, each.name) for each in fields(Rows)}
    columns = {name: each[order] for name, each in found.items() if isinstance(each, np.ndarray)}
    tokens = {each.name: getattr(rows.tokens, each.name) for each in fields(Tokens)}
    sorted_tokens = Tokens(**{name: None if each is None else each[..., order] for name, each in tokens.items()})
    return replace(rows, **columns, who=rows.who.chosen(order), tokens=sorted_tokens)


def case_by_case(plan: Plan, months: int = 1) -> Iterator[Rows]:
    """Yield the slices of some months of the first group."""
    group = prepare_group(plan, 0)
    for month in range(months):
        for rows in draw_month(plan, group, month):
            yield by_case(rows)
