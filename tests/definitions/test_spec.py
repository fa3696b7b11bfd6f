"""What a scenario may write, and what it is told otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from simulator.definitions import NAMED, DefinitionSpec, compile_definition, resolve_definitions
from simulator.errors import DefinitionError


@pytest.mark.parametrize(
    ("clauses", "key", "told"),
    [
        ({"silence": "24h"}, "silence", "hours above 0"),
        ({"silence": 0}, "silence", "not 0"),
        ({"silence": -1.5}, "silence", "not -1.5"),
        ({"silence": float("nan")}, "silence", "not nan"),
        ({"silence": float("inf")}, "silence", "at most 87,600"),
        ({"silence": True}, "silence", "not True"),
        ({"silence": [24]}, "silence", "not [24]"),
        ({"silence": "ever"}, "silence", '"never"'),
        ({"returns": "void", "return_window_hours": "never"}, "return_window_hours", '"ever"'),
        ({"returns": "void", "return_window_hours": 90_000}, "return_window_hours", "87,600"),
        ({"returns": "void"}, None, "needs return_window_hours"),
        ({"returns": "merge"}, None, "needs return_window_hours"),
        ({"return_window_hours": 24}, None, "says nothing"),
        ({"outcomes": []}, "outcomes", "at least one"),
        ({"outcomes": ["slient"]}, "outcomes", "'silent'"),
        ({"outcomes": ["silent"], "silence": "never"}, None, "counts nothing"),
        ({"classes": ["Service"]}, "classes", "'service'"),
        ({"human_touch": "full"}, "human_touch", "'review'"),
        ({"requires": ["solved"]}, "requires", "'judged_resolved'"),
        ({"min_csat": 0}, "min_csat", "greater than or equal to 1"),
        ({"min_csat": 6}, "min_csat", "less than or equal to 5"),
        ({"min_csat": "4"}, "min_csat", "valid integer"),
        ({"min_csat": True}, "min_csat", "valid integer"),
        ({"planned_handoffs": "yes"}, "planned_handoffs", "valid boolean"),
        ({"duplicates": "merge"}, "duplicates", "'merged'"),
        ({"at_most": "customer"}, "at_most", "'case'"),
        ({"predicate": "tunrs > 1"}, "predicate", "did you mean 'turns'"),
        ({"predicate": "turns > 1", "outcomes": ["silent"]}, None, "replaces these clauses"),
        ({"predicate": "turns > 1", "silence": "at_once"}, None, "both a predicate and silence"),
        ({"predicate": "turns > 1", "extends": "assumed_24h"}, None, "starts from nothing"),
        ({"predicate": "turns > 1", "returns": "void", "return_window_hours": 4}, None, 'returns = "void"'),
        ({"silence_hours": 24}, "silence_hours", "not permitted"),
    ],
)
def test_wrong_clause_is_one_message_at_its_key(clauses: dict[str, Any], key: str | None, told: str) -> None:
    with pytest.raises(ValidationError) as caught:
        DefinitionSpec(**clauses)
    (problem,) = caught.value.errors()
    assert (problem["loc"][0] if problem["loc"] else None) == key
    assert told in problem["msg"]


def test_lists_are_kept_in_the_order_of_the_record() -> None:
    spec = DefinitionSpec(outcomes=["silent", "confirmed", "silent"], requires=["judged_resolved", "answered"])
    assert spec.outcomes == ("confirmed", "silent")
    assert spec.requires == ("answered", "judged_resolved")


def test_extends_takes_what_is_not_written_from_the_parent() -> None:
    mine = DefinitionSpec(extends="assumed_24h", silence=48, returns="merge", return_window_hours=72)
    spec = resolve_definitions({"mine": mine})["mine"].spec
    assert (spec.silence, spec.human_touch, spec.returns, spec.extends) == (48.0, "review", "merge", None)
    assert spec.title == ""


def test_extends_through_several_and_the_nearest_wins() -> None:
    specs = {
        "third": DefinitionSpec(extends="second", min_csat=2),
        "second": DefinitionSpec(extends="credited_on_return", return_window_hours=72, min_csat=4),
    }
    spec = resolve_definitions(specs)["third"].spec
    assert (spec.return_window_hours, spec.min_csat, spec.returns, spec.silence) == (72.0, 2, "void", 24.0)


def test_extends_to_bill_again_drops_the_window() -> None:
    spec = compile_definition("mine", DefinitionSpec(extends="credited_on_return", returns="bill_again")).spec
    assert spec.return_window_hours is None


@pytest.mark.parametrize(
    ("specs", "told"),
    [
        ({"mine": {"extends": "asumed_24h"}}, "did you mean 'assumed_24h'"),
        ({"mine": {"extends": "mine"}}, "mine -> mine"),
        ({"one": {"extends": "two"}, "two": {"extends": "one"}}, "circle"),
        ({"mine": {"extends": "assumed_24h", "return_window_hours": 24}}, "says nothing"),
        ({"mine": {"extends": "closed_by_customer", "outcomes": ["silent"]}}, "counts nothing"),
        ({"assumed_24h": {"silence": 12}}, "ships with the product"),
        ({"Mine": {}}, "named by a letter"),
        ({"a b": {}}, "named by a letter"),
        ({'x" FROM y': {}}, "named by a letter"),
        ({"a" * 41: {}}, "named by a letter"),
        ({"": {}}, "named by a letter"),
    ],
)
def test_set_of_definitions_that_cannot_be_resolved(specs: dict[str, dict[str, Any]], told: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        resolve_definitions({name: DefinitionSpec(**clauses) for name, clauses in specs.items()})
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_named_definitions_come_first_and_are_always_there() -> None:
    assert [*resolve_definitions({})] == [*NAMED]
    assert [*resolve_definitions({"mine": DefinitionSpec()})] == [*NAMED, "mine"]


def test_every_clause_is_declared_with_a_meaning() -> None:
    for name, field in DefinitionSpec.model_fields.items():
        assert field.description, name
    assert "silence" in DefinitionSpec.model_json_schema()["properties"]
