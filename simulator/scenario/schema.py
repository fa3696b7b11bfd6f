"""The whole scenario, and the rules that hold between its tables."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import field_validator, model_validator

from simulator.contracts import contract_union
from simulator.definitions import DefinitionSpec
from simulator.distributions import SOURCE_KINDS
from simulator.money import CURRENCIES
from simulator.parameters import Table, parameter
from simulator.scenario.conversation import (
    Channel,
    Csat,
    Duplicates,
    Intent,
    Judge,
    Level,
    Outcomes,
    People,
    Returns,
    Today,
    Turns,
)
from simulator.scenario.demand import MONTH_PATTERN, Correlation, Drivers, Incidents, Volume
from simulator.scenario.tokens import Levers, Model, Tokens

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9 _.\-]{0,199}$"
ContractSpec: Any = contract_union()


class Budget(Table):
    """The amount to test against."""

    amount: float = parameter("budget for the whole horizon", unit="currency", gt=0, le=1e15)
    of: Literal["invoice", "cost_to_serve"] = parameter(
        "what it must cover: the vendor's invoice, or invoice and human work", default="invoice"
    )


class SourceNote(Table):
    """Where the numbers under a path come from."""

    kind: Literal[SOURCE_KINDS] = parameter("what stands behind the number")  # type: ignore[valid-type]
    source: str = parameter("who measured, quoted or published it", default="")
    as_of: str = parameter("date of the source, as 2026-09", default="")


class Scenario(Table):
    """A scenario: everything an analyst writes about a deployment and the contracts offered for it."""

    title: str = parameter("what the scenario is about", min_length=1, max_length=200)
    currency: str = parameter("currency of all amounts, as USD", default="USD")
    start: str = parameter("first month, as 2027-01", pattern=MONTH_PATTERN)
    months: int = parameter("months of the horizon", unit="months", ge=1, le=120, default=12)
    trials: int = parameter("futures to simulate", ge=1, le=10_000_000, default=200)
    seed: int = parameter("seed of all random streams; 0 is a seed", ge=0, lt=2**63, default=0)
    budget: Budget | None = parameter("budget to test the contracts against; a number is the invoice's", default=None)
    volume: Volume = parameter("how many cases, conversations or tickets there are")
    incidents: Incidents = parameter("incident months", default=Incidents())
    drivers: Drivers = parameter("what moves from month to month", default=Drivers())
    correlations: tuple[Correlation, ...] = parameter("correlations between unknowns", default=())
    levels: dict[str, Level] = parameter("levels of complexity, the simplest first", min_length=1, max_length=20)
    intents: dict[str, Intent] = parameter("what customers want", min_length=1, max_length=500)
    channels: dict[str, Channel] = parameter("channels", min_length=1, max_length=50, default={"chat": Channel()})
    outcomes: Outcomes = parameter("what shifts all outcomes", default=Outcomes())
    judge: Judge = parameter("automatic judge", default=Judge())
    csat: Csat = parameter("satisfaction survey", default=Csat())
    returns: Returns = parameter("customers who come back", default=Returns())
    duplicates: Duplicates = parameter("second tickets on the same case", default=Duplicates())
    turns: Turns = parameter("turns, calls and actions", default=Turns())
    tokens: Tokens = parameter("tokens of a conversation", default=Tokens())
    models: dict[str, Model] = parameter("language models", min_length=1, max_length=50)
    levers: Levers = parameter("levers on tokens and quality", default=Levers())
    people: People = parameter("human work", default=People())
    today: Today | None = parameter("the row for today", default=None)
    definitions: dict[str, DefinitionSpec] = parameter("own definitions of a resolution", default={})
    contracts: dict[str, ContractSpec] = parameter("the contracts to compare", min_length=1, max_length=100)
    sources: dict[str, SourceNote] = parameter("where numbers come from, by dotted path", default={})

    @model_validator(mode="before")
    @classmethod
    def _plain_budget(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and isinstance(raw.get("budget"), int | float) and not isinstance(raw["budget"], bool):
            return {**raw, "budget": {"amount": raw["budget"]}}
        return raw

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, currency: str) -> str:
        if currency not in CURRENCIES:
            raise ValueError(f"unknown currency {currency!r}; known: {', '.join(sorted(CURRENCIES))}")
        return currency
