"""Primitive polynomials and first direction numbers of some Sobol sequences.

Source: S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM Journal on
Scientific Computing 30 (2008), their table new-joe-kuo-6. Of its first 64 dimensions stand here, after the first (of
van der Corput, which needs none), those that are most even in pairs with the ones before them at 256, 512 and 1,024
points: least in the mean of 2^t, t the quality of the pair as a net. The tests work the choice out again, for some
pairs of the table have t = 5 at 512 points, which shows in a P99.
"""

from __future__ import annotations

from typing import Final

DIRECTIONS: Final[tuple[tuple[int, int, tuple[int, ...]], ...]] = (
    (2, 3, (1,)),
    (3, 7, (1, 3)),
    (4, 11, (1, 3, 1)),
    (5, 13, (1, 1, 1)),
    (19, 115, (1, 1, 5, 5, 19, 61)),
    (10, 47, (1, 1, 7, 11, 19)),
    (7, 25, (1, 3, 5, 13)),
    (26, 171, (1, 1, 5, 11, 19, 41, 61)),
    (6, 19, (1, 1, 3, 3)),
    (14, 67, (1, 3, 3, 9, 7, 49)),
    (11, 55, (1, 1, 5, 1, 1)),
    (23, 145, (1, 3, 5, 9, 1, 25, 53)),
    (24, 157, (1, 3, 1, 13, 9, 35, 107)),
    (22, 143, (1, 1, 3, 13, 7, 35, 63)),
    (17, 103, (1, 1, 1, 15, 7, 5)),
)
"""(dimension in the table, polynomial, numbers m_1, m_2 ...); the bits of the polynomial are its coefficients, that of
the highest power first.
"""
