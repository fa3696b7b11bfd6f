"""Sessions, blocks, minutes and own meters of the ledger engine, by the reference, by SQL and by hand."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from simulator.contracts.metering.meters import BLOCKED, Sessions, blocks, sessions
from simulator.contracts.metering.segments import segment
from simulator.definitions import Biller, DefinitionSpec, compile_definition, view_sql
from simulator.engine.counting.totals import opening
from simulator.engine.draws.export import ledger
from simulator.engine.draws.rows import Rows
from simulator.engine.ledger import bill_slice, draw_month, prepare_group, simulate_group
from simulator.scenario import load_scenario, parse_scenario
from tests.engine.asking import EVERYTHING, as_cases, everything, ledger_plan
from tests.engine.by_hand import sure
from tests.engine.slices import month_rows
from tests.reference import counted

HOURS = (0.5, 6.0, 24.0, 30.0, 168.0)
SIZES = {"messages": (1, 6, 70), "ai_replies": (1, 4), "actions": (1, 2, 0.5), "minutes": (1, 0.25, 3)}
KEYS = (
    "minutes",
    *(blocks(base, size) for base, sizes in SIZES.items() for size in sizes),
    *(sessions(anchor, hours) for anchor in ("start", "inactivity") for hours in HOURS),
)


@cache
def some_rows() -> Rows:
    plan = ledger_plan(everything("trials=8", "months=1"))
    return month_rows(plan, prepare_group(plan, 0))


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("anchor", ["start", "inactivity"])
def test_sessions_are_those_of_the_reference_row_by_row(anchor: str, hours: float) -> None:
    found = opening(some_rows(), Sessions(anchor, hours))  # type: ignore[arg-type]
    other = opening(some_rows(), Sessions(anchor, hours * 1.5))  # type: ignore[arg-type]
    expected = np.zeros(len(some_rows()), dtype=np.bool_)
    for places, case in as_cases(some_rows(), everything()):
        expected[places] = counted.sessions(case, anchor, hours)
    assert np.array_equal(found, expected)
    assert not np.array_equal(found, other)


def test_sessions_from_the_start_are_those_of_the_view_on_a_written_ledger() -> None:
    scenario = load_scenario(EVERYTHING)
    table = pa.concat_tables(ledger(scenario, trials=4, months=1))
    spec = DefinitionSpec(predicate="hours_since_session_start = 0")
    definition = compile_definition("opens", spec)
    plan = ledger_plan(scenario)
    for hours in HOURS:
        found = 0
        for first in range(0, 4, plan.group_trials):
            for rows in draw_month(plan, prepare_group(plan, first), 0):
                found += int((opening(rows, Sessions("start", hours)) & (rows.who.trial + first < 4)).sum())
        assert found == _opened_by_sql(table, definition, hours), hours
    assert Biller({"opens": definition}).units(table)["opens"].sum() == _opened_by_sql(table, definition, 24.0)


def _opened_by_sql(table: pa.Table, definition: object, hours: float) -> int:
    import duckdb

    connection = duckdb.connect()
    connection.register("conversations", table)
    sql = view_sql([definition], session_hours=hours)  # type: ignore[list-item]
    return int(connection.execute(f"SELECT COUNT(*) FROM ({sql}) WHERE hours_since_session_start = 0").fetchall()[0][0])


def test_blocks_and_minutes_are_the_sums_over_the_conversations() -> None:
    plan = ledger_plan(everything("trials=8", "months=1"), *KEYS)
    rows = month_rows(plan, prepare_group(plan, 0))
    found = bill_slice(plan, prepare_group(plan, 0), rows)
    sums = {key: np.zeros(plan.group_trials) for key in KEYS}
    for places, case in as_cases(rows, everything()):
        for place, row in zip(places, case, strict=True):
            trial = rows.who.trial[place]
            sums["minutes"][trial] += float(counted.minutes(row))
            for base, sizes in SIZES.items():
                for size in sizes:
                    sums[blocks(base, size)][trial] += counted.blocks(row, base, size)
    for key in KEYS:
        if not key.startswith("sessions"):
            assert found[key] == pytest.approx(sums[key], rel=1e-12), key
            assert found[key].all()


def test_sums_keep_their_order_in_every_trial() -> None:
    plan = ledger_plan(everything("months=2"), *KEYS)
    m = simulate_group(plan, 0).meters
    for anchor in ("start", "inactivity"):
        for shorter, longer in pairwise(HOURS):
            assert (m[sessions(anchor, longer)] <= m[sessions(anchor, shorter)]).all()  # type: ignore[arg-type]
        few, many = (m[sessions(anchor, hours)] for hours in (HOURS[-1], HOURS[0]))  # type: ignore[arg-type]
        assert (m["cases"] <= few).all() and (many <= m["rows"]).all()
    for hours in HOURS:
        assert (m[sessions("inactivity", hours)] <= m[sessions("start", hours)]).all()
    assert (m[sessions("start", 24)] > m[sessions("inactivity", 24)]).any()
    for base, sizes in SIZES.items():
        for size in sizes:
            assert (m[blocks(base, size)] >= m[base] / size - 1e-9).all()
    assert set(SIZES) == set(BLOCKED)
    assert (m["messages/70"] >= m["rows"]).all() and (m["messages/6"] >= m["messages/70"]).all()
    assert np.allclose(m["minutes"], m["duration_seconds"] / 60, rtol=1e-12)
    assert np.array_equal(m["messages/1"], m["messages"])


def test_reading_more_meters_leaves_all_others_unchanged() -> None:
    plain = simulate_group(ledger_plan(everything("months=1")), 0).meters
    all_of = simulate_group(ledger_plan(everything("months=1"), *KEYS), 0).meters
    assert all(np.array_equal(values, all_of[name]) for name, values in plain.items())
    assert set(all_of) - set(plain) == set(KEYS)


def test_sure_conversations_by_hand() -> None:
    # 3 turns and 3 replies each; 25 seconds a turn are 75 seconds.
    scenario = sure("channels.chat.seconds_per_turn=25")
    keys = ("minutes", "minutes/1", "minutes/0.25", "messages/6", "messages/5", "sessions:start:24")
    m = simulate_group(ledger_plan(scenario, *keys), 0).meters
    per = {key: float(m[key].sum() / m["rows"].sum()) for key in keys}
    assert per == pytest.approx({"minutes": 1.25, "minutes/1": 2, "minutes/0.25": 5, "messages/6": 1,
                                 "messages/5": 2, "sessions:start:24": 1})  # fmt: skip


OWN = """
[meters.long_service]
sql = "turns > 3 and class = 'service'"
[meters.voice_turns]
sql = "case when channel = 'voice' then turns else 0 end"
"""


def test_own_meters_are_the_sums_over_the_record() -> None:
    scenario = parse_scenario(EVERYTHING.read_text() + OWN, "everything", ["months=1"])
    m = simulate_group(ledger_plan(scenario), 0).meters
    plain = simulate_group(ledger_plan(everything("months=1")), 0).meters
    assert all(np.array_equal(values, m[name]) for name, values in plain.items())
    table = pa.concat_tables(ledger(scenario, trials=4, months=1))
    long = pc.and_(pc.greater(table["turns"], 3), pc.equal(table["class"], "service"))
    assert pc.sum(long).as_py() == m["own:long_service"][:4].sum()
    rows = table.filter(pc.equal(table["channel"], "voice"))
    assert pc.sum(rows["turns"]).as_py() == m["own:voice_turns"][:4].sum() > 0


def test_parts_by_channel_add_up_to_the_whole() -> None:
    scenario = parse_scenario(EVERYTHING.read_text() + OWN, "everything", ["months=1"])
    whole = ("minutes", "minutes/1", "messages/6", "sessions:start:24", "sessions:inactivity:6", "own:long_service")
    parts = [segment(key, channels=[channel]) for key in whole for channel in scenario.channels]
    m = simulate_group(ledger_plan(scenario, *whole, *parts), 0).meters
    for key in whole:
        each = [m[segment(key, channels=[channel])] for channel in scenario.channels]
        assert np.sum(each, axis=0) == pytest.approx(m[key], rel=1e-12), key
        assert all(amounts.any() for amounts in each)
