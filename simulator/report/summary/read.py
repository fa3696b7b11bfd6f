"""Reads a `summary.json` back into its typed classes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from simulator.errors import SimulatorError, reason
from simulator.report.summary.summary import VERSION, Summary

SHOWN = 3
"""Damaged places that an error names; more are counted."""


class SummaryError(SimulatorError):
    """A `summary.json` that cannot be read: of another version, or damaged."""


@cache
def adapter() -> TypeAdapter[Summary]:
    """Return what checks a summary and makes its JSON Schema."""
    return TypeAdapter(Summary)


def summary_at(path: Path) -> Summary:
    """Return the summary of a file.

    Raises:
        SummaryError: if the file cannot be read, is of another version, or is damaged.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = reason(error) if isinstance(error, OSError) else "it is no text in UTF-8"
        raise SummaryError(f"{path} cannot be read: {told}") from error
    return read_summary(text, str(path))


def read_summary(text: str, name: str = "summary.json") -> Summary:
    """Return the summary of the text of a file.

    Args:
        name: what errors call it.

    Raises:
        SummaryError: if it is of another version, or damaged; with the first places that are wrong.
    """
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise SummaryError(f"{name} is damaged: it is no JSON ({error})") from error
    if not isinstance(raw, dict):
        raise SummaryError(f"{name} is damaged: it holds no object")
    _refuse_other_version(raw, name)
    try:
        return adapter().validate_json(text, strict=True)
    except ValidationError as error:
        raise SummaryError(f"{name} is damaged: {_places(error)}") from error


def _refuse_other_version(raw: dict[str, Any], name: str) -> None:
    version = raw.get("version", 1)
    if version == VERSION:
        return
    mend = "run the scenario again" if version == 1 else "read it with the release that wrote it"
    raise SummaryError(f"{name} is of version {version!r}, and this release reads version {VERSION}: {mend}")


def _places(error: ValidationError) -> str:
    """Return what is wrong at the first places."""
    found = [f"{'.'.join(map(str, each['loc']))}: {each['msg'].lower()}" for each in error.errors()]
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "; ".join(found[:SHOWN]) + more
