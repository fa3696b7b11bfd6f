"""Nothing moves unless a commit says so: every number of the golden runs, within a billionth."""

from __future__ import annotations

import pytest

from tests.golden.comparing import moved, read, told
from tests.golden.runs import ENGINES, FILES, SEEDS, Kept, numbers, runs

WALKED = [pytest.param(run, marks=() if run.seed == next(iter(SEEDS)) else pytest.mark.slow) for run in runs()]
"""Runs of one seed are in the quick suite."""


@pytest.mark.parametrize("run", WALKED, ids=lambda run: run.name.replace("/", "."))
def test_no_number_moves(run: Kept) -> None:
    found = moved(run.name, read()[run.name], numbers(run))
    assert not found, f"{told(found)}\nif they should move: python -m tests.golden, and say why in the commit"


def test_the_file_has_these_runs_and_most_of_them_have_numbers() -> None:
    golden = read()
    assert list(golden) == [run.name for run in runs()]
    assert all(each is not None for each in golden.values()), "every scenario is counted by all engines"
    assert all(len(each or ()) > 400 for each in golden.values())
    assert {run.engine for run in runs()} == set(ENGINES) and len(FILES) == 14


def test_a_move_of_two_billionths_and_a_number_that_is_missing_are_seen() -> None:
    """The control: the comparison fails where it should."""
    before = {"a": 1.0, "b": 2.0, "c": 0.0, "d": -3.0}
    assert moved("run", before, dict(before)) == []
    assert moved("run", before, {**before, "a": 1.0 + 1e-10, "c": 1e-13}) == []
    (found,) = moved("run", before, {**before, "a": 1.0 + 2e-9})
    assert found.path == "a" and found.by == pytest.approx(2e-9)
    assert [each.path for each in moved("run", before, {"a": 1.0, "b": 2.0, "c": 0.0, "e": 5.0})] == ["d", "e"]
    assert [each.path for each in moved("run", before, None)] == list(before)
    assert "2 numbers differ" in told(moved("run", before, {"a": 1.0, "b": 2.1, "c": 0.0, "d": 3.0}))
