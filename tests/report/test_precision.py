"""What is said of a precision that was asked for, and the digits that amounts get by it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.forecast.precision import ALL, MOST_FUTURES, Asked, half_width, names_of, numbers_of_futures, reached
from simulator.forecast.verdict import Offer, Verdict, verdict
from simulator.futures.nets import nets_of
from simulator.money import currency
from simulator.report.summary.precision import Precision
from simulator.report.words.figures import Scale, figures, finer
from simulator.report.words.precision import more_digits, percent, precision_line, precision_of, progress_text
from simulator.risk import quantile_interval
from tests.report.made import made


def offers(*costs: np.ndarray) -> list[Offer]:
    return [Offer(name, cost, None, True, True) for name, cost in zip("abc", costs, strict=False)]


WIDE = np.random.default_rng(1).normal(100, 30, 2_048)
NARROW = np.random.default_rng(2).normal(130, 3, 2_048)
DEAR = np.random.default_rng(3).normal(900, 500, 2_048)
COSTS = {"a": WIDE, "b": NARROW, "c": DEAR}
NET = nets_of(2_048)


def judged() -> Verdict:
    """The lowest P90 is b's; a is cheaper on average, so it is its rival."""
    return verdict(offers(WIDE, NARROW, DEAR), NET)


def test_half_a_width_by_hand() -> None:
    x = np.arange(1.0, 101)  # P90 is 90; its 95 % interval by order statistics 84 to 96: (96 - 84) / 2 / 90
    found = quantile_interval(x, 0.9)
    assert half_width(x, None) == pytest.approx((found.high - found.low) / 180)
    assert (found.low, found.high) == (84, 96)
    assert half_width(np.ones(100), None) == 0.0
    assert half_width(x[:20], None) is None, "20 futures have no upper end"
    assert half_width(np.append(np.zeros(95), np.ones(5)), None) is None, "no share of 0"


def test_whom_it_is_asked_of() -> None:
    found = judged()
    assert found.recommended == "b" and [rival.name for rival in found.rivals] == ["a"]
    assert names_of(Asked(0.01), found) == ("b", "a")
    assert names_of(Asked(0.01, ALL), found) == found.ranking
    assert names_of(Asked(0.01, "c"), found) == ("c",)


def test_the_widest_decides() -> None:
    shares = {name: half_width(cost, NET) for name, cost in COSTS.items()}
    assert reached(Asked(0.01), judged(), COSTS, NET).share == max(shares["a"], shares["b"])  # type: ignore[type-var]
    widest = reached(Asked(0.5, ALL), judged(), COSTS, NET)
    assert (widest.of, widest.share, widest.enough) == ("c", shares["c"], True)
    assert not reached(Asked(0.001, ALL), judged(), COSTS, NET).enough


def test_futures_double_up_to_a_million() -> None:
    found = numbers_of_futures(4_096)
    assert found[:3] == (4_096, 8_192, 16_384) and found[-1] == MOST_FUTURES == 1_048_576
    assert numbers_of_futures(5_000)[0] == 8_192 and numbers_of_futures(1)[0] == 1_024
    assert numbers_of_futures(2_000_000) == (2_000_000,)


def summary(reached: float | None, *, enough: bool = True, **more: Any) -> Any:
    block = {"asked": 0.002, "reached": reached, "enough": enough, "of": "all", "widest": "b", "contracts": ["b", "a"]}
    return made({"precision": block | more, "trials": 8_192})


def test_what_is_said() -> None:
    assert precision_line(made({"precision": None, "trials": 5})) is None
    assert precision_line(summary(0.00123)) == "The P90s of 2 contracts are known to ±0.12 % (asked: ±0.2 %)."
    assert precision_line(summary(0.001, contracts=["b"])) == "The P90 of b is known to ±0.1 % (asked: ±0.2 %)."
    assert precision_line(summary(0.0041, enough=False)) == (
        "The P90s of 2 contracts are known to ±0.41 % (asked: ±0.2 %): not reached with 8,192 futures, and no more "
        "than 1,048,576 are simulated for it."
    )
    assert precision_line(summary(None, enough=False)) == (
        "8,192 futures do not tell how well the P90 of b is known (asked: ±0.2 %)."
    )
    found = reached(Asked(0.5, ALL), judged(), COSTS, NET)
    assert progress_text(found) == f"P90 known to ±{percent(found.share or 0)}, asked ±50 %"
    assert progress_text(reached(Asked(0.5, "a"), judged(), {"a": WIDE[:9]}, None)) == "P90 not known yet, asked ±50 %"


def test_the_block() -> None:
    assert precision_of(None) is None
    found = reached(Asked(0.5), judged(), COSTS, NET)
    assert precision_of(found) == Precision(
        asked=0.5, reached=found.share, enough=True, of="recommended", widest=found.of, contracts=("b", "a")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("share", "more"),
    [(0.01, 0), (0.0005, 0), (0.00049, 1), (0.00005, 1), (0.00004, 2), (1e-9, 3), (0.0, 0), (None, 0)],
)
def test_digits_follow_what_is_known(share: float | None, more: int) -> None:
    assert more_digits(summary(share)) == more
    assert more_digits(made({"precision": None})) == 0


def test_amounts_with_more_digits() -> None:
    assert figures([454_321.0, 397_654.0], "USD") == ["$454K", "$398K"]
    assert figures([454_321.0, 397_654.0], "USD", 1) == ["$454.3K", "$397.7K"]
    dollars = Scale(currency("USD"), "K")
    assert finer(dollars, [454_321.0]).text(454_321.0) == "454"
    assert finer(dollars, [454_321.0], 1).text(454_321.0) == "454.3"


def test_percents() -> None:
    assert [percent(each) for each in (0.005, 0.00031, 0.012345, 0.5)] == ["0.5 %", "0.031 %", "1.2 %", "50 %"]
