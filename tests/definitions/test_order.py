"""A looser definition never counts fewer, case by case.

Looser in one clause, everything else kept:
- more outcomes or classes, more touch, fewer requirements, a lower score or none, planned handoffs, a shorter silence,
  a shorter or no void window. These enlarge `base`, and the units of a case never fall, though a merged return may
  move the unit from one conversation of the case to another (so the statement is per case, not per row);
- a shorter or no merge window, duplicates billed instead of merged, one per conversation instead of one per case.
  These leave `base` and never take a unit from any row.

There is one exception, and it is a property of the rule: where duplicates are merged *and* returns are merged or a case
counts once, enlarging base can let an original count as merged (no unit) which silences its duplicate (one unit less).
void and merge of the same window cannot be ordered.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from simulator.definitions import Biller, Definition, DefinitionSpec, compile_definition
from simulator.definitions.spec import PROVISOS
from simulator.records import CLASSES, OUTCOMES, TOUCHES

from .random_definitions import HOURS, random_clauses, random_rows
from .rows import case_of, conversation, table, units

ROWS = random_rows(random.Random(11), cases=1_500)
Clauses = dict[str, Any]
Loosening = Callable[[random.Random, Clauses], Clauses | None]


def _more(words: tuple[str, ...], clause: str) -> Loosening:
    def loosen(rng: random.Random, clauses: Clauses) -> Clauses | None:
        left = [word for word in words if word not in clauses[clause]]
        return clauses | {clause: (*clauses[clause], rng.choice(left))} if left else None

    return loosen


def _more_touch(rng: random.Random, clauses: Clauses) -> Clauses | None:
    place = TOUCHES.index(clauses["human_touch"])
    return clauses | {"human_touch": TOUCHES[place + 1]} if place < 2 else None


def _looser(name: str) -> Loosening:
    """Return what takes a clause by a proviso to the choice before, or to none where choices have no order."""
    choices = PROVISOS[name].choices

    def loosen(rng: random.Random, clauses: Clauses) -> Clauses | None:
        place = choices.index(clauses[name])
        if place == 0:
            return None
        ordered = not isinstance(clauses[name], tuple)
        return clauses | {name: choices[rng.randrange(place) if ordered else 0]}

    return loosen


def _planned_handoffs(rng: random.Random, clauses: Clauses) -> Clauses | None:
    return None if clauses["planned_handoffs"] else clauses | {"planned_handoffs": True}


def _shorter_silence(rng: random.Random, clauses: Clauses) -> Clauses | None:
    order = ["never", *reversed(HOURS), "at_once"]
    looser = order[order.index(clauses["silence"]) + 1 :]
    return clauses | {"silence": rng.choice(looser)} if looser else None


def _shorter_window(treatment: str) -> Loosening:
    def loosen(rng: random.Random, clauses: Clauses) -> Clauses | None:
        if clauses["returns"] != treatment:
            return None
        order = ["ever", *reversed(HOURS), None]
        looser = rng.choice(order[order.index(clauses["return_window_hours"]) + 1 :])
        if looser is None:
            return {key: value for key, value in clauses.items() if key != "return_window_hours"} | {
                "returns": "bill_again"
            }
        return clauses | {"return_window_hours": looser}

    return loosen


def _set(clause: str, strict: str, loose: str) -> Loosening:
    return lambda rng, clauses: clauses | {clause: loose} if clauses[clause] == strict else None


ENLARGES_BASE: dict[str, Loosening] = {
    "outcomes": _more(OUTCOMES, "outcomes"),
    "classes": _more(CLASSES, "classes"),
    "touch": _more_touch,
    **{name: _looser(name) for name in PROVISOS},
    "planned": _planned_handoffs,
    "silence": _shorter_silence,
    "void": _shorter_window("void"),
}
KEEPS_BASE: dict[str, Loosening] = {
    "merge": _shorter_window("merge"),
    "duplicates": _set("duplicates", "merged", "billed"),
    "at_most": _set("at_most", "case", "conversation"),
}


def _excepted(clauses: Clauses) -> bool:
    return clauses["duplicates"] == "merged" and (clauses["returns"] == "merge" or clauses["at_most"] == "case")


def _pairs(name: str, seed: int, number: int) -> list[tuple[Clauses, Clauses]]:
    rng = random.Random(f"{name} {seed}")
    pairs = []
    while len(pairs) < number:
        clauses = random_clauses(rng)
        if name in ENLARGES_BASE and _excepted(clauses):
            continue
        looser = (ENLARGES_BASE | KEEPS_BASE)[name](rng, clauses)
        if looser is not None:
            pairs.append((clauses, looser))
    return pairs


def _bill(clauses: list[Clauses], rows: list[Clauses]) -> list[list[int]]:
    definitions: dict[str, Definition] = {}
    for number, one in enumerate(clauses):
        definitions[f"d{number}"] = compile_definition(f"d{number}", DefinitionSpec(**one))
    return [counted.tolist() for counted in Biller(definitions).units(table(*rows)).values()]


def _fewer(strict: list[int], loose: list[int], keys: list[Any]) -> list[Any]:
    """Return the keys under which the looser definition counts fewer."""
    balance = Counter[Any]()
    for key, before, after in zip(keys, strict, loose, strict=True):
        balance[key] += after - before
    return [key for key, change in balance.items() if change < 0]


@pytest.mark.parametrize("name", [*ENLARGES_BASE, *KEEPS_BASE])
def test_looser_never_counts_fewer_in_any_case(name: str) -> None:
    pairs = _pairs(name, seed=3, number=12)
    billed = _bill([clauses for pair in pairs for clauses in pair], ROWS)
    cases, numbers = [row["case_id"] for row in ROWS], [*range(len(ROWS))]
    moved = 0
    for place, pair in enumerate(pairs):
        strict, loose = billed[2 * place], billed[2 * place + 1]
        assert not _fewer(strict, loose, cases), pair
        if name in KEEPS_BASE:
            assert not _fewer(strict, loose, numbers), pair
        moved += strict != loose
    assert moved >= 3, "a loosening that moves nothing proves nothing"


def test_checker_finds_a_definition_that_counts_fewer() -> None:
    pairs = _pairs("silence", seed=3, number=12)
    billed = _bill([clauses for pair in pairs for clauses in pair], ROWS)
    cases = [row["case_id"] for row in ROWS]
    assert any(_fewer(billed[place + 1], billed[place], cases) for place in range(0, 24, 2))


def test_larger_base_may_move_a_unit_within_a_case() -> None:
    rows = case_of({"outcome": "confirmed", "returned_after_hours": 5.0}, {})
    clauses = {"returns": "merge", "return_window_hours": 24}
    assert units(rows, outcomes=("silent",), **clauses) == [0, 1]
    assert units(rows, outcomes=("silent", "confirmed"), **clauses) == [1, 0]


def test_exception_where_both_returns_and_duplicates_are_merged() -> None:
    rows = case_of({"returned_after_hours": 5.0}, {"outcome": "confirmed"})
    rows.append(conversation(contact=2, origin="duplicate"))
    for clauses in ({"at_most": "case"}, {"returns": "merge", "return_window_hours": 24}):
        assert units(rows, outcomes=("silent",), duplicates="merged", **clauses) == [1, 0, 1]
        assert units(rows, outcomes=("silent", "confirmed"), duplicates="merged", **clauses) == [1, 0, 0]


def test_void_and_merge_of_one_window_cannot_be_ordered() -> None:
    ended = case_of({"returned_after_hours": 5.0}, {"outcome": "escalated"})
    skipped = case_of({"returned_after_hours": 400.0}, {"outcome": "escalated", "returned_after_hours": 5.0}, {})
    window = {"return_window_hours": 24}
    assert (sum(units(ended, returns="void", **window)), sum(units(ended, returns="merge", **window))) == (0, 1)
    assert (sum(units(skipped, returns="void", **window)), sum(units(skipped, returns="merge", **window))) == (2, 1)
