"""The named definitions: their units on telling rows, their order, who can recount them, their words."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from simulator.definitions import NAMED, DefinitionSpec, bill, compile_definition, resolve_definitions

from .random_definitions import random_rows
from .rows import conversation, table

DEFINITIONS = resolve_definitions({})
TELLING = [
    conversation(case_id=1, outcome="confirmed"),
    conversation(case_id=2, outcome="silent"),
    conversation(case_id=3, outcome="silent", returned_after_hours=10.0),
    conversation(case_id=4, outcome="silent", returned_after_hours=30.0, action_completed=True),
    conversation(case_id=5, outcome="silent", human_touch="review", action_completed=True),
    conversation(case_id=6, outcome="partial", human_touch="handoff", action_completed=True),
    conversation(case_id=7, outcome="silent", judged_resolved=False),
    conversation(case_id=8, outcome="confirmed", returned_after_hours=900.0),
    conversation(case_id=9, outcome="silent", **{"class": "greeting"}),
    conversation(case_id=10, outcome="abandoned", answered=False),
]  # fmt: skip
EXPECTED = {
    "closed_by_customer": [1, 0, 0, 0, 0, 0, 0, 1, 0, 0],
    "action_in_system_of_record": [0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
    "no_human_touch": [1, 1, 0, 0, 0, 0, 1, 0, 0, 0],
    "assumed_24h": [1, 1, 0, 1, 1, 0, 1, 1, 0, 0],
    "verified_72h": [1, 1, 0, 0, 0, 0, 0, 1, 0, 0],
    "credited_on_return": [1, 1, 0, 0, 1, 0, 1, 0, 0, 0],
}


@pytest.mark.parametrize("name", [*NAMED])
def test_named_definition_on_telling_rows(name: str) -> None:
    assert bill(table(*TELLING), DEFINITIONS)[name].tolist() == EXPECTED[name]


def test_assumed_contains_credited_contains_never_touched() -> None:
    counted = bill(table(*random_rows(random.Random(9), 2_000)), DEFINITIONS)
    chain = ["assumed_24h", "credited_on_return", "no_human_touch"]
    for loose, strict in pairwise(chain):
        assert (counted[loose] >= counted[strict]).all()
        assert counted[loose].sum() > counted[strict].sum()
    assert (counted["assumed_24h"] >= counted["closed_by_customer"]).all()


def test_only_the_verified_definition_needs_the_vendor() -> None:
    countable = {name: definition.verifiability.countable_by_buyer for name, definition in DEFINITIONS.items()}
    assert countable == {name: name != "verified_72h" for name in NAMED}
    assert DEFINITIONS["assumed_24h"].verifiability.sentence == "you can recount this in your own data"
    assert DEFINITIONS["verified_72h"].verifiability.sentence == "needs the vendor's verdict (judged_resolved)"


@pytest.mark.parametrize(
    ("predicate", "countable", "told"),
    [
        ("turns > 1 and answered", True, "recount this"),
        ("model = 'small'", False, "vendor's data (model)"),
        ("input_tokens < 9000", False, "vendor's logs (input_tokens)"),
        ("judged_resolved and model = 'small'", False, "vendor's data (judged_resolved, model)"),
    ],
)
def test_verdict_follows_the_columns(predicate: str, countable: bool, told: str) -> None:
    verdict = compile_definition("own", DefinitionSpec(predicate=predicate)).verifiability
    assert verdict.countable_by_buyer is countable
    assert told in verdict.sentence


def test_columns_include_those_behind_memory() -> None:
    plain = compile_definition("d", DefinitionSpec())
    assert (plain.columns, plain.memory) == (("class", "outcome"), frozenset())
    merged = compile_definition("d", DefinitionSpec(returns="merge", return_window_hours=24))
    assert merged.memory == {"billed_before", "hours_since_previous"}
    assert set(merged.columns) == {"class", "outcome", "case_id", "contact", "origin", "returned_after_hours"}


def test_words_say_every_clause() -> None:
    words = compile_definition(
        "d",
        DefinitionSpec(
            outcomes=("confirmed", "silent"),
            silence=48,
            human_touch="none",
            requires=("answered", "judged_resolved"),
            min_csat=4,
            planned_handoffs=True,
            returns="merge",
            return_window_hours=72,
            duplicates="merged",
        ),
    ).words
    assert words == (
        "A conversation of class service counts if the customer confirms it, the customer falls silent after an "
        "answer and does not come back for 48 hours or a procedure designed it to be handed to a person, provided "
        "that no person touched it (not even for a review) (planned handoffs apart), the AI gave a substantive "
        "answer, the vendor's automatic judge finds it resolved and a satisfaction score, if there is one, is 4 or "
        "more. A return within 72 hours of the conversation before it belongs to the unit already counted for the "
        "case. A duplicate ticket counts only if its original does not meet these conditions."
    )


def test_words_say_how_cases_and_returns_are_counted() -> None:
    told = {
        "A case counts at most once.": {"at_most": "case"},
        "A return is a new conversation and can count again.": {},
        "A return belongs to the unit already counted": {"returns": "merge", "return_window_hours": "ever"},
        "the customer never comes back": {"returns": "void", "return_window_hours": "ever"},
        "does not come back within 1 hour.": {"returns": "void", "return_window_hours": 1},
        "A duplicate ticket counts on its own.": {},
        "counts if: turns > 1.": {"predicate": "turns > 1"},
    }
    for sentence, clauses in told.items():
        assert sentence in compile_definition("d", DefinitionSpec.model_validate(clauses)).words


def test_sql_of_assumed_24h_reads_like_an_annex() -> None:
    assert DEFINITIONS["assumed_24h"].unit_sql == (
        "COALESCE(outcome IN ('confirmed', 'silent'), FALSE)\n"
        "AND COALESCE(human_touch IN ('none', 'review'), FALSE)\n"
        "AND COALESCE(class = 'service', FALSE)\n"
        "AND NOT (COALESCE(outcome = 'silent', FALSE) AND COALESCE(returned_after_hours < 24, FALSE))"
    )
