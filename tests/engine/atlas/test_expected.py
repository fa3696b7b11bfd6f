"""Engine "expected" against numbers worked out without it: a tiny scenario by hand, and exact sums over contacts."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from simulator.engine.results import Results
from simulator.law import ENDS
from simulator.scenario import Scenario, parse_scenario
from simulator.scenario.cases import cells, contacts_per_case
from simulator.scenario.stated import center
from tests.engine.atlas.made import everything, expected
from tests.engine.by_hand import sure
from tests.engine.samples import at_center

CASES = 100.0
TINY = f"""
title = "Tiny"
start = "2027-01"
months = 2
trials = 2
volume = {{ unit = "cases", per_month = {CASES}, ai_share = 0.8 }}
levels.only = {{ escalate = 0.2, partial = 0.3, solve = 0.7, handoff_minutes = 10, review_minutes = 4, turns = 1 }}
channels.chat = {{ share = 1, minutes = 1.5, seconds_per_turn = 30 }}
intents.one = {{ share = 1, levels = {{ only = 1 }}, abandon = 0.1, confirm = 0.4, action = 0.5, review = 0.25, planned_handoff = 0.6, greeting = 0.05, spam = 0.02 }}
outcomes.later_contact_escalate_odds = 2
judge = {{ sensitivity = 0.9, specificity = 0.8 }}
csat = {{ response = 0.5, if_solved = [0, 0, 1, 1, 2], if_unsolved = [2, 1, 1, 0, 0] }}
duplicates = {{ probability = {{ confirmed = 0.1 }} }}
turns = {{ calls_per_turn = 2, actions_per_call = 0 }}
tokens = {{ system = 100, customer = {{ mean = 10 }}, answer = {{ mean = 20 }}, cache = {{ share = 0.5, miss = 0, miss_first = 1 }} }}
models.main = {{ rates = {{ input = 1, output = 10 }} }}
people = {{ cost_per_hour = 60, solve = 0.75, partial_factor = 0.5 }}
contracts.one = {{ type = "per_resolution", definition = "assumed_24h", price = 1 }}
contracts.two = {{ type = "per_resolution", definition = "verified_72h", price = 1 }}
contracts.three = {{ type = "per_resolution", definition = "credited_on_return", price = 1 }}
contracts.four = {{ type = "per_resolution", definition = "liked", price = 1 }}
definitions.liked = {{ min_csat = 4, classes = ["service", "spam"] }}

[returns]
max_contacts = 2
probability = {{ confirmed = 0.0, silent_solved = 0.2, silent_unsolved = 0.5, abandoned = 0.0, partial = 0.0, escalated = 0.0 }}
straight_to_human = {{ silent_solved = 0.0, silent_unsolved = 0.25 }}
delay = {{ law = "weibull", scale_hours = 30, shape = 1 }}
"""  # noqa: E501
"""One intent, level, channel and model; silent conversations return after an exponential delay of 30 hours."""


@cache
def tiny() -> Results:
    return expected(parse_scenario(TINY, "tiny"))


def ends(handed: float) -> dict[str, float]:
    """Return the chances of the ends given that of a handoff."""
    answered = (1 - handed) * 0.9
    return {
        "confirmed": answered * 0.7 * 0.4, "silent_solved": answered * 0.7 * 0.6, "silent_unsolved": answered * 0.3,
        "abandoned": (1 - handed) * 0.1, "partial": handed * 0.3, "escalated": handed * 0.7,
    }  # fmt: skip


FIRST, LATER = ends(0.2), ends(1 / 3)
"""Twice the odds 0.25 are 0.5: a third."""
SOLVED_BACK = 0.2 * FIRST["silent_solved"]
UNSOLVED_BACK = 0.5 * FIRST["silent_unsolved"]
REACHING = SOLVED_BACK + 0.75 * UNSOLVED_BACK
"""Second contacts per case."""
BACK_AGAIN = REACHING * (0.2 * LATER["silent_solved"] + 0.5 * LATER["silent_unsolved"])
DOUBLED = 0.1 * FIRST["confirmed"], 0.1 * REACHING * LATER["confirmed"]
"""Duplicates per case of the first and of the second contact."""
ALL = {end: (1 + DOUBLED[0]) * FIRST[end] + (REACHING + DOUBLED[1]) * LATER[end] for end in FIRST}
ROWS = 1 + REACHING + sum(DOUBLED)
STRAIGHT = 0.25 * UNSOLVED_BACK + BACK_AGAIN
FINAL = ALL["confirmed"] + ALL["silent_solved"] + ALL["silent_unsolved"]
SERVICE = 0.93


def before(hours: float) -> float:
    return 1 - math.exp(-hours / 30)


def by_silence(hours: float, judged: bool = False) -> float:
    """Return confirmed and silent conversations per case less those who return within so many hours."""
    right, wrong = (0.9, 0.2) if judged else (1.0, 1.0)
    solved_back = SOLVED_BACK + REACHING * 0.2 * LATER["silent_solved"]
    unsolved_back = UNSOLVED_BACK + REACHING * 0.5 * LATER["silent_unsolved"]
    solved = ALL["confirmed"] + ALL["silent_solved"] - before(hours) * solved_back
    return right * solved + wrong * (ALL["silent_unsolved"] - before(hours) * unsolved_back)


def solved_by_ai() -> float:
    """Return the cases in which the AI solves something, per case: 1 less those in which it does not."""
    good = FIRST["confirmed"] + FIRST["silent_solved"]
    on = 0.75 * UNSOLVED_BACK
    return good + on * (LATER["confirmed"] + LATER["silent_solved"])


HANDED = ALL["partial"] * 0.5 + ALL["escalated"]
BY_HAND = {
    "cases": 1.0,
    "rows": ROWS,
    "returns": REACHING + STRAIGHT,
    "straight_returns": STRAIGHT,
    "duplicates": sum(DOUBLED),
    **{f"end:{end}": each for end, each in ALL.items()},
    "conversations": SERVICE * ROWS,
    "class:spam": 0.02 * ROWS,
    "class:greeting": 0.05 * ROWS,
    "action_completed": 0.5 * (ALL["confirmed"] + ALL["silent_solved"] + ALL["partial"]),
    "touch:review": 0.25 * FINAL,
    "handoff_planned": 0.6 * ALL["escalated"],
    "judged_resolved": 0.9 * (ALL["confirmed"] + ALL["silent_solved"]) + 0.2 * ALL["silent_unsolved"],
    "csat_responses": 0.5 * (FINAL + ALL["partial"]),
    "csat_points": 0.5 * (4.25 * (ALL["confirmed"] + ALL["silent_solved"]) + 1.75 * (ALL["silent_unsolved"] + ALL["partial"])),  # noqa: E501
    "resolutions:assumed_24h": SERVICE * by_silence(24),
    "resolutions:verified_72h": SERVICE * 0.75 * by_silence(72, judged=True),
    "resolutions:credited_on_return": SERVICE * by_silence(math.inf),
    "resolutions:liked": (SERVICE + 0.02) * ((1 - 0.5 * 0.25) * (ALL["confirmed"] + ALL["silent_solved"]) + 0.5 * ALL["silent_unsolved"]),  # noqa: E501
    "cases_solved_by_ai": solved_by_ai(),
    "turns": ROWS,
    "ai_replies": ROWS - ALL["abandoned"],
    "messages": 2 * ROWS - ALL["abandoned"],
    "calls": 2 * ROWS,
    "duration_seconds": 30 * ROWS,
    "return_hours": 30 * (REACHING + STRAIGHT),
    "handoff_minutes": 15 * HANDED,
    "review_minutes": 6 * 0.25 * FINAL,
    "human_minutes": 15 * HANDED + 6 * 0.25 * FINAL + 15 * STRAIGHT,
    # Two calls: 110 tokens, all missed; and 130 tokens, of which half are read from the cache.
    "tokens:main:input": (110 + 65) * ROWS,
    "tokens:main:cached_input": 65 * ROWS,
    "tokens:main:output": 40 * ROWS,
    "unseen_tickets": (ROWS + STRAIGHT) * 0.2 / 0.8,
    "tickets": (ROWS + STRAIGHT) / 0.8,
}  # fmt: skip
"""Per case that the AI sees."""


@pytest.mark.parametrize("meter", BY_HAND)
def test_an_expected_meter_is_the_closed_form(meter: str) -> None:
    found = tiny().meters[meter]
    assert found == pytest.approx(np.full((2, 2), 0.8 * CASES * BY_HAND[meter]), rel=1e-12)


def test_cases_solved_by_anyone_are_the_closed_form() -> None:
    """By hand through the case: handed over (a person solves 3 of 4), doubled, returned to the AI or to a person."""

    def unsolved(here: dict[str, float], *, last: bool) -> float:
        """Return the chance that neither this conversation, its duplicate nor what follows solves the case."""
        handed = 0.25 * (here["partial"] + here["escalated"])
        back = 0.5 * here["silent_unsolved"]
        straight, on = (back, 0.0) if last else (0.25 * back, 0.75 * back)
        # Unsolved conversations have no duplicates here, as only confirmed ones do.
        after = on * unsolved(LATER, last=True) if on else 0.0
        return handed + here["abandoned"] + here["silent_unsolved"] - back + 0.25 * straight + after

    exact = 0.8 * CASES * (1 - unsolved(FIRST, last=False))
    assert tiny().meters["cases_solved"] == pytest.approx(np.full((2, 2), exact), rel=1e-12)


def test_the_closed_forms_see_a_return_more() -> None:
    """Negative control: one more contact, or other odds of escalating on returns, moves nearly all of them."""
    for change in ("returns.max_contacts=3", "outcomes.later_contact_escalate_odds=2.001"):
        moved = expected(parse_scenario(TINY, "tiny", [change])).meters
        apart = [name for name, each in BY_HAND.items() if abs(moved[name][0, 0] / (0.8 * CASES * each) - 1) > 1e-9]
        assert len(apart) > 0.8 * len(BY_HAND), change


# --- exact sums over contacts, at drivers that stand still

STILL = (
    "volume.unit='cases'", "drivers.demand.cv=0", "drivers.mix.sd=0", "drivers.complexity.sd=0",
    "drivers.escalation.sd=0", "drivers.solving.sd=0", "drivers.returning.sd=0", "drivers.tokens.log_sd=0",
    "months=2", "trials=1",
)  # fmt: skip


@cache
def centred(contacts: int, *changes: str) -> tuple[Scenario, Results]:
    """Return everything at its stated values, and its expectations."""
    still = [each for each in STILL if each.split("=")[0] not in {change.split("=")[0] for change in changes}]
    overrides = [*still, f"returns.max_contacts={contacts}", *changes]
    of = at_center(everything({}, overrides, named=("assumed_24h",)))
    return of, expected(of)


def exact(of: Scenario) -> dict[str, float]:
    """Return meters per case from the plain law, as `check` sums it up."""
    found: dict[str, float] = {}

    def add(name: str, amount: float) -> None:
        found[name] = found.get(name, 0.0) + amount

    intents, levels = list(of.intents), list(of.levels)
    for (intent, level), cell in cells(of).items():
        for name, each in (("rows", cell.conversations), ("straight_returns", cell.straight),
                           ("returns", cell.returns), ("duplicates", cell.duplicates),
                           (f"intent:{intents[intent]}", cell.conversations),
                           (f"level:{levels[level]}", cell.conversations)):  # fmt: skip
            add(name, cell.weight * each)
        for end, each in zip(ENDS, cell.ends, strict=True):
            add(f"end:{end}", cell.weight * each)
        for model, ends in zip(of.models, cell.by_model, strict=True):
            add(f"model:{model}", cell.weight * sum(ends))
    return found


@pytest.mark.parametrize("contacts", [1, 2, 3, 5])
def test_expectations_at_rest_are_those_of_the_sums_over_contacts(contacts: int) -> None:
    of, results = centred(contacts)
    per_case = exact(of)
    assert len(per_case) == 4 + 3 + 3 + 6 + 2
    for name, each in per_case.items():
        assert results.meters[name] / results.meters["cases"] == pytest.approx(np.full((1, 2), each), rel=1e-12), name
    rows, straight = contacts_per_case(center, of)
    assert per_case["rows"] == pytest.approx(rows, rel=1e-12)
    assert per_case["straight_returns"] == pytest.approx(straight, rel=1e-12)


def test_expectations_at_rest_move_with_a_driver() -> None:
    """Negative control: the same with a driver away from 0 is not the sum at rest."""
    of, _ = centred(3)
    _, results = centred(3, "drivers.returning.sd=0.01")
    rows = results.meters["rows"] / results.meters["cases"]
    assert (np.abs(rows / exact(of)["rows"] - 1) > 1e-9).all()


def test_what_leaves_nothing_to_chance_is_what_was_written_out() -> None:
    """Three turns and five calls in every conversation, as the ledger's tests have it by hand."""
    m = expected(sure()).meters
    prompt = 110 + 170 + 220 + 280 + 330 + 5 * 40
    sums = {"turns": 3, "calls": 5, "messages": 6, "tokens:main:input": prompt, "tokens:main:output": 175,
            "resolutions:assumed_24h": 1, "cases_solved": 1, "human_minutes": 0, "returns": 0}  # fmt: skip
    for name, each in sums.items():
        assert m[name] == pytest.approx(np.full((2, 2), 50.0 * each), rel=1e-6), name
