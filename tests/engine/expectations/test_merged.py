"""What readers share: definitions that merge duplicates and remember nothing else are counted by ends, as if they were
followed over contacts; tables look only where their values differ, and those that are alike are read once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pytest

from simulator.engine.expectations import requested
from simulator.engine.expectations.expected import make_expected_plan
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario
from tests.engine.expectations.compared import ROOT, TOLD, UNLIKE, Meters, new, off

EXACT: Final = 1e-13
MERGING: Final = """
[definitions.late]
predicate = "answered and (returned_after_hours is null or returned_after_hours > 30)"
duplicates = "merged"
[definitions.rated]
predicate = "outcome <> 'abandoned' and human_touch <> 'handoff' and coalesce(csat, 3) >= 3 and intent = 'slow'"
duplicates = "merged"
[definitions.any_end]
predicate = "class = 'service' and returned_after_hours is null"
duplicates = "merged"
[contracts.merging]
type = "hybrid"
charges = [
  { kind = "flat", meter = "resolutions", definition = "late", rate = 0.1 },
  { kind = "flat", meter = "resolutions", definition = "late", rate = 0.1, applies_to = { intents = ["slow"] } },
  { kind = "flat", meter = "resolutions", definition = "rated", rate = 0.1 },
  { kind = "flat", meter = "resolutions", definition = "any_end", rate = 0.1 },
  { kind = "flat", meter = "resolutions", definition = "any_end", rate = 0.1, applies_to = { channels = ["email"] } },
]
"""
COUNTED: Final = {"resolutions:late", "resolutions:rated", "resolutions:late{intents=slow}"}


def made(*changes: str, text: str = "") -> Scenario:
    """Return a scenario with several channels, intents, levels and contacts, and definitions that merge duplicates."""
    whole = (ROOT / UNLIKE).read_text() + (ROOT / TOLD).read_text() + MERGING + text
    return parse_scenario(whole, "merging", ["volume.per_month=500", *changes])


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Have every definition with a unit of its own followed over the contacts."""
    with monkeypatch.context() as patch:
        patch.setattr(requested, "_counts_all_alike", lambda readers, reader, parts: reader.unit < 0)
        yield patch


def apart(ours: Meters, others: Meters) -> dict[str, float]:
    """Return how far meters are apart."""
    assert set(ours) == set(others)
    return {name: off(ours[name], values) for name, values in others.items()}


def test_definitions_that_only_merge_duplicates_are_counted() -> None:
    counted = set(make_expected_plan(made()).asked.copy_of)
    assert {name.partition("|")[0] for name in counted} == COUNTED


def test_tables_say_the_same_of_every_kind_once_trimmed() -> None:
    tables = make_expected_plan(made()).kinds.tables
    trimmed, random = requested._trimmed(tables), np.random.default_rng(1)
    assert np.count_nonzero(trimmed.stride) < np.count_nonzero(tables.stride)
    for row, own in enumerate(np.split(tables.values, tables.offset[1:])):
        for place in random.integers(len(own), size=30):
            rest, at = int(place), int(trimmed.offset[row])
            for before, after in zip(tables.stride[row], trimmed.stride[row], strict=True):
                if before:
                    code, rest = divmod(rest, int(before))
                    at += code * int(after)
            assert trimmed.values[at] == own[place]


def test_definitions_that_say_the_same_in_other_words_share_a_column() -> None:
    text = '[definitions.{}]\npredicate = "{}"\nduplicates = "merged"\n'
    words = ("human_touch <> 'handoff' and answered", "outcome in ('silent', 'confirmed')", "outcome = 'silent'")
    more = "".join(text.format(name, each) for name, each in zip("abc", words, strict=True))
    found = make_expected_plan(made(text=more)).asked
    for columns in (found.column_of, found.copy_of):
        one, same, other = (columns[f"resolutions:{name}"] for name in "abc")
        assert one == same != other


@pytest.mark.parametrize(
    "changes",
    [
        (),
        ("returns.max_contacts=1",),
        ("returns.max_contacts=6", "duplicates.probability.silent_unsolved=0.6", "duplicates.same_channel=0.1"),
        ("channels.chat.delay=9", "intents.slow.return_odds=4"),
    ],
    ids=["as it is", "one contact", "many duplicates", "channels unlike"],
)
def test_both_ways_are_alike(changes: tuple[str, ...], followed: pytest.MonkeyPatch) -> None:
    scenario = made(*changes)
    assert not make_expected_plan(scenario).asked.copy_of
    by_contacts = new(scenario)
    followed.undo()
    counted = new(scenario)
    assert max(apart(counted, by_contacts).values()) < EXACT
    assert all((values >= 0).all() and np.isfinite(values).all() for values in counted.values())


def test_a_duplicate_that_counts_a_millionth_more_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, merged = made(), requested._merged
    counted = new(scenario)

    def wrong(*arguments: object) -> object:
        found = merged(*arguments)  # type: ignore[arg-type]
        return found._replace(weight=found.weight * (1 - 1e-6))

    monkeypatch.setattr(requested, "_merged", wrong)
    seen = {name.partition("|")[0] for name, far in apart(new(scenario), counted).items() if far > EXACT}
    assert seen == COUNTED
