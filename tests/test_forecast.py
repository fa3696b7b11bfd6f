"""The forecast: every contract on the same months, the recommendation, ties, units and today's row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator import risk
from simulator.distributions import NONNEGATIVE, Quantity
from simulator.engine.run import simulate
from simulator.forecast import divided, forecast, too_close_to_call, values_of
from simulator.percentiles import Interval
from tests.reference.textbook import textbook
from tests.synthetic import results, scenario, without_units

PER_CONVERSATION = {"type": "per_conversation", "price": 0.5}


def test_forecast_invoice_and_human_work_by_hand() -> None:
    run = results()
    got = forecast(run)
    meters = run.meters
    assert got.contracts["conversation"].invoice.total == pytest.approx(meters["conversations"] * 0.5)
    assert got.human_work == pytest.approx(meters["human_minutes"])  # 60 an hour is 1 a minute
    assert got.contracts["resolution"].cost_to_serve == pytest.approx(
        meters["resolutions:assumed_24h"] * 0.99 + meters["human_minutes"]
    )


def test_forecast_model_cost_is_the_token_bill_without_markup() -> None:
    run = results()
    got = forecast(run)
    per_case = (20_000 * 0.5 + 15_000 * 0.5 + 1_000 * 0.5 + 1_500 * 2.0) / 1e6
    assert got.model_cost == pytest.approx(run.meters["cases"] * per_case)
    assert got.contracts["tokens"].invoice.total == pytest.approx(2 * got.model_cost + 1000)


def test_recommended_has_the_lowest_p90_of_the_cost_to_serve() -> None:
    got = forecast(results())
    p90 = {name: risk.quantile(each.cost_to_serve.sum(axis=1), 0.9) for name, each in got.contracts.items()}
    assert list(got.ranking) == sorted(p90, key=lambda name: p90[name])
    assert got.recommended.contract.name == got.ranking[0]


def test_recommended_ties_go_to_the_name() -> None:
    got = forecast(results(scenario({"b": PER_CONVERSATION, "a": PER_CONVERSATION})))
    assert got.ranking == ("a", "b")
    assert got.too_close


def test_tie_price_makes_the_expected_invoices_equal() -> None:
    run = results()
    got = forecast(run)
    best, other = got.recommended, got.contracts["resolution"]
    assert other.tie is not None and other.tie_with == best.contract.name and other.tie.unit_price is not None
    at_tie = run.meters["resolutions:assumed_24h"].sum(axis=1).mean() * other.tie.unit_price
    assert at_tie == pytest.approx(best.invoice.total.sum(axis=1).mean(), rel=1e-9)
    assert best.tie_with == got.ranking[1], "the recommended contract ties with the next best"


def test_tie_of_a_single_contract_does_not_exist() -> None:
    only = forecast(results(scenario({"a": PER_CONVERSATION})))
    assert only.recommended.tie is None and only.runner_up is None and not only.too_close


def test_units_billed_not_solved_amount_by_hand() -> None:
    run = results()
    units = run.meters["resolutions:assumed_24h"].sum(axis=1)
    unsolved = units - run.meters["resolutions:assumed_24h|solved"].sum(axis=1)
    amount = forecast(run).contracts["resolution"].billed_not_solved_amount
    assert amount == pytest.approx(unsolved * 0.99)


def test_units_billed_not_solved_amount_without_units_is_nothing() -> None:
    amount = forecast(results(scale=0.0)).contracts["resolution"].billed_not_solved_amount
    assert amount is not None and np.all(amount == 0)


def test_units_solved_not_billed_counts_conversations_the_ai_solved() -> None:
    run = results()
    units = forecast(run).contracts["verified"].units
    assert units.solved_not_billed is not None
    expected = run.meters["rows|solved_by_ai"] - run.meters["resolutions:verified_72h|solved_by_ai"]
    assert np.array_equal(units.solved_not_billed, expected)


@pytest.mark.parametrize(
    ("name", "countable"), [("conversation", True), ("resolution", True), ("verified", False), ("tokens", False)]
)
def test_countable_by_buyer(name: str, countable: bool) -> None:
    priced = forecast(results()).contracts[name]
    assert priced.countable_by_buyer is countable
    assert ("recount" in priced.count_note) is countable


def test_owed_if_stopped_beyond_the_horizon_is_unknown() -> None:
    assert dict(forecast(results()).contracts["conversation"].owed) == {"6": None, "12": None}


def test_status_quo_is_people_only() -> None:
    run = results()
    today = forecast(run).status_quo
    assert today is not None
    assert today.cost == pytest.approx(run.meters["cases"] * 9)
    assert forecast(results(scenario(today=None))).status_quo is None


def test_adding_a_contract_changes_no_other_price() -> None:
    few = forecast(results(scenario({"a": PER_CONVERSATION})))
    more = forecast(results(scenario({"z": {"type": "per_token"}, "a": PER_CONVERSATION})))
    assert np.array_equal(few.contracts["a"].invoice.total, more.contracts["a"].invoice.total)


def test_too_close_needs_overlap_and_doubt() -> None:
    rng = np.random.default_rng(2)
    x = rng.lognormal(0, 0.3, 400)
    assert not too_close_to_call(x, x + 1e-3), "cheaper in every future, however little"
    assert too_close_to_call(x, x)
    assert too_close_to_call(x, rng.permutation(x)), "a coin toss"
    assert not too_close_to_call(x, 3 * rng.permutation(x)), "P90 intervals apart"


def test_values_of_an_unknown_are_the_drawn_ones() -> None:
    run = results()
    value = values_of(run)
    quantity = Quantity(Interval(800, 1200, "log"), NONNEGATIVE, name="volume.per_month")
    assert np.array_equal(value(quantity), run.unknowns["volume.per_month"])
    with pytest.raises(KeyError):
        value(quantity.named("nowhere"))


def test_divided_by_nothing_is_nan() -> None:
    assert np.isnan(divided(np.array([1.0, 1.0]), np.array([0.0, 2.0]))).tolist() == [True, False]


BY_RESOLUTION = {"type": "per_resolution", "definition": "assumed_24h", "price": 0.01}


def test_contract_without_any_unit_is_ranked_last_however_cheap() -> None:
    run = results(scenario({"idle": BY_RESOLUTION, "flat": PER_CONVERSATION}))
    assert forecast(run).ranking == ("idle", "flat"), "it bills units and is cheap"
    got = forecast(without_units(run, "assumed_24h"))
    assert got.ranking == ("flat", "idle") and not got.too_close
    assert [got.contracts[name].bills_units for name in got.ranking] == [True, False]


def test_contract_without_any_unit_is_no_close_rival() -> None:
    fee = {**BY_RESOLUTION, "platform_fee": 100}
    both = scenario({"idle": fee, "flat": {**PER_CONVERSATION, "price": 0, "platform_fee": 100}})
    assert forecast(results(both)).too_close is False, "all resolutions cost something"
    got = forecast(without_units(results(both), "assumed_24h"))
    assert got.ranking == ("flat", "idle") and not got.too_close, "though they cost the same"


def test_contract_of_fees_only_bills_what_it_is_meant_to_bill() -> None:
    charges = [{"kind": "flat", "meter": "cases", "rate": 0}]
    got = forecast(results(scenario({"a": {"type": "hybrid", "charges": charges, "platform_fee": 100}})))
    assert got.recommended.bills_units, "a price of zero is no missing unit"


@pytest.mark.parametrize(
    ("definition", "given", "expected"),
    [
        ("action_in_system_of_record", None, "Action in the system of record"),
        ("action_in_system_of_record", "Per resolution, action in system of record", None),
        ("assumed_24h", None, "Per resolution, assumed 24h"),
    ],
)
def test_long_title_that_was_not_given_is_that_of_the_definition(
    definition: str, given: str | None, expected: str | None
) -> None:
    terms = {"type": "per_resolution", "definition": definition, "price": 1, **({"title": given} if given else {})}
    run = results(scenario({"a": terms}))
    key = f"resolutions:{definition}"
    units = {f"{key}{of}": run.meters["rows"] / 2 for of in ("", "|solved", "|solved_by_ai")}
    got = forecast(replace(run, meters={**run.meters, **units}))
    assert got.recommended.contract.title == (expected or given)


def test_units_of_a_split_add_up_and_what_is_unsolved_weighs_by_its_price() -> None:
    narrow, rest = {"intents": ["only"]}, {"not_intents": ["only"]}
    charges = [
        {"kind": "flat", "meter": "resolutions", "definition": "assumed_24h", "rate": 2, "applies_to": narrow},
        {"kind": "flat", "meter": "conversations", "rate": 0.5, "applies_to": rest},
        {"kind": "flat", "meter": "messages", "rate": 0.01},
    ]
    levels = {"only": {"escalate": 0.3, "solve": 0.6}}
    intents = {"other": {"share": 1, "levels": {"only": 1}, "confirm": 0.5}}
    table = {
        "trials": 8,
        "levels": levels,
        "intents": intents,
        "contracts": {"split": {"type": "hybrid", "charges": charges}},
    }
    run = simulate(textbook(table))
    priced = forecast(run).contracts["split"]
    keys = ("resolutions:assumed_24h{intents=only}", "conversations{not_intents=only}")
    assert priced.contract.units == keys
    assert np.array_equal(priced.units.billed, sum(run.meters[key] for key in keys))
    assert priced.units.solved is not None
    assert np.array_equal(priced.units.solved, sum(run.meters[f"{key}|solved"] for key in keys))
    billed, solved = (np.stack([run.meters[key + end].sum(axis=1) for key in keys]) for end in ("", "|solved"))
    money = billed * np.array([2, 0.5])[:, None]
    share = (money * (1 - solved / billed)).sum(axis=0) / money.sum(axis=0)
    assert priced.billed_not_solved_amount == pytest.approx(priced.invoice.usage.sum(axis=1) * share)
    assert 0 < share.min() < share.max() < 1
