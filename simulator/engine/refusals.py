"""What an engine cannot count, said before anything is simulated: read from the terms alone, and light to import.

Each `refuse_*` raises for one definition, one own meter or one meter of a contract; `refusals` tries all of a scenario
and says where they stand. A definition that looks at too much at once is found by billing, when an engine starts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Final, Literal

from simulator.contracts import meters_of
from simulator.contracts.metering import meters as names
from simulator.contracts.metering.meters import optional_meters
from simulator.definitions import Definition
from simulator.engine.counting.hour_borders import borders_in
from simulator.errors import ContractError, DefinitionError, Problem, ScenarioError
from simulator.records import COLUMNS
from simulator.scenario.key_paths import dotted
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import Terms, compile_terms
from simulator.scenario.stated.contract_tables import contract_specs
from simulator.scenario.stated.heavy_tails import least_alpha, lengths, tails

Key = tuple[str | int, ...]

TOLD: Final = frozenset(
    {
        "case_id",
        "contact",
        "origin",
        "class",
        "intent",
        "channel",
        "complexity",
        "outcome",
        "answered",
        "human_touch",
        "handoff_planned",
        "action_completed",
        "judged_resolved",
        "csat",
        "returned_after_hours",
        "turns",
        "messages",
        "ai_replies",
    }
)
"""Columns of the record that the table of kinds has."""
CLOCKS: Final = frozenset(column.name for column in COLUMNS if column.kind == "timestamp")
"""Columns that no simulated month has."""
VARIANCE_ALPHA: Final = 2.0
"""Alpha of a Lomax law up to which it has no variance."""


def refuse_clocks(definition: Definition) -> None:
    """Refuse a definition that no engine can count.

    Raises:
        DefinitionError: it needs the time of day.
    """
    missing = sorted(CLOCKS.intersection(definition.columns))
    if missing:
        raise DefinitionError(
            f"definition {definition.name!r} needs {', '.join(missing)}, which simulated months do not have: "
            "hours_since_session_start can be counted on a written ledger only; leave it out of the scenario"
        )


def refuse_untold(what: str, columns: Collection[str], *conditions: str) -> None:
    """Refuse a definition or an own meter that has no expected value in closed form.

    Args:
        conditions: compiled SQL.

    Raises:
        DefinitionError: it reads what the table of kinds does not have, or reckons with hours.
    """
    unseen = sorted(set(columns) - TOLD)
    if unseen:
        raise DefinitionError(
            f"{what} reads {', '.join(unseen)}, which has no expected value in closed form: "
            "leave it out" + ("" if CLOCKS.intersection(unseen) else ", or use simulate run --engine ledger")
        )
    if any(borders_in(condition) is None for condition in conditions):
        raise DefinitionError(
            f"{what} reckons with hours, which has no expected value in closed form: compare them with numbers, or use "
            "simulate run --engine ledger"
        )


def refuse_wide(definitions: Collection[str], meters: Collection[str]) -> None:
    """Refuse definitions and own meters that look at too much at once for a table of kinds.

    Args:
        definitions, meters: names of those without a table (counting.conversation_kinds).

    Raises:
        DefinitionError: there is one.
    """
    for what in (*(f"definition {name!r}" for name in definitions), *(f"meter {name!r}" for name in meters)):
        raise DefinitionError(
            f"{what} looks at too much at once: read fewer columns, or use simulate run --engine ledger"
        )


def refusals(scenario: Scenario, engine: Literal["sampled", "ledger", "expected"]) -> list[Problem]:
    """Return what an engine cannot count of a scenario whose tables are right, each with its key.

    One problem a law of lengths or minutes, a definition and an own meter.
    """
    terms = compile_terms(scenario)
    found = [*_clocks(scenario, terms)]
    if engine in ("expected", "sampled"):
        found = list(_untold(scenario, terms))
    if engine == "sampled":
        found += _infinite(scenario)
    return [_problem(key, said) for key, said in found if said]


def _clocks(scenario: Scenario, terms: Terms) -> Iterator[tuple[Key, str]]:
    for name, each in terms.definitions.items():
        yield _of_definition(scenario, name), _tried(refuse_clocks, each)


def refuse_sums(scenario: Scenario, terms: Terms) -> None:
    """Refuse Lomax lengths of calls where expectations need the law of their sum, which has no moments to go by.

    Raises:
        ScenarioError: a contract bills tokens beyond an edge, or a model's price has a threshold for long prompts.
    """
    found = [_problem(key, said) for key, said in _sums(scenario, terms)]
    if found:
        raise ScenarioError(f"the scenario {scenario.title!r}", found)


def _sums(scenario: Scenario, terms: Terms) -> Iterator[tuple[Key, str]]:
    asked = {layer.base for layer in optional_meters(meters_of(terms.priced)).layers}
    edges = asked & {names.INPUT_TOKENS, names.OUTPUT_TOKENS}
    long = any(terms.model_rates[name].long_prompt is not None for name in scenario.models)
    if scenario.tokens.direct is not None or not (edges or long):
        return
    for key, length in lengths(scenario.tokens):
        if length.family == "lomax":
            yield (
                (*key, "family"),
                f'{dotted((*key, "family"))} = "lomax": sums of such lengths beyond an edge, which a contract or the '
                "price of a model asks for, have no expected value in closed form; use simulate run --engine ledger",
            )


def refuse_infinite(scenario: Scenario) -> None:
    """Refuse laws without a variance: no sample of such lengths or minutes has the noise of the month.

    Raises:
        ScenarioError: with the place of each.
    """
    found = [_problem(key, said) for key, said in _infinite(scenario)]
    if found:
        raise ScenarioError(f"the scenario {scenario.title!r}", found)


def _infinite(scenario: Scenario) -> Iterator[tuple[Key, str]]:
    for key, alpha in tails(scenario):
        if least_alpha(alpha) <= VARIANCE_ALPHA:
            at = f"{alpha.center:g}" if alpha.fixed else f"at {least_alpha(alpha):.3g} in one future of twenty"
            yield (
                key,
                f"{dotted(key)} is {at}, and a lomax has a variance only if alpha is above 2: a sample of "
                "conversations cannot stand for the month; write an alpha above 2, or use simulate run --engine ledger",
            )


def _untold(scenario: Scenario, terms: Terms) -> Iterator[tuple[Key, str]]:
    yield from _sums(scenario, terms)
    for name, each in terms.definitions.items():
        written = () if each.spec.predicate is None else (each.base_sql,)  # clauses only compare hours with numbers
        yield _of_definition(scenario, name), _tried(refuse_untold, f"definition {name!r}", each.columns, *written)
    for name, own in terms.meters.items():
        yield ("meters", name, "sql"), _tried(refuse_untold, f"meter {name!r}", own.columns, own.sql)


def _of_definition(scenario: Scenario, name: str) -> Key:
    """Return where a definition stands, or else where the first contract names it."""
    if name in scenario.definitions:
        return "definitions", name
    return next(
        (
            (*path, *key)
            for path, spec in contract_specs(scenario)
            for key, found in spec.all_references.definitions
            if found == name
        ),
        ("contracts",),
    )


def _tried(refuse: Callable[..., object], *arguments: object) -> str:
    """Return what is said where something is refused, else ''."""
    try:
        refuse(*arguments)
    except (ContractError, DefinitionError) as error:
        return str(error)
    return ""


def _problem(key: Key, said: str) -> Problem:
    """Return a problem with what to do about it as its help."""
    message, _, help_text = said.rpartition("; " if "; " in said else ": ")
    return Problem(key, message, help_text)


FAST: Final = partial(refusals, engine="sampled")
"""The rule that the default engine can count all of a scenario, for loading one."""
