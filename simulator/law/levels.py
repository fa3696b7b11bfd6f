"""Levels of complexity. docs/model.md sections 4 (a case draws its level) and 2 (what shifts them)."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.law import Row
from simulator.law.odds import shifted


def tails(weights: Sequence[float]) -> list[float]:
    """Return tail_l = P(level > l) for l = 1 .. L - 1, from the weights of L levels, the simplest first.

    Sums run from the last level, so that a tail is exactly 1 where no level below has a weight, exactly 0 where none
    above has one, and no larger than the tail before it.
    """
    most = len(weights)
    above = 0.0
    found = [above for _ in range(most)]
    for number in range(most - 1, -1, -1):
        above = above + weights[number]
        found[number] = above
    return [found[number] / above for number in range(1, most)]


def level_chance(before: float, tail: float, odds: float) -> tuple[float, float]:
    """Return the chance of one level with odds on its tail, and the moved tail.

    Args:
        before: moved tail of the level below, 1 for the first level.
        tail, odds: see `level_chances`.
    """
    after = shifted(tail, odds)
    return before - after, after


def level_chances(tails_above: Sequence[float], odds: float) -> list[float]:
    """Return the chances of the levels with odds on all tails: logit(tail_l) + ln odds. docs/model.md section 2.

    Args:
        tails_above: P(level > l), one less than there are levels.
        odds: exp(s z + `outcomes.complexity_log_odds`); more than 1 makes cases more complex.
    """
    found = []
    before = 1.0
    for tail in tails_above:
        chance, before = level_chance(before, tail, odds)
        found.append(chance)
    found.append(before)
    return found


def level_of(uniform: float, tails_above: Row, first: int, count: int, odds: float) -> int:
    """Return the level of a case, drawn.

    Args:
        tails_above: has the `count` tails of the intent from place `first` on.
        odds: see `level_chances`.
    """
    level = 0
    for number in range(count):
        if uniform < shifted(tails_above[first + number], odds):
            level = level + 1
    return level
