"""docs/definitions.md says what it shows: every text compiles, and bills the worked cases that it names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.decisions.billed_cases import bill_worked_cases
from simulator.definitions import DefinitionSpec
from simulator.engine.run import Run, simulate_all
from simulator.scenario import parse_scenario

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
CLAUSES = set(DefinitionSpec.model_fields) - {"title", "note", "extends", "predicate"}
UNITS = {"bills": None, "bills once for": 1, "bills twice for": 2, "bills nothing for": 0}


@dataclass(frozen=True)
class Rule:
    name: str
    clauses: str
    expected: tuple[tuple[str, int | None], ...]


def rules(page: str) -> Iterator[Rule]:
    for block in re.finditer(r"### (R\d+)(?:(?!\n### ).)*?```toml\n(.*?)```\n(bills[^\n]*)\n", page, re.DOTALL):
        pairs = (part.split(": ", 1) for part in block[3].split("; "))
        cases = tuple((case, UNITS[how]) for how, cases in pairs for case in cases.split(", "))
        yield Rule(block[1].lower(), block[2], cases)


RULES = tuple(rules(PAGE))


@pytest.fixture(scope="module")
def units() -> dict[tuple[str, str], float]:
    """Return the units of every worked case, by rule and case."""
    base = (ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8").split("[contracts")[0]
    for rule in RULES:
        base += f"[definitions.{rule.name}]\n{rule.clauses}\n"
        base += f'[contracts.{rule.name}]\ntype = "per_resolution"\ndefinition = "{rule.name}"\nprice = 1\n'
    scenario = parse_scenario(base, "rules", ["trials=64"])
    (results,) = simulate_all([Run(scenario, "expected")], workers=1)
    average = {name: float(values.mean()) for name, values in results.meters.items()}
    billed = bill_worked_cases(scenario, average)
    return {(name, each.case.key): bill.units for each in billed for name, bill in each.bills.items()}


def names() -> list[str]:
    """Return the names of the rules, also of those that are told in words only."""
    return re.findall(r"(?:### |\*\*)(R\d+) ", PAGE)


def test_every_rule_is_on_the_page_once() -> None:
    named = names()
    numbers = [f"R{number}" for number in range(1, len(named) + 1)]
    assert sorted(named, key=lambda name: int(name[1:])) == numbers, f"number a new rule R{len(named)}"
    assert len(named) >= 31
    assert len(RULES) >= 23


def clauses_in_no_rule(found: Iterable[Rule]) -> set[str]:
    """Return the clauses that no rule of the page is written with."""
    return set(CLAUSES) - {key for rule in found for key in tomllib.loads(rule.clauses)}


def test_every_clause_is_in_a_rule_of_the_page() -> None:
    left = clauses_in_no_rule(RULES)
    assert not left, (
        f"{sorted(left)}: add to docs/definitions.md a rule `### R{len(names()) + 1} ...` with its TOML and a line "
        '"bills: ...; bills nothing for: ..." of worked cases'
    )
    assert clauses_in_no_rule(rule for rule in RULES if "min_csat" not in rule.clauses) == {"min_csat"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_bills_the_cases_that_it_names(rule: Rule, units: dict[tuple[str, str], float]) -> None:
    tomllib.loads(rule.clauses)
    for case, expected in rule.expected:
        found = units[rule.name, case]
        assert found == expected if expected is not None else found >= 1, f"{case} bills {found:g} units"


def test_a_wrong_claim_would_be_found(units: dict[tuple[str, str], float]) -> None:
    (wrong,) = rules('### R9 x\n```toml\nhuman_touch = "none"\n```\nbills: escalated\n')
    assert units["r8", "escalated"] == 0
    assert wrong.expected == (("escalated", None),)
