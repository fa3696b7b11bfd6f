"""The law in plain functions against the one in the tests: the same chances, at drivers that are pushed."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

from simulator.law.levels import level_chances, tails
from simulator.law.odds import shifted
from simulator.law.outcomes import EndChances, EndOdds, contact_odds, ends_by_model, ends_of_any_model
from simulator.law.returns import per_case, return_chances
from simulator.scenario import Scenario, load_scenario
from simulator.scenario.stated.law_numbers import CaseNumbers, case_numbers, center, channel_shares
from tests.reference.drivers import Moves, Scores, moves
from tests.reference.rates import ENDS, MonthLaw, _from_contact
from tests.reference.unknowns import trial_values

ROOT = Path(__file__).parents[2]
FILES = (
    "scenarios/broad_cx.toml", "scenarios/regulated_bank.toml", "tests/scenario/everything.toml",
    "tests/scenario/everything_direct.toml",
)  # fmt: skip
LEVERS = (
    "levers.routing.setting=0.3", "levers.routing.solve_odds=0.8", "levers.routing.escalate_odds=1.1",
    "levers.compression.setting=0.4", "levers.compression.solve_odds=0.7", "levers.cache.setting=0.2",
    "levers.cache.escalate_odds=1.3", "outcomes.complexity_log_odds=0.4", "outcomes.escalate_log_odds=-0.3",
    "outcomes.solve_log_odds=0.2", "outcomes.confirm_log_odds=0.5", "returns.log_odds=0.6",
    "levers.retrieval.setting=1.7", "levers.retrieval.solve_odds=1.2",
    "levers.reasoning.setting=0.6", "levers.reasoning.solve_odds=1.4", "levers.reasoning.escalate_odds=0.9",
)  # fmt: skip
"""What moves the shipped scenarios; those of the tests have all of it."""
PUSH = {"complexity": -0.7, "escalation": 0.9, "solving": -0.8, "returning": 1.1}
"""What the drivers of a month add to log odds."""


@cache
def scenario(name: str) -> Scenario:
    return load_scenario(ROOT / name, [] if "everything" in name else LEVERS)


@cache
def reference(name: str) -> MonthLaw:
    values = trial_values(scenario(name), Random(0), "center")
    still: Moves = moves(values, Scores())
    return MonthLaw(values, 0, replace(still, **PUSH))


@cache
def numbers(name: str) -> CaseNumbers:
    return case_numbers(center, scenario(name))


@pytest.mark.parametrize("name", FILES)
def test_levels_models_and_channels_are_those_of_the_reference(name: str) -> None:
    law, mine, of = reference(name), numbers(name), scenario(name)
    odds = math.exp(of.outcomes.complexity_log_odds.center + PUSH["complexity"])
    for number, intent in enumerate(of.intents):
        weights = of.intents[intent].levels
        above = tails([weights[level].center if level in weights else 0.0 for level in of.levels])
        assert level_chances(above, odds) == pytest.approx(law.levels(intent), rel=1e-12, abs=1e-15)
        assert channel_shares(of)[number] == pytest.approx(law.channels(intent), rel=1e-12)
        assert (
            above == []
            or level_chances(above, 1.01 * odds) != pytest.approx(law.levels(intent), rel=1e-6)
            or (set(above) <= {0.0, 1.0})
        )
    for number, level in enumerate(of.levels):
        assert mine.models[number] == pytest.approx(law.models(level), rel=1e-12)
        assert mine.models[number] != pytest.approx(law.models(level)[::-1], rel=1e-3)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("later", [False, True])
def test_ends_are_those_of_the_reference(name: str, later: bool) -> None:
    law, of = reference(name), scenario(name)
    for intent, called in enumerate(of.intents):
        for level, at in enumerate(of.levels):
            found = pushed_ends(name, intent, level, later)
            for model, who in enumerate(of.models):
                exact = [law.models(at)[model] * each for each in law.ends(called, at, who, later)]
                assert found[model] == pytest.approx(exact, rel=1e-12), (
                    "the ends are not those of tests/reference/rates.py: a parameter of the law is missing there, or "
                    "in `pushed_ends` of this file"
                )
            other = pushed_ends(name, intent, level, not later)
            assert other[-1] != pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("contacts", [1, 2, 3, 10])
def test_a_case_comes_to_what_the_reference_says(name: str, contacts: int) -> None:
    law, of, mine = with_contacts(name, contacts), scenario(name), numbers(name)
    for intent, called in enumerate(of.intents):
        for level, at in enumerate(of.levels):
            odds = mine.level_return_odds[level] * mine.intent_return_odds[intent] * math.exp(PUSH["returning"])
            back = return_chances(mine.back, odds)
            assert back == pytest.approx([law.returns(called, at, end) for end in ENDS], rel=1e-12)
            first, later = (ends_of_any_model(pushed_ends(name, intent, level, each)) for each in (False, True))
            found = per_case(first, later, back, mine.straight, mine.duplicated, contacts)
            exact = _from_contact(law, called, at, 1)
            assert (found[0] + found[1], found[3]) == pytest.approx(exact, rel=1e-12)
            back = [shifted(each, 1.001) for each in back]
            moved = per_case(first, later, back, mine.straight, mine.duplicated, contacts)
            assert (moved[0] + moved[1], moved[3]) != pytest.approx(exact, rel=1e-7)


def pushed_ends(name: str, intent: int, level: int, later: bool) -> list[tuple[float, ...]]:
    mine = numbers(name)
    escalate = mine.escalate_odds[intent] * math.exp(PUSH["escalation"])
    solve = mine.solve_odds[intent] * math.exp(PUSH["solving"])
    stated = EndChances(
        mine.escalate[level], mine.partial[level], mine.abandon[intent], mine.solve[level], mine.confirm[intent]
    )
    own = [EndOdds(*each) for each in zip(mine.model_escalate_odds, mine.model_solve_odds, strict=True)]
    odds = [contact_odds(EndOdds(escalate, solve), each, mine.later_odds, 2 if later else 1) for each in own]
    return list(ends_by_model(mine.models[level], stated, odds))


@cache
def with_contacts(name: str, contacts: int) -> MonthLaw:
    other = scenario(name).model_copy(
        update={"returns": scenario(name).returns.model_copy(update={"max_contacts": contacts})}
    )
    values = trial_values(other, Random(0), "center")
    return MonthLaw(values, 0, replace(moves(values, Scores()), **PUSH))
