"""What differs between two scenarios, in what they mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.scenario import parse_scenario
from simulator.scenario.explained.changed_settings import changes

ROOT = Path(__file__).parents[3]
MINIMAL = (ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8")
BROAD = (ROOT / "scenarios" / "broad_cx.toml").read_text(encoding="utf-8")


def found(text: str, *overrides: str, after: str | None = None) -> list[tuple[str, str, str]]:
    before = parse_scenario(text, "before")
    other = parse_scenario(after or text, "after", overrides)
    return [(each.key, each.before, each.after) for each in changes(before, other)]


def test_a_scenario_does_not_differ_from_itself() -> None:
    assert found(MINIMAL) == [] and found(BROAD) == []


def test_a_default_that_is_written_out_is_no_difference() -> None:
    assert found(MINIMAL, "people.cost_per_hour=45", "months=12", "levels.any.return_odds=1.0") == []


def test_names_seed_and_futures_are_no_difference() -> None:
    assert found(MINIMAL, 'title="Other"', "seed=7", "trials=5") == []


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("contracts.resolution.price=0.79", ("contracts.resolution.price", "0.99", "0.79")),
        ("volume.per_month={p5=1_000, p95=3_000}", ("volume.per_month", "2_000", "1_000 to 3_000")),
        ('contracts.resolution.definition="no_human_touch"',
         ("contracts.resolution.definition", '"assumed_24h"', '"no_human_touch"')),
        ("returns.max_contacts=2", ("returns.max_contacts", "3", "2")),
        ("budget=5000", ("budget", "-", "amount = 5_000")),
        ("volume.season=[1,1,1,1,1,1,1,1,1,1,1,2]", ("volume.season", "-", "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]")),
    ],
)  # fmt: skip
def test_one_change_is_found_with_both_values(override: str, expected: tuple[str, str, str]) -> None:
    assert found(MINIMAL, override) == [expected]


def test_a_contract_that_only_one_has_is_one_change() -> None:
    without = MINIMAL.replace('conversation = { type = "per_conversation", price = 0.50 }\n', "")
    assert found(MINIMAL, after=without) == [("contracts.conversation", "per_conversation", "-")]
    assert found(without, after=MINIMAL) == [("contracts.conversation", "-", "per_conversation")]


def test_another_contract_type_is_one_change() -> None:
    other = MINIMAL.replace('type = "per_conversation", price = 0.50', 'type = "per_token"')
    assert found(MINIMAL, after=other) == [("contracts.conversation", "per_conversation", "per_token")]


def test_changes_inside_a_list_name_the_element() -> None:
    other = BROAD.replace("rate = 0.55 }", "rate = 0.65 }")
    assert found(BROAD, after=other) == [("contracts.conversation_tiers.tiers.0.rate", "0.55", "0.65")]
