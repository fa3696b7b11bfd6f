"""Random numbers by counters: what a conversation draws is a hash of where it stands, not of what was drawn before.

The hash is Philox4x32 with seven rounds of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2,
3" (SC 2011), the fewest that pass all of their tests; ours have its published vectors. Its key is made of the
scenario's seed and the intent's name (`simulator.streams.key_of`); its counter is (case, future, contact, quantity). So
another volume, number of futures, order or share of the cases only adds cases or leaves them out, and no case draws
anything else because of it.

Words are whole numbers from 0 to 2^32 - 1 in signed 64 bits: a product of two of them may wrap around in a compiled
copy, and is cut to the same words as the unlimited whole numbers of Python.
"""

from __future__ import annotations

from typing import Final

Words = tuple[int, int, int, int]
Uniforms = tuple[float, float, float, float]
CasePlace = tuple[int, int, int, int]
"""Where a case stands: two words of its key, its number among the cases of its intent, month and future; the future."""

WORD: Final = 0xFFFFFFFF
"""The largest word."""
FIRST_FACTOR: Final = 0xD2511F53
SECOND_FACTOR: Final = 0xCD9E8D57
FIRST_STEP: Final = 0x9E3779B9
SECOND_STEP: Final = 0xBB67AE85

ARRIVAL, CASE, ENDING, AFTER, JUDGED, WORK, RETURN, DUPLICATE, PEOPLE = range(9)
"""Quantities of a case or a conversation, of four words each; where one is drawn its words have names."""
MESSAGE, CALL, CACHE, DIRECT = range(9, 13)
"""Quantities that a conversation draws several times: the times are numbered from 0."""


def philox(first: int, second: int, third: int, fourth: int, key: int, other_key: int) -> Words:
    """Return the four words of a counter of four words under a key of two."""
    for _ in range(7):
        one = first * FIRST_FACTOR
        two = third * SECOND_FACTOR
        first = ((two >> 32) & WORD) ^ second ^ key
        second = two & WORD
        third = ((one >> 32) & WORD) ^ fourth ^ other_key
        fourth = one & WORD
        key = (key + FIRST_STEP) & WORD
        other_key = (other_key + SECOND_STEP) & WORD
    return first, second, third, fourth


def at_contact(month: int, contact: int, origin: int) -> int:
    """Return the word of a moment of a case: month, number of the contact (0 for the case itself) and origin."""
    return (month << 16) | (contact << 2) | origin


def words(case: CasePlace, at: int, quantity: int, time: int) -> Words:
    """Return four words of a quantity of a conversation.

    Args:
        case: where the case stands.
        at: see `at_contact`.
        quantity: one of those above.
        time: which of several, from 0 to 65,535.
    """
    key, other_key, number, future = case
    return philox(number, future, at, (quantity << 16) | time, key, other_key)


def uniform(word: int) -> float:
    """Return a word as a number between 0 and 1, neither of them: the middle of one of 2^32 equal parts."""
    return (word + 0.5) * 2.0**-32


def uniforms(case: CasePlace, at: int, quantity: int, time: int) -> Uniforms:
    """Return four numbers between 0 and 1; arguments as `words`."""
    one, two, three, four = words(case, at, quantity, time)
    return uniform(one), uniform(two), uniform(three), uniform(four)


def fine_uniform(high: int, low: int) -> float:
    """Return two words as a number between 0 and 1 of 52 bits, where the tails of a law matter."""
    return (high * 2.0**20 + (low >> 12) + 0.5) * 2.0**-52
