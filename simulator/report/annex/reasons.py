"""The reasons of a difference in clause 9.3: the kinds of the recount that a contract can have, and evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from simulator.audit.recount import kinds
from simulator.audit.recount.clause_changes import changes_of
from simulator.records import SOURCE
from simulator.report.annex.document import listed
from simulator.report.annex.subject import Subject

_VERDICTS: Final = ("outcome", "action_completed", "judged_resolved")
"""Columns that say whether a conversation is resolved."""


def reasons(of: Subject) -> Iterator[str]:
    """Yield the reasons in the order in which they are looked for."""
    over, under = kinds_of(of, loosens=True), kinds_of(of, loosens=False)
    for kind in kinds.ORDER:
        if kind in over:
            settled = " Not disputed: another invoice settles it." if kind in kinds.NO_DISPUTE else ""
            yield f"{kind}: {kinds.OVER[kind]}. Evidence is {EVIDENCE[kind](of)}.{settled}"
        elif kind in under:
            yield f"{kind}: {kinds.UNDER[kind]}. Not disputed."


def kinds_of(of: Subject, *, loosens: bool) -> frozenset[str]:
    """Return the kinds of differences that the units of a contract can have.

    Args:
        loosens: of what was billed and does not count; else of what counts and was not billed.
    """
    found = {kinds.DOUBLE, kinds.UNKNOWN, kinds.PERIOD, kinds.UNEXPLAINED}
    if of.definitions:
        found |= {kinds.TIMING, kinds.SEVERAL}
    for each in of.definitions:
        found |= {change.kind for change in changes_of(each, frozenset()) if change.loosens is loosens}
    if kinds.RETURNED in found:
        found |= {kinds.LATE, kinds.ELSEWHERE}
    return frozenset(found)


def _touch(of: Subject) -> str:
    seen = any(each.spec.human_touch == "none" for each in of.definitions)
    what = "any reading, note or reply of a person" if seen else "the person's first public reply or the handoff"
    return f"{what}, with its time"


def _verdict(of: Subject) -> str:
    read = {column for each in of.definitions for column in each.columns}
    found: list[str] = [name for name in _VERDICTS if name in read] or sorted(read)
    return f"{listed(found)} as recorded, with the time and with the version of what made it"


def _else(of: Subject) -> str:
    segments = " (intent and channel: as recorded when the Conversation closed)"
    parts = segments if any(unit.segment for unit in of.units) else ""
    return f"the column of Schedule 4 that the parties read differently, each with its own record of it{parts}"


def _always(text: str) -> Callable[[Subject], str]:
    return lambda _: text


EVIDENCE: Final[Mapping[str, Callable[[Subject], str]]] = MappingProxyType(
    {
        kinds.DOUBLE: _always(f"the lines of the List of Units with one {SOURCE.name}"),
        kinds.UNKNOWN: _always("the Vendor's log of it with its opening, which lies within what the Record covers"),
        kinds.PERIOD: _always("its opening in the Buyer's system"),
        kinds.TIMING: _always("its opening, and the Lists of Units of both Billing Periods"),
        kinds.CLASS: _always("its class in the Buyer's system, or the test account"),
        kinds.DUPLICATE: _always("the original ticket in the same Case"),
        kinds.PLANNED: _always("the procedure that designs the handoff, as it stood on that day"),
        kinds.TOUCH: _touch,
        kinds.RETURNED: _always("the later contact of the thread with its opening"),
        kinds.LATE: _always("the later Conversation of the Case with its opening"),
        kinds.ELSEWHERE: _always(f"the later Conversation of the Case, with its {SOURCE.name} and its opening"),
        kinds.NO_ANSWER: _always("the order of messages with their times and senders, without their text"),
        kinds.VERDICT: _verdict,
        kinds.GATE: _always("the score as recorded, with its time"),
        kinds.SEVERAL: _always("that of each of them"),
        kinds.UNEXPLAINED: _else,
    }
)
"""What settles a difference of each kind."""
