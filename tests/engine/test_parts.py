"""Parts of meters in the ledger engine: what belongs to them, by hand and against sums of plain rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest

from simulator.contracts import segments_of
from simulator.contracts.metering.segments import segment, segment_of, whole_of
from simulator.definitions import Biller
from simulator.engine.draws.record_table import record
from simulator.engine.ledger import bill_slice, draw_month, make_plan, prepare_group
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.law.drawn_columns import COPY
from simulator.scenario import Scenario, load_scenario
from tests.engine.net import SCENARIOS
from tests.engine.slices import month_rows
from tests.parts import split

REFUND = {"intents": ["refund"]}
REST = {"not_intents": ["refund"]}
VOICE = {"channels": ["voice"]}
CHARGES = [
    ("resolutions careful", REFUND),
    ("resolutions careful", REST),
    ("resolutions assumed_24h", {"intents": ["fault", "status"], "not_channels": ["chat"]}),
    ("conversations", VOICE),
    ("cases", VOICE),
    ("messages included_per_conversation=4", VOICE),
    ("actions", {"intents": ["refund"], "channels": ["voice", "email"]}),
    ("input_tokens", REFUND),
    ("input_tokens", REST),
    ("tokens", REFUND),
    ("tokens", REST),
]


@cache
def scenario() -> Scenario:
    return load_scenario(SCENARIOS / "everything.toml", [split(CHARGES), "months=2"])


@cache
def results() -> Results:
    return simulate(scenario(), engine="ledger")


def test_a_part_and_the_rest_are_the_whole() -> None:
    meters = results().meters
    compared = 0
    for name in meters:
        if "{not_intents=refund}" in name and not name.startswith("conversations"):
            some, whole = name.replace("not_intents", "intents"), name.replace("{not_intents=refund}", "")
            np.testing.assert_allclose(meters[name] + meters[some], meters[whole], rtol=1e-12)
            compared += 1
    assert compared == 3 + 1 + 8 + 4  # resolutions and those solved, input tokens, tokens of two models, of one long


def test_a_part_leaves_the_whole_as_it_is() -> None:
    without = load_scenario(SCENARIOS / "everything.toml", [split([("cases", {})]), "months=2"])
    plain = simulate(without, engine="ledger")
    assert all(np.array_equal(values, results().meters[name]) for name, values in plain.meters.items())
    assert {
        segment_of(name.removesuffix("|solved").removesuffix("|solved_by_ai"))
        for name in results().meters.keys() - plain.meters.keys()
    } > {None}


def test_every_asked_meter_of_a_part_is_there() -> None:
    plan = make_plan(scenario())
    for each, bases in segments_of(plan.terms.contracts.values()).items():
        assert all(each.of(base) in results().meters for base in bases)


@cache
def table() -> pd.DataFrame:
    """Return the conversations of one month of a group, with the columns that parts are made of."""
    plan = make_plan(scenario())
    group = prepare_group(plan, 0)
    biller, frames = Biller(plan.terms.definitions), []
    for rows in draw_month(plan, group, 0):
        units = biller.units(record(rows, plan.scenario, biller.columns))
        frames.append(
            pd.DataFrame(
                {
                    "trial": rows.who.trial,
                    "intent": np.array(list(plan.scenario.intents))[rows.who.intent],
                    "channel": np.array(list(plan.scenario.channels))[rows.who.channel],
                    "model": np.array(list(plan.scenario.models))[rows.model],
                    "service": rows.service_class == 0,
                    "solved_by_ai": rows.solved,
                    "messages": rows.turns + rows.ai_replies,
                    "actions": rows.actions,
                    "input_tokens": rows.tokens.input,
                    "cached": rows.tokens.cached,
                    "stored": rows.tokens.written,
                    **units,
                }
            )
        )
    return pd.concat(frames)


def chosen(where: Callable[[pd.DataFrame], pd.Series], what: Callable[[pd.DataFrame], pd.Series]) -> np.ndarray:
    """Return sums by trial over the conversations of a part."""
    frame = table()[where(table())]
    return what(frame).groupby(frame["trial"]).sum().reindex(range(64), fill_value=0).to_numpy(dtype=float)


@pytest.mark.parametrize(
    ("key", "where", "what"),
    [
        (segment("resolutions:careful", ["refund"]), lambda f: f.intent == "refund", lambda f: f.careful),
        (
            segment("resolutions:assumed_24h", ["status", "fault"], not_channels=["chat"]),
            lambda f: (f.intent != "refund") & (f.channel != "chat"),
            lambda f: f.assumed_24h,
        ),
        (
            segment("resolutions:careful", ["refund"]) + "|solved_by_ai",
            lambda f: (f.intent == "refund") & f.solved_by_ai,
            lambda f: f.careful,
        ),
        (segment("conversations", channels=["voice"]), lambda f: f.channel == "voice", lambda f: f.service),
        (
            segment("messages[4:]", channels=["voice"]),
            lambda f: f.channel == "voice",
            lambda f: (f.messages - 4).clip(0),
        ),
        (
            segment("actions", ["refund"], ["voice", "email"]),
            lambda f: (f.intent == "refund") & (f.channel != "chat"),
            lambda f: f.actions,
        ),
        (
            segment("tokens:big:input", ["refund"]),
            lambda f: (f.intent == "refund") & (f.model == "big"),
            lambda f: f.input_tokens - f.cached - f.stored,
        ),
    ],
)
def test_a_part_is_the_sum_over_its_conversations(
    key: str, where: Callable[[pd.DataFrame], pd.Series], what: Callable[[pd.DataFrame], pd.Series]
) -> None:
    found = results().meters[key][:, 0]
    np.testing.assert_allclose(found, chosen(where, what)[: len(found)], rtol=1e-9)
    assert 0 < found.sum() < results().meters[whole_of(key.removesuffix("|solved_by_ai"))][:, 0].sum()


def test_a_duplicate_counts_on_its_own_channel_and_its_case_on_that_of_the_case() -> None:
    plan = make_plan(scenario())
    group = prepare_group(plan, 0)
    rows = month_rows(plan, group)
    voice = list(plan.scenario.channels).index("voice")
    apart = (rows.who.channel == voice) & (rows.cases.channel[rows.who.case] != voice)
    assert apart.sum() > 10
    assert (rows.origin[apart] == COPY).all()
    found = bill_slice(plan, group, rows)
    assert found[segment("cases", channels=["voice"])].sum() == (rows.cases.channel == voice).sum()
    handled = rows.service_class == 0
    assert found[segment("conversations", channels=["voice"])].sum() == (handled & (rows.who.channel == voice)).sum()
