"""The kinds of a difference between a list and a recount, in the order in which they are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

DOUBLE: Final = "double line"
UNKNOWN: Final = "unknown id"
PERIOD: Final = "period"
TIMING: Final = "timing"
CLASS: Final = "class"
DUPLICATE: Final = "duplicate"
PLANNED: Final = "planned handoff"
TOUCH: Final = "human touch"
RETURNED: Final = "returned"
LATE: Final = "late return"
ELSEWHERE: Final = "return elsewhere"
NO_ANSWER: Final = "no answer"
VERDICT: Final = "verdict"
GATE: Final = "below gate"
SEVERAL: Final = "several clauses"
UNEXPLAINED: Final = "unexplained"

OVER: Final[Mapping[str, str]] = MappingProxyType(
    {
        DOUBLE: "the list has the conversation more than once",
        UNKNOWN: "the list has an id that the record does not have",
        PERIOD: "it belongs to another period",
        TIMING: "final in the three days before the period: it may come late",
        CLASS: "a test, spam or a greeting was billed",
        DUPLICATE: "a duplicate ticket was billed beside its original",
        PLANNED: "a handoff designed by procedure was billed",
        TOUCH: "a person took part",
        RETURNED: "the customer came back in the same thread",
        LATE: "came back after the period: credit due later",
        ELSEWHERE: "the customer came back in a new conversation",
        NO_ANSWER: "the AI gave no substantive answer",
        VERDICT: "resolved to the vendor, not by the definition",
        GATE: "the satisfaction score is below the least",
        SEVERAL: "needs several clauses",
        UNEXPLAINED: "no clause of the definition makes it equal",
    }
)
"""What each kind means where the list bills more than the definition counts."""
UNDER: Final[Mapping[str, str]] = MappingProxyType(
    {
        DOUBLE: "the list takes back more than it bills",
        PERIOD: "opened in one period and final in another: which counts?",
        TIMING: "final in the last three days: expect it on the next",
        CLASS: "not billed, as if its class did not count",
        DUPLICATE: "not billed, as if duplicates never counted",
        PLANNED: "not billed, as if planned handoffs did not count",
        TOUCH: "not billed, as if people's part voided it",
        RETURNED: "not billed, as if a return in the same thread voided it",
        LATE: "not billed, as if a return after the period voided it",
        ELSEWHERE: "not billed, as if a return in a new conversation voided it",
        NO_ANSWER: "not billed, as if a substantive answer were missing",
        VERDICT: "not billed, as if the vendor judged it unresolved",
        GATE: "not billed, as if its satisfaction score voided it",
        SEVERAL: "not billed, and needs several clauses",
        UNEXPLAINED: "not billed, and no clause says why",
    }
)
"""What each kind means where the list bills less."""
ORDER: Final = tuple(OVER)
NO_DISPUTE: Final = (TIMING, LATE)
"""Kinds that nobody disputes: the next invoice has them, or a credit on a later one."""
