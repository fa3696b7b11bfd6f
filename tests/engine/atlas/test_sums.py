"""In every trial and month of the atlas, at volumes where noise is large: parts add up, order holds, nothing is 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from simulator.definitions import NAMED
from simulator.engine.results import Results
from simulator.law import ENDS
from simulator.records import CLASSES
from tests.engine.atlas.made import atlas, everything, small
from tests.engine.test_sums import CHAINS

VOLUMES = (5, pytest.param(60, marks=pytest.mark.slow))
SMALL_RUN = ("months=2", "trials=512")
MIXED = {
    "quiet": "silence = 24",
    "judged": 'requires = ["judged_resolved"]\nsilence = 72',
    "liked": 'min_csat = 3\nclasses = ["service", "spam"]',
    "merge": 'returns = "merge"\nreturn_window_hours = 72',
    "one": 'at_most = "case"\nduplicates = "merged"',
}


@cache
def run(volume: int) -> Results:
    return atlas(everything(MIXED, [*SMALL_RUN, small(volume)]))


def total(results: Results, prefix: str, suffix: str = "") -> np.ndarray:
    found = [values for name, values in results.meters.items() if name.startswith(prefix) and name.endswith(suffix)]
    assert found, prefix
    return np.sum(found, axis=0)


@pytest.mark.parametrize("volume", VOLUMES)
@pytest.mark.parametrize("kind", ["end", "class", "channel", "level", "intent", "model"])
def test_parts_of_a_kind_sum_to_the_conversations(kind: str, volume: int) -> None:
    results, of = run(volume), run(volume).scenario
    names = {"end": ENDS, "class": CLASSES, "channel": of.channels, "level": of.levels, "intent": of.intents,
             "model": of.models}[kind]  # fmt: skip
    parts = [results.meters[f"{kind}:{name}"] for name in names]
    assert np.array_equal(np.sum(parts, axis=0), results.meters["rows"])
    assert all(part.any() and (part >= 0).all() and np.array_equal(part, np.rint(part)) for part in parts)


@pytest.mark.parametrize("volume", VOLUMES)
def test_sums_of_columns_agree_with_one_another(volume: int) -> None:
    m = run(volume).meters
    assert np.array_equal(m["rows"], m["cases"] + m["returns"] - m["straight_returns"] + m["duplicates"])
    assert np.array_equal(m["tickets"], m["rows"] + m["straight_returns"] + m["unseen_tickets"])
    assert np.array_equal(m["touch:handoff"], m["end:partial"] + m["end:escalated"])
    assert np.array_equal(m["messages"], m["turns"] + m["ai_replies"])
    assert np.array_equal(m["rows|solved_by_ai"], m["end:confirmed"] + m["end:silent_solved"])
    assert np.array_equal(m["conversations"], m["class:service"])
    for name in ("straight_returns", "duplicates", "unseen_tickets", "turns"):
        assert m[name].any()


PARTS = [
    ("conversations", "rows"),
    ("cases", "rows"),
    ("cases_solved_by_ai", "cases_solved"),
    ("cases_solved", "cases"),
    ("cases_solved", "rows|solved"),
    ("cases_solved_by_ai", "rows|solved_by_ai"),
    ("straight_returns", "returns"),
    ("handoff_planned", "end:escalated"),
    ("csat_responses", "csat_points"),
    ("ai_replies", "turns"),
    ("unseen_tickets", "tickets"),
    ("judged_resolved", "rows"),
    ("review_minutes", "human_minutes"),
    ("handoff_minutes", "human_minutes"),
]


SOLVED = ("cases_solved_by_ai", "cases_solved")


@pytest.mark.parametrize(
    ("part", "whole", "volume"),
    [
        *((*pair, 5) for pair in PARTS),
        *(pytest.param(*pair, 60, marks=pytest.mark.slow) for pair in PARTS),
    ],
)
def test_a_part_stays_within_its_whole(part: str, whole: str, volume: int) -> None:
    m = run(volume).meters
    assert (m[part] <= m[whole]).all() and (m[part] >= 0).all()
    assert m[part].any()


def test_numbers_of_other_trials_do_not_stay_within() -> None:
    """Negative control: at these volumes a number is often above its whole of another trial."""
    m = run(5).meters
    for part, whole in (
        ("cases_solved", "cases"),
        ("resolutions:judged", "resolutions:quiet"),
        ("conversations", "rows"),
    ):
        assert (m[part] > np.roll(m[whole], 1, axis=0)).any()
    assert not np.array_equal(m["turns"] + np.roll(m["ai_replies"], 1, axis=0), m["messages"])


@pytest.mark.parametrize("volume", VOLUMES)
@pytest.mark.parametrize("unit", ["rows", "conversations", *(f"resolutions:{name}" for name in (*MIXED, *NAMED))])
def test_solved_units_are_units_and_units_are_conversations(unit: str, volume: int) -> None:
    m = run(volume).meters
    assert (m[f"{unit}|solved_by_ai"] <= m[f"{unit}|solved"]).all()
    assert (m[f"{unit}|solved"] <= m[unit]).all() and (m[unit] <= m["rows"]).all()
    for suffix in ("|solved", "|solved_by_ai"):
        assert (m[f"{unit}{suffix}"] <= m[f"rows{suffix}"]).all()
    assert m[unit].any() and np.array_equal(m[unit], np.rint(m[unit])) and (m[f"{unit}|solved_by_ai"] >= 0).all()


@pytest.mark.parametrize("volume", VOLUMES)
def test_satisfaction_is_from_one_to_five(volume: int) -> None:
    m = run(volume).meters
    assert (m["csat_points"] <= 5 * m["csat_responses"]).all()
    answered = m["rows"] - m["end:abandoned"] - m["end:escalated"]
    assert (m["csat_responses"] <= answered).all() and (m["csat_responses"] < answered).any()


@pytest.mark.parametrize("volume", VOLUMES)
def test_tokens_stay_within_tokens(volume: int) -> None:
    m = run(volume).meters
    prompt = total(run(volume), "tokens:", "input") + total(run(volume), "tokens:", "cache_write")
    assert m["input_tokens"] == pytest.approx(prompt, rel=1e-9)
    assert m["output_tokens"] == pytest.approx(total(run(volume), "tokens:", ":output"), rel=1e-9)
    assert (total(run(volume), "tokens:", ":cached_input") <= m["input_tokens"] * (1 + 1e-12)).all()
    assert (m["reasoning_tokens"] <= m["output_tokens"] * (1 + 1e-12)).all()
    assert min(values.min() for name, values in m.items() if name.startswith("tokens")) >= 0
    for model in run(volume).scenario.models:
        silent = m[f"model:{model}"] == 0
        assert not m[f"tokens:{model}:output"][silent].any() and not m[f"tokens:{model}:input"][silent].any()
    assert any((m[f"model:{model}"] == 0).any() for model in run(volume).scenario.models) == (volume == 5)


@cache
def chains(volume: int) -> Results:
    own = {f"{clause}_{place}": step for clause, steps in CHAINS.items() for place, step in enumerate(steps)}
    return atlas(everything(own, [*SMALL_RUN, small(volume)], named=()))


@pytest.mark.parametrize("volume", VOLUMES)
@pytest.mark.parametrize("clause", CHAINS)
def test_a_looser_clause_never_counts_fewer(clause: str, volume: int) -> None:
    """In every trial and month, of all units, of those solved and of those solved by the AI; and somewhere more."""
    m = chains(volume).meters
    for place, _ in enumerate(CHAINS[clause][1:]):
        stricter, looser = (f"resolutions:{clause}_{at}" for at in (place, place + 1))
        for suffix in ("", "|solved", "|solved_by_ai"):
            assert (m[stricter + suffix] <= m[looser + suffix]).all()
        assert (m[stricter] < m[looser]).any()


@pytest.mark.parametrize("volume", VOLUMES)
def test_named_definitions_that_are_looser_count_no_fewer(volume: int) -> None:
    m = run(volume).meters
    for stricter in ("closed_by_customer", "credited_on_return"):
        assert (m[f"resolutions:{stricter}"] <= m["resolutions:assumed_24h"]).all()


def test_order_is_lost_where_the_noise_is_not_shared() -> None:
    """Negative control: units of another trial, as noise drawn meter by meter would be, come out in the wrong order."""
    m = chains(5).meters
    for first, second in pairwise(f"resolutions:silence_{place}" for place in range(5)):
        assert (np.roll(m[first], 1, axis=0) > m[second]).mean() > 0.01


@dataclass(frozen=True, slots=True)
class Idle:
    """A clause that cannot matter where something never happens.

    Attributes:
        clauses: without the clause and with it.
        never: overrides under which it is worth nothing.
    """

    clauses: tuple[str, str]
    never: Sequence[str]


def of_intents(key: str) -> list[str]:
    return [f"intents.{name}.{key}=0" for name in ("status", "refund", "fault")]


NO_RETURNS = [f"returns.probability.{end}=0" for end in ENDS]
NO_DUPLICATES = [f"duplicates.probability.{end}=0" for end in ENDS]
IDLE = {
    "a score that nobody gives": Idle(("", "min_csat = 5"), ["csat.response=0"]),
    "a judge who finds all resolved": Idle(
        ("", 'requires = ["judged_resolved"]'), ["judge.sensitivity=1", "judge.specificity=0"]
    ),
    "no review where there is none": Idle(('human_touch = "review"', 'human_touch = "none"'), of_intents("review")),
    "planned handoffs that are not": Idle(("", "planned_handoffs = true"), of_intents("planned_handoff")),
    "a class that never comes": Idle(("", 'classes = ["service", "spam"]'), of_intents("spam")),
    "silence that lasts": Idle(("", "silence = 72"), NO_RETURNS),
    "a window that is never used": Idle(("", 'returns = "void"\nreturn_window_hours = 168'), NO_RETURNS),
    "a merge of nothing": Idle(("", 'returns = "merge"\nreturn_window_hours = 168'), NO_RETURNS),
    "duplicates that are none": Idle(("", 'duplicates = "merged"'), NO_DUPLICATES),
    "one of one": Idle(("", 'at_most = "case"'), NO_RETURNS),
    "actions always completed": Idle(
        ('outcomes = ["confirmed"]', 'outcomes = ["confirmed"]\nrequires = ["action_completed"]'),
        [f"intents.{name}.action=1" for name in ("status", "refund", "fault")],
    ),
}


@cache
def idle(never: tuple[str, ...]) -> Results:
    """Return a run of all pairs under what makes some of them idle."""
    own = {}
    for place, each in enumerate(IDLE.values()):
        own |= {f"without_{place}": each.clauses[0], f"with_{place}": each.clauses[1]}
    return atlas(everything(own, ["months=1", "trials=512", small(60), *never], named=()))


def together(name: str) -> tuple[str, ...]:
    """Return what makes a pair idle, with what makes others idle that do not need it: no returns, no duplicates."""
    gone = (NO_RETURNS, NO_DUPLICATES)
    chosen = [each.never for each in IDLE.values() if (each.never in gone) == (IDLE[name].never in gone)]
    return tuple(dict.fromkeys(override for never in chosen for override in never))


def check_idle(name: str, never: tuple[str, ...]) -> None:
    place, still, moved = list(IDLE).index(name), idle(never).meters, idle(()).meters
    for suffix in ("", "|solved", "|solved_by_ai"):
        pair = [f"resolutions:{which}_{place}{suffix}" for which in ("without", "with")]
        assert np.array_equal(still[pair[0]], still[pair[1]]) and still[pair[0]].any()
    pair = [f"resolutions:{which}_{place}" for which in ("without", "with")]
    assert not np.array_equal(moved[pair[0]], moved[pair[1]]), "where it can matter it does"


@pytest.mark.parametrize("name", IDLE)
def test_a_clause_that_cannot_matter_is_worth_exactly_nothing(name: str) -> None:
    check_idle(name, together(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", IDLE)
def test_a_clause_that_alone_cannot_matter_is_worth_exactly_nothing(name: str) -> None:
    check_idle(name, tuple(IDLE[name].never))
