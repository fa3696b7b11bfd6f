"""Two contracts in the same future, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

import simulator as cx
from simulator import risk


@pytest.fixture
def pair(hand_made: np.ndarray) -> cx.Paired:
    return cx.Paired("left", "right", hand_made, "USD")


def test_paired_mean_and_its_interval_by_hand(pair: cx.Paired) -> None:
    squares = 36 + 16 + 9 + 9 + 1 + 1 + 1 + 4 + 9 + 144
    half = t.ppf(0.975, 9) * (squares / 9 / 10) ** 0.5
    assert pair.mean == 3.0
    assert pair.mean_ci == pytest.approx((3 - half, 3 + half))
    assert pair.mean_ci != pytest.approx((3 - 1.96 * (squares / 9 / 10) ** 0.5, 3 + 1.96 * (squares / 9 / 10) ** 0.5))


@pytest.mark.parametrize(("level", "value"), [(0.1, -3), (0.11, -1), (0.5, 2), (0.7, 4), (0.9, 6), (0.91, 15), (1, 15)])
def test_paired_quantile_by_hand(pair: cx.Paired, level: float, value: float) -> None:
    assert pair.quantile(level) == value


def test_paired_shares_leave_ties_out(pair: cx.Paired) -> None:
    assert (pair.share_dearer, pair.share_cheaper) == (0.6, 0.2)


def test_paired_the_other_way_round_is_the_opposite(pair: cx.Paired) -> None:
    other = cx.Paired("right", "left", -pair.values, "USD")
    assert other.mean == -pair.mean and other.share_dearer == pair.share_cheaper
    assert other.mean_ci == pytest.approx((-pair.mean_ci[1], -pair.mean_ci[0]))


def test_paired_summary_is_one_row_of_the_figures(pair: cx.Paired) -> None:
    row = pair.summary.loc["left - right"]
    assert list(pair.summary) == ["mean", "mean_ci_lower", "mean_ci_upper", "p10", "p50", "p90", "share_dearer",
                                  "share_cheaper"]  # fmt: skip
    assert row.to_list() == [3.0, *pair.mean_ci, -3.0, 2.0, 6.0, 0.6, 0.2]


def test_paired_differences_are_a_series_by_trial(pair: cx.Paired, hand_made: np.ndarray) -> None:
    assert pair.differences.to_list() == hand_made.tolist() and pair.differences.name == "left - right"
    assert pair.differences.index.name == "trial"


def test_paired_sentence_has_the_figures(pair: cx.Paired) -> None:
    assert pair.sentence == (
        "left less right, same future: mean +$3.00, P10 -$3.00, P50 +$2.00, P90 +$6.00; dearer in 60 % of 10 futures, "
        "cheaper in 20 %"
    )
    assert repr(pair).replace("\n ", "") == pair.sentence


def test_paired_sentence_never_rounds_to_all_or_nothing() -> None:
    values = np.ones(10_000)
    values[0] = -1
    said = cx.Paired("a", "b", values, "EUR").sentence
    assert "dearer in 100 %" not in said and "cheaper in 0 %" not in said


def test_quantile_of_the_differences_is_not_the_difference_of_the_quantiles() -> None:
    first, second = np.arange(1.0, 11.0), np.arange(10.0, 0.0, -1.0)
    pair = cx.Paired("up", "down", first - second, "USD")
    assert risk.quantile(first, 0.9) - risk.quantile(second, 0.9) == 0 and pair.quantile(0.9) == 7.0


def test_paired_of_a_run_is_the_difference_of_its_totals(uncertain: cx.Run) -> None:
    pair = uncertain.paired("resolution", "conversation")
    assert np.array_equal(pair.values, uncertain.totals["resolution"] - uncertain.totals["conversation"])
    assert pair.mean == pytest.approx(uncertain.summary["mean"].diff().iloc[1])
    difference = uncertain.quantile(0.9, "resolution") - uncertain.quantile(0.9, "conversation")
    assert abs(pair.quantile(0.9) - difference) > 1
    spread = uncertain.summary["sd"]
    assert pair.values.std(ddof=1) < spread["resolution"], "the same futures: most of the spread is shared"


def test_contract_less_itself_is_nothing(run: cx.Run) -> None:
    pair = run.paired("resolution", "resolution")
    assert (pair.values == 0).all() and (pair.share_dearer, pair.share_cheaper) == (0, 0)
    assert repr(pair) and pair._repr_html_()


def test_two_equal_pairs_can_be_compared(pair: cx.Paired, hand_made: np.ndarray) -> None:
    assert isinstance(pair == cx.Paired("left", "right", hand_made.copy(), "USD"), bool)
