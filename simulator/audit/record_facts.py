"""What stands beside a record: where its rows came from, as of when, and which contacts were made one case.

The file has the record's name and ends in .json. `simulate log` writes it; a ledger has none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any, Final

from simulator.errors import DataError, reason

_LARGEST_BYTES: Final = 10_000_000
_RULES: Final = ("window", "column", "link")


@dataclass(frozen=True, slots=True)
class CaseRule:
    """Which contacts were made one case.

    Attributes:
        rule: by a window of time, a column of the export, or links from one to the one before.
        window_hours: up to which contacts of one customer are joined; None where no window decides.
        same: what contacts within the window share, as customer_id and intent.
    """

    rule: str
    window_hours: float | None
    same: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Where the rows of a record came from.

    Attributes:
        extracted_at: when the log was taken, UTC; None where nobody says.
        time_zone: of the log's times without one; UTC for a ledger.
        salt: of the hashed ids; empty where ids are as they were.
        cases: None where nobody says.
        raw: the whole of the file, for what is passed on.
    """

    system: str = ""
    extracted_at: datetime | None = None
    time_zone: str = "UTC"
    salt: str = ""
    cases: CaseRule | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


def facts_beside(record: Path) -> RecordFacts:
    """Return what stands beside a record; nothing where no file does.

    Raises:
        DataError: the file cannot be read, is no JSON, or has values of another type.
    """
    path = record.with_suffix(".json")
    if not path.exists():
        return RecordFacts()
    raw = _read(path)
    texts = {name: raw.get(name, default) for name, default in (("system", ""), ("time_zone", "UTC"), ("salt", ""))}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise DataError(f"{path}: {name} is {str(value)[:60]!r}, and must be text")
    return RecordFacts(
        texts["system"], _moment(raw.get("extracted_at"), path), texts["time_zone"] or "UTC", texts["salt"],
        _cases(raw.get("cases"), path), raw,
    )  # fmt: skip


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise DataError(f"{path} is larger than any description of a record; is it another file?")
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"cannot read {path}: {reason(error)}") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is no JSON: {str(error)[:120]}") from None
    if not isinstance(raw, dict):
        raise DataError(f"{path} describes no record: it is not an object with keys")
    return raw


def _moment(written: object, path: Path) -> datetime | None:
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(str(written))
    except ValueError:
        raise DataError(f"{path}: extracted_at is {str(written)[:60]!r}; write it as 2026-11-10T06:00:00Z") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _cases(written: object, path: Path) -> CaseRule | None:
    if written is None:
        return None
    hours = written.get("window_hours") if isinstance(written, dict) else None
    same = written.get("same", []) if isinstance(written, dict) else None
    if (
        not isinstance(written, dict)
        or written.get("rule") not in _RULES
        or not (hours is None or (type(hours) in (int, float) and isfinite(hours) and hours > 0))
        or not (isinstance(same, list) and all(isinstance(each, str) for each in same))
    ):
        raise DataError(
            f"{path}: cases is {str(written)[:80]!r}; it has rule ({', '.join(_RULES)}), window_hours above 0 or null, "
            "and same, a list of columns: read the log again with `simulate log`"
        )
    return CaseRule(written["rule"], None if hours is None else float(hours), tuple(same))
