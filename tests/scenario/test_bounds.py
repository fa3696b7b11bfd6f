"""Every number that multiplies work or money has an end, far beyond real use; at the ends `check` is fast."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import pytest

from simulator.errors import ScenarioError
from simulator.implied.implied_figures import implied
from simulator.quantities.parameters import domain_of
from simulator.scenario import parse_scenario, render
from simulator.scenario.explained.reference import Entry, every
from simulator.scenario.schema.shapes import alternatives
from tests.scenario.test_wrong import BASE

OPEN = {
    ("TierSpec", "up_to"), ("StepTerms", "up_to"),  # a bound of a tier may lie anywhere: nothing is multiplied by it
    ("DefinitionSpec", "silence"), ("DefinitionSpec", "return_window_hours"),  # hours that are compared
}  # fmt: skip
"""Numbers without an upper end, and why."""


def numbers() -> Iterator[Entry]:
    seen = set()
    for entry in every():
        place = (entry.owner, entry.key[-1])
        if entry.field is not None and place not in seen:
            seen.add(place)
            yield entry


def test_every_number_of_the_schema_has_an_upper_end() -> None:
    """A plain number by `le` or `lt`, a number that may be a range by its domain; none is infinite."""
    without = []
    for entry in numbers():
        assert entry.field is not None
        domain = domain_of(entry.field)
        if domain is not None:
            assert math.isfinite(domain.high) and math.isfinite(domain.low), entry.key
        elif {int, float} & set(alternatives(entry.annotation)) and not any(
            getattr(each, "le", None) is not None or getattr(each, "lt", None) is not None
            for each in entry.field.metadata
        ):
            without.append((entry.owner.__name__, entry.key[-1]))
    assert set(without) == OPEN


ENDS = {
    "volume.per_month": 1e9, "turns.calls_per_turn": 100, "turns.actions_per_call": 100, "levels.simple.turns": 1e5,
    "levels.simple.handoff_minutes": 1e4, "levels.simple.review_minutes": 1e4, "levels.simple.return_odds": 1e6,
    "intents.status.solve_odds": 1e6, "channels.chat.turns": 1e3, "channels.chat.minutes": 1e3,
    "channels.chat.delay": 1e3, "channels.chat.seconds_per_turn": 1e6, "turns.factor.confirmed": 1e3,
    "turns.size": 1e6, "returns.delay.median_hours": 1e4, "returns.delay.sigma": 10, "tokens.system": 1e8,
    "tokens.answer.mean": 1e8, "tokens.answer.cv": 10, "tokens.factor": 1e3, "models.small.tokens_factor": 1e3,
    "models.small.answer_factor": 1e3, "models.small.reasoning_factor": 1e3, "models.small.rates.input": 1e9,
    "levers.retrieval.setting": 1e3, "people.cost_per_hour": 1e9, "people.productive_hours": 744,
    "tokens.answer": ("{{ mean = 5, family = 'lomax', alpha = {} }}", 1e3), "tokens.customer": 1e8,
    "people.minutes_sigma": 10, "people": ("{{ minutes_family = 'gamma', minutes_cv = {} }}", 10),
    "people.partial_factor": 1e3, "today.contacts_per_case": 100,
    "today.minutes_factor": 1e3, "incidents.factor": 1e3, "contracts.conversation.price": 1e9,
    "contracts.conversation.platform_fee": 1e12,
    "contracts.conversation.price_changes": ("[{{ factor = {} }}]", 1e3),
    "contracts.conversation.commitment": ("{{ amount = 5, overage_factor = {} }}", 1e3),
}  # fmt: skip


@pytest.mark.parametrize("key", ENDS)
def test_a_number_at_its_end_is_taken_and_one_above_it_is_refused(key: str) -> None:
    end = ENDS[key]
    form, most = end if isinstance(end, tuple) else ("{}", end)
    parse_scenario(BASE, "x", [f"{key}={form.format(repr(float(most)))}"])
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(BASE, "x", [f"{key}={form.format(repr(float(most) * 1.001))}"])
    (problem,) = raised.value.problems
    assert "at most" in problem.message, render(raised.value)


def test_check_is_fast_at_the_ends() -> None:
    """200 turns of 100 calls each are 20,000 calls a conversation, one pass for each number of turns."""
    ends = ["turns.calls_per_turn=100", "turns.most=200", "levels.simple.turns=1e5", "levels.complex.turns=1e5"]
    ends += ["tokens.system=1e8", "volume.per_month=1e9", "people.cost_per_hour=1e9"]
    start = time.process_time()
    figures = implied(parse_scenario(BASE, "x", ends))
    assert time.process_time() - start < 2
    assert 15_000 < figures.calls <= 20_000 and math.isfinite(figures.model_cost)


def test_a_million_calls_a_turn_are_refused_at_once() -> None:
    start = time.process_time()
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(BASE, "x", ["turns.calls_per_turn=1_600_000"])
    assert time.process_time() - start < 2
    (problem,) = raised.value.problems
    assert problem.message == "turns.calls_per_turn: must be above 0 and at most 100, not 1.6e+06"
