"""Each clause of a definition moved to what it may say instead, looser and stricter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from simulator.decisions.clause_prices.moved_terms import Alternative, Change, Said
from simulator.definitions.spec import BASE_CLAUSES, REQUIREMENTS, DefinitionSpec

RETURNS: Final[tuple[tuple[str, float | str | None], ...]] = (
    ("bill_again", None), ("merge", 72.0), ("void", 24.0), ("void", 72.0), ("void", 168.0), ("void", "ever"),
)  # fmt: skip
SILENCES: Final = ("at_once", 24.0, 72.0, "never")
TOUCHES: Final = ("handoff", "review", "none")
LEAST_SCORE: Final = 3


def definition_alternatives(name: str, spec: DefinitionSpec, of: str = "") -> Iterator[Alternative]:
    """Yield what each clause of a definition may say instead.

    Args:
        of: title of the definition, where the contract has several.
    """
    for change, clauses in _changes(spec):
        if spec.predicate is None or not (set(clauses) & set(BASE_CLAUSES) or clauses.get("returns") == "void"):
            yield Alternative(Change(change.term, change.before, change.after, of), definition=name, clauses=clauses)


def _changes(spec: DefinitionSpec) -> Iterator[tuple[Change, dict[str, Any]]]:
    yield from _returns(spec)
    yield from _silence(spec)
    for touch in TOUCHES:
        if touch != spec.human_touch:
            yield Change("human_touch", spec.human_touch, touch), {"human_touch": touch}
    yield from _outcomes(spec)
    yield from _requires(spec)
    yield from _either(spec, "duplicates", ("billed", "merged"))
    yield from _either(spec, "at_most", ("conversation", "case"))
    yield from _either(spec, "contacts", ("all", "first"))
    score = LEAST_SCORE if spec.min_csat is None else None
    yield Change("min_csat", spec.min_csat, score), {"min_csat": score}
    planned = spec.planned_handoffs
    yield Change("planned_handoffs", float(planned), float(not planned)), {"planned_handoffs": not planned}
    classes = ("service", "greeting") if spec.classes == ("service",) else ("service",)
    yield Change("classes", spec.classes, classes), {"classes": classes}


def _returns(spec: DefinitionSpec) -> Iterator[tuple[Change, dict[str, Any]]]:
    now = (spec.returns, spec.return_window_hours)
    for returns, hours in RETURNS:
        if (returns, hours) != now:
            clauses = {"returns": returns, "return_window_hours": hours}
            yield Change("returns", _said(*now), _said(returns, hours)), clauses


def _said(returns: str, hours: float | str | None) -> Said:
    return (returns,) if hours is None else (returns, hours)


def _silence(spec: DefinitionSpec) -> Iterator[tuple[Change, dict[str, Any]]]:
    """Yield when silence counts; where it does not count at all, that it does after a day."""
    counts = "silent" in spec.counting_outcomes
    now = spec.silence if counts else "never"
    for hours in SILENCES if counts else (24.0,):
        if hours == now:
            continue
        clauses: dict[str, Any] = {"silence": hours}
        if "silent" not in spec.outcomes:
            clauses["outcomes"] = (*spec.outcomes, "silent")
        yield Change("silence", now, hours), clauses


def _outcomes(spec: DefinitionSpec) -> Iterator[tuple[Change, dict[str, Any]]]:
    """Yield what else counts or does no longer, beside what customers confirm or leave unsaid."""
    for outcome in ("partial", "abandoned", "escalated"):
        if outcome in spec.outcomes:
            rest = tuple(each for each in spec.outcomes if each != outcome)
            yield Change("outcomes", outcome, None, outcome), {"outcomes": rest}
        elif outcome == "partial":
            yield Change("outcomes", None, outcome, outcome), {"outcomes": (*spec.outcomes, outcome)}


def _requires(spec: DefinitionSpec) -> Iterator[tuple[Change, dict[str, Any]]]:
    for name in REQUIREMENTS:
        if name in spec.requires:
            rest = tuple(each for each in spec.requires if each != name)
            yield Change("requires", name, None), {"requires": rest}
        else:
            yield Change("requires", None, name), {"requires": (*spec.requires, name)}


def _either(spec: DefinitionSpec, term: str, values: tuple[str, str]) -> Iterator[tuple[Change, dict[str, Any]]]:
    now = getattr(spec, term)
    other = values[now == values[0]]
    yield Change(term, now, other), {term: other}
