"""What a scenario needs beside its own for the claims to be judged: definitions, and the contracts they look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.contracts import unit_rate
from simulator.contracts.contract import Contract, is_proportional
from simulator.decisions.clauses import axes_of, bills_by_one_definition, with_choices
from simulator.decisions.same_futures import with_alternatives
from simulator.definitions import NAMED, Definition, DefinitionSpec
from simulator.scenario.stated.compiled_terms import Terms, compile_terms

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

CLOSED: Final = "claim_closed_by_customer"
ACTION: Final = "claim_action_in_system_of_record"
UNTOUCHED: Final = "claim_no_human_touch"
JUDGED: Final = "claim_verified_72h"
ARGUED: Final = (CLOSED, ACTION, UNTOUCHED)
"""The three definitions of the argument."""
STRICT: Final = "claim_strictest"
LOOSE: Final = "claim_loosest"
_NAMED: Final = {
    CLOSED: "closed_by_customer",
    ACTION: "action_in_system_of_record",
    UNTOUCHED: "no_human_touch",
    JUDGED: "verified_72h",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """The contracts of a scenario that the claims look at, by their keys; None where it has no such one.

    Attributes:
        resolution: bills resolutions by one definition of clauses, if possible one by which silence is enough.
        conversation: bills conversations at a price.
        action: bills what needs an action in the system of record.
        tokens: bills tokens.
        by_definition: every contract that bills resolutions by one definition of clauses.
    """

    resolution: str | None
    conversation: str | None
    action: str | None
    tokens: str | None
    by_definition: tuple[str, ...]


def looked_at(scenario: Scenario) -> Looked:
    """Return which contracts of a scenario the claims look at: of several the first that has a single price."""
    terms = compile_terms(scenario)
    by_definition = [name for name, each in terms.contracts.items() if _by_definition(each, terms)]

    def spec_of(name: str) -> DefinitionSpec:
        return definition_of(terms, name).spec

    silent = [name for name in by_definition if _silence_is_enough(spec_of(name))]
    return Looked(
        resolution=next(iter([*silent, *by_definition]), None),
        conversation=next(_of_type(terms, "per_conversation", is_proportional), None),
        action=next((name for name in by_definition if "action_completed" in spec_of(name).requires), None),
        tokens=next(_of_type(terms, "per_token", is_proportional), None),
        by_definition=tuple(by_definition),
    )


def prepared(scenario: Scenario) -> Scenario:
    """Return a scenario with the definitions that the claims count beside its own; one that has them as it is.

    These are the three of the argument, one that the vendor's judge decides, and the strictest and the loosest that
    can be made of the clauses of the contract per resolution.
    """
    if CLOSED in scenario.definitions:
        return scenario
    added = {name: DefinitionSpec(extends=of, title=NAMED[of].title) for name, of in _NAMED.items()}
    name = looked_at(scenario).resolution
    if name is not None:
        spec = definition_of(compile_terms(scenario), name).spec
        axes = axes_of(spec)
        added[STRICT] = with_choices(spec, axes, tuple(len(axis.choices) - 1 for axis in axes))
        added[LOOSE] = with_choices(spec, axes, (0,) * len(axes))
    return with_alternatives(scenario, {}, added)


def definition_of(terms: Terms, contract: str) -> Definition:
    """Return the one definition that a contract bills by."""
    return terms.definitions[terms.contracts[contract].definitions[0]]


def _by_definition(contract: Contract, terms: Terms) -> bool:
    """Whether a contract is a price per resolution by one definition of clauses, and nothing is settled beside it."""
    return (
        contract.type == "per_resolution"
        and bills_by_one_definition(contract)
        and terms.definitions[contract.definitions[0]].spec.predicate is None
        and is_proportional(contract)
        and unit_rate(contract) is not None
    )


def _silence_is_enough(spec: DefinitionSpec) -> bool:
    return "silent" in spec.counting_outcomes and not spec.requires and spec.human_touch != "none"


def _of_type(terms: Terms, kind: str, fits: Callable[[Contract], bool]) -> Iterator[str]:
    """Yield the contracts of a type that fit, those with a single price first."""
    found = [name for name, each in terms.contracts.items() if each.type == kind and fits(each)]
    yield from sorted(found, key=lambda name: unit_rate(terms.contracts[name]) is None)
