"""The tripwires of a run, tested against a record: whether the service has gone past what the choice rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from simulator.audit.record_file import Record
from simulator.definitions import Biller, Definition
from simulator.errors import DataError, reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

State = Literal["held", "crossed", "not tested"]
_VERSION: Final = 1
_LARGEST_BYTES: Final = 1_000_000
_SUMMED: Final = {"tokens": ("input_tokens", "output_tokens"), "messages": ("messages",), "turns": ("turns",),
                  "ai_replies": ("ai_replies",), "actions": ("actions",)}  # fmt: skip
"""Columns that a meter per conversation sums."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A tripwire with what the record says.

    Attributes:
        found: the count over the months of the record; None where the record cannot tell it.
        why_not: why it was not tested.
    """

    what: str
    comparison: str
    threshold: float
    contract: str
    against: str
    found: float | None
    why_not: str = ""

    @property
    def state(self) -> State:
        """Whether it holds; at the threshold itself it does."""
        if self.found is None:
            return "not tested"
        beyond = self.found < self.threshold if self.comparison == "above" else self.found > self.threshold
        return "crossed" if beyond else "held"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is counted of a record: conversations of the service in which the customer wrote."""

    record: Record
    definitions: Mapping[str, Definition]
    handled: NDArray[np.bool_]
    months: int


def watched(path: Path, record: Record, definitions: Mapping[str, Definition]) -> tuple[Watched, ...]:
    """Return the tripwires of a file, tested.

    Raises:
        DataError: it is no `tripwires.toml` of a run.
    """
    tables = _read(path)
    service = _texts(record, "class") == "service"
    turns = record.table.column("turns")
    handled = service if turns.null_count else service & (np.array(turns.to_pylist()) >= 1)
    months = len(set(_texts(record, "billing_month").tolist()) - {None, "None"})
    seen = _Seen(record, definitions, handled, months)
    return tuple(_tested(path, place, each, seen) for place, each in enumerate(tables, start=1))


def _read(path: Path) -> list[Mapping[str, Any]]:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise DataError(f"{path} is larger than the tripwires of any run")
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"cannot read {path}: {reason(error)}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{path} is no TOML: {str(error)[:120]}") from None
    tables = raw.get("tripwires")
    if raw.get("version") != _VERSION or not isinstance(tables, list):
        raise DataError(f"{path} is no tripwires.toml of a run: it needs version = {_VERSION} and [[tripwires]]")
    return tables


def _tested(path: Path, place: int, table: Mapping[str, Any], seen: _Seen) -> Watched:
    wanted = {"quantity": str, "what": str, "comparison": str, "threshold": (int, float), "contract_title": str,
              "against_title": str}  # fmt: skip
    for key, kind in wanted.items():
        if not isinstance(table, dict) or not isinstance(table.get(key), kind):  # type: ignore[arg-type]
            raise DataError(f"{path}, tripwire {place}: {key} is missing or of another type than a run writes")
    if table["comparison"] not in ("above", "below"):
        raise DataError(f'{path}, tripwire {place}: comparison is {table["comparison"][:20]!r}, not "above" or "below"')
    found = _count(table["quantity"], seen)
    why = found if isinstance(found, str) else ""
    return Watched(
        table["what"], table["comparison"], float(table["threshold"]), table["contract_title"],
        table["against_title"], None if isinstance(found, str) else found, why,
    )  # fmt: skip


def _count(quantity: str, seen: _Seen) -> float | str:
    """Return the count over the months of the record, or why it cannot be made."""
    kind, _, meter = quantity.partition(":")
    conversations = int(seen.handled.sum())
    if not conversations:
        return "the record has no conversation that was handled"
    if kind == "volume":
        return conversations / seen.months if seen.months else "the record has no billing months"
    if kind == "handed_over":
        return _handed_over(seen) / conversations if "human_touch" not in seen.record.empty else "no human_touch"
    if kind == "counted":
        return _counted(meter, seen, conversations)
    columns = _SUMMED.get(meter)
    if columns is None:
        return f"{quantity} cannot be counted in a record"
    if missing := [name for name in columns if seen.record.table.column(name).null_count]:
        return f"the record is empty in {missing[0]}"
    return sum(float(np.array(seen.record.table.column(name).to_pylist()).sum()) for name in columns) / conversations


def _handed_over(seen: _Seen) -> int:
    return int((_texts(seen.record, "human_touch") == "handoff")[seen.handled].sum())


def _counted(name: str, seen: _Seen, conversations: int) -> float | str:
    definition = seen.definitions.get(name)
    if definition is None:
        return f"the scenario has no definition {name!r}"
    if missing := set(definition.columns) & seen.record.empty - {"csat", "returned_after_hours"}:
        return f"the record is empty in {', '.join(sorted(missing))}"
    return float(Biller({name: definition}).units(seen.record.table)[name].sum()) / conversations


def _texts(record: Record, name: str) -> NDArray[Any]:
    return np.array(record.table.column(name).to_pylist(), dtype=object)
