"""Sets of clauses: every combination of what the definitions of the product, of vendors and of a contract write.

Each clause takes the values that it has in one of them, and the hours of a return that are negotiated. What none of
them bills, as a case that a person finishes, is a further value only where the sheet says that it is billed.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.contracts.catalogue import offers
from simulator.decisions.clauses import WINDOWS
from simulator.definitions import NAMED, DefinitionSpec
from simulator.records import CLASSES, OUTCOMES

FIELDS: Final = (
    "outcomes", "classes", "silence", "human_touch", "requires", "min_csat", "contacts", "planned_handoffs", "returns",
    "duplicates", "at_most",
)  # fmt: skip
"""Clauses of a set; the window of returns belongs to `returns`."""
WIDER: Final = (
    ("partial", "outcomes", ("partial",)),
    ("escalated", "outcomes", ("escalated",)),
    ("abandoned", "outcomes", ("abandoned",)),
    ("greeting", "outcomes", ("abandoned",)),  # who only greets leaves before an answer
    ("greeting", "classes", ("greeting",)),
    ("spam", "classes", ("spam",)),
)
"""What a clause must hold beside its usual values for a case to be billed: key of the case, clause, values."""
_ORDER: Final = (*OUTCOMES, *CLASSES)


@dataclass(frozen=True, slots=True)
class ClauseSet:
    """A definition by its clauses.

    Attributes:
        values: of each field of `FIELDS`; of `returns` the clause with its window.
    """

    values: tuple[Any, ...]

    @property
    def spec(self) -> DefinitionSpec:
        """The definition itself."""
        return DefinitionSpec(**_clauses(self.values))


def set_of(spec: DefinitionSpec) -> ClauseSet:
    """Return the clauses of a definition; two that mean the same are equal.

    Raises:
        ValueError: for one with a predicate, which has no clauses.
    """
    if spec.predicate is not None:
        raise ValueError("a definition with a predicate has no clauses")
    return ClauseSet(_plain(tuple(_value(spec, field) for field in FIELDS)))


def clause_sets(own: DefinitionSpec, others: Collection[DefinitionSpec], billed: Collection[str]) -> list[ClauseSet]:
    """Return all sets of clauses, those that mean the same once, the contract's own first.

    Args:
        own: definition of the contract, whose values belong to the grid.
        others: of the scenario; they are sets of their own, and their values do not multiply the grid.
        billed: keys of the cases that the sheet says are billed.
    """
    sources = [own, *NAMED.values(), *_of_vendors()]
    axes = [_axis(field, sources, billed) for field in FIELDS]
    grid = (ClauseSet(_plain(values)) for values in itertools.product(*axes) if _agree(values))
    whole = (set_of(each) for each in others if each.predicate is None)
    return list(dict.fromkeys([set_of(own), *whole, *grid]))


def _of_vendors() -> Iterator[DefinitionSpec]:
    for offer in offers().values():
        for table in offer.definitions.values():
            spec = DefinitionSpec(**table)
            if spec.predicate is None and spec.extends is None:
                yield spec


def _value(spec: DefinitionSpec, field: str) -> Any:
    return (spec.returns, spec.return_window_hours) if field == "returns" else getattr(spec, field)


def _axis(field: str, sources: Sequence[DefinitionSpec], billed: Collection[str]) -> list[Any]:
    """Return the values of a clause."""
    values = [_value(each, field) for each in (*sources, DefinitionSpec()) if each.predicate is None]
    if field == "returns":
        values += [("void", hours) for hours in WINDOWS]
    for key, clause, more in WIDER:
        if clause == field and key in billed:
            values += [tuple(sorted({*value, *more}, key=_ORDER.index)) for value in values]
    return list(dict.fromkeys(values))


def _plain(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return values of which none says what another one leaves out: silence where silence does not count."""
    found = dict(zip(FIELDS, values, strict=True))
    if "silent" not in found["outcomes"] or found["silence"] == "never":
        found["outcomes"] = tuple(each for each in found["outcomes"] if each != "silent") or ("silent",)
        found["silence"] = "never"
    return tuple(found.values())


def _agree(values: tuple[Any, ...]) -> bool:
    """Return whether clauses contradict one another nowhere."""
    try:
        DefinitionSpec(**_clauses(_plain(values)))
    except ValueError:
        return False
    return True


def _clauses(values: tuple[Any, ...]) -> dict[str, Any]:
    found = dict(zip(FIELDS, values, strict=True))
    found["returns"], window = found["returns"]
    return found | ({} if window is None else {"return_window_hours": window})


def words_of(field: str, value: Any) -> str:
    """Return a clause in words."""
    if field == "returns":
        what, window = value
        within = "" if window in (None, "ever") else f" within {window:g} h"
        does = {"bill_again": "is billed again", "void": "voids the charge", "merge": "belongs to the unit before"}
        return f"a return{within} {does[what]}"
    if field == "silence":
        fixed = {"never": "silence never counts", "at_once": "silence counts at once"}
        return fixed[value] if isinstance(value, str) else f"silence counts after {value:g} h"
    if field in ("outcomes", "classes"):
        return ", ".join(value)
    if field == "requires":
        return " and ".join(each.replace("_", " ") for each in value) or "nothing"
    if field == "min_csat":
        return "no score needed" if value is None else f"a score of {value} or more, if there is one"
    if field == "planned_handoffs":
        return "planned handoffs count" if value else "planned handoffs do not count"
    return _PLAIN_WORDS[field, value]


_PLAIN_WORDS: Final = {
    ("human_touch", "none"): "no person at all",
    ("human_touch", "review"): "a person may review",
    ("human_touch", "handoff"): "a person may take over",
    ("contacts", "all"): "every contact",
    ("contacts", "first"): "the first contact alone",
    ("duplicates", "billed"): "duplicates are billed",
    ("duplicates", "merged"): "duplicates are merged",
    ("at_most", "conversation"): "one unit a conversation",
    ("at_most", "case"): "one unit a case",
}
