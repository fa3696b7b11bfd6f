"""What the law's functions draw has the chances and means of the same section; wrong functions are seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.law.tokens import CallNumbers
from tests.law.drawn import CHECKS, true_law

TRUE = true_law()
Wrong = Callable[..., Any]


def times(name: str, factor: float) -> Wrong:
    return lambda *given: factor * TRUE[name](*given)


def argument(name: str, place: int, change: Callable[[Any], Any]) -> Wrong:
    """Return a function that sees another value of one argument."""
    return lambda *given: TRUE[name](*given[:place], change(given[place]), *given[place + 1 :])


def first_call_misses_less(given: CallNumbers) -> CallNumbers:
    return given._replace(cache=given.cache._replace(miss_first=given.cache.miss_first - 0.2))


WRONG: dict[str, dict[str, Wrong]] = {
    "ends": {"end_of": argument("end_of", 1, lambda chances: chances._replace(solve=chances.solve - 0.2))},
    "odds": {"shifted": argument("shifted", 1, lambda odds: 1.000001 * odds)},
    "numbers": {"number_of": argument("number_of", 0, lambda uniform: uniform + 1e-6)},
    "levels": {"level_of": argument("level_of", 4, lambda odds: 1.02 * odds)},
    "attributes": {"review_chance": lambda end, review: review if end <= 3 else 0.0},
    "classes_and_scores": {"score_of": argument("score_of", 1, lambda end: 5 - end)},
    "turns": {"turns_of": argument("turns_of", 2, lambda size: 1.001 * size)},
    "actions": {"actions_of": argument("actions_of", 2, lambda mean: 1.0001 * mean)},
    "delays": {"delay_hours": times("delay_hours", 1.003)},
    "arrivals": {"arrivals_before": argument("arrivals_before", 4, lambda time: 1.1 * time)},
    "constant_tokens": {
        "calls_drawn": argument("calls_drawn", 3, lambda given: given._replace(kept=1.000001 * given.kept))
    },
    "drawn_tokens": {"calls_drawn": argument("calls_drawn", 3, first_call_misses_less)},
    "repeated_draws": {"calls_drawn": argument("calls_drawn", 2, lambda made: (max(made[0] - 3, 1), made[1]))},
    "direct_tokens": {
        "totals_drawn": argument(
            "totals_drawn", 2, lambda given: given._replace(written_share=given.written_share + 1e-6)
        )
    },
    "sizes_and_words": {"philox": argument("philox", 4, lambda key: key + 1)},
}


@pytest.mark.parametrize("name", CHECKS)
def test_draws_have_the_stated_chances(name: str) -> None:
    CHECKS[name](TRUE)


@pytest.mark.parametrize("name", CHECKS)
def test_a_wrong_draw_is_seen(name: str) -> None:
    with pytest.raises(AssertionError):
        CHECKS[name](TRUE | WRONG[name])
