"""The forecast: every contract on the same months, the recommendation, ties, units and today's row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator import risk
from simulator.arrays import divided
from simulator.contracts import Tie
from simulator.engine.run import simulate
from simulator.forecast.bills import bill, values_of
from simulator.forecast.forecast import forecast, keeps_budgets, overrun
from simulator.quantities.distributions import NONNEGATIVE, Quantity
from simulator.quantities.percentiles import TwoPercentiles
from tests.reference.textbook import textbook
from tests.synthetic import CONTRACTS, results, scenario, without_units

PER_CONVERSATION = {"type": "per_conversation", "price": 0.5}


def test_forecast_invoice_and_human_work_by_hand() -> None:
    run = results()
    got = forecast(run)
    meters = run.meters
    assert got.contracts["conversation"].invoice == pytest.approx(meters["conversations"] * 0.5)
    assert got.human_work == pytest.approx(meters["human_minutes"])  # 60 an hour is 1 a minute
    assert got.contracts["resolution"].cost_to_serve == pytest.approx(
        meters["resolutions:assumed_24h"] * 0.99 + meters["human_minutes"]
    )


def test_forecast_model_cost_is_the_token_bill_without_markup() -> None:
    run = results()
    got = forecast(run)
    per_case = (20_000 * 0.5 + 15_000 * 0.5 + 1_000 * 0.5 + 1_500 * 2.0) / 1e6
    assert got.model_cost == pytest.approx(run.meters["cases"] * per_case)
    assert got.contracts["tokens"].invoice == pytest.approx(2 * got.model_cost + 1000)


def test_recommended_without_a_budget_has_the_lowest_p90() -> None:
    got = forecast(results())
    p90 = {name: risk.quantile(each.invoice.sum(axis=1), 0.9) for name, each in got.contracts.items()}
    assert list(got.ranking) == sorted(p90, key=lambda name: p90[name])
    assert got.recommended.contract.name == got.ranking[0] and got.verdict.rule == "lowest_p90"


def test_budgets_of_fiscal_years_are_kept_together_by_hand() -> None:
    """November and December are in FY2027, January is in FY2028; 3 months of 100, 200, 300 and 500 in 4 futures."""
    of = scenario({"a": PER_CONVERSATION}, budget=[250, 300])
    cost = np.array([[100.0, 100, 100], [100, 200, 300], [100, 100, 301], [125, 125, 300]])
    kept = keeps_budgets(cost, of)
    assert kept is not None and kept.tolist() == [True, False, False, True], "a budget that is just used up is kept"
    one = keeps_budgets(cost, scenario({"a": PER_CONVERSATION}, budget=550))
    assert one is not None and one.tolist() == [True, False, True, True], "the horizon alone: 300, 600, 501, 550"
    assert keeps_budgets(cost, scenario({"a": PER_CONVERSATION})) is None
    over = overrun(cost, of), overrun(cost, scenario({"a": PER_CONVERSATION}, budget=550))
    assert [None if each is None else each.tolist() for each in over] == [[0, 50, 1, 0], [0, 50, 0, 0]]
    assert overrun(cost, scenario({"a": PER_CONVERSATION})) is None


def test_recommended_ties_go_to_the_name() -> None:
    got = forecast(results(scenario({"b": PER_CONVERSATION, "a": PER_CONVERSATION})))
    assert got.ranking == ("a", "b")
    assert got.verdict.close is not None and got.verdict.close.reason == "equal"


def test_tie_price_makes_the_expected_invoices_equal() -> None:
    run = results()
    got = forecast(run)
    best, other = got.recommended, got.contracts["resolution"]
    assert other.ties is not None and other.ties.other == best.contract.name
    at_tie = run.meters["resolutions:assumed_24h"].sum(axis=1).mean() * price_of(other.ties.mean)
    assert at_tie == pytest.approx(best.invoice.sum(axis=1).mean(), rel=1e-9)
    assert best.ties is not None and best.ties.other == got.ranking[1], "the recommended one ties with the next"


def price_of(tie: Tie | None) -> float:
    assert tie is not None and tie.unit_price is not None
    return tie.unit_price


def test_three_ties_are_three_prices_by_hand() -> None:
    """A flat price p makes p R of R resolutions; it ties where p mean(R) = mean(C), where p P90(R) = P90(C), and it is
    cheaper in nine of ten futures up to the P10 of C / R, the ratio in which nine of ten futures lie above."""
    run = results(scenario({"conversation": PER_CONVERSATION, "resolution": CONTRACTS["resolution"]}))
    ties = forecast(run).contracts["resolution"].ties
    units = run.meters["resolutions:assumed_24h"].sum(axis=1)
    cost = 0.5 * run.meters["conversations"].sum(axis=1)
    assert ties is not None
    assert price_of(ties.mean) == pytest.approx(cost.mean() / units.mean(), rel=1e-9)
    assert price_of(ties.p90) == pytest.approx(risk.quantile(cost, 0.9) / risk.quantile(units, 0.9), rel=1e-9)
    ratio = np.sort(cost / units)
    at = price_of(ties.nine_in_ten)
    assert ratio[19] * (1 - 1e-9) <= at <= ratio[20] * (1 + 1e-9), "of 200 futures at most 20 may be dearer"
    cheaper = np.mean(price_of(ties.nine_in_ten) * (1 - 1e-9) * units < cost)
    assert cheaper >= 0.9 > np.mean(price_of(ties.nine_in_ten) * 1.01 * units < cost)
    assert len({f"{price_of(each):.6f}" for each in (ties.mean, ties.p90, ties.nine_in_ten)}) == 3


def test_tie_of_a_single_contract_does_not_exist() -> None:
    only = forecast(results(scenario({"a": PER_CONVERSATION})))
    assert only.recommended.ties is None and only.verdict.close is None and only.verdict.rivals == ()


def test_units_billed_not_solved_amount_by_hand() -> None:
    run = results()
    units = run.meters["resolutions:assumed_24h"].sum(axis=1)
    unsolved = units - run.meters["resolutions:assumed_24h|solved"].sum(axis=1)
    priced = forecast(run)
    amount = bill(priced.contracts["resolution"].contract, run, priced.model_cost).billed_not_solved_amount
    assert amount == pytest.approx(unsolved * 0.99)
    assert priced.contracts["resolution"].mean("billed_not_solved_amount") == pytest.approx(unsolved.mean() * 0.99)


def test_units_billed_not_solved_amount_without_units_is_nothing() -> None:
    assert forecast(results(scale=0.0)).contracts["resolution"].mean("billed_not_solved_amount") == 0


def test_units_solved_not_billed_counts_conversations_the_ai_solved() -> None:
    run = results()
    priced = forecast(run)
    units = bill(priced.contracts["verified"].contract, run, priced.model_cost).units
    assert units.solved_not_billed is not None
    expected = run.meters["rows|solved_by_ai"] - run.meters["resolutions:verified_72h|solved_by_ai"]
    assert np.array_equal(units.solved_not_billed, expected)
    told = priced.contracts["verified"].mean("solved_not_billed")
    assert told == pytest.approx(expected.sum(axis=1).mean())


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
    assert np.array_equal(few.contracts["a"].invoice, more.contracts["a"].invoice)


def test_values_of_an_unknown_are_the_drawn_ones() -> None:
    run = results()
    value = values_of(run)
    quantity = Quantity(TwoPercentiles(800, 1200, "log"), NONNEGATIVE, name="volume.per_month")
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
    assert got.ranking == ("flat", "idle") and got.verdict.close is None
    assert [got.contracts[name].bills_units for name in got.ranking] == [True, False]


def test_contract_without_any_unit_is_no_close_rival() -> None:
    fee = {**BY_RESOLUTION, "platform_fee": 100}
    both = scenario({"idle": fee, "flat": {**PER_CONVERSATION, "price": 0, "platform_fee": 100}})
    assert forecast(results(both)).verdict.close is None, "all resolutions cost something"
    got = forecast(without_units(results(both), "assumed_24h"))
    assert got.ranking == ("flat", "idle") and got.verdict.close is None, "though they cost the same"


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
    billed_now = bill(priced.contract, run, priced.model_cost)
    assert np.array_equal(priced.units, sum(run.meters[key] for key in keys))
    assert billed_now.units.solved is not None
    assert np.array_equal(billed_now.units.solved, sum(run.meters[f"{key}|solved"] for key in keys))
    billed, solved = (np.stack([run.meters[key + end].sum(axis=1) for key in keys]) for end in ("", "|solved"))
    money = billed * np.array([2, 0.5])[:, None]
    share = (money * (1 - solved / billed)).sum(axis=0) / money.sum(axis=0)
    assert billed_now.billed_not_solved_amount == pytest.approx(priced.usage * share)
    assert priced.mean("billed_not_solved_amount") == pytest.approx((priced.usage * share).mean())
    assert 0 < share.min() < share.max() < 1
