"""Thousands of mistakes: the first of each table are told, the rest are counted, and a check ends in seconds."""

from __future__ import annotations

import time

import pytest

from simulator.errors import ScenarioError
from simulator.scenario import parse_scenario, render
from tests.scenario.test_wrong import BASE

TIERS = "tiers = [{ up_to = 100, rate = 0.6 }, { up_to = 500, rate = 0.5 }, { rate = 0.4 }]"
MOST_SECONDS = 5.0
"""Of processor time; about one on a machine of 2024, and half a minute if each mistake is told."""


def of_tiers(count: int, entry: str) -> str:
    assert BASE.count(TIERS) == 1
    return BASE.replace(TIERS, f"tiers = [{', '.join([entry] * count)}]")


def in_table(name: str, rows: list[str]) -> str:
    assert BASE.count(f"[{name}]\n") == 1
    return BASE.replace(f"[{name}]\n", "\n".join([f"[{name}]", *rows, ""]))


CASES = {
    # what is wrong 4,000 times: the text, the table the rest is counted in, and how many are left of it
    "tiers of two readings": (of_tiers(4_000, "{ up_to = 1.000, rate = 1 }"), "contracts.tiers.tiers.up_to", "3,900"),
    "tiers with a strange key": (of_tiers(4_000, "{ max = 1.000, rate = 1 }"), "contracts.tiers.tiers", "3,900"),
    "texts for a season": (in_table("volume", ["season = [" + '"x", ' * 4_000 + "]"]), "volume.season", "3,900"),
    "unknown keys": (in_table("volume", [f"zz{place} = 1" for place in range(4_000)]), "volume", "3,900"),
    "unknown terms": (in_table("contracts.tiers", [f"zz{place} = 5.000" for place in range(4_000)]), "contracts.tiers",
                      "3,900"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_rest_of_many_mistakes_is_counted(case: str) -> None:
    text, table, rest = CASES[case]
    start = time.process_time()
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text, "x.toml")
    shown = render(raised.value)
    assert time.process_time() - start < MOST_SECONDS
    found = [problem.message for problem in raised.value.problems]
    assert f"{rest} more problems in [{table}]" in found
    assert sum("more problems" not in message for message in found) <= 110  # a hundred, and a rule or two besides
    assert shown.count("error: ") == 100


def test_a_hundred_mistakes_of_a_table_are_all_told() -> None:
    text = in_table("volume", [f"zz{place} = 1" for place in range(100)])
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(text, "x.toml")
    assert [problem.key for problem in raised.value.problems] == [("volume", f"zz{place}") for place in range(100)]


def test_mistakes_of_many_tables_are_counted_beyond_a_thousand() -> None:
    """60 intents with 50 unknown keys each are 3,000 mistakes, of which 1,000 are told."""
    rows = [
        line
        for intent in range(60)
        for line in (
            f"[intents.i{intent}]",
            "share = 1",
            "levels = { simple = 1 }",
            *(f"zz{key} = 1" for key in range(50)),
        )
    ]
    with pytest.raises(ScenarioError) as raised:
        parse_scenario("\n".join([BASE, *rows]), "x.toml")
    found = [problem.message for problem in raised.value.problems]
    assert "2,000 more problems in the scenario" in found
    assert sum("unknown key" in message for message in found) == 1_000
