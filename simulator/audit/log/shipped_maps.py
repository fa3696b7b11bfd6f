"""The maps that are shipped, one TOML file a system, each with the date at which its names were looked up."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def shipped_names() -> tuple[str, ...]:
    """Return the systems for which a map is shipped, in alphabetical order."""
    folder = files("simulator.audit.log") / "maps"
    return tuple(sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")))


def shipped_text(name: str) -> str:
    """Return a shipped map as it is written."""
    return (files("simulator.audit.log") / "maps" / f"{name}.toml").read_text(encoding="utf-8")


@cache
def shipped_map(name: str) -> Mapping[str, Any]:
    """Return the table [log] of a shipped map."""
    found: Mapping[str, Any] = tomllib.loads(shipped_text(name))["log"]
    return found
