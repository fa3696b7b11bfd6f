"""Tables of standard sizes: the quantiles of their laws at any word, mean 1, and the laws that a scenario names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.futures.size_laws import Sizes, make_sizes
from simulator.futures.unknowns import draw_unknowns
from simulator.law.counters import WORD
from simulator.law.quantiles import CONSTANT, END_PARTS, MIDDLE, NODES, OCTAVE_PARTS, levels, tabulated
from simulator.law.sizes import GAMMA, LOGNORMAL, LOMAX, quantile_table
from simulator.law.slots import ANSWER, CUSTOMER, HANDOFF, INPUT, OUTPUT, REASONING, REVIEW, TOOL_RESULT
from simulator.scenario import load_scenario

HEAVY = Path(__file__).parents[1] / "scenario" / "everything_heavy.toml"
LAWS: list[tuple[int, float, Any]] = [
    (LOGNORMAL, 0.9, stats.lognorm(0.9, scale=np.exp(-0.405))),
    (GAMMA, 0.7, stats.gamma(0.7**-2, scale=0.7**2)),
    (LOMAX, 1.2, stats.lomax(1.2, scale=0.2)),
    (LOMAX, 2.5, stats.lomax(2.5, scale=1.5)),
    (LOMAX, 6.0, stats.lomax(6, scale=5)),
    (LOMAX, 1_000.0, stats.lomax(1_000, scale=999)),
]
IDS = [f"{('lognormal', 'gamma', 'lomax')[family]} {spread:g}" for family, spread, _ in LAWS]


def words() -> list[int]:
    """Return words from all of the range, and from both ends of it."""
    draws = np.random.default_rng(5)
    near = (2 ** draws.uniform(0, 27, 400)).astype(int).tolist()
    return [*draws.integers(0, WORD, 400).tolist(), *near, *(WORD - each for each in near)]


def exact(law: Any, word: int) -> float:
    """Return the quantile in the middle of a word, from the nearer end."""
    if word < WORD // 2:
        return float(law.ppf((word + 0.5) / 2**32))
    return float(law.isf((WORD - word + 0.5) / 2**32))


def mean_of_table(table: np.ndarray) -> float:
    """Return the mean of what all words look up: straight lines between nodes, and the two words at the very ends."""
    first, level = MIDDLE + 1, np.array(levels())
    parts = MIDDLE // 32
    middle = np.trapezoid(table[parts : MIDDLE - parts + 1], level[parts : MIDDLE - parts + 1])
    low, high = slice(first + OCTAVE_PARTS, first + END_PARTS + 1), slice(first + END_PARTS + 1 + OCTAVE_PARTS, None)
    ends = np.trapezoid(table[low], level[low]) + np.trapezoid(table[high], level[high])
    return float(middle + ends + (table[first] + table[first + END_PARTS + 1]) / 2**32)


@pytest.mark.parametrize(("family", "spread", "law"), LAWS, ids=IDS)
def test_a_table_has_the_quantiles_of_its_law_at_any_word(family: int, spread: float, law: Any) -> None:
    """Straight lines between nodes are off by its curvature: at most 2 in 1,000 of the size or of the mean."""
    table = quantile_table(family, spread).tolist()
    for word in words():
        assert tabulated(word, table, 0) == pytest.approx(exact(law, word), rel=2e-3, abs=2e-3), word


@pytest.mark.parametrize("alpha", [1.5, 2.5, 6.0])
def test_the_quantiles_of_another_alpha_are_others(alpha: float) -> None:
    """Negative control: an alpha 3 % larger is told apart."""
    table, law = quantile_table(LOMAX, 1.03 * alpha).tolist(), stats.lomax(alpha, scale=alpha - 1)
    far = [
        word for word in words() if abs(tabulated(word, table, 0) - exact(law, word)) > 4e-3 * max(1, exact(law, word))
    ]
    assert len(far) > 200


@pytest.mark.parametrize("alpha", [1.05, 1.2, 1.5, 2.5, 6.0, 1_000.0])
def test_a_lomax_has_mean_1_whatever_its_tail(alpha: float) -> None:
    assert mean_of_table(quantile_table(LOMAX, alpha)) == pytest.approx(1, abs=1e-3 if alpha > 1.3 else 3e-3)


def test_without_what_lies_beyond_the_rarest_word_the_mean_of_a_heavy_tail_is_too_small() -> None:
    """Negative control: of alpha 1.2 a thirtieth of the mean lies there, of alpha 2.5 four millionths."""
    largest = MIDDLE + 1 + END_PARTS + 1
    for alpha, missing in ((1.2, 0.03), (2.5, 4e-6)):
        table = quantile_table(LOMAX, alpha).copy()
        whole = mean_of_table(table)
        table[largest] = 0.0
        assert whole - mean_of_table(table) == pytest.approx(missing, rel=0.05)


def test_random_words_of_a_lomax_have_mean_1_within_a_thousandth() -> None:
    table = quantile_table(LOMAX, 2.5).tolist()
    chances = (np.arange(2_000_000) + 0.5) / 2_000_000
    drawn = [tabulated(int(each * 2**32), table, 0) for each in chances[::40]]
    law = stats.lomax(2.5, scale=1.5)
    assert np.mean(drawn) == pytest.approx(law.ppf(chances[::40]).mean(), rel=1e-3)


def table_at(sizes: Sizes, place: int) -> np.ndarray:
    """Return the table that begins at a place."""
    return sizes.tables[place : place + NODES]


def test_the_laws_of_a_scenario_are_read() -> None:
    scenario = load_scenario(HEAVY)
    unknowns = draw_unknowns(scenario, 0).part(0, 40)
    sizes = make_sizes(scenario, unknowns)
    assert sizes.mean[0, [CUSTOMER, ANSWER, HANDOFF, REVIEW, INPUT, OUTPUT]].tolist() == [40, 120, 1, 1, 0, 0]
    assert (sizes.table[:, [ANSWER, INPUT, OUTPUT]] == CONSTANT).all()
    for place, family, spread in (
        (CUSTOMER, GAMMA, 0.8), (TOOL_RESULT, LOMAX, 2.5), (HANDOFF, LOMAX, 3.5), (REVIEW, GAMMA, 0.8)
    ):  # fmt: skip
        (row,) = set(sizes.table[:, place].tolist())
        assert np.array_equal(table_at(sizes, row), quantile_table(family, spread))
    assert scenario.tokens.reasoning.alpha is not None
    alphas = unknowns(scenario.tokens.reasoning.alpha)
    assert len(set(alphas)) == 40 and (alphas > 1).all()
    for future in (0, 39):
        assert np.array_equal(table_at(sizes, sizes.table[future, REASONING]), quantile_table(LOMAX, alphas[future]))


def test_totals_and_other_laws_of_minutes_are_read() -> None:
    """Negative control of the above: of other families the tables are others, and a gamma of cv 0 is a constant."""
    tokens = (
        'tokens={ form = "direct", direct = { input = 9_000, output = { mean = 300, family = "lomax", alpha = 3 } } }'
    )
    people = 'people={ minutes_family = "gamma", minutes_cv = 0, review_family = "lomax", review_alpha = 2.2 }'
    scenario = load_scenario(HEAVY, [tokens, people, "models.main.reasoning_factor=1", "levers.reasoning.setting=1"])
    sizes = make_sizes(scenario, draw_unknowns(scenario, 0).part(0, 3))
    assert sizes.mean[0, [INPUT, OUTPUT, ANSWER]].tolist() == [9_000, 300, 0]
    assert (sizes.table[:, [INPUT, HANDOFF]] == CONSTANT).all()
    for place, alpha in ((OUTPUT, 3.0), (REVIEW, 2.2)):
        assert np.array_equal(table_at(sizes, sizes.table[0, place]), quantile_table(LOMAX, alpha))
