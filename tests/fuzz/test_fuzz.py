"""Thousands of wrong and strange scenarios: every one is refused with its lines or accepted and priced, none crashes.

500 in the quick suite, 10,000 with the slow tests, and all 100,000 with `python -m pytest -m fuzz tests/fuzz`, which
takes about an hour of one core. `python -m tests.fuzz NUMBER` shows one of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.mutations import case
from tests.fuzz.running import outcome, warm_up

QUICK, SLOW, ALL = 500, 10_000, 100_000
TOGETHER = 250


@pytest.fixture(scope="module", autouse=True)
def _warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    warm_up(tmp_path_factory.mktemp("warm"))


def wrong(numbers: range, folder: Path) -> list[str]:
    """Return what is wrong with the cases of some numbers; fewer than a twentieth may be accepted in no range."""
    found, accepted = [], 0
    for number in numbers:
        seen = outcome(case(number), folder)
        accepted += seen.verdict in ("accepted", "run")
        found += [f"python -m tests.fuzz {number}: {said}" for said in seen.wrong]
    assert accepted > len(numbers) / 20, "the changes have become so wild that nothing is accepted any more"
    return found


@pytest.mark.parametrize("first", range(0, QUICK, TOGETHER))
def test_wrong_scenarios_are_refused_with_their_lines_and_strange_ones_priced(first: int, tmp_path: Path) -> None:
    assert wrong(range(first, first + TOGETHER), tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(QUICK, QUICK + SLOW, 2 * TOGETHER))
def test_more_wrong_scenarios(first: int, tmp_path: Path) -> None:
    assert wrong(range(first, first + 2 * TOGETHER), tmp_path) == []


@pytest.mark.fuzz
@pytest.mark.parametrize("first", range(0, ALL, 4 * TOGETHER))
def test_all_wrong_scenarios(first: int, tmp_path: Path) -> None:
    assert wrong(range(first, first + 4 * TOGETHER), tmp_path) == []
