"""How a parameter is declared: once, with meaning, unit, domain and typical range.

Validation, `explain`, docs, sensitivity and the JSON Schema read the declaration; nobody repeats it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from simulator.quantities.distributions import (
    FACTOR,
    FACTOR_OR_ZERO,
    GROWTH,
    HOURS,
    LOG_ODDS,
    MINUTES,
    MONTH_HOURS,
    NONNEGATIVE,
    ODDS,
    PER_CALL,
    PER_CASE,
    PER_MONTH,
    PER_TURN,
    PERSISTENCE,
    POSITIVE,
    PRICE,
    REAL,
    SEATS,
    SECONDS,
    SHAPE,
    SHARE,
    SIGMA,
    SPREAD,
    TAIL,
    TOKENS,
    TURNS,
    Domain,
    Quantity,
    fixed,
)
from simulator.quantities.spelling import parse_quantity

_REQUIRED: Final = object()
UNKNOWN_NUMBER: Final[Mapping[str, Any]] = MappingProxyType(
    {"type": "object", "description": "what is known of an uncertain input"}
)
"""How the JSON Schema says that a table may stand for a number."""


@dataclass(frozen=True, slots=True)
class _Numeric:
    """Tells pydantic how to read a quantity of a domain, and what to write into the JSON Schema."""

    domain: Domain

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(lambda raw: parse_quantity(raw, self.domain))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        number: dict[str, Any] = {"type": "number", "maximum": self.domain.high}
        number["exclusiveMinimum" if self.domain.low_open else "minimum"] = self.domain.low
        return {"anyOf": [number, dict(UNKNOWN_NUMBER)]}


def _typed(domain: Domain) -> Any:
    return Annotated[Quantity, _Numeric(domain)]


if TYPE_CHECKING:
    Share: TypeAlias = Quantity
    Positive: TypeAlias = Quantity
    Nonnegative: TypeAlias = Quantity
    Real: TypeAlias = Quantity
    LogOdds: TypeAlias = Quantity
    Persistence: TypeAlias = Quantity
    Spread: TypeAlias = Quantity
    Tail: TypeAlias = Quantity
    Growth: TypeAlias = Quantity
    Factor: TypeAlias = Quantity
    FactorOrZero: TypeAlias = Quantity
    Odds: TypeAlias = Quantity
    Sigma: TypeAlias = Quantity
    Shape: TypeAlias = Quantity
    PerMonth: TypeAlias = Quantity
    PerCase: TypeAlias = Quantity
    PerTurn: TypeAlias = Quantity
    PerCall: TypeAlias = Quantity
    MeanTurns: TypeAlias = Quantity
    TokenCount: TypeAlias = Quantity
    Seconds: TypeAlias = Quantity
    Minutes: TypeAlias = Quantity
    Hours: TypeAlias = Quantity
    MonthHours: TypeAlias = Quantity
    SeatCount: TypeAlias = Quantity
    Price: TypeAlias = Quantity
else:
    Share, Positive, Nonnegative, Real = _typed(SHARE), _typed(POSITIVE), _typed(NONNEGATIVE), _typed(REAL)
    LogOdds, Persistence, Spread, Growth = (
        _typed(LOG_ODDS),
        _typed(PERSISTENCE),
        _typed(SPREAD),
        _typed(GROWTH),
    )
    Tail = _typed(TAIL)
    Factor = _typed(FACTOR)
    FactorOrZero = _typed(FACTOR_OR_ZERO)
    Odds = _typed(ODDS)
    Sigma = _typed(SIGMA)
    Shape = _typed(SHAPE)
    PerMonth = _typed(PER_MONTH)
    PerCase = _typed(PER_CASE)
    PerTurn = _typed(PER_TURN)
    PerCall = _typed(PER_CALL)
    MeanTurns = _typed(TURNS)
    TokenCount = _typed(TOKENS)
    Seconds = _typed(SECONDS)
    Minutes = _typed(MINUTES)
    Hours = _typed(HOURS)
    MonthHours = _typed(MONTH_HOURS)
    SeatCount = _typed(SEATS)
    Price = _typed(PRICE)
_DOMAINS: Final = {
    each.name: each
    for each in (
        SHARE,
        POSITIVE,
        NONNEGATIVE,
        REAL,
        LOG_ODDS,
        PERSISTENCE,
        SPREAD,
        TAIL,
        GROWTH,
        FACTOR,
        FACTOR_OR_ZERO,
        ODDS,
        SIGMA,
        SHAPE,
        PER_MONTH,
        PER_CASE,
        PER_TURN,
        PER_CALL,
        TURNS,
        TOKENS,
        SECONDS,
        MINUTES,
        HOURS,
        MONTH_HOURS,
        SEATS,
        PRICE,
    )
}


class WrongKey(ValueError):
    """A rule between keys of a table that is broken at one of them; the message goes on after that key's name.

    Attributes:
        keys: all keys that the rule is about.
    """

    def __init__(self, key: str, message: str, keys: tuple[str, ...]) -> None:
        super().__init__(message)
        self.key, self.keys = key, keys


class Table(BaseModel):
    """Base of every table of a scenario: unknown keys are refused, values do not change after loading.

    Attributes:
        number_key: key that a plain number stands for which is written in the place of the table; "" where none may be.
    """

    number_key: ClassVar[str] = ""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, validate_default=True)


@dataclass(frozen=True, slots=True)
class _ToldApart:
    """Tells pydantic by which key the tables of a union are told apart.

    What is wrong is said as for pydantic's own discriminator, which would build all the tables at once.
    """

    key: str
    tables: tuple[tuple[str, type[Table]], ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        choices: dict[Any, CoreSchema] = {
            name: core_schema.no_info_plain_validator_function(table.model_validate) for name, table in self.tables
        }
        return core_schema.tagged_union_schema(choices, discriminator=self.key)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        union: Any = Annotated[reduce(or_, (table for _, table in self.tables)), Field(discriminator=self.key)]
        described: dict[str, Any] = handler(TypeAdapter(union).core_schema)
        return described


def told_apart(key: str, tables: Mapping[str, type[Table]]) -> Any:
    """Return the annotated union of tables that are told apart by what stands under a key, by that.

    A table with `defer_build` is built when one of its kind is first read: of many kinds a scenario has a few.
    """
    return Annotated[reduce(or_, tables.values()), _ToldApart(key, tuple(tables.items()))]


def parameter(
    meaning: str,
    *,
    unit: str = "",
    typical: tuple[float, float] | None = None,
    default: Any = _REQUIRED,
    acts: str = "",
    calendar: bool = False,
    **constraints: Any,
) -> Any:
    """Declare one parameter of a table.

    Args:
        meaning: one sentence that says what it is.
        unit: its unit; empty for plain text, names and flags.
        typical: the range in which real deployments lie; outside it `check` asks a question.
        default: the value where the scenario says nothing; required without one.
        acts: what it changes; said at the top of a scenario, and true of all that stands below.
        calendar: whether it is the number of a month for which the calendar month may be written.
        constraints: what pydantic's Field takes (ge, le, min_length ...).
    """
    extra: dict[str, Any] = {"unit": unit}
    if typical is not None:
        extra["typical"] = list(typical)
    if acts:
        extra["acts"] = acts
    if calendar:
        extra["calendar"] = True
    if default is _REQUIRED:
        return Field(description=meaning, json_schema_extra=extra, **constraints)
    return Field(default=default, description=meaning, json_schema_extra=extra, **constraints)


def numbered_month(
    meaning: str, *, first: int = 1, default: Any = _REQUIRED, typical: tuple[float, float] | None = None
) -> Any:
    """Declare the number of a month, from `first`; a scenario may write the calendar month instead, as "2028-01".

    Loading turns a calendar month into its number (`scenario.reading.calendar_months`): tables know numbers only.
    """
    return parameter(
        meaning, unit="month", typical=typical, default=default, calendar=True, strict=True, ge=first, le=120
    )


def is_calendar(field: FieldInfo) -> bool:
    """Return whether a declared number is that of a month for which the calendar month may be written."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and extra.get("calendar") is True


def unit_of(field: FieldInfo) -> str:
    """Return the declared unit of a parameter; empty for plain text, names and flags."""
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def known(value: float, domain: str = "share") -> Quantity:
    """Return a default for a quantity of the named domain."""
    return fixed(value, _DOMAINS[domain])


def domain_of(field: FieldInfo) -> Domain | None:
    """Return the domain of a declared number, or of the numbers in a declared list; None where there is none."""
    return domain_in(field.annotation, *field.metadata)


def domain_in(*parts: Any) -> Domain | None:
    """Return the domain of the number in annotations and in what is annotated to them; None where there is none."""
    return next((each.domain for each in _walk(parts) if isinstance(each, _Numeric)), None)


def _walk(parts: tuple[Any, ...]) -> Iterator[Any]:
    """Yield annotations and what is annotated to them, outermost first; tables are not entered."""
    for part in parts:
        yield part
        yield from _walk(get_args(part))
