"""Blocks of the summary: nested dictionaries of plain numbers and texts, as `summary.json` has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Block: TypeAlias = Mapping[str, Any]
"""One that is read."""
NewBlock: TypeAlias = dict[str, Any]
"""One that is made."""
