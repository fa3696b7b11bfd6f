"""Meters by name: layers of what a conversation has, their keys and their words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contracts import layers_of
from simulator.contracts.metering.meters import (
    BLOCKED,
    OFFERED,
    SIZED,
    Blocks,
    Layer,
    Sessions,
    base_of,
    blocks,
    blocks_of,
    definition_of,
    is_tokens,
    label_of,
    layer_of,
    own,
    own_of,
    sessions,
    sessions_of,
    unit_name,
)
from tests.contracts.tools import Array, contract

TOKENS = Layer("output_tokens", 500_000, 2_000_000)


def billed(layer: Layer, *sizes: float) -> list[float]:
    return [float(each) for each in layer.billed(np.array(sizes, dtype=float))]


def test_layer_bills_each_conversation_by_hand() -> None:
    layer = Layer("messages", 4, 10)
    assert billed(layer, 0, 3, 4, 5, 13, 14, 15, 200) == [0, 0, 0, 1, 9, 10, 10, 10]
    assert billed(Layer("messages", 4, None), 0, 4, 4.5, 200) == [0, 0, 0.5, 196]
    assert billed(Layer("messages", 0, 10), 0, 9, 10, 11) == [0, 9, 10, 10]


def test_layer_is_of_conversations_and_not_of_their_sum() -> None:
    # Two conversations of 6 bill 2 each above 4; their sum of 12 would bill 8.
    assert sum(billed(Layer("messages", 4, None), 6, 6)) == 4


KEYS = [
    (TOKENS, "output_tokens[500000:2000000]"),
    (Layer("input_tokens", 500_000, None), "input_tokens[500000:]"),
    (Layer("messages", 0, 20), "messages[0:20]"),
    (Layer("actions", 0.5, 1e12), "actions[0.5:1000000000000]"),
    (Layer("ai_replies", 1e-5, 0.1), "ai_replies[1.0000000000000001e-05:0.10000000000000001]"),
]


@pytest.mark.parametrize(("layer", "key"), KEYS)
def test_key_of_a_layer_reads_back_exactly(layer: Layer, key: str) -> None:
    assert layer.key == key
    assert layer_of(key) == layer
    assert base_of(key) == layer.base


def test_layer_of_everything_is_the_plain_meter() -> None:
    assert Layer("messages", 0, None).key == "messages"
    assert layer_of("messages") is None


@pytest.mark.parametrize(
    "key",
    [
        *OFFERED,
        "resolutions:messages[1:2]",
        "tokens:messages[1:2]:input",
        "cases[1:2]",
        "messages[:2]",
        "messages[1]",
        "messages[-1:2]",
        "messages[1:inf]",
        "messages[1:2] ",
    ],
)
def test_other_keys_are_no_layers(key: str) -> None:
    assert layer_of(key) is None
    assert base_of(key) == key


@pytest.mark.parametrize(
    ("meter", "label"),
    [
        (TOKENS.key, "output tokens above 500,000 per conversation, at most 2,000,000"),
        ("input_tokens[500000:]", "input tokens above 500,000 per conversation"),
        ("messages[0:20]", "messages, at most 20 per conversation"),
        ("ai_replies", "ai replies"),
        ("output_tokens", "output tokens"),
        ("resolutions:assumed_24h", "resolutions (assumed_24h)"),
        ("sessions:start:24", "sessions (24 h from their start)"),
        ("sessions:inactivity:0.5", "sessions (0.5 h from the last conversation)"),
        ("messages/70", "blocks of 70 messages"),
        ("ai_replies/0.25", "blocks of 0.25 ai replies"),
        ("minutes/1", "started minutes"),
        ("minutes", "minutes"),
        ("tickets", "tickets"),
        ("own:long_chat", "long chat"),
    ],
)
def test_label_names_a_meter_in_plain_words(meter: str, label: str) -> None:
    assert label_of(meter) == label


def test_unit_of_a_layer_is_that_of_its_meter() -> None:
    assert unit_name(TOKENS.key) == unit_name("output_tokens") == "output token"
    assert unit_name("resolutions:a") == "resolution"


@pytest.mark.parametrize(
    ("meter", "unit"),
    [
        ("sessions:start:24", "session"),
        ("sessions:inactivity:24", "session"),
        ("messages/70", "block of 70 messages"),
        ("minutes/1", "started minute"),
        ("minutes/0.25", "block of 0.25 minutes"),
        ("minutes", "minute"),
        ("tickets", "ticket"),
        ("own:long_chat", "long chat"),
    ],
)
def test_unit_of_a_meter_in_plain_words(meter: str, unit: str) -> None:
    assert unit_name(meter) == unit


@pytest.mark.parametrize("meter", ["input_tokens", TOKENS.key, "tokens:small:input", "tokens_long:small:output"])
def test_tokens_are_told_from_what_the_buyer_sees(meter: str) -> None:
    assert is_tokens(meter)


@pytest.mark.parametrize("meter", ["messages", "messages[1:]", "resolutions:tokens", "conversations", "cases"])
def test_what_the_buyer_sees_is_no_tokens(meter: str) -> None:
    assert not is_tokens(meter)


def test_blocks_bill_each_conversation_by_hand() -> None:
    seventy = Blocks("messages", 70)
    assert seventy.billed(np.array([0.0, 1, 69, 70, 71, 140, 141])).tolist() == [0, 1, 1, 1, 2, 2, 3]
    quarter = Blocks("minutes", 0.25)
    assert quarter.billed(np.array([0.0, 0.1, 0.25, 0.26, 1.0, 1.01])).tolist() == [0, 1, 1, 2, 4, 5]
    # Two conversations of 71 messages bill 4 blocks, their sum of 142 would bill 3.
    assert seventy.billed(np.array([71.0, 71.0])).sum() == 4


def test_blocks_take_no_further_one_for_a_rounding_error() -> None:
    tenth = Blocks("minutes", 0.1)
    assert tenth.billed(np.array([0.1 + 0.2, 0.7, 0.30001])).tolist() == [3, 7, 4]


@pytest.mark.parametrize(
    ("key", "read"),
    [
        (blocks("messages", 70), Blocks("messages", 70)),
        (blocks("minutes", 0.25), Blocks("minutes", 0.25)),
        (blocks("actions", 1e-5), Blocks("actions", 1e-5)),
    ],
)
def test_key_of_blocks_reads_back(key: str, read: Blocks) -> None:
    assert blocks_of(key) == read
    assert base_of(key) == read.base
    assert layer_of(key) is None and sessions_of(key) is None and not is_tokens(key)


@pytest.mark.parametrize(
    ("key", "read"),
    [
        (sessions("start", 24), Sessions("start", 24)),
        (sessions("inactivity", 0.25), Sessions("inactivity", 0.25)),
    ],
)
def test_key_of_sessions_reads_back(key: str, read: Sessions) -> None:
    assert sessions_of(key) == read and read.key == key
    assert blocks_of(key) is None and definition_of(key) is None and not is_tokens(key)


def test_key_of_an_own_meter_reads_back() -> None:
    assert own("long chat") == "own:long chat"
    assert own_of("own:long chat") == "long chat"
    assert [own_of(key) for key in ("own:", "own", "owner:a", "resolutions:own")] == [None] * 4


@pytest.mark.parametrize("key", ["messages/", "messages/-1", "cases/2", "messages/70 ", "tokens:a/2:input", "messages"])
def test_other_keys_are_no_blocks(key: str) -> None:
    assert blocks_of(key) is None


@pytest.mark.parametrize(
    "key", ["sessions", "sessions:start", "sessions:end:24", "sessions:start:-1", "sessions:start:"]
)
def test_other_keys_are_no_sessions(key: str) -> None:
    assert sessions_of(key) is None


@pytest.mark.parametrize("size", [0, -1, float("nan"), float("inf")])
def test_blocks_and_sessions_of_nothing_are_refused(size: float) -> None:
    with pytest.raises(ValueError, match=f"{size:g}"):
        blocks("messages", size)
    with pytest.raises(ValueError, match=f"{size:g}"):
        sessions("start", size)


def test_what_has_no_blocks_is_refused() -> None:
    with pytest.raises(ValueError, match="'cases' has no blocks"):
        blocks("cases", 2)


def test_layers_of_contracts_are_named_once() -> None:
    layered = {"kind": "flat", "meter": "messages", "rate": 1, "included_per_conversation": 4}
    capped = {"kind": "flat", "meter": "messages", "rate": 1, "cap_per_conversation": 9}
    plain = {"kind": "flat", "meter": "messages", "rate": 1}
    offers = [contract(type="hybrid", charges=each) for each in ([layered, plain], [plain], [capped, layered])]
    assert layers_of(offers) == (Layer("messages", 4, None), Layer("messages", 0, 9))
    assert layers_of([]) == ()


def test_every_sized_meter_is_offered() -> None:
    assert set(SIZED) < set(OFFERED)


SIZES = st.lists(st.integers(0, 10**7).map(lambda number: number / 8), min_size=1, max_size=20).map(np.array)
BOUND = st.integers(1, 10**7).map(lambda number: number / 8)


@given(SIZES)
def test_layer_with_nothing_free_and_no_cap_bills_all(sizes: Array) -> None:
    assert np.array_equal(Layer("messages", 0, None).billed(sizes), sizes)


@given(SIZES, BOUND, BOUND)
def test_layers_on_top_of_one_another_add_up(sizes: Array, first: float, second: float) -> None:
    low, middle = Layer("messages", 0, first), Layer("messages", first, second)
    high = Layer("messages", first + second, None)
    assert np.array_equal(low.billed(sizes) + middle.billed(sizes) + high.billed(sizes), sizes)


@given(SIZES, BOUND, BOUND)
def test_adding_up_fails_where_the_layers_leave_a_gap(sizes: Array, first: float, gap: float) -> None:
    """Negative control: with a gap the sum falls short for every conversation that reaches it."""
    low, high = Layer("messages", 0, first), Layer("messages", first + gap, None)
    short = sizes - low.billed(sizes) - high.billed(sizes)
    assert np.array_equal(short > 0, sizes > first)


@given(SIZES, st.just(0.0) | BOUND, st.none() | BOUND, BOUND)
def test_more_free_or_a_lower_cap_never_bills_more(
    sizes: Array, included: float, cap: float | None, more: float
) -> None:
    stated = Layer("messages", included, cap).billed(sizes)
    assert (Layer("messages", included + more, cap).billed(sizes) <= stated).all()
    assert (Layer("messages", included, more if cap is None else min(cap, more)).billed(sizes) <= stated).all()


@given(st.sampled_from(SIZED), st.floats(0, 1e12), st.none() | st.floats(0, 1e12, exclude_min=True))
def test_any_layer_reads_back_from_its_key(base: str, included: float, cap: float | None) -> None:
    layer = Layer(base, included, cap)
    assert (layer_of(layer.key) or Layer(layer.key, 0.0, None)) == layer


@given(st.sampled_from(BLOCKED), st.floats(1e-6, 1e6))
def test_any_blocks_read_back_from_their_key(base: str, size: float) -> None:
    assert blocks_of(blocks(base, size)) == Blocks(base, size)


@given(st.floats(1e-6, 1e6))
def test_any_sessions_read_back_from_their_key(hours: float) -> None:
    assert sessions_of(sessions("inactivity", hours)) == Sessions("inactivity", hours)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20), st.integers(1, 10**4))
def test_blocks_of_whole_numbers_are_divisions_rounded_up(sizes: list[int], size: int) -> None:
    found = Blocks("messages", size).billed(np.array(sizes, dtype=float))
    assert found.tolist() == [-(-each // size) for each in sizes]
