"""A definition with one clause changed: what a vendor may have counted instead.

Of a conversation that is billed and does not count, clauses are loosened until it does; of one that counts and is not
billed, they are tightened. What acts together is one change: a return within the hours of silence voids by two clauses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from simulator.audit.recount.kinds import CLASS, DUPLICATE, GATE, NO_ANSWER, PLANNED, RETURNED, TOUCH, VERDICT
from simulator.definitions import Definition
from simulator.definitions.compile import compile_clauses
from simulator.definitions.spec import BASE_CLAUSES, DefinitionSpec
from simulator.errors import DefinitionError
from simulator.records import CLASSES, OUTCOMES

Fields = Mapping[str, Any]
BY_PEOPLE: Final = ("partial", "escalated")
"""Outcomes in which a person took part."""
_RETURN_FIELDS: Final[Fields] = {
    "returns": "bill_again", "return_window_hours": None, "silence": "at_once", "at_most": "conversation",
    "contacts": "all",
}  # fmt: skip
LOOSEST: Final[Mapping[str, Fields]] = {
    CLASS: {"classes": CLASSES},
    DUPLICATE: {"duplicates": "billed"},
    TOUCH: {"human_touch": "handoff"},
    RETURNED: _RETURN_FIELDS,
    NO_ANSWER: {"requires": ()},
    VERDICT: {"outcomes": OUTCOMES},
    GATE: {"min_csat": None},
}
"""What no clause of a kind restricts; all together count every conversation."""
_PREDICATE: Final[Fields] = {"predicate": "contact >= 1"}


@dataclass(frozen=True, slots=True)
class Change:
    """A definition with one clause changed.

    Attributes:
        kind: of the differences that it explains; of returns RETURNED, whichever they are.
        clause: the keys of the definition that it changes, as they are written.
        becomes: the same keys as they are changed.
        loosens: whether more can count.
        definition: the changed one.
    """

    kind: str
    clause: str
    becomes: str
    loosens: bool
    definition: Definition


def changes_of(definition: Definition, empty: frozenset[str]) -> tuple[Change, ...]:
    """Return every change of one clause, in the order of kinds, looser ones first.

    Args:
        empty: columns in which the record has no value: nothing that reads them anew is tried.
    """
    found: list[Change] = []
    for loosens, tried in ((True, _looser(definition.spec)), (False, _tighter(definition.spec))):
        for kind, fields in tried:
            name = f"change_{len(found)}"
            changed = changed_definition(name, definition.spec, fields)
            fresh = set() if changed is None else set(changed.columns) - set(definition.columns)
            if changed is None or fresh & empty or changed.unit_sql == definition.unit_sql:
                continue
            found.append(Change(kind, *_clauses(definition.spec, changed.spec, fields), loosens, changed))
    return tuple(found)


def without_clauses(definition: Definition, but: str | None = None) -> Definition | None:
    """Return a definition without any clause that restricts, but those of a kind."""
    fields: dict[str, Any] = dict(_PREDICATE) if definition.spec.predicate is not None else {"planned_handoffs": False}
    for kind, loosest in LOOSEST.items():
        if kind != but:
            fields |= loosest
    if but == VERDICT and definition.spec.predicate is not None:
        fields.pop("predicate")
    return changed_definition(f"loosest_{(but or 'all').replace(' ', '_')}", definition.spec, fields)


def changed_definition(name: str, spec: DefinitionSpec, fields: Fields) -> Definition | None:
    """Return a definition with some clauses changed; None where they contradict the others."""
    kept = {key: getattr(spec, key) for key in spec.model_fields_set - {"title", "note", "extends"}}
    made = kept | {key: value for key, value in fields.items() if spec.predicate is None or key not in BASE_CLAUSES}
    if made.get("returns", "bill_again") == "bill_again":
        made.pop("return_window_hours", None)
    try:
        return compile_clauses(name, DefinitionSpec(**made))
    except (ValidationError, DefinitionError):
        return None


def _looser(spec: DefinitionSpec) -> Iterator[tuple[str, Fields]]:
    yield CLASS, LOOSEST[CLASS]
    yield DUPLICATE, LOOSEST[DUPLICATE]
    yield PLANNED, {"planned_handoffs": True}
    yield TOUCH, LOOSEST[TOUCH]
    yield TOUCH, {**LOOSEST[TOUCH], "outcomes": tuple({*spec.outcomes, *BY_PEOPLE})}
    yield RETURNED, {"returns": "bill_again", "return_window_hours": None}
    yield RETURNED, {"silence": "at_once"} if isinstance(spec.silence, float) else {}
    yield RETURNED, {"at_most": "conversation"}
    yield RETURNED, {"contacts": "all"}
    yield RETURNED, _RETURN_FIELDS if spec.silence != "never" else {**_RETURN_FIELDS, "silence": "never"}
    yield NO_ANSWER, {"requires": tuple(each for each in spec.requires if each != "answered")}
    yield VERDICT, {"requires": tuple(each for each in spec.requires if each == "answered")}
    yield VERDICT, {"outcomes": OUTCOMES, **({"silence": "at_once"} if spec.silence == "never" else {})}
    yield VERDICT, {"outcomes": OUTCOMES, "requires": tuple(each for each in spec.requires if each == "answered")}
    if spec.predicate is not None:
        yield VERDICT, _PREDICATE
    yield GATE, LOOSEST[GATE]


def _tighter(spec: DefinitionSpec) -> Iterator[tuple[str, Fields]]:
    yield CLASS, {"classes": ("service",)}
    yield DUPLICATE, {"duplicates": "merged"}
    yield PLANNED, {"planned_handoffs": False}
    yield TOUCH, {"human_touch": "review"}
    yield TOUCH, {"human_touch": "none"}
    if spec.returns == "bill_again" or spec.return_window_hours != "ever":
        yield RETURNED, {"returns": "void", "return_window_hours": "ever"}
    yield RETURNED, {"at_most": "case"}
    yield NO_ANSWER, {"requires": (*spec.requires, "answered")}
    yield VERDICT, {"requires": (*spec.requires, "judged_resolved")}
    yield VERDICT, {"requires": (*spec.requires, "action_completed")}
    if spec.outcomes != ("confirmed",):
        yield VERDICT, {"outcomes": ("confirmed",)}
    for score in (2, 3, 4, 5):
        if spec.min_csat is None or score > spec.min_csat:
            yield GATE, {"min_csat": score}


def _clauses(spec: DefinitionSpec, changed: DefinitionSpec, fields: Fields) -> tuple[str, str]:
    """Return the clauses that a change touches, as in `min_csat = 3`: as the definition has them, and changed."""
    touched = [key for key in fields if getattr(spec, key) != getattr(changed, key)]
    was, becomes = (
        ", ".join(
            f"{key} = {_written(getattr(of, key))}"
            for key in touched
            if key != "return_window_hours" or getattr(of, key)
        )
        for of in (spec, changed)
    )
    return was, becomes


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(_written(each) for each in value)}]"
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
