"""Lets readers that are not converted yet read a block of the summary by key; goes away with the last of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any


class ByKey:
    """A block whose attributes can be read as those of a dictionary."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:
        return getattr(self, key)

    def keys(self) -> Iterator[str]:
        """Yield the names of the attributes."""
        return (each.name for each in fields(self))  # type: ignore[arg-type]

    def get(self, key: str, default: Any = None) -> Any:
        """Return an attribute, or the default where there is none."""
        return getattr(self, key, default)
