"""The whole scenario, and the rules that hold between its tables."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from simulator.contracts import contract_union
from simulator.contracts.invoices.switch import SwitchSpec
from simulator.definitions import DefinitionSpec, OwnMeterSpec
from simulator.money import currency as known_currency
from simulator.quantities.distributions import SOURCE_KINDS
from simulator.quantities.parameters import Positive, Share, Table, parameter
from simulator.quantities.spelling import check_as_of
from simulator.scenario.schema.conversation_tables import (
    Channel,
    Csat,
    Duplicates,
    Intent,
    Judge,
    Level,
    Outcomes,
    People,
    Returns,
    Turns,
)
from simulator.scenario.schema.demand_tables import MONTH_PATTERN, Correlation, Drivers, Incidents, Volume
from simulator.scenario.schema.today_table import Today
from simulator.scenario.schema.token_tables import Levers, Model, Tokens

NAME_PATTERN = r"^[^\W_][\w .\-]{0,199}$"
"""Letters and digits of any alphabet; no control characters and no marks that turn the direction of writing."""
FIRST_YEAR, LAST_YEAR = 1970, 9900
"""Years in which a scenario may start: timestamps of a ledger count from 1970, and dates end with the year 9999."""
ContractSpec: Any = contract_union()
YearBudget = Annotated[float, Field(gt=0, le=1e15)]


class Budget(Table):
    """The amount to test against: one for the whole horizon, or one for each fiscal year of it."""

    number_key: ClassVar[str] = "amount"

    amount: float | None = parameter("budget for the whole horizon", unit="currency", gt=0, le=1e15, default=None)
    by_fiscal_year: tuple[YearBudget, ...] = parameter(
        "budget of each fiscal year that the horizon touches, in order; their sum is that of the horizon",
        unit="currency",
        default=(),
    )
    of: Literal["invoice", "cost_to_serve"] = parameter(
        "what it must cover: the vendor's invoice, or invoice and human work", default="invoice"
    )

    @model_validator(mode="after")
    def _one_spelling(self) -> Self:
        if (self.amount is None) != bool(self.by_fiscal_year):
            raise ValueError("give amount, or by_fiscal_year with one amount a fiscal year, one of the two")
        return self

    @property
    def total(self) -> float:
        """The budget of the whole horizon."""
        return math.fsum(self.by_fiscal_year) if self.amount is None else self.amount


class SourceNote(Table):
    """Where the numbers under a path come from."""

    kind: Literal[SOURCE_KINDS] = parameter("what stands behind the number")  # type: ignore[valid-type]
    source: str = parameter("who measured, quoted or published it", default="")
    as_of: str = parameter("date of the source, as 2026-09", default="")
    owner: str = parameter("the person or team who answers for the numbers and signs for them", default="")

    @field_validator("as_of")
    @classmethod
    def _date(cls, as_of: str) -> str:
        return check_as_of(as_of)


class Scenario(Table):
    """A scenario: everything an analyst writes about a deployment and the contracts offered for it."""

    title: str = parameter(
        "what the scenario is about",
        min_length=1,
        max_length=200,
        acts="headings of tables, charts and files; no number",
    )
    currency: str = parameter(
        "currency of all amounts, an ISO 4217 code as USD",
        default="USD",
        acts="how amounts are written; a contract in another currency is converted at exchange_rates",
    )
    exchange_rates: dict[str, Positive] = parameter(
        "units of the scenario's currency for one of another, by its code; the same in all months of a future",
        unit="currency per unit of the other currency",
        default={},
        max_length=50,
        acts="the invoices of contracts that are priced in that currency, and list prices of tokens, which are in USD",
    )
    start: str = parameter(
        "first month, as 2027-01",
        pattern=MONTH_PATTERN,
        acts="the calendar: seasons, growth, and which price list holds",
    )
    months: int = parameter(
        "months of the horizon",
        unit="months",
        ge=1,
        le=120,
        default=12,
        acts="how many months are simulated and summed",
    )
    trials: int = parameter(
        "futures to simulate",
        ge=1,
        le=10_000_000,
        default=4_096,
        acts="how well the percentiles are known, and how long a run takes",
    )
    sampling: Literal["sobol", "random"] = parameter(
        "how futures are spread over what is not known: sobol points, even over it in eight nets, or random ones",
        default="sobol",
        acts="which futures are drawn, and how well the percentiles are known with so many",
    )
    seed: int = parameter(
        "seed of all random streams; 0 is a seed",
        ge=0,
        lt=2**63,
        default=0,
        acts="which futures are drawn",
    )
    sample: int | None = parameter(
        "cases of a month that are drawn one by one, on average, for the noise around exact means; 16, 64, 256 or 1,024 "
        "by the scenario's own rule without it",
        unit="cases",
        ge=16,
        le=10_000_000,
        default=None,
        acts="how near the noise of single conversations is to its law, where they are few or rare, and how long a run "
        "takes; a month with fewer cases than that is drawn whole",
    )
    fiscal_year_start: int = parameter(
        "calendar month in which the fiscal year starts: 7 for July",
        unit="month",
        ge=1,
        le=12,
        default=1,
        acts="which months are summed to a fiscal year",
    )
    budget: Budget | None = parameter(
        "budget to test the contracts against; a number is the invoice's, a list one amount a fiscal year",
        default=None,
        acts='which contract is recommended, and the budget line of tables and charts; with of = "cost_to_serve" also '
        "what contracts are ranked by",
    )
    discount_rate: Share | None = parameter(
        "yearly rate at which money that is paid later is worth less; in horizons over 12 months it gives present values",
        unit="share per year",
        typical=(0.04, 0.12),
        default=None,
        acts="the present value of each contract's invoice; no invoice, budget or ranking",
    )
    volume: Volume = parameter(
        "how many cases, conversations or tickets there are",
        acts="the number of cases, and all that follows from it",
    )
    incidents: Incidents = parameter(
        "incident months",
        default=Incidents(),
        acts="the number of cases in incident months",
    )
    drivers: Drivers = parameter(
        "what moves from month to month",
        default=Drivers(),
        acts="how far the months of a future differ from one another",
    )
    correlations: tuple[Correlation, ...] = parameter(
        "correlations between unknowns",
        default=(),
        acts="which unknown numbers move together from future to future",
    )
    levels: dict[str, Level] = parameter(
        "levels of complexity, the simplest first",
        min_length=1,
        max_length=20,
        acts="outcomes, turns and people's minutes of conversations",
    )
    intents: dict[str, Intent] = parameter(
        "what customers want",
        min_length=1,
        max_length=500,
        acts="outcomes of conversations, their channels and levels",
    )
    channels: dict[str, Channel] = parameter(
        "channels",
        min_length=1,
        max_length=50,
        default={"chat": Channel()},
        acts="turns, people's minutes, delays and times of conversations",
    )
    outcomes: Outcomes = parameter(
        "what shifts all outcomes",
        default=Outcomes(),
        acts="outcomes of all conversations",
    )
    judge: Judge = parameter(
        "automatic judge",
        default=Judge(),
        acts="which conversations a vendor's automatic judge finds resolved",
    )
    csat: Csat = parameter(
        "satisfaction survey",
        default=Csat(),
        acts="satisfaction scores, for definitions that look at them",
    )
    returns: Returns = parameter(
        "customers who come back",
        default=Returns(),
        acts="further conversations of the same case, and what definitions with a window bill",
    )
    duplicates: Duplicates = parameter(
        "second tickets on the same case",
        default=Duplicates(),
        acts="further conversations of the same case, and what definitions merge",
    )
    turns: Turns = parameter(
        "turns, calls and actions",
        default=Turns(),
        acts="messages, model calls, actions, and through them tokens",
    )
    tokens: Tokens = parameter(
        "tokens of a conversation",
        default=Tokens(),
        acts="tokens, the vendor's model cost, and contracts that bill tokens",
    )
    models: dict[str, Model] = parameter(
        "language models",
        min_length=1,
        max_length=50,
        acts="token prices, lengths and odds of the conversations a model answers",
    )
    levers: Levers = parameter(
        "levers on tokens and quality",
        default=Levers(),
        acts="tokens, and the outcomes of the conversations a lever touches",
    )
    people: People = parameter(
        "human work",
        default=People(),
        acts="human work, under all contracts the same, and the row for today",
    )
    today: Today | None = parameter(
        "the row for today",
        default=None,
        acts="the row for today; no contract",
    )
    definitions: dict[str, DefinitionSpec] = parameter(
        "own definitions of a resolution",
        default={},
        acts="what contracts per resolution bill; conversations stay the same",
    )
    meters: dict[str, OwnMeterSpec] = parameter(
        "own meters: SQL over the record of a conversation",
        default={},
        max_length=100,
        acts='what contracts bill that read "own:NAME"; conversations stay the same',
    )
    contracts: dict[str, ContractSpec] = parameter(
        "the contracts to compare",
        min_length=1,
        max_length=100,
        acts="the invoice of this contract; conversations are the same under all contracts",
    )
    switches: dict[str, SwitchSpec] = parameter(
        "changes from one of the contracts to another",
        default={},
        acts="a row of its own: one contract until a month, another after it",
    )
    sources: dict[str, SourceNote] = parameter(
        "where numbers come from, by dotted path",
        default={},
        acts="where numbers are said to come from; no number",
    )

    @model_validator(mode="before")
    @classmethod
    def _plain_budget(cls, raw: Any) -> Any:
        written = raw.get("budget") if isinstance(raw, dict) else None
        if isinstance(written, int | float) and not isinstance(written, bool):
            return {**raw, "budget": {"amount": written}}
        return {**raw, "budget": {"by_fiscal_year": written}} if isinstance(written, list) else raw

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
