"""What an annex is written about: a contract of a scenario, what it counts, and what the parties have said already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from simulator.contracts import Contract
from simulator.contracts.contract_terms import ContractSpec
from simulator.definitions import Definition
from simulator.definitions.dialects import DUCKDB
from simulator.definitions.view import KEY
from simulator.errors import ContractError
from simulator.records import BY_NAME, SOURCE, Column
from simulator.report.annex.counted import Counted, counted_units
from simulator.report.annex.document import Blanks
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms

ALWAYS: Final = ("conversation_id", "opened_at")
"""Columns of the record that every recount needs: they tell rows, and months, from one another."""
_OF_HOURS: Final = ("returned_after_hours",)
FIRST_MONTHS: Final = 12
"""Billing periods that are listed where the contract binds nobody for longer than a month."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the parties have said already; None is left blank.

    Attributes:
        time_zone: name in the IANA list.
        dispute_days: calendar days.
        dialect: of the database in which the statements are written.
    """

    time_zone: ZoneInfo | None = None
    dispute_days: int | None = None
    dialect: str = DUCKDB


@dataclass(frozen=True, slots=True)
class Subject:
    """A contract with everything that its annex tells."""

    scenario: Scenario
    spec: ContractSpec
    contract: Contract
    units: tuple[Counted, ...]
    said: Said
    blanks: Blanks

    @property
    def currency(self) -> str:
        """ISO 4217 code of the contract's money."""
        exchange = self.contract.exchange
        return self.scenario.currency if exchange is None else exchange.currency

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The definitions by which it counts, each once."""
        found = {unit.definition.name: unit.definition for unit in self.units if unit.definition is not None}
        return tuple(found.values())

    @property
    def final_after_hours(self) -> float | None:
        """After how many hours no later return changes a unit that is billed; see `hours_until_final`."""
        return hours_until_final(unit.definition for unit in self.units if unit.definition is not None and unit.billed)

    @property
    def of_cases(self) -> bool:
        """Whether a count asks which conversations are of one case."""
        return bool(self.definitions) or any({"case_id", "origin"} & set(unit.columns) for unit in self.units)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the record that a recount needs, in the record's order."""
        read = {column for unit in self.units for column in unit.columns} | set(ALWAYS)
        read |= set(KEY) if self.of_cases else set()
        found = [column for name, column in BY_NAME.items() if name in read]
        found.insert(1 + found.index(BY_NAME["conversation_id"]), SOURCE)
        return tuple(found)

    @property
    def unknowable(self) -> tuple[Column, ...]:
        """Those of them that may be empty; hours until a return apart, which are empty where nobody came back."""
        return tuple(column for column in self.columns if column.nullable and column.name not in _OF_HOURS)

    @property
    def months(self) -> int:
        """How many billing periods are listed."""
        bound = self.contract.settlement.term_months
        return bound if bound > 1 else FIRST_MONTHS

    @property
    def zone(self) -> str:
        """The name of the time zone, or a blank."""
        zone = self.said.time_zone
        return self.blanks.of("the Vendor's time zone, as Europe/Berlin") if zone is None else zone.key

    @property
    def window(self) -> str:
        """The dispute window, or a blank."""
        days = self.said.dispute_days
        told = self.blanks.of("dispute window in days") if days is None else f"{days}"
        return f"{told} calendar day{'' if days == 1 else 's'}"


def subject(scenario: Scenario, name: str, said: Said) -> Subject:
    """Return what the annex of a contract is written about.

    Raises:
        ContractError: for a change of vendor, and for a contract that counts nothing or what no statement counts.
    """
    change = scenario.switches.get(name)
    if change is not None:
        raise ContractError(
            f"{name!r} is a change from {change.old!r} to {change.new!r}, which is no contract that anybody signs: "
            f"write an annex for each, with --contract {change.old} and --contract {change.new}"
        )
    terms = compile_terms(scenario)
    contract = terms.contracts[name]
    return Subject(scenario, scenario.contracts[name], contract, counted_units(contract, terms), said, Blanks())


MEANINGS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "origin": {
            "new": "the first Conversation of its Case",
            "return": "a later Conversation of the same Case, opened by the customer",
            "duplicate": "a second ticket on the same request",
        },
        "class": {
            "service": "a request for service",
            "greeting": "a greeting and nothing more",
            "spam": "spam, or not meant for the Buyer",
            "test": "a test, preview or demonstration by either party",
        },
        "outcome": {
            "confirmed": "the customer said or clicked that the request is settled",
            "silent": "the AI gave an answer and the customer wrote nothing more",
            "abandoned": "the customer left before an answer",
            "partial": "the AI did part of the work and a person finished it",
            "escalated": "it was handed to a person",
        },
        "human_touch": {
            "none": "no person took part in any way",
            "review": "a person looked at it and took no part beyond that",
            "handoff": "a person took part",
        },
    }
)
"""What the values of closed categories of the record mean; Schedule 4 has those of columns that are read."""


def hours_until_final(definitions: Iterable[Definition]) -> float | None:
    """Return after how many hours from its opening no later return changes a unit; None for never, 0 for at once."""
    longest = 0.0
    for definition in definitions:
        spec = definition.spec
        if "returned_after_hours" not in definition.base_sql:
            continue
        if spec.predicate is not None or (spec.returns == "void" and spec.return_window_hours == "ever"):
            return None
        silence = spec.silence if "silent" in spec.outcomes else None
        void = spec.return_window_hours if spec.returns == "void" else None
        longest = max([longest, *(each for each in (silence, void) if isinstance(each, float))])
    return longest
