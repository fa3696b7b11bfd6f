"""One place from futures to answers: prices that are assumed are said to be, and every star is named."""

from __future__ import annotations

import pytest

from simulator.decisions.same_futures import SameFutures
from simulator.engine.repricing import KeptFutures
from simulator.engine.run import Run, simulate_all
from simulator.report.blocks.terms import price_key
from simulator.report.studies.answers import _made, assumed_note
from simulator.report.studies.every_study import every_study
from simulator.report.studies.made import Decided
from simulator.report.studies.told import MustRead, Told
from simulator.scenario import load_scenario

BROAD = load_scenario("scenarios/broad_cx.toml", ["trials=64"])


@pytest.fixture(scope="module")
def decided() -> Decided:
    scenario = load_scenario("scenarios/minimal.toml", ["trials=64", "months=2"])
    (results,) = simulate_all([Run(scenario)])
    return every_study(
        SameFutures(results, kept := KeptFutures(results), lambda of: simulate_all([Run(of, sample=kept.sample)])[0])
    )


def test_the_hint_names_the_price_of_the_contract_that_is_asked_about(decided: Decided) -> None:
    keys = {each.command: each.told.price_key for each in decided.studies}
    of = {
        each.command: getattr(each.numbers, "contract", each.told.price_key.split(".")[1]) for each in decided.studies
    }
    assert keys and all(key == f"contracts.{of[name]}.price" for name, key in keys.items()), keys
    assert keys["definitions --compare"] == "contracts.resolution.price"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("per_conversation", "price"), ("per_token", "markup"), ("per_seat", "price"),
        ("conversation_tiers", "tiers.0.rate"), ("hybrid", "charges.0.overage_rate"),
    ],
)  # fmt: skip
def test_a_contract_without_a_unit_price_has_a_rate_that_can_be_set(name: str, key: str) -> None:
    found = price_key(BROAD, name)
    assert found == f"contracts.{name}.{key}"
    assert load_scenario("scenarios/broad_cx.toml", [f"{found}=0.02"]) != BROAD


def test_a_note_on_assumed_prices_must_be_read() -> None:
    told = Told("Why?", 'Sign "Per token, 20 times public prices".', ())
    (note,) = _made("value", told, None, BROAD, "per_token").told.notes
    assert isinstance(note, MustRead) and note.startswith("No vendor has offered")


def test_every_star_is_named(decided: Decided) -> None:
    marked = [table for each in decided.studies for table in each.told.tables if table.marked is not None]
    assert marked and all(table.legend for table in marked)


def test_a_contract_of_assumed_price_in_the_answer_is_no_offer() -> None:
    note = assumed_note('Below $0.451 per conversation is cheaper than "Per token, 20 times public prices".', BROAD)
    assert note.startswith("No vendor has offered the prices of")
    assert '"Per token, 20 times public prices"' in note and "tiers" not in note


def test_a_contract_without_a_title_of_its_own_is_named_by_what_it_bills() -> None:
    scenario = load_scenario("scenarios/minimal.toml")
    assert "No vendor has offered the prices of per conversation:" in assumed_note("Sign per conversation.", scenario)
    assert assumed_note("Sign nothing.", scenario) == ""


def test_a_published_price_needs_no_note() -> None:
    assert assumed_note('Sign "Per resolution, assumed 24 h".', BROAD) == ""
