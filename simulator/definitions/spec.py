"""What a scenario writes in `[definitions.NAME]`: the clauses of a definition of a resolution, or an own predicate.

A clause that is left out does not restrict, with three exceptions, each the habit of nearly every contract: outcomes
are confirmed and silent, a unit is per conversation, and only conversations of class `service` count (vendors leave
greetings, spam and tests out of their units; a contract that bills them says so with `classes`).

Windows are strict: with `return_window_hours = 24` a return after 23.99 hours is inside, after exactly 24 outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, field_validator, model_validator

from simulator.definitions.proviso import Proviso
from simulator.definitions.text import SqlCondition, holds
from simulator.quantities.parameters import Table, parameter
from simulator.records import CLASSES, OUTCOMES

Outcome = Literal["confirmed", "silent", "abandoned", "partial", "escalated"]
ConversationClass = Literal["service", "greeting", "spam", "test"]
Touch = Literal["none", "review", "handoff"]

LONGEST_HOURS: Final = 87_600.0
"""Ten years: no window of a contract is longer."""


def _hours_or(*words: str) -> BeforeValidator:
    def read(raw: Any) -> Any:
        if isinstance(raw, str) and raw in words:
            return raw
        allowed = " or ".join(["hours above 0", *(f'"{word}"' for word in words)])
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            raise ValueError(f"must be {allowed}, not {raw!r}")
        if not 0 < raw <= LONGEST_HOURS:
            raise ValueError(f"must be {allowed}, at most {LONGEST_HOURS:,.0f} hours, not {raw!r}")
        return float(raw)

    return BeforeValidator(read)


REQUIREMENTS: Final = {
    "answered": "the AI gave a substantive answer",
    "action_completed": "the AI completed an action in the system of record",
    "judged_resolved": "the vendor's automatic judge finds it resolved",
}
Requirement = Literal["answered", "action_completed", "judged_resolved"]
_REQUIRED: Final = Proviso(
    choices=((), *((name,) for name in REQUIREMENTS), tuple(REQUIREMENTS)),
    conditions=lambda required: [holds(column, column) for column in required],
    words=lambda required: [REQUIREMENTS[column] for column in required],
)
_SCORED: Final = Proviso(
    choices=(None, 1, 3, 5),
    conditions=lambda least: [SqlCondition(f"(csat IS NULL OR csat >= {least})", frozenset({"csat"}))],
    words=lambda least: [f"a satisfaction score, if there is one, is {least} or more"],
)
_FIRST: Final = Proviso(
    choices=("all", "first"),
    conditions=lambda _: [SqlCondition("contact = 1", frozenset({"contact"}))],
    words=lambda _: ["it is the first of its case"],
    without_returns=True,
)
Silence = Annotated[float | Literal["never", "at_once"], _hours_or("never", "at_once")]
Window = Annotated[float | Literal["ever"], _hours_or("ever")]


class DefinitionSpec(Table):
    """A definition of a resolution as it is written: clauses, or a predicate in place of the base clauses."""

    title: str = parameter("Name of the definition in tables and charts.", default="", max_length=80)
    note: str = parameter("Remark that is printed beside the definition.", default="", max_length=1000)
    extends: str | None = parameter("Definition whose clauses hold where this one says nothing.", default=None)
    outcomes: tuple[Outcome, ...] = parameter("Outcomes that count.", default=("confirmed", "silent"))
    classes: tuple[ConversationClass, ...] = parameter(
        "Classes of conversations that count; vendors leave out greetings, spam and tests.",
        default=("service",),
    )
    silence: Silence = parameter(
        'When a silent conversation counts: "never", "at_once", or after so many hours without a return.',
        unit="hours",
        typical=(24, 72),
        default="at_once",
    )
    human_touch: Touch = parameter("The most that people may have done: none, review or handoff.", default="handoff")
    requires: Annotated[tuple[Requirement, ...], _REQUIRED] = parameter(
        "What else must hold: answered, action_completed, judged_resolved.", default=()
    )
    min_csat: Annotated[int | None, _SCORED] = parameter(
        "Lowest satisfaction score that counts; a conversation without a score counts.",
        unit="score from 1 to 5",
        default=None,
        ge=1,
        le=5,
        strict=True,
    )
    contacts: Annotated[Literal["all", "first"], _FIRST] = parameter(
        "Which contacts of a case can count: all, or only the first; a duplicate has its original's.",
        default="all",
    )
    planned_handoffs: bool = parameter(
        "Whether a handoff designed by procedure counts whatever `outcomes` and `human_touch` say.",
        default=False,
        strict=True,
    )
    returns: Literal["void", "merge", "bill_again"] = parameter(
        "What a return does: voids the charge, merges into the same unit, or is billed again.",
        default="bill_again",
    )
    return_window_hours: Window | None = parameter(
        'Hours within which a return voids or merges, or "ever"; at exactly so many hours it is outside.',
        unit="hours",
        typical=(24, 168),
        default=None,
    )
    duplicates: Literal["billed", "merged"] = parameter(
        "Whether a duplicate ticket is a unit of its own, or only where its original does not count.",
        default="billed",
    )
    at_most: Literal["conversation", "case"] = parameter(
        "At most one unit per conversation or per case; duplicates are governed by `duplicates`.",
        default="conversation",
    )
    predicate: str | None = parameter(
        "Own SQL condition over the record; replaces the clauses on outcome, class, silence, touch and score.",
        default=None,
    )

    @field_validator("outcomes", "classes")
    @classmethod
    def _not_empty(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("must name at least one, for an empty list counts nothing")
        return value

    @field_validator("outcomes", "classes", "requires")
    @classmethod
    def _in_order(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        order = (*OUTCOMES, *CLASSES, *REQUIREMENTS)
        return tuple(sorted(set(value), key=order.index))

    @field_validator("predicate")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            from simulator.definitions.predicate import compile_predicate

            compile_predicate(value)
        return value

    @model_validator(mode="after")
    def _agrees(self) -> DefinitionSpec:
        problem = _predicate_problem(self)
        if problem is None and self.extends is None:
            problem = _window_problem(self) or _counts_nothing_problem(self) or _no_return_problem(self)
        if problem is not None:
            raise ValueError(problem)
        return self

    @property
    def counting_outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes that can count: without `silent` where silence never counts."""
        return tuple(outcome for outcome in self.outcomes if not (outcome == "silent" and self.silence == "never"))


def provisos_of(spec: DefinitionSpec) -> Iterator[tuple[str, Any, Proviso]]:
    """Yield the clauses by provisos that restrict a definition: name, value and what it means."""
    for name, proviso in PROVISOS.items():
        value = getattr(spec, name)
        if value != proviso.choices[0]:
            yield name, value, proviso


PROVISOS: Final[Mapping[str, Proviso]] = {
    name: each
    for name, field in DefinitionSpec.model_fields.items()
    for each in field.metadata
    if isinstance(each, Proviso)
}
"""Clauses that restrict what counts by a condition of their own; each is declared where its field is."""
BASE_CLAUSES: Final = ("outcomes", "classes", "silence", "human_touch", *PROVISOS, "planned_handoffs")
"""Clauses that a predicate replaces; those on returns, duplicates and units per case may stand beside it."""


def _predicate_problem(spec: DefinitionSpec) -> str | None:
    if spec.predicate is None:
        return None
    given = [clause for clause in BASE_CLAUSES if clause in spec.model_fields_set]
    if given:
        return f"has both a predicate and {', '.join(given)}: a predicate replaces these clauses, keep one of the two"
    if spec.extends is not None:
        return (
            f'has both a predicate and extends = "{spec.extends}": a predicate starts from nothing, keep one of the two'
        )
    if spec.returns == "void":
        return 'has both a predicate and returns = "void": write the condition on returned_after_hours in the predicate'
    return None


def _window_problem(spec: DefinitionSpec) -> str | None:
    given = spec.return_window_hours is not None
    if spec.returns == "bill_again" and given:
        return (
            f"return_window_hours = {spec.return_window_hours!r} says nothing where returns are billed again: "
            'write returns = "void" or "merge", or leave the window out'
        )
    if spec.returns != "bill_again" and not given:
        return f'returns = "{spec.returns}" needs return_window_hours: a number of hours, or "ever"'
    return None


def _no_return_problem(spec: DefinitionSpec) -> str | None:
    """Refuse clauses on returns where no return can count."""
    for name, value, proviso in provisos_of(spec):
        if proviso.without_returns and (spec.returns == "merge" or spec.at_most == "case"):
            idle = 'at_most = "case"' if spec.at_most == "case" else 'returns = "merge"'
            return f"{name} = {value!r} leaves no return that could count, so that {idle} says nothing: leave one out"
    return None


def _counts_nothing_problem(spec: DefinitionSpec) -> str | None:
    if spec.counting_outcomes or spec.planned_handoffs:
        return None
    return 'counts nothing: silent is its only outcome and silence = "never"; add an outcome or hours of silence'
