"""What is said of the verdict, variant by variant, from made-up numbers; and never two things called budget."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.report.words import saving as saving_words
from simulator.report.words import verdict_words
from simulator.report.words.verdict_words import NO_RISK
from tests.report.made import made

OURS = " We can recount the unit in our own data."


def headline(block: dict[str, Any]) -> str:
    return verdict_words.headline(made(block))


def before_signing(block: dict[str, Any]) -> str:
    return verdict_words.before_signing(made(block))


def saving(block: dict[str, Any]) -> str:
    return saving_words.saving(made(block))


def cost(mean: float, p90: float) -> dict[str, Any]:
    return {"mean": mean, "p90": p90, "mean_doubt": None}


def contract(name: str, mean: float, p90: float, **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "title": name,
        "unit_rate": 0.5,
        "unit_rate_fixed": True,
        "one_price": True,
        "bills_units": True,
        "invoice": cost(mean, p90),
        "cost_to_serve": cost(mean + 2e6, p90 + 2e6),
        "tie": None,
        "lines": {},
        "units": {"per_conversation": {"mean": 1.0, "p10": 1.0, "p90": 1.0}},
        "countable_by_buyer": True,
        "count_note": "you can recount this in your own data",
        "chance_of_budgets": 0.98,
        **changes,
    }


def resolution(**changes: Any) -> dict[str, Any]:
    return contract(
        "Per resolution",
        479_000,
        540_000,
        unit_rate=0.99,
        tie={"factor": 0.8182, "unit_price": 0.81, "billed_share": 0.5073},
        units={"per_conversation": {"mean": 0.62, "p10": 0.55, "p90": 0.67}},
        **changes,
    )


def closed(mean: float = 390_000, p90: float = 569_000) -> dict[str, Any]:
    return contract("Closed by customer", mean, p90, unit_rate=3.5, chance_of_budgets=0.8)


def verdict(**changes: Any) -> dict[str, Any]:
    return {
        "rule": "lowest_p90", "figure": "p90", "recommended": "Per conversation", "chance": None,
        "chance_interval": None, "decided": True, "rivals": [], "premium": None, "close": None, "questions": [],
        **changes,
    }  # fmt: skip


def rival(share: float, less: float, more: float, chance: float | None = 0.8, *reasons: str) -> dict[str, Any]:
    return {
        "name": "Closed by customer", "reasons": reasons or ("lowest_mean", "often_cheaper"), "share_cheaper": share,
        "mean_less": less, "p90_more": more, "chance": chance,
    }  # fmt: skip


def numbers(found: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    pair = {"contract": "Per resolution", "mean": 85e3, "p10": 38e3, "p90": 132e3}
    return {
        "currency": "USD",
        "trials": 10_000,
        "months": 12,
        "ranked_by": "invoice",
        "precision": None,
        "recommended": "Per conversation",
        "ranking": ["Per conversation", "Per resolution", "Closed by customer"],
        "verdict": found or verdict(),
        "budget": None,
        "fiscal_years": [{"name": "FY2027", "budget": None}],
        "unknowns": [{"name": "volume.per_month"}],
        "status_quo": None,
        "contracts": [contract("Per conversation", 394_000, 451_000), resolution(), closed()],
        "paired": [pair],
        "terms": [],
        **changes,
    }


def of_budget(chance: float, interval: tuple[float, float], *, met: bool = True, **changes: Any) -> dict[str, Any]:
    decided = interval[0] >= 0.9 or interval[1] < 0.9
    found = verdict(rule="budget_kept" if met else "budget_missed", chance=chance, chance_interval=interval,
                    decided=decided, **changes)  # fmt: skip
    budget = {"amount": 5e5, "of": "invoice", "met": met, "p90": 5.5e5, "overrun_where_broken": 30_000.0,
              "chance_sum_is_enough": 0.98}  # fmt: skip
    return numbers(found, budget=budget)


NEXT = (
    " No other contract is cheaper on average or in most of the futures; the next, per resolution at $0.99, "
    "costs $85K more on average and would be cheaper only under $0.81 or if fewer than 51 % of conversations were "
    "billed (62 % are expected)."
)


def test_without_a_budget_and_without_a_rival() -> None:
    assert headline(numbers()) == (
        f"Sign per conversation at $0.50: expected $394K, P90 $451K, the lowest P90 of all.{NEXT}{OURS}"
    )


def test_without_a_budget_the_premium_over_the_lowest_mean_is_named() -> None:
    premium = {"over": "Closed by customer", "mean_more": 4_000, "p90_less": 118_000}
    found = verdict(rivals=[rival(0.55, 4_000, 118_000, None)], premium=premium)
    assert headline(numbers(found)) == (
        "Sign per conversation at $0.50: expected $394K, P90 $451K, the lowest P90 of all. It costs $4,000 more on "
        "average than Closed by customer at $3.50, which is cheaper in 55 % of the futures, and buys $118K less at P90."
        f"{OURS}"
    )


def test_with_a_budget_that_holds_and_a_rival_that_breaks_it() -> None:
    told = of_budget(0.98, (0.977, 0.983), rivals=[rival(0.55, 4_000, 118_000)])
    assert headline(told) == (
        "Sign per conversation at $0.50: the budget of $500K holds in 98 % of the futures (expected $394K, P90 $451K). "
        "Closed by customer at $3.50 is cheaper in 55 % of the futures, and on average over all futures by $4,000, but its P90 is $569K "
        f"and it breaks the budget in 20 %.{OURS}"
    )


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (rival(0.4, 4_000, 118_000, 0.8, "lowest_mean"),
         "is cheaper by $4,000 on average, though in only 40 % of the futures, but its P90 is $569K"),
        (rival(0.6, -4_000, 118_000, 0.8, "often_cheaper"),
         "is cheaper in 60 % of the futures and costs $4,000 more on average, but its P90 is $569K"),
        (rival(0.6, -4_000, -1_000, 0.95, "often_cheaper"),
         "is cheaper in 60 % of the futures and costs $4,000 more on average."),
        (rival(0.6, 0.0, 118_000, 0.0, "often_cheaper"),
         "costs the same on average, but its P90 is $569K and it breaks the budget in every future."),
    ],
)  # fmt: skip
def test_rivals_in_words(found: dict[str, Any], says: str) -> None:
    assert says in headline(of_budget(0.98, (0.977, 0.983), rivals=[found]))


def test_budget_in_every_future_and_at_the_edge_of_nine_in_ten() -> None:
    always = headline(of_budget(1.0, (0.9996, 1.0)))
    assert "the budget of $500K holds in every simulated future (expected $394K, P90 $451K)." in always
    edge = headline(of_budget(0.9001, (0.894, 0.906)))
    assert (
        "the budget of $500K holds in 90.01 % of the futures (expected $394K, P90 $451K); whether that is nine in ten, "
        "10,000 futures cannot tell (95 %: 89 % to 91 %)." in edge
    )


def test_budget_that_no_contract_keeps() -> None:
    some = headline(of_budget(0.42, (0.41, 0.43), met=False))
    assert some.startswith(
        "No contract keeps the budget of $500K in nine of ten futures. Per conversation at $0.50 comes nearest: it keeps "
        "it in 42 % of the futures (expected $394K, P90 $451K); when it is exceeded, by $30K on average. "
        "One future in ten costs at least $50K more than the budget."
    )
    none = headline(of_budget(0.0, (0.0, 0.0004), met=False))
    assert none.startswith(
        "No contract keeps the budget of $500K in any future. Per conversation at $0.50 has the lowest expected "
        "invoice "
        "(expected $394K, P90 $451K); in every future it exceeds it, by $30K on average."
    )


def year(name: str, budget: float, p90: float, over: float) -> dict[str, Any]:
    return {"name": name, "budget": budget, "contracts": {"Per conversation": {"p90": p90, "probability_over": over}}}


def of_years(chance: float, first: dict[str, Any], second: dict[str, Any], **changes: Any) -> dict[str, Any]:
    told = of_budget(chance, (chance - 0.005, chance + 0.005), met=chance >= 0.9, **changes)
    return told | {"fiscal_years": [first, second]}


def test_the_chance_of_all_years_never_stands_beside_the_sum_of_their_budgets() -> None:
    told = of_years(0.93, year("FY2027", 3e5, 2.9e5, 0.04), year("FY2028", 2e5, 1.9e5, 0.05),
                    rivals=[rival(0.55, 4_000, 118_000)])  # fmt: skip
    text = headline(told)
    assert text.startswith(
        "Sign per conversation at $0.50: all budgets hold together in 93 % of the futures (FY2027 in 96 %, FY2028 in "
        "95 %); their sum of $500K would be enough in 98 % (expected $394K, P90 $451K). "
    )
    assert "it breaks the budgets in 20 %" in text


def test_where_the_money_is_enough_and_the_split_is_not_it_says_what_to_move() -> None:
    short, spare = year("FY2027", 3e5, 316_369.0, 0.35), year("FY2028", 2e5, 1.7e5, 0.001)
    assert headline(of_years(0.65, short, spare)).startswith(
        "No contract keeps the budgets of FY2027 and FY2028 in nine of ten futures. Per conversation at $0.50 comes "
        "nearest: it keeps them together in 65 % of the futures (FY2027 in 65 %, FY2028 in 99.9 %); their sum of $500K would "
        "be enough in 98 % (expected $394K, P90 $451K); when one of them is exceeded, by $30K on average. In FY2027 one future in "
        "ten costs at least $16K more than the budget of $300K. The money is enough, the split is not: move $17K from "
        "FY2028 to FY2027, and the budget of each year holds in nine of ten futures. "
    )
    assert "split" not in headline(of_years(0.65, short, year("FY2028", 2e5, 184_000.0, 0.05))), "not enough to move"
    assert "split" not in headline(of_years(0.65, short, year("FY2028", 2e5, 2.1e5, 0.2))), "both are short"
    poor = of_years(0.65, short, spare)
    poor["budget"]["chance_sum_is_enough"] = 0.8
    assert "split" not in headline(poor), "the sum itself is not enough"


def test_with_open_points_it_is_signed_once_they_are_settled() -> None:
    open_now = [{"kind": "price", "text": "the price"}]
    assert headline(of_budget(0.98, (0.977, 0.983), questions=open_now)).startswith(
        "Sign per conversation at $0.50 once the open points are settled: the budget of $500K holds in 98 % of the futures"
    )
    missed = headline(of_budget(0.42, (0.41, 0.43), met=False, questions=open_now))
    assert missed.startswith("No contract keeps the budget") and "Sign" not in missed


def guessed(name: str) -> dict[str, Any]:
    return {"contract": name, "offer": "", "backing": "judgement"}


def test_a_price_that_is_assumed_is_called_so_where_it_is_compared() -> None:
    told = of_budget(0.98, (0.977, 0.983), rivals=[rival(0.55, 4_000, 118_000)]) | {
        "terms": [guessed("Closed by customer"), {**guessed("Per conversation"), "backing": "quoted"}]
    }
    assert "Closed by customer at $3.50, whose price is assumed, is cheaper in 55 %" in headline(told)
    told["terms"] = [guessed("Closed by customer"), guessed("Per conversation")]
    assert "Closed by customer at $3.50, whose price is assumed too, is cheaper in 55 %" in headline(told)
    after = numbers(terms=[guessed("Per resolution")])
    assert "the next, per resolution at $0.99, whose price is assumed, costs $85K more" in headline(after)
    premium = {"over": "Closed by customer", "mean_more": 4_000, "p90_less": 118_000}
    paid = numbers(verdict(rivals=[rival(0.55, 4_000, 118_000, None)], premium=premium),
                   terms=[guessed("Closed by customer")])  # fmt: skip
    assert "Closed by customer at $3.50, whose price is assumed and which is cheaper in 55 %" in headline(paid)


def test_where_human_work_ranks_it_is_said() -> None:
    told = of_budget(0.94, (0.935, 0.945))
    told |= {"ranked_by": "cost_to_serve", "budget": {**told["budget"], "amount": 2.5e6, "of": "cost_to_serve"}}
    assert headline(told).startswith(
        "Sign per conversation at $0.50: the budget of $2.50M for invoice and people's work holds in 94 % of the futures "
        "(with people's work expected $2.39M, P90 $2.45M; of it an expected invoice of $394K)."
    )


def close(**changes: Any) -> dict[str, Any]:
    return {
        "between": ["Per conversation", "Per resolution"], "figure": "mean", "difference": 2_000.0,
        "interval": [-1_000.0, 5_000.0], "reason": "interval", "recount_decides": False, **changes,
    }  # fmt: skip


BETWEEN = "Too close to call between per conversation at $0.50 and per resolution at $0.99: "


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (close(), "their expected invoices, $394K and $479K, differ by less than 10,000 futures can tell (95 % "
                  "interval of the difference: -$1,000 to $5,000). "),
        (close(reason="small"), "their expected invoices, $394K and $479K, differ by less than 1 %. "),
        (close(figure="p90", reason="small"), "their P90s, $451K and $540K, differ by less than 1 %. "),
        (close(reason="equal"), "they cost the same in every simulated future. "),
        (close(interval=None), "differ by less than 10,000 futures can tell. "),
    ],
)  # fmt: skip
def test_too_close_to_call_says_why(found: dict[str, Any], says: str) -> None:
    told = headline(numbers(verdict(close=found)))
    assert told.startswith(BETWEEN) and says in told
    assert (
        "We can recount the units of both in our own data, so either will do; the better figure is named first." in told
    )
    assert "Sign per conversation at $0.50: expected $394K, P90 $451K." in told, "the lowest P90 is not claimed"


def test_too_close_by_the_chance_to_keep_the_budget() -> None:
    found = close(figure="chance", difference=0.004, interval=[-0.002, 0.01], reason="interval")
    told = of_budget(0.42, (0.41, 0.43), met=False, close=found)
    told["contracts"][0]["chance_of_budgets"], told["contracts"][1]["chance_of_budgets"] = 0.42, 0.416
    assert (
        "their chances to keep the budget of $500K, 42.0 % and 41.6 %, differ by less than 10,000 futures can "
        "tell (95 % "
        "interval of the difference: -0.2 to +1 points)." in headline(told)
    )


def test_too_close_to_call_is_decided_by_what_can_be_recounted() -> None:
    told = numbers(verdict(close=close(recount_decides=True)))
    told["contracts"][1] |= {"countable_by_buyer": False, "count_note": "only the vendor can."}
    assert (
        "Only the unit of per conversation can be recounted in our own data, which decides; of the other, only the "
        "vendor can. Sign" in headline(told)
    )
    told["contracts"][0] |= {"countable_by_buyer": False}
    told["verdict"]["close"]["recount_decides"] = False
    assert "We can recount the bill of neither ourselves, so the better figure is named first. Sign" in headline(told)


def test_a_scenario_without_a_range_has_no_risk_budget() -> None:
    assert f" {NO_RISK} " in headline(numbers(unknowns=[])) and NO_RISK not in headline(numbers())


def test_a_bill_that_cannot_be_recounted() -> None:
    told = numbers()
    told["contracts"][0] |= {"countable_by_buyer": False, "count_note": "needs the vendor's verdict (judged_resolved)"}
    assert headline(told).endswith(
        " We cannot recount the bill ourselves: needs the vendor's verdict (judged_resolved)."
    )


def test_a_single_contract_and_contracts_that_bill_nothing() -> None:
    only = numbers(ranking=["Per conversation"], contracts=[contract("Per conversation", 394_000, 451_000)], paired=[])
    assert headline(only) == (f"Per conversation at $0.50 is the only contract given: expected $394K, P90 $451K.{OURS}")
    idle = numbers()
    idle["contracts"][1]["bills_units"] = False
    assert " Per resolution at $0.99 bills no unit in any future and is ranked last. We can" in headline(idle)
    none = numbers(verdict(rule="no_units"))
    assert headline(none).startswith(
        "None of the 3 contracts bills a unit in any future: the lowest expected invoice of"
    )
    assert before_signing(none) == "Not ready to sign, because no unit is billed in any future."


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tie": None}, "and would cost more at any price."),
        ({"one_price": False, "unit_rate": None, "tie": {"factor": 0.83, "unit_price": 0.03}},
         "and would be cheaper only if its prices for use fell by more than 17 %, with fees as they are."),
        ({"tie": {"factor": 0.0, "unit_price": 0.0}}, "and would be cheaper at no price above zero."),
        ({"tie": {"factor": 0.9999, "unit_price": 0.9899, "billed_share": None}},
         "and would be cheaper only under $0.9899."),
    ],
)  # fmt: skip
def test_where_the_next_contract_wins(changes: dict[str, Any], expected: str) -> None:
    told = numbers()
    told["contracts"][1] |= changes
    assert expected in headline(told)


def test_amounts_that_differ_look_different() -> None:
    told = numbers()
    told["contracts"][0] = contract("Per conversation", 394_000, 394_100)
    assert "expected $394.0K, P90 $394.1K" in headline(told)


def test_only_what_the_scenario_gives_is_called_a_budget() -> None:
    """Without a budget the word does not occur; with one it stands for its amount alone."""
    assert "budget" not in headline(numbers()).lower() and "budget" not in saving(numbers())
    text = headline(of_budget(0.98, (0.977, 0.983), rivals=[rival(0.55, 4_000, 118_000)]))
    assert text.count("budget") == text.count("budget of $500K") + text.count("breaks the budget")
    assert not set("\u2013\u2014") & set(text)


def test_what_is_open_is_numbered() -> None:
    asked = [{"kind": "price", "text": "the price"}, {"kind": "recount", "text": "how the bill is checked"}]
    assert before_signing(numbers(verdict(questions=asked))) == (
        "Not ready to sign. To settle first: (1) the price; (2) how the bill is checked."
    )
    assert before_signing(numbers()) == "Ready to sign: nothing is open."


def today(low: float, high: float, **changes: Any) -> dict[str, Any]:
    found = {
        "title": "Today (people only)", "low": low, "high": high, "solved_today": 655e3, "solved_with_ai": 613e3,
        "cost_per_solved_case": 8.45, "hours_per_month": 5_973.0, "seats": 58.6, "set_up_in_offer": True, **changes,
    }  # fmt: skip
    less = {"p10": -3.4e6, "p90": -2.2e6}
    return numbers(status_quo={"saving": found, "recommended_less_today": less})


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (2.70e6, 2.83e6, "every contract here saves $2.70M to $2.83M on average over the 12 months, people's work included: "
                         "which contract is chosen decides $130K of it."),
        (-2.83e6, -2.70e6, "every contract here costs $2.70M to $2.83M more on average over the 12 months, people's work included: "
                           "which contract is chosen decides $130K of it."),
        (-1e5, 2e5, "the contracts here cost from $200K less to $100K more on average over the 12 months, people's work included."),
        (2e5, 2e5, "every contract here saves $200K on average over the 12 months, people's work included."),
    ],
)  # fmt: skip
def test_saving_is_a_range_over_all_contracts(low: float, high: float, says: str) -> None:
    assert saving(today(low, high)) == (
        f"Compared with today (people only), {says} In eight of ten futures, the recommended contract saves $2.20M to "
        f"$3.40M. The service is not the same: 613K cases are solved, 42K fewer "
        "than today. At today's cost of $8.45 for a solved case, these are worth $355K. The saving is real only if 59 "
        "full-time jobs (5,973 hours a month) are really given up."
    )


def test_saving_leaves_out_what_does_not_change() -> None:
    same = saving(today(1e5, 2e5, solved_with_ai=655e3, seats=0.2, set_up_in_offer=False))
    assert (
        "service" not in same
        and "job" not in same
        and same.endswith("The costs of setting up are not in it, because no offer names any.")
    )
    assert saving(numbers()) == ""
