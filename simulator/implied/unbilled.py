"""Contracts whose definition can count nothing, or lacks a gate, as an input that it needs is 0 everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.definitions import DefinitionSpec, resolve_definitions
from simulator.quantities.distributions import Quantity
from simulator.scenario.schema import Scenario


def without_input(scenario: Scenario) -> Iterator[str]:
    """Yield one remark for each contract whose definition needs an input that is known to be 0 everywhere."""
    definitions = resolve_definitions(scenario.definitions)
    for name, contract in scenario.contracts.items():
        used = dict.fromkeys(definition for _, definition in contract.references.definitions)
        remarks = [f"by {each} {why}" for each in used if (why := _missing(definitions[each].spec, scenario))]
        if remarks:
            yield f"{name}: {'; '.join(remarks)}"


def _missing(spec: DefinitionSpec, scenario: Scenario) -> str:
    """Return what a definition lacks, or ''; a predicate is not looked into."""
    if spec.predicate is not None:
        return ""
    if "action_completed" in spec.requires and _all_zero(scenario.intents, "action"):
        return "nothing is billed: it requires action_completed, and the action of every intent is 0"
    inputs = [_input_of(outcome, scenario) for outcome in spec.counting_outcomes]
    if spec.planned_handoffs:
        inputs.append(_zero("planned_handoff of every intent", scenario.intents, "planned_handoff"))
    if all(inputs):
        return f"nothing is billed: it counts only what cannot happen, as {' and '.join(inputs)} is 0"
    if spec.min_csat is not None and _is_zero(scenario.csat.response):
        return "min_csat never acts: csat.response is 0, so there are no survey answers"
    return ""


def _input_of(outcome: str, scenario: Scenario) -> str:
    """Return the input that an outcome needs and that is 0 everywhere, or ''."""
    needed: dict[str, tuple[str, dict[str, Any], str]] = {
        "confirmed": ("confirm of every intent", scenario.intents, "confirm"),
        "abandoned": ("abandon of every intent", scenario.intents, "abandon"),
        "partial": ("partial of every level", scenario.levels, "partial"),
        "escalated": ("escalate of every level", scenario.levels, "escalate"),
    }
    return _zero(*needed[outcome]) if outcome in needed else ""


def _zero(what: str, tables: dict[str, Any], key: str) -> str:
    return what if _all_zero(tables, key) else ""


def _all_zero(tables: dict[str, Any], key: str) -> bool:
    return all(_is_zero(getattr(table, key)) for table in tables.values())


def _is_zero(quantity: Quantity) -> bool:
    return quantity.fixed and quantity.center == 0
