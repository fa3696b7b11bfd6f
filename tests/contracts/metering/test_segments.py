"""Keys and labels of parts of meters, and how `applies_to` is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contracts import segment_problems
from simulator.contracts.metering.meters import definition_of, is_tokens, label_of, layer_of, unit_name
from simulator.contracts.metering.segments import Chosen, Segment, segment, segment_of, segments_read, whole_of
from simulator.scenario.schema.scenario_table import NAME_PATTERN
from tests.contracts.tools import MODELS, mistakes, months, spec, stated

INTENTS = ("password_reset", "order_status", "complaint")
NAMES = st.from_regex(NAME_PATTERN, fullmatch=True).filter(lambda name: "\n" not in name)
LISTS = st.lists(NAMES, min_size=1, max_size=4, unique=True)


def test_key_sorts_its_names_and_says_which_are_meant() -> None:
    assert segment("conversations", ["b x", "a"], ["voice"]) == "conversations{intents=a|b x;channels=voice}"
    assert segment("cases", not_intents=["b", "a"]) == "cases{not_intents=a|b}"
    assert segment("cases", not_channels=["e-mail"]) == "cases{not_channels=e-mail}"


@given(LISTS, st.booleans(), LISTS, st.booleans())
def test_any_legal_name_round_trips(intents: list[str], but: bool, channels: list[str], other: bool) -> None:
    chosen = Segment(Chosen(tuple(intents), but), Chosen(tuple(channels), other))
    for each in (chosen, Segment(chosen.intents), Segment(channels=chosen.channels)):
        key = each.of("output_tokens[500:2000000]")
        assert (segment_of(key), whole_of(key)) == (each, "output_tokens[500:2000000]")


def test_a_whole_meter_has_no_part() -> None:
    assert segment_of("resolutions:assumed_24h") is None
    assert whole_of("tokens:small:input") == "tokens:small:input"
    assert segment_of("conversations{}") is None


@pytest.mark.parametrize("name", ["a|b", "{", "x;y", "a=b", ""])
def test_a_name_that_cannot_stand_in_a_key_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a part needs names without"):
        segment("cases", [name])


def test_nothing_and_both_of_a_pair_and_a_part_of_a_part_are_refused() -> None:
    with pytest.raises(ValueError, match="the meter itself is the whole"):
        segment("cases")
    with pytest.raises(ValueError, match="not both"):
        segment("cases", ["a"], not_intents=["b"])
    with pytest.raises(ValueError, match="is a part already"):
        segment(segment("cases", ["a"]), ["b"])


def test_what_a_key_names_is_that_of_the_whole() -> None:
    assert definition_of(segment("resolutions:assumed_24h", ["a"])) == "assumed_24h"
    assert is_tokens(segment("tokens:small:input", ["a"]))
    assert unit_name(segment("ai_replies", channels=["voice"])) == "AI reply"
    layer = layer_of(segment("messages[5:]", ["a"]))
    assert layer is not None
    assert layer.key == "messages[5:]"


def test_labels() -> None:
    assert label_of(segment("resolutions:x", ["password_reset"])) == "resolutions (x), password_reset only"
    assert (
        label_of(segment("cases", not_intents=["a"], channels=["voice", "chat"])) == "cases, all but a, on chat, voice"
    )
    assert label_of(segment("cases", not_channels=list("abcde"))) == "cases, not on a, b, c and 2 more"


def test_parts_that_cannot_share_a_conversation() -> None:
    some, rest, more = Segment(Chosen(("a", "b"))), Segment(Chosen(("b", "a", "c"), True)), Segment(Chosen(("c", "d")))
    assert some.apart(rest)
    assert rest.apart(some)
    assert some.apart(more)
    assert not more.apart(rest)
    assert not rest.apart(Segment(Chosen(("d",), True)))
    assert not some.apart(Segment(channels=Chosen(("voice",))))
    assert Segment(Chosen(("a",)), Chosen(("chat",))).apart(Segment(Chosen(("a",)), Chosen(("chat",), True)))


def test_asked_parts_name_each_meter_once() -> None:
    keys = [
        "cases",
        segment("cases", ["a"]),
        segment("messages", ["a"]),
        segment("cases", ["a"]),
        segment("cases", ["b"]),
    ]
    assert segments_read(keys, ("conversations",)) == {
        Segment(Chosen(("a",))): ("conversations", "cases", "messages"),
        Segment(Chosen(("b",))): ("conversations", "cases"),
    }


def hybrid(applies: dict[str, Any], **charge: Any) -> dict[str, Any]:
    terms = {"kind": "flat", "meter": "messages", "rate": 0.01} | charge
    return {"type": "hybrid", "charges": [terms | {"applies_to": applies}]}


NARROW = {"intents": ["password_reset"]}


@pytest.mark.parametrize(
    ("table", "meters"),
    [
        ({"type": "per_conversation", "price": 1}, ["conversations"]),
        ({"type": "per_conversation", "tiers": [{"rate": 1}]}, ["conversations"]),
        ({"type": "per_conversation", "price": 1, "included": 5}, ["conversations"]),
        ({"type": "per_resolution", "definition": "assumed_24h", "price": 1}, ["resolutions:assumed_24h"]),
        (hybrid(NARROW, included_per_conversation=5), ["messages[5:]"]),
        (hybrid(NARROW, meter="resolutions", definition="assumed_24h"), ["resolutions:assumed_24h"]),
    ],
)
def test_every_charge_reads_its_part(table: dict[str, Any], meters: list[str]) -> None:
    read = spec(**({"applies_to": NARROW} if table["type"] != "hybrid" else {}), **table)
    (charge,) = read.usage_charges(MODELS)
    assert list(charge.meters) == [segment(meter, ["password_reset"]) for meter in meters]
    assert "password_reset only" in charge.label
    assert "password_reset only" in charge.rate_label


def test_tokens_read_their_part() -> None:
    for read in (
        spec(type="per_token", applies_to=NARROW),
        spec(type="hybrid", charges=[{"kind": "tokens", "applies_to": NARROW}]),
    ):
        (charge,) = read.usage_charges(MODELS)
        assert {whole_of(meter) for meter in charge.meters} == {
            f"tokens:{model}:{each}" for model in MODELS for each in ("input", "cached_input", "cache_write", "output")
        }
        assert {segment_of(meter) for meter in charge.meters} == {Segment(Chosen(("password_reset",)))}
        assert charge.unit_meter == segment("conversations", ["password_reset"])
        assert charge.label == "tokens, password_reset only"


@pytest.mark.parametrize(
    ("applies", "message"),
    [
        ({}, "applies_to names nothing"),
        ({"intents": []}, "an empty list chooses nothing"),
        ({"not_channels": []}, "an empty list chooses nothing"),
        ({"intents": ["a", "a"]}, "'a' stands there twice"),
        ({"intents": ["a"], "not_intents": ["b"]}, "give intents or not_intents, not both"),
        ({"channels": ["a"], "not_channels": ["b"]}, "give channels or not_channels, not both"),
    ],
)
def test_what_chooses_nothing_is_refused(applies: dict[str, Any], message: str) -> None:
    ((_, said),) = mistakes(type="per_conversation", price=1, applies_to=applies)
    assert message in said


@pytest.mark.parametrize(
    ("applies", "key", "message"),
    [
        ({"intents": ["pasword_reset"]}, ("intents", 0), "did you mean 'password_reset'?"),
        ({"not_intents": ["complaint", "complain"]}, ("not_intents", 1), "did you mean 'complaint'?"),
        ({"channels": ["vioce"]}, ("channels", 0), "unknown channel 'vioce'; did you mean 'voice'?"),
        ({"intents": list(INTENTS)}, ("intents",), "the price applies to everything"),
        ({"not_intents": list(INTENTS)}, ("not_intents",), "the price applies to nothing"),
        ({"not_channels": ["voice", "chat"]}, ("not_channels",), "the price applies to nothing"),
    ],
)
def test_names_are_checked_against_the_scenario(
    applies: dict[str, Any], key: tuple[str | int, ...], message: str
) -> None:
    for read, prefix in (
        (spec(type="per_conversation", price=1, applies_to=applies), ("applies_to",)),
        (spec(**hybrid(applies)), ("charges", 0, "applies_to")),
    ):
        (problem,) = segment_problems(read, INTENTS, ("chat", "voice"))
        assert problem.key == (*prefix, *key)
        assert message in problem.message


def test_known_names_are_no_problem() -> None:
    read = spec(type="per_conversation", price=1, applies_to={"not_intents": ["complaint"], "channels": ["voice"]})
    assert segment_problems(read, INTENTS, ("chat", "voice")) == []


def test_tokens_of_a_part_are_those_billed() -> None:
    (charge,) = spec(type="per_token", applies_to=NARROW).usage_charges(MODELS)
    names = ("input", "cached_input", "cache_write", "output")
    whole = {f"tokens:small:{name}": months(4e6) for name in names}
    inside = {segment(name, ["password_reset"]): months(1e6) for name in whole}
    # 0.25 for prompts, 0.025 read from cache, 0.25 written to it, 2 for answers
    assert charge.amount({**whole, **inside}, stated()).tolist() == [[pytest.approx(2.525)]]
