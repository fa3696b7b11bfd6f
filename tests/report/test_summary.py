"""summary.json: its keys, its consistency with the meters, and that it is safe JSON."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.contracts.contract_types import PerConversation
from simulator.forecast.forecast import forecast
from simulator.report.blocks.distribution import distribution_where_known
from simulator.report.blocks.summary import summary
from simulator.report.summary.plain import as_json, safe
from simulator.report.summary.summary import Summary
from simulator.scenario.stated.months import month_names
from tests.synthetic import CONTRACTS, results, scenario, without_units

COST = {"mean", "sd", "p1", "p5", "p10", "p25", "p50", "p75", "p80", "p90", "p95", "p99", "cvar95", "p90_interval"}
PER_CONTRACT = {
    "name", "type", "invoice", "cost_to_serve", "cost_per_conversation", "cost_per_solved_case",
    "invoice_less_model_cost", "units", "tie_price", "owed_if_stopped", "countable_by_buyer",
    "probability_cheapest", "probability_over_budget",
    "monthly",
}  # fmt: skip
TOP = {
    "scenario", "currency", "trials", "months", "seed", "recommended", "sentence", "status_quo", "human_work", "volume",
    "contracts", "paired",
}  # fmt: skip


def numbers(**changes: Any) -> Summary:
    return summary(forecast(results(scenario(**changes))))


def test_summary_has_the_agreed_keys() -> None:
    told = as_json(numbers(budget=5000))
    assert set(told) >= TOP
    assert set(told["volume"]) >= {"cases", "conversations", "tickets"}
    for block in told["contracts"]:
        assert set(block) >= PER_CONTRACT
        for cost in ("invoice", "cost_to_serve", "cost_per_conversation", "cost_per_solved_case"):
            assert set(block[cost]) >= COST
        assert set(block["monthly"][0]) == {"month", "mean", "p10", "p50", "p90"}
        assert set(block["owed_if_stopped"]) == {"6", "12"}
    assert set(told["paired"][0]) >= {"contract", "reference", "mean", "p10", "p50", "p90", "share_dearer"}


def test_summary_is_safe_json_even_without_any_case() -> None:
    told = summary(forecast(results(scale=0.0)))
    plain = as_json(told)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert told.contracts[0].cost_per_solved_case is told.contracts[0].mean_per_solved_case is None
    assert told.conversation.means.turns is None
    assert any("no case is solved" in note for note in told.notes)


def test_summary_of_one_trial_and_one_month_is_safe() -> None:
    told = numbers(trials=1, months=1)
    assert told.contracts[0].invoice.sd is None
    assert told.contracts[0].invoice.p90_interval_complete is False


def test_summary_chances_of_being_cheapest_sum_to_one() -> None:
    assert sum(block.probability_cheapest for block in numbers().contracts) == pytest.approx(1)


def test_summary_units_add_up() -> None:
    for block in numbers().contracts:
        units = block.units
        assert units.billed_solved + units.billed_not_solved == pytest.approx(units.billed.mean, rel=1e-9)


def test_summary_budget_of_the_invoice_and_of_the_cost_to_serve_differ() -> None:
    invoice, whole = numbers(budget=5000).budget, numbers(budget={"amount": 5000, "of": "cost_to_serve"}).budget
    assert invoice.met and invoice.probability_over == 0
    assert not whole.met and whole.probability_over == 1
    assert numbers().budget is None


def test_summary_budget_inside_the_interval_of_p90_is_undecided() -> None:
    told = numbers()
    p90 = next(b for b in told.contracts if b.name == told.recommended).invoice.p90
    assert numbers(budget=p90).budget.decided is False
    assert numbers(budget=3 * p90).budget.decided is True


def test_summary_paired_differences_are_against_the_recommended_contract() -> None:
    told = numbers()
    means = {block.name: block.invoice.mean for block in told.contracts}
    for row in told.paired:
        assert row.reference == told.recommended
        assert row.mean == pytest.approx(means[row.contract] - means[told.recommended], rel=1e-6)


def test_summary_names_the_assumptions_that_move_the_cost() -> None:
    spread = numbers().most_of_the_spread.assumptions
    assert spread[0].name == "volume.per_month" and spread[0].kind == "measured"
    assert "demand from month to month" in {item.name for item in spread}
    assert not {item.name for item in spread} & {"tokens from month to month"}, "it does not vary"


def test_summary_leaves_out_an_assumption_without_effect() -> None:
    run = results(scenario(trials=400))
    rng = np.random.default_rng(8)
    noise = {f"noise.{k}": rng.standard_normal(400) for k in range(40)}
    spread = summary(forecast(replace(run, unknowns={**run.unknowns, **noise}))).most_of_the_spread
    passed = [item for item in spread.assumptions if item.name.startswith("noise.")]
    assert spread.candidates == 42
    assert len(passed) <= 8, "P(more than 8 of 40 pass a 5 % floor) is under 1e-3"


def _moves(name: str) -> bool:
    """Whether doubling a meter changes some number of the summary."""
    run = results(scenario(budget=5000))
    before = summary(forecast(run))
    doubled = {**run.meters, name: 2 * run.meters[name]}
    return bool(summary(forecast(replace(run, meters=doubled))) != before)


@pytest.mark.parametrize("name", sorted(results().meters))
def test_every_meter_moves_some_number(name: str) -> None:
    assert _moves(name)


def test_meter_check_refuses_a_meter_that_nobody_reads() -> None:
    run = results()
    odd = replace(run, meters={**run.meters, "unread": run.meters["cases"]})
    assert summary(forecast(odd)) == summary(forecast(run))


def test_same_titles_are_told_apart_by_name() -> None:
    told = numbers(contracts={"a": {"type": "per_token"}, "b": {"type": "per_token"}})
    assert [block.title for block in told.contracts] == ["Per token (a)", "Per token (b)"]


def test_distribution_leaves_out_what_is_not_defined() -> None:
    block = distribution_where_known(np.array([1.0, math.nan, 3.0]), None)
    assert block is not None and (block.mean, block.p50, block.p90) == (2, 1, 3)
    assert distribution_where_known(np.array([math.nan]), None) is None


def test_safe_cuts_the_last_bits_and_never_shows_minus_zero() -> None:
    assert safe({"a": 0.1 + 0.2, "b": [math.inf, -0.0], "c": np.float64(1), "d": np.bool_(True)}) == {
        "a": 0.3, "b": [None, 0.0], "c": 1.0, "d": True,
    }  # fmt: skip
    assert math.copysign(1, safe(-0.0)) == 1


def test_month_names_cross_the_year() -> None:
    assert month_names("2027-11", 3) == ["2027-11", "2027-12", "2028-01"]


def test_note_where_another_contract_is_first_with_human_work() -> None:
    by_resolution = {"type": "per_resolution", "definition": "assumed_24h", "price": 1}
    run = results(scenario({"flat": {"type": "per_conversation", "price": 0.5}, "by": by_resolution}))
    falling = 40_000 - run.meters["human_minutes"] / 3
    rising = {
        **run.meters,
        "conversations": 2 * falling.mean() * np.ones_like(falling),
        "resolutions:assumed_24h": falling,
    }
    told = summary(forecast(replace(run, meters=rising)))
    assert told.recommended == "flat"
    whole = {block.name: block.cost_to_serve.p90 for block in told.contracts}
    assert whole["by"] < whole["flat"]
    assert any(" has the lower cost with human work at P90" in note for note in told.notes)
    assert not any("lower cost with human work" in note for note in numbers().notes)


ONE_AND_FLAT = {"resolution": CONTRACTS["resolution"], "conversation": CONTRACTS["conversation"]}


def test_contract_without_any_unit_is_named_and_never_recommended() -> None:
    told = summary(forecast(without_units(results(scenario(ONE_AND_FLAT)), "assumed_24h")))
    assert told.recommended == "conversation"
    assert (
        '"Per resolution, assumed 24 h" bills no unit in any future: check its definition (inputs it needs may be '
        "missing); it is ranked last"
    ) in told.notes
    assert ' "Per resolution, assumed 24 h" at $0.99 bills no unit in any future and is ranked last.' in told.sentence
    assert not any("lower cost" in note or "costs less" in note for note in told.notes)
    assert not any("bills no unit" in note for note in numbers(contracts=ONE_AND_FLAT).notes)


def test_contract_without_any_unit_is_no_answer_even_alone() -> None:
    run = results(scenario({"resolution": CONTRACTS["resolution"]}))
    told = summary(forecast(without_units(run, "assumed_24h")))
    assert told.sentence == (
        '"Per resolution, assumed 24 h" at $0.99 is the only contract given and bills no unit in any future: its '
        "expected invoice of $0 is no answer, see the notes."
    )
    assert any(note.endswith("(inputs it needs may be missing)") for note in told.notes)
    assert "only contract given: expected" in summary(forecast(run)).sentence


def test_no_case_at_all_is_no_answer() -> None:
    told = summary(forecast(results(scale=0.0)))
    assert told.sentence.startswith("None of the 4 contracts bills a unit in any future: ")
    assert "no case comes in any future: check volume" in told.notes
    assert not any("definition" in note for note in told.notes)


def test_paired_differences_of_invoices_survive_dear_people() -> None:
    def with_dear_people(**changes: Any) -> dict[str, Any]:
        run = results(scenario(people={"cost_per_hour": 1e9}, contracts=ONE_AND_FLAT, **changes))
        return summary(
            forecast(replace(run, meters={**run.meters, "human_minutes": 1e3 * run.meters["human_minutes"]}))
        )

    usual, huge = numbers(contracts=ONE_AND_FLAT), with_dear_people()
    assert huge.paired == usual.paired and huge.paired[0].of == "invoice"
    chances = [[block.probability_cheapest for block in told.contracts] for told in (usual, huge)]
    assert chances[0] == chances[1]
    by_cost = with_dear_people(budget={"amount": 5000, "of": "cost_to_serve"})
    assert by_cost.paired[0].of == "cost_to_serve"
    assert by_cost.paired[0].mean == 0, "people hide the invoice there"


def test_unit_rate_is_fixed_unless_it_is_drawn() -> None:
    price = {"p5": 0.4, "p95": 0.6}
    of = scenario({"a": {**CONTRACTS["conversation"], "price": price}})
    contract = of.contracts["a"]
    assert isinstance(contract, PerConversation) and contract.price is not None
    named = contract.model_copy(update={"price": contract.price.named("contracts.a.price")})
    run = results(of.model_copy(update={"contracts": {"a": named}}))
    drawn = replace(run, unknowns={**run.unknowns, "contracts.a.price": np.full(200, 0.5)})
    (block,) = summary(forecast(drawn)).contracts
    assert block.unit_rate_fixed is False
    assert [each.unit_rate_fixed for each in numbers().contracts] == [True] * 4
