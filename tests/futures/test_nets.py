"""Sobol points: even as they should be, by name, one by one; with points that are not, which the checks refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import qmc

from simulator.futures import nets
from simulator.futures.directions import DIRECTIONS
from simulator.futures.nets import BITS, FIRST, NETS, net_points, nets_of
from simulator.streams import BLOCK_TRIALS

Array = np.ndarray
NAMES = (*FIRST[:5], "driver.mix.refund.1.3", "unknown.levels.simple.escalate")


def first_points(seed: int, names: tuple[str, ...], futures: int) -> Array:
    """Return the points of the first futures, shape (name, net, point)."""
    blocks = [net_points(seed, names, block) for block in range(futures // BLOCK_TRIALS)]
    return np.concatenate(blocks, axis=1).reshape(len(names), -1, NETS).swapaxes(1, 2)


def table() -> tuple[Array, Array]:
    """Return the polynomials and first numbers of the table of Joe and Kuo, as scipy has it."""
    with np.load(Path(qmc.__file__).parent / "_sobol_direction_numbers.npz") as numbers:
        return numbers["poly"], numbers["vinit"]


def test_the_direction_numbers_are_those_of_joe_and_kuo() -> None:
    """Points 0 to 1,023 of each dimension against scipy's, which visits them in the order of Gray's code."""
    theirs = qmc.Sobol(64, scramble=False, bits=BITS).random(1_024)
    order = np.arange(1_024) ^ (np.arange(1_024) >> 1)
    for place, dimension in enumerate([1, *(number for number, _, _ in DIRECTIONS)]):
        numbers, mine = nets._sobol(place), np.zeros(1_024, dtype=np.uint32)
        for digit in range(10):
            mine ^= np.where((order >> digit) & 1, numbers[digit], 0).astype(np.uint32)
        assert np.array_equal(mine * 2.0**-BITS, theirs[:, dimension - 1])


def quality(first: Array, second: Array, points: int) -> int:
    """Return the t of two dimensions' first 2^points points as a net: points less the most digits that are free.

    A net has t when any first digits of the one and of the other, points - t together, take all values equally often:
    when these rows of the two generator matrices are linearly independent over the field of two elements.
    """

    def rows(numbers: Array) -> list[int]:
        digit = [[(int(number) >> (BITS - 1 - row)) & 1 for number in numbers[:points]] for row in range(points)]
        return [sum(bit << column for column, bit in enumerate(each)) for each in digit]

    def independent(vectors: list[int]) -> bool:
        basis: list[int] = []
        for vector in vectors:
            for each in basis:
                vector = min(vector, vector ^ each)
            if not vector:
                return False
            basis.append(vector)
        return True

    one, other = rows(first), rows(second)
    for free in range(1, points + 1):
        if not all(independent(one[:split] + other[: free - split]) for split in range(free + 1)):
            return points - free + 1
    return 0


def test_the_quality_of_a_pair_by_hand() -> None:
    """The first two dimensions are a net of t = 0; a dimension with itself has one free digit, so t = 4 of 5."""
    assert quality(nets._sobol(0), nets._sobol(1), 5) == 0
    assert quality(nets._sobol(0), nets._sobol(0), 5) == 4


@pytest.mark.slow
def test_the_dimensions_are_those_that_are_most_even_in_pairs() -> None:
    """Each in turn has the least mean of 2^t with those before it, which weigh by 1 / place^0.7, as docs say."""
    polynomials, first = table()
    numbers = [nets._directions(int(polynomials[row]), tuple(first[row][first[row] > 0])) for row in range(1, 64)]
    numbers = [nets._sobol(0), *numbers]
    uneven: dict[tuple[int, int], float] = {}

    def pair(one: int, other: int) -> float:
        key = (min(one, other), max(one, other))
        if key not in uneven:
            uneven[key] = float(np.mean([2.0 ** quality(numbers[one], numbers[other], m) for m in (8, 9, 10)]))
        return uneven[key]

    chosen = [0, 1, 2, 3]
    while len(chosen) <= len(DIRECTIONS):
        rest = [each for each in range(64) if each not in chosen]
        sums = [sum(pair(each, old) / (1 + k) ** 0.7 for k, old in enumerate(chosen)) for each in rest]
        chosen.append(rest[int(np.argmin(sums))])
    assert [each + 1 for each in chosen[1:]] == [number for number, _, _ in DIRECTIONS]


@pytest.mark.parametrize("futures", [512, 4_096])
def test_every_net_has_a_point_in_each_part_of_every_dimension(futures: int) -> None:
    points = first_points(7, NAMES, futures)
    each = futures // NETS
    places = np.sort((points * each).astype(int), axis=2)
    assert np.array_equal(places, np.broadcast_to(np.arange(each), places.shape))
    plain = np.random.default_rng(1).random(points.shape)
    assert not np.array_equal(np.sort((plain * each).astype(int), axis=2), places), "random points are not even"


def test_the_first_dimensions_are_even_in_pairs() -> None:
    """Volume and escalation are a net of t = 0: each of 16 x 32 rectangles has one of the 512 points of a net."""
    points = first_points(3, FIRST[:2], 4_096)
    cells = (points[0] * 16).astype(int) * 32 + (points[1] * 32).astype(int)
    assert all(np.array_equal(np.sort(net), np.arange(512)) for net in cells)
    drawn = first_points(3, ("driver.mix.a.1.1", "driver.mix.b.1.1"), 4_096)
    cells = (drawn[0] * 16).astype(int) * 32 + (drawn[1] * 32).astype(int)
    assert not all(len(np.unique(net)) == 512 for net in cells), "dimensions drawn by name are not"


def test_future_k_alone_is_future_k_and_more_futures_extend() -> None:
    few, many = first_points(5, NAMES, 512), first_points(5, NAMES, 8_192)
    assert np.array_equal(few, many[:, :, :64])
    block = net_points(5, NAMES, 9)
    assert np.array_equal(block, many[:, :, 72:80].swapaxes(1, 2).reshape(len(NAMES), BLOCK_TRIALS))
    assert nets_of(10).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1]


def test_a_dimension_hangs_on_the_seed_and_its_name_alone() -> None:
    alone = net_points(5, (NAMES[3],), 2)
    assert np.array_equal(net_points(5, NAMES, 2)[3], alone[0])
    assert not np.array_equal(net_points(6, (NAMES[3],), 2), alone)


def uniform(draw: Callable[[int], Array]) -> bool:
    """Whether a net's first points are uniform and independent between nets over 2,000 seeds, by six sums of squares.

    Of k seeds the mean of sqrt(12) (u - 1/2) is normal of sd 1 / sqrt k, and so is that of the product of two.
    """
    u = np.sqrt(12) * (np.stack([draw(seed) for seed in range(2_000)]) - 0.5)
    sums = [u[:, 0, 0, 0], u[:, 1, 3, 1], u[:, 0, 0, 0] * u[:, 0, 1, 0], u[:, 0, 0, 0] * u[:, 1, 0, 0],
            u[:, 2, 2, 2] * u[:, 3, 4, 1], u[:, 3, 0, 0] * u[:, 3, 1, 0]]  # fmt: skip
    return bool(np.all(np.abs([each.mean() for each in sums]) < 4.5 / np.sqrt(2_000)))


def test_points_are_uniform_and_nets_are_independent() -> None:
    assert uniform(lambda seed: first_points(seed, NAMES[3:], 64))


def test_the_checker_refuses_nets_that_share_a_scramble() -> None:
    def shared(seed: int) -> Array:
        points = first_points(seed, NAMES[3:], 64)
        points[:, 1] = points[:, 0]
        return points

    assert not uniform(shared)


def test_the_checker_refuses_points_without_a_shift() -> None:
    assert not uniform(lambda seed: first_points(seed, NAMES[3:], 64) / 2)
