"""How a parameter is declared: once, with meaning, unit, domain and typical range.

Validation, `explain`, docs, sensitivity and the JSON Schema read the declaration; nobody repeats it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import CoreSchema, core_schema

from simulator.distributions import (
    GROWTH,
    LOG_ODDS,
    NONNEGATIVE,
    PERSISTENCE,
    POSITIVE,
    REAL,
    SHARE,
    SPREAD,
    Domain,
    Quantity,
    fixed,
)
from simulator.spelling import parse_quantity

_REQUIRED: Final = object()


@dataclass(frozen=True, slots=True)
class _Numeric:
    """Tells pydantic how to read a quantity of a domain, and what to write into the JSON Schema."""

    domain: Domain

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(lambda raw: parse_quantity(raw, self.domain))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        number: dict[str, Any] = {"type": "number", "maximum": self.domain.high}
        number["exclusiveMinimum" if self.domain.low_open else "minimum"] = self.domain.low
        unknown = {"type": "object", "description": "what is known of a number that is not known today"}
        return {"anyOf": [number, unknown]}


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
    Growth: TypeAlias = Quantity
else:
    Share, Positive, Nonnegative, Real = _typed(SHARE), _typed(POSITIVE), _typed(NONNEGATIVE), _typed(REAL)
    LogOdds, Persistence, Spread, Growth = (
        _typed(LOG_ODDS),
        _typed(PERSISTENCE),
        _typed(SPREAD),
        _typed(GROWTH),
    )
_DOMAINS: Final = {"share": SHARE, "positive": POSITIVE, "nonnegative": NONNEGATIVE, "real": REAL, "log odds": LOG_ODDS,
                   "persistence": PERSISTENCE, "spread": SPREAD, "growth": GROWTH}  # fmt: skip


class Table(BaseModel):
    """Base of every table of a scenario: unknown keys are refused, values do not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, validate_default=True)


def parameter(
    meaning: str,
    *,
    unit: str = "",
    typical: tuple[float, float] | None = None,
    default: Any = _REQUIRED,
    **constraints: Any,
) -> Any:
    """Declare one parameter of a table.

    Args:
        meaning: one sentence that says what it is.
        unit: its unit; empty for plain text, names and flags.
        typical: the range in which real deployments lie; outside it `check` asks a question.
        default: the value where the scenario says nothing; required without one.
        constraints: what pydantic's Field takes (ge, le, min_length ...).
    """
    extra: dict[str, Any] = {"unit": unit}
    if typical is not None:
        extra["typical"] = list(typical)
    if default is _REQUIRED:
        return Field(description=meaning, json_schema_extra=extra, **constraints)
    return Field(default=default, description=meaning, json_schema_extra=extra, **constraints)


def known(value: float, domain: str = "share") -> Quantity:
    """Return a default for a quantity of the named domain."""
    return fixed(value, _DOMAINS[domain])
