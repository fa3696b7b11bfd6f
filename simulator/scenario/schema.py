"""The whole scenario, and the rules that hold between its tables."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import field_validator, model_validator

from simulator.contracts import contract_union
from simulator.definitions import DefinitionSpec
from simulator.distributions import SOURCE_KINDS
from simulator.money import currency as known_currency
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
from simulator.spelling import check_as_of

NAME_PATTERN = r"^[^\W_][\w .\-]{0,199}$"
"""Letters and digits of any alphabet; no control characters and no marks that turn the direction of writing."""
FIRST_YEAR, LAST_YEAR = 1970, 9900
"""Years in which a scenario may start: timestamps of a ledger count from 1970, and dates end with the year 9999."""
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

    @field_validator("as_of")
    @classmethod
    def _date(cls, as_of: str) -> str:
        return check_as_of(as_of)


class Scenario(Table):
    """A scenario: everything an analyst writes about a deployment and the contracts offered for it."""

    title: str = parameter("what the scenario is about", min_length=1, max_length=200)
    currency: str = parameter("currency of all amounts, as USD", default="USD")
    start: str = parameter("first month, as 2027-01", pattern=MONTH_PATTERN)
    months: int = parameter("months of the horizon", unit="months", ge=1, le=120, default=12)
    trials: int = parameter("futures to simulate", ge=1, le=10_000_000, default=10_000)
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
        return known_currency(currency).code

    @field_validator("title")
    @classmethod
    def _title_says_something(cls, title: str) -> str:
        if not title.strip():
            raise ValueError("must not be blank; say what the scenario is about")
        return title

    @field_validator("start")
    @classmethod
    def _start_in_the_calendar(cls, start: str) -> str:
        if not FIRST_YEAR <= int(start[:4]) <= LAST_YEAR:
            raise ValueError(f"must be a month of the years {FIRST_YEAR} to {LAST_YEAR}, not {start}")
        return start
