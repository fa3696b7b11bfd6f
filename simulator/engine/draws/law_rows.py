"""The law's numbers of a future in one row, in the places that simulator.law.slots names."""

from __future__ import annotations

import math

import numpy as np

from simulator.arrays import Array
from simulator.engine.compiling.compiled import loop
from simulator.futures.law_arrays import Numbers
from simulator.law.slots import LAW_ONE_TURN, NAMES, LawRows


def law_rows(numbers: Numbers) -> LawRows:
    """Return the law's numbers a row a future."""
    fields = [_field(numbers, name).reshape(len(numbers.sizes.mean), -1) for name in NAMES[:LAW_ONE_TURN]]
    fields += _of_lengths(numbers)
    starts = np.cumsum([0, *(each.shape[1] for each in fields)])[:-1]
    counts = (
        numbers.endings.escalate.shape[1],
        numbers.cases.channels.shape[2],
        numbers.endings.models.shape[2],
        numbers.returns.most,
        numbers.turns.most,
        numbers.returns.delay.weibull,
        numbers.returns.duplicate_delay.weibull,
        numbers.tokens.direct,
    )
    return LawRows(
        rows=np.concatenate(fields, axis=1),
        where=np.array([*starts, *counts], dtype=np.int64),
        table=numbers.sizes.table,
        tables=numbers.sizes.tables,
        threshold=numbers.tokens.threshold,
    )


def _of_lengths(numbers: Numbers) -> list[Array]:
    """Return the chance of one turn by level, end and channel, and the logarithm of that of no action of a call."""
    turns = numbers.turns
    shape = turns.level.shape[1], turns.end.shape[1], turns.channel.shape[1]
    one, none = np.empty((len(turns.size), math.prod(shape))), np.empty((len(turns.size), 1))
    loop("begin_lengths")(turns, one, none)
    return [one, none]


def _field(numbers: Numbers, name: str) -> Array:
    found = numbers
    for each in name.split("."):
        found = getattr(found, each)
    return np.asarray(found)
