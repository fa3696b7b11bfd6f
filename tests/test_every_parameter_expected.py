"""A parameter that reaches what is drawn reaches what is expected too, and the same meters.

Both runs of the ledger have the same random numbers, so that a meter that a parameter does not concern stays to the
bit. The walk is that of tests/test_every_parameter.py over everything but what only contracts and reports read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from simulator.engine.run import Run, simulate_all
from simulator.scenario import Scenario
from tests.every_parameter import SMALL, changed, leaves, loaded

QUICK_EVERY = 12
MONEY = ("contracts", "switches", "budget", "definitions", "meters", "today", "discount_rate", "exchange_rates",
         "sampling")  # fmt: skip
"""Tables that do not tell what conversations are like; `sampling` is set by FEW for all."""
PRICES = {
    "rates", "price", "cost_per_hour", "productive_hours", "price_change_per_year", "one_hour_share", "token_kind",
}  # fmt: skip
"""Keys of money and of what is worked out of meters."""
FILES = ("everything", "everything_direct", "everything_forecast", "everything_heavy", "everything_heavy_minutes")
NAMED = ("intents", "levels", "channels", "models")
"""Tables by name: of each key one is walked."""
UNCERTAIN = {"sd", "p5", "p95", "low", "mode", "high", "choices", "weights", "successes"}
"""Keys that say how uncertain a number is: of each number one leaf is walked."""
SPREADS = {
    "cv", "sigma", "alpha", "family", "minutes_sigma", "review_sigma", "minutes_cv", "review_cv", "minutes_family",
    "review_family", "minutes_alpha", "review_alpha", "same_channel",
}  # fmt: skip
"""Keys that move what is drawn and not its mean; duplicates have the same shares of channels in any case."""
WEIGHTS = {
    "channels", "share", "levels", "routing", "if_solved", "if_unsolved", "greeting", "spam", "test", "mix",
    "incidents",
}  # fmt: skip
"""Weights: which case falls to what moves with all of them, though some of the means stay."""
FEW = {"trials": 8, "sampling": "random"}


def kind(path: str) -> tuple[str, ...]:
    """Return what a leaf is, without the names of tables and the ways of being uncertain."""
    parts = ["*" if place == 1 and path.split(".")[0] in NAMED else part for place, part in enumerate(path.split("."))]
    return tuple(part for part in parts if part not in UNCERTAIN and not part.isdigit())


def walked() -> Iterator[Any]:
    """Yield a leaf of every kind."""
    seen = set()
    for name in FILES:
        for path, value in leaves(name):
            if path.split(".")[0] in MONEY or PRICES & {*path.split(".")} or kind(path) in seen:
                continue
            seen.add(kind(path))
            marks = [] if len(seen) % QUICK_EVERY == 0 else [pytest.mark.slow]
            yield pytest.param(name, path, value, id=f"{name}:{path}", marks=marks)


def sums(scenario: Scenario) -> tuple[dict[str, float], dict[str, float]]:
    """Return the sums of all meters, as drawn and as expected, at a few futures."""
    runs = [Run(scenario.model_copy(update=FEW), engine) for engine in ("ledger", "expected")]  # type: ignore[arg-type]
    drawn, expected = ({n: float(m.sum()) for n, m in each.meters.items()} for each in simulate_all(runs))
    return drawn, expected


@cache
def base(name: str, path: str) -> tuple[dict[str, float], dict[str, float]]:
    return sums(loaded(name, path))


def moved(before: dict[str, float], after: dict[str, float], by: float) -> set[str]:
    """Return the meters that differ by more than a share of themselves."""
    return {name for name, value in after.items() if not np.isclose(before[name], value, rtol=by, atol=by)}


@pytest.mark.parametrize(("name", "path", "value"), list(walked()))
def test_a_parameter_moves_in_the_expectations_what_it_moves_in_the_ledger(name: str, path: str, value: Any) -> None:
    drawn_before, expected_before = base(name, "")
    drawn, expected = sums(changed(name, path, value))
    in_draws, in_means = moved(drawn_before, drawn, 1e-9), moved(expected_before, expected, 1e-12)
    assert in_draws, f"{path} moves nothing that is drawn: use it in the draw of its section in simulator/law/"
    parts = {*path.split(".")}
    if parts & SPREADS:
        return
    where = "use it in the means too, in simulator/law/ or simulator/engine/expectations/"
    assert in_means, f"{path} moves nothing that is expected: {where}"
    if not parts & WEIGHTS:
        assert in_draws <= in_means, f"{path} moves {sorted(in_draws - in_means)[:5]} in the ledger alone: {where}"


def test_the_walk_passes_every_file_and_sees_a_parameter_of_the_ledger_alone() -> None:
    names = {param.values[0] for param in walked()}
    assert names == set(FILES) <= set(SMALL)
    drawn_before, expected_before = base("everything", "")
    drawn, _ = sums(loaded("everything", "", ["turns.actions_per_call=0.9"]))
    assert not moved(drawn_before, drawn, 1e-9) <= moved(expected_before, expected_before, 1e-12)
