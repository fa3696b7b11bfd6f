"""What each clause of a definition is worth: one contract at its own price, billed by many definitions.

All definitions count the same conversations: those of the run, whose futures are billed by every definition of a grid
beside the scenario's own (return window x silence x human touch x duplicates).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from simulator.contracts import Contract
from simulator.contracts.catalogue import offers
from simulator.contracts.metering.meters import resolutions
from simulator.definitions import NAMED, Definition, DefinitionSpec
from simulator.scenario.stated.compiled_terms import compile_terms

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario

Place = tuple[int, ...]
"""Number of the choice on each axis."""

PREFIX: Final = "study"
WINDOWS: Final = (24.0, 72.0, 168.0)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to write a clause."""

    label: str
    clauses: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NegotiatedClause:
    """A clause that is negotiated.

    Attributes:
        choices: the loosest first.
        own: which of them the contract's own definition has.
    """

    key: str
    question: str
    choices: tuple[Choice, ...]
    own: int


@dataclass(frozen=True, slots=True)
class ClauseStudy:
    """A contract, the clauses that are varied, and the scenario whose run tells what they do.

    Attributes:
        contract: its name.
        definition: name of its definition.
        scenario: the scenario itself, with all definitions of the study.
        compared: names of the whole definitions that are set beside the contract's own.
    """

    contract: str
    definition: str
    axes: tuple[NegotiatedClause, ...]
    scenario: Scenario
    compared: tuple[str, ...]

    @property
    def own(self) -> Place:
        """Where the contract's own definition stands."""
        return tuple(axis.own for axis in self.axes)

    @property
    def places(self) -> Iterator[Place]:
        """All places of the grid, the last axis fastest."""
        return itertools.product(*(range(len(axis.choices)) for axis in self.axes))


def unread(study: ClauseStudy, scenario: Scenario) -> frozenset[str]:
    """Return the meters of a study's run that nothing reads: units of its own definitions that the AI solved."""
    own = set(study.scenario.definitions) - set(scenario.definitions)
    return frozenset(f"{resolutions(name)}|solved_by_ai" for name in own)


def without_study(results: Results, study: ClauseStudy, scenario: Scenario) -> Results:
    """Return the results of a study's run as those of the scenario itself."""
    own = {resolutions(name) for name in set(study.scenario.definitions) - set(scenario.definitions)}
    meters = {key: values for key, values in results.meters.items() if key.partition("|")[0] not in own}
    return replace(results, scenario=scenario, meters=meters)


def clause_study(scenario: Scenario, contract: str | None = None, *, wide: bool = False) -> ClauseStudy | None:
    """Return the study of the first contract that bills by one definition made of clauses; None without such a one.

    A contract whose definition counts silence comes before others: silence is what is negotiated most.

    Args:
        contract: the contract to study in the place of the first; there is no study if it does not fit.
        wide: whether what else must hold is varied too, and definitions of the catalogue's vendors are compared.
    """
    terms = compile_terms(scenario)
    fitting = [name for name in terms.contracts if _fits(terms.contracts[name], terms.definitions)]
    if contract is not None:
        fitting = [name for name in fitting if name == contract]
    if not fitting:
        return None

    def spec_of(name: str) -> DefinitionSpec:
        return terms.definitions[terms.contracts[name].definitions[0]].spec

    name = next((name for name in fitting if "silent" in spec_of(name).counting_outcomes), fitting[0])
    axes = (*axes_of(spec_of(name)), *([_requires(spec_of(name))] if wide else []))
    grid = {
        grid_name(place): with_choices(spec_of(name), axes, place)
        for place in itertools.product(*(range(len(axis.choices)) for axis in axes))
    }
    vendors = {name: spec for name, spec in _of_vendors().items() if name not in terms.definitions} if wide else {}
    studied = scenario.model_copy(
        update={"definitions": {**scenario.definitions, **vendors, **_named_copies(), **grid}}
    )
    compared = tuple(dict.fromkeys((*terms.definitions, *NAMED, *vendors)))
    return ClauseStudy(name, terms.contracts[name].definitions[0], axes, studied, compared)


def _fits(contract: Contract, definitions: Mapping[str, Definition]) -> bool:
    """Whether a contract bills resolutions by one definition made of clauses, of all conversations alike."""
    return bills_by_one_definition(contract) and definitions[contract.definitions[0]].spec.predicate is None


def bills_by_one_definition(contract: Contract) -> bool:
    """Whether a contract bills resolutions by one definition, of all conversations alike."""
    if len(contract.definitions) != 1:
        return False
    own = resolutions(contract.definitions[0])
    return all(meter == own for meter in contract.meters if meter.startswith(resolutions("")))


def _of_vendors() -> dict[str, DefinitionSpec]:
    """Return the definitions of the vendors in the catalogue, by name."""
    return {name: DefinitionSpec(**table) for offer in offers().values() for name, table in offer.definitions.items()}


def _named_copies() -> dict[str, DefinitionSpec]:
    """Return the definitions that ship with the product under names of a scenario's own, so that a run bills them."""
    return {named_copy(name): DefinitionSpec(extends=name, title=NAMED[name].title) for name in NAMED}


def named_copy(name: str) -> str:
    """Return under which name a study bills a definition that ships with the product."""
    return f"{PREFIX}_{name}"[:40]


def grid_name(place: Place) -> str:
    """Return the name of a definition of the grid."""
    return "_".join([PREFIX, *map(str, place)])


def axes_of(spec: DefinitionSpec) -> tuple[NegotiatedClause, ...]:
    """Return the clauses that are varied around a definition; its own choice is always among them."""
    windows = [Choice("a return is billed again", {"returns": "bill_again"}), *(_void(hours) for hours in WINDOWS)]
    silences = [Choice(f"silence counts after {hours:g} h", {"silence": hours}) for hours in WINDOWS[:2]]
    touches = [
        Choice("a person may take over", {"human_touch": "handoff"}),
        Choice("a person may review", {"human_touch": "review"}),
        Choice("no person at all", {"human_touch": "none"}),
    ]
    duplicates = [
        Choice("duplicates are billed", {"duplicates": "billed"}),
        Choice("duplicates are merged", {"duplicates": "merged"}),
    ]
    never = Choice("silence never counts", {"silence": "never"})
    touch = next(each for each in touches if each.clauses["human_touch"] == spec.human_touch)
    silent = "silent" in spec.outcomes and len(spec.outcomes) > 1
    return (
        _axis("returns", "A customer who comes back", windows, _own_return(spec)),
        _axis("silence", "A silent customer", [*silences, never] if silent else [], _own_silence(spec)),
        _axis("human_touch", "People", touches, touch),
        _axis("duplicates", "Duplicate tickets", duplicates, duplicates[spec.duplicates == "merged"]),
    )


def _requires(spec: DefinitionSpec) -> NegotiatedClause:
    """Return what else must hold as a further axis; its choices are not one stricter than the other."""
    choices = [
        Choice("nothing else must hold", {"requires": ()}),
        Choice("an action is completed", {"requires": ("action_completed",)}),
        Choice("the judge finds it resolved", {"requires": ("judged_resolved",)}),
    ]
    words = " and ".join(each.replace("_", " ") for each in spec.requires)
    own = next((each for each in choices if each.clauses["requires"] == spec.requires), None)
    return _axis("requires", "What else must hold", choices, own or Choice(words, {"requires": spec.requires}))


def _axis(key: str, question: str, choices: Sequence[Choice], own: Choice) -> NegotiatedClause:
    """Return an axis with the contract's own choice first where it is not among the others."""
    every = list(choices) if any(each.clauses == own.clauses for each in choices) else [own, *choices]
    return NegotiatedClause(
        key, question, tuple(every), next(i for i, each in enumerate(every) if each.clauses == own.clauses)
    )


def _void(hours: float) -> Choice:
    return Choice(f"a return within {hours:g} h voids the charge", {"returns": "void", "return_window_hours": hours})


def _own_return(spec: DefinitionSpec) -> Choice:
    if spec.returns == "bill_again":
        return Choice("a return is billed again", {"returns": "bill_again"})
    clauses = {"returns": spec.returns, "return_window_hours": spec.return_window_hours}
    what = "voids the charge" if spec.returns == "void" else "belongs to the unit before"
    hours = spec.return_window_hours
    return Choice(f"a return{f' within {hours:g} h' if isinstance(hours, float) else ''} {what}", clauses)


def _own_silence(spec: DefinitionSpec) -> Choice:
    if "silent" not in spec.outcomes or spec.silence == "never":
        return Choice("silence never counts", {"silence": "never"} if "silent" in spec.outcomes else {})
    if spec.silence == "at_once":
        return Choice("silence counts at once", {"silence": "at_once"})
    return Choice(f"silence counts after {spec.silence:g} h", {"silence": spec.silence})


def with_choices(spec: DefinitionSpec, axes: Sequence[NegotiatedClause], place: Place) -> DefinitionSpec:
    """Return a definition with other clauses, everything else as it is."""
    clauses: dict[str, Any] = {}
    for axis, number in zip(axes, place, strict=True):
        clauses |= axis.choices[number].clauses
    return with_clauses(spec, clauses)


def with_clauses(spec: DefinitionSpec, clauses: Mapping[str, Any]) -> DefinitionSpec:
    """Return a definition with other clauses, everything else as it is.

    Raises:
        pydantic.ValidationError: if they contradict one another.
    """
    own = {key: getattr(spec, key) for key in spec.model_fields_set - {"title", "note", "extends"}}
    written = {**own, **clauses}
    if written.get("returns", "bill_again") == "bill_again":
        written.pop("return_window_hours", None)
    return DefinitionSpec(**written)
