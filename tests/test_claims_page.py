"""docs/claims.md says of every claim what the package does, and has the verdicts of the shipped scenarios."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.cli.claims import EXAMPLES
from simulator.decisions.claims import claims_on, prepared
from simulator.decisions.same_futures import SameFutures
from simulator.engine.repricing import KeptFutures
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.report.studies.claim_words import SHORT, WORDS, rule_of
from simulator.scenario import load_scenario
from simulator.scenario.schema import Scenario
from tests.decisions.claims.made import ground

PAGE = Path("docs/claims.md").read_text(encoding="utf-8")


def verdicts() -> dict[int, list[str]]:
    """Return the verdicts that the page has, by number of the claim."""
    rows = re.findall(r"(?m)^\| (\d+) [^|]+\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE)
    return {int(number): [each.strip() for each in cells] for number, *cells in rows}


def test_every_claim_has_its_text_its_parts_and_its_rules() -> None:
    flowed = " ".join(PAGE.split())
    for claim in claims_on(ground().futures).claims:
        assert f"## {claim.number} {SHORT[claim.number]} " in flowed
        assert claim.text in flowed
        for each in claim.parts:
            words = WORDS[each.key]
            assert f"| {words.said} | {words.label} | {rule_of(each, 'USD')} |" in PAGE, each.key
        assert f"`simulate claims --claim {claim.number}` shows it." in PAGE


def test_every_claim_has_a_verdict_on_every_example() -> None:
    assert list(verdicts()) == list(SHORT)


def simulated(scenario: Scenario) -> Results:
    (results,) = simulate_all([Run(scenario)], workers=2)
    return results


@pytest.mark.slow
@pytest.mark.parametrize("name", list(EXAMPLES))
def test_the_verdicts_are_those_of_the_examples_at_their_own_number_of_futures(name: str) -> None:
    results = simulated(prepared(load_scenario(f"scenarios/{name}.toml")))
    found = claims_on(SameFutures(results, KeptFutures(results), simulated)).claims
    place = list(EXAMPLES).index(name)
    assert {each.number: each.verdict for each in found} == {
        number: cells[place] for number, cells in verdicts().items()
    }
