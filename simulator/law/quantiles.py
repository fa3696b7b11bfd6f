"""Quantiles: the normal law by a formula, the laws of sizes by a table that the engine fills.

A size (a length in tokens, minutes of a person) is its mean times a standard size of mean 1, which is looked up in a
table of the quantiles of its law at the levels of `levels`, with straight lines between them: evenly in the middle,
and ever finer in each octave towards both ends, down to one in 2^33. One look-up serves every family of laws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from simulator.law import Row
from simulator.law.counters import WORD

MIDDLE_BITS: Final = 10
MIDDLE: Final = 1 << MIDDLE_BITS
"""Equal parts of the middle; those within the ends are not read."""
END_BITS: Final = 27
"""Words below 2^27, and as many at the other end, are in the ends: a thirty-second of all each."""
OCTAVES: Final = END_BITS + 1
OCTAVE_PARTS: Final = 32
END_PARTS: Final = OCTAVES * OCTAVE_PARTS
NODES: Final = MIDDLE + 1 + 2 * (END_PARTS + 1)
CONSTANT: Final = -1
"""Place of a table where a size is a constant."""


CENTRE_ABOVE: Final = (
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
)  # fmt: skip
CENTRE_BELOW: Final = (
    5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0,
)  # fmt: skip
TAIL_ABOVE: Final = (
    7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
    3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
)  # fmt: skip
TAIL_BELOW: Final = (
    1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
    0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0,
)  # fmt: skip
FAR_ABOVE: Final = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
    0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
)  # fmt: skip
FAR_BELOW: Final = (
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0,
)  # fmt: skip


def levels() -> list[float]:
    """Return the chances at which a table has a quantile: the middle, the lower end, and the upper end.

    Those of the upper end are given as the chance of a larger value, so that they keep their digits. The middle's first
    and last are not read, and lie a little inside.
    """
    middle = [min(max(place / MIDDLE, 2.0**-12), 1 - 2.0**-12) for place in range(MIDDLE + 1)]
    end = []
    for octave in range(OCTAVES):
        for part in range(OCTAVE_PARTS):
            end.append((1 + part / OCTAVE_PARTS) * 2.0 ** (octave - 33))
    end.append(2.0 ** (OCTAVES - 33))
    return middle + end + end


def tabulated(word: int, tables: Row, first: int) -> float:
    """Return the standard size at a word, from 0 to 2^32 - 1.

    Args:
        tables: has the quantiles at `levels` from place `first` on.
    """
    rest = min(word, WORD - word)
    if rest >> END_BITS:
        at = word >> (32 - MIDDLE_BITS)
        share = ((word & ((1 << (32 - MIDDLE_BITS)) - 1)) + 0.5) * 2.0 ** (MIDDLE_BITS - 32)
    else:
        mantissa, exponent = math.frexp(rest + 0.5)  # a mantissa from 1/2 on, and an exponent from 0 to 27
        fine = (2 * mantissa - 1) * OCTAVE_PARTS
        part = int(fine)
        share = fine - part
        at = MIDDLE + 1 + exponent * OCTAVE_PARTS + part
        if word != rest:
            at = at + END_PARTS + 1
    low = tables[first + at]
    return float(low + share * (tables[first + at + 1] - low))


def size_of(word: int, table: int, tables: Row) -> float:
    """Return a standard size of mean 1 at a word.

    Args:
        table: place in `tables` where its quantiles begin, or CONSTANT.
    """
    return 1.0 if table == CONSTANT else tabulated(word, tables, table)


def ratio(r: float, above: Sequence[float], below: Sequence[float]) -> float:
    """Return the ratio of two polynomials in r, coefficients of the lowest power last."""
    numerator = denominator = 0.0
    for number in range(8):
        numerator = numerator * r + above[number]
        denominator = denominator * r + below[number]
    return numerator / denominator


def normal_quantile(chance: float) -> float:
    """Return the normal score below which a value falls with a chance, relative error 1e-15.

    Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988): ratios
    of polynomials in the middle and in both tails.
    """
    centred = chance - 0.5
    if abs(centred) <= 0.425:
        return centred * ratio(0.180625 - centred * centred, CENTRE_ABOVE, CENTRE_BELOW)
    r = math.sqrt(-math.log(min(chance, 1.0 - chance)))
    size = ratio(r - 1.6, TAIL_ABOVE, TAIL_BELOW) if r <= 5.0 else ratio(r - 5.0, FAR_ABOVE, FAR_BELOW)
    return math.copysign(size, centred)
