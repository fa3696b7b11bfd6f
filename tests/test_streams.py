"""Keyed streams: reproducible, distinct for every seed, name and place, and independent of one another."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from simulator.streams import stream
from tests.statistics import covariance_is, follows

KEYS = [
    (0, "driver.demand", ()),
    (0, "driver.demand", (0,)),
    (0, "driver.demand", (1,)),
    (0, "driver.demand", (0, 0)),
    (0, "driver.demand", (0, 1)),
    (0, "driver.demand", (1, 0)),
    (0, "driver.demand", (2**32,)),
    (0, "demand", ()),
    (0, "1|driver.demand", ()),
    (0, "1/driver.demand", ()),
    (0, "driver.tokens", ()),
    (0, "driver.deman", ()),
    (0, "", ()),
    (1, "driver.demand", ()),
    (2**32 - 1, "driver.demand", ()),
    (2**32, "driver.demand", ()),
    (2**32 + 1, "driver.demand", ()),
    (2**33, "driver.demand", ()),
    (2**63 - 1, "driver.demand", ()),
]
"""Keys that a careless encoding would confuse: leading zeros, swapped places, seeds of one and of two words."""


FROZEN = [13342455921514694593, 1374265032387468416, 16712989741060870516]
"""The first numbers of one stream."""


def test_a_stream_is_the_same_every_time() -> None:
    for seed, name, place in KEYS:
        assert np.array_equal(stream(seed, name, *place).random(8), stream(seed, name, *place).random(8))


def test_a_stream_does_not_depend_on_what_was_drawn_before() -> None:
    alone = stream(3, "case.level", 5).random(8)
    stream(3, "case.channel", 5).random(1_000)
    assert np.array_equal(stream(3, "case.level", 5).random(8), alone)


def test_every_seed_name_and_place_has_draws_of_its_own() -> None:
    first = {key: stream(key[0], key[1], *key[2]).integers(2**63) for key in KEYS}
    assert len(set(first.values())) == len(KEYS)


def test_streams_are_uncorrelated_and_uniform() -> None:
    draws = [stream(seed, name, *place).random(20_000) for seed, name, place in KEYS]
    for sample in draws:
        verdict = follows(sample, lambda x: np.clip(x, 0, 1))
        assert verdict, verdict
    for one, other in combinations(draws, 2):
        verdict = covariance_is((one, other), 0.0)
        assert verdict, verdict


def test_the_check_of_independence_refuses_a_shared_stream() -> None:
    shared = stream(0, "a").random(20_000)
    assert not covariance_is((shared, 0.95 * stream(0, "b").random(20_000) + 0.05 * shared), 0.0)


def test_the_first_draws_are_frozen() -> None:
    """Every seeded result rests on them: a change here is announced in the changelog."""
    first = stream(20270101, "driver.demand", 3).bit_generator.random_raw(3)
    assert first.tolist() == FROZEN


@pytest.mark.parametrize(("seed", "place"), [(-1, ()), (0, (-1,)), (0, (3, -2))])
def test_a_negative_seed_or_place_is_refused(seed: int, place: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=f"seed {seed} and place"):
        stream(seed, "x", *place)
