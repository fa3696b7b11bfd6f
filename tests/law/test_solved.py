"""Which cases are solved: by hand, and case by case over all that can happen."""

from __future__ import annotations

import itertools

import pytest

from simulator.law import ESCALATED, PARTIAL, SILENT_SOLVED
from simulator.law.people import never_solved, solved_chance, unsolved

FIRST, LATER = (0.1, 0.2, 0.25, 0.05, 0.15, 0.25), (0.05, 0.15, 0.2, 0.1, 0.2, 0.3)
BACK, STRAIGHT = (0.1, 0.2, 0.6, 0.5, 0.3, 0.4), (0.1, 0.3, 0.2, 0.4, 0.6, 0.7)
DUPLICATED = (0.05, 0.1, 0.2, 0.3, 0.15, 0.25)


def test_a_person_tries_on_a_handoff_and_once_more_on_a_straight_return() -> None:
    assert solved_chance(SILENT_SOLVED, False, 0.0) == 1.0
    assert solved_chance(SILENT_SOLVED + 1, False, 0.8) == 0.0
    assert solved_chance(SILENT_SOLVED + 1, True, 0.8) == pytest.approx(0.8)
    assert solved_chance(ESCALATED, False, 0.8) == pytest.approx(0.8)
    assert solved_chance(PARTIAL, True, 0.8) == pytest.approx(1 - 0.2 * 0.2)


def enumerated(person: float, contact: int, most: int) -> float:
    """Return the chance that a case stays unsolved from a contact on, over all ends, copies and fates."""
    ends, total = FIRST if contact == 1 else LATER, 0.0
    for end, copied, fate in itertools.product(range(6), range(7), range(3)):
        away = 1.0 if contact == most else STRAIGHT[end]
        chance = ends[end] * (1 - BACK[end], BACK[end] * (1 - away), BACK[end] * away)[fate]
        chance *= DUPLICATED[end] * ends[copied] if copied < 6 else 1 - DUPLICATED[end]
        missed = 1 - solved_chance(end, fate == 2, person)
        missed *= 1 - solved_chance(copied, False, person) if copied < 6 else 1.0
        total += chance * missed * (enumerated(person, contact + 1, most) if fate == 1 and chance > 0 else 1.0)
    return total


@pytest.mark.parametrize("most", [1, 2, 3])
def test_what_never_is_solved_is_what_is_left_of_all_that_can_happen(most: int) -> None:
    person = 0.7
    first, later = (unsolved(ends, BACK, STRAIGHT, DUPLICATED, person) for ends in (FIRST, LATER))
    assert never_solved(first[0], later[0], most) == pytest.approx(enumerated(person, 1, most), rel=1e-14)
    assert never_solved(first[1], later[1], most) == pytest.approx(enumerated(0.0, 1, most), rel=1e-14)
