"""Hours that the atlas tells apart: which borders a definition needs, and which it cannot have."""

from __future__ import annotations

import random
import re
from itertools import pairwise
from typing import Any

import pytest

from simulator.definitions import NAMED, Definition, DefinitionSpec, compile_definition
from simulator.engine.atlas.borders import GRID, borders_of, cells, parent
from simulator.errors import DefinitionError


def defined(**clauses: Any) -> Definition:
    return compile_definition("tested", DefinitionSpec(**clauses))


def borders(**clauses: Any) -> set[float]:
    return set(borders_of([defined(**clauses)]))


def predicate(condition: str) -> set[float]:
    return borders(predicate=condition)


def with_ancestors(*hours: float) -> set[float]:
    """Return hours and all borders between which they split, followed here step by step."""
    found, left = set(hours), list(hours)
    while left:
        for edge in parent(left.pop()):
            if edge is not None and edge not in found:
                found.add(edge)
                left.append(edge)
    return found


def test_the_grid_is_what_the_design_says() -> None:
    assert GRID == (1, 2, 4, 6, 8, 12, 24, 36, 48, 72, 96, 120, 168, 240, 336, 720)


@pytest.mark.parametrize("hours", GRID)
def test_a_window_on_the_grid_has_its_border_and_what_it_splits(hours: float) -> None:
    for clauses in (
        {"silence": hours},
        {"returns": "void", "return_window_hours": hours},
        {"returns": "merge", "return_window_hours": hours},
        {"predicate": f"returned_after_hours >= {hours:g}"},
    ):
        assert borders(**clauses) == with_ancestors(hours)


@pytest.mark.parametrize("hours", GRID)
def test_a_border_lies_strictly_between_the_ones_it_splits(hours: float) -> None:
    low, high = parent(hours)
    assert (low is None or low < hours) and (high is None or hours < high)
    assert (hours == 24) == (low is None and high is None)


def test_usual_windows_need_few_borders() -> None:
    assert borders(silence=24) == {24} and borders(silence=72) == {24, 72}
    assert max(len(with_ancestors(hours)) for hours in GRID) <= 5


def test_borders_are_in_the_order_of_the_tree_whatever_the_order_of_definitions() -> None:
    every = [defined(silence=hours) for hours in GRID]
    whole = borders_of(every)
    assert set(whole) == set(GRID)
    for seed in range(5):
        assert borders_of(random.Random(seed).sample(every, len(every))) == whole
    for place, border in enumerate(whole):
        assert {edge for edge in parent(border) if edge is not None} <= set(whole[:place])
    some = borders_of([defined(silence=168), defined(silence=8)])
    assert list(some) == [border for border in whole if border in some], "a subset keeps its order"


def test_cells_lie_strictly_inside_their_intervals() -> None:
    for chosen in ((), (24.0,), (24.0, 72.0, 8.0), tuple(reversed(GRID)), GRID):
        hours, edges = cells(chosen), [0.0, *sorted(chosen), float("inf")]
        assert len(hours) == len(chosen) + 1
        assert all(low < hour < high for hour, (low, high) in zip(hours, pairwise(edges), strict=True))


def test_what_needs_no_hours_needs_no_border() -> None:
    for clauses in (
        {},
        {"silence": "never", "outcomes": ("confirmed", "silent")},
        {"silence": "at_once"},
        {"returns": "void", "return_window_hours": "ever"},
        {"returns": "merge", "return_window_hours": "ever"},
        {"predicate": "outcome = 'confirmed' AND contact < 37"},
        {"predicate": "returned_after_hours IS NULL"},
        {"predicate": "(returned_after_hours) IS NOT NULL AND outcome = 'silent'"},
    ):
        assert borders(**clauses) == set()


@pytest.mark.parametrize(
    ("condition", "hours"),
    [
        ("returned_after_hours < 48", (48,)),
        ("returned_after_hours >= 48.0 OR contact > 5", (48,)),
        ("24 <= returned_after_hours", (24,)),
        ("(returned_after_hours) < (72)", (72,)),
        ("NOT (outcome = 'silent' AND returned_after_hours < 12)", (12,)),
        ("RETURNED_AFTER_HOURS < 12", (12,)),
        ("returned_after_hours BETWEEN 4 AND 96", (4, 96)),
        ("returned_after_hours NOT BETWEEN 4 AND 96", (4, 96)),
        ("returned_after_hours IN (24, 168)", (24, 168)),
        ("returned_after_hours IS NULL OR returned_after_hours > 336", (336,)),
        ("csat * 2 > 50 OR (abs(contact - 2) < 30 AND returned_after_hours > 8)", (8,)),
        ("returned_after_hours < 6 OR returned_after_hours > 240", (6, 240)),
    ],
)
def test_a_predicate_has_the_borders_that_it_compares_with(condition: str, hours: tuple[float, ...]) -> None:
    assert predicate(condition) == with_ancestors(*hours)


@pytest.mark.parametrize(
    ("hours", "nearest"),
    [(0.5, "1"), (1.5, "1 or 2"), (23.9, "12 or 24"), (24.5, "24 or 36"), (60, "48 or 72"), (700, "336 or 720"),
     (721, "720")],
)  # fmt: skip
def test_a_window_off_the_grid_is_refused_with_the_nearest_two(hours: float, nearest: str) -> None:
    said = (
        f"definition 'tested' looks at {hours:g} hours, which the fast engine does not tell apart: write {nearest}, "
        "or use simulate run --engine ledger, which is exact for any window"
    )
    for clauses in (
        {"silence": hours},
        {"returns": "void", "return_window_hours": hours},
        {"returns": "merge", "return_window_hours": hours},
        {"predicate": f"returned_after_hours < {hours}"},
        {"predicate": f"returned_after_hours BETWEEN {min(hours, 24)} AND {max(hours, 24)}"},
    ):
        with pytest.raises(DefinitionError, match=f"^{re.escape(said)}$"):
            borders(**clauses)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("returned_after_hours + 1 < 24", "reckons with returned_after_hours"),
        ("returned_after_hours / 24 < 3", "reckons with returned_after_hours"),
        ("coalesce(returned_after_hours, 0) < 24", "reckons with returned_after_hours"),
        ("-returned_after_hours < -24", "reckons with returned_after_hours"),
        ("returned_after_hours < 24 * 2", r"compares hours with '24 \* 2'"),
        ("returned_after_hours < csat", "compares hours with 'csat'"),
        ("returned_after_hours IN (24, csat)", "compares hours with 'csat'"),
    ],
)
def test_a_predicate_that_reckons_with_hours_is_refused(condition: str, said: str) -> None:
    with pytest.raises(DefinitionError, match=f"^definition 'tested' {said}.*or use simulate run --engine ledger$"):
        predicate(condition)


def test_the_first_definition_off_the_grid_is_named() -> None:
    good = compile_definition("good", DefinitionSpec(silence=24))
    with pytest.raises(DefinitionError, match="definition 'tested' looks at 30 hours"):
        borders_of([good, defined(silence=30), defined(silence=31)])


def test_named_definitions_are_all_on_the_grid() -> None:
    assert set(borders_of(compile_definition(f"a_{name}", spec) for name, spec in NAMED.items())) == {24, 72}
