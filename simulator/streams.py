"""Keyed random streams: draws depend on (seed, name of the quantity, place), never on worker, order or call count."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

BLOCK_TRIALS: Final = 64
"""Trials whose unknowns and drivers are drawn together. Fixed: changing it changes every seeded result."""


class _Digest(ISeedSequence):
    """Seeds a bit generator with the BLAKE2b digest of a key: as good as random words, and quick to make."""

    def __init__(self, key: str) -> None:
        self.key = key.encode()

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:
        """Return the words that the bit generator asks for, at most 64 bytes."""
        words = np.dtype(dtype).newbyteorder("<")
        digest = hashlib.blake2b(self.key, digest_size=n_words * words.itemsize).digest()
        return np.frombuffer(digest, dtype=words).astype(dtype)


def key_of(seed: int, name: str) -> tuple[int, int]:
    """Return the two words of 32 bits under which the cases of an intent draw (simulator.law.counters)."""
    digest = hashlib.blake2b(f"{seed}|{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def stream(seed: int, name: str, *place: int) -> np.random.Generator:
    """Return the generator of one named quantity at one place (block of trials, month, contact ...).

    Two streams with different names or places are independent; the same three arguments always give the same draws.

    Args:
        seed: the scenario's seed; 0 is a seed like any other.
        name: stable name of the driver or quantity, for example "driver.demand" or "outcome.escalate".
        place: whole numbers that say where, for example the block of trials.

    Raises:
        ValueError: if the seed or a place is negative.
    """
    if seed < 0 or any(number < 0 for number in place):
        raise ValueError(f"seed and place must be 0 or more, got seed {seed} and place {place}")
    seeds: Any = _Digest(f"{seed}/{'/'.join(map(str, place))}|{name}")
    return np.random.Generator(np.random.SFC64(seeds))
