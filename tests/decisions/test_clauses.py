"""The study of clauses on a real run: the own cell is the contract's bill, stricter never costs more, steps add up."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from simulator.decisions.clause_bills import StudyResults, bill_study, clause_bridge
from simulator.decisions.clauses import axes_of, clause_study, with_choices
from simulator.definitions import NAMED, DefinitionSpec
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import forecast
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario
from tests.synthetic import scenario

MINIMAL = Path(__file__).parents[2] / "scenarios" / "minimal.toml"


def minimal(*changes: str) -> Scenario:
    return parse_scenario(MINIMAL.read_text(), "minimal", ["trials=40", "months=2", *changes])


@pytest.fixture(scope="module")
def studied() -> tuple[Results, StudyResults]:
    plain = minimal()
    study = clause_study(plain)
    assert study is not None
    results, of_study = simulate_all([Run(plain), Run(study.scenario)])
    return results, bill_study(study, of_study)


def test_own_cell_is_the_bill_of_the_contract_in_the_run(studied: tuple[Results, StudyResults]) -> None:
    results, found = studied
    contract = forecast(results).contracts[found.study.contract]
    assert np.array_equal(found.own.cost, contract.invoice.sum(axis=1))
    assert np.array_equal(found.own.cost, found.compared[found.study.definition].cost)
    assert found.own.factor == pytest.approx(1.0)


def test_a_stricter_clause_costs_more_in_no_future(studied: tuple[Results, StudyResults]) -> None:
    _, found = studied
    pairs = 0
    for place, axis in itertools.product(found.study.places, range(len(found.study.axes))):
        stricter = (*place[:axis], place[axis] + 1, *place[axis + 1 :])
        if stricter in found.grid:
            pairs += 1
            assert np.all(found.grid[stricter].cost <= found.grid[place].cost + 1e-9), (place, stricter)
    assert pairs > 100
    assert any(np.any(each.cost < found.own.cost) for each in found.grid.values()), "some clause matters"


def test_steps_lead_from_the_strictest_clauses_to_the_own_ones(studied: tuple[Results, StudyResults]) -> None:
    _, found = studied
    bridge = clause_bridge(found)
    assert bridge.start + sum(amount for _, amount in bridge.steps) == pytest.approx(bridge.end, rel=1e-12)
    assert bridge.start == found.grid[max(found.study.places)].cost.mean()
    assert [label for label, _ in bridge.steps] == [
        "a return is billed again", "silence counts after 24 h", "a person may review", "duplicates are billed",
    ]  # fmt: skip


def test_price_that_leaves_the_bill_unchanged_does(studied: tuple[Results, StudyResults]) -> None:
    _, found = studied
    for billed in found.compared.values():
        assert (billed.factor is None) == (not billed.units.any())
    for billed in (each for each in found.compared.values() if each.factor is not None):
        assert billed.factor is not None
        assert billed.factor * billed.cost.mean() == pytest.approx(found.own.cost.mean(), rel=1e-6)


def test_study_prefers_a_definition_that_counts_silence_and_leaves_predicates_alone() -> None:
    closed = {"type": "per_resolution", "definition": "closed_by_customer", "price": 2}
    assumed = {"type": "per_resolution", "definition": "assumed_24h", "price": 1}
    flat = {"type": "per_conversation", "price": 0.5}
    study = clause_study(scenario({"a": flat, "b": closed, "c": assumed}))
    assert study is not None and study.contract == "c"
    assert clause_study(scenario({"a": flat})) is None
    own = {"own": {"predicate": "outcome = 'confirmed'"}}
    assert clause_study(scenario({"a": {**closed, "definition": "own"}}, definitions=own)) is None


@pytest.mark.parametrize("name", NAMED)
def test_own_choice_of_every_axis_is_the_definition_itself(name: str) -> None:
    spec = NAMED[name]
    axes = axes_of(spec)
    own = with_choices(spec, axes, tuple(axis.own for axis in axes))
    clauses = {key: getattr(spec, key) for key in DefinitionSpec.model_fields if key not in ("title", "note")}
    assert {key: getattr(own, key) for key in clauses} == clauses
