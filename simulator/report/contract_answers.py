"""The answers to the three questions of a contract, typed; `questions` makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.records import Holder
from simulator.report.summary.bound_clauses import BoundClause
from simulator.report.summary.contract import CatalogueEntry, ExchangedInvoice, UnitChange
from simulator.report.summary.distribution import Brief
from simulator.report.summary.units import Units


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredDefinition:
    """A definition that a contract bills by.

    Attributes:
        sql: of its units.
        memory: names of what it reads of a case's earlier conversations.
    """

    name: str
    title: str
    words: str
    note: str
    sql: str
    memory: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadColumn:
    """A column of the record that a contract's units need, and who holds it."""

    name: str
    meaning: str
    held_by: Holder


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoCounts:
    """Question 1: who defines and audits the unit.

    Attributes:
        verdict: in words, whether the buyer can recount it.
        meters: what is billed, in words.
        what_counts: a sentence on each kind of unit that no definition describes.
    """

    verdict: str
    countable_by_buyer: bool
    definitions: tuple[AnsweredDefinition, ...]
    meters: tuple[str, ...]
    what_counts: tuple[str, ...]
    columns: tuple[ReadColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCost:
    """What a worked case bills.

    Attributes:
        units: of the contract.
        average: its part of all that is billed over the horizon, on average over the futures.
        included: whether a fee, seats or a minimum pay for it.
        amount: what one more such case adds.
    """

    units: float
    average: float
    included: bool
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterCase(CaseCost):
    """The same from a month on, counted from 1."""

    from_month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredCase(CaseCost):
    """Question 2: a partial, escalated or reopened case.

    Attributes:
        words: what happens in it.
        later: what it bills from the months on in which other units are billed.
    """

    key: str
    words: str
    later: tuple[LaterCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentTokens:
    """Tokens of one intent.

    Attributes:
        share: of the conversations.
        tokens: of a conversation, by part.
        sum: of the parts.
        per_solved: all tokens over conversations that the AI solved; None where it solved none.
        per_resolution: the same over billed units, by meter in words; None where none is billed.
    """

    name: str
    share: float
    tokens: Mapping[str, float]
    sum: float
    per_solved: float | None
    per_resolution: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCost:
    """Question 3: what the unit costs underneath, and what the vendor keeps; None where there is nothing to divide by.

    Attributes:
        tokens_per_conversation: mean tokens of all models by class.
        model_cost_by_model: expected, over the horizon.
        margin: invoice less model cost.
        margin_share: of the invoice.
        share_of_futures_at_a_loss: in which the invoice lies below the model cost.
        conversations_drawn: one by one, for the tokens by intent.
        by_intent: the most frequent intents first.
    """

    tokens_per_conversation: Mapping[str, float | None]
    tokens_per_unit: Mapping[str, float | None]
    tokens_per_solved: Mapping[str, float | None]
    model_cost_per_conversation: Brief | None
    model_cost_per_unit: Brief | None
    model_cost_per_solved: Brief | None
    invoice_per_unit: Brief | None
    model_cost_by_model: Mapping[str, float]
    margin: Brief
    margin_share: Brief | None
    share_of_futures_at_a_loss: float
    conversations_drawn: int
    by_intent: tuple[IntentTokens, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractAnswers:
    """The answers for one contract.

    Attributes:
        title, label: what sentences and headings call it, and what tables do.
        unit: what one unit is called.
        unit_label: what is counted.
    """

    name: str
    title: str
    label: str
    exchange: ExchangedInvoice | None
    unit: str
    unit_label: str
    unit_changes: tuple[UnitChange, ...]
    who_counts: WhoCounts
    cases: tuple[AnsweredCase, ...]
    units: Units
    unit_cost: UnitCost
    clauses: tuple[BoundClause, ...]
    catalogue: CatalogueEntry | None
