"""Every term that a contract's table states, one row each: its key, what it means, and its value with its unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulator.contracts.contract_types import PerToken
from simulator.contracts.wording import number
from simulator.quantities.distributions import Quantity
from simulator.report.annex.subject import Subject
from simulator.report.words.meter_words import spaced

_LEFT_OUT: Final = frozenset({"title", "label", "delay"})
"""Keys that only name the contract, and the share of units that is final later: clause 5 says when a unit is."""
_BARE: Final = frozenset({"factor", "share"})
"""Units that are none, and stand in brackets."""
_KINDS: Final = {"type": "What is priced", "kind": "How the price is built"}
"""Keys that choose a table, which has a meaning and they have none."""


def terms_as_written(of: Subject) -> Iterator[tuple[str, str, str]]:
    """Yield rows of name, meaning and value; a price that is not fixed is a blank.

    A default that no table states is left out, as it charges nothing.
    """
    yield from sorted(_rows(of, of.spec, ()), key=lambda row: row[0] != "type")
    if isinstance(of.spec, PerToken) or any("tokens:" in unit.meter for unit in of.units):
        yield from _token_prices(of)


def _rows(of: Subject, table: BaseModel, above: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for name, field in type(table).model_fields.items():
        if name not in table.model_fields_set or (not above and name in _LEFT_OUT):
            continue
        value, path = getattr(table, name), (*above, spaced(name))
        if isinstance(value, BaseModel):
            yield from _rows(of, value, path)
        elif isinstance(value, tuple) and value and all(isinstance(each, BaseModel) for each in value):
            for place, each in enumerate(value, start=1):
                yield from _rows(of, each, (*above, f"{spaced(name)} {place}"))
        elif value is not None:
            yield ", ".join(path), _meaning(field) or _KINDS.get(name, ""), _told(of, value, field, path)


def _meaning(field: FieldInfo) -> str:
    text = (field.description or "").replace("; own:NAME is a meter of the scenario", "").strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}"


def _told(of: Subject, value: Any, field: FieldInfo, path: tuple[str, ...]) -> str:
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    unit = unit.replace("money", of.currency)
    behind = f" ({unit})" if unit in _BARE else f" {unit}" if unit else ""
    if unit == "month" and isinstance(value, int):
        return f"month {value}"
    if unit == "months" and value == 1:
        return "1 month"
    if isinstance(value, Quantity):
        if value.fixed:
            return f"{number(value.center)}{behind}"
        return of.blanks.of(f"{', '.join(path)}{behind}; the scenario states a range about {value.center:.4g}")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{number(value)}{behind}"
    if isinstance(value, tuple | list):
        return ", ".join(_told(of, each, field, path) for each in value) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_told(of, each, field, path)}" for key, each in value.items())
    return str(value)


def _token_prices(of: Subject) -> Iterator[tuple[str, str, str]]:
    """Yield the list prices of the models, which a price per token multiplies."""
    from simulator.scenario.stated.model_prices import model_rates

    for model, rates in model_rates(of.scenario).items():
        for name, value in (
            (each, getattr(rates, each)) for each in ("input", "cached_input", "cache_write", "output")
        ):
            if isinstance(value, Quantity):
                told = _told(of, value, type(rates).model_fields[name], (f"list price of {model}", spaced(name)))
                yield f"list price of {model}, {spaced(name)}", _meaning(type(rates).model_fields[name]), told
