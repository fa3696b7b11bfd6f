"""What a sheet leaves open, by brute force: every combination of clauses, read by the reference, one case at a time.

The combinations are made in plain loops of what definitions write, the worked cases become rows by hand, and the
reference reads the clauses. Bills come from simulations of their own, with the definition in the contract.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.contracts.catalogue import offers
from simulator.decisions.answers.answered_bills import AnsweredBills, answered_bills
from simulator.decisions.answers.sheet import Sheet, parse_sheet
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.worked_cases import WORKED_CASES, WorkedCase
from simulator.definitions import NAMED, DefinitionSpec
from tests.decisions.answers.test_answered_bills import billed_by
from tests.decisions.breakeven.scenarios import LINEAR, futures_of, written
from tests.reference.clauses import units

CLAUSES = ("outcomes", "classes", "silence", "human_touch", "requires", "min_csat", "contacts", "planned_handoffs",
           "duplicates", "at_most")  # fmt: skip
HOURS = (24.0, 72.0, 168.0)
ASKED = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 16, 17, 18, 19, 20)
"""Cases that no clause is widened for."""
ENDS = ("confirmed", "silent", "silent", "abandoned", "partial", "escalated")
"""Outcome by the code of an end."""


def rows_of(case: WorkedCase) -> list[dict[str, Any]]:
    """Return the conversations of a worked case with the columns that clauses read."""
    rows: list[dict[str, Any]] = []
    contact = 0
    for step in case.steps:
        contact += not step.duplicate
        outcome = ENDS[step.end]
        verdict = step.end in (0, 1) if step.judged is None else step.judged
        rows.append({
            "origin": "duplicate" if step.duplicate else "new" if contact == 1 else "return",
            "contact": contact, "outcome": outcome, "class": step.service_class,
            "human_touch": "handoff" if outcome in ("partial", "escalated") else "review" if step.review else "none",
            "handoff_planned": step.planned, "judged_resolved": verdict, "action_completed": step.action,
            "answered": outcome in ("confirmed", "silent", "partial"), "csat": step.score or None,
            "returned_after_hours": step.back_after_hours,
        })  # fmt: skip
    return rows


def meaning(spec: DefinitionSpec) -> str:
    """Return a definition without what says nothing: silence of no outcome, and an outcome of no silence."""
    told = {key: getattr(spec, key) for key in (*CLAUSES, "returns", "return_window_hours")}
    if "silent" not in spec.outcomes or spec.silence == "never":
        told |= {"outcomes": tuple(each for each in spec.outcomes if each != "silent"), "silence": "never"}
    return repr(told)


def combinations() -> Iterator[DefinitionSpec]:
    """Yield every combination of what the definitions write, with the hours of returns that are negotiated."""
    written_by = [*NAMED.values(), DefinitionSpec()]
    for offer in offers().values():
        written_by += [DefinitionSpec(**table) for table in offer.definitions.values() if "extends" not in table]
    plain = [each for each in written_by if each.predicate is None]
    values = [list(dict.fromkeys(getattr(each, clause) for each in plain)) for clause in CLAUSES]
    returns = {(each.returns, each.return_window_hours) for each in plain} | {("void", hours) for hours in HOURS}
    for chosen in itertools.product(*values):
        for how, window in returns:
            told = dict(zip(CLAUSES, chosen, strict=True)) | {"returns": how}
            if window is not None:
                told["return_window_hours"] = window
            try:
                yield DefinitionSpec(**told)
            except ValueError:
                continue  # clauses that contradict one another


@pytest.fixture(scope="module")
def futures() -> SameFutures:
    return futures_of(written(LINEAR, "trials=16", "months=1"))


@pytest.fixture(scope="module")
def every() -> dict[str, tuple[DefinitionSpec, dict[int, int]]]:
    """Every set by its meaning, with the units of each worked case."""
    rows = {case.number: rows_of(case) for case in WORKED_CASES}
    sets = {meaning(each): each for each in combinations()}
    return {key: (each, {no: sum(units(some, each)) for no, some in rows.items()}) for key, each in sets.items()}


def sheet_of(counted: dict[int, int], asked: list[int]) -> Sheet:
    return parse_sheet("\n".join(["no.,case,units billed", *(f"{no},,{counted[no]}" for no in asked)]), "f")


Every = dict[str, tuple[DefinitionSpec, dict[int, int]]]


def left(every: Every, counted: dict[int, int], asked: list[int]) -> Every:
    return {key: each for key, each in every.items() if all(each[1][no] == counted[no] for no in asked)}


@pytest.mark.parametrize("number", range(2))
def test_the_sets_and_clauses_left_are_those_of_every_combination(
    futures: SameFutures, every: Every, number: int
) -> None:
    rng = random.Random(number)
    spec, counted = every[rng.choice(sorted(every))]
    asked = sorted(rng.sample(ASKED, 9))
    found, kept = answered_bills(futures, sheet_of(counted, asked), "resolution"), left(every, counted, asked)
    assert (found.sets, found.consistent) == (len(every), len(kept))
    assert meaning(spec) in kept and len(kept) < len(every) / 3
    assert len(left(every, {**counted, asked[0]: counted[asked[0]] + 1}, asked)) != len(kept), "an answer matters"
    for clause in CLAUSES[4:]:
        values = {getattr(each, clause) for each, _ in kept.values()}
        told = next((each.choices for each in found.clauses if each.clause == clause), None)
        assert (1 if told is None else len(told)) == len(values), clause


def ranges_after(every: Every, kept: Every, means: dict[str, float], asked: list[int]) -> dict[int, float]:
    """Return for each case without an answer how wide the range of the mean bill is after it, on average."""
    found = {}
    for case in WORKED_CASES:
        answers: dict[int, list[float]] = {}
        for key, (_, counted) in kept.items():
            answers.setdefault(counted[case.number], []).append(means[key])
        if case.number not in asked and len(answers) > 1:
            found[case.number] = sum(len(each) / len(kept) * (max(each) - min(each)) for each in answers.values())
    return found


def test_the_case_to_ask_next_is_the_one_that_narrows_most(futures: SameFutures, every: Every) -> None:
    """Each set bills a simulation of its own; another case would leave a wider range, so that it would be seen."""
    counted = every[meaning(NAMED["assumed_24h"])][1]
    asked = [no for no in ASKED if no not in (6, 7, 11)]
    kept = left(every, counted, asked)
    assert len(kept) == 36
    means = {key: _mean(futures, spec) for key, (spec, _) in kept.items()}
    found: AnsweredBills = answered_bills(futures, sheet_of(counted, asked), "resolution")
    assert found.consistent == len(kept)
    assert (found.lowest, found.highest) == pytest.approx((min(means.values()), max(means.values())), rel=1e-9)
    wide = ranges_after(every, kept, means, asked)
    assert {each.number: each.width for each in found.next} == pytest.approx(wide, rel=1e-9, abs=1e-6)
    assert wide[found.next[0].number] == pytest.approx(min(wide.values())) and max(wide.values()) > 1.2 * min(
        wide.values()
    )


def _mean(futures: SameFutures, spec: DefinitionSpec) -> float:
    return float(futures_of(billed_by(futures.scenario, spec)).invoice("resolution").mean())
