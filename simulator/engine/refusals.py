"""What an engine cannot count, said before anything is simulated: read from the terms alone, and light to import.

Each `refuse_*` raises for one definition, one own meter or one meter of a contract; `refusals` tries all of a scenario
and says where they stand. What is found only by billing (too many states of a case) an engine says when it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, Literal

from simulator.contracts import meters as names
from simulator.contracts import meters_of, parts_of, place_of_part
from simulator.contracts.asked import asked_of
from simulator.contracts.part import Chosen, Part
from simulator.definitions import Definition, OwnMeter
from simulator.engine.atlas.borders import borders_of
from simulator.engine.hours import borders_in
from simulator.errors import ContractError, DefinitionError, Problem, ScenarioError
from simulator.law import ENDS
from simulator.records import COLUMNS
from simulator.scenario.offers import contract_specs
from simulator.scenario.problems import dotted
from simulator.scenario.schema import Scenario
from simulator.scenario.terms import Terms, compile_terms
from simulator.scenario.tokens import Direct, Length, Tokens

Key = tuple[str | int, ...]

SEEN: Final = frozenset(
    {
        "case_id",
        "contact",
        "origin",
        "class",
        "outcome",
        "answered",
        "human_touch",
        "handoff_planned",
        "action_completed",
        "judged_resolved",
        "csat",
        "returned_after_hours",
    }
)
"""Columns of the record that the atlas's kinds have."""
TOLD: Final = SEEN | {"intent", "channel", "complexity", "turns", "messages", "ai_replies"}
"""Columns of the record that the table of kinds has."""
CLOCKS: Final = frozenset(column.name for column in COLUMNS if column.kind == "timestamp")
"""Columns that no simulated month has."""
COUNTED: Final = (names.CONVERSATIONS, "cases", names.RESOLUTIONS)
SUMMED: Final = ("messages", "ai_replies", "actions", names.INPUT_TOKENS, names.OUTPUT_TOKENS, "tokens", "tokens_long")
"""Families of meters of which the atlas makes parts: whole numbers, and sums."""
MOST_GROUPS: Final = 24
"""Groups of intents and channels that the atlas tells apart at most: each costs about a run without parts."""

FEWEST_FOR_PARTS: Final = 200
"""Cases a month from which on the atlas makes parts. With fewer so few come back in a month that it can no longer tell
whose these are: means are 0.5 % off at 100 cases, 0.1 % at 200, and below a standard error of 0.05 % from 500 on.
"""


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


def refuse_unseen(what: str, columns: Collection[str]) -> None:
    """Refuse a definition or an own meter that reads what kinds of conversation do not have.

    Raises:
        DefinitionError: with the columns.
    """
    unseen = sorted(set(columns) - SEEN)
    if unseen:
        raise DefinitionError(
            f"{what} reads {', '.join(unseen)}, which the fast engine does not tell apart: "
            "leave it out" + ("" if CLOCKS.intersection(unseen) else ", or use simulate run --engine ledger")
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
        definitions, meters: names of those without a table (engine.kinds).

    Raises:
        DefinitionError: there is one.
    """
    for what in (*(f"definition {name!r}" for name in definitions), *(f"meter {name!r}" for name in meters)):
        raise DefinitionError(
            f"{what} looks at too much at once: read fewer columns, or use simulate run --engine ledger"
        )


def refuse_contact(what: str, columns: Collection[str]) -> None:
    """Refuse own SQL on the contact number, which duplicates of several contacts do not share.

    Raises:
        DefinitionError: it reads it.
    """
    if "contact" in columns:
        raise DefinitionError(
            f"{what} reads contact, which the fast engine does not know of duplicates: "
            "leave it out, or use simulate run --engine ledger"
        )


def refuse_unmade(part: Part, bases: Sequence[str]) -> None:
    """Refuse parts of meters that the atlas does not share out.

    Args:
        bases: meters that are asked of the part.

    Raises:
        ContractError: if there is one.
    """
    unmade = [base for base in bases if base.partition(":")[0] not in (*COUNTED, *SUMMED)]
    if unmade:
        raise ContractError(
            f"the fast engine does not bill {names.label_of(part.of(unmade[0]))!r}: it shares out conversations, "
            "resolutions, cases, messages, AI replies, actions and tokens by intent and channel; remove applies_to, or "
            "use simulate run --engine ledger"
        )


def refuse_many_groups(parts: Mapping[Part, Sequence[str]], intents: Sequence[str], channels: Sequence[str]) -> None:
    """Refuse contracts that tell more groups of intents and channels apart than the atlas can.

    Raises:
        ContractError: with the number.
    """
    number = len(classes([each.intents for each in parts], intents))
    number *= len(classes([each.channels for each in parts], channels))
    if number > MOST_GROUPS:
        raise ContractError(
            f"the contracts' applies_to tell {number} groups of intents and channels apart, more than the "
            f"{MOST_GROUPS} of the fast engine: let contracts share their lists, leave some out, or use "
            "simulate run --engine ledger"
        )


def refuse_few_cases(parts: Collection[Part], stated: float) -> None:
    """Refuse parts of months with few cases.

    Args:
        stated: volume of a month as the scenario states it.

    Raises:
        ContractError: with the volume.
    """
    if parts and stated < FEWEST_FOR_PARTS:
        raise ContractError(
            f"applies_to and {stated:g} a month: the fast engine cannot tell whose the few are who come back, and "
            f"makes parts from {FEWEST_FOR_PARTS} a month on; remove applies_to, or use simulate run --engine "
            "ledger, which is exact, and quick for so few"
        )


def refuse_heavy(scenario: Scenario) -> None:
    """Refuse laws of lengths and of minutes that the atlas does not draw: it would take each for a lognormal.

    Raises:
        ScenarioError: with the place of each.
    """
    found = [_problem(key, said) for key, said in _heavy(scenario)]
    if found:
        raise ScenarioError(f"the scenario {scenario.title!r}", found)


def classes(chosen: Sequence[Chosen | None], known: Sequence[str]) -> dict[tuple[bool, ...], list[int]]:
    """Return the places of the names that the same choices hold, by which choices these are."""
    found: dict[tuple[bool, ...], list[int]] = {}
    for place, name in enumerate(known):
        found.setdefault(tuple(each is None or each.holds(name) for each in chosen), []).append(place)
    return found


def own_sql(definitions: Mapping[str, Definition], meters: Mapping[str, OwnMeter]) -> dict[str, tuple[str, ...]]:
    """Return the columns that own SQL reads, by what messages call it; of a definition its predicate alone."""
    from simulator.definitions.predicate import compile_predicate

    found = {
        f"definition {name!r}": tuple(compile_predicate(each.spec.predicate).columns)
        for name, each in definitions.items()
        if each.spec.predicate is not None
    }
    return found | {f"meter {name!r}": each.columns for name, each in meters.items()}


def any_duplicates(scenario: Scenario) -> bool:
    """Return whether a conversation can have a duplicate."""
    rates = scenario.duplicates.probability
    return any(not rate.fixed or rate.center > 0 for rate in (getattr(rates, end) for end in ENDS))


def refusals(scenario: Scenario, engine: Literal["atlas", "ledger", "expected"]) -> list[Problem]:
    """Return what an engine cannot count of a scenario whose tables are right, each with its key.

    One problem a law of lengths or minutes, a definition, an own meter and a part of a meter.
    """
    terms = compile_terms(scenario)
    found = [*_clocks(scenario, terms)]
    if engine == "atlas":
        found = [*_heavy(scenario), *_definitions(scenario, terms), *_meters(scenario, terms), *_parts(scenario, terms)]
    if engine == "expected":
        found = list(_untold(scenario, terms))
    return [_problem(key, said) for key, said in found if said]


def _heavy(scenario: Scenario) -> Iterator[tuple[Key, str]]:
    for key, length in _lengths(scenario.tokens, ("tokens",)):
        if length.family == "lomax":
            yield (*key, "family"), _other_law((*key, "family"), "lomax", "lognormal and gamma lengths")
    for name in ("minutes_family", "review_family"):
        family = getattr(scenario.people, name)
        if family != "lognormal":
            yield ("people", name), _other_law(("people", name), family, "lognormal minutes")


def _lengths(table: Tokens | Direct, key: Key) -> Iterator[tuple[Key, Length]]:
    """Yield the lengths of a table and of that of totals in it, with their keys."""
    for name in type(table).model_fields:
        each = getattr(table, name)
        if isinstance(each, Direct):
            yield from _lengths(each, (*key, name))
        elif isinstance(each, Length):
            yield (*key, name), each


def _other_law(key: Key, family: str, own: str) -> str:
    return f'{dotted(key)} = "{family}": the fast engine draws {own} only; use simulate run --engine ledger'


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
    asked = {layer.base for layer in asked_of(meters_of(terms.priced)).layers}
    edges = asked & {names.INPUT_TOKENS, names.OUTPUT_TOKENS}
    long = any(terms.model_rates[name].long_prompt is not None for name in scenario.models)
    if scenario.tokens.direct is not None or not (edges or long):
        return
    for key, length in _lengths(scenario.tokens, ("tokens",)):
        if length.family == "lomax":
            yield (
                (*key, "family"),
                f'{dotted((*key, "family"))} = "lomax": sums of such lengths beyond an edge, which a contract or the '
                "price of a model asks for, have no expected value in closed form; use simulate run --engine ledger",
            )


def _untold(scenario: Scenario, terms: Terms) -> Iterator[tuple[Key, str]]:
    yield from _sums(scenario, terms)
    for name, each in terms.definitions.items():
        yield _of_definition(scenario, name), _tried(refuse_untold, f"definition {name!r}", each.columns, each.base_sql)
    for name, own in terms.meters.items():
        yield ("meters", name, "sql"), _tried(refuse_untold, f"meter {name!r}", own.columns, own.sql)


def _definitions(scenario: Scenario, terms: Terms) -> Iterator[tuple[Key, str]]:
    predicates = own_sql(terms.definitions, {}) if any_duplicates(scenario) else {}
    for each in terms.definitions.values():
        what = f"definition {each.name!r}"
        said = (
            _tried(refuse_unseen, what, each.columns)
            or _tried(refuse_contact, what, predicates.get(what, ()))
            or _tried(borders_of, [each])
        )
        yield _of_definition(scenario, each.name), said


def _meters(scenario: Scenario, terms: Terms) -> Iterator[tuple[Key, str]]:
    for name, each in terms.meters.items():
        what = f"meter {name!r}"
        said = _tried(refuse_unseen, what, each.columns)
        if not said and any_duplicates(scenario):
            said = _tried(refuse_contact, what, each.columns)
        yield ("meters", name, "sql"), said or _tried(borders_of, (), [each])


def _parts(scenario: Scenario, terms: Terms) -> Iterator[tuple[Key, str]]:
    for path, spec in contract_specs(scenario):
        contract = terms.contracts[path[-1]] if path[0] == "contracts" else terms.in_force
        for part, bases in parts_of([] if contract is None else [contract]).items():
            for base in bases:
                yield (*path, *place_of_part(spec, part.of(base))), _tried(refuse_unmade, part, [base])
    parts = parts_of(terms.priced)
    yield ("contracts",), _tried(refuse_many_groups, parts, list(scenario.intents), list(scenario.channels))
    yield ("volume",), _tried(refuse_few_cases, parts, scenario.volume.stated)


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


FAST: Final = partial(refusals, engine="atlas")
"""The rule that the default engine can count all of a scenario, for loading one."""
