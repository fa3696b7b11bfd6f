"""The recount for programs: numbers with their meaning, amounts as decimal strings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator.audit.recount.difference_rows import Difference
from simulator.audit.recount.recount_money import KindMoney, LineMoney
from simulator.audit.recount.recount_result import Bound, Recounted
from simulator.audit.recount.watched import Watched
from simulator.report.recount.recount_text import answer, sentence, watch_sentence
from simulator.report.words.meter_words import meter_words


def recount_block(found: Recounted, watch: Sequence[Watched], tolerance: float) -> dict[str, Any]:
    """Return the whole result."""
    return {
        "version": 1,
        "contract": found.contract.name,
        "definition": None
        if found.definition is None
        else {"name": found.definition.name, "words": found.definition.words},
        "period": None if found.period is None else found.period.words,
        "currency": found.code,
        "extracted_at": plain(found.record.facts.extracted_at),
        "conversations": found.held.rows,
        "ids": found.held.ids,
        "cases": found.held.cases,
        "cautions": list(found.cautions),
        "units": _units(found),
        "meters": [_meter(found, meter) for meter in found.meters],
        "amounts": _amounts(found),
        "tolerance": tolerance,
        "within_tolerance": found.within(tolerance),
        "by_kind": [_kind(each) for each in found.by_kind],
        "lines": [_line(each) for each in found.lines],
        "differences": [_difference(each) for each in found.differences],
        "bounds": [_bound(each) for each in found.bounds],
        "tripwires": [_tripwire(each) for each in watch],
        "answer": answer(found, watch, tolerance),
    }


def _units(found: Recounted) -> dict[str, Any]:
    return {
        "counted": found.counted,
        "counted_with_unknown_as_false": found.at_least,
        "counted_with_unknown_as_true": found.at_most,
        "invoice": None if found.quantity is None else f"{found.quantity:f}",
        "list": found.listed,
        "by_month": _by_month(found, found.contract.unit),
    }


def _by_month(found: Recounted, meter: str) -> dict[str, float]:
    return {month: _number(units) for month, units in found.months.get(meter, {}).items()}


def _number(units: Decimal) -> float:
    """Return units as a whole number where they are one."""
    return int(units) if units == units.to_integral_value() else float(units)


def _meter(found: Recounted, meter: str) -> dict[str, Any]:
    return {
        "meter": meter,
        "words": meter_words(meter, {}),
        "counted": _number(found.meters[meter]),
        "by_month": _by_month(found, meter),
    }


def _amounts(found: Recounted) -> dict[str, Any]:
    return {
        "billed": None if found.billed is None else f"{found.billed:f}",
        "recounted": f"{found.recounted:f}",
        "difference": None if found.difference is None else f"{found.difference:f}",
        "disputed": f"{found.disputed:f}",
        "credit_later": f"{found.credit_later:f}",
        "open": f"{found.open:f}",
        "not_billed": f"{found.not_billed:f}",
        "invoice": None if found.invoiced is None else f"{found.invoiced:f}",
        "other_lines": f"{found.other_lines:f}",
        "beyond": f"{found.beyond:f}",
    }


def _kind(each: KindMoney) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "rows": each.rows,
        "units": each.units,
        "amount": f"{each.amount:f}",
        "disputed": each.disputed,
        "what": sentence(each),
    }


def _line(each: LineMoney) -> dict[str, Any]:
    return {
        "line": each.matched.line.line,
        "description": each.matched.line.description,
        "is": each.matched.role,
        "billed": f"{each.matched.line.amount:f}",
        "by_the_contract": None if each.ours is None else f"{each.ours:f}",
    }


def _bound(each: Bound) -> dict[str, Any]:
    return {
        "clause": each.change.clause,
        "becomes": each.change.becomes,
        "kind": each.change.kind,
        "loosened": each.change.loosens,
        "counted": each.units,
    }


def _tripwire(each: Watched) -> dict[str, Any]:
    return {
        "what": each.what,
        "state": each.state,
        "found": each.found,
        "threshold": each.threshold,
        "sentence": watch_sentence(each),
    }


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "id": each.written,
        "billed": each.billed,
        "counted": each.counted,
        "kind": each.kind,
        "clause": each.clause,
        "why": each.why,
        "disputed": each.disputed,
        "credit_month": each.credit_month or None,
        "list_lines": list(each.lines),
        "beside": None
        if each.beside is None
        else {"is": each.beside.is_a, "id": each.beside.written, "opened_at": plain(each.beside.opened_at)},
        "evidence": {name: plain(value) for name, value in each.evidence.items()},
    }


def plain(value: Any) -> Any:
    """Return a value as JSON and CSV hold it: times as ISO text."""
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value
