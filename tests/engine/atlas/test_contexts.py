"""Definitions with memory in the atlas: states and groups against SQL on whole cases, units against the ledger."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.definitions import Biller, Definition, DefinitionSpec, compile_definition
from simulator.engine.atlas import block, dealt
from simulator.engine.atlas.bills import Atlas, Kind, Place, kinds_at, make_atlas, origin_of, rows_of
from simulator.engine.atlas.contexts import Memory, Stage, make_memory
from simulator.engine.atlas.counts import Chance, Drawn
from simulator.engine.atlas.kinds import TO_AI
from simulator.engine.atlas.passages import Passages
from simulator.engine.atlas.tables import deal
from simulator.engine.atlas.tally import Kinds
from simulator.engine.expectations import engine as expected_engine
from simulator.engine.kinds import make_kinds
from simulator.engine.results import Results
from simulator.engine.run import simulate
from tests.definitions.random_definitions import random_clauses
from tests.definitions.test_order import ENLARGES_BASE, KEEPS_BASE, _excepted
from tests.engine.atlas.remembering import BOTH, DEFINITIONS, MIXED, scenario

LIMIT = 4.5
SUFFIXES = ("", "|solved", "|solved_by_ai")
PREDICATE = "outcome IN ('confirmed', 'silent') AND (hours_since_previous IS NULL OR hours_since_previous >= 24)"


def _compiled(clauses: Mapping[str, Mapping[str, Any]]) -> dict[str, Definition]:
    return {name: compile_definition(name, DefinitionSpec(**each)) for name, each in clauses.items()}


def _made(definitions: Mapping[str, Definition], contacts: int) -> tuple[Atlas, Memory]:
    atlas = make_atlas(definitions, contacts)
    memory = make_memory(atlas, definitions)
    assert memory is not None
    return atlas, memory


class _Walk:
    """Cases of random kinds, with what the stages say of each conversation."""

    def __init__(self, atlas: Atlas, memory: Memory, rng: random.Random) -> None:
        self.atlas, self.memory, self.rng = atlas, memory, rng
        everything = [
            list(kinds_at(contact, atlas.contacts, atlas.hours, scored=True)) for contact in range(atlas.contacts + 1)
        ]
        self.back = [[each for each in kinds if each[0].leaf.fate == TO_AI] for kinds in everything]
        self.rest = [[each for each in kinds if each[0].leaf.fate != TO_AI] for kinds in everything]
        self.kinds: list[Kind] = []
        self.key: tuple[list[int], list[str], list[int]] = ([], [], [])
        self.units: list[list[int]] = []

    def case(self, number: int) -> None:
        """Add a case that may have duplicates."""
        state = 0
        length = self.rng.randint(1, self.atlas.contacts)
        for contact in range(length):
            goes_on = contact < length - 1
            kind, place = self.rng.choice((self.back if goes_on else self.rest)[contact])
            stage = self.memory.contacts[contact]
            group = _group(stage, place)
            self._add(kind, contact + 1, origin_of(contact, self.atlas.contacts), number, stage, state, group)
            sort = stage.original[state, group]
            if self.rng.random() < 0.4:
                copy, of_copy = self.rng.choice(self.rest[-1])
                copied = self.memory.duplicates
                put = int(self.memory.state_of[sort])
                self._add(copy, contact + 1, "duplicate", number, copied, put, _group(copied, of_copy))
            if goes_on:
                state = int(stage.following[state, group])

    def _add(self, kind: Kind, contact: int, origin: str, case: int, stage: Stage, state: int, group: int) -> None:
        self.kinds.append(kind)
        for column, value in zip(self.key, (contact, origin, case), strict=True):
            column.append(value)  # type: ignore[attr-defined]
        self.units.append(stage.units[:, state, group].tolist())


def _group(stage: Stage, place: Place) -> int:
    first = tuple(0 if isinstance(each, slice) else each for each in place)
    return int(stage.group[first])


def _billed(walk: _Walk, definitions: Mapping[str, Definition]) -> list[list[int]]:
    biller = Biller({name: definitions[name] for name in walk.memory.definitions})
    units = biller.units(rows_of(walk.kinds, *walk.key, biller.columns))
    return [list(map(int, each)) for each in zip(*units.values(), strict=True)]


def _walked(
    clauses: Mapping[str, Mapping[str, Any]], contacts: int, cases: int, seed: int
) -> tuple[_Walk, dict[str, Definition]]:
    definitions = _compiled(clauses)
    walk = _Walk(*_made(definitions, contacts), random.Random(seed))
    for number in range(cases):
        walk.case(number)
    return walk, definitions


@pytest.mark.parametrize("seed", range(4))
def test_states_and_groups_bill_whole_cases_as_sql_does(seed: int) -> None:
    rng = random.Random(seed)
    clauses: dict[str, Mapping[str, Any]] = {f"d{number}": random_clauses(rng) for number in range(3)}
    clauses["merged"] = random_clauses(rng) | {"returns": "merge", "return_window_hours": rng.choice([24, 72, "ever"])}
    clauses["once"] = random_clauses(rng) | {"at_most": "case"}
    clauses["written"] = {"predicate": PREDICATE, "at_most": "case", "duplicates": "merged"}
    walk, definitions = _walked(clauses, 3, 1_500, seed)
    assert walk.units == _billed(walk, definitions)


def test_checker_of_whole_cases_finds_a_forgotten_memory() -> None:
    walk, definitions = _walked(DEFINITIONS, 3, 300, 1)
    forgotten = [definition for definition in walk.memory.definitions if definition != "mixed"]
    wrong = dict(definitions) | {name: _compiled({name: BOTH})[name] for name in forgotten}
    assert walk.units != _billed(walk, wrong)


def test_no_memory_is_made_where_no_definition_has_any() -> None:
    definitions = _compiled({"again": BOTH, "void": BOTH | {"returns": "void", "return_window_hours": 24}})
    assert make_memory(make_atlas(definitions, 3), definitions) is None


def _results(definitions: Mapping[str, Mapping[str, Any]], engines: Sequence[Any], *overrides: str) -> list[Results]:
    chosen = scenario(definitions, *overrides)
    return [simulate(chosen, engine=each) for each in engines]


def _names(definitions: Mapping[str, Any]) -> list[str]:
    return [f"resolutions:{name}{suffix}" for name in definitions for suffix in SUFFIXES]


def _scores(sample: Results, means: Results, names: Sequence[str]) -> dict[str, float]:
    """Return standard errors between a sample and the expectations of its months."""
    apart = {name: sample.meters[name] - means.meters[name] for name in names}
    return {name: float(each.mean() / each.std() * np.sqrt(each.size)) for name, each in apart.items()}


def _spreads(one: Results, other: Results, means: Results, names: Sequence[str]) -> dict[str, float]:
    """Return the ratio of the noise of two samples, each month's in units of the root of its mean."""

    def spread(sample: Results, name: str) -> float:
        mean = np.maximum(means.meters[name], 1e-9)
        return float((((sample.meters[name] - mean) ** 2) / mean).mean() ** 0.5)

    return {name: spread(one, name) / spread(other, name) for name in names}


def _beyond(scores: Mapping[str, float], limit: float = LIMIT) -> dict[str, float]:
    return {name: score for name, score in scores.items() if not abs(score) < limit}


SIZES = [
    ("returns.max_contacts=1", "trials=128"),
    ("returns.max_contacts=2", "trials=256"),
    ("returns.max_contacts=4", "trials=256"),
]


@pytest.mark.slow
@pytest.mark.parametrize("overrides", SIZES)
def test_units_agree_with_the_ledger(overrides: tuple[str, ...]) -> None:
    means, atlas, ledger = _results(DEFINITIONS, ("expected", "atlas", "ledger"), *overrides)
    names = _names(DEFINITIONS)
    assert not _beyond(_scores(ledger, means, names))
    assert not _beyond(_scores(atlas, means, names))
    limit = 5 / np.sqrt(ledger.meters["rows"].size)  # a ratio of two deviations has a standard error of about 1/sqrt(n)
    assert not _beyond({name: ratio - 1 for name, ratio in _spreads(atlas, ledger, means, names).items()}, limit)


@pytest.mark.slow
@pytest.mark.parametrize("volume", [50, 400, 3_000])
def test_units_agree_with_the_ledger_in_many_months(volume: int) -> None:
    overrides = (f"volume.per_month={volume}", "trials=1024")
    means, atlas, ledger = _results(DEFINITIONS, ("expected", "atlas", "ledger"), *overrides)
    names = _names(DEFINITIONS)
    assert not _beyond(_scores(ledger, means, names))
    assert not _beyond(_scores(atlas, means, names))
    limit = 0.03 + 5 / np.sqrt(ledger.meters["rows"].size)
    assert not _beyond({name: ratio - 1 for name, ratio in _spreads(atlas, ledger, means, names).items()}, limit)


def test_an_own_predicate_on_hours_since_the_contact_before_agrees_with_the_ledger() -> None:
    definitions = {"written": {"predicate": PREDICATE, "at_most": "case"}}
    means, ledger = _results(definitions, ("expected", "ledger"), "trials=128")
    assert not _beyond(_scores(ledger, means, _names(definitions)))


def test_checker_finds_definitions_billed_without_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = _results(DEFINITIONS, ("ledger",), "trials=64")[0]

    def forgetful(*given: Any) -> Any:
        kinds = make_kinds(*given)
        return replace(kinds, tables=kinds.tables._replace(unit=np.full_like(kinds.tables.unit, -1)))

    monkeypatch.setattr(expected_engine, "make_kinds", forgetful)
    means = _results(DEFINITIONS, ("expected",), "trials=64")[0]
    remembering = [name for name in DEFINITIONS if name != "again"]
    found = _beyond(_scores(ledger, means, [f"resolutions:{name}" for name in DEFINITIONS]))
    assert {name.removeprefix("resolutions:") for name in found} == set(remembering)


@pytest.mark.slow
def test_checker_finds_states_dealt_without_regard_to_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    means = _results(DEFINITIONS, ("expected",), "trials=128")[0]

    def blind(chance: Chance, name: str, place: int, rows: Any, columns: Any, expected: Any) -> Any:
        return deal(chance, name, place, rows, columns, np.ones_like(expected))

    monkeypatch.setattr(dealt, "deal", blind)
    atlas = _results(DEFINITIONS, ("atlas",), "trials=128")[0]
    assert _beyond(_scores(atlas, means, _names(DEFINITIONS)))


@pytest.mark.slow
def test_tables_are_whole_numbers_with_the_margins_of_kinds_and_states(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Memory, Sequence[Kinds], list[Any]]] = []
    original = dealt.memory_tables

    def spy(chance: Chance, memory: Memory, kinds: Sequence[Kinds], expected: Passages) -> list[Any]:
        seen.append((memory, kinds, original(chance, memory, kinds, expected)))
        return seen[-1][2]

    monkeypatch.setattr(block, "memory_tables", spy)
    _results(DEFINITIONS, ("atlas", "expected"), "months=1", "trials=16", "volume.per_month=30")
    for memory, kinds, tables in seen:
        for contact, (stage, of_contact, table) in enumerate(
            zip((*memory.contacts, memory.duplicates), kinds, tables, strict=True)
        ):
            assert table.min() >= 0
            columns = dealt.by_group(stage, of_contact, of_contact.numbers)
            np.testing.assert_allclose(table.sum(axis=0), columns, rtol=1e-9, atol=1e-9)
            if 0 < contact < len(memory.contacts):
                rows = dealt.summed(memory.contacts[contact - 1].following, tables[contact - 1], len(table))
                np.testing.assert_allclose(table.sum(axis=1), rows, rtol=1e-9, atol=1e-9)
    drawn = seen[0][2]
    assert all(np.array_equal(table, np.rint(table)) for table in drawn)


def test_definitions_with_memory_leave_all_other_meters_as_they_are() -> None:
    few = {"again": BOTH, "liked": {"min_csat": 4}, "quiet": {"silence": 8, "classes": ["service", "test"]}}
    alone, beside = (
        _results(each, ("atlas",), "months=1", "trials=16")[0]
        for each in (few, {"mixed": MIXED, **few, "ever": DEFINITIONS["ever"]})
    )
    for name, values in alone.meters.items():
        assert np.array_equal(values, beside.meters[name]), name


def _nested(rng: random.Random, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return clauses with memory and looser ones."""
    loosen = (ENLARGES_BASE | KEEPS_BASE)[name]
    while True:
        clauses = random_clauses(rng)
        if name == "merge":  # one unit a case, or a silence longer than the window, leaves a merge nothing to do
            clauses |= {"at_most": "conversation", "silence": "at_once"}
        remembers = clauses["returns"] == "merge" or clauses["at_most"] == "case" or clauses["duplicates"] == "merged"
        if not remembers or (name in ENLARGES_BASE and _excepted(clauses)):
            continue
        looser = loosen(rng, clauses)
        if looser is not None:
            return clauses, looser


LOOSER = (*ENLARGES_BASE, *KEEPS_BASE)
QUICK = ("outcomes", "merge", "duplicates", "at_most")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in LOOSER if name not in QUICK)]
)
def test_looser_never_counts_fewer_in_any_month(name: str) -> None:
    rng = random.Random(name)
    pairs = [_nested(rng, name) for _ in range(3)]
    definitions = {
        f"{side}_{number}": clauses
        for number, pair in enumerate(pairs)
        for side, clauses in zip(("strict", "loose"), pair, strict=True)
    }
    found = _results(definitions, ("atlas",), "months=1", "trials=512", "volume.per_month=15")[0].meters
    changes = [found[f"resolutions:loose_{number}"] - found[f"resolutions:strict_{number}"] for number in range(3)]
    assert all(change.min() >= 0 for change in changes), pairs
    assert any(change.any() for change in changes), "loosenings that move nothing prove nothing"


def test_a_table_dealt_from_the_margins_of_poisson_cells_has_their_law() -> None:
    expected = np.array([[4.0, 0.5], [1.0, 6.0]])[:, :, None, None]
    cells = np.random.default_rng(5).poisson(np.broadcast_to(expected, (2, 2, 1, 20_000))).astype(np.float64)
    means = np.broadcast_to(expected, cells.shape)
    dealt_cells = deal(Drawn(1, 2), "table", 0, cells.sum(axis=1), cells.sum(axis=0), means)[:, :, 0]
    deviation = np.sqrt(expected[:, :, 0, 0] / 20_000)
    assert np.all(np.abs(dealt_cells.mean(axis=2) - expected[:, :, 0, 0]) < 4.5 * deviation)
    np.testing.assert_allclose(dealt_cells.var(axis=2), expected[:, :, 0, 0], rtol=0.06)
    blind = deal(Drawn(1, 2), "table", 0, cells.sum(axis=1), cells.sum(axis=0), np.ones_like(cells))[:, :, 0]
    assert np.any(np.abs(blind.mean(axis=2) - expected[:, :, 0, 0]) > 4.5 * deviation)
