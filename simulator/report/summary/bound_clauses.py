"""Which clauses of the contracts bind, and what each is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoundClause:
    """A clause of a contract on the futures of the run; money over the horizon in the scenario's currency.

    Attributes:
        kind: what it is, as in "monthly_minimum" or "tier".
        side: "old" or "new" for the two contracts of a change of vendor, else empty.
        name: in words, as in "Minimum of $10K a month".
        reaching: what it does in a month that reaches it, as in "lifts the invoice".
        by_month: whether it is told in how many months it is reached; a minimum of a year is told by futures only.
        months: of the horizon that reach it, mean over the futures.
        futures: share of the futures in which some month reaches it.
        mean, p10, p90: what it adds to the invoice, negative where it takes something off.
        at_p90: P90 of the invoice with it, less P90 of the invoice without it.
        sentence: all of it in words.
    """

    kind: str
    side: str
    name: str
    reaching: str
    by_month: bool
    months: float
    futures: float
    mean: float
    p10: float
    p90: float
    at_p90: float
    sentence: str


@dataclass(frozen=True, slots=True)
class ContractClauses:
    """The clauses of a contract; none where it is a plain price, with or without fees and discounts.

    Attributes:
        contract: its key in the scenario.
    """

    contract: str
    clauses: tuple[BoundClause, ...]
