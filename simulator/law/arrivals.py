"""How many cases open, and when. docs/model.md section 3."""

from __future__ import annotations

import math

from simulator.law.counters import ARRIVAL, CASE, CasePlace, at_contact, fine_uniform, words


def arrivals_before(key: int, other_key: int, future: int, month: int, expected: float) -> int:
    """Return how many arrivals of a stream of rate 1 come before a time, drawn: a Poisson number.

    A larger expectation only adds cases, because the stream is the same.

    Args:
        key, other_key: words of the intent, see law.counters.
        expected: the time, the expected number of cases.
    """
    at = at_contact(month, 0, 0)
    time = 0.0
    number = 0
    while True:
        one, two, three, four = words((key, other_key, number >> 1, future), at, ARRIVAL, 0)
        time = time - math.log(fine_uniform(one, two))
        if time >= expected:
            return number
        time = time - math.log(fine_uniform(three, four))
        if time >= expected:
            return number + 1
        number = number + 2


def opened(case: CasePlace, month: int) -> float:
    """Return the share of its month after which a case opens, drawn."""
    _, _, high, low = words(case, at_contact(month, 0, 0), CASE, 0)
    return fine_uniform(high, low)
