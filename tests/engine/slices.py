"""Conversations of a whole month, of some cases of it, and with other values in some columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from simulator.engine.draws.rows import Rows
from simulator.engine.ledger import Group, LedgerPlan, draw_month, prepare_group
from simulator.law import drawn_columns

PLACES = {name: place for names in (drawn_columns.WHOLE, drawn_columns.REAL) for place, name in enumerate(names)}
"""Columns that tests fill with other values, by the names that rows have for them."""


def joined(slices: Iterable[Rows]) -> Rows:
    """Return slices as one, the cases numbered on."""
    parts, before = [], 0
    for each in slices:
        whole = each.whole.copy()
        whole[drawn_columns.ROW_CASE] += before
        parts.append(Rows(each.of_case, whole, each.real))
        before += len(each.of_case)
    return Rows(
        np.concatenate([each.of_case for each in parts]),
        np.concatenate([each.whole for each in parts], axis=1),
        np.concatenate([each.real for each in parts], axis=1),
    )


def month_rows(plan: LedgerPlan, group: Group, month: int = 0) -> Rows:
    """Return all conversations of a month of a group."""
    return joined(draw_month(plan, group, month))


def months_of(plan: LedgerPlan, months: int) -> Iterator[Rows]:
    """Yield the slices of some months of the first group."""
    group = prepare_group(plan, 0)
    for month in range(months):
        yield from draw_month(plan, group, month)


def first_cases(rows: Rows, count: int) -> Rows:
    """Return the conversations of the first cases."""
    kept = rows.who.case < count
    return Rows(
        rows.of_case[:count], np.ascontiguousarray(rows.whole[:, kept]), np.ascontiguousarray(rows.real[:, kept])
    )


def changed(rows: Rows, **values: NDArray[np.generic]) -> Rows:
    """Return the same conversations with other values in some columns."""
    whole, real = rows.whole.copy(), rows.real.copy()
    for name, each in values.items():
        (real if name in drawn_columns.REAL else whole)[PLACES[name]] = each
    return Rows(rows.of_case, whole, real)
