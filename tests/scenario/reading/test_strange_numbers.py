"""Mistakes inside mistakes, numbers that are none or nearly 0, lists of the wrong length: each has a line and words.

Each text below was answered with a traceback, or taken, before. What is right follows from the place: the line is that
of the key, and the message has the value and the rule.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.engine.refusals import FAST
from simulator.errors import Problem, ScenarioError
from simulator.quantities.distributions import LEAST
from simulator.scenario import parse_scenario, render

BASE = (Path(__file__).parents[1] / "wrong" / "base.toml").read_text(encoding="utf-8")
INCLUDED = 'kind = "included", included = 60, overage_rate = 0.3, count_over = "year"'
HYBRID = '[contracts.made]\ntype = "hybrid"\n'


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text, "strange.toml", (), [FAST])
    assert all(problem.line is not None for problem in raised.value.problems), render(raised.value)
    return raised.value.problems


def messages_below(rows: str) -> list[tuple[str, str]]:
    """Return the text of the line and the message of each problem of the base with some rows at its end."""
    return [(problem.text, problem.message) for problem in problems_of(f"{BASE}\n{rows}\n")]


TOO_LARGE = [
    (f"{key} = {number}", says)
    for key in ("seed", "trials", "title", "volume.per_month", "contracts.mine.price", "definitions.mine.silence",
                "definitions.mine.return_window_hours", "contracts.mine.term_months")
    for number, says in (("1" + 320 * "0", "not 1000"), ("0x" + 6_000 * "f", "a number of 6,000 digits is too long"))
]  # fmt: skip
"""Whole numbers that no float holds, and that Python does not write out."""


@pytest.mark.parametrize(("row", "says"), TOO_LARGE, ids=lambda each: each[:40])
def test_a_number_of_hundreds_of_digits_is_refused_with_its_line(row: str, says: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(row, "large.toml")
    found = [problem for problem in raised.value.problems if problem.line == 1]
    assert any(says in problem.message for problem in found), render(raised.value)
    key, _, number = row.partition(" = ")
    with pytest.raises(ScenarioError):
        parse_scenario(BASE, "base.toml", [f"{key}={number}"])


NESTED = {
    # what: rows, messages in the order of the places
    "two charges each without a key": (
        f"{HYBRID}charges = [{{ {INCLUDED} }}, {{ share = 0.2 }}]",
        ["'meter' is missing in [contracts.made.charges.0 (charge 1)]",
         "'kind' is missing in [contracts.made.charges.1 (charge 2)]"],
    ),
    "a kind that is also one of its keys, a number": (
        HYBRID + 'charges = [{ kind = "included", included = -1, meter = "conversations", overage_rate = 0.3 }]',
        ["contracts.made.charges.0.included (charge 1): must be 0 or more, not -1"],
    ),
    "a kind that is also one of its keys, a table": (
        HYBRID + 'charges = [{ kind = "seats", seats = { p5 = 10, p95 = 20 } }]',
        ["'rate' is missing in [contracts.made.charges.0 (charge 1)]"],
    ),
    "a correlation of one number": (
        '[[correlations]]\nbetween = ["outcomes.solve_log_odds"]\nrho = 0.3',
        ["correlations.0.between (correlation 1): must have 2 values, not 1"],
    ),
    "a correlation of no number": (
        "[[correlations]]\nbetween = []\nrho = 0.3",
        ["correlations.0.between (correlation 1): must have 2 values, not 0"],
    ),
    "a correlation of three numbers": (
        '[[correlations]]\nbetween = ["a", "b", "c"]\nrho = 0.3',
        ["correlations.0.between (correlation 1): must have at most 2 values, not 3"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NESTED)
def test_a_nested_mistake_is_named_at_its_place(what: str) -> None:
    rows, expected = NESTED[what]
    assert sorted(message for _, message in messages_below(rows)) == sorted(expected)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[volume]", "[volume]\nseason = [1, 1, 1]", "volume.season: must have at least 12 values, not 3"),
        ("[volume]", f"[volume]\nseason = {[1] * 13}", "volume.season: must have at most 12 values, not 13"),
        ("[outcomes]", "[csat]\nif_solved = [1, 2]\n[outcomes]", "csat.if_solved: must have at least 5 values, not 2"),
        ("[volume]", "[volume]\nrollout = []", "volume.rollout: must have at least 1 value, not 0"),
    ],
)
def test_a_list_of_the_wrong_length_is_counted(old: str, new: str, says: str) -> None:
    assert [problem.message for problem in problems_of(BASE.replace(old, new))] == [says]


UNITS = '[contracts.made]\ntype = "per_conversation"\n'
FREE = f'{UNITS}price = 1\nfree_units = [{{ units = 170, span = "once", from_month = %s }}]'
PLACES = {
    # where: rows with a place for the number, and its path in the message
    "whole number": (FREE, "contracts.made.free_units.0.from_month (number 1)"),
    "number that may be unknown": (UNITS + 'price = %s', "contracts.made.price"),
    "plain number": (
        '[contracts.made]\ntype = "per_minute"\nprice = 1\nround_up_to_seconds = %s',
        "contracts.made.round_up_to_seconds",
    ),
    "end of a range": (
        UNITS + 'price = { p5 = %s, p95 = 2 }', "contracts.made.price.p5",
    ),
    "one of several": (
        UNITS + 'price = { choices = [1, %s] }',
        "contracts.made.price.choices.1 (number 2)",
    ),
    "number with a source": (
        UNITS + 'price = { value = %s, kind = "quoted" }', "contracts.made.price.value",
    ),
    "weight by name": (
        "[intents.more]\nshare = 1\nlevels = { simple = 1, complex = %s }", "intents.more.levels.complex",
    ),
    "rate in a list": (
        HYBRID + 'charges = [{ kind = "flat", meter = "conversations", rate = %s }]',
        "contracts.made.charges.0.rate (charge 1)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("nan", "must be a finite number, not nan"),
        ("-inf", "must be a finite number, not -inf"),
        ("5e-324", "must be at least 1e-12 in size, or 0 where that is allowed, not 5e-324"),
        ("-1e-300", "must be at least 1e-12 in size, or 0 where that is allowed, not -1e-300"),
        ("9.99e-13", "must be at least 1e-12 in size, or 0 where that is allowed, not 9.99e-13"),
    ],
)
def test_what_is_no_number_or_nearly_none_is_refused_wherever_it_stands(where: str, number: str, says: str) -> None:
    rows, place = PLACES[where]
    ((line, message),) = messages_below(rows % number)
    assert message == f"{place}: {says}" and number in line


@pytest.mark.parametrize("number", [LEAST, -0.0, 0])
def test_the_smallest_number_and_zero_are_taken(number: float) -> None:
    scenario = parse_scenario(BASE.replace("price = 0.5\n", f"price = {number!r}\n"), "small.toml", (), [FAST])
    assert scenario.contracts["conversation"].price.center == number


def test_a_number_that_no_key_has_is_named_by_its_key() -> None:
    assert [message for _, message in messages_below("[contracts.made]\ntype = 'per_conversation'\nprise = nan")] == [
        "unknown key 'prise' in [contracts.made]"
    ]


def test_no_help_proposes_a_whole_number_of_hundreds_of_digits() -> None:
    (problem,) = problems_of(BASE.replace("months = 3", "months = 1.5e300"))
    assert (problem.message, problem.help) == ("months: must be a whole number, not 1.5e+300", "")
