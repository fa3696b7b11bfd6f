"""How many cases open. docs/model.md section 3."""

from __future__ import annotations

import math

from simulator.law.counters import ARRIVAL, CASE, fine_uniform, place_of, words


def arrivals_before(key: int, other_key: int, future: int, place: int, expected: float) -> int:
    """Return how many arrivals of a stream of rate 1 come before a time, drawn: a Poisson number.

    A larger expectation only adds cases, because the stream is the same.

    Args:
        key, other_key, future, place: see law.counters.words.
        expected: the time, the expected number of cases.
    """
    time = 0.0
    number = 0
    while True:
        one, two, three, four = words(key, other_key, number >> 1, future, place, ARRIVAL, 0)
        time = time - math.log(fine_uniform(one, two))
        if time >= expected:
            return number
        time = time - math.log(fine_uniform(three, four))
        if time >= expected:
            return number + 1
        number = number + 2


def opened(key: int, other_key: int, case: int, future: int, month: int) -> float:
    """Return the share of its month after which a case opens, drawn; arguments as law.counters.words."""
    _, _, high, low = words(key, other_key, case, future, place_of(month, 0, 0), CASE, 0)
    return fine_uniform(high, low)
