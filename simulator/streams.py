"""Keyed random streams: draws depend on (seed, name of the quantity, place), never on worker, order or call count."""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np

BLOCK_TRIALS: Final = 64
"""Trials whose unknowns and drivers are drawn together. Fixed: changing it changes every seeded result."""
LARGEST_PLACE: Final = 2**32 - 1
"""One word of the key."""


def stream(seed: int, name: str, *place: int) -> np.random.Generator:
    """Return the generator of one named quantity at one place (block of trials, month, contact ...).

    Two streams with different names or places are independent; the same three arguments always give the same draws.

    Args:
        seed: the scenario's seed; 0 is a seed like any other.
        name: stable name of the driver or quantity, for example "driver.demand" or "outcome.escalate".
        place: whole numbers that say where, for example the block of trials.

    Raises:
        ValueError: if the seed or a place is negative, or a place is 2**32 or more (it would take two words, and
            place (2**32,) would be place (0, 1)).
    """
    if seed < 0 or any(number < 0 for number in place):
        raise ValueError(f"seed and place must be 0 or more, got seed {seed} and place {place}")
    if any(number > LARGEST_PLACE for number in place):
        raise ValueError(f"a place must be at most {LARGEST_PLACE}, got place {place}")
    digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
    words = np.frombuffer(digest, dtype="<u4").tolist()
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, *words], spawn_key=place)))
