"""Own meters: SQL over one conversation, against the same rule written in Python, and what is refused."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from simulator.definitions import NAMED, Biller, OwnMeterSpec, compile_definition, compile_own_meter
from simulator.errors import DefinitionError

ROWS: list[dict[str, Any]] = [
    {"turns": 1, "messages": 1, "actions": 0, "channel": "chat", "class": "service", "csat": None, "answered": False},
    {"turns": 4, "messages": 8, "actions": 2, "channel": "voice", "class": "service", "csat": 5, "answered": True},
    {"turns": 7, "messages": 14, "actions": 1, "channel": "voice", "class": "greeting", "csat": 2, "answered": True},
    {"turns": 36, "messages": 71, "actions": 9, "channel": "chat", "class": "spam", "csat": None, "answered": False},
]
Rule = Callable[[dict[str, Any]], float]
RULES: list[tuple[str, Rule, list[float]]] = [
    ("answered", lambda r: r["answered"], [0, 1, 1, 0]),
    ("turns > 3 and class = 'service'", lambda r: r["turns"] > 3 and r["class"] == "service", [0, 1, 0, 0]),
    ("not (class in ('spam', 'test'))", lambda r: r["class"] not in ("spam", "test"), [1, 1, 1, 0]),
    ("ceil(messages / 70)", lambda r: math.ceil(r["messages"] / 70), [1, 1, 1, 2]),
    ("greatest(turns - 5, 0)", lambda r: max(r["turns"] - 5, 0), [0, 0, 2, 31]),
    ("turns - 5", lambda r: max(r["turns"] - 5, 0), [0, 0, 2, 31]),
    ("least(actions, 2) * 0.5", lambda r: min(r["actions"], 2) * 0.5, [0, 1, 0.5, 1]),
    ("case when channel = 'voice' then turns when actions > 3 then 10 else 1 end",
     lambda r: r["turns"] if r["channel"] == "voice" else 10 if r["actions"] > 3 else 1, [1, 4, 7, 10]),
    ("case when channel = 'voice' then 2 end", lambda r: 2 if r["channel"] == "voice" else 0, [0, 2, 2, 0]),
    ("csat", lambda r: r["csat"] or 0, [0, 5, 2, 0]),
    ("coalesce(csat, 3)", lambda r: r["csat"] or 3, [3, 5, 2, 3]),
    ("round(messages / 3, 1)", lambda r: round(r["messages"] / 3, 1), [0.3, 2.7, 4.7, 23.7]),
    ("messages / (turns - 4)", lambda r: max(r["messages"] / (r["turns"] - 4), 0) if r["turns"] != 4 else 0,
     [0, 0, 14 / 3, 71 / 32]),
]  # fmt: skip


def table() -> pa.Table:
    columns = {name: [row[name] for row in ROWS] for name in ROWS[0]}
    key = {"case_id": list(range(len(ROWS))), "contact": [1] * len(ROWS), "origin": ["new"] * len(ROWS)}
    return pa.table({**key, **columns})


def amounts(*texts: str) -> list[list[float]]:
    meters = {
        f"m{number}": compile_own_meter(f"m{number}", OwnMeterSpec(sql=text)) for number, text in enumerate(texts)
    }
    return [values.tolist() for values in Biller({}, meters).bill(table()).amounts.values()]


def test_amounts_of_rows_by_hand_and_by_the_same_rule_in_python() -> None:
    found = amounts(*(text for text, _, _ in RULES))
    for (text, rule, by_hand), values in zip(RULES, found, strict=True):
        assert values == pytest.approx(by_hand), text
        assert values == pytest.approx([float(rule(row)) for row in ROWS]), text


def test_another_reading_shows() -> None:
    """Negative control: the same comparison, with `>` in the place of `>=`, differs."""
    assert amounts("turns > 4") != amounts("turns >= 4")


def test_own_meters_and_definitions_are_one_select_and_leave_each_other_alone() -> None:
    spec = NAMED["closed_by_customer"]
    definition = {"closed_by_customer": compile_definition("mine", spec)}
    meters = {"long": compile_own_meter("long", OwnMeterSpec(sql="turns > 3"))}
    rows = table().append_column("outcome", [["confirmed", "confirmed", "escalated", "confirmed"]])
    rows = rows.append_column("human_touch", [["none"] * 4])
    definition = {"mine": definition["closed_by_customer"]}
    both = Biller(definition, meters)
    assert both.sql.lower().count("from conversations") == 1
    assert both.bill(rows).units["mine"].tolist() == Biller(definition).units(rows)["mine"].tolist()
    assert both.bill(rows).amounts["long"].tolist() == Biller({}, meters).bill(rows).amounts["long"].tolist()
    again = pickle.loads(pickle.dumps(both))
    assert again.bill(rows).amounts["long"].tolist() == [0, 1, 1, 1]


def test_no_rows_give_no_amounts() -> None:
    meters = {"long": compile_own_meter("long", OwnMeterSpec(sql="turns"))}
    assert Biller({}, meters).bill(table().slice(0, 0)).amounts["long"].shape == (0,)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("solved", "held by nobody"),
        ("case when human_solved then 1 else 0 end", "held by nobody"),
        ("hours_since_previous < 24", "what came before in the case"),
        ("billed_before", "made from the predicate itself"),
        ("channel", "needs a number"),
        ("count(*)", "is not allowed"),
        ("(select 1)", "is not allowed"),
        ("read_csv('a')", "is not allowed"),
        ("case turns when 1 then 2 end", "case when CONDITION then VALUE"),
        ("case when turns then 1 end", "is a number, not a condition"),
        ("case when turns > 1 then 'a' else 1 end", "mixes a text and a number"),
        ("turn > 1", "did you mean 'turns'?"),
        ("turns; drop table x", "semicolon"),
        ("", "is empty"),
        ("1e99", "plain number"),
        ("- " * 40 + "turns", "nested too deeply"),
        ("(" * 40 + "turns" + ")" * 40, "nested too deeply"),
        ("case when true then " * 31 + "1" + " end" * 31, "nested too deeply"),
        ("turns + " * 300 + "1", "tokens"),
    ],
)
def test_what_is_not_allowed_is_said(text: str, says: str) -> None:
    with pytest.raises(DefinitionError, match="meter 'mine'") as raised:
        compile_own_meter("mine", OwnMeterSpec.model_construct(sql=text, note=""))
    assert says in str(raised.value)


@pytest.mark.parametrize("name", ["Mine", "a b", "1a", "", "a" * 41, "a;b"])
def test_names_that_could_not_stand_in_sql_are_refused(name: str) -> None:
    with pytest.raises(DefinitionError, match="must be named"):
        compile_own_meter(name, OwnMeterSpec(sql="turns"))


def test_a_meter_that_is_no_finite_number_is_refused() -> None:
    huge = compile_own_meter("huge", OwnMeterSpec(sql="turns" + " * 1e15" * 25))
    with pytest.raises(DefinitionError, match="not a finite number"):
        Biller({}, {"huge": huge}).bill(table())


def test_who_holds_what_it_reads_is_said() -> None:
    assert compile_own_meter("a", OwnMeterSpec(sql="turns > 3")).verifiability.countable_by_buyer
    assert not compile_own_meter("b", OwnMeterSpec(sql="output_tokens")).verifiability.countable_by_buyer
