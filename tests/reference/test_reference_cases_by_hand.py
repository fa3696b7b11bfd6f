"""One case and one conversation of the reference against numbers worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from scipy import stats

from simulator.records import COLUMNS
from tests.reference.drivers import Scores, moves
from tests.reference.law import cases_as_columns, rows_as_columns, simulate_trial
from tests.reference.rates import ENDS, MonthLaw
from tests.reference.textbook import textbook
from tests.reference.unknowns import trial_values
from tests.statistics import covariance_is, follows, mean_is, share_below_is, variance_is

Row = dict[str, Any]


def rows(changes: dict[str, Any], cases: float = 4_000, seed: int = 41) -> list[Row]:
    scenario = textbook({**changes, "volume": {"per_month": cases}})
    return list(simulate_trial(scenario, Random(seed)).rows())


def law(changes: dict[str, Any], scores: Scores | None = None) -> MonthLaw:
    values = trial_values(textbook(changes), Random(0), "center")
    return MonthLaw(values, 1, moves(values, scores or Scores()))


def share(found: list[Row], holds: Callable[[Row], Any]) -> list[float]:
    return [float(bool(holds(row))) for row in found]


def test_record_has_every_column_and_no_empty_value_where_none_may_be() -> None:
    found = rows({"returns": {"probability": {"silent_solved": 0.5}}}, cases=50)
    columns = rows_as_columns(found, trial=3)
    assert {column.name for column in COLUMNS} <= set(columns)
    assert set(columns["trial"]) == {3}
    for column in COLUMNS:
        if not column.nullable:
            assert None not in columns[column.name], column.name
        if column.categories:
            assert set(columns[column.name]) <= set(column.categories)
    assert len(set(columns["conversation_id"])) == len(found)


def test_levels_shift_on_the_cumulative_logits() -> None:
    changes = {
        "levels": {"only": {}, "b": {"escalate": 0, "solve": 1}, "c": {"escalate": 0, "solve": 1}},
        "intents": {"only": {"levels": {"only": 50, "b": 30, "c": 20}}},
        "drivers": {"complexity": {"sd": math.log(2)}},
    }
    shifted = law(changes, Scores({"complexity": 1.0})).levels("only")
    assert shifted == pytest.approx([1 / 3, 1 / 3, 1 / 3])  # tails .5 and .2 have odds 1 and 1/4, doubled 2 and 1/2
    assert law(changes).levels("only") == pytest.approx([0.5, 0.3, 0.2])
    stated = {**changes, "outcomes": {"complexity_log_odds": math.log(2)}}
    assert law(stated).levels("only") == pytest.approx(shifted)


def test_ends_have_the_chances_of_the_stages() -> None:
    changes = {
        "levels": {"only": {"escalate": 0.2, "solve": 0.5, "partial": 0.25}},
        "intents": {"only": {"escalate_odds": 2.0, "solve_odds": 3.0, "abandon": 0.1, "confirm": 0.2}},
    }
    # escalate 1/3, solve 3/4
    expected = [0.6 * 0.75 * 0.2, 0.6 * 0.75 * 0.8, 0.6 * 0.25, (2 / 3) * 0.1, 1 / 12, 1 / 4]
    assert law(changes).ends("only", "only", "only", False) == pytest.approx(expected, rel=1e-14)
    found = rows(changes)
    for end, chance in zip(ENDS, expected, strict=True):
        assert mean_is(share(found, lambda row, end=end: row["end"] == end), chance)


def test_odds_of_levers_models_shifts_and_later_contacts_add_up() -> None:
    changes = {
        "levels": {"only": {"escalate": 0.2, "solve": 0.5}},
        "models": {"only": {"solve_odds": 0.8, "escalate_odds": 1.25}},
        "outcomes": {"escalate_log_odds": 0.1, "solve_log_odds": -0.2, "later_contact_escalate_odds": 1.6},
        "drivers": {"escalation": {"sd": 0.3}, "solving": {"sd": 0.4}},
        "levers": {
            "routing": {"setting": 0.5, "solve_odds": 0.9, "escalate_odds": 1.1},
            "compression": {"setting": 0.25, "solve_odds": 0.7},
            "cache": {"setting": 1.0, "escalate_odds": 1.3},
            "retrieval": {"setting": 4.0, "solve_odds": 1.2},
            "reasoning": {"setting": 0.5, "solve_odds": 1.5, "escalate_odds": 0.8},
        },
    }
    chances = law(changes, Scores({"escalation": 1.0, "solving": -1.0})).ends("only", "only", "only", True)
    escalate_odds = 0.25 * 1.25 * math.exp(0.1 + 0.3) * 1.6 * math.sqrt(1.1) * 1.3 / 0.8
    solve_odds = 0.8 * math.exp(-0.2 - 0.4) * math.sqrt(0.9) * 0.7**0.25 * 1.2**2 / 1.5
    escalate, solve = escalate_odds / (1 + escalate_odds), solve_odds / (1 + solve_odds)
    assert chances[5] == pytest.approx(escalate, rel=1e-13)
    assert chances[1] == pytest.approx((1 - escalate) * solve, rel=1e-13)


def test_models_are_routed_by_level_then_by_the_lever() -> None:
    models = {"only": {"routing": {"only": 3}}, "big": {"rates": {"input": 5, "output": 9}, "routing": {"only": 1}}}
    assert law({"models": models}).models("only") == pytest.approx([0.75, 0.25])
    lever = {"routing": {"setting": 0.4, "to": "big"}}
    assert law({"models": models, "levers": lever}).models("only") == pytest.approx([0.45, 0.55])
    first = {"routing": {"setting": 0.4}}
    assert law({"models": models, "levers": first}).models("only") == pytest.approx([0.85, 0.15])


CHAIN = {
    "returns": {
        "max_contacts": 3,
        "probability": {"silent_solved": 0.4},
        "straight_to_human": {"silent_solved": 0.25},
    }
}


def test_contacts_of_a_case_form_a_chain_cut_at_the_most() -> None:
    scenario = textbook({**CHAIN, "volume": {"per_month": 6_000}})
    months = simulate_trial(scenario, Random(42)).months
    columns = cases_as_columns(months[0].cases)
    for count, chance in ((1, 0.7), (2, 0.21), (3, 0.09)):
        assert mean_is([float(n == count) for n in columns["contacts"]], chance)
    assert mean_is([float(flag) for flag in columns["straight_return"]], 0.1 + 0.03 + 0.036)
    third = [row for row in months[0].rows() if row["contact"] == 3]
    assert all(row["straight_return"] == (row["returned_after_hours"] is not None) for row in third)


def test_return_chance_has_odds_of_level_intent_and_month() -> None:
    changes = {
        "levels": {"only": {"return_odds": 2.0}},
        "intents": {"only": {"return_odds": 3.0}},
        "returns": {"probability": {"abandoned": 0.2}, "log_odds": 0.5},
        "drivers": {"returning": {"sd": 0.25}},
    }
    odds = 0.25 * 6 * math.exp(0.5 + 0.5)
    assert law(changes, Scores({"returning": 2.0})).returns("only", "only", "abandoned") == pytest.approx(
        odds / (1 + odds)
    )
    assert law(changes).returns("only", "only", "confirmed") == 0.0


def test_return_opens_after_the_delay_that_its_predecessor_shows() -> None:
    delay = {"median_hours": 14.0, "sigma": 1.6}
    found = rows({"returns": {**CHAIN["returns"], "delay": delay}, "channels": {"chat": {"delay": 2.0}}})
    hours = [row["returned_after_hours"] for row in found if row["returned_after_hours"] is not None]
    assert follows([math.log(hour) for hour in hours], stats.norm(math.log(28), 1.6).cdf)
    by_key = {(row["case_id"], row["contact"]): row for row in found}
    later = [row for row in found if row["origin"] == "return"]
    for row in later:
        before = by_key[row["case_id"], row["contact"] - 1]
        gap = (row["opened_at"] - before["opened_at"]) / timedelta(hours=1)
        assert gap == pytest.approx(before["returned_after_hours"], abs=1e-6)
        assert row["billing_month"] == "2027-01"
    assert len(later) > 1_000


def test_delay_by_weibull() -> None:
    delay = {"law": "weibull", "scale_hours": 24.0, "shape": 0.6}
    found = rows({"returns": {"max_contacts": 1, "probability": {"silent_solved": 1.0}, "delay": delay}})
    assert follows([row["returned_after_hours"] for row in found], stats.weibull_min(0.6, scale=24.0).cdf)


def test_cases_open_uniformly_in_the_month() -> None:
    found = rows({"start": "2028-02"})
    hours = [(row["opened_at"] - datetime(2028, 2, 1)) / timedelta(hours=1) for row in found]
    assert follows(hours, stats.uniform(0, 29 * 24).cdf)
    assert all(row["billing_month"] == "2028-02" for row in found)


def test_duplicates_are_leaves_beside_their_original() -> None:
    channels = {"chat": {"share": 3}, "mail": {"share": 1, "delay": 5.0}}
    duplicates = {
        "probability": {"silent_solved": 0.5},
        "same_channel": 0.2,
        "delay": {"median_hours": 2.0, "sigma": 0.5},
    }
    found = rows({**CHAIN, "channels": channels, "duplicates": duplicates})
    originals = {(row["case_id"], row["contact"]): row for row in found if row["origin"] != "duplicate"}
    twins = [row for row in found if row["origin"] == "duplicate"]
    assert mean_is(share(list(originals.values()), lambda row: row["channel"] == "mail"), 0.25)
    assert len({(row["case_id"], row["contact"]) for row in twins}) == len(twins)
    assert all(row["returned_after_hours"] is None and not row["straight_return"] for row in twins)
    pairs = [(row, originals[row["case_id"], row["contact"]]) for row in twins]
    cases = [row["case_id"] for row in twins]
    assert abs(len(twins) / len(originals) - 0.5) < 5 * 0.5 / math.sqrt(len(originals))
    assert mean_is([float(a["channel"] == "mail") for a, b in pairs if b["channel"] == "chat"], 0.8 * 0.25)
    assert mean_is([float(a["channel"] == "mail") for a, b in pairs], 0.25, clusters=cases)
    gaps = [(a["hours"] - b["hours"]) / (5.0 if a["channel"] == "mail" else 1.0) for a, b in pairs]
    assert follows([math.log(gap) for gap in gaps], stats.norm(math.log(2), 0.5).cdf)


def test_duplicates_draw_their_own_outcome_at_the_odds_of_their_contact() -> None:
    changes = {
        "levels": {"only": {"escalate": 0.2, "solve": 0.5}},
        "outcomes": {"later_contact_escalate_odds": 4.0},
        "returns": {"max_contacts": 2, "probability": dict.fromkeys(ENDS, 0.5)},
        "duplicates": {"probability": dict.fromkeys(ENDS, 0.5)},
    }
    found = rows(changes)
    for contact, chance in ((1, 0.2), (2, 0.5)):
        for origin in ({"new", "return"}, {"duplicate"}):
            part = [row for row in found if row["contact"] == contact and row["origin"] in origin]
            assert mean_is(share(part, lambda row: row["end"] == "escalated"), chance)
    originals = {row["case_id"]: row["solved"] for row in found if row["origin"] == "new"}
    twins = [row for row in found if row["origin"] == "duplicate" and row["contact"] == 1]
    solved = [float(row["solved"]) for row in twins], [float(originals[row["case_id"]]) for row in twins]
    assert covariance_is(solved, 0.0)


MIXED = {
    "levels": {"only": {"escalate": 0.4, "solve": 0.6, "partial": 0.5, "handoff_minutes": 10.0, "review_minutes": 4.0}},
    "intents": {
        "only": {"abandon": 0.1, "confirm": 0.3, "action": 0.7, "review": 0.2, "planned_handoff": 0.35,
                 "greeting": 0.1, "spam": 0.05, "test": 0.02}
    },
    "judge": {"sensitivity": 0.9, "specificity": 0.8},
    "csat": {"response": 0.5, "if_solved": [0, 0, 0, 1, 3], "if_unsolved": [2, 1, 1, 0, 0]},
    "people": {"solve": 0.8, "minutes_sigma": 0.5, "review_sigma": 0.4, "partial_factor": 0.6},
    "channels": {"chat": {"minutes": 2.0}},
}  # fmt: skip


def test_attributes_have_their_shares_where_they_may_occur() -> None:
    found = rows(MIXED, cases=8_000)
    ends = {end: [row for row in found if row["end"] == end] for end in ENDS}
    closed = ends["confirmed"] + ends["silent_solved"] + ends["silent_unsolved"]
    solved = ends["confirmed"] + ends["silent_solved"]
    checks = [
        (ends["escalated"], "handoff_planned", 0.35),
        (solved + ends["partial"], "action_completed", 0.7),
        (solved, "judged_resolved", 0.9),
        (ends["silent_unsolved"], "judged_resolved", 0.2),
        (ends["partial"] + ends["escalated"], "human_solved", 0.8),
    ]
    for part, column, chance in checks:
        assert mean_is(share(part, lambda row, column=column: row[column]), chance), column
    assert mean_is(share(closed, lambda row: row["human_touch"] == "review"), 0.2)
    for name, chance in (("greeting", 0.1), ("spam", 0.05), ("test", 0.02), ("service", 0.83)):
        assert mean_is(share(found, lambda row, name=name: row["class"] == name), chance)
    assert all(row["answered"] == (row["end"] not in ("abandoned", "escalated")) for row in found)
    assert all(row["solved"] == (row["end"] in ("confirmed", "silent_solved")) for row in found)


def test_attributes_are_false_where_they_may_not_occur() -> None:
    allowed = {
        "handoff_planned": {"escalated"},
        "action_completed": {"confirmed", "silent_solved", "partial"},
        "judged_resolved": {"confirmed", "silent_solved", "silent_unsolved"},
        "human_solved": {"partial", "escalated"},
    }
    found = rows(MIXED)
    for column, ends in allowed.items():
        assert {row["end"] for row in found if row[column]} == ends
    assert {row["end"] for row in found if row["human_touch"] == "handoff"} == {"partial", "escalated"}
    assert {row["end"] for row in found if row["human_touch"] == "review"} == allowed["judged_resolved"]
    assert {row["end"] for row in found if row["csat"] is not None} == set(ENDS) - {"abandoned", "escalated"}


def test_csat_has_the_weights_of_solved_and_unsolved() -> None:
    found = [row for row in rows(MIXED, cases=8_000) if row["answered"]]
    assert mean_is(share(found, lambda row: row["csat"] is not None), 0.5)
    scored = [row for row in found if row["csat"] is not None]
    assert {row["csat"] for row in scored if row["solved"]} == {4, 5}
    assert {row["csat"] for row in scored if not row["solved"]} == {1, 2, 3}
    assert mean_is([float(row["csat"] == 5) for row in scored if row["solved"]], 0.75)
    assert mean_is([float(row["csat"] == 1) for row in scored if row["end"] == "partial"], 0.5)


def test_class_shares_above_one_are_divided_by_their_sum() -> None:
    month = law({"intents": {"only": {"greeting": 0.5, "spam": 0.3, "test": 0.2}}})
    month.values.intents["only"].greeting = 1.5
    assert month.class_shares("only") == pytest.approx([0.75, 0.15, 0.1])


def test_minutes_have_their_means_by_touch() -> None:
    found = rows(MIXED, cases=8_000)
    for end, touch, mean, sigma in (
        ("escalated", "handoff", 20.0, 0.5),
        ("partial", "handoff", 12.0, 0.5),
        ("confirmed", "review", 8.0, 0.4),
    ):
        minutes = [row["human_minutes"] for row in found if row["end"] == end and row["human_touch"] == touch]
        law_of_logs = stats.norm(math.log(mean) - sigma**2 / 2, sigma)
        assert follows([math.log(minute) for minute in minutes], law_of_logs.cdf)
    assert {row["human_minutes"] for row in found if row["human_touch"] == "none"} == {0.0}


def test_straight_return_adds_an_escalated_handoff_and_may_solve() -> None:
    changes = {**MIXED, "levels": {"only": {"handoff_minutes": 10.0}}, "intents": {"only": {}},
               "returns": {"max_contacts": 1, "probability": {"silent_solved": 0.5}}}  # fmt: skip
    found = rows(changes)
    back = [row for row in found if row["straight_return"]]
    assert mean_is([row["human_minutes"] for row in back], 20.0)
    assert mean_is(share(back, lambda row: row["human_solved"]), 0.8)
    assert not any(row["human_minutes"] or row["human_solved"] for row in found if not row["straight_return"])
    assert {row["human_touch"] for row in found} == {"none"}


def test_straight_return_adds_to_the_minutes_of_a_partial_handoff() -> None:
    levels = {"only": {"escalate": 1.0, "partial": 1.0, "handoff_minutes": 10.0}}
    people = {"solve": 0.6, "partial_factor": 0.5, "minutes_sigma": 0.3}
    returns = {"max_contacts": 1, "probability": {"partial": 1.0}}
    found = rows({"levels": levels, "people": people, "returns": returns})
    assert mean_is([row["human_minutes"] for row in found], 15.0)
    assert variance_is([row["human_minutes"] for row in found], (25 + 100) * math.expm1(0.09))
    assert mean_is(share(found, lambda row: row["human_solved"]), 1 - 0.4**2)


def test_turns_messages_and_actions_have_their_laws() -> None:
    changes = {
        "levels": {"only": {"turns": 4.0}},
        "channels": {"chat": {"turns": 1.5, "seconds_per_turn": 90.0}},
        "intents": {"only": {"abandon": 0.5}},
        "turns": {"size": 3.0, "most": 200, "calls_per_turn": 1.7, "factor": {"abandoned": 0.5},
                  "actions_per_call": 0.6, "actions_size": 2.4},
    }  # fmt: skip
    found = rows(changes, cases=8_000)
    for end, mu in (("silent_solved", 6.0), ("abandoned", 3.0)):
        turns = [row["turns"] for row in found if row["end"] == end]
        nb = stats.nbinom(3.0, 3.0 / (3.0 + mu - 1), loc=1)
        assert mean_is(turns, mu)
        assert variance_is(turns, mu - 1 + (mu - 1) ** 2 / 3.0)
        assert share_below_is(turns, 4, nb.cdf(4))
    assert all(row["calls"] == math.floor(row["turns"] * 1.7 + 0.5) for row in found)
    assert all(row["duration_seconds"] == row["turns"] * 90.0 for row in found)
    assert all(row["closed_at"] - row["opened_at"] == timedelta(seconds=row["duration_seconds"]) for row in found)
    replies = {"silent_solved": 1, "abandoned": 0}
    assert all(row["ai_replies"] == row["turns"] * replies[row["end"]] for row in found)
    assert all(row["messages"] == row["turns"] + row["ai_replies"] for row in found)
    some = [row["actions"] for row in found if row["calls"] == 5]
    assert mean_is(some, 3.0)
    assert variance_is(some, 3.0 + 9.0 / 12.0)


def test_turns_are_cut_and_never_below_one() -> None:
    found = rows({"levels": {"only": {"turns": 9.0}}, "turns": {"most": 6}})
    assert {row["turns"] for row in found} == set(range(1, 7))
    assert {row["turns"] for row in rows({"levels": {"only": {"turns": 0.7}}})} == {1}


def test_actions_are_at_least_one_where_completed_and_cut_at_100() -> None:
    done = {"intents": {"only": {"action": 1.0}}, "turns": {"actions_per_call": 0.0}}
    assert {row["actions"] for row in rows(done, cases=200)} == {1}
    many = {"turns": {"actions_per_call": 60.0, "actions_size": 50.0}}
    assert max(row["actions"] for row in rows(many, cases=200)) == 100


@pytest.mark.parametrize(
    ("turns", "calls_per_turn", "calls"), [(3, 1.7, 5), (5, 1.7, 9), (1, 0.3, 1), (3, 0.5, 2), (2, 1.0, 2)]
)
def test_calls_are_rounded_half_up_and_at_least_one(turns: int, calls_per_turn: float, calls: int) -> None:
    found = rows({"levels": {"only": {"turns": 3.0}}, "turns": {"calls_per_turn": calls_per_turn}}, cases=500)
    assert {row["calls"] for row in found if row["turns"] == turns} == {calls}


def test_case_is_solved_by_any_of_its_conversations() -> None:
    changes = {
        "levels": {"only": {"escalate": 0.5, "solve": 0.5}},
        "returns": {"max_contacts": 2, "probability": dict.fromkeys(ENDS, 1.0)},
        "people": {"solve": 0.5},
    }
    cases = simulate_trial(textbook({**changes, "volume": {"per_month": 4_000}}), Random(44)).months[0].cases
    # each contact: AI solves .25, hands over .5; a handoff is solved with .5; the last straight return with .5
    assert mean_is([float(case.solved_by_ai) for case in cases], 1 - 0.75**2)
    assert mean_is([float(case.solved) for case in cases], 1 - 0.5**2 * 0.5)
