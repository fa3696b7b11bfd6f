"""Blocks of the summary for readers that are not converted to `simulator.report.summary` yet."""

from __future__ import annotations

from typing import Any, TypeAlias

Block: TypeAlias = Any
"""One that is read."""
NewBlock: TypeAlias = dict[str, Any]
"""One that is made."""
