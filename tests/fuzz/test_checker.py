"""What the fuzz looks with is tested itself: each fault, planted, is found, and a case is the same one every time."""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from simulator.engine.storage.run_columns import Columns
from simulator.errors import Problem, ScenarioError
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario
from tests.fuzz import running
from tests.fuzz.mutations import Case, case
from tests.fuzz.running import may_be_negative, needs_line, outcome, priced
from tests.fuzz.scenarios import ROOT, bases
from tests.fuzz.written import written

MINIMAL = (ROOT / "scenarios" / "minimal.toml").read_bytes()
SHORT = b"months = 1\n" + MINIMAL.replace(b"2_000", b"20")
GOOD = Case(0, MINIMAL, "scenarios/minimal.toml", (), (), "sampled", False)
Fault = Callable[[Path, Sequence[str], str], str]


def raises(error: BaseException) -> Fault:
    def check(file: Path, overrides: Sequence[str], engine: str) -> str:
        raise error

    return check


def prints(text: str) -> Fault:
    return lambda file, overrides, engine: text


def warns(file: Path, overrides: Sequence[str], engine: str) -> str:
    warnings.warn("overflow encountered in multiply", RuntimeWarning, stacklevel=1)
    return "ok"


def idles(file: Path, overrides: Sequence[str], engine: str) -> str:
    while True:
        pass


def refused(**parts: Any) -> Fault:
    problem = Problem(**{"key": ("months",), "message": "months: must be 1 or more, not 0", "line": 4, **parts})
    return raises(ScenarioError("case.toml", [problem]))


FAULTS: dict[str, tuple[Fault, str]] = {
    "a crash": (raises(ZeroDivisionError("division by zero")), "ZeroDivisionError"),
    "an assertion": (raises(AssertionError()), "AssertionError"),
    "a warning": (warns, "RuntimeWarning"),
    "a loop without end": (idles, "stopped after"),
    "no line": (refused(line=None), "no line"),
    "a line that the file does not have": (refused(line=900), "line 900 of"),
    "no message": (refused(message=" "), "no message"),
    "a refusal without a problem": (raises(ScenarioError("case.toml", [])), "without a problem"),
    "an error number": (refused(message="cannot be read: [Errno 2] No such file"), "[Errno"),
    "a library's own words": (refused(message="see https://errors.pydantic.dev"), "pydantic"),
    "an escape character": (prints("ok \x1b[2J"), "U+001B"),
    "a character that turns the writing": (prints("ok \u202egnp"), "U+202E"),
    "a word without end": (prints("x" * 300), "word of 300"),
    "a line without end": (prints("so it is " * 100), "line of 900"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_planted_fault_is_found(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_SECONDS", 0.05)
    check, said = FAULTS[what]
    found = outcome(GOOD, tmp_path, check)
    assert any(said in each for each in found.wrong), found


def test_a_right_scenario_and_an_honest_refusal_have_no_fault(tmp_path: Path) -> None:
    assert outcome(GOOD, tmp_path).wrong == () and outcome(GOOD, tmp_path).verdict == "accepted"
    found = outcome(replace(GOOD, content=MINIMAL.replace(b"2_000", b"-5")), tmp_path)
    assert found.wrong == () and found.verdict == "refused" and "not -5" in found.printed


@cache
def once(engine: Literal["sampled", "ledger"]) -> tuple[Any, Mapping[str, Any], str]:
    """Return the minimal scenario priced, short and small."""
    return priced(parse_scenario(SHORT.decode(), "short.toml", ("trials=20",)), engine)


def with_invoice(change: Callable[[np.ndarray], np.ndarray]) -> running.Price:
    """Return a pricing in which the totals of the first contract are changed."""

    def price(scenario: Scenario, engine: Literal["sampled", "ledger"]) -> tuple[Any, Mapping[str, Any], str]:
        forecast, summary, answers = once(engine)
        first, each = next(iter(forecast.contracts.items()))
        (piece,) = forecast.columns.pieces
        columns = {**piece.columns, f"contracts/{first}/invoice": change(each.invoice)}
        changed = replace(each, columns=Columns(each.columns.trials, [replace(piece, columns=columns)]))
        contracts = {**forecast.contracts, first: changed}
        return replace(forecast, contracts=contracts), summary, answers

    return price


@pytest.mark.parametrize(
    ("price", "said"),
    [
        (with_invoice(lambda total: total * np.nan), "not finite"),
        (with_invoice(lambda total: -total), "invoice of 'conversation' is -"),
        (lambda _, engine: (once(engine)[0], {"mean": float("nan")}, ""), "not JSON compliant"),
        (lambda _, engine: (*once(engine)[:2], "a note\x1b[31m"), "contracts.md has"),
        (lambda _, engine: 1 / 0, "ZeroDivisionError"),
    ],
    ids=["NaN invoice", "negative invoice", "NaN in the summary", "escape in a file", "crash"],
)
def test_a_planted_fault_of_a_run_is_found(price: running.Price, said: str, tmp_path: Path) -> None:
    found = outcome(replace(GOOD, content=SHORT, runs=True), tmp_path, price=price)
    assert [said in each for each in found.wrong] == [True, True], found  # on both engines


def test_a_run_without_a_fault_uses_both_engines(tmp_path: Path) -> None:
    found = outcome(replace(GOOD, content=SHORT, runs=True), tmp_path)
    assert (found.verdict, found.wrong, found.engines) == ("run", (), ("sampled", "ledger"))


def test_only_what_stands_nowhere_needs_no_line() -> None:
    missing = Problem(("volume",), "'volume' is missing in the scenario")
    assert not needs_line(missing) and needs_line(replace(missing, key=("volume", "unit")))
    assert not needs_line(Problem((), "must be a table", text="--set volume=5"))
    assert needs_line(Problem(("volume",), "volume: applies_to and 3 a month"))


def test_a_case_follows_from_its_number_alone() -> None:
    assert [case(number) for number in (7, 8, 9)] == [case(number) for number in (7, 8, 9)]
    assert len({case(number).content for number in range(300)}) > 290


def test_all_scenarios_are_written_so_that_they_read_the_same() -> None:
    assert len(bases()) > 30
    for base in bases():
        assert tomllib.loads(written(base.values)) == base.values, base.name


def test_a_negative_month_is_right_only_with_a_guarantee_or_a_clawback() -> None:
    from simulator.scenario import load_scenario
    from simulator.scenario.stated.compiled_terms import compile_terms

    known = compile_terms(load_scenario(ROOT / "tests" / "scenario" / "everything_settlement.toml")).contracts
    allowed = {name for name, contract in known.items() if may_be_negative(contract)}
    text = (ROOT / "tests" / "scenario" / "everything_settlement.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)["contracts"]
    assert allowed == {name for name, table in tables.items() if {"guarantee", "clawback"} & set(table)} != set()
