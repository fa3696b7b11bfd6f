"""The loops as plain Python: what they compile to is the same, and they read the table of kinds where it is."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.engine.counting.conversation_kinds import COORDINATES
from simulator.engine.expectations import means
from simulator.engine.expectations.length_sums import SummedLength, Total
from simulator.engine.expectations.lengths import billed_size
from simulator.engine.expectations.means import CODES, MOST_KINDS, fill_mixture, kind_mean, mean_over_delays
from simulator.law.sizes import GAMMA, LOGNORMAL, moments_beyond
from tests.engine.compiling.compiled_parts import part


def test_places_of_coordinates_are_those_of_the_table() -> None:
    named = {"end": "END", "class": "CLASS", "review": "REVIEWED", "action": "ACTED", "judged": "JUDGED_RIGHT"}
    for place, name in enumerate(COORDINATES):
        assert getattr(means, f"AT_{named.get(name, name).upper()}") == place


def test_a_mean_over_kinds_is_that_of_all_codes() -> None:
    random = np.random.default_rng(1)
    chances = np.zeros((6, 6))
    for place, codes in enumerate(CODES):
        chances[place, :codes] = random.dirichlet(np.ones(codes))
    stride = np.zeros(len(COORDINATES), dtype=np.int64)
    stride[means.AT_CLASS], stride[means.AT_REVIEWED], stride[means.AT_SCORE] = 12, 6, 1
    values = random.random(3 + 48)
    steps, shares = np.zeros(MOST_KINDS, dtype=np.int64), np.zeros(MOST_KINDS)
    exact = np.einsum("a,b,c,abc", chances[4, :4], chances[1, :2], chances[5], values[3:].reshape(4, 2, 6))
    for mixture, mean in ((fill_mixture, kind_mean), (part("fill_mixture"), part("kind_mean"))):
        assert mean(values, 3, mixture(stride, chances, steps, shares), steps, shares) == pytest.approx(exact)


def test_a_border_between_equal_values_moves_no_digit() -> None:
    values, within = np.array([0.3, 0.7, 0.1]), np.array([0.1, 0.4, 1.0])
    split = np.array([0.3, 0.3, 0.7, 0.7, 0.1]), np.array([0.05, 0.1, 0.3, 0.4, 1.0])
    assert mean_over_delays(within, values) == mean_over_delays(split[1], split[0])


def test_blocks_and_layers_are_those_of_the_contracts() -> None:
    from simulator.contracts.metering.meters import Blocks, Layer

    sizes = np.array([0.0, 0.1 + 0.2, 1.0, 69.9, 70.0, 71.0, 141.0])
    for size in (70.0, 0.1, 0.25):
        found = [billed_size(each, size, 0.0, np.inf) for each in sizes.tolist()]
        assert found == Blocks("messages", size).billed(sizes).tolist()
    found = [billed_size(each, 0.0, 50.0, 30.0) for each in sizes.tolist()]
    assert found == Layer("messages", 50.0, 30.0).billed(sizes).tolist()


@pytest.mark.parametrize("family", [LOGNORMAL, GAMMA])
def test_a_sum_of_one_is_exact(family: int) -> None:
    borders = np.array([-10.0, 5.0, 90.0, 300.0, 1_200.0])
    mean, reached = Total([SummedLength(family, 0.8, 100.0, 1)]).beyond(borders)
    exact = 100.0 * moments_beyond(family, 0.8, borders / 100.0)[0]
    assert mean == pytest.approx(exact, rel=1e-6, abs=1e-7)
    assert reached[0] == 1.0 and (np.diff(reached) <= 0).all()


def test_a_sum_of_gammas_of_one_scale_is_a_gamma() -> None:
    borders = np.array([50.0, 400.0, 900.0, 2_000.0])
    mean, _ = Total(
        [SummedLength(GAMMA, 0.5, 40.0, 4), SummedLength(GAMMA, 0.25, 160.0, 2), SummedLength(LOGNORMAL, 0.0, 30.0, 1)]
    ).beyond(borders)
    whole = 4 * 40.0 + 2 * 160.0
    exact = whole * moments_beyond(GAMMA, (4 * 4 + 2 * 16) ** -0.5, (borders - 30.0) / whole)[0]
    assert mean == pytest.approx(exact, rel=1e-5, abs=1e-7)


def test_a_sum_of_constants_is_a_constant() -> None:
    mean, reached = Total([SummedLength(LOGNORMAL, 0.0, 30.0, 2)]).beyond(np.array([20.0, 60.0, 70.0]))
    assert mean.tolist() == [40.0, 0.0, 0.0] and reached.tolist() == [1.0, 0.0, 0.0]
