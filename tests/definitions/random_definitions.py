"""Random definitions and random rows, from the standard library's generator alone."""

from __future__ import annotations

import random
from typing import Any

from simulator.definitions import DefinitionSpec
from simulator.definitions.spec import PROVISOS
from simulator.records import CLASSES, OUTCOMES, TOUCHES

from .rows import PLAIN, conversation, hours_later

HOURS = (1, 2, 4, 6, 8, 12, 24, 36, 48, 72, 96, 120, 168, 240, 336, 720)
"""Windows and delays share this grid, so that delays often lie exactly on the edge of a window."""


def _some(rng: random.Random, words: tuple[str, ...], least: int = 1) -> tuple[str, ...]:
    return tuple(rng.sample(words, rng.randint(least, len(words))))


def random_clauses(rng: random.Random) -> dict[str, Any]:
    """Return clauses that agree with one another, each drawn by itself."""
    clauses: dict[str, Any] = {
        "outcomes": _some(rng, OUTCOMES),
        "classes": rng.choice([("service",), CLASSES, _some(rng, CLASSES)]),
        "silence": rng.choice(["never", "at_once", *HOURS]),
        "human_touch": rng.choice(TOUCHES),
        **{name: rng.choice((each.choices[0], *each.choices)) for name, each in PROVISOS.items()},
        "planned_handoffs": rng.random() < 0.3,
        "returns": rng.choice(["void", "merge", "bill_again"]),
        "duplicates": rng.choice(["billed", "merged"]),
        "at_most": rng.choice(["conversation", "conversation", "case"]),
    }
    if any(each.without_returns and clauses[name] != each.choices[0] for name, each in PROVISOS.items()):
        clauses |= {"returns": rng.choice(["void", "bill_again"]), "at_most": "conversation"}
    if clauses["returns"] != "bill_again":
        clauses["return_window_hours"] = rng.choice(["ever", *HOURS])
    if clauses["outcomes"] == ("silent",) and clauses["silence"] == "never":
        clauses["silence"] = "at_once"
    return clauses


def random_spec(rng: random.Random) -> DefinitionSpec:
    """Return a definition with every clause drawn at random; never `extends` or a predicate."""
    return DefinitionSpec(**random_clauses(rng))


def random_rows(rng: random.Random, cases: int, contacts: int = 4) -> list[dict[str, Any]]:
    """Return shuffled rows of cases with up to so many contacts, duplicates, straight returns and empty values."""
    rows = []
    for case_id in range(cases):
        number = rng.choice([1, 1, 2, contacts, rng.randint(1, contacts)])
        for contact in range(1, number + 1):
            last = contact == number
            back = _delay(rng) if not last or rng.random() < 0.2 else None
            origin = "new" if contact == 1 else "return"
            rows.append(_row(rng, case_id, contact, origin, back))
            if rng.random() < 0.3:
                rows.append(_row(rng, case_id, contact, "duplicate", None))
    rng.shuffle(rows)
    return rows


def _delay(rng: random.Random) -> float:
    return float(rng.choice(HOURS)) if rng.random() < 0.5 else rng.lognormvariate(2.6, 1.6)


def _row(rng: random.Random, case_id: int, contact: int, origin: str, back: float | None) -> dict[str, Any]:
    outcome = rng.choice(["silent", "silent", *OUTCOMES])
    touch = "handoff" if outcome in ("partial", "escalated") else rng.choice(["none", "none", "review"])
    return PLAIN | conversation(
        case_id=case_id,
        contact=contact,
        origin=origin,
        outcome=outcome,
        human_touch=touch,
        answered=outcome in ("confirmed", "silent", "partial"),
        handoff_planned=outcome == "escalated" and rng.random() < 0.5,
        action_completed=rng.random() < 0.5,
        judged_resolved=rng.choice([True, True, False, None]),
        csat=rng.choice([None, None, 1, 2, 3, 4, 5]),
        returned_after_hours=back,
        channel=rng.choice(["chat", "email"]),
        opened_at=hours_later(rng.uniform(0, 700)),
        turns=rng.randint(1, 12),
        **{"class": rng.choice(["service", "service", *CLASSES])},
    )
