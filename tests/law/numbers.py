"""What hypothesis draws for the law: chances with their ends, odds, weights that do not sum to 0."""

from __future__ import annotations

from hypothesis import strategies as st

CHANCE = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0, allow_subnormal=False))
ODDS = st.one_of(st.just(1.0), st.floats(1e-6, 1e6))
SIX = st.tuples(*[CHANCE] * 6)
WEIGHTS = st.lists(st.one_of(st.just(0.0), st.floats(1e-9, 1e9)), min_size=1, max_size=6).filter(any)
MOST = st.integers(1, 10)
"""Contacts with the AI that a case can have."""
