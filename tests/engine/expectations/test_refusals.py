"""What has no expected value in closed form is refused with what to do; the rest is told."""

from __future__ import annotations

import pytest

from simulator.engine.expectations.expected import make_expected_plan
from simulator.engine.refusals import refusals
from simulator.errors import DefinitionError
from tests.engine.expectations.compared import TOLD, UNLIKE, by_hand, read

_METER = """
[meters.more]
sql = "{}"

[contracts.more]
type = "hybrid"
charges = [{{ kind = "flat", meter = "own:more", rate = 1 }}]
"""


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("actions > 2", "reads actions, which has no expected value in closed form"),
        ("input_tokens > 2000 and turns > 2", "reads input_tokens"),
        ("human_minutes", "reads human_minutes"),
        ("model = 'main'", "reads model"),
        ("duration_seconds > 60", "reads duration_seconds"),
        ("returned_after_hours / 2", "reckons with hours"),
    ],
)
def test_what_has_no_closed_form_is_refused_and_the_ledger_named(sql: str, said: str) -> None:
    scenario = by_hand(_METER.format(sql))
    with pytest.raises(DefinitionError, match=said) as refused:
        make_expected_plan(scenario)
    assert "simulate run --engine ledger" in str(refused.value)
    (problem,) = refusals(scenario, "expected")
    assert problem.key == ("meters", "more", "sql") and said in problem.message


def test_a_predicate_is_refused_where_it_stands() -> None:
    text = '\n[definitions.more]\npredicate = "actions = 0"\n'
    text += '[contracts.more]\ntype = "per_resolution"\ndefinition = "more"\nprice = 1\n'
    (problem,) = refusals(by_hand(text), "expected")
    assert problem.key == ("definitions", "more")
    with pytest.raises(DefinitionError, match="definition 'more' reads actions"):
        make_expected_plan(by_hand(text))


def test_contacts_levels_turns_channels_and_parts_have_expected_values() -> None:
    scenario = read(TOLD, "volume.per_month=20", behind=UNLIKE)
    assert refusals(scenario, "expected") == [] and refusals(scenario, "sampled") == []
    assert make_expected_plan(scenario).asked.parts
