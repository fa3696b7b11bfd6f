"""Contracts as people name them on the command line: by the key of the scenario, or by the title that tables show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from simulator.scenario.meant.near_names import listed, nearest

HINT = "--contract"


def contract_named(written: str, contracts: Mapping[str, Any], others: Iterable[str] = (), hint: str = HINT) -> str:
    """Return the key of a contract that was named by its key, its title or its label, in any case of letters.

    Args:
        contracts: what the scenario says of each, by key.
        others: further names that are right.
        hint: where the name was given.

    Raises:
        click.BadParameter: where there is none, with the nearest; where several have the title, with their keys.
    """
    keys = [*contracts, *others]
    if written in keys:
        return written
    names: dict[str, list[str]] = {}
    for key, spec in contracts.items():
        for name in dict.fromkeys((key, spec.title or spec.default_title, spec.label or key)):
            names.setdefault(name.lower(), []).append(key)
    found = names.get(written.strip().lower(), [])
    if len(found) == 1:
        return found[0]
    if found:
        raise click.BadParameter(
            f"several contracts are called {written!r}: name one of {', '.join(found)}", param_hint=hint
        )
    raise click.BadParameter(
        f"there is no contract {written[:80]!r}; {_meant(written, keys, names, hint)}", param_hint=hint
    )


def _meant(written: str, keys: list[str], names: Mapping[str, list[str]], hint: str) -> str:
    """Return what was probably meant, or what there is."""
    parts = [part.strip() for part in written.split(",")]
    if len(parts) > 1 and all(part.lower() in names for part in parts):
        several = " ".join(f"{hint} {names[part.lower()][0]}" for part in parts)
        return f"give one name at a time: {several}"
    near = nearest(written, [*keys, *names])
    if near is None:
        return listed(keys, "the scenario has")
    return f"did you mean '{near if near in keys else names[near][0]}'?"
