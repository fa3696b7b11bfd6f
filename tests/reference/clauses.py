"""An own reading of a definition's clauses, one case at a time (design: "Definitions of a resolution").

Rule, in order: base = outcome in the list and touch within what is allowed and the requirements, and not silent with
a return within the silence hours, and not void with a return within the window. A unit is a base that is not merged
into a billed conversation before it, and not the second of its case where one per case is the most. A duplicate is
never in the memory of others; it counts if its own base holds and either duplicates are billed or its original's
base is false.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

Row = Mapping[str, Any]
TOUCH_ORDER = {"none": 0, "review": 1, "handoff": 2}


def effective(name: str, specs: Mapping[str, Any]) -> SimpleNamespace:
    """Return a definition's clauses, those of the definition it extends where it says nothing."""
    spec = specs[name]
    clauses = {field: getattr(spec, field) for field in type(spec).model_fields}
    if spec.extends is not None:
        inherited = vars(effective(spec.extends, specs))
        own = {field: clauses[field] for field in spec.model_fields_set}
        clauses = {**inherited, **own, "extends": None}
        if clauses["returns"] == "bill_again":
            clauses["return_window_hours"] = None
    return SimpleNamespace(**clauses)


def units(case_rows: Sequence[Row], spec: Any) -> list[int]:
    """Return the units that each conversation of one case bills, in the order given.

    Args:
        case_rows: all conversations of one case with the record's columns.
        spec: clauses, as a DefinitionSpec without `extends` or what `effective` returns.

    Raises:
        ValueError: for a definition with an own predicate, which this reading does not have.
    """
    if spec.predicate is not None:
        raise ValueError(f"the reference reads clauses, not predicates: {spec.predicate!r}")
    contacts = {row["contact"]: row for row in case_rows if row["origin"] != "duplicate"}
    billed = {contact: counts(row, spec) for contact, row in contacts.items()}
    result = []
    for row in case_rows:
        if row["origin"] == "duplicate":
            merged = spec.duplicates == "merged" and billed[row["contact"]]
            result.append(int(counts(row, spec) and not merged))
        else:
            result.append(int(billed[row["contact"]] and not _absorbed(row, contacts, billed, spec)))
    return result


def counts(row: Row, spec: Any) -> bool:
    """Return whether a conversation satisfies the base of a definition."""
    silent_allowed = spec.silence != "never"
    ordinary = (
        row["outcome"] in spec.outcomes
        and (row["outcome"] != "silent" or silent_allowed)
        and TOUCH_ORDER[row["human_touch"]] <= TOUCH_ORDER[spec.human_touch]
    )
    by_procedure = spec.planned_handoffs and row["handoff_planned"]
    if not (ordinary or by_procedure) or row["class"] not in spec.classes:
        return False
    if not all(row[column] is True for column in spec.requires):
        return False
    if spec.contacts == "first" and row["contact"] > 1:
        return False
    if spec.min_csat is not None and row["csat"] is not None and row["csat"] < spec.min_csat:
        return False
    back = row["returned_after_hours"]
    if row["outcome"] == "silent" and silent_allowed and _within(back, _silence_hours(spec.silence)):
        return False
    return not (spec.returns == "void" and _within(back, _window_hours(spec.return_window_hours)))


def _absorbed(row: Row, contacts: Mapping[int, Row], billed: Mapping[int, bool], spec: Any) -> bool:
    """Return whether earlier contacts of the case take this one's unit away."""
    earlier = [contact for contact in contacts if contact < row["contact"]]
    if not any(billed[contact] for contact in earlier):
        return False
    if spec.at_most == "case":
        return True
    since_previous = contacts[max(earlier)]["returned_after_hours"]
    return spec.returns == "merge" and _within(since_previous, _window_hours(spec.return_window_hours))


def _within(hours: float | None, window: float) -> bool:
    """Return whether something happened strictly before the window ended; at exactly the window it did not."""
    return hours is not None and hours < window


def _silence_hours(silence: Any) -> float:
    return 0.0 if isinstance(silence, str) else silence


def _window_hours(window: Any) -> float:
    return math.inf if isinstance(window, str) else window
