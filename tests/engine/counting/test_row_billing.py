"""Billing by the table of kinds is the definitions' own SQL, on every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from random import Random

import numpy as np
import pytest

from simulator.definitions import (
    NAMED,
    Biller,
    Definition,
    DefinitionSpec,
    OwnMeter,
    OwnMeterSpec,
    compile_definition,
    compile_own_meter,
)
from simulator.engine.counting import billing_loops, row_billing
from simulator.engine.counting.conversation_kinds import MOST_VALUES, Kinds, make_kinds
from simulator.engine.counting.row_billing import bill_rows, codes_of
from simulator.engine.draws.record_table import record
from simulator.engine.draws.rows import Rows
from simulator.engine.ledger import make_plan
from simulator.scenario import Scenario, load_scenario, parse_scenario
from tests.definitions.random_definitions import HOURS, random_clauses
from tests.engine.slices import changed, first_cases, months_of
from tests.golden.runs import FILES, METERS, UNLIKE

ROOT = Path(__file__).parents[3]
EVERYTHING = "tests/scenario/everything.toml"
PREDICATES = (
    "outcome = 'silent' and returned_after_hours is null",
    "messages > 4 and not (channel = 'voice')",
    "hours_since_previous <= 24 or ai_replies = 0",
    "hours_since_previous between 4 and 48 and origin <> 'duplicate'",
    "csat in (1, 5) or contact = 2 or complexity = 'simple' and turns >= 3",
    "24 > returned_after_hours or human_touch = 'review' and class = 'service'",
)
ROWS_ONLY = ("actions > 1", "returned_after_hours * 2 < 24", "input_tokens > 900 and hours_since_previous < 24")


@cache
def scenario(name: str) -> Scenario:
    """Return a scenario with few cases a month, in the files that the golden runs read."""
    if name == METERS:
        return parse_scenario((ROOT / UNLIKE).read_text() + (ROOT / METERS).read_text(), name)
    return load_scenario(ROOT / name, FILES[name])


@cache
def rows(name: str) -> tuple[Rows, ...]:
    """Return up to six months of a group of futures, three in ten delays moved to a border of the usual windows."""
    rng = np.random.default_rng(3)
    found = []
    for each in months_of(make_plan(scenario(name)), min(6, scenario(name).months)):
        moved = (rng.random(len(each)) < 0.3) & ~np.isnan(each.delay_hours)
        delays = np.where(moved, rng.choice(np.array(HOURS, float), len(each)), each.delay_hours)
        found.append(changed(each, delay_hours=delays))
    return tuple(found)


def wrong_rows(
    name: str, definitions: Mapping[str, Definition], meters: Mapping[str, OwnMeter], kinds: Kinds
) -> dict[str, int]:
    """Return on how many rows billing differs from SQL, by definition and own meter, where it does."""
    wrong: dict[str, int] = {}
    biller = Biller(definitions, meters)
    for each in rows(name):
        found = bill_rows(kinds, scenario(name), each, codes_of(kinds, each))
        truth = biller.bill(record(each, scenario(name), biller.columns))
        for mine, theirs in ((found.units, truth.units), (found.amounts, truth.amounts)):
            assert sorted(mine) == sorted(theirs)
            for key, values in theirs.items():
                wrong[key] = wrong.get(key, 0) + int(np.count_nonzero(mine[key] != values))
    return {key: number for key, number in wrong.items() if number}


def written(texts: tuple[str, ...]) -> dict[str, Definition]:
    """Return definitions by own predicates, each with a memory."""
    clauses = [{}, {"at_most": "case"}, {"returns": "merge", "return_window_hours": 48, "duplicates": "merged"}]
    return {
        f"written_{number}": compile_definition(
            f"written_{number}", DefinitionSpec(predicate=text, **clauses[number % len(clauses)])
        )
        for number, text in enumerate(texts)
    }


def random_definitions(seed: int, number: int) -> dict[str, Definition]:
    rng = Random(seed)
    names = [f"random_{each}" for each in range(number)]
    return {name: compile_definition(name, DefinitionSpec(**random_clauses(rng))) for name in names}


def amounts(*texts: str) -> dict[str, OwnMeter]:
    return {
        f"own_{number}": compile_own_meter(f"own_{number}", OwnMeterSpec(sql=text)) for number, text in enumerate(texts)
    }


@pytest.mark.parametrize("name", FILES)
def test_every_definition_and_own_meter_is_billed_as_sql_bills_it(name: str) -> None:
    plan = make_plan(scenario(name))
    definitions, meters = plan.terms.definitions, plan.terms.meters
    kinds = make_kinds(scenario(name), definitions, meters)
    assert kinds.definitions == (*definitions,)
    assert sum(len(each) for each in rows(name)) > 1000
    assert wrong_rows(name, definitions, meters, kinds) == {}


@pytest.mark.parametrize(("name", "part"), [(name, part) for name in (METERS, EVERYTHING) for part in range(2)])
def test_random_definitions_are_billed_as_sql_bills_them(name: str, part: int) -> None:
    definitions = random_definitions(part, 60)
    kinds = make_kinds(scenario(name), definitions, {})
    assert kinds.definitions == (*definitions,) and (kinds.tables.unit >= 0).sum() > 20
    assert wrong_rows(name, definitions, {}, kinds) == {}


@pytest.mark.parametrize("name", [METERS, EVERYTHING])
def test_own_predicates_and_meters_are_billed_as_sql_bills_them(name: str) -> None:
    definitions = written((*PREDICATES, *ROWS_ONLY))
    meters = amounts("turns * 1.5", "case when csat > 3 then 0.1 else messages end", "duration_seconds / 7")
    kinds = make_kinds(scenario(name), definitions, meters)
    assert len(kinds.definitions) == len(PREDICATES) and len(kinds.rest.definitions) == len(ROWS_ONLY)
    assert kinds.meters == ("own_0", "own_1") and list(kinds.rest.meters) == ["own_2"]
    assert wrong_rows(name, definitions, meters, kinds) == {}


def test_a_reader_of_too_much_and_one_that_may_be_infinite_are_billed_on_rows() -> None:
    huge = "intent = 'a' or channel = 'b' or complexity = 'c' or turns = 3 or csat = 1 or contact = 1 or class = 'spam'"
    definitions = written((f"{huge} or outcome = 'silent' or returned_after_hours in (1, 2, 3, 4, 5, 6, 7, 8, 9)",))
    kinds = make_kinds(scenario("scenarios/broad_cx.toml"), definitions, amounts("1e15" + " * 1e15" * 20))
    assert kinds.definitions == kinds.meters == ()
    assert len(kinds.tables.values) <= MOST_VALUES


@pytest.mark.slow
def test_a_wrong_stride_a_wrong_border_and_a_wrong_memory_show(monkeypatch: pytest.MonkeyPatch) -> None:
    definitions = random_definitions(7, 30)
    kinds = make_kinds(scenario(METERS), definitions, {})
    stride, borders = kinds.tables.stride.copy(), kinds.tables.borders * (1 + 1e-9)
    delay = billing_loops.AT_DELAY
    reader = int(np.flatnonzero(stride[:, delay])[0])
    stride[reader, delay] -= 1
    for wrong in ({"stride": stride}, {"borders": borders}):
        changed = replace(kinds, tables=kinds.tables._replace(**wrong))
        assert wrong_rows(METERS, definitions, {}, changed) != {}
    for place in (billing_loops.AT_BILLED_BEFORE, billing_loops.AT_ORIGINAL_BASE, billing_loops.AT_PREVIOUS):
        forgetful = kinds.tables.stride.copy()
        forgetful[:, place] = 0
        changed = replace(kinds, tables=kinds.tables._replace(stride=forgetful))
        assert wrong_rows(METERS, definitions, {}, changed) != {}, place


def test_plain_and_compiled_loops_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = make_kinds(scenario(METERS), random_definitions(8, 12), amounts("turns * 1.5"))
    few = first_cases(rows(METERS)[0], 2500)
    found = []
    for _ in ("compiled", "plain"):
        codes = codes_of(kinds, few)
        billed = bill_rows(kinds, scenario(METERS), few, codes)
        read = (kinds.tables.stride != 0).any(axis=0)[: len(codes)]
        found.append([codes[read], *billed.units.values(), *billed.amounts.values()])
        monkeypatch.setattr(row_billing, "loop", partial(getattr, billing_loops))
    assert all(np.array_equal(compiled, plain) for compiled, plain in zip(*found, strict=True))
    assert all(each.any() for each in found[0]) and (kinds.tables.unit >= 0).any()


def test_what_is_asked_twice_has_one_table() -> None:
    """And what is not asked alike has another one."""
    written = {"a": NAMED["assumed_24h"], "same": NAMED["assumed_24h"], "other": NAMED["verified_72h"]}
    tables = make_kinds(
        scenario(METERS), {name: compile_definition(name, spec) for name, spec in written.items()}, {}
    ).tables
    assert tables.base[0] == tables.base[1] != tables.base[2] and tables.unit[0] == tables.unit[1]
    assert len(tables.offset) == len({*tables.base, *tables.unit} - {-1})
