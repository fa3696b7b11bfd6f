"""Further contracts on the futures of a run are what a run of them from the start gives, to the bit."""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import pytest

from simulator.contracts.contract_types import PerConversation, PerResolution, PerToken
from simulator.decisions.same_futures import SameFutures, with_alternatives
from simulator.definitions import DefinitionSpec
from simulator.engine.repricing import KeptFutures
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.scenario import load_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms

TRIALS = 64


def simulated(scenario: Scenario) -> Results:
    (results,) = simulate_all([Run(scenario)])
    return results


def refuse(scenario: Scenario) -> NoReturn:
    raise AssertionError(f"simulated again: {scenario.title}")


@pytest.fixture(scope="module")
def futures() -> SameFutures:
    results = simulated(load_scenario("scenarios/minimal.toml", [f"trials={TRIALS}"]))
    return SameFutures(results, KeptFutures(results), refuse)


def stricter(scenario: Scenario) -> Scenario:
    definition = DefinitionSpec(title="Confirmed alone", outcomes=("confirmed",))
    contract = PerResolution(type="per_resolution", definition="alone", price=2.0)
    return with_alternatives(scenario, {"new": contract}, {"alone": definition})


def test_another_definition_is_counted_on_what_is_kept(futures: SameFutures) -> None:
    scenario = stricter(futures.scenario)
    found, results = futures.on(scenario).invoice("new"), simulated(scenario)
    assert np.array_equal(found, SameFutures(results, KeptFutures(results), refuse).invoice("new"))
    assert found.mean() > 0


def test_a_contract_reads_what_an_earlier_call_has_counted(futures: SameFutures) -> None:
    """The pilot knows what the run counted: what was counted later it counts again."""
    scenario = stricter(futures.scenario)
    first = futures.on(scenario)
    packs = PerResolution.model_validate(
        {"type": "per_resolution", "definition": "alone", "package": {"size": 100, "price": 150}}
    )
    both = with_alternatives(scenario, {"packs": packs})
    results = simulated(both)
    found = first.on(both).invoice("packs")
    assert np.array_equal(found, SameFutures(results, KeptFutures(results), refuse).invoice("packs"))


def test_what_the_run_does_not_tell_is_simulated(futures: SameFutures) -> None:
    """Tokens of one intent alone are no count of conversations."""
    tokens = PerToken.model_validate({"type": "per_token", "applies_to": {"intents": ["everything"]}, "markup": 1})
    with pytest.raises(AssertionError, match="simulated again"):
        futures.on(with_alternatives(futures.scenario, {"tokens": tokens}))


@pytest.mark.parametrize("change", [{"seed": 7}, {"months": 3}, {"trials": 32}])
def test_other_futures_are_refused(futures: SameFutures, change: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="has other futures"):
        futures.on(futures.scenario.model_copy(update=change))


def test_a_compiled_contract_is_billed_as_the_forecast_bills_it(futures: SameFutures) -> None:
    compiled = compile_terms(futures.scenario).contracts
    for name, contract in compiled.items():
        assert np.array_equal(futures.billed(contract), futures.invoice(name))
        assert np.array_equal(futures.invoice(name), futures.forecast.contracts[name].horizon("invoice"))


def test_a_contract_of_a_taken_name_is_refused(futures: SameFutures) -> None:
    with pytest.raises(ValueError, match="'resolution' is there already"):
        with_alternatives(futures.scenario, {"resolution": PerConversation(type="per_conversation", price=1.0)})


def test_the_scenario_itself_keeps_its_contracts(futures: SameFutures) -> None:
    before = tuple(futures.scenario.contracts)
    assert tuple(stricter(futures.scenario).contracts) == (*before, "new")
    assert tuple(futures.scenario.contracts) == before
