"""What a case draws hangs on its own place alone: loops, groups, slices and what else is drawn change no bit of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from simulator.engine.draws import drawing
from simulator.engine.draws.drawing import openings
from simulator.engine.draws.rows import Rows
from simulator.engine.ledger import LedgerPlan, bill_slice, draw_month, make_plan, prepare_group
from simulator.law import drawn_columns
from simulator.law.drawn_columns import CASE_CHANNEL, CASE_INTENT, CASE_LEVEL, CASE_NUMBER
from simulator.scenario import Scenario, load_scenario, parse_scenario
from tests.engine.planting import plain_loops
from tests.engine.slices import joined, month_rows

EVERYTHING = Path(__file__).parents[2] / "scenario" / "everything.toml"
HEAVY = EVERYTHING.with_name("everything_heavy.toml")
DIRECT = EVERYTHING.with_name("everything_direct.toml")
FEW = "volume.per_month={ mean = 20, sd = 3 }"
IN_CASES = "volume.unit='cases'"
MONTH = 2
Case = tuple[int, int, int]
Places = dict[Case, tuple[tuple[int, int], bytes, bytes]]


def everything(*overrides: str) -> Scenario:
    return load_scenario(EVERYTHING, overrides)


def by_case(rows: Rows, first: int = 0) -> Places:
    """Return all that each case drew, to the bit, by future of the run, intent and number.

    Args:
        first: number of the group's first future.
    """
    whole = np.delete(rows.whole, [drawn_columns.ROW_CASE, drawn_columns.ROW_FUTURE], axis=0)
    starts = np.searchsorted(rows.who.case, np.arange(len(rows.cases) + 1))
    found: Places = {}
    for case, (begin, end) in enumerate(pairwise(starts.tolist())):
        of = rows.of_case[case]
        place = int(of[drawn_columns.CASE_FUTURE]) + first, int(of[CASE_INTENT]), int(of[CASE_NUMBER])
        drawn = whole[:, begin:end].tobytes(), rows.real[:, begin:end].tobytes()
        found[place] = ((int(of[CASE_LEVEL]), int(of[CASE_CHANNEL])), *drawn)
    assert len(found) == len(rows.cases)
    return found


def drawn(scenario: Scenario, first: int = 0, month: int = MONTH) -> Places:
    plan = make_plan(scenario)
    return by_case(month_rows(plan, prepare_group(plan, first), month), first)


@cache
def base() -> Places:
    return drawn(everything(FEW, IN_CASES))


def test_another_seed_and_another_month_draw_other_cases() -> None:
    """Negative control: all comparisons below see a case that drew anything else."""
    for other in (drawn(everything(FEW, IN_CASES, "seed=8")), drawn(everything(FEW, IN_CASES), month=3)):
        both = base().keys() & other.keys()
        assert len(both) > 500 and sum(base()[case] == other[case] for case in both) == 0


@pytest.mark.parametrize("path", [EVERYTHING, DIRECT, HEAVY], ids=lambda path: path.stem)
def test_plain_and_compiled_loops_draw_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan(load_scenario(path, [FEW]))
    group = prepare_group(plan, 0)
    compiled = month_rows(plan, group, 1)
    opened = openings(group.drawing, compiled, 1)
    plain_loops(monkeypatch)
    again = prepare_group(plan, 0)
    assert np.array_equal(again.cases, group.cases) and group.cases.any()
    plain = month_rows(plan, again, 1)
    assert by_case(plain) == by_case(compiled) and np.array_equal(plain.of_case, compiled.of_case)
    assert np.array_equal(openings(again.drawing, plain, 1), opened)
    assert opened.min() > 0 and opened.max() < 1 and len(set(opened.tolist())) == len(opened)


@pytest.mark.parametrize("trials", [1, 4, 32])
def test_groups_of_any_size_draw_the_same(trials: int) -> None:
    plan = replace(make_plan(everything(FEW, IN_CASES)), group_trials=trials)
    found: Places = {}
    firsts = range(0, 64, trials) if trials > 1 else (0, 17, 63)
    for first in firsts:
        found |= by_case(month_rows(plan, prepare_group(plan, first), MONTH), first)
    futures = {case[0] for case in found}
    assert futures <= {first + trial for first in firsts for trial in range(trials)} and len(futures) > 2
    assert found == {case: each for case, each in base().items() if case[0] in futures}


def slices_and_meters(
    plan: LedgerPlan, rows: int, patch: pytest.MonkeyPatch
) -> tuple[list[Rows], dict[str, np.ndarray]]:
    patch.setattr(drawing, "SLICE_ROWS", rows)
    group = prepare_group(plan, 0)
    found = list(draw_month(plan, group, MONTH))
    billed = [bill_slice(plan, group, each) for each in found]
    return found, {name: np.sum([each[name] for each in billed], axis=0) for name in billed[0]}


@pytest.mark.parametrize("rows", [1, 37, 1_000])
def test_slices_of_any_size_draw_the_same_and_have_the_same_meters(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan(everything(FEW, IN_CASES))
    (whole,), meters = slices_and_meters(plan, 10**6, monkeypatch)
    slices, others = slices_and_meters(plan, rows, monkeypatch)
    assert len(slices) > len(whole) // (rows + 7) and max(map(len, slices)) < rows + 7
    assert by_case(joined(slices)) == by_case(whole) == base()
    for name, each in meters.items():
        if (each == np.floor(each)).all():
            assert np.array_equal(others[name], each), name
        else:
            assert others[name] == pytest.approx(each, rel=1e-13), name
    assert sum((each == np.floor(each)).all() for each in meters.values()) > 40


def test_the_last_case_of_a_slice_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every customer comes back and every contact has a duplicate: each case fills all the rows that one can have."""
    sure = ", ".join(
        f"{end} = 1" for end in ("confirmed", "silent_solved", "silent_unsolved", "abandoned", "partial", "escalated")
    )
    scenario = everything(
        FEW, IN_CASES, f"returns.probability={{ {sure} }}", f"duplicates.probability={{ {sure} }}",
        "returns.straight_to_human={}",
    )  # fmt: skip
    most = 2 * scenario.returns.max_contacts
    monkeypatch.setattr(drawing, "SLICE_ROWS", 10 * most)
    plan = make_plan(scenario)
    for rows in draw_month(plan, prepare_group(plan, 0), MONTH):
        assert len(rows) == most * len(rows.cases) <= 11 * most
        assert rows.origin.tolist() == [
            drawn_columns.NEW,
            drawn_columns.COPY,
            *[drawn_columns.RETURNED, drawn_columns.COPY] * (most // 2 - 1),
        ] * len(rows.cases)


def only_more(fewer: Places, more: Places) -> bool:
    """Return whether one has all cases of another, to the bit, and more of them, numbered on."""
    return len(more) > len(fewer) > 500 and all(more.get(case) == each for case, each in fewer.items())


def test_a_larger_volume_only_adds_cases() -> None:
    assert only_more(base(), drawn(everything("volume.per_month={ mean = 30, sd = 3 }", IN_CASES)))
    assert not only_more(
        base(), drawn(everything("volume.per_month={ mean = 30, sd = 3 }", IN_CASES, "judge.sensitivity=0.5"))
    )


def test_more_months_and_futures_only_add_cases() -> None:
    assert drawn(everything(FEW, IN_CASES, "months=7")) == base()
    assert drawn(everything(FEW, IN_CASES, "trials=130")) == base()
    assert not base().keys() & drawn(everything(FEW, IN_CASES, "trials=130"), first=64).keys()


def test_an_intent_at_the_end_only_takes_cases_away_from_others_or_adds_its_own() -> None:
    """Shares are relative, so the other intents have fewer cases: the first ones of those they had."""
    text = EVERYTHING.read_text() + "\n[intents.another]\nshare = 15\nlevels = { easy = 1 }\n"
    scenario = parse_scenario(text, "another", [FEW, IN_CASES])
    before = base()
    after = drawn(scenario)
    own = {case for case in after if case[1] == len(scenario.intents) - 1}
    others = {case: each for case, each in after.items() if case not in own}
    assert len(own) > 50 and only_more(others, before)
    assert not only_more(others, drawn(everything(FEW, IN_CASES, "seed=8")))


def test_an_intent_of_another_name_draws_other_cases() -> None:
    text = EVERYTHING.read_text().replace("[intents.status]", "[intents.state]").replace("status = ", "state = ")
    renamed = drawn(parse_scenario(text, "renamed", [FEW, IN_CASES]))
    place = list(everything().intents).index("status")
    same = {case for case, each in renamed.items() if base().get(case) == each}
    assert {case[1] for case in same} == set(range(len(everything().intents))) - {place}
