"""The sentence, variant by variant, from made-up numbers."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.report.sentences import in_sentence, interval_line, sentence

ENDS = " (nine in ten simulated futures cost no more)"
BOTH = "; we can recount the units of both in our own data."
OURS = "; we can recount the unit in our own data."


def cost(mean: float, p90: float) -> dict[str, Any]:
    return {"mean": mean, "p90": p90, "p90_interval": [p90 - 3e3, p90 + 3e3], "p90_interval_complete": True}


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
        **changes,
    }


def pair(name: str, mean: float, p10: float, p90: float, dearer: float) -> dict[str, Any]:
    return {
        "contract": name, "mean": mean, "p10": p10, "p90": p90, "share_dearer": dearer, "share_cheaper": 1 - dearer,
    }  # fmt: skip


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


def numbers(**changes: Any) -> dict[str, Any]:
    return {
        "currency": "USD",
        "trials": 10_000,
        "ranked_by": "invoice",
        "recommended": "Per conversation",
        "ranking": ["Per conversation", "Per resolution"],
        "too_close_to_call": False,
        "budget": None,
        "status_quo": None,
        "contracts": [contract("Per conversation", 394_000, 451_000), resolution()],
        "paired": [pair("Per resolution", 85_000, 38_000, 132_000, 0.99)],
        **changes,
    }


def budget(amount: float, over: float, **changes: Any) -> dict[str, Any]:
    return {
        "amount": amount, "of": "invoice", "p90_interval": [448_000, 454_000], "p90_interval_complete": True,
        "met": over <= 0.1, "decided": True,
        "probability_over": over, "mean_overrun": 30_000.0, **changes,
    }  # fmt: skip


LEAD = f"Sign per conversation at $0.50: expected $394K, budget $451K{ENDS}; "
RIVAL = (
    "$85K (P10 to P90: $38K to $132K) below per resolution at $0.99, which wins on average only under $0.81 or if "
    "fewer than 51 % of conversations are billed (assumed 62 %, P10 to P90: 55 % to 67 %)"
)


def test_sentence_without_a_budget() -> None:
    assert sentence(numbers()) == LEAD + RIVAL + OURS


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (budget(500_000, 0.06), "the budget of $500K is enough in 94 % of the futures"),
        (budget(500_000, 0.0), "the budget of $500K is enough in every simulated future"),
        (budget(500_000, 0.0001), "the budget of $500K is enough in 99.99 % of the futures"),
        (budget(100_000, 0.9998), "the budget of $100K falls short in 99.98 % of the futures, then by $30K on average"),
        (budget(451_000, 0.1), "the budget of $451K is enough in 90 % of the futures"),
        (
            budget(450_900, 0.1004),
            "the budget of $450.9K falls short in 10.04 % of the futures, then by $30K on average",
        ),
        (budget(100_000, 1.0), "the budget of $100K falls short in every simulated future by $30K on average"),
        (
            budget(450_000, 0.102, decided=False),
            "whether the budget of $450K holds at P90 is too close to call with 10,000 futures "
            "(P90 within $448K to $454K)",
        ),
    ],
)
def test_sentence_with_a_budget(given: dict[str, Any], expected: str) -> None:
    assert sentence(numbers(budget=given)) == f"{LEAD}{RIVAL}; {expected}{OURS}"


@pytest.mark.parametrize(
    ("trials", "over", "expected"),
    [
        (12, 1 / 12, "the budget of $450K is enough in 92 % of the 12 futures, too few to say more"),
        (12, 0.0, "the budget of $450K is enough in all of the 12 futures, too few to say more"),
        (12, 1.0, "the budget of $450K is enough in none of the 12 futures, too few to say more"),
        (20, 0.1, "the budget of $450K is enough in 90 % of the 20 futures, too few to say more"),
        (1, 0.0, "the budget of $450K is enough in the only simulated future, which says little"),
        (1, 1.0, "the budget of $450K is not enough in the only simulated future, which says little"),
    ],
)
def test_sentence_with_a_budget_and_too_few_futures(trials: int, over: float, expected: str) -> None:
    given = budget(450_000, over, p90_interval_complete=False, decided=False)
    assert sentence(numbers(trials=trials, budget=given)) == f"{LEAD}{RIVAL}; {expected}{OURS}"


def test_sentence_where_human_work_ranks_speaks_of_it_throughout() -> None:
    given = budget(2_500_000, 0.06, of="cost_to_serve", p90_interval=[2_448_000, 2_454_000])
    told = numbers(ranked_by="cost_to_serve", budget=given)
    assert sentence(told) == (
        f"Sign per conversation at $0.50: with human work expected $2.39M, budget $2.45M{ENDS}, of it expected invoice "
        f"$394K; {RIVAL}; the budget of $2.50M for invoice and human work is enough in 94 % of the futures{OURS}"
    )
    assert interval_line(told).startswith("P90 lies within $2.448M to $2.454M (")


def test_sentence_difference_that_changes_sign_says_above_and_below() -> None:
    told = sentence(numbers(paired=[pair("Per resolution", 13_500, -13_900, 38_200, 0.8)]))
    assert "; $13.5K (P10 to P90: $13.9K above to $38.2K below) below per resolution" in told.replace("$14K", "$13.9K")


def test_sentence_budget_that_looks_like_its_p90_gets_more_digits() -> None:
    told = sentence(numbers(budget=budget(448_000.4, 0.102, decided=False)))
    assert "the budget of $448.000K" not in told
    assert "the budget of $448.0004K" in told


def test_sentence_two_contracts_that_cannot_be_told_apart() -> None:
    same = numbers(
        too_close_to_call=True,
        contracts=[contract("Per conversation", 394_000, 451_000), contract("Per resolution", 394_000, 451_000)],
        paired=[{**pair("Per resolution", 0, 0, 0, 0), "share_cheaper": 0.0}],
    )
    assert sentence(same) == (
        "Per conversation at $0.50 and per resolution at $0.50 cannot be told apart, they cost the same in every "
        f"simulated future: expected $394K, budget $451K{ENDS}{BOTH}"
    )


def test_sentence_too_close_to_call_shows_which_is_cheaper() -> None:
    close = numbers(
        trials=100,
        too_close_to_call=True,
        contracts=[contract("Per conversation", 394_000, 451_000), resolution(), contract("Third", 9e5, 9e5)],
        paired=[pair("Per resolution", 85_000, -38_000, 132_000, 0.61)],
    )
    assert sentence(close) == (
        "Too close to call with 100 futures between per conversation at $0.50 and per resolution at $0.99: expected "
        f"$394K and $479K, budget $451K and $540K{ENDS}; their P90 intervals overlap, and the first is cheaper in "
        f"61 % of the futures (at least 95 % or separate intervals would decide){BOTH}"
    )
    assert "; with the first of them, the budget of $500K is enough in 94 % of the futures; we can recount" in sentence(
        {**close, "budget": budget(500_000, 0.06)}
    )
    assert ": with human work expected $2.39M and $2.48M, budget $2.45M and $2.54M (" in sentence(
        {**close, "ranked_by": "cost_to_serve"}
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (True, True, "; we can recount the units of both in our own data."),
        (False, False, "; we can recount the bill of neither ourselves."),
        (
            True,
            False,
            "; we can recount only the unit of the first in our own data; of the other, only the vendor can.",
        ),
        (
            False,
            True,
            "; we can recount only the unit of the second in our own data; of the other, only the vendor can.",
        ),
    ],
)
def test_sentence_too_close_to_call_says_what_can_be_recounted(first: bool, second: bool, expected: str) -> None:
    def counted(by_buyer: bool) -> dict[str, Any]:
        return {"countable_by_buyer": by_buyer, "count_note": "yes" if by_buyer else "only the vendor can"}

    pair_of = [contract("Per conversation", 394_000, 451_000, **counted(first)), resolution(**counted(second))]
    assert sentence(numbers(too_close_to_call=True, contracts=pair_of)).endswith(expected)


def test_sentence_contract_that_cannot_be_recounted() -> None:
    blind = contract(
        "Per conversation", 394_000, 451_000, countable_by_buyer=False,
        count_note="needs the vendor's verdict (judged_resolved)",
    )  # fmt: skip
    told = sentence(numbers(contracts=[blind, resolution()]))
    assert told.endswith("; we cannot recount the bill ourselves: needs the vendor's verdict (judged_resolved).")


def test_sentence_single_contract_beside_today() -> None:
    only = numbers(
        ranking=["Per conversation"],
        contracts=[contract("Per conversation", 394_000, 451_000)],
        paired=[],
        status_quo={"title": "Today (people only)", "cost": {"mean": 4_100_000}},
    )
    assert sentence(only) == (
        f"Per conversation at $0.50 is the only contract given: expected $394K, budget $451K{ENDS}, with human work "
        f"$2.39M against $4.10M today (people only){OURS}"
    )


@pytest.mark.parametrize(
    ("of", "mean", "expected"),
    [
        (
            "invoice", -5_000,
            "; $5,000 above per resolution at $0.99 on average, but at P90 its invoice comes to $451K against $540K; ",
        ),
        (
            "cost_to_serve", -5_000,
            "; $5,000 above per resolution at $0.99 on average, but at P90 its invoice and human work come to $2.45M "
            "against $2.54M; ",
        ),
        (
            "invoice", 0,
            "; on average the same as per resolution at $0.99, but at P90 its invoice comes to $451K against $540K; ",
        ),
    ],
)  # fmt: skip
def test_sentence_lower_p90_but_dearer_on_average(of: str, mean: float, expected: str) -> None:
    pairs = [pair("Per resolution", mean, -40_000, 60_000, 0.4)]
    assert expected in sentence(numbers(ranked_by=of, paired=pairs))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tie": None}, "which costs more on average at any price"),
        ({"one_price": False, "unit_rate": None, "tie": {"factor": 0.83, "unit_price": 0.03}},
         "below per resolution, which wins on average only if all its prices fall by more than 17 %"),
        ({"one_price": False, "title": "Hybrid: fee, tokens", "tie": {"factor": 0.96, "unit_price": 0.24}},
         'below "Hybrid: fee, tokens", which wins on average only if all its prices fall by more than 4 %'),
        ({"tie": {"factor": 0.0, "unit_price": 0.0}}, "which wins on average at no price above zero"),
        (
            {"tie": {"factor": 0.9999, "unit_price": 0.9899, "billed_share": None}},
            "which wins on average only under $0.9899",
        ),
    ],
)  # fmt: skip
def test_sentence_where_the_runner_up_wins(changes: dict[str, Any], expected: str) -> None:
    rival = {**resolution(), **changes}
    assert expected in sentence(numbers(contracts=[contract("Per conversation", 394_000, 451_000), rival]))


def test_sentence_amounts_that_differ_look_different() -> None:
    told = sentence(numbers(contracts=[contract("Per conversation", 394_000, 394_100), resolution()]))
    assert "expected $394.0K, budget $394.1K" in told


def test_interval_line_variants() -> None:
    alone = "95 %, from the number of futures alone"
    assert interval_line(numbers()) == (
        f"P90 lies within $448K to $454K ({alone}; it says nothing about wrong assumptions)."
    )
    few = numbers(trials=20)
    few["contracts"][0]["invoice"]["p90_interval_complete"] = False
    assert interval_line(few) == (
        f"P90 lies above $448K ({alone}); 20 futures are too few for an upper end, the dearest costs $454K."
    )
    assert interval_line({**few, "trials": 1}) == "1 future says nothing about P90: it costs $454K."


def test_no_sentence_has_a_dash_that_is_not_a_hyphen() -> None:
    told = sentence(numbers(budget=budget(500_000, 0.06)))
    assert not set("\u2013\u2014") & set(told)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Per token", "per token"),
        ("Acme", "Acme"),
        ("Perfect", "Perfect"),
        ("Per resolution, assumed 24 h", '"Per resolution, assumed 24 h"'),
        ("Hybrid: fee", '"Hybrid: fee"'),
    ],
)
def test_title_in_a_sentence_keeps_names_and_is_quoted_with_punctuation(title: str, text: str) -> None:
    assert in_sentence(title) == text


def test_price_that_is_not_certain_is_about_four_digits() -> None:
    flat = contract("Per conversation", 394_000, 451_000, unit_rate=0.512743752101)
    exact = sentence(numbers(contracts=[flat, resolution()]))
    assert exact.startswith("Sign per conversation at $0.512743752101: ")
    told = sentence(numbers(contracts=[{**flat, "unit_rate_fixed": False}, resolution()]))
    assert told.startswith("Sign per conversation at about $0.5127: ")


def test_contract_without_units_is_no_answer_and_no_rival() -> None:
    flat, idle = contract("Per conversation", 0, 0), resolution(bills_units=False)
    told = sentence(numbers(contracts=[flat, idle]))
    assert "; per resolution at $0.99 bills no unit in any future and is ranked last; we can recount" in told
    none = numbers(contracts=[{**flat, "bills_units": False}, idle])
    assert sentence(none) == (
        "None of the 2 contracts bills a unit in any future: the lowest expected invoice of $0 is no answer, see the "
        "notes."
    )
    assert interval_line(none) == "P90 says nothing where no unit is billed."


def test_a_platform_fee_is_named_beside_the_price() -> None:
    lines = {"conversations": 379_000.0, "platform fee": 18_000.0}
    flat = contract("Per conversation", 397_000, 455_000, lines=lines)
    told = sentence(numbers(contracts=[flat, resolution()]))
    assert told.startswith("Sign per conversation at $0.50 and a platform fee: expected ")
    none = {**flat, "lines": {**lines, "platform fee": 0.0}}
    assert sentence(numbers(contracts=[none, resolution()])).startswith("Sign per conversation at $0.50: expected ")
