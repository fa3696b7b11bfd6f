"""Checks of what the law's functions draw, each against the chances or means that the same section states.

A check takes the law's functions by their names, so that the true law and one with a planted fault can be asked alike;
it raises AssertionError where they disagree. Uniform numbers come from grids: on a grid of n even parts a thing of a
chance of k / n happens k times exactly. Where counters draw, the error is five standard errors.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping
from itertools import pairwise, product
from types import FunctionType
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.engine.compiling.compiled import SOURCES
from simulator.law import ABANDONED, CONFIRMED, ENDS, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED
from simulator.law.counters import WORD
from simulator.law.outcomes import EndChances
from simulator.law.quantiles import levels
from simulator.law.tokens import CacheUse, CallNumbers, TotalNumbers

Law = Mapping[str, Any]
KEY = 0x243F6A88, 0x85A308D3
BEFORE, AFTER = -1e-9, 1e-9


def true_law() -> dict[str, Any]:
    """Return the law's functions by name, as they are now in their modules."""
    found = {}
    for module in SOURCES:
        space = vars(importlib.import_module(module))
        found |= {name: each for name, each in space.items() if isinstance(each, FunctionType)}
    return found


def middles(parts: int) -> list[float]:
    """Return the middles of even parts of the numbers from 0 to 1."""
    return [(part + 0.5) / parts for part in range(parts)]


def steps_at(draw: Callable[[float], int], chances: list[float], first: int = 0) -> None:
    """Check that a number drawn by inversion steps from `first` on where its chances add up to."""
    below = 0.0
    for number, chance in enumerate(chances[:-1], first):
        below += chance
        if chance > 1e-6:
            assert draw(below + BEFORE) == number
        if chances[number - first + 1] > 1e-6:
            assert draw(below + AFTER) == number + 1
    assert draw(0.5 * chances[0]) == first


def check_ends(law: Law) -> None:
    """Five uniforms on a grid of fifths: each end as often as `ends` says."""
    chances = EndChances(0.4, 0.6, 0.2, 0.8, 0.4)
    found = [0] * 6
    for drawn in product(middles(5), repeat=5):
        found[law["end_of"](EndChances(*drawn), chances)] += 1
    assert np.array(found) / 5**5 == pytest.approx(law["ends"](1.0, chances), rel=1e-12)
    sure_ends = {
        CONFIRMED: (0, 0, 0, 1, 1),
        SILENT_SOLVED: (0, 0, 0, 1, 0),
        SILENT_UNSOLVED: (0, 0, 0, 0, 1),
        ABANDONED: (0, 0, 1, 1, 1),
        PARTIAL: (1, 1, 1, 1, 1),
        ESCALATED: (1, 0, 1, 1, 1),
    }
    for end, sure in sure_ends.items():
        assert law["end_of"](EndChances(0.5, 0.5, 0.5, 0.5, 0.5), EndChances(*sure)) == end, ENDS[end]


def check_odds(law: Law) -> None:
    """By hand: odds of 1 to 4, twice, are 1 to 2; nothing and everything stay."""
    assert law["shifted"](0.2, 2.0) == pytest.approx(1 / 3, rel=1e-15)
    assert (law["shifted"](0.0, 9.0), law["shifted"](1.0, 0.1)) == (0.0, 1.0)
    assert law["lever_odds"]([0.5, 0.5, 0.0, 2.0, 0.5], [4.0, 0.25, 9.0, 1.5, 3.0]) == pytest.approx(0.5)
    assert law["model_chances"]([1.0, 3.0], 0.2, 0) == pytest.approx([0.4, 0.6], rel=1e-15)
    assert law["model_chances"]([1.0, 3.0], 0.2, 1) == pytest.approx([0.2, 0.8], rel=1e-15)
    assert law["tails"]([1.0, 2.0, 1.0]) == [0.75, 0.25]


def check_numbers(law: Law) -> None:
    """One of several things, told by chances that begin at some place."""
    chances = [0.3, 0.1, 0.0, 0.4, 0.2]
    steps_at(lambda uniform: law["number_of"](uniform, [9.0, 9.0, *chances, 9.0], 2, 5), chances)
    assert law["number_of"](0.999999, chances, 0, 2) == 1


def check_levels(law: Law) -> None:
    """Levels on a grid, with odds on their tails."""
    tails, parts = law["tails"]([3.0, 2.0, 4.0, 1.0]), 1_000
    for odds in (0.4, 1.0, 3.0):
        drawn = [law["level_of"](uniform, [9.0, *tails, 9.0], 1, 3, odds) for uniform in middles(parts)]
        found = np.bincount(drawn, minlength=4) / parts
        assert found == pytest.approx(law["level_chances"](tails, odds), abs=1.01 / parts)


def check_attributes(law: Law) -> None:
    """Which end has which attribute: confirmed, silent solved, silent unsolved, abandoned, partial, escalated."""
    has = {
        "planned_chance": ([0, 0, 0, 0, 0, 1], (0.3,)),
        "review_chance": ([1, 1, 1, 0, 0, 0], (0.3,)),
        "action_chance": ([1, 1, 0, 0, 1, 0], (0.3,)),
        "response_chance": ([1, 1, 1, 0, 1, 0], (0.3,)),
    }
    for name, (ends, given) in has.items():
        assert [law[name](end, *given) for end in range(6)] == [0.3 * each for each in ends], name
    assert [law["judged_chance"](end, 0.2, 0.9) for end in range(6)] == [0.9, 0.9, 0.2, 0.0, 0.0, 0.0]


def check_classes_and_scores(law: Law) -> None:
    """Greeting, spam and test with their chances, else service; scores of the unsolved before those of the solved."""
    drawn = [law["class_of"](uniform, [9.0, 0.1, 0.2, 0.3], 1) for uniform in middles(10)]
    assert np.bincount(drawn).tolist() == [4, 1, 2, 3]
    scores = [0.4, 0.3, 0.2, 0.1, 0.0, 0.0, 0.1, 0.1, 0.2, 0.6]
    for end in range(6):
        drawn = [law["score_of"](uniform, end, [9.0, *scores], 1) for uniform in middles(10)]
        chances = scores[5:] if end in (CONFIRMED, SILENT_SOLVED) else scores[:5]
        assert np.bincount(drawn, minlength=6)[1:].tolist() == pytest.approx([10 * each for each in chances])


def check_turns(law: Law) -> None:
    """Turns step where `turn_chances` add up to, and are cut."""
    for mean, size, most in ((4.6, 2.3, 9), (3.0, 1e6, 12), (1.0, 3.0, 5), (2.0, 0.4, 30)):
        none = law["none_chance"](max(mean - 1.0, 0.0), size)
        chances = law["turn_chances"](mean, size, most)
        assert chances[0] == pytest.approx(none, rel=1e-14)
        steps_at(lambda uniform, of=(mean, size, none, most): law["turns_of"](uniform, *of), chances, 1)
    assert law["turns_of"](1 - 1e-12, 4.6, 2.3, law["none_chance"](3.6, 2.3), 9) == 9
    assert [law["calls_of"](turns, 1.5) for turns in (1, 2, 3)] == [2, 3, 5] and law["calls_of"](1, 0.1) == 1
    assert law["mean_turns"](5.0, 0.5, 1.2) == pytest.approx(3.0, rel=1e-15)


def check_actions(law: Law) -> None:
    """The sum over the calls is negative binomial; one at least where a write was completed; a hundred at most."""
    per_call, size = 0.7, 1.3
    none = math.log(law["none_chance"](per_call, size))
    for calls in (1, 2, 5):
        exact = stats.nbinom(calls * size, size / (size + per_call))
        chances = exact.pmf(np.arange(12)).tolist()
        for completed in (False, True):
            of = (calls, per_call, size, none, completed)
            if completed:
                assert law["actions_of"](0.5 * chances[0], *of) == 1
            else:
                steps_at(lambda uniform, of=of: law["actions_of"](uniform, *of), chances)
            assert law["actions_of"](exact.cdf(3) + AFTER, *of) == 4
    assert law["actions_of"](1 - 1e-15, 1, 90.0, 0.5, math.log(law["none_chance"](90.0, 0.5)), False) == 100


def check_delays(law: Law) -> None:
    """Delays are the quantiles of their laws, fall within hours as often as stated, and have the stated means."""
    parts = 20_000
    for weibull, scale, spread, exact in (
        (False, 14.0, 0.7, stats.lognorm(0.7, scale=14)),
        (True, 24.0, 1.4, stats.weibull_min(1.4, scale=24)),
    ):
        drawn = [law["delay_hours"](chance, weibull, scale, spread) for chance in middles(parts)]
        assert drawn[:: parts // 8] == pytest.approx(exact.ppf(middles(parts)[:: parts // 8]), rel=1e-12)
        assert np.mean(drawn) == pytest.approx(law["mean_delay"](weibull, scale, spread), rel=2e-3)
        for hours in (3.0, 20.0, 70.0):
            share = law["chance_within"](hours, weibull, scale, spread)
            assert np.mean(np.array(drawn) < hours) == pytest.approx(share, abs=1.01 / parts)


def check_arrivals(law: Law) -> None:
    """A Poisson number by the times of a stream of rate 1: its mean and variance; more time only adds."""
    expected, draws = 6.0, 3_000
    drawn = np.array([law["arrivals_before"](*KEY, future, 8, expected) for future in range(draws)])
    error = math.sqrt(expected / draws)
    assert abs(drawn.mean() - expected) < 5 * error
    assert abs(drawn.var() - expected) < 5 * math.sqrt((expected + 2 * expected**2) / draws)
    share = stats.poisson(expected).cdf(3)
    assert abs(np.mean(drawn <= 3) - share) < 5 * math.sqrt(share * (1 - share) / draws)
    growing = [law["arrivals_before"](*KEY, 5, 8, time) for time in np.linspace(0.0, 30.0, 60)]
    assert growing[0] == 0 and all(one <= other for one, other in pairwise(growing)) and growing[-1] > 10
    opened = np.array([law["opened"]((*KEY, case, 3), 2) for case in range(draws)])
    assert abs(opened.mean() - 0.5) < 5 / math.sqrt(12 * draws) and opened.min() > 0 and opened.max() < 1


LENGTHS = (10.0, 20.0, 5.0, 7.0, 30.0)
CONSTANTS = (-1, -1, -1, -1, -1)


def check_constant_tokens(law: Law) -> None:
    """Constant lengths and a sure cache: tokens of a conversation are their means."""
    for turns, calls_per_turn, miss, miss_first in product((1, 3, 7), (0.4, 1.0, 1.6, 2.5), (0.0, 1.0), (0.0, 1.0)):
        sums = law["decided"](turns, calls_per_turn)
        given, where = (turns, int(sums[1])), ((*KEY, 4, 3), 9)
        short, long = (
            CallNumbers(LENGTHS, 150.0, 0.6, CacheUse(0.7, 0.4, miss, miss_first), each) for each in (math.inf, 0.0)
        )
        exact = law["call_tokens"](1.0, sums, short)
        assert exact[4] == 7.0 * sums[1]
        none_long = law["calls_drawn"](*where, given, short, CONSTANTS, [])
        assert none_long == pytest.approx((*exact, 0.0, 0.0, 0.0, 0.0), rel=1e-12)
        assert law["calls_drawn"](*where, given, long, CONSTANTS, [])[5:] == pytest.approx(exact[:4], rel=1e-12)
    # prompts of 190, 225, 250, 285 and 310 tokens: three are above 225, which itself is not
    numbers = CallNumbers(LENGTHS, 150.0, 1.0, CacheUse(0.5, 0.4, 0.0, 0.0), 225.0)
    drawn = law["calls_drawn"]((*KEY, 4, 3), 9, (3, 5), numbers, CONSTANTS, [])
    assert drawn[5:] == pytest.approx((845.0, 422.5, 0.0, 81.0), rel=1e-12)


def check_drawn_tokens(law: Law) -> None:
    """Lengths even between 0 and twice their mean, and a cache that misses now and then: means over conversations."""
    table, draws, turns = [2 * chance for chance in levels()], 3_000, 5
    end = (len(table) - 1025) // 2
    table[-end:] = [2 * (1 - chance) for chance in levels()[-end:]]
    sums = law["decided"](turns, 1.4)
    numbers = CallNumbers(LENGTHS, 150.0, 0.8, CacheUse(0.7, 0.4, 0.25, 0.9), math.inf)
    drawn = np.array(
        [
            law["calls_drawn"]((*KEY, case, 1), 9, (turns, int(sums[1])), numbers, (0,) * 5, table)
            for case in range(draws)
        ]
    )  # fmt: skip
    exact = law["call_tokens"](1.0, sums, numbers)
    error = drawn.std(axis=0) / math.sqrt(draws)
    assert (np.abs(drawn.mean(axis=0) - [*exact, 0, 0, 0, 0]) <= 5 * error + 1e-9).all()
    # the five lengths of a call, and those of calls and messages after one another, are independent: variances add
    answers = sums[1] * (LENGTHS[1] ** 2 + LENGTHS[3] ** 2) / 3
    assert drawn[:, 3].var() == pytest.approx(answers, rel=5 * math.sqrt(2 / draws))


def check_repeated_draws(law: Law) -> None:
    """Nine messages or calls of a conversation draw apart from one another: variances of their sums by the chances."""
    table, draws = [2 * chance for chance in levels()], 4_000
    end = (len(table) - 1025) // 2
    table[-end:] = [2 * (1 - chance) for chance in levels()[-end:]]

    def drawn(turns: int, calls: int, lengths: tuple[float, ...], fixed: float, miss: float) -> np.ndarray:
        numbers = CallNumbers(lengths, fixed, 1.0, CacheUse(1.0, 1.0, miss, miss), math.inf)
        given = (turns, calls), numbers, (0,) * 5, table
        return np.array([law["calls_drawn"]((*KEY, case, 2), 9, *given) for case in range(draws)])

    spread = 5 * math.sqrt(2 / draws)
    messages = drawn(9, 1, (1.0, 0.0, 0.0, 0.0, 0.0), 0.0, 0.0)[:, 0]
    answers = drawn(1, 9, (0.0, 1.0, 0.0, 0.0, 0.0), 0.0, 0.0)[:, 3]
    reads = drawn(1, 9, (0.0, 0.0, 0.0, 0.0, 0.0), 1.0, 0.3)[:, 1]
    assert messages.var() == pytest.approx(9 / 3, rel=spread)
    assert answers.var() == pytest.approx(9 / 3, rel=spread)
    assert reads.var() == pytest.approx(9 * 0.3 * 0.7, rel=spread)


def check_direct_tokens(law: Law) -> None:
    """Totals, constant and drawn."""
    numbers = TotalNumbers(1_500.0, 150.0, 0.6, 0.5, 0.4)
    given = law["totals_drawn"]((*KEY, 4, 3), 9, numbers, (-1, -1), [])
    assert given == pytest.approx((*law["total_tokens"](1.0, numbers), 0.0, 0.0, 0.0, 0.0), rel=1e-12)


def check_sizes_and_words(law: Law) -> None:
    """Normal quantiles, and the published words of the counters."""
    chances = [1e-300, 1e-9, 0.01, 0.3, 0.5, 0.9, 1 - 1e-6]
    assert [law["normal_quantile"](each) for each in chances] == pytest.approx(stats.norm.ppf(chances), rel=1e-13)
    assert law["philox"](0, 0, 0, 0, 0, 0) == (0x5F6FB709, 0x0D893F64, 0x4F121F81, 0x4F730A48)
    assert (law["uniform"](0), law["uniform"](WORD)) == (0.5 * 2.0**-32, 1 - 0.5 * 2.0**-32)
    assert law["fine_uniform"](1 << 31, 0) == 0.5 + 0.5 * 2.0**-52
    places = {
        law["at_contact"](month, contact, origin) for month, contact, origin in product(range(60), range(9), range(3))
    }
    assert len(places) == 60 * 9 * 3


CHECKS: dict[str, Callable[[Law], None]] = {
    name.removeprefix("check_"): each for name, each in dict(globals()).items() if name.startswith("check_")
}


def failing(law: Law) -> list[str]:
    """Return the checks that a law does not pass; one that breaks does not."""
    found = []
    for name, check in CHECKS.items():
        try:
            check(law)
        except Exception:
            found.append(name)
    return found
