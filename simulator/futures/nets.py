"""Futures at Sobol points: eight nets, each the first points of a Sobol sequence that is scrambled by itself.

Future k is point k // 8 of net k mod 8. So any number of futures works, future k alone is future k, and more futures
extend. A dimension is a name ("unknown.volume.per_month", "driver.demand.year.1"): its direction numbers and its
scrambles hang on the seed and the name alone, so that whatever else a scenario has, what it had before stays as it was.

Each dimension is a digital (0, 1)-sequence in base 2: its first 2^m points have one in each of 2^m equal intervals. The
names of `FIRST`, which carry most of what costs vary by, have the sequences of Joe and Kuo, which are even in pairs as
well; all others have sequences of direction numbers drawn by name, which are even one by one and else like random ones.
Both are scrambled by a random lower triangular matrix and a random shift, digits in base 2 (Matousek 1998, Journal of
Complexity 14; Owen 2003, ACM TOMACS 13): each point is uniform, the nets are independent of one another, so that their
spread tells the sampling error.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array
from simulator.futures.directions import DIRECTIONS
from simulator.streams import BLOCK_TRIALS, stream

Words = NDArray[np.uint32]

NETS: Final = 8
"""Nets of a run. Changing it changes every seeded result."""
BITS: Final = 32
"""Binary digits of a coordinate, and twice as many points of a net as a scenario can ask for, as a power of 2."""

FIRST: Final = (
    "unknown.volume.per_month",
    "unknown.outcomes.escalate_log_odds",
    "unknown.tokens.factor",
    "driver.demand.year.1",
    "unknown.returns.log_odds",
    "unknown.outcomes.complexity_log_odds",
    "unknown.volume.growth_per_year",
    "driver.incident.year.1",
    "unknown.outcomes.solve_log_odds",
    "unknown.outcomes.confirm_log_odds",
    "unknown.people.cost_per_hour",
    "unknown.incidents.factor",
    "unknown.volume.ai_share",
    "driver.tokens.year.1",
    "driver.escalation.year.1",
    "driver.demand.year.2",
)
"""The names that most of what costs vary by hangs on, in the order of their influence in the shipped scenarios. A new
one goes to the end, as any other place changes every seeded result.
"""


def nets_of(trials: int) -> NDArray[np.int8]:
    """Return the net of each of the first futures of a run, shape (trials,), counted from 0."""
    return (np.arange(trials) % NETS).astype(np.int8)


def net_points(seed: int, names: Sequence[str], block: int) -> Array:
    """Return the points of a block of futures, strictly between 0 and 1, shape (name, BLOCK_TRIALS).

    Args:
        names: of the dimensions, each once.
        block: number of the block; its futures are BLOCK_TRIALS * block and those after it.
    """
    each = BLOCK_TRIALS // NETS
    places = np.arange(block * each, (block + 1) * each)
    digits = int(places[-1]).bit_length()
    directions, shifts = _scrambled(seed, tuple(names))
    found = np.repeat(shifts[:, None, :], each, axis=1)  # (name, point, net): future 8 p + j is point p of net j
    for digit in range(digits):
        there = ((places >> digit) & 1).astype(bool)
        found[:, there] ^= directions[:, None, :, digit]
    return np.asarray((found.reshape(len(names), BLOCK_TRIALS) + 0.5) * 2.0**-BITS)


@lru_cache(maxsize=8)
def _scrambled(seed: int, names: tuple[str, ...]) -> tuple[Words, Words]:
    """Return scrambled direction numbers, shape (name, net, digit), and shifts, shape (name, net)."""
    words = np.stack(
        [stream(seed, f"net.{name}").integers(0, 2**32, (NETS, 2 * BITS + 1), np.uint32) for name in names]
    )
    places = np.arange(BITS, dtype=np.uint32)
    plain = _upper(words[..., :BITS], places)
    for row, name in enumerate(names):
        if name in _PLACES:
            plain[row] = _sobol(_PLACES[name])
    lower = _lower(words[..., BITS:-1], places)
    scrambled = np.zeros_like(plain)
    for digit in range(BITS):  # column `digit` of the scramble, wherever the direction number has this digit
        has = (plain >> np.uint32(BITS - 1 - digit)) & np.uint32(1)
        scrambled ^= has * lower[..., digit, None]
    return scrambled, words[..., -1]


def _upper(words: Words, places: Words) -> Words:
    """Return direction numbers of random digits: digit k of number k is 1, those after it are 0."""
    own = np.uint32(1) << (np.uint32(BITS - 1) - places)
    return np.asarray((words & ~(own - np.uint32(1))) | own, dtype=np.uint32)


def _lower(words: Words, places: Words) -> Words:
    """Return the columns of a random lower triangular matrix: digit k of column k is 1, those before it are 0."""
    own = np.uint32(1) << (np.uint32(BITS - 1) - places)
    return np.asarray((words & (own - np.uint32(1))) | own, dtype=np.uint32)


_PLACES: Final = {name: place for place, name in enumerate(FIRST)}


def _sobol(place: int) -> Words:
    """Return the direction numbers of the dimension of a place of `FIRST`, shape (BITS,)."""
    if place == 0:
        return np.uint32(1) << np.arange(BITS - 1, -1, -1, dtype=np.uint32)
    _, polynomial, first = DIRECTIONS[place - 1]
    return _directions(polynomial, first)


def _directions(polynomial: int, first: tuple[int, ...]) -> Words:
    """Return the direction numbers of a dimension, shape (BITS,): digits as binary places after the point.

    Number k is the xor of the numbers before it that the polynomial's coefficients name, and of number k - degree
    shifted by the degree (Bratley and Fox 1988, ACM TOMS 14, algorithm 659).
    """
    degree = len(first)
    found = [int(number) << (BITS - 1 - k) for k, number in enumerate(first)]
    for k in range(degree, BITS):
        value = found[k - degree] ^ (found[k - degree] >> degree)
        for step in range(1, degree):
            if (polynomial >> (degree - step)) & 1:
                value ^= found[k - step]
        found.append(value)
    return np.asarray(found, dtype=np.uint32)
