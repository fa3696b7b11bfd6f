"""Columns of a run as futures come in: which are there, and a run that gets longer."""

from __future__ import annotations

import numpy as np

from simulator.engine.storage.run_columns import Columns, GroupPart


def part(first: int, futures: int = 64) -> GroupPart:
    """Return futures whose only number is their place in the run."""
    values = np.arange(first, first + futures, dtype=float)
    return GroupPart(first, futures, {"place": values}, {"place": np.array([values.sum()])})


def test_futures_are_there_from_the_first_on() -> None:
    """64 to 127 come before 0 to 63, and 128 to 191 never."""
    columns = Columns(256)
    assert (columns.end, columns.futures, columns.has(1)) == (0, 0, False)
    columns.add(part(64))
    assert (columns.end, columns.futures, columns.has(1)) == (128, 64, False)
    columns.add(part(0))
    assert columns.has(128) and not columns.has(129)
    columns.add(part(192))
    assert (columns.end, columns.has(128), columns.has(256)) == (256, True, False)


def test_a_run_gets_longer_and_what_was_read_is_read_anew() -> None:
    columns = Columns(64)
    columns.add(part(0))
    assert columns.array("place").shape == (64,)
    assert columns.sums["place"] == 63 * 64 / 2
    columns.lengthen(192)
    columns.add(part(128))
    columns.add(part(64))
    assert np.array_equal(columns.array("place"), np.arange(192.0))
    assert columns.sums["place"] == 191 * 192 / 2
    assert columns.done == {0, 64, 128}


def test_columns_of_several_months_are_summed_anew_too() -> None:
    columns = Columns(64)
    months = np.ones((64, 12))
    columns.add(GroupPart(0, 64, {"month": months}, {"month": np.array([768.0])}))
    assert columns.horizon("month").shape == (64,)
    columns.lengthen(128)
    columns.add(GroupPart(64, 64, {"month": 2 * months}, {"month": np.array([1_536.0])}))
    assert columns.horizon("month").tolist() == [12.0] * 64 + [24.0] * 64
