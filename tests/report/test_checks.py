"""The checks list: each state from numbers, and nothing that the numbers beside it deny."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.checks import checks
from tests.synthetic import CONTRACTS, results, scenario


def told(**changes: Any) -> dict[str, Any]:
    return summary(forecast(results(scenario(**changes), scale=60_000.0)))


def line(numbers: dict[str, Any], part: str) -> tuple[bool, str]:
    (found,) = [each for each in checks(numbers) if part in each.text]
    return found.fine, found.text


@pytest.mark.parametrize(
    ("trials", "fine", "says"),
    [
        (5, False, "too few for an upper end of P90"),
        (60, False, "more futures would narrow it to 1 %"),
        (9_000, True, "enough"),
    ],
)
def test_futures_are_enough_or_not(trials: int, fine: bool, says: str) -> None:
    state, text = line(told(trials=trials), f"{trials:,} futures")
    assert state is fine and says in text


@pytest.mark.parametrize(
    ("budget", "fine", "says"),
    [
        (None, False, "No budget is given"),
        (1e9, True, "keeps the budget of $1,000M in every simulated future"),
        (1.0, False, "keeps the budget of $1.00 in none of the futures, which is not nine in ten"),
    ],
)
def test_budget_is_kept_or_not(budget: float | None, fine: bool, says: str) -> None:
    state, text = line(told(budget=budget), "udget")
    assert state is fine and says in text


def test_budget_at_the_p90_itself_is_too_close_to_call() -> None:
    p90 = told().contracts[-1].invoice.p90
    state, text = line(told(budget=p90), "udget")
    assert not state and "whether that is nine in ten, these futures cannot tell" in text


def test_lines_that_do_not_sum_are_seen() -> None:
    numbers = told()
    assert line(numbers, "lines") == (True, "The lines of every expected invoice sum to its total.")
    first, *others = numbers.contracts
    name, amount = next(iter(first.lines.items()))
    wrong = replace(first, lines={**first.lines, name: 1.001 * amount})
    broken = replace(numbers, contracts=(wrong, *others))
    assert not line(broken, "do not sum")[0]


def test_unit_that_only_the_vendor_can_count_is_named() -> None:
    assert not line(told(), "tokens can be counted only in the vendor's log")[0]
    assert line(told(contracts={"a": CONTRACTS["conversation"]}), "recount")[0]


def test_assumptions_that_nobody_stands_behind_are_counted() -> None:
    numbers = told()
    found = numbers.assumptions_to_sign
    whole, judged = len(found.evidenced) + len(found.unevidenced), len(found.unevidenced)
    assert judged and not line(numbers, f"Of {whole} assumptions to sign, {judged} are judgements")[0]
    backed = replace(found, evidenced=(*found.evidenced, *found.unevidenced), unevidenced=())
    assert line(replace(numbers, assumptions_to_sign=backed), f"Of {whole} assumptions to sign, 0 are")[0]
