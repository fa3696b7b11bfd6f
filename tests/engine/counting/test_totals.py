"""Meters by compiled sums: those of plain NumPy over the same rows, and independent of one another to the bit."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from simulator.contracts.metering.meters import own, resolutions, tokens
from simulator.contracts.metering.segments import segment
from simulator.engine.compiling.compiled import loop
from simulator.engine.counting import billing_loops, declared_meters, meter_values, row_billing, totals, totals_loops
from simulator.engine.ledger import LedgerPlan, bill_slice, make_plan, prepare_group
from simulator.scenario import Scenario, load_scenario, parse_scenario
from tests.engine.asking import everything, ledger_plan
from tests.engine.plain_sums import plain_meters
from tests.engine.slices import first_cases, months_of
from tests.golden.runs import FILES, METERS, UNLIKE

ROOT = Path(__file__).parents[3]
ASKED = (
    "minutes",
    "minutes[0.5:3]",
    "messages[4:]",
    "messages/3",
    "minutes/0.25",
    "output_tokens[300:2000]",
    "sessions:start:24",
    "sessions:inactivity:4",
)
PART = {"intents": ["refund", "fault"], "not_channels": ["chat"]}
VOICE = {"channels": ["voice"]}


def scenario(name: str) -> Scenario:
    """Return a scenario with few cases a month, in the files that the golden runs read."""
    if name == METERS:
        return parse_scenario((ROOT / UNLIKE).read_text() + (ROOT / METERS).read_text(), name)
    return load_scenario(ROOT / name, FILES[name])


def both(plan: LedgerPlan, months: int = 2) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the meters of some months by plain sums and by the compiled ones, shape (month's slice, trial)."""
    group = prepare_group(plan, 0)
    slices = list(months_of(plan, min(months, plan.scenario.months)))
    plain = [plain_meters(plan, group, rows) for rows in slices]
    summed = [bill_slice(plan, group, rows) for rows in slices]
    return tuple(  # type: ignore[return-value]
        {key: np.stack([each[key] for each in found]) for key in found[0]} for found in (plain, summed)
    )


def unlike(plain: dict[str, np.ndarray], summed: dict[str, np.ndarray]) -> list[str]:
    return [key for key in plain if not np.allclose(summed[key], plain[key], rtol=1e-12, atol=0)]


@pytest.mark.parametrize("name", [*FILES])
def test_meters_are_those_of_plain_sums(name: str) -> None:
    plain, summed = both(make_plan(scenario(name)))
    assert [*summed] == [*plain]
    assert unlike(plain, summed) == []
    assert plain["rows"].any()


def plan_of_all(*keys: str) -> LedgerPlan:
    """Return a plan with a contract that asks for layers, blocks, sessions and parts of all kinds."""
    chosen = everything()
    model = next(iter(chosen.models))
    bases = [
        *ASKED,
        "rows",
        "cases",
        "conversations",
        "tickets",
        "actions",
        tokens(model, "input"),
        resolutions("careful"),
    ]
    bases += [own(name) for name in chosen.meters]
    parts = [segment(base, **each) for base in bases for each in (PART, VOICE)]
    return ledger_plan(chosen, *ASKED, *parts, *keys)


@cache
def meters_of_all() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    return both(plan_of_all())


def test_layers_blocks_sessions_and_parts_are_those_of_plain_sums() -> None:
    plain, summed = meters_of_all()
    assert {*plain} == {*summed} and unlike(plain, summed) == []
    inside = [key for key in summed if "{" in key]
    assert len(inside) > 40 and all(summed[key].any() for key in inside)
    assert not any(key.startswith(("tickets{", "end:")) and "{" in key for key in summed)


def test_another_meter_changes_no_other_to_the_bit() -> None:
    _, few = meters_of_all()
    more = both(
        plan_of_all("messages[7:]", "sessions:start:3", segment("minutes/7", **VOICE), segment("actions", **PART))
    )[1]
    assert len(more) > len(few) and all(np.array_equal(few[key], more[key]) for key in few)


def test_plain_and_compiled_loops_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of_all()
    group = prepare_group(plan, 0)
    few = first_cases(next(months_of(plan, 1)), 700)
    compiled = bill_slice(plan, group, few)
    for module in (row_billing, meter_values, totals):
        monkeypatch.setattr(
            module, "loop", lambda name: getattr(totals_loops, name, None) or getattr(billing_loops, name)
        )
    plain = bill_slice(plan, group, few)
    assert [*plain] == [*compiled] and all(np.array_equal(plain[key], compiled[key]) for key in plain)


def test_a_slice_without_conversations_has_all_meters_at_zero() -> None:
    plan = plan_of_all()
    group = prepare_group(plan, 0)
    nobody = first_cases(next(months_of(plan, 1)), 0)
    found = bill_slice(plan, group, nobody)
    assert [*found] == [*meters_of_all()[1]] and not any(each.any() for each in found.values())


@pytest.mark.parametrize(
    ("from_start", "hours", "opens"),
    [
        (True, 24.0, [1, 0, 0, 1, 1, 0, 1]),
        (False, 24.0, [1, 0, 0, 1, 0, 0, 1]),
        (True, 23.0, [1, 0, 1, 1, 0, 1, 1]),
        (False, 1.0, [1, 0, 1, 1, 1, 1, 1]),
    ],
)
def test_sessions_by_hand(from_start: bool, hours: float, opens: list[int]) -> None:
    """Conversations at 0, 23, 24 and 47 hours, a duplicate on each channel, and another case."""
    origin = np.array([0, 2, 1, 2, 1, 1, 0])
    channel = np.array([1, 1, 1, 0, 1, 1, 0])
    delay = np.array([23.0, np.nan, 1.0, np.nan, 23.0, np.nan, np.nan])
    found = np.zeros(7, np.int8)
    loop("mark_sessions")(origin, channel, delay, from_start, hours, found)
    assert found.tolist() == opens


def test_a_meter_declared_wrongly_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = declared_meters.PLAIN[0]._replace(flags=("straight",))
    monkeypatch.setattr(declared_meters, "PLAIN", (wrong, *declared_meters.PLAIN[1:]))
    assert unlike(*both(make_plan(everything()), months=1)) == ["returns"]
